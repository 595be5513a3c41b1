//! What a person asks.

use serde::{Deserialize, Serialize};
use sheaf_document::{Fault, Kind};
use sheaf_store::table::finding::Within;

/// By what a search finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Words and meaning, fused by rank.
    Hybrid,
    /// Words alone; never asks for a vector.
    Words,
    /// Meaning alone.
    Meaning,
}

/// In what order documents come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The best match first.
    Relevance,
    /// The newest first; documents without a date last.
    Date,
    /// By title, or by file name where there is none.
    Name,
}

/// Which documents to search in; what is empty or `None` does not narrow it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Any of these.
    pub kinds: Vec<Kind>,
    /// An absolute path means everything in that folder and below; a mere name means folders of that name anywhere.
    pub folder: Option<String>,
    pub collection: Option<String>,
    /// A code or name that [`crate::Tongue::parse`] knows; what it does not know finds nothing.
    pub language: Option<String>,
    /// Words that stand in the author or sender.
    pub from: Option<String>,
    /// `YYYY-MM-DD`: this day and later. A document without a date has the day its file was last changed.
    pub after: Option<String>,
    /// `YYYY-MM-DD`: before this day.
    pub before: Option<String>,
}

impl Filter {
    /// This filter where it says something, `other` where it does not.
    pub(crate) fn or(&self, other: &Self) -> Within {
        let either = |a: &Option<String>, b: &Option<String>| a.clone().or_else(|| b.clone());
        Within {
            kinds: match self.kinds.is_empty() {
                true => other.kinds.clone(),
                false => self.kinds.clone(),
            },
            folder: either(&self.folder, &other.folder),
            collection: either(&self.collection, &other.collection),
            language: either(&self.language, &other.language).map(|name| {
                crate::Tongue::parse(&name).map_or(name, |tongue| tongue.code.to_owned())
            }),
            from: either(&self.from, &other.from),
            after: either(&self.after, &other.after),
            before: either(&self.before, &other.before),
        }
    }
}

/// A search.
#[derive(Debug, Clone)]
pub struct Query {
    /// Words, `"phrases"`, `prefix*`, `AND` `OR` `NOT` and brackets, `-word`, `+word`, `kind:` `in:` `collection:` `lang:`
    /// `from:` `after:` `before:`.
    /// Nothing a person can type is an error; only the first 2,000 characters count.
    pub text: String,
    pub mode: Mode,
    /// The most documents to answer.
    pub limit: usize,
    /// Goes before what `text` says of the same.
    pub filter: Filter,
    pub sort: Sort,
}

/// A text of plain words as a query: what would be an operator in it is a word or nothing.
pub fn plain_words(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| match c {
            '(' | ')' | '*' | ':' => ' ',
            _ if crate::parse::is_quote(c) => ' ',
            _ => c,
        })
        .collect();
    let words = spaced.split_whitespace().map(|word| match word {
        "AND" | "OR" | "NOT" => word.to_lowercase(),
        "&&" | "||" => String::new(),
        _ => word
            .trim_start_matches(|c: char| !c.is_alphanumeric())
            .to_owned(),
    });
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Turns a question into a vector of the library's model, of length 1.
pub trait QueryEmbedder {
    fn embed_query(&mut self, text: &str) -> Result<Vec<f32>, Fault>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_have_no_operators_left() {
        assert_eq!(
            plain_words("is \"A (+)-form\" NOT -toxic? kind:pdf x* && OR"),
            "is A form not toxic? kind pdf x or"
        );
    }
}
