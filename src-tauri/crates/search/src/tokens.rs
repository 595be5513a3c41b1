//! A text as the words that can be found in it, with their places.
//!
//! A word is a run of letters and digits, so codes and addresses are rows of words (`INV-2024-017` is three) and are found
//! whole as a phrase. Scripts that do not put spaces between words (Chinese, Japanese, Korean, Thai and others) give single
//! characters and pairs. A word broken by a hyphen is there in its parts and joined.

use unicode_segmentation::UnicodeSegmentation;

use crate::fold::fold;

/// A word that can be found. Several may share a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// Folded.
    pub(crate) text: String,
    /// Byte offsets into the text.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Words count up from 0; never falls from one token to the next.
    pub(crate) position: usize,
    pub(crate) form: Form,
}

/// How a token came from the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A word between other characters.
    Word,
    /// Words around a hyphen, joined.
    Joined,
    /// One character of a script without spaces.
    Single,
    /// Two neighbours of such a script; stands at the position of the first.
    Pair,
}

pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut last: Option<LastWord> = None;
    let mut position = 0;
    for run in runs(text) {
        match run {
            Run::Word(start, end) => {
                let word = Token {
                    text: fold(&text[start..end]),
                    start,
                    end,
                    position,
                    form: Form::Word,
                };
                if word.text.is_empty() {
                    continue;
                }
                let previous = last.take().and_then(|last| {
                    let hyphen = hyphen(text, last.end, start)?;
                    Some((last, hyphen))
                });
                last = Some(push_word(&mut tokens, previous, &mut position, word));
            }
            Run::Unspaced(units) => {
                last = None;
                push_unspaced(text, &mut tokens, &mut position, &units);
            }
        }
    }
    tokens
}

/// The word before the one at hand, as far as it goes on behind hyphens.
struct LastWord {
    joined: String,
    start: usize,
    end: usize,
}

fn push_word(
    tokens: &mut Vec<Token>,
    previous: Option<(LastWord, Hyphen)>,
    position: &mut usize,
    word: Token,
) -> LastWord {
    let mut last = LastWord {
        joined: word.text.clone(),
        start: word.start,
        end: word.end,
    };
    if let Some((previous, hyphen)) = previous {
        last.joined = fold(&(previous.joined + &word.text));
        last.start = previous.start;
        // The rest of a broken word stands where its beginning stands, so that phrases go on behind it.
        if hyphen == Hyphen::LineEnd {
            *position -= 1;
        }
        tokens.push(Token {
            text: last.joined.clone(),
            start: last.start,
            end: last.end,
            position: match hyphen {
                Hyphen::LineEnd => *position,
                Hyphen::Within => *position - 1,
            },
            form: Form::Joined,
        });
    }
    tokens.push(Token {
        position: *position,
        ..word
    });
    *position += 1;
    last
}

fn push_unspaced(
    text: &str,
    tokens: &mut Vec<Token>,
    position: &mut usize,
    units: &[(usize, usize)],
) {
    let folded: Vec<String> = units.iter().map(|(s, e)| fold(&text[*s..*e])).collect();
    for (n, (start, end)) in units.iter().enumerate() {
        let token = |text: String, end: usize, form| Token {
            text,
            start: *start,
            end,
            position: *position,
            form,
        };
        tokens.push(token(folded[n].clone(), *end, Form::Single));
        if let Some((_, end)) = units.get(n + 1) {
            let pair = format!("{}{}", folded[n], folded[n + 1]);
            tokens.push(token(pair, *end, Form::Pair));
        }
        *position += 1;
    }
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Hyphen {
    Within,
    LineEnd,
}

/// Whether a hyphen alone, or a hyphen and a line end, stands between two words made of letters.
fn hyphen(text: &str, end: usize, start: usize) -> Option<Hyphen> {
    let rest = text[end..start].strip_prefix(['-', '\u{2010}', '\u{2011}', '\u{ad}', '\u{ac}'])?;
    let letters = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    if !letters(text[..end].chars().next_back()) || !letters(text[start..].chars().next()) {
        return None;
    }
    match rest.trim() {
        _ if rest.is_empty() => Some(Hyphen::Within),
        "" if rest.contains('\n') => Some(Hyphen::LineEnd),
        _ => None,
    }
}

enum Run {
    Word(usize, usize),
    /// Start and end of each character with its marks.
    Unspaced(Vec<(usize, usize)>),
}

/// Words and unspaced runs in the order of the text.
fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut open: Option<Run> = None;
    for (start, cluster) in clusters(text) {
        let end = start + cluster.len();
        let Some(first) = cluster.chars().next() else {
            continue;
        };
        // A soft hyphen inside a word is not there; at a line end it is a hyphen.
        if matches!(first, '\u{ad}' | '\u{2060}' | '\u{feff}') {
            if !matches!(open, Some(Run::Word(..))) || !goes_on(&text[end..]) {
                runs.extend(open.take());
            }
            continue;
        }
        let unspaced = is_unspaced(first);
        match (&mut open, unspaced) {
            (Some(Run::Unspaced(units)), true) => units.push((start, end)),
            (_, true) => {
                runs.extend(open.take());
                open = Some(Run::Unspaced(vec![(start, end)]));
            }
            (Some(Run::Word(_, word_end)), false) if first.is_alphanumeric() => *word_end = end,
            (_, false) if first.is_alphanumeric() => {
                runs.extend(open.take());
                open = Some(Run::Word(start, end));
            }
            (_, false) => runs.extend(open.take()),
        }
    }
    runs.extend(open);
    runs
}

/// What a reader takes for one character, with where it begins. A character of ASCII before another one stands alone (but
/// for line ends, which are no words either way); only the others have to be looked up.
fn clusters(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let is_plain = bytes.get(at)?.is_ascii() && bytes.get(at + 1).is_none_or(u8::is_ascii);
        at += match is_plain {
            true => 1,
            false => text[at..].graphemes(true).next()?.len(),
        };
        Some((start, &text[start..at]))
    })
}

fn goes_on(rest: &str) -> bool {
    rest.chars()
        .next()
        .is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c))
}

/// Letters of scripts that write words without spaces, and Hangul, whose words take endings without one.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e01}'..='\u{e30}' | '\u{e32}'..='\u{e33}' | '\u{e40}'..='\u{e46}' // Thai
        | '\u{e81}'..='\u{edf}' // Lao
        | '\u{f40}'..='\u{fbc}' // Tibetan
        | '\u{1000}'..='\u{103f}' // Myanmar
        | '\u{1780}'..='\u{17d3}' // Khmer
        | '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7ff}' // Hangul
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' // kana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' // ideographs
        | '\u{ff66}'..='\u{ff9f}' // half-width kana
        | '\u{20000}'..='\u{323af}')
        && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn characters_are_those_that_unicode_says(text in "[a-z \\n\u{301}\u{200d}é東ก\u{1f468}\u{1f3fd}\u{600}가-]{0,40}") {
            let expect: Vec<_> = text.grapheme_indices(true).collect();
            proptest::prop_assert_eq!(clusters(&text).collect::<Vec<_>>(), expect);
        }
    }

    fn words(text: &str) -> Vec<(String, usize)> {
        let found = tokens(text).into_iter();
        found.map(|token| (token.text, token.position)).collect()
    }

    fn check(text: &str, expect: &[(&str, usize)]) {
        let expect: Vec<_> = expect.iter().map(|(w, p)| ((*w).to_owned(), *p)).collect();
        assert_eq!(words(text), expect, "{text}");
    }

    #[test]
    fn codes_and_addresses_are_rows_of_words() {
        check("INV-2024-017", &[("inv", 0), ("2024", 1), ("017", 2)]);
        check("a.b@c.org", &[("a", 0), ("b", 1), ("c", 2), ("org", 3)]);
        check("1,234.50 €", &[("1", 0), ("234", 1), ("50", 2)]);
    }

    #[test]
    fn a_word_broken_at_a_line_end_is_there_in_parts_and_joined() {
        check(
            "an exam-\n  ple here",
            &[
                ("an", 0),
                ("exam", 1),
                ("example", 1),
                ("ple", 1),
                ("here", 2),
            ],
        );
    }

    #[test]
    fn unspaced_scripts_give_single_characters_and_pairs() {
        check(
            "東京都 x",
            &[
                ("東", 0),
                ("東京", 0),
                ("京", 1),
                ("京都", 1),
                ("都", 2),
                ("x", 3),
            ],
        );
    }

    #[test]
    fn offsets_are_bytes_of_the_text_as_it_is() {
        let text = "Größe ﬁn 東京 exam\u{ad}ple";
        let cut: Vec<&str> = tokens(text)
            .iter()
            .filter(|token| token.form != Form::Pair)
            .map(|token| &text[token.start..token.end])
            .collect();
        assert_eq!(cut, ["Größe", "ﬁn", "東", "京", "exam\u{ad}ple"]);
    }
}
