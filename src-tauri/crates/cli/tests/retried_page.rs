//! A page that could not be read can be read again, alone.

mod support;

use serde_json::Value;
use support::{
    Library, assert_each_page_once, fixture, items, number, page_events, told, wait_until,
};

/// Pages of the events of that name, in their order.
fn pages(shown: &Value, event: &str) -> Vec<u64> {
    items(&shown["events"])
        .iter()
        .filter(|one| one["event"] == event)
        .map(|one| number(&one["page"]))
        .collect()
}

fn failed(shown: &Value) -> Vec<(u64, &str)> {
    items(&shown["pages_failed"])
        .iter()
        .map(|page| {
            (
                number(&page["page"]),
                page["code"].as_str().expect("a code"),
            )
        })
        .collect()
}

#[test]
fn a_page_that_had_too_little_time_is_read_again_alone() {
    let library = Library::new();
    library.json(&["config", "set", "worker.page_s", "1"]);
    let texts = ["Lighthouse", "", "Keeper", "", "Diary"];
    let path = library.file("five.pdf", fixture::pdf_with_hard_pages(&texts, &[2, 4]));
    let added = library.add_and_wait(&[&path]);
    assert_eq!(added[0]["state"], "problems", "{added}");
    let document = added[0]["document"].to_string();
    let first = library.show(&document);
    assert_eq!(failed(&first), [(2, "timed_out"), (4, "timed_out")]);

    library.json(&["config", "set", "worker.page_s", "600"]);
    let retried = library.json(&["retry", &document, "--page", "2"]);
    assert_eq!(retried[0]["retried"], true);
    wait_until("the other pages are found meanwhile", || {
        let found = library.json(&["search", "keeper", "--mode", "words"]);
        found["hits"][0]["page"] == 3
    });
    library.json(&["run", "--until-idle"]);
    let second = library.show(&document);
    assert_eq!(second["state"], "problems", "page 4 was not asked for");
    assert_eq!(failed(&second), [(4, "timed_out")]);
    assert_eq!(pages(&second, "page_failed"), pages(&first, "page_failed"));
    let (before, after) = (page_events(&first), page_events(&second));
    assert_eq!(after[..before.len()], before, "no other page a second time");
    let came: Vec<u64> = after[before.len()..].iter().map(|page| page.0).collect();
    assert_eq!(came, [2]);

    library.json(&["retry", &document, "--page", "4"]);
    library.json(&["run", "--until-idle"]);
    let whole = library.show(&document);
    assert_eq!(
        (&whole["state"], &whole["indexed"]),
        (&"ready".into(), &true.into())
    );
    assert_each_page_once(&whole, 5);
}

#[test]
fn a_page_that_fails_again_leaves_everything_else_as_it_was() {
    let library = Library::new();
    let bytes = fixture::pdf_with_a_page_missing(&["Lighthouse", "", "Keeper"], 2);
    let path = library.file("three.pdf", bytes);
    let added = library.add_and_wait(&[&path]);
    let document = added[0]["document"].to_string();
    let first = library.show(&document);
    assert_eq!(first["state"], "problems", "{first}");
    assert_eq!(failed(&first), [(2, "page_corrupt")]);

    library.json(&["retry", &document, "--page", "2"]);
    library.json(&["run", "--until-idle"]);
    let second = library.show(&document);
    assert_eq!(second["state"], "problems", "{second}");
    assert_eq!(failed(&second), failed(&first));
    assert_eq!(
        page_events(&second),
        page_events(&first),
        "no page a second time"
    );
    assert_eq!(pages(&second, "page_failed"), [2, 2]);
}

#[test]
fn a_page_that_was_read_has_nothing_to_try_again() {
    let library = Library::new();
    let bytes = fixture::pdf_with_a_page_missing(&["Lighthouse", "", "Keeper"], 2);
    let path = library.file("three.pdf", bytes);
    let document = library.add_and_wait(&[&path])[0]["document"].to_string();
    let output = library.run(&["retry", &document, "--page", "1"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert_eq!(library.json(&["queue"]), Value::Array(Vec::new()));
}
