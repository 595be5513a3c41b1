//! How texts are cut into passages.

use proptest::prelude::*;
use sheaf_document::Passage;
use sheaf_embed::passages;

fn cut(text: &str) -> Vec<&str> {
    passages(text).iter().map(|p| slice(text, p)).collect()
}

fn slice<'a>(text: &'a str, passage: &Passage) -> &'a str {
    &text[passage.start as usize..passage.end as usize]
}

/// `count` sentences of 12 words, four a paragraph.
fn prose(count: usize) -> String {
    let sentence = |n: usize| {
        format!("Sentence {n} tells how the keeper of the lighthouse spent another evening.")
    };
    let gap = |n: usize| if n % 4 == 3 { "\n\n" } else { " " };
    (0..count).map(|n| sentence(n) + gap(n)).collect()
}

#[test]
fn nothing_visible_gives_no_passage() {
    assert_eq!(passages(""), []);
    assert_eq!(passages(" \n\t\u{a0}\u{c}\n"), []);
}

#[test]
fn a_short_text_is_one_passage_without_the_white_space_around_it() {
    assert_eq!(
        cut("\n  A short note.\n\nIn two paragraphs. \n"),
        ["A short note.\n\nIn two paragraphs."]
    );
}

#[test]
fn a_page_of_4000_characters_gives_about_five() {
    let page: String = prose(60).chars().take(4_000).collect();
    let count = passages(&page).len();
    assert!((5..=7).contains(&count), "{count} passages");
}

#[test]
fn neighbours_share_about_a_seventh() {
    let text = prose(400);
    let all = passages(&text);
    let shared: u32 = all
        .windows(2)
        .map(|pair| pair[0].end.saturating_sub(pair[1].start))
        .sum();
    let share = shared as f32 / text.len() as f32;
    assert!((0.08..0.25).contains(&share), "{share}");
}

#[test]
fn passages_end_with_a_paragraph_where_one_ends_near() {
    let text = prose(40);
    let all = cut(&text);
    for passage in &all[..all.len() - 1] {
        let behind = passage.as_ptr() as usize - text.as_ptr() as usize + passage.len();
        assert!(
            text[behind..].starts_with("\n\n"),
            "…{}",
            &passage[passage.len() - 30..]
        );
    }
}

#[test]
fn without_paragraphs_they_end_and_begin_with_a_sentence() {
    let text = prose(100).replace("\n\n", " ");
    for passage in cut(&text) {
        assert!(
            passage.starts_with("Sentence") && passage.ends_with('.'),
            "{passage}"
        );
    }
}

#[test]
fn an_abbreviation_is_no_end_when_a_sentence_ends_near() {
    let text = "The engine, i.e. the part that works, was built by hand in a shed near the river. "
        .repeat(40);
    for passage in cut(&text) {
        assert!(passage.ends_with("river."), "{passage}");
    }
}

#[test]
fn text_without_spaces_is_cut_at_its_own_stops() {
    let text = "今日は天気がとても良いので公園へ散歩に行きました。".repeat(60);
    let all = cut(&text);
    assert!(all.len() > 5, "{}", all.len());
    for passage in all {
        assert!(
            passage.chars().count() <= 400 && passage.ends_with('。'),
            "{passage}"
        );
    }
}

#[test]
fn a_giant_word_is_taken_apart() {
    let text = "ACGT".repeat(50_000);
    assert!(cut(&text).iter().all(|passage| passage.len() <= 1_600));
}

/// Ten times the text must not be a hundred times the passages' work: every byte is in at most two passages.
#[test]
fn a_large_text_is_covered_about_once() {
    for text in [
        prose(20_000),
        ". ".repeat(500_000),
        " .\n".repeat(300_000),
        "\u{301}".repeat(400_000),
    ] {
        let sum: u64 = passages(&text)
            .iter()
            .map(|p| u64::from(p.end - p.start))
            .sum();
        assert!(sum < text.len() as u64 * 3 / 2, "{sum} of {}", text.len());
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zäöü]{1,12}[.,;!?]? ",
        2 => "\\PC{1,40}",
        1 => "[\\s]{1,4}",
        1 => "[0-9.]{1,300}",
        1 => "[\u{4e00}-\u{4e50}。]{1,200}",
        1 => "[A-Z]{100,3000}",
        1 => Just("\n\n".to_owned()),
    ];
    prop::collection::vec(piece, 0..200).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn passages_rise_hold_all_that_is_visible_and_are_never_too_long(text in any_text()) {
        let all = passages(&text);
        let mut covered = 0;
        let mut before = None;
        for passage in &all {
            let (start, end) = (passage.start as usize, passage.end as usize);
            prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end) && start < end);
            prop_assert!(before.is_none_or(|(s, e)| s < start && e < end), "they rise");
            if start > covered {
                prop_assert!(text[covered..start].trim().is_empty(), "nothing visible is left out");
            }
            let inside = slice(&text, passage);
            prop_assert_eq!(inside.trim(), inside);
            prop_assert!(inside.split_whitespace().map(|w| w.chars().count()).sum::<usize>() <= 1_600, "400 tokens of four letters");
            covered = end;
            before = Some((start, end));
        }
        prop_assert!(text[covered..].trim().is_empty(), "nothing visible is left out");
    }
}
