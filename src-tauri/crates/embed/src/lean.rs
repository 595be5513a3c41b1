//! A model with a large vocabulary, on ONNX Runtime: nothing of it is in memory twice, and its vocabulary is an automaton.

use std::fmt::Display;
use std::path::Path;

use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use ort::value::Tensor;

use crate::memory;
use crate::quantize::to_unit;
use crate::tokenizer::Tokenizer;
use crate::{DIMS, EmbedError, Vector};

pub(crate) struct Lean {
    tokenizer: Tokenizer,
    session: Session,
    wants_types: bool,
}

impl Lean {
    /// Loads `model.onnx` and `tokenizer.json` from `model_dir`.
    pub(crate) fn load(environment: &Environment, model_dir: &Path) -> Result<Self, EmbedError> {
        // What loading the one lets go of is there for the other.
        let tokenizer = Tokenizer::read(&model_dir.join("tokenizer.json"))?;
        memory::give_back();
        let path = model_dir.join("model.onnx");
        let missing =
            |error: &dyn Display| EmbedError::ModelMissing(format!("{}: {error}", path.display()));
        let session = builder(environment)
            .map_err(|error| missing(&error))?
            .commit_from_file(&path)
            .map_err(|error| missing(&error))?;
        let mut inputs = session.inputs().iter();
        let wants_types = inputs.any(|input| input.name() == "token_type_ids");
        Ok(Self {
            tokenizer,
            session,
            wants_types,
        })
    }

    pub(crate) fn tokens(&self, text: &str) -> Result<Vec<i64>, EmbedError> {
        self.tokenizer.ids(text)
    }

    /// The mean of what the model says of each token, scaled to length 1. One text at a time: dynamic quantisation looks
    /// at the whole batch, and so no text changes another's vector.
    pub(crate) fn vector(&mut self, text: &str) -> Result<Vector, EmbedError> {
        let ids = self.tokenizer.ids(text)?;
        let failed = |error: ort::Error| EmbedError::Failed(error.to_string());
        let shape = [1, ids.len()];
        let tensor = |values: Vec<i64>| Tensor::from_array((shape, values)).map_err(failed);
        let (ones, zeros) = (vec![1; ids.len()], vec![0; ids.len()]);
        let mut inputs = ort::inputs![
            "input_ids" => tensor(ids)?,
            "attention_mask" => tensor(ones)?,
        ];
        if self.wants_types {
            inputs.push(("token_type_ids".into(), tensor(zeros)?.into()));
        }
        let outputs = self.session.run(inputs).map_err(failed)?;
        let (_, numbers) = outputs[0].try_extract_tensor::<f32>().map_err(failed)?;
        let mut sum = vec![0.0; DIMS];
        for row in numbers.chunks_exact(DIMS) {
            for (sum, x) in sum.iter_mut().zip(row) {
                *sum += x;
            }
        }
        to_unit(&mut sum);
        Ok(sum)
    }
}

/// One thread: two cost 35 to 40 % more CPU time a passage, and waiting threads must not spin.
fn builder(environment: &Environment) -> ort::Result<SessionBuilder> {
    Ok(Session::builder(environment)?
        .with_optimization_level(GraphOptimizationLevel::Level3)?
        .with_intra_threads(1)?
        .with_config_entry("session.intra_op.allow_spinning", "0")?)
}
