//! A query becomes ranked hits: words by a tantivy index, meaning by a scan over vectors, both fused by rank.
//!
//! The word index is derived from the store and may be deleted; the store decides what may be shown. No SQL, no file
//! formats, no model: a query's vector comes from whoever asks.

mod alike;
mod block;
mod boxes;
mod candidates;
mod correct;
mod error;
mod excerpt;
mod expression;
mod fold;
mod follower;
mod fuse;
mod gather;
mod hit;
mod index;
mod leaf;
mod mark;
mod meaning;
mod order;
mod parse;
mod prefix;
mod probe;
mod query;
mod rarity;
mod reach;
mod results;
mod row;
mod schema;
mod searcher;
mod sketch;
mod tokenizer;
mod tokens;
mod tongue;
mod vectors;
mod vocabulary;

pub use block::seal;
pub use error::SearchError;
pub use follower::Follower;
pub use index::{CaughtUp, WordIndex};
pub use query::{Filter, Mode, Query, QueryEmbedder, Sort, plain_words};
pub use results::{Correction, Hit, Matched, OTHER_PAGES, OnPage, PageBox, PageHit, Results};
pub use searcher::Searcher;
pub use tongue::Tongue;
pub use vectors::Vectors;

pub type Result<T> = std::result::Result<T, SearchError>;
