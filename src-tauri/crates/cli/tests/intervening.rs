//! What a person does to the queue by hand.

mod support;

use serde_json::Value;
use support::{Library, fixture, items, number, told, wait_until};

/// Three documents in line; their jobs, the first added first.
fn three_in_line(library: &Library) -> [String; 3] {
    ["a", "b", "c"].map(|name| {
        let path = library.file(&format!("{name}.pdf"), fixture::pdf(&[name]));
        let added = library.json(&["add".as_ref(), path.as_os_str()]);
        added[0]["job"].to_string()
    })
}

fn line(library: &Library) -> Vec<String> {
    let queue = library.json(&["queue"]);
    items(&queue)
        .iter()
        .map(|row| row["job"].to_string())
        .collect()
}

#[test]
fn a_job_moved_to_the_top_is_the_next() {
    let library = Library::new();
    let [a, b, c] = three_in_line(&library);
    let moved = library.json(&["top", &c]);
    assert_eq!(
        (&moved["moved"], number(&moved["position"])),
        (&true.into(), 1)
    );
    assert_eq!(line(&library), [c, a, b]);
}

#[test]
fn a_new_priority_is_a_new_place() {
    let library = Library::new();
    let [a, b, c] = three_in_line(&library);
    let answer = library.json(&["priority", &a, "low"]);
    assert_eq!(
        (&answer["changed"], number(&answer["position"])),
        (&true.into(), 3)
    );
    assert_eq!(line(&library), [&b, &c, &a].map(String::as_str));
    let output = library.run(&["priority", &a, "soon"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
}

#[test]
fn what_is_failed_by_hand_is_a_dead_letter_with_the_reason_and_can_be_retried() {
    let library = Library::new();
    let [a, ..] = three_in_line(&library);
    assert_eq!(
        library.json(&["fail", &a, "--why", "not now"])["failed"],
        true
    );
    let failed = library.json(&["failed"]);
    assert_eq!(
        (failed[0]["job"].to_string(), &failed[0]["message"]),
        (a.clone(), &"not now".into())
    );
    let document = failed[0]["document"].to_string();
    let shown = library.show(&document);
    assert_eq!(
        (&shown["state"], &shown["code"]),
        (&"failed".into(), &"failed_by_hand".into())
    );
    let again = library.run(&["fail", &a, "--why", "again"]);
    assert_eq!(
        again.status.code(),
        Some(1),
        "it has ended: {}",
        told(&again)
    );
    library.json(&["run", "--until-idle"]);
    assert_eq!(
        library.show(&document)["state"],
        "failed",
        "upkeep leaves it alone"
    );
    library.json(&["retry", &a]);
    library.json(&["run", "--until-idle"]);
    assert_eq!(library.show(&document)["state"], "ready");
    assert_eq!(library.json(&["stats"])["dead"], 0);
}

#[test]
fn a_job_under_way_that_is_failed_by_hand_writes_nothing_more() {
    let library = Library::new();
    let path = library.file("scan.pdf", fixture::scan_pdf(30));
    let added = library.json(&["add".as_ref(), path.as_os_str()]);
    let (job, document) = (
        added[0]["job"].to_string(),
        added[0]["document"].to_string(),
    );
    let mut engine = library.spawn(&["run", "--until-idle"]);
    wait_until("it is under way", || library.pages_read(&document) >= 2);
    library.json(&["fail", &job, "--why", "enough"]);
    let read = library.pages_read(&document);
    assert!(engine.end().success(), "{}", engine.said());
    let shown = library.show(&document);
    assert_eq!(shown["state"], "failed");
    assert_eq!(
        number(&shown["pages_read"]),
        read,
        "pages read before the end stay, none follows"
    );
    assert_eq!(shown["attempts"][0]["outcome"], "by_hand");
}

#[test]
fn flushing_asks_first_and_then_cancels_all_that_waits() {
    let library = Library::new();
    let jobs = three_in_line(&library);
    let output = library.run(&["flush"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(
        told(&output).contains("3 waiting jobs"),
        "{}",
        told(&output)
    );
    assert_eq!(line(&library), jobs);
    assert_eq!(library.json(&["flush", "--yes"])["cancelled"], 3);
    assert_eq!(line(&library).len(), 0);
    let list = library.json(&["list", "--state", "cancelled"]);
    assert_eq!(items(&list).len(), 3, "their documents know");
    library.json(&["run", "--until-idle"]);
    let list = library.json(&["list", "--state", "cancelled"]);
    assert_eq!(items(&list).len(), 3, "upkeep leaves them alone");
}

#[test]
fn a_full_queue_takes_all_of_what_is_added_or_nothing() {
    let library = Library::new();
    library.json(&["config", "set", "queue.limit", "4"]);
    let before = line(&library).len() + three_in_line(&library).len();
    let many = library.files().join("many");
    std::fs::create_dir(&many).expect("a folder");
    for n in 0..2 {
        std::fs::write(many.join(format!("{n}.pdf")), fixture::pdf(&["More"])).expect("a file");
    }
    let output = library.run(&["add".as_ref(), many.as_os_str(), "--json".as_ref()]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(
        told(&output).contains("4 waiting jobs"),
        "{}",
        told(&output)
    );
    let stats = library.json(&["stats"]);
    assert_eq!(
        (line(&library).len(), number(&stats["documents"])),
        (before, 3)
    );
    std::fs::remove_file(many.join("1.pdf")).expect("one less");
    library.json(&["add".as_ref(), many.as_os_str()]);
    assert_eq!(line(&library).len(), 4, "what fits is taken");
}

#[test]
fn finished_jobs_are_dropped_and_what_they_did_is_still_told() {
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Marmalade"]));
    let added = library.add_and_wait(&[&path]);
    let document = added[0]["document"].to_string();
    let before = library.show(&document);
    assert_eq!(
        library.json(&["cleanup", "--older-than", "1h"])["removed"],
        0
    );
    assert_eq!(
        library.json(&["cleanup", "--older-than", "0h"])["removed"],
        2
    );
    let stats = library.json(&["stats"]);
    assert_eq!(
        (number(&stats["completed"]), number(&stats["documents"])),
        (0, 1)
    );
    let after = library.show(&document);
    assert_eq!(after, before, "attempts and events stay with the document");
    assert_eq!(items(&after["attempts"]).len(), 2);
    let output = library.run(&["cleanup", "--older-than", "old"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
}

#[test]
fn a_job_that_may_not_begin_yet_waits_for_its_time_and_holds_up_no_end() {
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Later"]));
    let add = |time: &str| {
        library.json(&[
            "add".as_ref(),
            path.as_os_str(),
            "--not-before".as_ref(),
            time.as_ref(),
        ])
    };
    let added = add("2999-01-01T00:00:00Z");
    let document = added[0]["document"].to_string();
    library.json(&["run", "--until-idle"]);
    let queue = library.json(&["queue"]);
    assert_eq!(
        (&queue[0]["state"], &queue[0]["position"]),
        (&"waiting".into(), &Value::Null)
    );
    assert_eq!(library.pages_read(&document), 0);
    assert_eq!(
        library.json(&["top", &added[0]["job"].to_string()])["moved"],
        true
    );
    library.json(&["cancel", &added[0]["job"].to_string()]);
    add("2001-01-01T00:00:00Z");
    library.json(&["run", "--until-idle"]);
    assert_eq!(
        library.show(&document)["state"],
        "ready",
        "its time has come"
    );
}

#[test]
fn collections_are_made_renamed_and_taken_away_and_their_documents_stay() {
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Taxes"]));
    library.json(&[
        "add".as_ref(),
        path.as_os_str(),
        "--collection".as_ref(),
        "taxes".as_ref(),
    ]);
    library.json(&["collection", "create", "empty"]);
    assert_eq!(
        library
            .run(&["collection", "create", "Taxes"])
            .status
            .code(),
        Some(1)
    );
    assert_eq!(
        library
            .run(&["collection", "rename", "taxes", "empty"])
            .status
            .code(),
        Some(1)
    );
    library.json(&["collection", "rename", "taxes", "2026"]);
    let list = library.json(&["collection", "list"]);
    assert_eq!(
        (&list[0]["collection"], number(&list[0]["documents"])),
        (&"2026".into(), 1)
    );
    library.json(&["collection", "delete", "2026"]);
    library.json(&["collection", "delete", "empty"]);
    assert_eq!(items(&library.json(&["collection", "list"])).len(), 0);
    assert_eq!(items(&library.json(&["list"])).len(), 1);
}
