//! Nothing that a person can type is an error.

use std::cell::RefCell;

use proptest::prelude::*;
use sheaf_search::Mode;

use crate::shelf::{Fixed, Shelf, query};

#[test]
fn strange_queries_are_read_as_well_as_they_can_be() {
    let (shelf, ids) = Shelf::of(&["tax office and or not", "other"]);
    for text in [
        "\"tax office",
        "tax AND",
        "AND tax",
        "tax OR",
        "OR tax",
        "tax NOT",
        "(tax",
        "tax)",
        "((tax))",
        "tax AND OR office",
        "NOT NOT tax",
        "--- tax",
        "tax -",
        "tax:",
        ":tax",
        "tax*",
        "tax**",
        "kind:xyz tax",
        "after:yesterday tax",
        "in: tax",
        "tax\u{0}",
        "\u{feff}tax",
        "“tax",
        "tax \u{1F600}",
        "+tax",
        "tax^2 ~tax",
        "{tax}",
        "[tax TO office]",
    ] {
        assert!(shelf.finds(text).contains(&ids[0]), "{text}");
    }
    for text in [
        "",
        " ",
        "\"",
        "\"\"",
        "-",
        "*",
        "()",
        ")(",
        "\u{1F600}",
        "…",
        "\0",
        "-(",
        "NOT (",
        "kind:pdf",
    ] {
        assert!(shelf.finds(text).is_empty(), "{text}");
    }
    for text in ["AND", "OR", "NOT"] {
        assert_eq!(shelf.finds(text), [ids[0]], "a lone {text} is the word");
    }
}

#[test]
fn ten_thousand_characters_are_no_matter() {
    let (shelf, ids) = Shelf::of(&["needle in hay", "hay"]);
    for text in [
        "needle ".repeat(1_500),
        format!(
            "needle {}",
            (0..2_000).map(|n| format!("w{n} ")).collect::<String>()
        ),
        format!("needle {}", "(".repeat(10_000)),
        format!("needle {}", "NOT ".repeat(2_500)),
        format!("needle {}", "x".repeat(10_000)),
        format!("needle {}", "東京都".repeat(3_000)),
        format!("needle {}", "a* ".repeat(3_000)),
    ] {
        let found = shelf.finds(&text);
        assert!(found.first() == Some(&ids[0]), "{}", &text[..40]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_text_is_an_error(
        text in prop_oneof![
            any::<String>(),
            "[a-c\"()*+: \\-]{0,40}",
            "((AND|OR|NOT|apple|\"|-|\\(|\\)|kind:|in:x|[東京]{0,9}) ?){0,30}",
        ]
    ) {
        thread_local! {
            static SEARCHER: RefCell<(Shelf, sheaf_search::Searcher)> = RefCell::new({
                let (shelf, _) = Shelf::of(&["apple pie 東京都", "a b c"]);
                let searcher = shelf.searcher();
                (shelf, searcher)
            });
        }
        SEARCHER.with_borrow_mut(|(_, searcher)| {
            let mut asked = query(&text);
            asked.mode = Mode::Hybrid;
            let mut embedder = Fixed::new(Ok(vec![0.5; 4]));
            let found = searcher.search(&asked, Some(&mut embedder));
            let results = found.expect("no text is an error");
            for hit in &results.hits {
                let opened = hit.snippet.matches('⟦').count();
                assert_eq!(opened, hit.snippet.matches('⟧').count(), "{}", hit.snippet);
            }
        });
    }
}
