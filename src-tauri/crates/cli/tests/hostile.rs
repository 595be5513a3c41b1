//! Files that mean harm: every one ends in a clear state within its limits, and nothing is written but the library.

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use support::process::reading_children;
use support::{Library, fixture, hostile, items, value};

/// The limit of a reading child.
const MEMORY: u64 = 1 << 30;

/// The most memory a process has had so far, in bytes.
fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kb.unwrap_or(0) * 1024
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
    let mut peaks = BTreeMap::new();
    let mut over = false;
    while !over {
        for pid in reading_children(engine.pid()) {
            peaks
                .entry(pid)
                .and_modify(|most: &mut u64| *most = peak(pid).max(*most))
                .or_insert(0);
        }
        over = engine.has_ended();
    }
    let most = peaks.values().max().copied().unwrap_or(0);
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
