//! Another model takes over, and vectors are sealed.

use super::*;
use crate::support::number;

pub(crate) const COMMITS: [Commit; 4] = [
    Commit::Seal,
    Commit::Switch,
    Commit::Adopt,
    Commit::DropVectors,
];

#[test]
fn a_crash_while_another_model_takes_over_ends_with_that_model_alone() {
    for commit in [Commit::Switch, Commit::Adopt, Commit::DropVectors] {
        for side in SIDES {
            let library = library();
            add(&library);
            finish(&library);
            library.json(&["model", "use", "multilingual-e5-small"]);
            let moment = format!("{side} {commit:?}");
            dies(&library, &["run"], &moment, 1);
            finish(&library);
            let listed = library.json(&["model", "list"]);
            let active = items(&listed).iter().find(|model| model["active"] == true);
            let active = active.expect("one serves");
            assert_eq!(
                active["model"], "multilingual-e5-small",
                "{moment}: {listed}"
            );
            assert_eq!(active["embedded"], active["passages"], "{moment}: {listed}");
            // What the last run had no time for.
            finish(&library);
            let models: i64 = library
                .database()
                .query_row("SELECT count(DISTINCT model) FROM embedded", [], |row| {
                    row.get(0)
                })
                .expect("counted");
            assert_eq!(models, 1, "after a crash {moment}");
            assert_eq!(number(&library.json(&["stats"])["dead"]), 0, "{moment}");
        }
    }
}

/// So many passages fill a block, which is then sealed.
const BLOCK: usize = 4096;

#[test]
fn a_crash_when_vectors_are_sealed_costs_nothing() {
    let library = library();
    let page = |n| format!("Berth {n}.");
    let pages: Vec<String> = (1..BLOCK).map(page).collect();
    let long = library.file("long.txt", pages.join("\u{c}"));
    library.add(&long);
    finish(&library);
    let blocks = || {
        let conn = library.database();
        let blocks = conn.query_row("SELECT count(*) FROM blocks", [], |row| row.get(0));
        let blocks: i64 = blocks.expect("counted");
        blocks
    };
    assert_eq!(blocks(), 0, "one is missing");
    for (side, name, sealed) in [("before", "a.txt", 0), ("after", "b.txt", 1)] {
        library.add(&library.files().join(name));
        let moment = format!("{side} {:?}", Commit::Seal);
        dies(&library, &["run"], &moment, 1);
        assert_eq!(blocks(), sealed, "{moment}");
    }
    finish(&library);
    assert_eq!(blocks(), 1);
    let stats = library.json(&["stats"]);
    assert_eq!(stats["embedded"], stats["passages"], "{stats}");
    let found = library.json(&[
        "search",
        "ships in a harbour",
        "--mode",
        "meaning",
        "--limit",
        "2",
    ]);
    let names: Vec<_> = items(&found["hits"])
        .iter()
        .map(|hit| hit["path"].to_string())
        .collect();
    assert!(names.iter().all(|name| !name.contains("long")), "{found}");
}
