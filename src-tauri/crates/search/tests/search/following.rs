//! The word index follows the store, whatever happens to either.

use sheaf_search::{CaughtUp, Follower, WordIndex};
use sheaf_store::Library;
use sheaf_store::table::documents::{self, DocumentState};

use crate::shelf::{Paper, Shelf, query};

fn follower(library: &Library) -> Follower {
    let taken = Follower::new(library).expect("an index");
    taken.expect("nobody else holds it")
}

#[test]
fn a_page_is_found_after_one_step_before_its_document_is_done() {
    let shelf = Shelf::new();
    let mut follower = follower(&shelf.library);
    follower.step().expect("a first step");
    let mut searcher = shelf.searcher();
    let reading = Paper {
        state: DocumentState::Reading,
        ..Paper::new("/a", &["fresh page"])
    };
    let document = shelf.put(reading).0;
    assert!(follower.step().expect("a step") > 0);
    let found = searcher.search(&query("fresh"), None).expect("found");
    assert_eq!(found.hits[0].document, document);
    assert!(found.complete < 1.0, "it is still being read");
    assert_eq!(follower.step().expect("a step"), 0, "nothing is left to do");
}

#[test]
fn what_was_applied_and_not_committed_is_applied_again() {
    let shelf = Shelf::new();
    let document = shelf.add("/a", &["precious"]);
    let mut first = follower(&shelf.library);
    assert!(first.apply().expect("applied") > 0);
    drop(first);
    let mut second = follower(&shelf.library);
    assert!(
        second.step().expect("a step") > 0,
        "the killed one kept nothing"
    );
    drop(second);
    assert_eq!(shelf.finds("precious"), [document]);
}

#[test]
fn a_change_lost_between_store_and_index_comes_with_the_next_follower() {
    let shelf = Shelf::new();
    shelf.add("/a", &["old"]);
    let mut first = follower(&shelf.library);
    first.step().expect("a step");
    let document = shelf.add("/b", &["precious"]);
    first.apply().expect("applied");
    drop(first);
    assert_eq!(shelf.finds("precious"), [document]);
}

#[test]
fn one_follower_at_a_time() {
    let shelf = Shelf::new();
    let held = follower(&shelf.library);
    assert!(Follower::new(&shelf.library).expect("no error").is_none());
    drop(held);
    assert!(Follower::new(&shelf.library).expect("no error").is_some());
}

#[test]
fn searching_catches_up_when_nobody_follows_and_says_so_when_it_cannot() {
    let shelf = Shelf::new();
    let mut searcher = shelf.searcher();
    let document = shelf.add("/a", &["late"]);
    let found = searcher.search(&query("late"), None).expect("found");
    assert_eq!(found.hits[0].document, document);
    assert!((found.complete - 1.0).abs() < f64::EPSILON);
    let _held = follower(&shelf.library);
    shelf.add("/b", &["evening"]);
    let found = searcher.search(&query("evening"), None).expect("found");
    assert!(found.hits.is_empty());
    assert!(found.complete < 1.0, "something is missing");
}

#[test]
fn catching_up_tells_how_much_it_did_and_what_another_will_do() {
    let shelf = Shelf::new();
    let mut words = WordIndex::open(&shelf.library).expect("an index");
    shelf.add("/a", &["one", "two"]);
    let done = words.catch_up(&shelf.library).expect("caught up");
    assert!(!done.behind && done.applied >= 3, "{done:?}");
    let held = follower(&shelf.library);
    shelf.add("/b", &["three"]);
    let busy = words.catch_up(&shelf.library).expect("busy is no error");
    assert_eq!(
        busy,
        CaughtUp {
            behind: true,
            applied: 0
        }
    );
    drop(held);
}

#[test]
fn a_forgotten_document_vanishes_at_once_and_comes_back_when_restored() {
    let shelf = Shelf::new();
    let document = shelf.add("/a", &["secret"]);
    let kept = shelf.add("/b", &["secret too"]);
    let mut searcher = shelf.searcher();
    // An engine that lags: the index itself still has the document.
    let mut held = follower(&shelf.library);
    shelf.forget(document);
    let found = searcher.search(&query("secret"), None).expect("found");
    assert_eq!(crate::shelf::documents_of(&found), [kept]);
    held.step().expect("a step");
    shelf
        .library
        .write(move |tx| documents::resume_revision(tx, document))
        .expect("restored");
    let found = searcher.search(&query("secret"), None).expect("found");
    assert_eq!(found.hits.len(), 2);
}

#[test]
fn a_new_revision_replaces_the_old_one_at_once() {
    let shelf = Shelf::new();
    let document = shelf.add("/a", &["before", "before too"]);
    let mut searcher = shelf.searcher();
    let held = follower(&shelf.library);
    shelf.replace(document, &["after"]);
    let found = searcher.search(&query("before"), None).expect("found");
    assert!(found.hits.is_empty(), "the index lags, the store decides");
    drop(held);
    assert_eq!(shelf.finds("after"), [document]);
    assert!(shelf.finds("before").is_empty());
}

#[test]
fn a_deleted_index_is_rebuilt() {
    let shelf = Shelf::new();
    let document = shelf.add("/a", &["kept"]);
    let mut searcher = shelf.searcher();
    let words = shelf.library.folder().words();
    std::fs::remove_dir_all(&words).expect("deleted");
    assert_eq!(shelf.finds("kept"), [document]);
    std::fs::remove_dir_all(&words).expect("deleted");
    let found = searcher.search(&query("kept"), None).expect("found");
    assert_eq!(
        found.hits.len(),
        1,
        "also under a searcher that has it open"
    );
}

#[test]
fn a_follower_whose_index_was_deleted_gives_up_and_the_next_one_builds_it() {
    let shelf = Shelf::new();
    shelf.add("/a", &["kept"]);
    let mut first = follower(&shelf.library);
    first.step().expect("a step");
    std::fs::remove_dir_all(shelf.library.folder().words()).expect("deleted");
    let document = shelf.add("/b", &["new"]);
    assert!(first.step().is_err());
    drop(first);
    follower(&shelf.library).step().expect("a step");
    assert_eq!(shelf.finds("new"), [document]);
}

#[test]
fn garbage_in_any_file_of_the_index_is_mended() {
    let shelf = Shelf::new();
    let document = shelf.add("/a", &["kept safe"]);
    let words = shelf.library.folder().words();
    assert_eq!(shelf.finds("kept"), [document]);
    let names: Vec<_> = std::fs::read_dir(&words)
        .expect("files")
        .map(|entry| entry.expect("an entry").file_name())
        .filter(|name| !name.to_string_lossy().ends_with(".lock"))
        .collect();
    assert!(names.len() > 3, "{names:?}");
    for name in names {
        let path = words.join(&name);
        // Earlier rounds have rebuilt it under other names.
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        let other: Vec<u8> = bytes.iter().map(|b| b ^ 0x55).collect();
        for garbage in [b"garbage".to_vec(), Vec::new(), other] {
            std::fs::write(&path, garbage).expect("spoiled");
            assert_eq!(shelf.finds("kept"), [document], "{name:?}");
        }
    }
}

#[test]
fn an_index_of_another_library_is_not_believed() {
    let (one, ids) = Shelf::of(&["mine", "mine too"]);
    let (other, _) = Shelf::of(&["theirs", "theirs", "theirs"]);
    assert_eq!(other.finds("theirs").len(), 3);
    let (from, to) = (other.library.folder().words(), one.library.folder().words());
    for entry in std::fs::read_dir(from).expect("files") {
        let path = entry.expect("an entry").path();
        std::fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copied");
    }
    assert_eq!(one.finds("mine"), ids);
}

#[test]
fn a_build_from_nothing_is_the_same_as_following() {
    let shelf = Shelf::new();
    let mut searcher = shelf.searcher();
    let kept = shelf.add("/a", &["word one", "word two"]);
    let changed = shelf.add("/b", &["word old"]);
    let gone = shelf.add("/c", &["word gone"]);
    searcher.search(&query("word"), None).expect("followed");
    shelf.replace(changed, &["word new", "word more"]);
    shelf.forget(gone);
    let followed = searcher.search(&query("word"), None).expect("followed");
    std::fs::remove_dir_all(shelf.library.folder().words()).expect("deleted");
    let built = shelf.words("word");
    let told = |results: &sheaf_search::Results| -> Vec<_> {
        let hits = results.hits.iter();
        hits.map(|hit| (hit.document, hit.page, hit.snippet.clone()))
            .collect()
    };
    assert_eq!(told(&followed), told(&built));
    assert_eq!(built.hits.len(), 2);
    assert!(built.hits.iter().any(|hit| hit.document == kept));
    assert!(shelf.folder.path().exists());
}

#[test]
fn complete_is_one_only_when_every_document_is_done() {
    let shelf = Shelf::new();
    assert!(
        (shelf.words("x").complete - 1.0).abs() < f64::EPSILON,
        "an empty library"
    );
    shelf.add("/a", &["x", "x", "x"]);
    assert!((shelf.words("x").complete - 1.0).abs() < f64::EPSILON);
    let half = Paper {
        state: DocumentState::Reading,
        ..Paper::new("/b", &["x"])
    };
    let (_, revision) = shelf.put(half);
    assert!(revision.0 > 0);
    let complete = shelf.words("x").complete;
    assert!(complete < 1.0 && complete > 0.7, "{complete}");
}

#[test]
fn one_wrong_bit_anywhere_in_a_segment_is_noticed() {
    let shelf = Shelf::new();
    shelf.add("/a", &["kept safe"]);
    shelf.finds("kept");
    let words = shelf.library.folder().words();
    let before = std::fs::read(words.join("meta.json")).expect("its list of segments");
    let segment = std::fs::read_dir(&words)
        .expect("files")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| {
            path.extension()
                .is_some_and(|end| end == "fieldnorm" || end == "pos")
        })
        .expect("a file of a segment");
    let mut bytes = std::fs::read(&segment).expect("its bytes");
    bytes[0] ^= 1;
    std::fs::write(&segment, bytes).expect("spoiled");
    assert_eq!(shelf.finds("kept").len(), 1);
    let after = std::fs::read(words.join("meta.json")).expect("its list of segments");
    assert_ne!(before, after, "it was rebuilt");
}

#[test]
fn a_step_keeps_what_earlier_steps_brought() {
    let shelf = Shelf::new();
    let mut follower = follower(&shelf.library);
    for n in 0..12 {
        shelf.add(&format!("/{n}"), &["word"]);
        follower.step().expect("a step");
    }
    drop(follower);
    let mut asked = query("word");
    asked.limit = 100;
    let found = shelf.searcher().search(&asked, None).expect("found");
    assert_eq!(found.hits.len(), 12);
}
