//! What the command prints and how it ends: the contract that scripts rely on.

mod support;

use serde_json::Value;
use support::{Library, fixture, items, number, told, wait_until};

/// Every name must be there; more may be.
fn has_fields(value: &Value, names: &str) {
    for name in names.split(' ') {
        assert!(value.get(name).is_some(), "no field {name} in {value}");
    }
}

const ADD: &str =
    "path parent document job position intake state pages_total pages_read problems code message";
const JOB: &str = "job document path kind lane state priority position stage pages_done \
                   pages_total attempt not_before started_at eta_s";
const STATS: &str = "waiting queued processing retrying paused completed problems failed cancelled \
                     dead documents pages passages embedded pages_per_minute oldest_queued_s";
const SHOW: &str = "document path places kind title author date bytes hash state collections \
                    pages_total pages_read pages_failed passages indexed attempts events";

#[test]
fn adding_answers_with_positions_and_the_queue_lists_them() {
    let library = Library::new();
    library.file("a.pdf", fixture::pdf(&["The first"]));
    library.file("b.pdf", fixture::pdf(&["The second"]));
    let added = library.json(&["add".as_ref(), library.files().as_os_str()]);
    let files: Vec<&Value> = items(&added)
        .iter()
        .filter(|answer| !answer["parent"].is_null())
        .collect();
    assert_eq!((items(&added).len(), files.len()), (3, 2), "{added}");
    let mut positions: Vec<u64> = files.iter().map(|file| number(&file["position"])).collect();
    positions.sort_unstable();
    assert_eq!(positions, [1, 2]);
    for file in files {
        has_fields(file, ADD);
        assert_eq!(
            (&file["intake"], &file["state"]),
            (&"queued".into(), &"queued".into())
        );
    }
    let queue = library.json(&["queue"]);
    assert_eq!(items(&queue).len(), 2);
    has_fields(&queue[0], JOB);
    assert_eq!(queue[0]["position"], 1);
    assert_eq!(queue[0]["state"], "queued");
    let stats = library.json(&["stats"]);
    has_fields(&stats, STATS);
    assert_eq!(
        (number(&stats["queued"]), number(&stats["documents"])),
        (2, 2)
    );
}

#[test]
fn a_document_that_was_read_is_told_in_the_fields_of_the_contract() {
    let library = Library::new();
    let path = library.file(
        "keeper.pdf",
        fixture::pdf(&["The lighthouse", "The keeper"]),
    );
    let added = library.add_and_wait(&[&path]);
    has_fields(&added[0], ADD);
    assert_eq!(
        (&added[0]["state"], number(&added[0]["pages_read"])),
        (&"ready".into(), 2)
    );
    let document = added[0]["document"].to_string();

    let text = library.json(&["text", &document]);
    has_fields(&text, "document path pages");
    has_fields(&text["pages"][1], "page text source confidence state code");
    assert_eq!(
        text["pages"][1]["text"].as_str().map(str::trim),
        Some("The keeper")
    );
    assert_eq!(text["pages"][1]["source"], "embedded");
    let one = library.json(&["text", &document, "--page", "2"]);
    assert_eq!(items(&one["pages"]).len(), 1);

    let shown = library.show(&document);
    has_fields(&shown, SHOW);
    has_fields(
        &shown["attempts"][0],
        "job attempt epoch started_at ended_at outcome code message",
    );
    has_fields(&shown["events"][0], "at job event page epoch");
    support::assert_each_page_once(&shown, 2);
    assert_eq!(shown["indexed"], true);
    assert_eq!(
        library.json(&["show".as_ref(), path.as_os_str()]),
        shown,
        "also by its path"
    );

    let list = library.json(&["list", "--state", "ready"]);
    has_fields(&list[0], "document path state pages_total pages_read");
    assert_eq!(
        items(&library.json(&["list", "--state", "failed"])).len(),
        0
    );

    let to = library.files().join("keeper.txt");
    library.json(&[
        "export".as_ref(),
        document.as_ref(),
        "--to".as_ref(),
        to.as_os_str(),
    ]);
    let written = std::fs::read_to_string(&to).expect("exported");
    assert!(
        written.contains("The lighthouse") && written.contains("The keeper"),
        "{written}"
    );
    let again = library.run(&[
        "export".as_ref(),
        document.as_ref(),
        "--to".as_ref(),
        to.as_os_str(),
    ]);
    assert_eq!(
        again.status.code(),
        Some(1),
        "a file is not overwritten: {}",
        told(&again)
    );
}

#[test]
fn the_same_file_twice_is_a_duplicate_and_the_same_content_one_document() {
    let library = Library::new();
    let bytes = fixture::pdf(&["Only once"]);
    let (one, two) = (
        library.file("one.pdf", &bytes),
        library.file("two.pdf", &bytes),
    );
    let first = library.add_and_wait(&[&one]);
    let again = library.add_and_wait(&[&one]);
    assert_eq!(again[0]["intake"], "duplicate", "{again}");
    assert_eq!(again[0]["document"], first[0]["document"]);
    let copy = library.add_and_wait(&[&two]);
    assert_eq!(copy[0]["intake"], "duplicate", "{copy}");
    assert_eq!(copy[0]["document"], first[0]["document"]);
    assert_eq!(items(&library.json(&["list"])).len(), 1);
    let shown = library.show(&first[0]["document"].to_string());
    assert_eq!(items(&shown["places"]).len(), 2, "{shown}");
    support::assert_each_page_once(&shown, 1);
}

#[test]
fn nothing_is_claimed_while_paused_and_resuming_goes_on() {
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Patience"]));
    let document = library.add(&path);
    library.json(&["pause"]);
    let mut engine = library.spawn(&["run"]);
    let lock = library.folder().join("engine.lock");
    wait_until("an engine works", || lock.exists());
    let later = library.add(&library.file("b.pdf", fixture::pdf(&["Added meanwhile"])));
    let shown = library.show(&document);
    assert_eq!(
        (&shown["state"], items(&shown["attempts"]).len()),
        (&"queued".into(), 0)
    );
    library.json(&["resume"]);
    wait_until("both are read", || {
        [&document, &later]
            .iter()
            .all(|one| library.show(one)["state"] == "ready")
    });
    let started = library.show(&document)["attempts"][0]["started_at"].clone();
    let added = library.show(&later)["events"][0]["at"].clone();
    let order = |time: &Value| {
        time.as_str()
            .map(|text| text.trim_end_matches('Z').to_owned())
    };
    assert!(
        order(&started) > order(&added),
        "the first began at {started}, before {added}"
    );
    engine.signal(rustix::process::Signal::INT);
    assert!(engine.end().success(), "Ctrl-C is a clean end");
}

#[test]
fn a_paused_job_lets_others_pass_and_holds_up_no_end() {
    let library = Library::new();
    let held = library.file("held.pdf", fixture::pdf(&["Held back"]));
    let held = library.json(&["add".as_ref(), held.as_os_str()]);
    library.json(&["pause", &held[0]["job"].to_string()]);
    let passing = library.file("passing.pdf", fixture::pdf(&["Passing"]));
    assert_eq!(library.add_and_wait(&[&passing])[0]["state"], "ready");
    let shown = library.show(&held[0]["document"].to_string());
    assert_eq!(
        (
            number(&shown["pages_read"]),
            items(&shown["attempts"]).len()
        ),
        (0, 0)
    );
    assert_eq!(library.json(&["stats"])["paused"], 1);
}

#[test]
fn a_waiting_job_is_cancelled_at_once() {
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Not wanted"]));
    let added = library.json(&["add".as_ref(), path.as_os_str()]);
    let cancelled = library.json(&["cancel", &added[0]["job"].to_string()]);
    assert_eq!(cancelled[0]["outcome"], "cancelled");
    assert_eq!(items(&library.json(&["queue"])).len(), 0);
    assert_eq!(library.json(&["run", "--until-idle"])["cancelled"], 1);
    let shown = library.show(&added[0]["document"].to_string());
    assert_eq!(
        (&shown["state"], number(&shown["pages_read"])),
        (&"cancelled".into(), 0)
    );
}

#[test]
fn what_is_forgotten_is_gone_at_once_and_the_original_stays() {
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Marmalade recipes"]));
    let added = library.add_and_wait(&[&path]);
    let search = ["search", "marmalade", "--mode", "words"];
    wait_until("it is found", || {
        items(&library.json(&search)["hits"]).len() == 1
    });
    has_fields(&library.json(&search), "query mode took_ms complete hits");
    let document = added[0]["document"].to_string();
    library.json(&["forget", &document]);
    assert_eq!(
        items(&library.json(&search)["hits"]).len(),
        0,
        "zero hits are no error"
    );
    assert_eq!(items(&library.json(&["list"])).len(), 0);
    assert!(path.exists());
}

#[test]
fn settings_are_listed_checked_and_kept() {
    let library = Library::new();
    let list = library.json(&["config", "list"]);
    has_fields(&list[0], "key value default meaning");
    library.json(&["config", "set", "reading.workers", "3"]);
    assert_eq!(
        library.json(&["config", "get", "reading.workers"])["value"],
        "3"
    );
    assert_ne!(
        library
            .run(&["config", "set", "reading.workers", "many"])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn the_doctor_finds_a_new_library_well() {
    let health = Library::new().json(&["doctor"]);
    has_fields(&health, "ok version checks assets");
    assert_eq!(health["ok"], true, "{health}");
}

#[test]
fn wrong_usage_ends_with_2_and_what_is_not_there_with_1() {
    let library = Library::new();
    let wrong: [&[&str]; 6] = [
        &["no-such-command"],
        &["add"],
        &["text", "1", "--page", "0"],
        &["list", "--state", "lost"],
        &["add", "x.pdf", "--priority", "soon"],
        &["search", "x", "--after", "yesterday"],
    ];
    for args in wrong {
        let output = library.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", told(&output));
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{args:?}"
        );
    }
    assert_eq!(library.run(&["show", "77"]).status.code(), Some(1));
}
