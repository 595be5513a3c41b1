//! What is done by the clock.

use super::*;
use crate::support::number;

pub(crate) const COMMITS: [Commit; 5] = [
    Commit::Promote,
    Commit::Fire,
    Commit::Mend,
    Commit::Cleanup,
    Commit::Purge,
];

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

#[test]
fn a_crash_when_grace_is_over_deletes_all_or_nothing() {
    for side in SIDES {
        let library = library();
        add(&library);
        finish(&library);
        let gone = library.files().join("b.txt");
        library.json(&["forget".as_ref(), gone.as_os_str()]);
        library.json(&["config", "set", "library.grace_h", "0"]);
        miss(&library, "cleanup");
        let moment = format!("{side} {:?}", Commit::Purge);
        dies(&library, &["run"], &moment, 1);
        finish(&library);
        miss(&library, "cleanup");
        finish(&library);
        let faults = ledger::faults(&library, DOCUMENTS - 1, PAGES);
        assert_eq!(faults, Vec::<String>::new(), "after a crash {moment}");
    }
}
