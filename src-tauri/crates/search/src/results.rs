//! What a search answers; the JSON names are the contract of the command line.
//!
//! Fractions are never NaN, so TypeScript hears of them as of any number; Specta would allow for null.

use serde::Serialize;
use sheaf_document::{DocumentId, Fault, Kind};

use crate::Mode;

/// `[x0, y0, x1, y1]` in fractions of the page, origin top left.
pub type PageBox = [f32; 4];

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Results {
    pub query: String,
    /// As it was done: `words` where meaning was asked for and could not be had.
    pub mode: Mode,
    pub took_ms: u64,
    /// The share of the library's pages that are read and can be found, `0.0..=1.0`; 1 only when nothing is under way.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub complete: f64,
    /// One a document, the best first.
    pub hits: Vec<Hit>,
    /// Why the answer is less than what was asked for.
    pub note: Option<Fault>,
    /// The query as it may have been meant, where it has words that the library hardly knows.
    pub suggestion: Option<String>,
    /// Those words, each with the word of the library that is nearest.
    pub corrections: Vec<Correction>,
}

/// A word that was typed, and what it may have been meant to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Correction {
    pub word: String,
    pub suggestion: String,
}

/// A document, with its best page.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Hit {
    pub document: DocumentId,
    pub path: String,
    pub title: Option<String>,
    pub kind: Option<Kind>,
    /// RFC 3339, or as far as it is known: what the document says, else when its file was last changed.
    pub date: Option<String>,
    /// ISO 639 code of the language of its text, where it can be told.
    pub language: Option<String>,
    pub pages_total: Option<u32>,
    /// Counts from 1.
    pub page: u32,
    /// Fused reciprocal ranks; only good for comparing the hits of one answer.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub score: f32,
    /// About 200 characters, what was found between `⟦` and `⟧`.
    pub snippet: String,
    pub matched: Vec<Matched>,
    /// Empty where the format has no page picture.
    #[cfg_attr(feature = "bindings", specta(type = Vec<[u32; 4]>))]
    pub boxes: Vec<PageBox>,
    /// The document's next best pages, at most [`OTHER_PAGES`].
    pub pages: Vec<PageHit>,
    /// Further pages of it that were found and are not listed.
    pub more: u32,
}

/// So many pages of a document are shown beside its best one.
pub const OTHER_PAGES: usize = 3;

/// By what a page was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Matched {
    Words,
    Meaning,
}

/// A page that was found; the fields are those of [`Hit`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct PageHit {
    pub page: u32,
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub score: f32,
    pub snippet: String,
    pub matched: Vec<Matched>,
    #[cfg_attr(feature = "bindings", specta(type = Vec<[u32; 4]>))]
    pub boxes: Vec<PageBox>,
}

/// One page as a query sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct OnPage {
    /// The whole text, what was found between `⟦` and `⟧`.
    pub text: String,
    /// The words that were found.
    pub boxes: Vec<PageBox>,
}
