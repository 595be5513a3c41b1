//! Work under way that is cancelled ends at the next page boundary, and nothing that was read is lost.

mod support;

use serde_json::Value;
use support::middle::{Middle, PAGES, assert_only_pages_in_hand_came, reading_job};
use support::{
    Library, assert_each_page_once, fixture, items, number, outcomes, page_events, wait_until,
};

/// Cancels the scan while pages are in hand; the document as it was at that moment.
fn cancelled_in_the_middle(library: &Library, middle: &Middle) -> Value {
    let job = reading_job(library, &middle.document)["job"].to_string();
    let answer = library.json(&["cancel", &job]);
    assert_eq!(answer[0]["outcome"], "at_next_page");
    let before = library.show(&middle.document);
    assert_eq!(before["state"], "reading", "pages are in hand");
    middle.go_on();
    wait_until("it is cancelled", || {
        library.show(&middle.document)["state"] == "cancelled"
    });
    before
}

#[test]
fn a_running_job_is_cancelled_at_the_next_page_boundary() {
    let library = Library::new();
    let middle = Middle::of_a_run(&library);
    let before = cancelled_in_the_middle(&library, &middle);
    let after = library.show(&middle.document);
    assert_only_pages_in_hand_came(&before, &after);
    assert_eq!(outcomes(&after)[0].1, "cancelled");
    assert_eq!(library.json(&["queue"]), Value::Array(Vec::new()));
    assert_eq!(library.json(&["stats"])["cancelled"], 1);

    let next = library.add(&library.file("next.pdf", fixture::pdf(&["The next one"])));
    wait_until("the engine has read another document", || {
        library.show(&next)["state"] == "ready"
    });
    assert_eq!(
        library.show(&middle.document),
        after,
        "and nothing more of this one"
    );
}

#[test]
fn what_was_read_before_a_cancel_stays_findable() {
    let library = Library::new();
    let middle = Middle::of_a_run(&library);
    cancelled_in_the_middle(&library, &middle);
    let read = page_events(&library.show(&middle.document));
    wait_until("one of its pages is found", || {
        let found = library.json(&["search", "harbour", "--mode", "words"]);
        let hits = items(&found["hits"]);
        hits.iter().any(|hit| {
            let page = number(&hit["page"]);
            read.iter().any(|(known, _)| *known == page)
        })
    });
    let first = read[0].0.to_string();
    let text = library.json(&["text", &middle.document, "--page", &first]);
    assert_eq!(text["pages"][0]["state"], "read");
}

#[test]
fn a_cancelled_document_that_is_added_again_goes_on_from_there() {
    let library = Library::new();
    let middle = Middle::of_a_run(&library);
    cancelled_in_the_middle(&library, &middle);
    let before = page_events(&library.show(&middle.document));
    let again = library.json(&["add".as_ref(), library.files().join("scan.pdf").as_os_str()]);
    assert_eq!(again[0]["intake"], "queued", "{again}");
    assert_eq!(again[0]["document"].to_string(), middle.document);
    wait_until("it is read to the end", || {
        library.show(&middle.document)["state"] == "ready"
    });
    let shown = library.show(&middle.document);
    assert_each_page_once(&shown, PAGES);
    assert_eq!(page_events(&shown)[..before.len()], before);
}
