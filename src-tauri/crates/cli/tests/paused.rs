//! A pause ends at the page boundary, costs nothing, survives a restart and holds up nobody's end.

mod support;

use rustix::process::Signal;
use serde_json::Value;
use support::middle::{Middle, PAGES, assert_only_pages_in_hand_came, reading_job};
use support::{
    Library, Sheaf, assert_each_page_once, fixture, items, number, outcomes, time, wait_until,
};

/// Pauses while pages are in hand, waits for the job's state, and ends the engine; the document as it is then.
fn paused_in_the_middle(
    library: &Library,
    middle: &mut Middle,
    pause: &[&str],
    state: &str,
) -> Value {
    library.json(pause);
    let before = library.show(&middle.document);
    assert_eq!(before["state"], "reading", "pages are in hand");
    middle.go_on();
    wait_until("the document is given back", || {
        reading_job(library, &middle.document)["state"] == state
    });
    let after = library.show(&middle.document);
    assert_only_pages_in_hand_came(&before, &after);
    assert_eq!(after["state"], "queued");
    assert_eq!(outcomes(&after)[0].1, "gave_way");
    end(&mut middle.engine);
    assert_eq!(library.show(&middle.document), after, "nothing came after");
    after
}

fn end(engine: &mut Sheaf) {
    engine.signal(Signal::INT);
    assert!(engine.end().success(), "{}", engine.said());
}

/// A document that has been read and only waits for its indexing, which is paused.
fn waiting_to_be_indexed(library: &Library) -> String {
    library.json(&["pause", "indexing"]);
    let path = library.file("read.pdf", fixture::pdf(&["Only read"]));
    let added = library.add_and_wait(&[&path]);
    assert_eq!(added[0]["state"], "indexing", "{added}");
    added[0]["document"].to_string()
}

/// Every page once, and in every attempt the first try.
fn assert_nothing_was_lost(library: &Library, document: &str) {
    let shown = library.show(document);
    assert_eq!(shown["state"], "ready");
    assert_each_page_once(&shown, PAGES);
    for attempt in items(&shown["attempts"]) {
        assert_eq!(attempt["attempt"], 1, "a pause costs no attempt: {shown}");
    }
}

#[test]
fn a_paused_lane_gives_its_document_back_and_no_engine_claims_from_it() {
    let library = Library::new();
    let other = waiting_to_be_indexed(&library);
    let mut middle = Middle::of_a_run(&library);
    let document = middle.document.clone();
    let given_back = paused_in_the_middle(&library, &mut middle, &["pause", "reading"], "queued");

    let mut fresh = library.spawn(&["run"]);
    library.json(&["resume", "indexing"]);
    wait_until("the fresh engine works in the other lane", || {
        library.show(&other)["state"] == "ready"
    });
    library.json(&["run", "--until-idle"]);
    assert_eq!(library.show(&document), given_back, "nothing was claimed");
    assert_eq!(reading_job(&library, &document)["attempt"], 1);
    library.json(&["resume", "reading"]);
    wait_until("it is read to the end", || {
        library.show(&document)["state"] == "ready"
    });
    assert_nothing_was_lost(&library, &document);
    end(&mut fresh);
}

#[test]
fn a_paused_job_gives_its_place_to_the_next_and_goes_on_when_resumed() {
    let library = Library::new();
    let mut middle = Middle::of_a_run(&library);
    let document = middle.document.clone();
    let job = reading_job(&library, &document)["job"].to_string();
    let given_back = paused_in_the_middle(&library, &mut middle, &["pause", &job], "paused");

    let path = library.file("next.pdf", fixture::pdf(&["The next one"]));
    assert_eq!(library.add_and_wait(&[&path])[0]["state"], "ready");
    assert_eq!(library.show(&document), given_back, "nothing was claimed");
    assert_eq!(library.json(&["stats"])["paused"], 1);
    library.json(&["resume", &job]);
    library.json(&["run", "--until-idle"]);
    assert_nothing_was_lost(&library, &document);
}

#[test]
fn when_everything_is_paused_nothing_is_claimed_before_it_is_resumed() {
    let library = Library::new();
    let other = waiting_to_be_indexed(&library);
    let mut middle = Middle::of_a_run(&library);
    let document = middle.document.clone();
    let given_back = paused_in_the_middle(&library, &mut middle, &["pause"], "queued");
    let claimed = items(&given_back["attempts"]).len();
    library.json(&["resume", "indexing"]);

    let mut fresh = library.spawn(&["run"]);
    wait_until("the fresh engine has the role", || {
        engine_of(&library) == fresh.pid()
    });
    library.json(&["run", "--until-idle"]);
    let resumed = library.add(&library.file("later.pdf", fixture::pdf(&["Added meanwhile"])));
    let resumed = time(&library.show(&resumed)["events"][0]["at"]);
    library.json(&["resume"]);
    wait_until("everything is done", || {
        let stats = library.json(&["stats"]);
        number(&stats["completed"]) == 6
    });
    assert_nothing_was_lost(&library, &document);
    let rest = items(&library.show(&document)["attempts"])[claimed..].to_vec();
    let index = items(&library.show(&other)["attempts"])[1..].to_vec();
    for attempt in rest.iter().chain(&index) {
        let began = time(&attempt["started_at"]);
        assert!(began >= resumed, "claimed while paused: {attempt}");
    }
    end(&mut fresh);
}

/// The process that last took up the engine's role.
fn engine_of(library: &Library) -> u32 {
    let path = library.folder().join("library.db");
    let conn = rusqlite::Connection::open(path).expect("the database");
    let pid = conn.query_row("SELECT pid FROM engine", [], |row| row.get(0));
    pid.expect("its one row")
}
