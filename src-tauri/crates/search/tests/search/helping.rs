//! Help for who does not know the words: corrections, suggestions, documents that are alike.

use sheaf_search::Mode;

use crate::shelf::{Paper, Shelf, documents_of};

#[test]
fn a_word_that_nobody_wrote_gets_the_nearest_word_of_the_library() {
    let (shelf, _) = Shelf::of(&[
        "the annual report on water",
        "another annual report",
        "Straße und Brücke",
        "Straße und Fluss",
    ]);
    let check = |text: &str, expect: Option<&str>| {
        let found = shelf.words(text);
        assert_eq!(found.suggestion.as_deref(), expect, "{text}");
    };
    check("anual reprot", Some("annual report"));
    check("kind:text \"x\" annaul", Some("kind:text \"x\" annual"));
    check("strase", Some("straße"));
    // Known words, short ones and numbers are left alone.
    check("annual report", None);
    check("ot 20244", None);
    check("-anual report", None);
    let found = shelf.words("anual report");
    assert_eq!(found.corrections.len(), 1);
    assert_eq!(found.corrections[0].word, "anual");
    assert_eq!(found.corrections[0].suggestion, "annual");
}

#[test]
fn a_rare_word_is_not_corrected_into_one_as_rare() {
    let (shelf, _) = Shelf::of(&["waters", "wafers"]);
    assert_eq!(shelf.words("waters").suggestion, None);
}

#[test]
fn what_is_typed_is_ended_by_the_most_common_words_of_the_library() {
    let (shelf, _) = Shelf::of(&["water and wagon", "water and wall", "water, walls", "Wärme"]);
    let mut searcher = shelf.searcher();
    let suggest = |searcher: &mut sheaf_search::Searcher, text: &str| {
        searcher.suggest(text, 3).expect("suggestions")
    };
    let three = ["old water", "old wagon", "old wall"];
    assert_eq!(suggest(&mut searcher, "old wa"), three);
    assert_eq!(suggest(&mut searcher, "war"), ["wärme"]);
    assert!(suggest(&mut searcher, "old ").is_empty());
    assert!(suggest(&mut searcher, "w").is_empty());
    assert!(suggest(&mut searcher, "xyz").is_empty());
}

#[test]
fn documents_are_alike_by_their_vectors_or_else_by_their_telling_words() {
    let shelf = Shelf::new();
    let put = |path, text, row: Option<Vec<f32>>| {
        let (document, revision) = shelf.put(Paper::new(path, &[text]));
        if let Some(row) = row {
            shelf.embed(revision, vec![row]);
        }
        document
    };
    let boat = put("/boat", "a boat", Some(vec![1.0, 0.2, 0.0, 0.0]));
    let ship = put("/ship", "one ship", Some(vec![1.0, 0.0, 0.0, 0.0]));
    let bread = put("/bread", "bread", Some(vec![0.0, 0.0, 1.0, 0.0]));
    let plain = put("/plain", "glacier moraine and the ice", None);
    let other = put("/other", "a moraine behind the glacier", None);
    let mut searcher = shelf.searcher();
    let alike = searcher.similar(boat, 10).expect("alike");
    assert_eq!(alike.mode, Mode::Meaning);
    assert_eq!(documents_of(&alike), [ship, bread]);
    let alike = searcher.similar(plain, 10).expect("alike");
    assert_eq!(alike.mode, Mode::Words);
    assert_eq!(documents_of(&alike)[0], other);
    assert!(!documents_of(&alike).contains(&plain));
    assert!(searcher.similar(boat, 0).expect("none").hits.is_empty());
}
