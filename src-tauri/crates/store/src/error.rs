//! What can go wrong between a library and its disk.

use std::path::PathBuf;

use rusqlite::ErrorCode;
use sheaf_document::{Code, Fault};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the library's database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Queue(#[from] sheaf_queue::QueueError),
    #[error("{path}: {source}")]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "this library was written by a newer Sheaf (schema {found}, this program knows {known}); update Sheaf to open it"
    )]
    Newer { found: i64, known: i64 },
    #[error("{0} is on a network file system; keep the library on a disk of this computer")]
    Network(PathBuf),
    #[error("{0} holds a database that is not a Sheaf library; choose another folder")]
    Foreign(PathBuf),
    #[error("a stored value cannot be read: {0}")]
    Damaged(String),
    #[error("{0} is not in the library")]
    Unknown(String),
    #[error("the claim on this job was lost; nothing was written")]
    ClaimLost,
    #[error("the library's writer has ended")]
    WriterEnded,
    /// The whole group failed with its commit; every member hears the same reason.
    #[error("{}", .0.detail)]
    Commit(Fault),
}

impl StoreError {
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io {
            path: path.into(),
            source,
        }
    }

    /// The code the world sees.
    pub fn code(&self) -> Code {
        match self {
            Self::Sqlite(error) => sqlite_code(error),
            Self::Queue(sheaf_queue::QueueError::Full { .. }) => Code::QueueFull,
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                Code::DiskFull
            }
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
                Code::LibraryReadOnly
            }
            Self::Commit(fault) => fault.code,
            Self::Queue(_)
            | Self::Io { .. }
            | Self::Newer { .. }
            | Self::Network(_)
            | Self::Foreign(_)
            | Self::Damaged(_)
            | Self::Unknown(_)
            | Self::ClaimLost
            | Self::WriterEnded => Code::LibraryFailed,
        }
    }

    pub fn fault(&self) -> Fault {
        Fault::new(self.code(), self.to_string())
    }
}

fn sqlite_code(error: &rusqlite::Error) -> Code {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Code::DiskFull,
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Code::LibraryReadOnly
        }
        _ => Code::LibraryFailed,
    }
}
