//! Why a file or a page could not be read.

use sheaf_document::Code;

#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    #[error("the file is empty")]
    Empty,
    #[error("a password is needed")]
    Encrypted,
    #[error("the password is not the right one")]
    WrongPassword,
    #[error("damaged: {0}")]
    Corrupt(String),
    #[error("not readable: {0}")]
    Unsupported(String),
    #[error("beyond the limits: {0}")]
    TooLarge(String),
    /// The engine that reads this format is not there.
    #[error("not available: {0}")]
    Unavailable(String),
    #[error("reading failed: {0}")]
    Io(#[from] std::io::Error),
}

impl ExtractError {
    /// A lock that no password opens here.
    pub(crate) fn locked_for_good(what: &str) -> Self {
        Self::Unsupported(format!(
            "{what} that is locked, which cannot be opened here: save a copy without the lock"
        ))
    }

    /// The answer to a page number, counted from 0, that the document does not have.
    pub(crate) fn no_page(page: u32) -> Self {
        Self::Corrupt(format!("there is no page {}", u64::from(page) + 1))
    }

    /// What it means when packed bytes cannot be unpacked.
    pub(crate) fn from_packed(error: std::io::Error) -> Self {
        Self::Corrupt(format!("it cannot be unpacked: {error}"))
    }

    /// The code for the world.
    pub fn code(&self) -> Code {
        match self {
            Self::Empty => Code::FileEmpty,
            Self::Encrypted | Self::WrongPassword => Code::FileEncrypted,
            Self::Corrupt(_) => Code::FileCorrupt,
            Self::Unsupported(_) => Code::FileUnsupported,
            Self::TooLarge(_) => Code::PageTooLarge,
            Self::Unavailable(_) => Code::WorkerUnavailable,
            Self::Io(_) => Code::FileIo,
        }
    }
}
