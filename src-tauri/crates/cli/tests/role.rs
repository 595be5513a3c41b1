//! One engine works at a time. The next takes over when it dies or hangs, and one that comes back writes nothing.

mod support;

use rusqlite::Connection;
use rustix::process::Signal;
use support::process::is_alive;
use support::{
    Library, Sheaf, assert_each_page_once, fixture, items, outcomes, page_events, wait_until,
};

const PAGES: u64 = 20;
const RUN: [&str; 2] = ["run", "--until-idle"];

/// One engine in the middle of a scan, and one that stands by.
fn two_engines(library: &Library, env: &[(&str, &str)]) -> (String, Sheaf, Sheaf) {
    let path = library.file("scan.pdf", fixture::scan_pdf(PAGES as usize));
    let document = library.add(&path);
    let first = library.spawn_with(&RUN, env);
    wait_until("the first engine works", || {
        library.pages_read(&document) >= 1
    });
    let second = library.spawn_with(&RUN, env);
    let sentence = format!("process {}", first.pid());
    wait_until("the second says for whom it stands by", || {
        second.said().contains(&sentence)
    });
    (document, first, second)
}

/// Stops a process at a moment when it is not inside a write, as only a lucky hang would: SQLite's lock would hold up
/// everybody else otherwise.
fn hang(library: &Library, engine: &Sheaf) {
    wait_until("it hangs outside of a write", || {
        engine.signal(Signal::STOP);
        let free = may_write(library);
        if !free {
            engine.signal(Signal::CONT);
        }
        free
    });
}

fn may_write(library: &Library) -> bool {
    let conn = Connection::open(library.folder().join("library.db")).expect("the database");
    conn.busy_timeout(std::time::Duration::ZERO)
        .expect("no wait");
    conn.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok()
}

fn assert_sound(library: &Library) {
    let conn = Connection::open(library.folder().join("library.db")).expect("the database");
    let found: String = conn
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("checked");
    assert_eq!(found, "ok");
    let twice: i64 = conn
        .query_row(
            "SELECT count(*) FROM (SELECT 1 FROM pages GROUP BY revision, page HAVING count(*) > 1)",
            [],
            |row| row.get(0),
        )
        .expect("counted");
    assert_eq!(twice, 0, "pages twice");
}

#[test]
fn one_works_and_the_next_takes_over_when_it_is_killed() {
    let library = Library::new();
    let (document, mut first, mut second) = two_engines(&library, &[]);
    first.kill();
    assert!(second.end().success(), "{}", second.said());
    let shown = library.show(&document);
    assert_eq!(shown["state"], "ready");
    assert_each_page_once(&shown, PAGES);
    let epochs: Vec<u64> = page_events(&shown).iter().map(|page| page.1).collect();
    assert!(epochs.first() < epochs.last(), "both engines read");
    assert!(epochs.is_sorted());
    assert_sound(&library);
}

#[test]
fn one_that_hung_writes_nothing_when_it_comes_back() {
    let library = Library::new();
    let stale = [("SHEAF_LEASE_STALE_S", "1")];
    let (document, mut first, mut second) = two_engines(&library, &stale);
    hang(&library, &first);
    let before = page_events(&library.show(&document));
    let old = before[0].1;
    wait_until("the second has read a page", || {
        page_events(&library.show(&document))
            .iter()
            .any(|page| page.1 > old)
    });
    let workers = library.json(&["workers"]);
    first.signal(Signal::CONT);
    wait_until("the first has noticed", || {
        first.said().contains(&format!("process {}", second.pid())) || !is_alive(first.pid())
    });
    assert!(second.end().success(), "{}", second.said());
    assert!(first.end().success(), "{}", first.said());

    let shown = library.show(&document);
    assert_eq!(shown["state"], "ready");
    assert_each_page_once(&shown, PAGES);
    let pages = page_events(&shown);
    assert_eq!(
        pages[..before.len()],
        before,
        "what was committed before stays"
    );
    assert!(
        pages[before.len()..].iter().all(|page| page.1 > old),
        "nothing was written under the lost claim: {pages:?}"
    );
    let epochs: Vec<u64> = pages.iter().map(|page| page.1).collect();
    assert!(epochs.is_sorted(), "{epochs:?}");
    let read_job = outcomes(&shown)[0].0;
    let readings = outcomes(&shown)
        .iter()
        .filter(|(job, _)| *job == read_job)
        .count();
    assert_eq!(readings, 2, "{shown}");
    assert!(
        items(&workers).len() <= 3,
        "two readers and one indexer at most: {workers}"
    );
    assert_sound(&library);
}

/// Whoever closes the last connection deletes the journal, and other programs tell by this lock that theirs is not the
/// last. Closing any file of the database would give it away.
#[test]
#[cfg(target_os = "linux")]
fn an_engine_keeps_the_lock_that_saves_its_journal_from_others() {
    use std::os::unix::fs::MetadataExt;
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Marmalade"]));
    let engine = library.spawn(&["run"]);
    let document = library.add(&path);
    wait_until("it is ready", || {
        library.show(&document)["state"] == "ready"
    });
    let inode = std::fs::metadata(library.folder().join("library.db"))
        .expect("the database")
        .ino();
    let locks = std::fs::read_to_string("/proc/locks").expect("the kernel's list");
    let (owner, file) = (format!(" {} ", engine.pid()), format!(":{inode} "));
    assert!(
        locks
            .lines()
            .any(|lock| lock.contains(&owner) && lock.contains(&file)),
        "no lock of the engine's on its database:\n{locks}"
    );
}
