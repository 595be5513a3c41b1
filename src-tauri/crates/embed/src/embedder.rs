//! What an embedder promises, whichever it is.

use crate::EmbedError;

/// The length of every vector.
pub const DIMS: usize = 384;

/// [`DIMS`] numbers of unit length: the dot product of two is their cosine.
pub type Vector = Vec<f32>;

/// What a text is to the search: models may be trained to tell questions from answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What a person types into the search field.
    Query,
    /// What is searched.
    Passage,
}

/// Something that turns texts into vectors, near for near meanings.
pub trait Embedder {
    /// One vector a text, in the order of `texts`. A text beyond 512 tokens counts with its beginning.
    /// The vector of a text does not depend on the texts beside it.
    ///
    /// # Errors
    /// [`EmbedError::Failed`] when the model refuses.
    fn embed(&mut self, texts: &[&str], role: Role) -> Result<Vec<Vector>, EmbedError>;
}
