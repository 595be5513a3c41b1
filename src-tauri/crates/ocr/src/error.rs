//! What can go wrong while recognising.

use sheaf_document::Code;

/// Why a page could not be recognised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OcrError {
    /// The data of this language is not installed, or the engine was loaded without it.
    #[error("the OCR language “{0}” is not installed")]
    LanguageMissing(String),
    /// The recogniser refused or gave up.
    #[error("text recognition failed: {0}")]
    Failed(String),
    /// The image has more than [`crate::MAX_PIXELS`] pixels.
    #[error("the page image is too large: {0}")]
    TooLarge(String),
}

impl OcrError {
    /// The code the rest of Sheaf knows it by.
    pub fn code(&self) -> Code {
        match self {
            Self::LanguageMissing(_) => Code::LanguageMissing,
            Self::Failed(_) => Code::OcrFailed,
            Self::TooLarge(_) => Code::PageTooLarge,
        }
    }
}
