//! `kill -9` costs the page in hand and nothing else.

mod support;

use rustix::process::Signal;
use serde_json::Value;
use support::process::{is_alive, kill};
use support::{
    Library, Sheaf, assert_each_page_once, fixture, items, number, outcomes, page_events,
    wait_until,
};

const PAGES: u64 = 30;

/// A scanned document in the middle of being read.
fn half_read(library: &Library) -> (String, Sheaf) {
    let path = library.file("scan.pdf", fixture::scan_pdf(PAGES as usize));
    let document = library.add(&path);
    let engine = library.spawn(&["run", "--until-idle"]);
    wait_until("some pages are read and the workers are known", || {
        library.pages_read(&document) >= 3 && !readers(library).is_empty()
    });
    assert!(library.pages_read(&document) < PAGES, "it is in the middle");
    (document, engine)
}

fn readers(library: &Library) -> Vec<Value> {
    let workers = library.json(&["workers"]);
    items(&workers)
        .iter()
        .filter(|worker| worker["lane"] == "reading")
        .cloned()
        .collect()
}

fn pid(worker: &Value) -> u32 {
    u32::try_from(number(&worker["pid"])).expect("a pid")
}

#[test]
fn a_killed_worker_costs_no_page() {
    let library = Library::new();
    let (document, mut engine) = half_read(&library);
    let victim = pid(&readers(&library)[0]);
    kill(victim, Signal::KILL);
    wait_until("the restart is counted, under a new pid", || {
        readers(&library)
            .iter()
            .any(|worker| number(&worker["restarts"]) >= 1 && pid(worker) != victim)
    });
    assert!(engine.end().success(), "{}", engine.said());
    let shown = library.show(&document);
    assert_eq!(shown["state"], "ready");
    assert_each_page_once(&shown, PAGES);
}

#[test]
fn a_killed_engine_leaves_no_child_and_the_next_goes_on_where_it_stopped() {
    let library = Library::new();
    let (document, mut engine) = half_read(&library);
    let children: Vec<u32> = readers(&library).iter().map(pid).collect();
    engine.kill();
    wait_until("its children end", || {
        !children.iter().any(|child| is_alive(*child))
    });
    let before = page_events(&library.show(&document));
    assert!((before.len() as u64) < PAGES, "it was in the middle");

    let mut next = library.spawn(&["run", "--until-idle"]);
    assert!(next.end().success(), "{}", next.said());
    let shown = library.show(&document);
    assert_eq!(shown["state"], "ready");
    assert_each_page_once(&shown, PAGES);
    let after = page_events(&shown);
    assert_eq!(after[..before.len()], before, "what was committed stays");
    let (last_before, first_after) = (before[before.len() - 1].1, after[before.len()].1);
    assert!(
        after[before.len()..]
            .iter()
            .all(|page| page.1 == first_after),
        "the rest was read under one claim"
    );
    assert!(first_after > last_before, "which is a later one");
    let read_job = outcomes(&shown)[0].0;
    let attempts: Vec<_> = outcomes(&shown)
        .into_iter()
        .filter(|(job, _)| *job == read_job)
        .collect();
    assert_eq!(attempts.len(), 2, "{attempts:?}");
    assert_eq!(library.json(&["failed"]), Value::Array(Vec::new()));
}
