//! What can go wrong while embedding.

use sheaf_document::Code;

/// Why texts could not be embedded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    /// A file of the model or its runtime is not there or not what it should be.
    #[error("the embedding model cannot be loaded: {0}")]
    ModelMissing(String),
    /// The model was loaded, but refused a text.
    #[error("embedding failed: {0}")]
    Failed(String),
}

impl EmbedError {
    /// The code the rest of Sheaf knows it by.
    pub fn code(&self) -> Code {
        match self {
            Self::ModelMissing(_) => Code::ModelMissing,
            Self::Failed(_) => Code::EmbedFailed,
        }
    }
}
