//! The smallest stretches a passage is made of: words, or pieces of what has no words.
//!
//! How many tokens a text has is estimated, so that cutting needs no model: four letters a token, two digits or signs a
//! token, one ideograph a token, white space as one letter. Passages of 200 estimated tokens were counted by the models'
//! own tokenizers (E5 / MiniLM): English 202-239 / 189-222, German 165 / 279, Russian 172 / 632 (not its language),
//! Chinese 113 / 202, columns of figures 209 / 227, Base64 492 / 366. The models cut at 512.

/// Parts of a token that sizes are counted in.
pub(crate) const QUARTERS: u32 = 4;

/// Longer "words" are taken apart, so that a passage can end near where it should.
const LONGEST: u32 = 40 * QUARTERS;

/// What follows an atom, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pause {
    /// The word goes on.
    Nothing,
    Space,
    Line,
    Sentence,
    Paragraph,
}

/// Bytes `start..end` of the text, without white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Atom {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The size with the white space behind it; at least 1.
    pub(crate) quarters: u32,
    pub(crate) pause: Pause,
}

/// Everything visible in a text, in order.
pub(crate) fn atoms(text: &str) -> Vec<Atom> {
    let mut atoms = Vec::new();
    let mut rest = 0;
    while let Some(start) = find(text, rest, |c| !c.is_whitespace()) {
        let end = find(text, start, char::is_whitespace).unwrap_or(text.len());
        let next = find(text, end, |c| !c.is_whitespace()).unwrap_or(text.len());
        word(text, start, end, &mut atoms);
        if let Some(last) = atoms.last_mut() {
            last.quarters += 1;
            last.pause = pause(&text[last.start..end], &text[end..next], &text[next..]);
        }
        rest = next;
    }
    atoms
}

/// Where the first character of `text[from..]` stands that `wanted` accepts.
fn find(text: &str, from: usize, wanted: impl Fn(char) -> bool) -> Option<usize> {
    text[from..].find(wanted).map(|n| from + n)
}

/// Pushes a stretch without white space: whole, or cut behind ideographs and where it gets too long.
fn word(text: &str, start: usize, end: usize, atoms: &mut Vec<Atom>) {
    let mut atom = Atom {
        start,
        end: start,
        quarters: 0,
        pause: Pause::Nothing,
    };
    for (n, c) in text[start..end].char_indices() {
        let at = start + n;
        let closes = is_ideographic_stop(c);
        if atom.end > atom.start && !closes && (is_ideograph(c) || atom.quarters >= LONGEST) {
            atoms.push(atom);
            atom = Atom {
                start: at,
                quarters: 0,
                pause: Pause::Nothing,
                ..atom
            };
        }
        atom.end = at + c.len_utf8();
        atom.quarters += quarters(c);
        if closes {
            atom.pause = Pause::Sentence;
        }
    }
    atoms.push(atom);
}

fn quarters(c: char) -> u32 {
    if is_ideograph(c) {
        QUARTERS
    } else if c.is_alphabetic() {
        1
    } else {
        2
    }
}

/// Han, Kana, Hangul and their full-width signs, which the models read character by character.
fn is_ideograph(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x11ff | 0x2e80..=0xa4cf | 0xac00..=0xd7ff | 0xf900..=0xfaff | 0xff00..=0xffef | 0x1_f000..=0x3_ffff)
}

fn is_ideographic_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡' | '．')
}

/// What the white space `gap` between `word` and `next` is.
fn pause(word: &str, gap: &str, next: &str) -> Pause {
    let line_ends = gap
        .chars()
        .filter(|c| matches!(c, '\n' | '\u{2028}'))
        .count();
    let page_ends = gap.contains(['\u{c}', '\u{2029}']);
    if next.is_empty() || page_ends || line_ends > 1 {
        return Pause::Paragraph;
    }
    let closed = word.trim_end_matches(['"', '\'', ')', ']', '”', '’', '“', '»', '«', '」', '』']);
    // A small letter goes on: "e.g. this".
    if closed.ends_with(['.', '!', '?', '…', '。', '！', '？', '।', '؟'])
        && !next.starts_with(char::is_lowercase)
    {
        return Pause::Sentence;
    }
    if line_ends == 1 {
        Pause::Line
    } else {
        Pause::Space
    }
}
