//! One module a table: the schema above, the functions that touch it below.

pub mod changes;
pub mod collections;
pub mod documents;
pub mod events;
pub mod finding;
pub mod gaps;
pub mod gone;
pub mod identity;
pub mod left_out;
pub mod members;
pub mod pages;
pub mod places;
pub mod revisions;
pub mod saved;
pub mod settings;
pub mod settled;
pub mod vectors;
pub mod warnings;
pub mod watches;

/// What SQLite finds wrong with the file; empty when it is well.
pub fn integrity(conn: &crate::Conn) -> crate::Result<Vec<String>> {
    let mut rows = conn.prepare("PRAGMA integrity_check(20)")?;
    let lines: Vec<String> = rows
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}
