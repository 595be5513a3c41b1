//! What a person typed, understood. Every text means something; what makes no sense is read as words or left out.

use sheaf_document::Kind;

use crate::Filter;
use crate::expression::{Expression, Item, MOST_LEAVES, Role, Wanted};
use crate::leaf::{Leaf, Shape};
use crate::tongue::{Stems, Tongue};

/// A query's characters beyond these do not count.
const LONGEST: usize = 2_000;

/// Of one unspaced run, so many pairs are looked for.
const MOST_PAIRS: usize = 24;

/// Brackets deeper than these do not count.
const DEEPEST: usize = 16;

pub(crate) fn parse(text: &str, stems: &Stems) -> Wanted {
    let mut parser = Parser {
        pieces: pieces(beginning(text)),
        next: 0,
        depth: 0,
        stems,
        wanted: Wanted::default(),
    };
    let items = parser.items(false);
    let mut wanted = parser.wanted;
    wanted.items = items;
    wanted.plain = wanted.plain.trim().to_owned();
    wanted
}

/// As much of a text as counts, without half a word at its end.
fn beginning(text: &str) -> &str {
    let Some((end, _)) = text.char_indices().nth(LONGEST) else {
        return text;
    };
    let cut = &text[..end];
    cut.rfind(char::is_whitespace)
        .map_or(cut, |space| &cut[..space])
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Word {
        text: String,
        is_prefix: bool,
    },
    Phrase(String),
    Minus,
    Plus,
    And,
    Or,
    Not,
    Open,
    Close,
    /// `kind:pdf`
    Narrow(String, String),
}

/// Cuts a query where a person would.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut at_start = true;
    while let Some(c) = rest.chars().next() {
        let behind = &rest[c.len_utf8()..];
        let was_start = std::mem::replace(&mut at_start, true);
        rest = match c {
            _ if c.is_whitespace() => behind,
            '(' | ')' => {
                pieces.push(if c == '(' { Piece::Open } else { Piece::Close });
                behind
            }
            _ if is_quote(c) => {
                let (phrase, behind) = phrase(behind);
                pieces.push(Piece::Phrase(phrase.to_owned()));
                behind
            }
            '-' | '\u{2212}' | '\u{2013}' | '+' if was_start && opens(behind) => {
                pieces.push(if c == '+' { Piece::Plus } else { Piece::Minus });
                behind
            }
            _ => {
                let (piece, behind) = word(rest);
                pieces.push(piece);
                at_start = false;
                behind
            }
        };
    }
    pieces
}

pub(crate) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '＂')
}

fn opens(rest: &str) -> bool {
    rest.chars()
        .next()
        .is_some_and(|c| is_quote(c) || c == '(' || c.is_alphanumeric())
}

/// Up to the next quotation mark, or to the end where the person forgot it.
fn phrase(rest: &str) -> (&str, &str) {
    match rest.find(is_quote) {
        Some(end) => {
            let quote = rest[end..].chars().next().map_or(1, char::len_utf8);
            (&rest[..end], &rest[end + quote..])
        }
        None => (rest, ""),
    }
}

fn word(rest: &str) -> (Piece, &str) {
    let end = rest
        .find(|c: char| c.is_whitespace() || is_quote(c) || matches!(c, '(' | ')'))
        .unwrap_or(rest.len())
        .max(rest.chars().next().map_or(0, char::len_utf8));
    let (text, behind) = rest.split_at(end);
    if let Some((narrow, behind)) = narrow(text, behind) {
        return (narrow, behind);
    }
    let piece = match text {
        "AND" | "&&" => Piece::And,
        "OR" | "||" => Piece::Or,
        "NOT" => Piece::Not,
        _ => Piece::Word {
            text: text.trim_end_matches('*').to_owned(),
            is_prefix: text.ends_with('*'),
        },
    };
    (piece, behind)
}

/// `in:folder` or `in:"a folder"`.
fn narrow<'a>(text: &str, behind: &'a str) -> Option<(Piece, &'a str)> {
    let (name, value) = text.split_once(':')?;
    let name = name.to_lowercase();
    if !matches!(
        &*name,
        "kind" | "in" | "collection" | "lang" | "from" | "after" | "before"
    ) {
        return None;
    }
    match behind.chars().next() {
        Some(c) if value.is_empty() && is_quote(c) => {
            let (value, behind) = phrase(&behind[c.len_utf8()..]);
            Some((Piece::Narrow(name, value.to_owned()), behind))
        }
        _ => Some((Piece::Narrow(name, value.to_owned()), behind)),
    }
}

struct Parser<'a> {
    pieces: Vec<Piece>,
    next: usize,
    depth: usize,
    stems: &'a Stems,
    wanted: Wanted,
}

impl Parser<'_> {
    /// Everything up to the closing bracket or the end.
    fn items(&mut self, negative: bool) -> Vec<Item> {
        let mut items = Vec::new();
        while let Some(piece) = self.pieces.get(self.next) {
            if *piece == Piece::Close {
                if self.depth > 0 {
                    break;
                }
                self.next += 1;
                continue;
            }
            items.extend(self.any(negative));
        }
        items
    }

    /// `a OR b OR c`
    fn any(&mut self, negative: bool) -> Option<Item> {
        let first = self.all(negative);
        let mut parts: Vec<Item> = first.into_iter().collect();
        while self.takes_operand(&Piece::Or) {
            parts.extend(self.all(negative));
        }
        join(parts, Expression::Any)
    }

    /// `a AND b AND NOT c`
    fn all(&mut self, negative: bool) -> Option<Item> {
        let first = self.one(negative);
        let mut parts: Vec<Item> = first.into_iter().collect();
        while self.takes_operand(&Piece::And) {
            parts.extend(self.one(negative));
        }
        join(parts, Expression::All)
    }

    /// Steps over an operator; it joins nothing where the query ends behind it.
    fn takes_operand(&mut self, operator: &Piece) -> bool {
        if self.pieces.get(self.next) != Some(operator) || self.pieces.len() <= self.next + 1 {
            return false;
        }
        self.next += 1;
        true
    }

    fn one(&mut self, negative: bool) -> Option<Item> {
        let piece = self.pieces.get(self.next)?.clone();
        let has_operand = self.next + 1 < self.pieces.len();
        if piece == Piece::Close {
            return None;
        }
        self.next += 1;
        match piece {
            Piece::Word { text, is_prefix } => {
                let item = self.leaf(&text, false, is_prefix, negative);
                if !negative {
                    self.pairs(&text);
                }
                item
            }
            Piece::Phrase(text) => self.leaf(&text, true, false, negative),
            Piece::Minus | Piece::Not if has_operand => {
                let item = self.one(!negative)?;
                let role = match item.role {
                    Role::Not => Role::Must,
                    Role::Wish | Role::Must => Role::Not,
                };
                Some(Item { role, ..item })
            }
            Piece::Plus => self.one(negative).map(|item| match item.role {
                Role::Wish => Item {
                    role: Role::Must,
                    ..item
                },
                Role::Must | Role::Not => item,
            }),
            // An operator with nothing to work on is the word that a person may have meant.
            Piece::And => self.lone("and", negative),
            Piece::Or => self.lone("or", negative),
            Piece::Not => self.lone("not", negative),
            Piece::Minus | Piece::Close => None,
            Piece::Open => self.bracket(negative),
            Piece::Narrow(name, value) => self.narrow(&name, &value, negative),
        }
    }

    /// Alone in a query, or between words that it does not join.
    fn lone(&mut self, word: &str, negative: bool) -> Option<Item> {
        match self.pieces.len() {
            1 => self.leaf(word, false, false, negative),
            _ => None,
        }
    }

    fn bracket(&mut self, negative: bool) -> Option<Item> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let items = self.items(negative);
        self.depth -= 1;
        if self.pieces.get(self.next) == Some(&Piece::Close) {
            self.next += 1;
        }
        join(items, Expression::All)
    }

    /// People write Chinese or Japanese sentences without spaces: their parts find too, though the whole comes first.
    fn pairs(&mut self, text: &str) {
        for shape in Shape::pairs(text).into_iter().take(MOST_PAIRS) {
            self.note(Leaf {
                shape,
                negative: false,
            });
        }
    }

    /// The number of a leaf; `None` when there are too many.
    fn note(&mut self, leaf: Leaf) -> Option<usize> {
        let leaves = &mut self.wanted.leaves;
        let known = leaves.iter().position(|known| *known == leaf);
        if known.is_none() && leaves.len() < MOST_LEAVES {
            leaves.push(leaf);
            return Some(leaves.len() - 1);
        }
        known
    }

    fn leaf(
        &mut self,
        text: &str,
        is_phrase: bool,
        is_prefix: bool,
        negative: bool,
    ) -> Option<Item> {
        let shape = Shape::of(text, is_phrase, is_prefix, self.stems)?;
        if !negative {
            self.wanted.plain.push_str(text.trim());
            self.wanted.plain.push(' ');
        }
        let n = self.note(Leaf { shape, negative })?;
        Some(Item {
            expression: Expression::Leaf(n),
            role: if is_phrase { Role::Must } else { Role::Wish },
        })
    }

    /// A filter, or a word where its value makes no sense.
    fn narrow(&mut self, name: &str, value: &str, negative: bool) -> Option<Item> {
        let filter: &mut Filter = &mut self.wanted.filter;
        let given = (!value.is_empty()).then(|| value.to_owned());
        match name {
            "kind" if Kind::parse(&value.to_lowercase()).is_some() => {
                filter.kinds.extend(Kind::parse(&value.to_lowercase()));
            }
            "in" if given.is_some() => filter.folder = given,
            "collection" if given.is_some() => filter.collection = given,
            "lang" if Tongue::parse(value).is_some() => {
                filter.language = Tongue::parse(value).map(|tongue| tongue.code.to_owned());
            }
            "from" if given.is_some() => filter.from = given,
            "after" if is_date(value) => filter.after = given,
            "before" if is_date(value) => filter.before = given,
            _ => return self.leaf(&format!("{name}:{value}"), false, false, negative),
        }
        None
    }
}

/// One item stays as it is; several become a condition.
fn join(mut items: Vec<Item>, with: fn(Vec<Expression>) -> Expression) -> Option<Item> {
    if items.len() <= 1 {
        return items.pop();
    }
    let parts = items.into_iter().map(|item| match item.role {
        Role::Not => Expression::Not(Box::new(item.expression)),
        Role::Wish | Role::Must => item.expression,
    });
    Some(Item {
        expression: with(parts.collect()),
        role: Role::Must,
    })
}

/// A year, a month or a day: `2024`, `2024-05`, `2024-05-17`.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let number = |part: Option<&str>, digits: usize| {
        part.is_none_or(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))
    };
    !text.is_empty()
        && number(parts.next(), 4)
        && number(parts.next(), 2)
        && number(parts.next(), 2)
        && parts.next().is_none()
}
