//! A page can be found by its words while its document is still being read.

mod support;

use std::time::SystemTime;

use serde_json::Value;
use support::middle::{Middle, PAGES};
use support::{Library, items, number, time, wait_until};

/// The rule is a second. Starting a `sheaf` for each look, on a machine that does other things, is allowed the rest.
const BOUND_MS: i64 = 5_000;

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.expect("after 1970").as_millis() as i64
}

/// Milliseconds since a page was committed, which it must have been.
fn age_of(shown: &Value, page: u64) -> i64 {
    let event = items(&shown["events"])
        .iter()
        .find(|event| event["event"] == "page" && event["page"] == page)
        .expect("it was committed");
    now_ms() - time(&event["at"])
}

#[test]
fn a_page_is_found_by_its_words_within_a_second_while_others_wait() {
    let library = Library::new();
    let middle = Middle::of_a_run(&library);

    let mut found = Value::Null;
    wait_until("one of its pages is found", || {
        found = library.json(&["search", "harbour", "--mode", "words"]);
        !items(&found["hits"]).is_empty()
    });
    let hit = &found["hits"][0];
    let page = number(&hit["page"]);
    let shown = library.show(&middle.document);
    let age = age_of(&shown, page);
    println!("page {page} was found {age} ms after it was committed");
    assert!(age < BOUND_MS, "page {page} was found after {age} ms");

    assert_eq!(hit["document"].to_string(), middle.document);
    assert_eq!(hit["matched"], serde_json::json!(["words"]));
    assert_eq!(
        shown["state"], "reading",
        "it was not read to the end: {shown}"
    );
    assert!(number(&shown["pages_read"]) < PAGES, "pages are left");
}
