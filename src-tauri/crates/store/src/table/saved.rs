//! Saved searches: a name and what was typed.

use rusqlite::params;
use serde::Serialize;

use crate::{Conn, Result, Tx};

pub(crate) const SCHEMA: &str = "
CREATE TABLE saved(name TEXT PRIMARY KEY COLLATE NOCASE, query TEXT NOT NULL, saved_at INTEGER NOT NULL) WITHOUT ROWID, STRICT;
";

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct SavedSearch {
    pub name: String,
    /// As it was typed, with its filters.
    pub query: String,
}

/// In alphabetical order.
pub fn list(conn: &Conn) -> Result<Vec<SavedSearch>> {
    let mut rows = conn.prepare_cached("SELECT name, query FROM saved ORDER BY name")?;
    let found = rows.query_map([], |row| {
        Ok(SavedSearch {
            name: row.get(0)?,
            query: row.get(1)?,
        })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// In the place of one of the same name.
pub fn put(tx: &Tx<'_>, name: &str, query: &str, now: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO saved(name, query, saved_at) VALUES(?1, ?2, ?3)
         ON CONFLICT(name) DO UPDATE SET name = ?1, query = ?2, saved_at = ?3",
        params![name, query, now],
    )?;
    Ok(())
}

/// `false` when there is none of that name.
pub fn delete(tx: &Tx<'_>, name: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM saved WHERE name = ?1", [name])? == 1)
}
