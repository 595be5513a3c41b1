//! A sentence embedding model on ONNX Runtime.

use std::fs;
use std::path::Path;

use fastembed::{
    InitOptionsUserDefined, Pooling, QuantizationMode, TextEmbedding, TokenizerFiles,
    UserDefinedEmbeddingModel,
};

use crate::memory;
use crate::runtime::environment;
use crate::{DIMS, EmbedError, Embedder, ModelName, Role, Vector};

/// Both models were trained on, and cut texts at, this many tokens.
const MAX_TOKENS: usize = 512;

/// A loaded model, ready to embed without touching a file. Memory on Linux: 70 to 100 MB for MiniLM, 410 to 450 MB for
/// E5 (780 MB for a moment while it is loaded).
pub struct Model {
    name: ModelName,
    inner: TextEmbedding,
}

impl Model {
    /// Loads ONNX Runtime from the library `onnxruntime` (a file, version 1.24 or later; the first one loaded serves
    /// the whole process) and the model from the folder `model_dir` (`model.onnx`, `tokenizer.json`, `config.json`,
    /// `special_tokens_map.json`, `tokenizer_config.json`), and embeds one text so that every thread and buffer is
    /// there before the process is locked down.
    ///
    /// # Errors
    /// [`EmbedError::ModelMissing`] when one of the files is not there or is not what it should be.
    pub fn load(onnxruntime: &Path, model_dir: &Path, name: ModelName) -> Result<Self, EmbedError> {
        let environment = environment(onnxruntime)?;
        let missing = |error: fastembed::Error| EmbedError::ModelMissing(error.to_string());
        // One thread: two cost 35 to 40 % more CPU time a passage, and waiting threads must not spin.
        let options = InitOptionsUserDefined::new()
            .with_environment(environment)
            .with_max_length(MAX_TOKENS)
            .with_intra_threads(1)
            .with_session_config("session.intra_op.allow_spinning", "0");
        let inner = TextEmbedding::try_new_from_user_defined(files(model_dir)?, options)
            .map_err(missing)?;
        let mut model = Self { name, inner };
        model
            .embed(&["ready"], Role::Passage)
            .map_err(|error| EmbedError::ModelMissing(error.to_string()))?;
        memory::give_back();
        Ok(model)
    }

    /// Which model it is.
    pub fn name(&self) -> ModelName {
        self.name
    }
}

impl Embedder for Model {
    fn embed(&mut self, texts: &[&str], role: Role) -> Result<Vec<Vector>, EmbedError> {
        let prefix = self.name.prefix(role);
        let inputs: Vec<String> = texts.iter().map(|text| format!("{prefix}{text}")).collect();
        // Dynamic quantisation looks at the whole batch: with one text a batch, no text changes another's vector.
        let vectors = self
            .inner
            .embed(inputs, Some(1))
            .map_err(|error| EmbedError::Failed(error.to_string()))?;
        if vectors.len() != texts.len() || vectors.iter().any(|vector| !is_sound(vector)) {
            return Err(EmbedError::Failed(format!(
                "{} did not answer with finite vectors of {DIMS} dimensions",
                self.name.as_str()
            )));
        }
        Ok(vectors)
    }
}

fn is_sound(vector: &[f32]) -> bool {
    vector.len() == DIMS && vector.iter().all(|x| x.is_finite())
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
