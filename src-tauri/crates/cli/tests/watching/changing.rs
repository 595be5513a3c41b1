//! A file that is written anew while pages of it are read: nobody ever finds a half of it.

use std::path::Path;

use rustix::process::Signal;

use super::folder::{catch_up, held, start, watching};
use crate::support::process::{is_stopped, kill, reading_children};
use crate::support::{Library, Sheaf, fixture, items, number, wait_until};

/// Stops the children of an engine when some pages of what is being read are there, lets the file be written anew while
/// they have pages in hand, and lets them go on. How many pages were there.
fn rewrite_in_the_middle(library: &Library, engine: &Sheaf, path: &Path, bytes: &[u8]) -> i64 {
    wait_until("some pages are read", || pages_of_building(library) >= 2);
    let held = reading_children(engine.pid());
    for child in &held {
        kill(*child, Signal::STOP);
    }
    wait_until("they are stopped", || {
        held.iter().all(|child| is_stopped(*child))
    });
    let pages = pages_of_building(library);
    std::fs::write(path, bytes).expect("written anew");
    for child in &held {
        kill(*child, Signal::CONT);
    }
    pages
}

/// Pages of revisions that are being read.
fn pages_of_building(library: &Library) -> i64 {
    let count = "SELECT count(*) FROM pages g JOIN documents d ON d.building = g.revision";
    let database = library.database();
    database
        .query_row(count, [], |row| row.get(0))
        .expect("a count")
}

fn hits(library: &Library, query: &str) -> usize {
    let found = library.json(&["search", query, "--mode", "words"]);
    items(&found["hits"]).len()
}

#[test]
fn the_old_is_found_until_the_newest_is_read_whole() {
    let library = watching(&[]);
    library.json(&["config", "set", "worker.page_s", "600"]);
    let path = library.file("book.pdf", fixture::pdf(&["First edition"]));
    catch_up(&library);
    assert_eq!(held(&library)[&path], "First edition");
    let mut engine = start(&library);
    std::fs::write(&path, fixture::scan_pdf(30)).expect("a second edition");
    let third = fixture::pdf(&["Third edition", "revised"]);
    rewrite_in_the_middle(&library, &engine, &path, &third);
    wait_until("the third is read", || {
        let text = held(&library).remove(&path).expect("it is in the library");
        assert!(
            ["First edition", "Third editionrevised"].contains(&text.as_str()),
            "neither the old one nor the new one whole: {text}"
        );
        text != "First edition"
    });
    wait_until("search has heard of it", || hits(&library, "third") == 1);
    assert_eq!(hits(&library, "first"), 0);
    assert_eq!(hits(&library, "page"), 0, "the second was never whole");
    assert_eq!(pages_of_building(&library), 0, "nothing of it is left");
    assert_eq!(number(&library.json(&["stats"])["dead"]), 0);
    engine.kill();
}

/// One that nobody watches.
#[test]
fn no_page_counts_that_was_in_hand_when_its_file_changed() {
    let library = Library::new();
    library.json(&["pause", "indexing"]);
    library.json(&["config", "set", "worker.page_s", "600"]);
    library.json(&["config", "set", "retry.file.base_s", "1"]);
    let path = library.file("scan.pdf", fixture::scan_pdf(30));
    let document = library.add(&path);
    let mut engine = library.spawn(&["run"]);
    let third = fixture::pdf(&["Third edition", "revised"]);
    let before = rewrite_in_the_middle(&library, &engine, &path, &third);
    wait_until("it is read as it is now", || {
        library.show(&document)["state"] == "indexing"
    });
    let shown = library.show(&document);
    let events: Vec<_> = items(&shown["events"])
        .iter()
        .map(|event| event["event"].as_str().expect("a name"))
        .collect();
    let changed = events.iter().position(|event| *event == "file_changed");
    let until_then = &events[..changed.expect("the change was seen")];
    let pages = until_then.iter().filter(|event| event.starts_with("page"));
    assert_eq!(pages.count() as i64, before, "{events:?}");
    assert_eq!(
        (&shown["pages_total"], &shown["pages_read"]),
        (&2.into(), &2.into())
    );
    engine.kill();
}
