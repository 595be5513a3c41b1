//! What a run commits by itself.

use super::*;
use crate::support::fixture;

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

/// A half of what a run commits by itself, so that two tests share the work.
fn half(of: usize) {
    let timed = Commit::ALL
        .into_iter()
        .filter_map(|commit| match tested(commit) {
            Tested::AtWork(time) => Some((commit, time)),
            _ => None,
        });
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
fn a_crash_when_members_are_found_queues_each_once() {
    for side in SIDES {
        let library = Library::new();
        let archive = fixture::zip(&[
            ("a.txt", b"The harbour by night."),
            ("b.txt", b"The harbour by day."),
        ]);
        library.add(&library.file("ships.zip", archive));
        let moment = format!("{side} {:?}", Commit::Page);
        dies(&library, &["run"], &moment, 1);
        finish(&library);
        let faults = ledger::twice(&library.database());
        assert_eq!(faults, Vec::<String>::new(), "after a crash {moment}");
        let listed = library.json(&["list"]);
        let ready = items(&listed).iter().filter(|one| one["state"] == "ready");
        assert_eq!(ready.count(), 3, "{moment}: {listed}");
    }
}
