//! Letters as search sees them: compatibility forms, case and diacritics do not tell words apart.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A longer word is cut here, in the index and in the query alike.
const LONGEST: usize = 100;

/// A word folded: full width and ligatures to plain letters (NFKD), diacritics off, lower case, `ß` to `ss`, composed
/// again (NFC). Marks that tell letters apart, such as the Japanese voicing mark or Indic vowels, stay.
pub(crate) fn fold(word: &str) -> String {
    if word.is_ascii() {
        let mut plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
        plain.make_ascii_lowercase();
        plain.truncate(LONGEST);
        return plain;
    }
    let mut plain = String::with_capacity(word.len());
    for c in word.nfkd().filter(|c| !is_ornament(*c)) {
        for c in c.to_lowercase().filter(|c| !is_ornament(*c)) {
            match spelled_out(c) {
                Some(letters) => plain.push_str(letters),
                None if c.is_alphanumeric() || is_combining_mark(c) => plain.push(c),
                None => {}
            }
        }
    }
    plain.nfc().take(LONGEST).collect()
}

/// Letters that Unicode does not take apart but people type as others.
fn spelled_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ł' => "l",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// Marks that readers of their script leave out when they type: Latin, Greek and Cyrillic accents, Hebrew points, Arabic
/// vowel signs and the stretching mark.
fn is_ornament(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{487}'
        | '\u{591}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}'
        | '\u{640}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e4}'
        | '\u{6e7}'
        | '\u{6e8}'
        | '\u{6ea}'..='\u{6ed}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_and_what_is_written_fold_alike() {
        for (written, typed) in [
            ("Über", "uber"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("ﬁnance", "finance"),
            ("ＡＢＣ１２", "abc12"),
            ("café", "cafe\u{301}"),
            ("İstanbul", "istanbul"),
            ("Łódź", "lodz"),
            ("Ærø", "aero"),
            ("ΟΔΟΣ", "οδος"),
            ("ёлка", "елка"),
            ("كِتَاب", "كتاب"),
            ("שָׁלוֹם", "שלום"),
            ("ｶﾞ", "ガ"),
            ("exam\u{ad}ple", "example"),
            ("می\u{200c}خواهم", "میخواهم"),
            ("㎏", "kg"),
            ("m²", "m2"),
        ] {
            assert_eq!(fold(written), fold(typed), "{written} and {typed}");
            assert!(!fold(written).is_empty(), "{written}");
        }
    }

    #[test]
    fn marks_that_make_another_letter_stay() {
        for (one, other) in [("が", "か"), ("हिन्दी", "हन्द"), ("서울", "서운")]
        {
            assert_ne!(fold(one), fold(other), "{one} and {other}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for word in ["Straße", "ﬁnance", "が", "İ", "서울", "ΟΔΟΣ"] {
            assert_eq!(fold(&fold(word)), fold(word), "{word}");
        }
    }

    #[test]
    fn a_very_long_word_is_cut() {
        assert_eq!(fold(&"é".repeat(5000)).chars().count(), LONGEST);
        assert_eq!(fold(&"e".repeat(5000)).chars().count(), LONGEST);
    }
}
