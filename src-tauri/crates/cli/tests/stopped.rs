//! Ctrl-C and a service manager's stop end a `sheaf` cleanly in the middle of its work.

mod support;

use rustix::process::Signal;
use serde_json::Value;
use support::middle::{Middle, PAGES, assert_only_pages_in_hand_came, reading_job};
use support::process::{is_alive, kill, reading_children};
use support::{Library, assert_each_page_once, items, number, outcomes, page_events, wait_until};

/// What must be true after an end that was asked for: nothing is held by anybody, and the work goes on where it was.
/// The answer is how many pages still came.
fn assert_given_back(library: &Library, middle: &Middle, before: &Value) -> usize {
    let left: Vec<u32> = middle
        .children()
        .iter()
        .copied()
        .chain(reading_children(middle.engine.pid()))
        .filter(|child| is_alive(*child))
        .collect();
    assert_eq!(left, Vec::<u32>::new(), "no child outlives the engine");
    assert_eq!(number(&library.json(&["stats"])["processing"]), 0);
    assert_eq!(library.json(&["workers"]), Value::Array(Vec::new()));
    let job = reading_job(library, &middle.document);
    assert_eq!(
        (&job["state"], &job["attempt"]),
        (&"queued".into(), &1.into())
    );
    let after = library.show(&middle.document);
    assert_only_pages_in_hand_came(before, &after);
    assert_eq!(after["state"], "queued");
    assert_eq!(outcomes(&after)[0].1, "gave_way");
    page_events(&after).len() - page_events(before).len()
}

fn assert_a_later_run_finishes(library: &Library, document: &str) {
    library.json(&["run", "--until-idle"]);
    let shown = library.show(document);
    assert_eq!(shown["state"], "ready");
    assert_each_page_once(&shown, PAGES);
    for attempt in items(&shown["attempts"]) {
        assert_eq!(attempt["attempt"], 1, "{shown}");
    }
}

/// A signal as the terminal sends it: to the engine and to its children.
fn interrupt(middle: &Middle, signal: Signal) {
    middle.engine.signal(signal);
    for child in middle.children() {
        kill(*child, signal);
    }
    wait_until("it says that it ends", || {
        middle.engine.said().contains("Finishing the page in hand")
    });
}

fn ends_cleanly(start: fn(&Library) -> Middle, signal: Signal) {
    let library = Library::new();
    let mut middle = start(&library);
    interrupt(&middle, signal);
    let before = library.show(&middle.document);
    middle.go_on();
    let status = middle.engine.end();
    assert_eq!(status.code(), Some(0), "{}", middle.engine.said());
    let came = assert_given_back(&library, &middle, &before);
    assert!(came > 0, "a page in hand has ten seconds to end");
    assert_a_later_run_finishes(&library, &middle.document);
}

#[test]
fn ctrl_c_on_a_run_finishes_the_page_in_hand() {
    ends_cleanly(Middle::of_a_run, Signal::INT);
}

#[test]
fn a_termination_of_a_run_finishes_the_page_in_hand() {
    ends_cleanly(Middle::of_a_run, Signal::TERM);
}

#[test]
fn ctrl_c_on_a_waiting_add_finishes_the_page_in_hand() {
    ends_cleanly(Middle::of_an_add, Signal::INT);
}

#[test]
fn a_termination_of_a_waiting_add_finishes_the_page_in_hand() {
    ends_cleanly(Middle::of_an_add, Signal::TERM);
}

#[test]
fn a_page_that_takes_too_long_to_finish_is_given_back() {
    let library = Library::new();
    let mut middle = Middle::of_a_run(&library);
    interrupt(&middle, Signal::TERM);
    let before = library.show(&middle.document);
    // Its children stay stopped, so no page in hand ever ends.
    let status = middle.engine.end();
    assert_eq!(status.code(), Some(0), "{}", middle.engine.said());
    let came = assert_given_back(&library, &middle, &before);
    assert_eq!(came, 0);
    assert_a_later_run_finishes(&library, &middle.document);
}

#[test]
fn a_second_ctrl_c_ends_at_once_and_costs_no_page() {
    let library = Library::new();
    let mut middle = Middle::of_a_run(&library);
    interrupt(&middle, Signal::INT);
    let before = library.show(&middle.document);
    middle.engine.signal(Signal::INT);
    assert_eq!(middle.engine.end().code(), Some(130));
    wait_until("its children end", || {
        !middle.children().iter().any(|child| is_alive(*child))
    });
    assert_only_pages_in_hand_came(&before, &library.show(&middle.document));
    assert_a_later_run_finishes(&library, &middle.document);
}
