//! What a search answers; the JSON names are the contract of the command line.

use serde::Serialize;
use sheaf_document::{DocumentId, Fault, Kind};

use crate::Mode;

#[derive(Debug, Clone, Serialize)]
pub struct Results {
    pub query: String,
    /// As it was done: `words` where meaning was asked for and could not be had.
    pub mode: Mode,
    pub took_ms: u64,
    /// The share of the library's pages that are read and can be found, `0.0..=1.0`; 1 only when nothing is under way.
    pub complete: f64,
    /// One a document, the best first.
    pub hits: Vec<Hit>,
    /// Why the answer is less than what was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Fault>,
}

/// A document, with its best page.
#[derive(Debug, Clone, Serialize)]
pub struct Hit {
    pub document: DocumentId,
    pub path: String,
    pub title: Option<String>,
    pub kind: Option<Kind>,
    /// Counts from 1.
    pub page: u32,
    /// Fused reciprocal ranks; only good for comparing the hits of one answer.
    pub score: f32,
    /// About 200 characters, what was found between `⟦` and `⟧`.
    pub snippet: String,
    pub matched: Vec<Matched>,
    /// `[x0, y0, x1, y1]` in fractions of the page, origin top left; empty where the format has no page picture.
    pub boxes: Vec<[f32; 4]>,
    /// The document's next best pages, at most two.
    pub pages: Vec<PageScore>,
}

/// By what a page was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Matched {
    Words,
    Meaning,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PageScore {
    /// Counts from 1.
    pub page: u32,
    pub score: f32,
}
