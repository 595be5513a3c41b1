//! A text as the numbers that a model reads.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use tokenizers::{
    AddedToken, DecoderWrapper, NormalizerWrapper, PostProcessorWrapper, PreTokenizerWrapper,
    TokenizerImpl, TruncationParams,
};

use crate::EmbedError;
use crate::pieces::Pieces;

/// Both models were trained on, and cut texts at, this many tokens.
pub(crate) const MOST: usize = 512;

/// The steps around the vocabulary are the library's own; a Unigram vocabulary is ours, to keep it small.
type Unigram = TokenizerImpl<
    Pieces,
    NormalizerWrapper,
    PreTokenizerWrapper,
    PostProcessorWrapper,
    DecoderWrapper,
>;

/// Cuts by a Unigram vocabulary.
pub(crate) struct Tokenizer(Box<Unigram>);

/// A `tokenizer.json` with a Unigram vocabulary.
#[derive(Deserialize)]
struct Written {
    added_tokens: Vec<AddedToken>,
    normalizer: Option<NormalizerWrapper>,
    pre_tokenizer: Option<PreTokenizerWrapper>,
    post_processor: Option<PostProcessorWrapper>,
    model: Vocabulary,
}

#[derive(Deserialize)]
struct Vocabulary {
    unk_id: u32,
    vocab: Vec<(String, f64)>,
}

impl Tokenizer {
    /// Reads a `tokenizer.json`.
    pub(crate) fn read(path: &Path) -> Result<Self, EmbedError> {
        let wrong = |error: &dyn std::fmt::Display| {
            EmbedError::ModelMissing(format!("{}: {error}", path.display()))
        };
        let bytes = fs::read(path).map_err(|error| wrong(&error))?;
        let written: Written = serde_json::from_slice(&bytes).map_err(|error| wrong(&error))?;
        drop(bytes);
        unigram(written).map_err(|error| wrong(&error))
    }

    /// The tokens of a text, [`MOST`] at most, with those that stand for its beginning and its end.
    pub(crate) fn ids(&self, text: &str) -> Result<Vec<i64>, EmbedError> {
        let encoding = self.0.encode_fast(text, true);
        let encoding = encoding.map_err(|error| EmbedError::Failed(error.to_string()))?;
        Ok(encoding.get_ids().iter().map(|id| i64::from(*id)).collect())
    }
}

fn unigram(written: Written) -> Result<Tokenizer, Box<dyn std::error::Error + Send + Sync>> {
    let pieces = Pieces::of(&written.model.vocab, written.model.unk_id)?;
    let mut own = Unigram::new(pieces);
    own.with_normalizer(written.normalizer)?;
    own.with_pre_tokenizer(written.pre_tokenizer);
    own.with_post_processor(written.post_processor);
    let (special, plain): (Vec<_>, Vec<_>) =
        written.added_tokens.into_iter().partition(|t| t.special);
    own.add_special_tokens(special)?;
    own.add_tokens(plain)?;
    own.with_truncation(Some(truncation()))?;
    Ok(Tokenizer(Box::new(own)))
}

fn truncation() -> TruncationParams {
    TruncationParams {
        max_length: MOST,
        ..TruncationParams::default()
    }
}
