//! A pool of connections that can only read.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};

use crate::Result;

/// Idle connections beyond this are closed.
const KEPT: usize = 8;

pub(crate) struct Readers {
    database: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

/// A read-only connection on loan; it returns to its pool when dropped.
pub struct Reader {
    conn: Option<Connection>,
    home: Arc<Readers>,
}

impl Readers {
    pub(crate) fn new(database: &Path) -> Arc<Self> {
        Arc::new(Self {
            database: database.to_owned(),
            idle: Mutex::default(),
        })
    }

    pub(crate) fn take(self: &Arc<Self>) -> Result<Reader> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let conn = match idle {
            Some(conn) => conn,
            None => self.open()?,
        };
        Ok(Reader {
            conn: Some(conn),
            home: Arc::clone(self),
        })
    }

    fn open(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&self.database, flags)?;
        conn.busy_timeout(crate::rehearsal::busy())?;
        conn.set_prepared_statement_cache_capacity(64);
        crate::library::keep_plans(&conn)?;
        conn.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON;")?;
        Ok(conn)
    }
}

impl Reader {
    /// A number that changes whenever another connection commits (about 4 µs to ask).
    pub fn data_version(&self) -> Result<i64> {
        Ok(self.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }
}

/// Until the guard is dropped, everything is read from the same state of the library, and locked for only once.
///
/// # Errors
/// When the file cannot be read, or `conn` is in a transaction already.
pub fn snapshot(conn: &Connection) -> Result<impl Sized + '_> {
    Ok(conn.unchecked_transaction()?)
}

impl Deref for Reader {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match &self.conn {
            Some(conn) => conn,
            None => unreachable!("a reader keeps its connection until it is dropped"),
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut idle = self
            .home
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(conn) = self.conn.take()
            && idle.len() < KEPT
        {
            idle.push(conn);
        }
    }
}
