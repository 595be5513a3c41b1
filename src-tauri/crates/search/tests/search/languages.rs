//! Words of any language and script are found as people type them.

use crate::shelf::Shelf;

/// Exactly the documents at these places are found.
fn check(texts: &[&str], cases: &[(&str, &[usize])]) {
    let (shelf, ids) = Shelf::of(texts);
    for (text, expect) in cases {
        let mut found = shelf.finds(text);
        found.sort();
        let expect: Vec<_> = expect.iter().map(|n| ids[*n]).collect();
        assert_eq!(found, expect, "{text}");
    }
}

#[test]
fn case_accents_ligatures_and_widths_make_no_difference() {
    check(
        &[
            "Über die Straße",
            "der ﬁnance ＰＬＡＮ",
            "Cafe\u{301} Łódź",
            "ΟΔΟΣ İstanbul",
        ],
        &[
            ("uber", &[0]),
            ("UBER", &[0]),
            ("strasse", &[0]),
            ("STRAẞE", &[0]),
            ("finance", &[1]),
            ("plan", &[1]),
            ("café", &[2]),
            ("lodz", &[2]),
            ("οδος", &[3]),
            ("istanbul", &[3]),
            ("\"uber die strasse\"", &[0]),
        ],
    );
}

#[test]
fn parts_of_unspaced_writing_are_found_from_one_character_on() {
    check(
        &[
            "我们在东京都厅见面。",
            "東京タワーは高い",
            "서울에서 만나요",
            "京東商城",
            "สวัสดีชาวโลก",
        ],
        &[
            ("东京", &[0]),
            ("京", &[0, 1, 3]),
            ("京都厅", &[0]),
            ("タワー", &[1]),
            ("東京", &[1]),
            ("서울", &[2]),
            ("สวัสดี", &[4]),
            ("\"京東\"", &[3]),
        ],
    );
}

#[test]
fn an_unspaced_question_finds_the_whole_first_and_its_parts_behind() {
    let (shelf, ids) = Shelf::of(&["北京的天气", "北京天气预报", "上海"]);
    assert_eq!(shelf.finds("北京天气预报"), [ids[1], ids[0]]);
}

#[test]
fn marks_show_what_was_found_in_unspaced_writing() {
    let (shelf, _) = Shelf::of(&["我们在东京都厅见面。"]);
    assert_eq!(
        shelf.words("京都").hits[0].snippet,
        "我们在东⟦京都⟧厅见面。"
    );
}

const GERMAN: &str = "Die Häuser in der Altstadt wurden nach dem Krieg wieder aufgebaut, und heute wohnen dort viele Familien \
                      mit ihren Kindern. Der Senat hat dafür Ausgaben beschlossen.";
const FRENCH: &str = "Les chevaux de la ferme sont partis vers la montagne, et personne ne les a revus depuis. Les journaux en \
                      ont parlé pendant plusieurs semaines.";
const RUSSIAN: &str =
    "Книги лежали на столах, и студенты читали их каждый вечер в большой библиотеке нашего города.";

#[test]
fn other_forms_of_a_word_are_found_by_the_language_of_the_text() {
    check(
        &[GERMAN, FRENCH, RUSSIAN],
        &[
            ("Haus", &[0]),
            ("hauses", &[0]),
            ("Ausgabe", &[0]),
            ("familie", &[0]),
            ("cheval", &[1]),
            ("semaine", &[1]),
            ("книга", &[2]),
            ("столы", &[2]),
        ],
    );
}

#[test]
fn another_form_that_was_found_is_marked() {
    let (shelf, _) = Shelf::of(&[GERMAN]);
    let snippet = &shelf.words("haus ausgabe").hits[0].snippet;
    assert!(snippet.contains("⟦Häuser⟧"), "{snippet}");
}

#[test]
fn a_phrase_means_the_words_as_they_are() {
    check(&[GERMAN], &[("\"haus\"", &[]), ("\"die häuser\"", &[0])]);
}
