//! How a hit is shown: marks, boxes, names in JSON.

use sheaf_document::Kind;
use sheaf_search::{Mode, Query};

use crate::shelf::{Fixed, Paper, Shelf, boxed, page, query};

/// A page of two lines whose words have boxes.
fn scanned() -> Paper<'static> {
    let text = "annual re-\nport of boats";
    let mut scan = page(text);
    scan.words = vec![
        boxed(text, "annual", 0.1, 0.1),
        boxed(text, "re-", 0.22, 0.1),
        boxed(text, "port", 0.1, 0.2),
        boxed(text, "of", 0.22, 0.2),
        boxed(text, "boats", 0.34, 0.2),
    ];
    Paper {
        kind: Kind::Pdf,
        pages: vec![scan],
        ..Paper::new("/a.pdf", &[])
    }
}

fn corners(boxes: &[[f32; 4]]) -> Vec<(f32, f32)> {
    let round = |x: f32| (x * 100.0).round() / 100.0;
    boxes.iter().map(|b| (round(b[0]), round(b[1]))).collect()
}

#[test]
fn boxes_are_those_of_the_words_found() {
    let shelf = Shelf::new();
    shelf.put(scanned());
    let hit = &shelf.words("boats").hits[0];
    assert_eq!(corners(&hit.boxes), [(0.34, 0.2)]);
    let hit = &shelf.words("report").hits[0];
    assert_eq!(
        corners(&hit.boxes),
        [(0.22, 0.1), (0.1, 0.2)],
        "both halves"
    );
    let hit = &shelf.words("\"of boats\" annual").hits[0];
    assert_eq!(hit.boxes.len(), 3);
    let phrase = &shelf.words("\"annual report\"").hits[0];
    assert_eq!(phrase.snippet, "⟦annual⟧ ⟦re- port⟧ of boats");
}

#[test]
fn a_passage_found_by_meaning_has_a_box_a_line() {
    let shelf = Shelf::new();
    let (_, revision) = shelf.put(scanned());
    shelf.embed(revision, vec![vec![1.0, 0.0]]);
    let mut embedder = Fixed::new(Ok(vec![1.0, 0.0]));
    let asked = Query {
        mode: Mode::Meaning,
        ..query("vessels")
    };
    let found = shelf
        .searcher()
        .search(&asked, Some(&mut embedder))
        .expect("found");
    assert_eq!(corners(&found.hits[0].boxes), [(0.1, 0.1), (0.1, 0.2)]);
    assert_eq!(found.hits[0].snippet, "annual re- port of boats");
}

#[test]
fn a_format_without_a_picture_has_no_boxes() {
    let (shelf, _) = Shelf::of(&["plain word"]);
    assert!(shelf.words("word").hits[0].boxes.is_empty());
}

#[test]
fn the_snippet_is_about_two_hundred_characters_around_the_finds() {
    let filler = "lorem ipsum dolor sit amet ".repeat(60);
    let text = format!("{filler}\n\n  here the   apple meets\tthe pear {filler}");
    let (shelf, _) = Shelf::of(&[&text]);
    let snippet = &shelf.words("apple pear").hits[0].snippet;
    assert!(
        snippet.contains("here the ⟦apple⟧ meets the ⟦pear⟧ lorem"),
        "{snippet}"
    );
    assert!((150..250).contains(&snippet.chars().count()), "{snippet}");
}

#[test]
fn only_the_words_of_a_phrase_that_stand_together_are_marked() {
    let (shelf, _) = Shelf::of(&["red car, red house, car red"]);
    let snippet = &shelf.words("\"red car\"").hits[0].snippet;
    assert_eq!(snippet, "⟦red⟧ ⟦car⟧, red house, car red");
}

#[test]
fn the_json_names_are_those_of_the_contract() {
    let shelf = Shelf::new();
    shelf.put(scanned());
    let json = serde_json::to_value(shelf.words("boats")).expect("JSON");
    for name in ["query", "mode", "took_ms", "complete", "hits"] {
        assert!(!json[name].is_null(), "{name}");
    }
    let hit = &json["hits"][0];
    for name in [
        "document", "path", "kind", "page", "score", "snippet", "matched", "boxes",
    ] {
        assert!(!hit[name].is_null(), "{name}");
    }
    assert!(hit.as_object().is_some_and(|hit| hit.contains_key("title")));
    assert_eq!(json["mode"], "words");
    assert_eq!(hit["matched"][0], "words");
    assert_eq!(hit["boxes"][0].as_array().map(Vec::len), Some(4));
}

#[test]
fn a_document_tells_how_many_of_its_pages_have_the_words() {
    let shelf = Shelf::new();
    let mut texts = vec!["the same words"; 9];
    texts.push("nothing alike");
    shelf.add("/book", &texts);
    let hit = &shelf.words("same").hits[0];
    assert_eq!(1 + hit.pages.len() as u32 + hit.more, 9);
    assert!(
        hit.pages
            .iter()
            .all(|page| page.snippet == "the ⟦same⟧ words")
    );
    assert!(hit.pages.iter().all(|page| page.page != hit.page));
}
