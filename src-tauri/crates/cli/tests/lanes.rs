//! Lanes: their sizes, the worker kept free, giving way, and workers that are replaced.

mod support;

use rustix::process::Signal;
use serde_json::Value;
use support::{Library, Sheaf, assert_each_page_once, fixture, items, number, wait_until};

const PAGES: u64 = 30;

fn set(library: &Library, key: &str, value: &str) {
    library.json(&["config", "set", key, value]);
}

/// A long scan of low priority in the middle of being read.
fn long_one(library: &Library) -> (String, Sheaf) {
    long_one_by(library, &["run", "--until-idle"])
}

fn long_one_by(library: &Library, run: &[&str]) -> (String, Sheaf) {
    let path = library.file("scan.pdf", fixture::scan_pdf(PAGES as usize));
    let low = [
        "add".as_ref(),
        path.as_os_str(),
        "--priority".as_ref(),
        "low".as_ref(),
    ];
    let document = library.json(&low)[0]["document"].to_string();
    let engine = library.spawn(run);
    wait_until("it is in the middle", || library.pages_read(&document) >= 2);
    (document, engine)
}

fn urgent_one(library: &Library) -> String {
    let urgent = library.add(&library.file("urgent.pdf", fixture::pdf(&["Now"])));
    wait_until("the urgent one is read", || {
        library.pages_read(&urgent) == 1
    });
    urgent
}

fn readers(library: &Library) -> Vec<Value> {
    let workers = library.json(&["workers"]);
    let readers = items(&workers)
        .iter()
        .filter(|one| one["lane"] == "reading");
    readers.cloned().collect()
}

#[test]
fn a_long_document_gives_way_at_a_page_boundary_and_goes_on_where_it_stopped() {
    let library = Library::new();
    set(&library, "reading.workers", "1");
    let (long, mut engine) = long_one(&library);
    urgent_one(&library);
    assert!(
        library.pages_read(&long) < PAGES,
        "the long one had to wait"
    );
    assert!(engine.end().success(), "{}", engine.said());
    let shown = library.show(&long);
    assert_each_page_once(&shown, PAGES);
    let attempts = items(&shown["attempts"]);
    assert_eq!(attempts[0]["outcome"], "gave_way", "{shown}");
    let costs = attempts.iter().map(|one| number(&one["attempt"])).max();
    assert_eq!(costs, Some(1), "giving way costs no attempt");
}

#[test]
fn a_worker_is_kept_free_for_urgent_work() {
    let library = Library::new();
    set(&library, "reading.workers", "2");
    set(&library, "reading.keep_free", "1");
    // An engine that stays, so that its workers are still listed when everything is read.
    let (long, mut engine) = long_one_by(&library, &["run"]);
    wait_until("workers are known", || !readers(&library).is_empty());
    let busy = readers(&library);
    assert_eq!(
        busy.len(),
        1,
        "one reads, the other was never needed: {busy:?}"
    );
    urgent_one(&library);
    assert!(library.pages_read(&long) < PAGES);
    wait_until("the free one was used", || readers(&library).len() == 2);
    wait_until("the long one is read", || {
        library.pages_read(&long) == PAGES
    });
    engine.signal(Signal::INT);
    assert!(engine.end().success(), "{}", engine.said());
    assert_each_page_once(&library.show(&long), PAGES);
}

#[test]
fn keeping_all_workers_free_still_leaves_one_that_works() {
    let library = Library::new();
    set(&library, "reading.workers", "1");
    set(&library, "reading.keep_free", "5");
    let path = library.file("a.pdf", fixture::pdf(&["Everyday"]));
    let low = [
        "add".as_ref(),
        path.as_os_str(),
        "--priority".as_ref(),
        "low".as_ref(),
    ];
    let document = library.json(&low)[0]["document"].to_string();
    library.json(&["run", "--until-idle"]);
    assert_eq!(library.show(&document)["state"], "ready");
}

#[test]
fn one_worker_reads_strictly_one_document_after_the_other() {
    let library = Library::new();
    set(&library, "reading.workers", "1");
    let names = ["a", "b", "c"];
    let documents = names.map(|name| {
        library.add(&library.file(
            &format!("{name}.pdf"),
            fixture::pdf(&[name, "two", "three"]),
        ))
    });
    library.json(&["run", "--until-idle"]);
    let events = "SELECT document FROM events WHERE event = 'page' ORDER BY id";
    let database = library.database();
    let mut rows = database.prepare(events).expect("a query");
    let order: Vec<String> = rows
        .query_map([], |row| row.get::<_, i64>(0))
        .expect("rows")
        .map(|id| id.expect("an id").to_string())
        .collect();
    let expected: Vec<String> = documents
        .iter()
        .flat_map(|one| [one, one, one])
        .cloned()
        .collect();
    assert_eq!(order, expected);
}

/// Reads a scan with one worker, and waits until its child was replaced some times.
fn read_with_replacements(setting: &str, value: &str) {
    let library = Library::new();
    set(&library, "reading.workers", "1");
    set(&library, setting, value);
    let (long, mut engine) = long_one(&library);
    wait_until("the child was replaced again and again", || {
        readers(&library)
            .iter()
            .any(|one| number(&one["restarts"]) >= 3)
    });
    assert!(engine.end().success(), "{}", engine.said());
    assert_each_page_once(&library.show(&long), PAGES);
}

#[test]
fn a_worker_is_replaced_after_so_many_pages_in_the_middle_of_a_document() {
    read_with_replacements("worker.recycle_after", "5");
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_above_its_memory_limit_is_replaced_after_its_page() {
    read_with_replacements("worker.recycle_mb", "1");
}
