//! One thing that a page has or has not: a word, a phrase, words that begin alike. How to find it in the index, and in a
//! page's tokens.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use tantivy::query::{DisjunctionMaxQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use crate::Result;
use crate::row::Row;
use crate::schema::Fields;
use crate::tokens::{Form, Token, tokens};
use crate::tongue::{Stems, may_be_of};

/// How much a word counts by its stem, and how much more where it stands just so: chosen by nDCG (docs/BENCHMARKS.md).
pub(crate) const STEM: f32 = 1.0;
const WRITTEN: f32 = 0.3;

/// How much the names of a document count against its text, and a word's joined form against the word itself.
const NAMES: f32 = 2.5;
const JOINED: f32 = 0.8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub(crate) shape: Shape,
    /// It stands under a NOT: it neither finds nor scores, it only shuts out.
    pub(crate) negative: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    Word {
        word: String,
        /// In every language that it may be of, such as `de:haus`.
        stems: Vec<String>,
    },
    /// Words at these distances from the first; `joined` is what a hyphenated word is in one piece.
    Row {
        words: Vec<(usize, String)>,
        joined: Option<String>,
    },
    /// Words that begin so.
    Prefix(String),
    /// A row whose last word only begins so.
    RowPrefix(Vec<(usize, String)>),
}

impl Shape {
    /// What `text` asks for; `None` when there is nothing in it that could be found.
    pub(crate) fn of(text: &str, is_phrase: bool, is_prefix: bool, stems: &Stems) -> Option<Self> {
        let found = tokens(text);
        let mut row = row(&found);
        let is_spaced = found.last().is_some_and(|last| last.form == Form::Word);
        match (row.len(), is_prefix && is_spaced) {
            (0, _) => None,
            (1, true) => Some(Self::Prefix(row.swap_remove(0).1)),
            (1, false) => {
                let word = row.swap_remove(0).1;
                let written = found.first().map_or("", |token| token.written(text));
                let stems = match is_phrase {
                    true => Vec::new(),
                    false => stems.of(written, &word),
                };
                Some(Self::Word { word, stems })
            }
            (_, true) => Some(Self::RowPrefix(row)),
            (_, false) => Some(Self::Row {
                joined: whole_joined(&found, text),
                words: row,
            }),
        }
    }

    /// The pairs of a text's unspaced runs, when they are more than the text itself.
    pub(crate) fn pairs(text: &str) -> Vec<Self> {
        let found = tokens(text).into_iter();
        let pairs: Vec<String> = found
            .filter(|token| token.form == Form::Pair)
            .map(|token| token.text)
            .collect();
        if pairs.len() < 2 {
            return Vec::new();
        }
        let shape = |word| Self::Word {
            word,
            stems: Vec::new(),
        };
        pairs.into_iter().map(shape).collect()
    }

    /// Its index queries with their weights; none for rows, whose positions are looked at, and for beginnings of words,
    /// which the index is walked for.
    pub(crate) fn queries(&self, fields: &Fields) -> Vec<(Box<dyn Query>, f32)> {
        let both = [(fields.body, 1.0), (fields.names, NAMES)];
        match self {
            Self::Word { word, stems } => {
                // What has no stem counts for both.
                let written = if stems.is_empty() {
                    WRITTEN + STEM
                } else {
                    WRITTEN
                };
                vec![
                    (term(fields.body, word), written),
                    (term(fields.names, word), NAMES),
                ]
            }
            Self::Row { joined, .. } => joined
                .iter()
                .flat_map(|word| both.map(|(field, counts)| (term(field, word), counts * JOINED)))
                .collect(),
            Self::Prefix(_) | Self::RowPrefix(_) => Vec::new(),
        }
    }

    /// Its row in each field with what that counts.
    pub(crate) fn rows(&self, searcher: &Searcher, fields: &Fields) -> Result<Vec<(Row, f32)>> {
        let Self::Row { words, .. } = self else {
            return Ok(Vec::new());
        };
        let mut rows = Vec::new();
        for (field, counts) in [(fields.body, 1.0), (fields.names, NAMES)] {
            rows.extend(Row::of(searcher, field, words)?.map(|row| (row, counts)));
        }
        Ok(rows)
    }

    /// The query for its stems, if it has any.
    pub(crate) fn stems(&self, fields: &Fields) -> Option<Box<dyn Query>> {
        match self {
            Self::Word { stems, .. } => any_of(fields.stems, stems),
            Self::Row { .. } | Self::Prefix(_) | Self::RowPrefix(_) => None,
        }
    }

    /// The byte ranges of a text where it stands.
    pub(crate) fn places(&self, page: &PageTokens<'_>) -> Vec<Range<usize>> {
        let whole = |token: &Token| token.start..token.end;
        match self {
            Self::Word { word, stems } => page
                .tokens
                .iter()
                .filter(|token| token.text == *word || page.is_form(token, stems))
                .map(whole)
                .collect(),
            Self::Prefix(prefix) => page
                .tokens
                .iter()
                .filter(|token| token.form == Form::Word && token.text.starts_with(prefix))
                .map(whole)
                .collect(),
            Self::Row { words, joined } => page
                .rows(words, |text, word| text == word)
                .chain(
                    page.tokens
                        .iter()
                        .filter(|token| Some(&token.text) == joined.as_ref())
                        .map(whole),
                )
                .collect(),
            Self::RowPrefix(words) => {
                let last = words.len() - 1;
                let is_last = |word: &String| std::ptr::eq(word, &words[last].1);
                page.rows(words, |text, word| match is_last(word) {
                    true => text.starts_with(word.as_str()),
                    false => text == word,
                })
                .collect()
            }
        }
    }
}

/// A text's tokens, ready to be looked through for many leaves. A dozen pages are looked through for one answer, so what
/// costs is done when a leaf asks for it.
pub(crate) struct PageTokens<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    /// What finds stems in the languages of the text.
    stems: OnceCell<Stems>,
    by_position: OnceCell<HashMap<usize, Vec<usize>>>,
}

impl<'t> PageTokens<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        Self {
            text,
            tokens: tokens(text),
            stems: OnceCell::new(),
            by_position: OnceCell::new(),
        }
    }

    /// Whether a token has any of these stems.
    fn is_form(&self, token: &Token, stems: &[String]) -> bool {
        if !token.form.has_stem() || !stems.iter().any(|stem| may_be_of(stem, &token.text)) {
            return false;
        }
        let own = self.stems.get_or_init(|| Stems::for_text(self.text));
        let own = own.of(token.written(self.text), &token.text);
        own.iter().any(|stem| stems.contains(stem))
    }

    /// The tokens at a position.
    fn at(&self, position: usize) -> &[usize] {
        let by_position = self.by_position.get_or_init(|| {
            let mut places: HashMap<usize, Vec<usize>> = HashMap::new();
            for (n, token) in self.tokens.iter().enumerate() {
                places.entry(token.position).or_default().push(n);
            }
            places
        });
        by_position.get(&position).map_or(&[], Vec::as_slice)
    }

    /// The ranges of every word of every row.
    fn rows<'a>(
        &'a self,
        words: &'a [(usize, String)],
        same: impl Fn(&str, &String) -> bool + 'a,
    ) -> impl Iterator<Item = Range<usize>> + 'a {
        let first = words.first();
        let starts = self
            .tokens
            .iter()
            .filter(move |token| first.is_some_and(|(_, word)| token.text == *word));
        starts.flat_map(move |start| {
            let row: Option<Vec<_>> = words
                .iter()
                .map(|(distance, word)| {
                    let token = self
                        .at(start.position + distance)
                        .iter()
                        .map(|n| &self.tokens[*n])
                        .find(|token| same(&token.text, word))?;
                    Some(token.start..token.end)
                })
                .collect();
            row.unwrap_or_default()
        })
    }
}

/// The words that together are the text, each with its distance from the first: pairs for unspaced runs, words else.
fn row(found: &[Token]) -> Vec<(usize, String)> {
    let Some(first) = found.first() else {
        return Vec::new();
    };
    let mut row: Vec<(usize, String)> = Vec::new();
    for (n, token) in found.iter().enumerate() {
        let paired = |at: usize| found.get(at).is_some_and(|t| t.form == Form::Pair);
        let is_wanted = match token.form {
            Form::Word | Form::Pair => true,
            Form::Joined => false,
            // The last of a run is in the pair before it.
            Form::Single => !paired(n + 1) && (n == 0 || !paired(n - 1)),
        };
        if is_wanted {
            row.push((token.position - first.position, token.text.clone()));
        }
    }
    row
}

/// The joined form of a text that is one hyphenated word.
fn whole_joined(found: &[Token], text: &str) -> Option<String> {
    let (first, last) = (found.first()?, found.last()?);
    if text.contains(char::is_whitespace) {
        return None;
    }
    found
        .iter()
        .find(|t| t.form == Form::Joined && t.start == first.start && t.end == last.end)
        .map(|token| token.text.clone())
}

/// Pages with any of the words; the one that counts most counts alone.
fn any_of(field: Field, words: &[String]) -> Option<Box<dyn Query>> {
    match words {
        [] => None,
        [word] => Some(term(field, word)),
        words => {
            let each = words.iter().map(|word| term(field, word)).collect();
            Some(Box::new(DisjunctionMaxQuery::new(each)))
        }
    }
}

fn term(field: Field, word: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(
        Term::from_field_text(field, word),
        IndexRecordOption::WithFreqs,
    ))
}
