//! A watched folder, and what the library has of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Library, Sheaf, items, wait_until};

/// A library that reads at once and does not embed, and watches its folder of files.
pub(crate) fn watching(args: &[&str]) -> Library {
    let library = Library::new();
    library.json(&["config", "set", "watch.settle_s", "1"]);
    library.json(&["pause", "indexing"]);
    let files = library.files();
    let mut all = vec!["watch", "add", files.to_str().expect("a plain path")];
    all.extend(args);
    library.json(&all);
    library
}

/// Reads what is there to the end, in a process that ends.
pub(crate) fn catch_up(library: &Library) {
    library.json(&["run", "--until-idle"]);
}

/// An engine that goes on, and has looked through everything.
pub(crate) fn start(library: &Library) -> Sheaf {
    let engine = library.spawn(&["run"]);
    wait_until("the folder is followed", || {
        matches!(state(library).as_str(), "watching" | "polling" | "offline")
            && folders(library)[0]["last_scan_at"].is_string()
    });
    engine
}

pub(crate) fn folders(library: &Library) -> Value {
    library.json(&["watch", "list"])
}

pub(crate) fn state(library: &Library) -> String {
    let state = &folders(library)[0]["state"];
    state.as_str().expect("a state").to_owned()
}

/// Paths below the folder that were left out, with the reason.
pub(crate) fn left_out(library: &Library) -> BTreeMap<String, String> {
    let listed = &folders(library)[0]["left_out"];
    let below = library.files();
    let named = |row: &Value| {
        let path = Path::new(row["path"].as_str().expect("a path"));
        let path = path.strip_prefix(&below).expect("in the folder");
        let reason = row["reason"].as_str().expect("a reason");
        (path.to_string_lossy().into_owned(), reason.to_owned())
    };
    items(listed).iter().map(named).collect()
}

/// Path and text of everything that search can show, by what the database says.
pub(crate) fn held(library: &Library) -> BTreeMap<PathBuf, String> {
    let database = library.database();
    let mut rows = database
        .prepare(
            "SELECT p.raw, coalesce((SELECT group_concat(g.text, '') FROM pages g WHERE g.revision = d.current), '')
               FROM places p JOIN documents d ON d.id = p.document
              WHERE p.state = 'present' AND d.removed_at IS NULL AND d.merged_into IS NULL",
        )
        .expect("a question");
    let found = rows.query_map([], |row| {
        let raw: Vec<u8> = row.get(0)?;
        let text: String = row.get(1)?;
        Ok((
            PathBuf::from(OsString::from_vec(raw)),
            text.trim().to_owned(),
        ))
    });
    found
        .expect("an answer")
        .collect::<Result<_, _>>()
        .expect("rows")
}

/// What the folder holds and is to be taken in: every regular file that is not empty.
pub(crate) fn tree(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let meta = std::fs::symlink_metadata(&path).expect("it is there");
            if meta.is_dir() {
                folders.push(path);
            } else if meta.is_file() && meta.len() > 0 {
                let bytes = std::fs::read(&path).expect("a file");
                let text = String::from_utf8_lossy(&bytes).trim().to_owned();
                found.insert(path, text);
            }
        }
    }
    found
}

pub(crate) fn assert_equal(library: &Library) {
    assert_eq!(held(library), tree(&library.files()), "library and tree");
}

/// Waits until the library is what the tree is, while an engine works.
pub(crate) fn wait_until_equal(library: &Library) {
    let files = library.files();
    wait_until("the library is what the tree is", || {
        let is_equal = held(library) == tree(&files);
        is_equal && state(library) != "scanning"
    });
}

/// How often anything was read: one event a page.
pub(crate) fn pages_read(library: &Library) -> i64 {
    let count = "SELECT count(*) FROM events WHERE event = 'page'";
    let database = library.database();
    database
        .query_row(count, [], |row| row.get(0))
        .expect("a count")
}

/// How many jobs were ever begun.
pub(crate) fn attempts(library: &Library) -> i64 {
    let database = library.database();
    database
        .query_row("SELECT count(*) FROM attempts", [], |row| row.get(0))
        .expect("a count")
}

/// Writes a file below the folder, with the folders above it.
pub(crate) fn write(library: &Library, name: &str, text: &str) -> PathBuf {
    let path = library.files().join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    std::fs::write(&path, text).expect("a file");
    path
}
