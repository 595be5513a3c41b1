//! What is tried again, how often, and what is written down about it.

mod support;

use serde_json::Value;
use support::{Library, fixture, items, number, outcomes};

fn set(library: &Library, key: &str, value: &str) {
    library.json(&["config", "set", key, value]);
}

/// A document whose drive has gone by the time it is read, and with it the folder of the file.
fn vanished(library: &Library) -> String {
    let drive = library.files().join("drive");
    std::fs::create_dir(&drive).expect("a folder");
    let path = library.file("drive/gone.pdf", fixture::pdf(&["Gone"]));
    let document = library.add(&path);
    std::fs::rename(drive, library.files().join("away")).expect("it goes");
    document
}

#[test]
fn a_deleted_file_is_not_tried_again_but_by_a_person_who_put_it_back() {
    let library = Library::new();
    set(&library, "retry.attempts", "9");
    let path = library.file("gone.pdf", fixture::pdf(&["Gone"]));
    let document = library.add(&path);
    let aside = library.files().with_file_name("aside.pdf");
    std::fs::rename(&path, &aside).expect("it goes");
    library.json(&["run", "--until-idle"]);
    assert_eq!(endings(&library, &document), ["gave_up"]);
    assert_eq!(library.json(&["failed"])[0]["code"], "file_missing");
    std::fs::rename(&aside, &path).expect("it is put back");
    library.json(&["retry", &document]);
    library.json(&["run", "--until-idle"]);
    assert_eq!(library.show(&document)["state"], "ready");
}

#[test]
fn an_empty_mount_point_is_a_drive_that_is_away() {
    let library = Library::new();
    set(&library, "retry.attempts", "1");
    let drive = library.files().join("drive");
    std::fs::create_dir(&drive).expect("a folder");
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "tmpfs"])
        .arg(&drive)
        .output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        return;
    }
    let path = library.file("drive/gone.pdf", fixture::pdf(&["Gone"]));
    let document = library.add(&path);
    let unmounted = std::process::Command::new("umount").arg(&drive).status();
    assert!(unmounted.expect("umount").success());
    library.json(&["run", "--until-idle"]);
    assert_eq!(library.show(&document)["code"], "file_offline");
    assert_eq!(endings(&library, &document), ["fault"], "it is passing");
}

fn endings(library: &Library, document: &str) -> Vec<String> {
    let shown = library.show(document);
    outcomes(&shown)
        .into_iter()
        .map(|(_, outcome)| outcome)
        .collect()
}

#[test]
fn a_vanished_drive_is_tried_again_as_its_kind_of_fault_says() {
    let library = Library::new();
    set(&library, "retry.attempts", "9");
    set(&library, "retry.read.attempts", "7");
    set(&library, "retry.file.attempts", "2");
    set(&library, "retry.file.base_s", "1");
    let document = vanished(&library);
    library.json(&["run", "--until-idle"]);
    assert_eq!(endings(&library, &document), ["fault", "fault"]);
    let failed = library.json(&["failed"]);
    assert_eq!(
        (number(&failed[0]["attempt"]), &failed[0]["code"]),
        (2, &"file_offline".into())
    );
    assert_eq!(library.show(&document)["state"], "failed");
}

#[test]
fn a_password_is_never_tried_again_whatever_the_settings_say() {
    let library = Library::new();
    set(&library, "retry.attempts", "100");
    set(&library, "retry.base_s", "1");
    let path = library.file("locked.pdf", fixture::locked_pdf(&["Secret"]));
    let document = library.add_and_wait(&[&path])[0]["document"].to_string();
    assert_eq!(endings(&library, &document), ["gave_up"]);
}

#[test]
fn every_kind_has_settings_that_are_checked() {
    let library = Library::new();
    for kind in ["", "read.", "index.", "file.", "worker.", "disk."] {
        for (what, good) in [("attempts", "4"), ("base_s", "5"), ("cap_s", "6")] {
            let key = format!("retry.{kind}{what}");
            set(&library, &key, good);
            assert_eq!(
                library.json(&["config", "get", &key])["value"],
                good,
                "{key}"
            );
            let refused = library.run(&["config", "set", &key, "never"]);
            assert!(!refused.status.success(), "{key}");
        }
    }
}

/// Kind of job and what happened, line by line.
fn story(log: &[Value]) -> Vec<String> {
    log.iter()
        .filter(|line| line["event"] != "counts")
        .map(|line| format!("{} {}", text(&line["kind"]), text(&line["event"])))
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn the_log_tells_the_start_and_the_end_of_every_attempt() {
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Marmalade"]));
    let added = library.add_and_wait(&[&path]);
    let log = library.log();
    let expected = [
        "read started",
        "read completed",
        "index started",
        "index completed",
    ];
    assert_eq!(story(&log), expected);
    for line in log.iter().filter(|line| line["event"] == "completed") {
        assert_eq!(line["document"], added[0]["document"]);
        for field in ["at", "job", "attempt", "epoch", "engine", "ms"] {
            assert!(!line[field].is_null(), "no {field} in {line}");
        }
    }
    assert_eq!(log[1]["job"], added[0]["job"]);
    let written = format!("{log:?}");
    assert!(
        !written.contains("a.pdf") && !written.contains("Marmalade"),
        "{written}"
    );
}

#[test]
fn the_log_tells_what_is_tried_again_and_what_failed() {
    let library = Library::new();
    set(&library, "retry.attempts", "2");
    set(&library, "retry.base_s", "1");
    vanished(&library);
    library.json(&["run", "--until-idle"]);
    let log = library.log();
    let expected = [
        "read started",
        "read retrying",
        "read started",
        "read failed",
    ];
    assert_eq!(story(&log), expected);
    assert!(log[1]["not_before"].is_string(), "{}", log[1]);
    assert_eq!(
        (&log[3]["code"], number(&log[3]["attempt"])),
        (&"file_offline".into(), 2)
    );
}

#[cfg(unix)]
#[test]
fn the_log_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let library = Library::new();
    library.add_and_wait(&[&library.file("a.pdf", fixture::pdf(&["Private"]))]);
    let log = std::fs::metadata(library.folder().join("logs/engine.log")).expect("a log");
    assert_eq!(log.permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_log_that_cannot_be_written_stops_no_work() {
    let library = Library::new();
    library.json(&["stats"]);
    let log = library.folder().join("logs/engine.log");
    std::fs::create_dir(&log).expect("a folder where the log should be");
    let added = library.add_and_wait(&[&library.file("a.pdf", fixture::pdf(&["Onwards"]))]);
    assert_eq!(added[0]["state"], "ready");
    assert_eq!(items(&library.json(&["failed"])).len(), 0);
}
