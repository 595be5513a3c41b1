//! Everything a library keeps on disk: its folder, its schema, its tables, one writer and many readers.
//!
//! SQL stays here and in the queue; nothing above this crate knows SQLite. It does no work on documents and starts no process.

mod error;
mod folder;
mod holder;
mod library;
mod migrate;
mod readers;
mod rehearsal;
pub mod table;
mod word_boxes;
mod writer;

pub use error::StoreError;
pub use folder::Folder;
pub use holder::{Holder, holder};
pub use library::Library;
pub use migrate::schema_text;
pub use readers::{Reader, snapshot};
pub use writer::Pending;

/// One open write transaction, as the writer hands it to a piece of work.
pub type Tx<'a> = rusqlite::Transaction<'a>;
/// A connection that only reads.
pub type Conn = rusqlite::Connection;
pub type Result<T> = std::result::Result<T, StoreError>;
