//! Finding by words: ranking, phrases, prefixes, operators.

use sheaf_search::Matched;

use crate::shelf::{Paper, Shelf, query};

#[test]
fn documents_with_all_the_words_come_before_those_with_some() {
    let (shelf, ids) = Shelf::of(&[
        "apple apple apple apple apple",
        "a long text with many words in which apple stands and, much later, pear",
        "nothing of the kind",
        "pear pear",
    ]);
    let found = shelf.finds("apple pear");
    assert_eq!(found[0], ids[1]);
    assert_eq!(found.len(), 3, "some words are better than none");
}

#[test]
fn the_words_may_stand_on_different_pages_of_a_document() {
    let shelf = Shelf::new();
    let some = shelf.add("/a", &["apple apple apple", "apple"]);
    let all = shelf.add("/b", &["one apple among many other things", "and one pear"]);
    assert_eq!(shelf.finds("apple pear"), [all, some]);
    assert_eq!(shelf.finds("apple AND pear"), [all]);
}

#[test]
fn a_hit_is_the_documents_best_page_and_names_the_next_ones() {
    let shelf = Shelf::new();
    shelf.add(
        "/a",
        &[
            "kiwi and much else besides",
            "none",
            "kiwi kiwi",
            "kiwi and some other",
        ],
    );
    let hit = &shelf.words("kiwi").hits[0];
    assert_eq!(hit.page, 3);
    let others: Vec<u32> = hit.pages.iter().map(|page| page.page).collect();
    assert_eq!(others, [4, 1]);
    assert!(hit.score > hit.pages[0].score);
    assert_eq!(hit.matched, [Matched::Words]);
}

#[test]
fn titles_and_file_names_count_and_are_found_without_text() {
    let shelf = Shelf::new();
    let titled = shelf
        .put(Paper {
            title: Some("Zebra census"),
            ..Paper::new("/a/x.pdf", &["something else"])
        })
        .0;
    let named = shelf.add("/a/zebra_stripes-2024.txt", &[]);
    let told = shelf.add(
        "/a/y.txt",
        &["a zebra among many other animals of the plain"],
    );
    let found = shelf.finds("zebra");
    assert_eq!(found.len(), 3);
    assert_eq!(found[2], told, "names count more than text");
    assert!(found.contains(&titled) && found.contains(&named));
    let hit = &shelf.words("stripes").hits[0];
    assert_eq!((hit.document, hit.page), (named, 1));
    assert_eq!(hit.snippet, "zebra_⟦stripes⟧-2024.txt");
    assert_eq!(shelf.finds("census something"), [titled]);
}

#[test]
fn the_name_of_every_place_counts() {
    let shelf = Shelf::new();
    let document = shelf.add("/a/first.txt", &["text"]);
    let other = crate::shelf::facts("/b/second.txt");
    shelf
        .library
        .write(move |tx| sheaf_store::table::places::put(tx, document, &other, 2))
        .expect("a second place");
    assert_eq!(shelf.finds("second"), [document]);
}

#[test]
fn a_phrase_is_words_in_this_order_also_over_a_line_end() {
    let (shelf, ids) = Shelf::of(&[
        "the annual\n   report of the board",
        "the report, annual as ever",
        "an annual summary and a report",
    ]);
    assert_eq!(shelf.finds("\"annual report\""), [ids[0]]);
    assert_eq!(shelf.finds("“annual report” board"), [ids[0]]);
    assert_eq!(shelf.finds("annual report").len(), 3);
}

#[test]
fn a_word_broken_at_a_line_end_is_found_whole_and_in_phrases() {
    let (shelf, ids) = Shelf::of(&["a long exam-\nple of hyphens", "no such thing"]);
    for text in [
        "example",
        "exam",
        "\"long example of hyphens\"",
        "\"example of\"",
    ] {
        assert_eq!(shelf.finds(text), [ids[0]], "{text}");
    }
}

#[test]
fn a_hyphenated_word_is_found_however_it_is_hyphenated() {
    let (shelf, ids) = Shelf::of(&["my e-mail to you", "my email to you", "well-\nknown facts"]);
    assert_eq!(shelf.finds("email").len(), 2);
    assert_eq!(shelf.finds("e-mail").len(), 2);
    assert_eq!(shelf.finds("well-known"), [ids[2]]);
}

#[test]
fn codes_and_addresses_are_found_whole_and_by_part() {
    let (shelf, ids) = Shelf::of(&[
        "Invoice INV-2024-017 was sent to jane.doe@example.org on time",
        "Invoice INV-2024-018 in 2024, see 017",
    ]);
    for text in [
        "INV-2024-017",
        "inv-2024-017",
        "jane.doe@example.org",
        "doe@example",
        "jane",
    ] {
        assert_eq!(shelf.finds(text), [ids[0]], "{text}");
    }
    assert_eq!(shelf.finds("INV-2024").len(), 2);
    assert_eq!(shelf.finds("017").len(), 2);
    assert_eq!(shelf.finds("INV-2024-01*").len(), 2);
}

#[test]
fn not_and_minus_shut_documents_out() {
    let shelf = Shelf::new();
    let plain = shelf.add("/a", &["apple"]);
    shelf.add("/b", &["apple", "banana on another page"]);
    shelf.add("/banana.txt", &["apple"]);
    for text in [
        "apple -banana",
        "apple NOT banana",
        "apple AND NOT banana",
        "-banana apple",
    ] {
        assert_eq!(shelf.finds(text), [plain], "{text}");
    }
    assert_eq!(shelf.finds("apple -\"another page\"").len(), 2);
    assert!(
        shelf.finds("-banana").is_empty(),
        "a minus alone finds nothing"
    );
}

#[test]
fn and_binds_closer_than_or_and_brackets_closer_still() {
    let (shelf, ids) = Shelf::of(&["a1 b1", "a1 c1", "c1", "b1 c1"]);
    let sorted = |text: &str| {
        let mut found = shelf.finds(text);
        found.sort();
        found
    };
    assert_eq!(sorted("a1 OR b1 AND c1"), [ids[0], ids[1], ids[3]]);
    assert_eq!(sorted("(a1 OR b1) AND c1"), [ids[1], ids[3]]);
    assert_eq!(sorted("a1 AND c1 OR b1 AND c1"), [ids[1], ids[3]]);
    assert_eq!(sorted("+c1 a1"), [ids[1], ids[2], ids[3]]);
    assert_eq!(sorted("c1 -(a1 OR b1)"), [ids[2]]);
}

#[test]
fn a_star_finds_words_that_begin_so() {
    let (shelf, ids) = Shelf::of(&["elephant", "elegant", "telephone"]);
    assert_eq!(shelf.finds("ele*").len(), 2);
    assert_eq!(shelf.finds("eleph*"), [ids[0]]);
    assert!(shelf.finds("telep").is_empty());
    assert!(shelf.finds("*").is_empty());
}

#[test]
fn other_forms_of_an_english_word_are_found_behind_the_word_itself() {
    let (shelf, ids) = Shelf::of(&["two invoices here", "one invoice here", "no bill here"]);
    assert_eq!(shelf.finds("invoice"), [ids[1], ids[0]]);
    assert_eq!(shelf.finds("invoices"), [ids[0], ids[1]]);
    assert_eq!(
        shelf.finds("\"invoice\""),
        [ids[1]],
        "quotes mean this very form"
    );
    let hit = &shelf.words("invoice").hits[1];
    assert_eq!(hit.snippet, "two ⟦invoices⟧ here");
}

#[test]
fn the_limit_counts_documents_and_equal_ones_come_in_order() {
    let shelf = Shelf::new();
    let ids: Vec<_> = (0..7)
        .map(|n| {
            shelf.add(
                &format!("/{n}"),
                &["same words", "same words", "same words"],
            )
        })
        .collect();
    let mut searcher = shelf.searcher();
    for limit in [0, 1, 5, 100] {
        let mut asked = query("same");
        asked.limit = limit;
        let found = searcher.search(&asked, None).expect("found");
        let expect = &ids[..limit.min(7)];
        assert_eq!(crate::shelf::documents_of(&found), expect, "limit {limit}");
    }
}
