//! What the engine warns of at this moment, for whoever looks. What a warning says is the engine's business.

use rusqlite::params;

use crate::{Conn, Result, Tx};

pub(crate) const SCHEMA: &str =
    "CREATE TABLE warnings(id INTEGER PRIMARY KEY, what TEXT NOT NULL UNIQUE) STRICT;";

/// These, and no others.
pub fn replace(tx: &Tx<'_>, warnings: &[String]) -> Result<()> {
    tx.execute("DELETE FROM warnings", [])?;
    for what in warnings {
        tx.execute("INSERT INTO warnings(what) VALUES(?1)", params![what])?;
    }
    Ok(())
}

/// As they were given.
pub fn list(conn: &Conn) -> Result<Vec<String>> {
    let mut rows = conn.prepare_cached("SELECT what FROM warnings ORDER BY id")?;
    let rows = rows.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
