//! One open library: its folder, its writer, its readers.

use std::path::Path;
use std::sync::Arc;

use crossbeam_channel::bounded;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use sheaf_document::Code;

use crate::readers::Readers;
use crate::writer::{Pending, Then, Writer};
use crate::{Folder, Reader, Result, StoreError, Tx, migrate, rehearsal};

/// A handle on a library; clones share one writer thread, which ends with the last of them.
#[derive(Clone)]
pub struct Library {
    folder: Folder,
    writer: Arc<Writer>,
    readers: Arc<Readers>,
}

impl Library {
    /// Opens the library in `path`, making or upgrading it where needed.
    ///
    /// # Errors
    /// [`StoreError::Newer`] for one that a newer program wrote, [`StoreError::Network`] and [`StoreError::Foreign`]
    /// for places that cannot hold one, [`StoreError::ReadOnly`] for one that cannot be written.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_writable(path).map_err(|error| match error.code() {
            Code::LibraryReadOnly => StoreError::ReadOnly(path.to_owned()),
            _ => error,
        })
    }

    fn open_writable(path: &Path) -> Result<Self> {
        let folder = Folder::prepare(path)?;
        let conn = connect(&folder.database())?;
        Ok(Self {
            readers: Readers::new(&folder.database()),
            writer: Arc::new(Writer::start(conn)),
            folder,
        })
    }

    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// A connection that sees the newest commit and cannot write.
    pub fn read(&self) -> Result<Reader> {
        self.readers.take()
    }

    /// Runs `work` in the next group commit and waits for it. An error of `work` undoes only `work`.
    pub fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.submit(work).wait()
    }

    /// Queues `work` for the next group commit. Waits only while the writer's channel is full.
    pub fn submit<T, F>(&self, work: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.writer.submit(Then::Waits, work)
    }

    /// Runs `work` in the next group commit and answers as soon as it ran, before the disk has it.
    ///
    /// Only for what nobody but its claim's own later writes will stand on: should the commit fail, it is undone together
    /// with the claim, and the fence stops those writes. The [`Pending`] tells whether it was committed. Readers see it
    /// only after the commit, and so does `work` see what is not committed yet: what the caller needs to know, `work`
    /// has to read.
    pub fn ahead<T, F>(&self, work: F) -> Result<(T, Pending<()>)>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (early, answer) = bounded(1);
        let pending = self.writer.submit(Then::GoesOn, move |tx| {
            // Nobody listens any more only if the caller is gone.
            let _ = early.send(work(tx)?);
            Ok(())
        });
        match answer.recv() {
            Ok(value) => Ok((value, pending)),
            Err(_) => Err(pending.wait().err().unwrap_or(StoreError::WriterEnded)),
        }
    }

    /// A connection of its own for the rare writer that must not wait in the group, such as a bid for the engine role.
    pub fn connect(&self) -> Result<Connection> {
        connect(&self.folder.database())
    }
}

/// What SQLite calls it.
const INCREMENTAL: i64 = 2;

fn connect(database: &Path) -> Result<Connection> {
    create_private(database)?;
    let mut conn = Connection::open(database)?;
    conn.busy_timeout(rehearsal::busy())?;
    conn.set_prepared_statement_cache_capacity(128);
    keep_plans(&conn)?;
    // Setting it takes the write lock even where it is set, and only helps before there are tables: opening must not
    // wait for whoever writes.
    let vacuum: i64 = conn.query_row("PRAGMA auto_vacuum", [], |row| row.get(0))?;
    if vacuum != INCREMENTAL {
        conn.execute_batch("PRAGMA auto_vacuum = INCREMENTAL")?;
    }
    conn.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cache_size = -16384;",
    )?;
    migrate::migrate(&mut conn, database)?;
    Ok(conn)
}

/// Makes SQLite keep a statement's plan whatever is bound to it. Else it plans a statement on a table with partial indexes
/// anew for each new value, which took three fifths of the time of a claim.
pub(crate) fn keep_plans(conn: &Connection) -> Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// SQLite gives its journal files the mode of the database, so the database is made private before it is opened.
///
/// One that is there is not touched: closing any open file of it would give away the locks that SQLite holds on it in
/// this process (<https://sqlite.org/howtocorrupt.html>, 2.2), and another process could delete the journal under us.
#[cfg(unix)]
fn create_private(database: &Path) -> Result<()> {
    use std::io::ErrorKind;
    use std::os::unix::fs::OpenOptionsExt;
    if database.exists() {
        return Ok(());
    }
    let created = std::fs::OpenOptions::new()
        .create_new(true)
        .append(true)
        .mode(0o600)
        .open(database);
    match created {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(StoreError::io(database, error)),
    }
}

#[cfg(not(unix))]
fn create_private(_database: &Path) -> Result<()> {
    Ok(())
}
