//! What an engine cannot do, in words a person can act on.

use sheaf_document::{Code, Fault};
use sheaf_store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Search(#[from] sheaf_search::SearchError),
    #[error(transparent)]
    Assets(#[from] crate::AssetsError),
    #[error(transparent)]
    Setting(#[from] crate::SettingError),
    #[error(transparent)]
    Schedule(#[from] crate::ScheduleError),
    #[error("no document “{0}” in this library; `sheaf list` shows them")]
    NoDocument(String),
    #[error("there is no page {page}; the document has {pages_total}")]
    NoPage { page: u32, pages_total: u32 },
    #[error("no job {0}; `sheaf queue` and `sheaf failed` show them")]
    NoJob(i64),
    #[error("{0} is not a watched folder; `sheaf watch list` shows them")]
    NoFolder(String),
    #[error("{path}: {source}")]
    Io {
        path: String,
        source: std::io::Error,
    },
    #[error("{0}")]
    Refused(Fault),
}

impl EngineError {
    pub fn code(&self) -> Code {
        match self {
            Self::Store(error) => error.code(),
            Self::Search(_) => Code::LibraryFailed,
            Self::Assets(_) => Code::ModelMissing,
            Self::Setting(_)
            | Self::Schedule(_)
            | Self::NoDocument(_)
            | Self::NoPage { .. }
            | Self::NoFolder(_)
            | Self::NoJob(_) => Code::FileMissing,
            Self::Io { .. } => Code::FileIo,
            Self::Refused(fault) => fault.code,
        }
    }
}

impl From<crate::PatternError> for EngineError {
    fn from(error: crate::PatternError) -> Self {
        Self::Schedule(error.into())
    }
}

impl From<sheaf_worker::Loss> for EngineError {
    fn from(loss: sheaf_worker::Loss) -> Self {
        Self::Refused(loss.into())
    }
}

impl From<sheaf_queue::QueueError> for EngineError {
    fn from(error: sheaf_queue::QueueError) -> Self {
        Self::Store(error.into())
    }
}
