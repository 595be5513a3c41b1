//! An engine that was stopped in the middle of a write holds SQLite's lock. It keeps nobody out for ever.

#![cfg(target_os = "linux")]

mod support;

use std::os::unix::process::ExitStatusExt;

use rusqlite::Connection;
use rustix::process::Signal;
use support::process::stands_still;
use support::{Library, Sheaf, assert_each_page_once, page_events, wait_until};

/// Pages of a text: so quickly read that the engine does hardly anything but write.
const PAGES: u64 = 20_000;

fn long_text() -> String {
    let page = |number| {
        format!(
            "Page {number}. {}",
            "The harbour book lists ships. ".repeat(10)
        )
    };
    (1..=PAGES).map(page).collect::<Vec<_>>().join("\u{c}")
}

/// Stops the engine at a moment when nobody else can write, which is when it is inside a write of its own.
fn stop_inside_a_write(library: &Library, engine: &Sheaf) {
    let path = library.folder().join("library.db");
    let conn = Connection::open(path).expect("the database");
    conn.busy_timeout(std::time::Duration::ZERO)
        .expect("no wait");
    wait_until("it is stopped inside a write", || {
        engine.signal(Signal::STOP);
        // The signal is on its way to each thread for a while, in which a write may end.
        wait_until("it stands still", || stands_still(engine.pid()));
        let inside = conn.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_err();
        if !inside {
            engine.signal(Signal::CONT);
        }
        inside
    });
}

#[test]
fn an_engine_stopped_inside_a_write_is_ended_by_the_next() {
    let library = Library::new();
    library.json(&["pause", "indexing"]);
    let document = library.add(&library.file("long.txt", long_text()));
    let stale = [("SHEAF_LEASE_STALE_S", "1")];
    let mut first = library.spawn_with(&["run"], &stale);
    wait_until("the first engine works", || {
        library.pages_read(&document) >= 1
    });
    stop_inside_a_write(&library, &first);
    let mut second = library.spawn_with(&["run", "--until-idle"], &stale);
    let status = first.end();
    assert_eq!(status.signal(), Some(9), "it was ended: {}", first.said());
    assert!(second.end().success(), "{}", second.said());

    let shown = library.show(&document);
    assert_each_page_once(&shown, PAGES);
    let pages = page_events(&shown);
    assert!(pages[0].1 < pages[pages.len() - 1].1, "both engines read");
}
