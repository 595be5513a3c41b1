//! Text in, passages and their vectors out. Knows nothing of documents on disk or of searching.
//!
//! A model reads its files when it is loaded; embedding afterwards opens no file and starts no thread, so that it works
//! in a locked-down process.

mod atom;
mod embedder;
mod error;
mod lean;
mod memory;
mod model;
mod name;
mod null;
mod passages;
mod pieces;
mod quantize;
mod runtime;
mod stock;
mod tokenizer;

pub use embedder::{DIMS, Embedder, Role, Vector};
pub use error::EmbedError;
pub use model::Model;
pub use name::{ModelName, fingerprint};
pub use null::NullEmbedder;
pub use passages::passages;
pub use quantize::{Quantized, quantize};
