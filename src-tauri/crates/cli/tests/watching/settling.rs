//! A file that is still being written is not read.

use std::io::Write;
use std::time::{Duration, Instant};

use super::folder::{
    catch_up, folders, held, pages_read, start, wait_until_equal, watching, write,
};
use crate::support::{Library, number, wait_until};

/// Lets time go by, as a slow writer does. Nothing is expected of how long it really takes.
fn pause(length: Duration) {
    let until = Instant::now() + length;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        std::thread::park_timeout(left);
    }
}

fn documents(library: &Library) -> u64 {
    number(&library.json(&["stats"])["documents"])
}

#[test]
fn a_file_that_somebody_has_open_for_writing_is_not_read() {
    let library = watching(&[]);
    let mut engine = start(&library);
    let path = library.files().join("scan.txt");
    let mut file = std::fs::File::create(&path).expect("a file");
    file.write_all(b"page one ").expect("written");
    file.sync_all().expect("on disk");
    wait_until("it is waited for", || {
        number(&folders(&library)[0]["settling"]) == 1
    });
    pause(Duration::from_secs(4));
    assert_eq!(
        documents(&library),
        0,
        "four times as long as a quiet file is waited for"
    );
    file.write_all(b"page two").expect("written");
    drop(file);
    wait_until_equal(&library);
    assert_eq!(pages_read(&library), 1, "read once, whole");
    engine.kill();
}

#[test]
fn whoever_waits_for_idleness_waits_for_files_to_settle() {
    let library = watching(&[]);
    write(&library, "fresh.txt", "written a moment ago");
    catch_up(&library);
    assert_eq!(held(&library).len(), 1);
    let mut engine = start(&library);
    write(&library, "fresher.txt", "written just now");
    catch_up(&library);
    assert_eq!(
        held(&library).len(),
        2,
        "whoever stands by waits for the one that works"
    );
    engine.kill();
}

#[test]
fn a_file_that_is_renamed_into_place_is_read_under_its_name() {
    let library = watching(&[]);
    let mut engine = start(&library);
    let part = library.files().join("film.txt.part");
    std::fs::write(&part, "downloaded at last").expect("a file");
    std::fs::rename(part, library.files().join("film.txt")).expect("renamed");
    wait_until_equal(&library);
    assert_eq!(documents(&library), 1);
    engine.kill();
}

#[test]
fn a_file_that_changes_after_it_was_queued_is_read_as_it_is_then() {
    let library = watching(&[]);
    library.json(&["pause", "reading"]);
    let mut engine = start(&library);
    let path = write(&library, "letter.txt", "first version");
    wait_until("it is queued", || {
        number(&library.json(&["stats"])["queued"]) == 1
    });
    std::fs::write(&path, "second version").expect("changed");
    wait_until("the change was seen", || {
        let changes = "SELECT count(*) FROM events WHERE event = 'changed'";
        let seen: i64 = library
            .database()
            .query_row(changes, [], |row| row.get(0))
            .expect("a count");
        seen == 1
    });
    library.json(&["resume", "reading"]);
    wait_until_equal(&library);
    assert_eq!(number(&library.json(&["stats"])["dead"]), 0);
    engine.kill();
}
