//! Regular work: when it is done, and what upkeep finds.

mod support;

use support::{Library, fixture, items, number, told, wait_until};

/// Makes something due that would come in days, as if it had been missed.
fn miss(library: &Library, name: &str) {
    library.json(&["schedule", "set", name, "weekly"]);
    let missed = "UPDATE schedules SET next_at = 1 WHERE name = ?1";
    library.database().execute(missed, [name]).expect("missed");
}

fn schedule(library: &Library, name: &str) -> serde_json::Value {
    let list = library.json(&["schedule", "list"]);
    let found = items(&list).iter().find(|one| one["name"] == name);
    found.expect("it is listed").clone()
}

/// An engine that works until `reached`.
fn work_until(library: &Library, what: &str, reached: impl FnMut() -> bool) {
    let mut engine = library.spawn(&["run"]);
    wait_until(what, reached);
    engine.signal(rustix::process::Signal::INT);
    assert!(engine.end().success(), "{}", engine.said());
}

#[test]
fn times_are_set_by_word_or_by_five_fields_and_kept() {
    let library = Library::new();
    assert_eq!(
        schedule(&library, "upkeep")["cron"],
        "*/5 * * * *",
        "the default"
    );
    library.json(&["schedule", "set", "upkeep", "daily"]);
    library.json(&["schedule", "set", "report", "0", "8-18", "*", "*", "1-5"]);
    library.json(&["schedule", "off", "cleanup"]);
    assert_eq!(schedule(&library, "upkeep")["cron"], "0 3 * * *");
    assert_eq!(schedule(&library, "report")["cron"], "0 8-18 * * 1-5");
    library.json(&["run", "--until-idle"]);
    assert_eq!(
        schedule(&library, "upkeep")["cron"],
        "0 3 * * *",
        "a new engine keeps it"
    );
    assert!(schedule(&library, "upkeep")["next_at"].is_string());
    assert_eq!(schedule(&library, "cleanup")["on"], false);
    library.json(&["schedule", "set", "cleanup", "hourly"]);
    assert_eq!(schedule(&library, "cleanup")["on"], true);
}

#[test]
fn a_wrong_time_or_name_is_wrong_usage() {
    let library = Library::new();
    let wrong: [&[&str]; 4] = [
        &["schedule", "set", "upkeep", "often"],
        &["schedule", "set", "upkeep", "61 * * * *"],
        &["schedule", "set", "upkeep", "0 0 30 2 *"],
        &["schedule", "off", "tea"],
    ];
    for args in wrong {
        let output = library.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", told(&output));
    }
}

#[test]
fn what_was_missed_while_nobody_worked_is_done_once() {
    let library = Library::new();
    miss(&library, "report");
    work_until(&library, "it is done", || {
        schedule(&library, "report")["last_at"].is_string()
    });
    let counts = library
        .log()
        .iter()
        .filter(|line| line["event"] == "counts")
        .count();
    assert_eq!(counts, 1);
    assert!(
        schedule(&library, "report")["next_at"].as_str() > Some("2026"),
        "next week again"
    );
}

#[test]
fn what_is_off_is_not_done() {
    let library = Library::new();
    library.json(&["schedule", "off", "upkeep"]);
    let document = library.add(&library.file("a.pdf", fixture::pdf(&["Lost"])));
    library
        .database()
        .execute("DELETE FROM jobs", [])
        .expect("lost");
    miss(&library, "report");
    work_until(&library, "other work is done", || {
        schedule(&library, "report")["last_at"].is_string()
    });
    assert!(schedule(&library, "upkeep")["last_at"].is_null());
    assert_eq!(library.show(&document)["state"], "queued");
}

#[test]
fn finished_jobs_expire_and_documents_and_dead_letters_do_not() {
    let library = Library::new();
    let good = library.file("a.pdf", fixture::pdf(&["Marmalade"]));
    let locked = library.file("b.pdf", fixture::locked_pdf(&["Secret"]));
    library.add_and_wait(&[&good, &locked]);
    miss(&library, "cleanup");
    work_until(&library, "it is done", || {
        schedule(&library, "cleanup")["last_at"].is_string()
    });
    assert_eq!(
        library.json(&["stats"])["completed"],
        2,
        "a day has not passed"
    );
    library.json(&["config", "set", "queue.keep_finished_h", "0"]);
    miss(&library, "cleanup");
    work_until(&library, "they have expired", || {
        library.json(&["stats"])["completed"] == 0
    });
    let stats = library.json(&["stats"]);
    assert_eq!(
        (number(&stats["documents"]), number(&stats["dead"])),
        (2, 1)
    );
}

#[test]
fn upkeep_queues_a_document_that_lacks_its_text() {
    let library = Library::new();
    let document = library.add(&library.file("a.pdf", fixture::pdf(&["Lost and found"])));
    library
        .database()
        .execute("DELETE FROM jobs", [])
        .expect("lost");
    library.json(&["run", "--until-idle"]);
    let shown = library.show(&document);
    assert_eq!(shown["state"], "ready");
    let events = items(&shown["events"]).iter();
    assert_eq!(events.filter(|event| event["event"] == "upkeep").count(), 1);
}

#[test]
fn upkeep_queues_a_document_that_lacks_its_index() {
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Marmalade"]));
    let document = library.add_and_wait(&[&path])[0]["document"].to_string();
    let lost = "DELETE FROM embedded; DELETE FROM segments;";
    library.database().execute_batch(lost).expect("lost");
    assert_eq!(library.show(&document)["indexed"], false);
    library.json(&["run", "--until-idle"]);
    let shown = library.show(&document);
    assert_eq!(
        (&shown["indexed"], &shown["state"]),
        (&true.into(), &"ready".into())
    );
    support::assert_each_page_once(&shown, 1);
}

#[test]
fn upkeep_leaves_alone_what_failed_for_good() {
    let library = Library::new();
    let path = library.file("a.pdf", fixture::locked_pdf(&["Secret"]));
    let document = library.add_and_wait(&[&path])[0]["document"].to_string();
    let before = library.show(&document);
    for _ in 0..2 {
        library.json(&["run", "--until-idle"]);
    }
    assert_eq!(library.show(&document), before);
}

#[test]
fn upkeep_gives_up_what_it_queued_three_times_in_vain() {
    let library = Library::new();
    let document = library.add(&library.file("a.pdf", fixture::pdf(&["Again"])));
    let database = library.database();
    for round in 1..=4 {
        database
            .execute("DELETE FROM jobs", [])
            .expect("lost again");
        database
            .execute(
                "UPDATE documents SET state = 'reading' WHERE state <> 'failed'",
                [],
            )
            .expect("in the middle");
        library.json(&["run", "--until-idle"]);
        let expected = if round <= 3 { "ready" } else { "problems" };
        assert_eq!(library.show(&document)["state"], expected, "round {round}");
    }
    assert_eq!(library.show(&document)["code"], "library_failed");
}

#[test]
fn upkeep_tells_a_document_that_its_job_has_failed() {
    let library = Library::new();
    let document = library.add(&library.file("a.pdf", fixture::pdf(&["Killer"])));
    let lost = "UPDATE jobs SET state = 'failed', finished_at = 1, code = 'engine_lost',
                message = 'The engine was lost 20 times during this job.'";
    library
        .database()
        .execute(lost, [])
        .expect("as a take-over leaves it");
    library.json(&["run", "--until-idle"]);
    let shown = library.show(&document);
    assert_eq!(
        (&shown["state"], &shown["code"]),
        (&"failed".into(), &"engine_lost".into())
    );
    assert_eq!(library.json(&["stats"])["dead"], 1);
}
