//! What can go wrong with a search.

use sheaf_document::Code;
use sheaf_store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk failed under the word index, or its files are not what was written. It is derived: rebuilding mends it.
    #[error("the word index: {0}")]
    Words(#[from] tantivy::TantivyError),
    /// Its files made the reader stumble.
    #[error("the word index is damaged")]
    Damaged,
    /// Another process holds the word index to write, so it can be neither caught up nor rebuilt here.
    #[error("another process is rebuilding the word index; try again in a moment")]
    Busy,
    #[error("the word index: {0}")]
    Io(#[from] std::io::Error),
}

impl SearchError {
    /// The code the world sees.
    pub fn code(&self) -> Code {
        match self {
            Self::Store(error) => error.code(),
            Self::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => Code::DiskFull,
            Self::Words(_) | Self::Damaged | Self::Busy | Self::Io(_) => Code::LibraryFailed,
        }
    }
}
