//! A real process dies just before and just after each thing it commits. The next one goes on as if nothing had happened.

#![cfg(all(unix, debug_assertions))]

mod support;

use std::os::unix::process::ExitStatusExt;

use sheaf_engine::rehearsal::Commit;
use support::{Library, Sheaf, items, ledger, number};

const DOCUMENTS: u64 = 2;
const PAGES: u64 = 10;
const SIDES: [&str; 2] = ["before", "after"];
const ABORTED: i32 = 6;

/// Two documents of ten pages, in a folder that can be added.
fn library() -> Library {
    let library = Library::new();
    library.json(&["config", "set", "model", "all-MiniLM-L6-v2"]);
    for name in ["a", "b"] {
        let page = |page| format!("Harbour book {name}, page {page}. Ships that came.");
        let pages: Vec<String> = (1..=PAGES).map(page).collect();
        library.file(&format!("{name}.txt"), pages.join("\u{c}"));
    }
    library
}

fn add(library: &Library) {
    library.json(&["add".as_ref(), library.files().as_os_str()]);
}

fn finish(library: &Library) {
    library.json(&["run", "--until-idle"]);
}

/// A process that must die when it reaches that moment for the `time`th time.
fn dies(library: &Library, args: &[&str], moment: &str, time: u32) {
    let crash = format!("{moment} {time}");
    let env = [
        ("SHEAF_REHEARSE_CRASH", &*crash),
        ("SHEAF_LEASE_STALE_S", "1"),
    ];
    let mut process: Sheaf = library.spawn_with(args, &env);
    let status = process.end();
    assert_eq!(
        status.signal(),
        Some(ABORTED),
        "{moment} was reached: {status}, {}",
        process.said()
    );
}

fn assert_as_if_nothing_happened(library: &Library, moment: &str) {
    finish(library);
    let faults = ledger::faults(library, DOCUMENTS, PAGES);
    assert_eq!(faults, Vec::<String>::new(), "after a crash {moment}");
    let found = library.json(&["search", "harbour", "--mode", "words"]);
    let hits = items(&found["hits"]).len() as u64;
    assert_eq!(hits, DOCUMENTS, "after a crash {moment}: {found}");
}

/// Which commits a run makes in the middle of its work, and when it is to die.
fn while_working(commits: &[(Commit, u32)]) {
    for (commit, time) in commits {
        for side in SIDES {
            let library = library();
            add(&library);
            let moment = format!("{side} {commit:?}");
            dies(&library, &["run"], &moment, *time);
            assert_as_if_nothing_happened(&library, &moment);
        }
    }
}

/// Every commit is in one of the tests below; this `match` does not compile for a new one.
fn time(commit: Commit) -> Option<u32> {
    match commit {
        Commit::TakeBack => Some(1),
        Commit::Claim | Commit::Identify | Commit::Publish => Some(2),
        Commit::Page => Some(7),
        Commit::ClaimIndex | Commit::Vectors | Commit::Ending => Some(2),
        Commit::Words | Commit::Beat | Commit::Report => Some(1),
        Commit::Intake | Commit::Promote | Commit::Fire | Commit::Mend | Commit::Cleanup => None,
    }
}

/// A half of what a run commits by itself, so that two tests share the work.
fn half(of: usize) {
    let timed = Commit::ALL
        .into_iter()
        .filter_map(|commit| Some((commit, time(commit)?)));
    let half: Vec<_> = timed.enumerate().filter(|(n, _)| n % 2 == of).collect();
    let half: Vec<_> = half.into_iter().map(|(_, timed)| timed).collect();
    while_working(&half);
}

#[test]
fn a_crash_at_any_commit_of_the_work_changes_nothing_in_the_end() {
    half(0);
}

#[test]
fn a_crash_at_any_other_commit_of_the_work_changes_nothing_in_the_end() {
    half(1);
}

#[test]
fn a_crash_while_files_are_added_adds_all_or_nothing() {
    for (side, intake) in [("before", "queued"), ("after", "duplicate")] {
        let library = library();
        let folder = library.files();
        let folder = folder.to_str().expect("a name of letters");
        let moment = format!("{side} {:?}", Commit::Intake);
        dies(&library, &["add", folder], &moment, 1);
        let again = library.json(&["add", folder]);
        let files = items(&again).iter().filter(|one| !one["parent"].is_null());
        for file in files {
            assert_eq!(file["intake"], intake, "{moment}");
        }
        assert_as_if_nothing_happened(&library, &moment);
    }
}

/// Makes regular work due since long.
fn miss(library: &Library, name: &str) {
    let missed = "UPDATE schedules SET next_at = 1 WHERE name = ?1";
    library.database().execute(missed, [name]).expect("missed");
}

#[test]
fn a_crash_at_regular_work_leaves_it_done_once_or_due() {
    for side in SIDES {
        let library = library();
        add(&library);
        finish(&library);
        miss(&library, "report");
        let moment = format!("{side} {:?}", Commit::Fire);
        dies(&library, &["run"], &moment, 1);
        assert_as_if_nothing_happened(&library, &moment);

        miss(&library, "cleanup");
        library.json(&["config", "set", "queue.keep_finished_h", "0"]);
        let moment = format!("{side} {:?}", Commit::Cleanup);
        dies(&library, &["run"], &moment, 1);
        let left = number(&library.json(&["stats"])["completed"]);
        let expected = if side == "before" { 2 * DOCUMENTS } else { 0 };
        assert_eq!(left, expected, "{moment}");
        assert_as_if_nothing_happened(&library, &moment);
    }
}

#[test]
fn a_crash_at_upkeep_queues_what_is_missing_once() {
    for side in SIDES {
        let library = library();
        add(&library);
        let lost = library.database().execute("DELETE FROM jobs", []);
        lost.expect("lost");
        let moment = format!("{side} {:?}", Commit::Mend);
        dies(&library, &["run"], &moment, 1);
        assert_as_if_nothing_happened(&library, &moment);
    }
}

#[test]
fn a_crash_when_a_job_comes_due_leaves_it_due() {
    for side in SIDES {
        let library = library();
        let folder = library.files();
        let folder = folder.to_str().expect("a name of letters");
        library.json(&["add", folder, "--not-before", "2999-01-01T00:00:00Z"]);
        let due = library
            .database()
            .execute("UPDATE jobs SET not_before = 1", []);
        due.expect("due");
        let moment = format!("{side} {:?}", Commit::Promote);
        dies(&library, &["run"], &moment, 1);
        assert_as_if_nothing_happened(&library, &moment);
    }
}
