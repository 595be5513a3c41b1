//! What lies in an archive follows the archive.

use std::io::{Cursor, Write};

use super::folder::{attempts, catch_up, pages_read, start, watching};
use crate::support::{Library, items, wait_until};

fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, options).expect("a member");
        archive.write_all(text.as_bytes()).expect("its bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

/// Paths below the folder at which a word is found.
fn found(library: &Library, word: &str) -> Vec<String> {
    let answer = library.json(&["search", word, "--mode", "words"]);
    let root = format!("{}/", library.files().display());
    let hits = items(&answer["hits"]).iter();
    hits.filter_map(|hit| Some(hit["path"].as_str()?.strip_prefix(&root)?.to_owned()))
        .collect()
}

#[test]
fn members_move_change_go_and_come_back_with_their_archive() {
    let library = watching(&[]);
    let path = library.file(
        "post.zip",
        archive(&[("a.txt", "the heron"), ("b.txt", "the otter")]),
    );
    catch_up(&library);
    assert_eq!(found(&library, "heron"), ["post.zip/a.txt"]);
    let mut engine = start(&library);
    let read = attempts(&library);

    std::fs::create_dir(library.files().join("old")).expect("a folder");
    let moved = library.files().join("old/letters.zip");
    std::fs::rename(&path, &moved).expect("moved");
    wait_until("it moved", || {
        found(&library, "heron") == ["old/letters.zip/a.txt"]
    });
    assert_eq!(attempts(&library), read, "a move costs no reading");

    let newer = archive(&[("a.txt", "the heron"), ("c.txt", "the badger")]);
    std::fs::write(&moved, newer).expect("changed");
    wait_until("it changed", || {
        found(&library, "badger") == ["old/letters.zip/c.txt"]
            && found(&library, "otter").is_empty()
    });
    assert_eq!(found(&library, "heron"), ["old/letters.zip/a.txt"]);

    let outside = library.files().with_file_name("outside.zip");
    std::fs::rename(&moved, &outside).expect("moved away");
    wait_until("it went", || {
        found(&library, "heron").is_empty() && found(&library, "badger").is_empty()
    });
    let read = pages_read(&library);
    std::fs::rename(&outside, library.files().join("back.zip")).expect("moved back");
    wait_until("it is back", || {
        found(&library, "heron") == ["back.zip/a.txt"]
    });
    assert_eq!(found(&library, "badger"), ["back.zip/c.txt"]);
    assert_eq!(pages_read(&library), read, "it was read before");
    engine.kill();
}
