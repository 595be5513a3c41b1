//! The one writer: members of a group stand and fall alone, and what is answered ahead of the disk is committed with the rest.

use std::sync::mpsc::{Receiver, channel};

use sheaf_store::table::settings;
use sheaf_store::{Library, Pending, Result, StoreError, Tx};

fn library() -> (tempfile::TempDir, Library) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let library = Library::open(&home.path().join("library")).expect("opens");
    (home, library)
}

fn note(tx: &Tx<'_>, key: &str) -> Result<()> {
    settings::set(tx, key, "there")
}

fn note_and_fail(tx: &Tx<'_>, key: &str) -> Result<()> {
    note(tx, key)?;
    Err(StoreError::Unknown(key.to_owned()))
}

fn is_there(library: &Library, key: &str) -> bool {
    let conn = library.read().expect("reads");
    settings::get(&conn, key).expect("asked").is_some()
}

/// A member that keeps its group open until it is told, or everybody who could tell is gone.
fn hold(library: &Library, until: Receiver<()>) -> Pending<()> {
    library.submit(move |_| {
        let _ = until.recv();
        Ok(())
    })
}

#[test]
fn a_member_that_fails_takes_no_other_with_it() {
    let (_home, library) = library();
    let (release, until) = channel();
    let held = hold(&library, until);
    let pending = [
        library.submit(|tx| note(tx, "before")),
        library.submit(|tx| note_and_fail(tx, "failed")),
        library.submit(|tx| note(tx, "after")),
    ];
    release.send(()).expect("the writer waits");
    held.wait().expect("committed");
    let [before, failed, after] = pending.map(Pending::wait);
    assert!(before.is_ok() && after.is_ok());
    assert!(
        matches!(failed, Err(StoreError::Unknown(_))),
        "its own error"
    );
    assert!(is_there(&library, "before") && is_there(&library, "after"));
    assert!(!is_there(&library, "failed"));
}

#[test]
fn the_first_of_a_group_that_fails_leaves_nothing() {
    let (_home, library) = library();
    let failed = library.write(|tx| note_and_fail(tx, "failed"));
    assert!(
        matches!(failed, Err(StoreError::Unknown(_))),
        "its own error"
    );
    assert!(!is_there(&library, "failed"));
    library
        .write(|tx| note(tx, "next"))
        .expect("the writer goes on");
    assert!(is_there(&library, "next"));
}

#[test]
fn an_answer_ahead_comes_before_the_commit_and_is_committed_with_the_group() {
    let (_home, library) = library();
    let (release, until) = channel();
    let writer = library.clone();
    let (answer, pending) = library
        .ahead(move |tx| {
            note(tx, "ahead")?;
            // In line before the writer looks for more, so the group stays open.
            drop(hold(&writer, until));
            Ok("answer")
        })
        .expect("ran");
    assert_eq!(answer, "answer");
    assert!(!is_there(&library, "ahead"), "the group is open");
    release.send(()).expect("the writer waits");
    pending.wait().expect("committed");
    assert!(is_there(&library, "ahead"));
}

#[test]
fn what_fails_ahead_is_undone_and_told() {
    let (_home, library) = library();
    let failed = library.ahead(|tx| note_and_fail(tx, "failed"));
    assert!(
        matches!(failed, Err(StoreError::Unknown(_))),
        "its own error"
    );
    assert!(!is_there(&library, "failed"));
}
