//! A model with a small vocabulary, as `fastembed` runs it.

use std::fs;
use std::path::Path;

use fastembed::{
    InitOptionsUserDefined, Pooling, QuantizationMode, TextEmbedding, TokenizerFiles,
    UserDefinedEmbeddingModel,
};
use ort::environment::Environment;

use crate::tokenizer::MOST;
use crate::{EmbedError, Vector};

pub(crate) struct Stock(TextEmbedding);

impl Stock {
    /// Loads `model.onnx`, `tokenizer.json`, `config.json`, `special_tokens_map.json` and `tokenizer_config.json` from
    /// `model_dir`.
    pub(crate) fn load(environment: &Environment, model_dir: &Path) -> Result<Self, EmbedError> {
        // One thread: two cost 35 to 40 % more CPU time a passage, and waiting threads must not spin.
        let options = InitOptionsUserDefined::new()
            .with_environment(environment.clone())
            .with_max_length(MOST)
            .with_intra_threads(1)
            .with_session_config("session.intra_op.allow_spinning", "0");
        TextEmbedding::try_new_from_user_defined(files(model_dir)?, options)
            .map(Self)
            .map_err(|error| EmbedError::ModelMissing(error.to_string()))
    }

    pub(crate) fn tokens(&self, text: &str) -> Result<Vec<i64>, EmbedError> {
        let encoding = self.0.tokenizer.encode(text, true);
        let encoding = encoding.map_err(|error| EmbedError::Failed(error.to_string()))?;
        let cut = encoding.get_ids().iter().zip(encoding.get_attention_mask());
        Ok(cut
            .filter(|(_, attended)| **attended == 1)
            .map(|(id, _)| i64::from(*id))
            .collect())
    }

    /// Dynamic quantisation looks at the whole batch: with one text a batch, no text changes another's vector.
    pub(crate) fn vector(&mut self, text: &str) -> Result<Vector, EmbedError> {
        let failed = |error: fastembed::Error| EmbedError::Failed(error.to_string());
        let mut vectors = self.0.embed([text], Some(1)).map_err(failed)?;
        vectors
            .pop()
            .ok_or_else(|| EmbedError::Failed("fastembed answered nothing".to_owned()))
    }
}

fn files(dir: &Path) -> Result<UserDefinedEmbeddingModel, EmbedError> {
    let tokenizer = TokenizerFiles {
        tokenizer_file: read(dir, "tokenizer.json")?,
        config_file: read(dir, "config.json")?,
        special_tokens_map_file: read(dir, "special_tokens_map.json")?,
        tokenizer_config_file: read(dir, "tokenizer_config.json")?,
    };
    let model = UserDefinedEmbeddingModel::new(read(dir, "model.onnx")?, tokenizer);
    Ok(model
        .with_pooling(Pooling::Mean)
        .with_quantization(QuantizationMode::None))
}

fn read(dir: &Path, file: &str) -> Result<Vec<u8>, EmbedError> {
    let path = dir.join(file);
    fs::read(&path)
        .map_err(|error| EmbedError::ModelMissing(format!("{}: {error}", path.display())))
}
