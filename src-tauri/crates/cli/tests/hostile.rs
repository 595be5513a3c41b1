//! Files that mean harm: every one ends in a clear state within its limits, and nothing is written but the library.

mod support;

use std::path::Path;

use support::{Library, fixture, hostile, items, value};

/// The limit of a reading child.
const MEMORY: u64 = 1 << 30;

/// The most memory that one of the processes that have ended below this one ever had, in bytes: the system keeps it
/// with a process that is buried, so no peak is too short to be seen.
fn peak() -> u64 {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("usage");
    usage.max_rss() as u64 * 1024
}

fn files_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<String> = entries
        .map(|e| name(e).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
#[cfg(target_os = "linux")]
fn nothing_hostile_takes_it_down() {
    let library = Library::new();
    let corpus = hostile::corpus();
    for (name, bytes) in &corpus {
        library.file(name, bytes);
    }
    library.file("good.pdf", fixture::pdf(&["The lighthouse keeper"]));
    let before = files_in(&library.files());
    let elsewhere = tempfile::tempdir().expect("a folder");
    library.json(&["config", "set", "worker.page_s", "20"]);
    // What was read is a clear state; embedding a million commas adds nothing but time.
    library.json(&["pause", "indexing"]);
    let files = library.files();
    let added = library.json(&["add".as_ref(), files.as_os_str()]);
    assert_eq!(
        items(&added).len(),
        corpus.len() + 2,
        "each file and their folder"
    );

    let home = elsewhere.path().to_string_lossy().into_owned();
    let assets = std::env::var("SHEAF_ASSETS").ok().unwrap_or_else(assets);
    let env = [
        ("HOME", home.as_str()),
        ("TMPDIR", &home),
        ("SHEAF_ASSETS", &assets),
    ];
    let mut engine = library.spawn_with(&["run", "--until-idle"], &env);
    assert!(engine.wait().success(), "{}", engine.said());
    let most = peak();
    assert!(most > 0 && most <= MEMORY, "a child had {} MiB", most >> 20);

    let answers = value(
        &library
            .command(&["list", "--json"])
            .output()
            .expect("sheaf runs"),
    );
    for answer in items(&answers) {
        let state = answer["state"].as_str().unwrap_or_default();
        assert!(
            ["ready", "indexing", "problems", "failed", "unsupported"].contains(&state),
            "{answer}"
        );
        let is_told = answer["message"]
            .as_str()
            .is_some_and(|text| !text.is_empty());
        let has_problems = !items(&answer["problems"]).is_empty();
        assert!(
            ["ready", "indexing"].contains(&state) || is_told || has_problems,
            "{answer}"
        );
    }
    let mail = library.show(&files.join("parts.eml").to_string_lossy());
    assert_eq!(mail["notes"][0]["code"], "part_left_out", "{mail}");
    let good = files.join("good.pdf");
    assert_eq!(library.show(&good.to_string_lossy())["pages_read"], 1);
    assert_eq!(files_in(&files), before, "nothing beside the files");
    assert_eq!(
        files_in(elsewhere.path()),
        Vec::<String>::new(),
        "nothing at home"
    );
    assert!(!Path::new("/tmp/slipped-too.txt").exists());
    let found = library.json(&["search", "root:x", "--mode", "words"]);
    assert_eq!(
        items(&found["hits"]).len(),
        0,
        "no file of the system was read: {found}"
    );
}

fn assets() -> String {
    let home = std::env::var("HOME").expect("a home");
    let cache = std::env::var("XDG_CACHE_HOME").unwrap_or_else(|_| format!("{home}/.cache"));
    format!("{cache}/sheaf/assets")
}
