//! A sentence embedding model on ONNX Runtime.

use std::path::Path;

use crate::lean::Lean;
use crate::memory;
use crate::runtime::environment;
use crate::stock::Stock;
use crate::{DIMS, EmbedError, Embedder, ModelName, Role, Vector};

/// A loaded model, ready to embed without touching a file.
pub struct Model {
    name: ModelName,
    way: Way,
}

/// `fastembed` keeps 250,000 pieces of words in tables of strings; what has so many is run our way.
enum Way {
    Lean(Box<Lean>),
    Stock(Box<Stock>),
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
        let way = match name {
            ModelName::E5Small => Way::Lean(Box::new(Lean::load(&environment, model_dir)?)),
            ModelName::MiniLm => Way::Stock(Box::new(Stock::load(&environment, model_dir)?)),
        };
        let mut model = Self { name, way };
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

    /// The tokens that the model reads of a text: at most 512, the marks of its beginning and end among them.
    ///
    /// # Errors
    /// [`EmbedError::Failed`] when the tokenizer refuses.
    pub fn tokens(&self, text: &str) -> Result<Vec<i64>, EmbedError> {
        match &self.way {
            Way::Lean(lean) => lean.tokens(text),
            Way::Stock(stock) => stock.tokens(text),
        }
    }

    fn vector(&mut self, text: &str) -> Result<Vector, EmbedError> {
        match &mut self.way {
            Way::Lean(lean) => lean.vector(text),
            Way::Stock(stock) => stock.vector(text),
        }
    }
}

impl Embedder for Model {
    fn embed(&mut self, texts: &[&str], role: Role) -> Result<Vec<Vector>, EmbedError> {
        let prefix = self.name.prefix(role);
        let mut vectors = Vec::with_capacity(texts.len());
        for text in texts {
            let vector = self.vector(&format!("{prefix}{text}"))?;
            if vector.len() != DIMS || vector.iter().any(|x| !x.is_finite()) {
                return Err(EmbedError::Failed(format!(
                    "{} did not answer with a finite vector of {DIMS} dimensions",
                    self.name.as_str()
                )));
            }
            vectors.push(vector);
        }
        Ok(vectors)
    }
}
