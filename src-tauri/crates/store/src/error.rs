//! What can go wrong between a library and its disk.

use std::path::PathBuf;

use rusqlite::{Connection, ErrorCode};
use sheaf_document::{Code, Fault};

use crate::holder::{Holder, holder};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the library's database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// Another process kept the write lock longer than anybody waits.
    #[error("the library cannot be written just now: {}", .0.as_ref().map_or_else(|| "another process is writing".to_owned(), ToString::to_string))]
    Locked(Option<Holder>),
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
    #[error("the library in {0} cannot be written; make its folder and its disk writable")]
    ReadOnly(PathBuf),
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

    /// For a transaction that could not begin: names whoever keeps it from beginning.
    pub(crate) fn begin(conn: &Connection, error: rusqlite::Error) -> Self {
        match (error.sqlite_error_code(), conn.path()) {
            (Some(ErrorCode::DatabaseBusy), Some(path)) => Self::Locked(holder(path.as_ref())),
            _ => Self::Sqlite(error),
        }
    }

    /// The code the world sees.
    pub fn code(&self) -> Code {
        match self {
            Self::Sqlite(error) => sqlite_code(error),
            Self::Queue(sheaf_queue::QueueError::Full { .. }) => Code::QueueFull,
            Self::Queue(sheaf_queue::QueueError::Sqlite(error)) => sqlite_code(error),
            Self::Queue(sheaf_queue::QueueError::Lock(error)) => io_code(error),
            Self::Io { source, .. } => io_code(source),
            Self::Commit(fault) => fault.code,
            Self::ReadOnly(_) => Code::LibraryReadOnly,
            Self::Locked(_)
            | Self::Queue(_)
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

fn io_code(error: &std::io::Error) -> Code {
    match error.kind() {
        std::io::ErrorKind::StorageFull => Code::DiskFull,
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            Code::LibraryReadOnly
        }
        _ => Code::LibraryFailed,
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
