//! What a person does.

use super::*;

pub(crate) const COMMITS: [Commit; 5] = [
    Commit::Open,
    Commit::Intake,
    Commit::ByHand,
    Commit::Settings,
    Commit::Folders,
];

#[test]
fn a_crash_while_a_library_is_made_leaves_one_that_can_be_finished() {
    let library = Library::new();
    for side in SIDES {
        dies(
            &library,
            &["stats"],
            &format!("{side} {:?}", Commit::Open),
            1,
        );
    }
    library.add_and_wait(&[&library.file("a.txt", "The harbour.")]);
    let faults = ledger::faults(&library, 1, 1);
    assert_eq!(faults, Vec::<String>::new());
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

/// A command that dies at its commit, a number that it changes, and that number before and after.
struct Act {
    commit: Commit,
    args: &'static str,
    look: &'static str,
    change: (i64, i64),
}

const fn act(commit: Commit, args: &'static str, look: &'static str, change: (i64, i64)) -> Act {
    Act {
        commit,
        args,
        look,
        change,
    }
}

const CANCELLED: &str = "SELECT count(*) FROM jobs WHERE state = 'cancelled'";
const WATCHES: &str = "SELECT count(*) FROM watches";
const HARBOUR: &str = "SELECT count(*) FROM collections WHERE name = 'Harbour'";

/// Two documents wait, as jobs 1 and 2. Each act finds what those before it left.
#[rustfmt::skip]
const ACTS: [Act; 16] = [
    act(Commit::Settings, "config set reading.workers 1", "SELECT count(*) FROM settings WHERE key = 'reading.workers'", (0, 1)),
    act(Commit::Settings, "schedule off upkeep", "SELECT count(*) FROM schedules WHERE name = 'upkeep' AND next_at IS NULL", (0, 1)),
    act(Commit::Settings, "collection put Ships 1", "SELECT count(*) FROM document_collections", (0, 1)),
    act(Commit::Settings, "collection rename Ships Harbour", HARBOUR, (0, 1)),
    act(Commit::Settings, "collection delete Harbour", HARBOUR, (1, 0)),
    act(Commit::Settings, "saved add ships harbour", "SELECT count(*) FROM saved", (0, 1)),
    act(Commit::Folders, "watch add .", WATCHES, (0, 1)),
    act(Commit::Folders, "watch remove .", WATCHES, (1, 0)),
    act(Commit::ByHand, "priority 2 low", "SELECT max(priority) > min(priority) FROM jobs", (0, 1)),
    act(Commit::ByHand, "pause reading", "SELECT paused FROM lanes WHERE name = 'reading'", (0, 1)),
    act(Commit::ByHand, "pause 2", "SELECT count(*) FROM jobs WHERE state = 'paused'", (0, 1)),
    act(Commit::ByHand, "cancel 1", CANCELLED, (0, 1)),
    act(Commit::ByHand, "resume 2", "SELECT count(*) FROM jobs WHERE state = 'paused'", (1, 0)),
    act(Commit::ByHand, "fail 2 --why by-hand", "SELECT count(*) FROM jobs WHERE state = 'failed'", (0, 1)),
    act(Commit::ByHand, "retry 2", "SELECT count(*) FROM jobs WHERE state = 'failed'", (1, 0)),
    act(Commit::ByHand, "flush --yes", CANCELLED, (1, 2)),
];

fn number(library: &Library, look: &str) -> i64 {
    let conn = library.database();
    conn.query_row(look, [], |row| row.get(0)).expect("counted")
}

#[test]
fn a_crash_at_what_a_person_does_leaves_it_done_or_not_begun() {
    let library = library();
    add(&library);
    for act in &ACTS {
        let args: Vec<&str> = act.args.split(' ').collect();
        let moment = format!("{:?} of `{}`", act.commit, act.args);
        assert_eq!(
            number(&library, act.look),
            act.change.0,
            "at first, {moment}"
        );
        dies(&library, &args, &format!("before {:?}", act.commit), 1);
        assert_eq!(number(&library, act.look), act.change.0, "before {moment}");
        dies(&library, &args, &format!("after {:?}", act.commit), 1);
        assert_eq!(number(&library, act.look), act.change.1, "after {moment}");
    }
    library.json(&["resume", "reading"]);
    library.json(&["retry", "--all"]);
    for job in ["1", "2"] {
        library.json(&["retry", job]);
    }
    assert_as_if_nothing_happened(&library, "at what a person does");
}
