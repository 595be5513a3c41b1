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
            after: either(&self.after, &other.after),
            before: either(&self.before, &other.before),
        }
    }
}

/// A search.
#[derive(Debug, Clone)]
pub struct Query {
    /// Words, `"phrases"`, `prefix*`, `AND` `OR` `NOT` and brackets, `-word`, `+word`, `kind:` `in:` `after:` `before:`.
    /// Nothing a person can type is an error; only the first 2,000 characters count.
    pub text: String,
    pub mode: Mode,
    /// The most documents to answer.
    pub limit: usize,
    /// Goes before what `text` says of the same.
    pub filter: Filter,
    pub sort: Sort,
}

/// Turns a question into a vector of the library's model, of length 1.
pub trait QueryEmbedder {
    fn embed_query(&mut self, text: &str) -> Result<Vec<f32>, Fault>;
}
