//! A real process dies just before and just after each thing it commits. The next one goes on as if nothing had happened.

#![cfg(all(unix, debug_assertions))]

mod by_hand;
mod folders;
mod models;
mod regular;
#[path = "../support/mod.rs"]
mod support;
mod work;

use std::os::unix::process::ExitStatusExt;

use sheaf_engine::rehearsal::Commit;
use support::{Library, Sheaf, items, ledger};

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

/// Where each commit is tested; this `match` does not compile for a new one.
fn tested(commit: Commit) -> Tested {
    match commit {
        Commit::TakeBack | Commit::Words | Commit::Beat | Commit::Report => Tested::AtWork(1),
        Commit::Claim | Commit::Identify | Commit::Publish => Tested::AtWork(2),
        Commit::Page => Tested::AtWork(7),
        Commit::ClaimIndex | Commit::Vectors | Commit::Ending => Tested::AtWork(2),
        Commit::Open | Commit::Intake | Commit::ByHand | Commit::Settings | Commit::Folders => {
            Tested::ByHand
        }
        Commit::Promote | Commit::Fire | Commit::Mend | Commit::Cleanup | Commit::Purge => {
            Tested::Regularly
        }
        Commit::Scan | Commit::Follow => Tested::InFolders,
        Commit::Seal | Commit::Switch | Commit::Adopt | Commit::DropVectors => Tested::WithModels,
    }
}

enum Tested {
    /// When a run does the work: how often the moment is reached before the process dies.
    AtWork(u32),
    ByHand,
    Regularly,
    InFolders,
    WithModels,
}

#[test]
fn every_commit_is_tested_in_one_of_these_files() {
    let count = |is: fn(&Tested) -> bool| {
        let tested = Commit::ALL.into_iter().map(tested);
        tested.filter(is).count()
    };
    assert_eq!(
        count(|by| matches!(by, Tested::ByHand)),
        by_hand::COMMITS.len()
    );
    assert_eq!(
        count(|by| matches!(by, Tested::Regularly)),
        regular::COMMITS.len()
    );
    assert_eq!(
        count(|by| matches!(by, Tested::InFolders)),
        folders::COMMITS.len()
    );
    assert_eq!(
        count(|by| matches!(by, Tested::WithModels)),
        models::COMMITS.len()
    );
}
