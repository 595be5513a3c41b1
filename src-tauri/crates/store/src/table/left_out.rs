//! What of watched folders is not in the library: left out by their rules, or kept out by a person.

use rusqlite::params;
use sheaf_document::WatchId;

use crate::{Conn, Result, Tx};

/// Something that was not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub raw: Vec<u8>,
    pub path: String,
    pub reason: String,
}

/// Forgets the list of what was left out, before it is written anew.
pub fn clear(tx: &Tx<'_>, id: WatchId) -> Result<()> {
    tx.execute("DELETE FROM left_out WHERE watch = ?1", [id.0])?;
    Ok(())
}

pub fn add(tx: &Tx<'_>, id: WatchId, row: &LeftOut) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO left_out(watch, raw, path, reason) VALUES(?1,?2,?3,?4)
         ON CONFLICT(watch, raw) DO UPDATE SET reason = ?4",
    )?
    .execute(params![id.0, row.raw, row.path, row.reason])?;
    Ok(())
}

/// It was taken in after all, or is gone.
pub fn drop_one(tx: &Tx<'_>, id: WatchId, raw: &[u8]) -> Result<()> {
    tx.prepare_cached("DELETE FROM left_out WHERE watch = ?1 AND raw = ?2")?
        .execute(params![id.0, raw])?;
    Ok(())
}

/// What was left out of a folder, by path.
pub fn list(conn: &Conn, id: WatchId, limit: u32) -> Result<Vec<LeftOut>> {
    let mut rows = conn.prepare_cached(
        "SELECT raw, path, reason FROM left_out WHERE watch = ?1 ORDER BY raw LIMIT ?2",
    )?;
    let found = rows.query_map(params![id.0, limit], |row| {
        Ok(LeftOut {
            raw: row.get(0)?,
            path: row.get(1)?,
            reason: row.get(2)?,
        })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// How much is left out of a folder, by reason, the most frequent first.
pub fn counts(conn: &Conn, id: WatchId) -> Result<Vec<(String, u64)>> {
    let mut rows = conn.prepare_cached(
        "SELECT reason, count(*) FROM left_out WHERE watch = ?1 GROUP BY reason ORDER BY 2 DESC, 1",
    )?;
    let found = rows.query_map([id.0], |row| {
        Ok((row.get(0)?, row.get::<_, i64>(1)? as u64))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// A person took this path out of the library, and its data is gone by now: no folder brings it back.
pub fn keep_out(tx: &Tx<'_>, raw: &[u8], now: i64) -> Result<()> {
    tx.execute(
        "INSERT OR REPLACE INTO kept_out(raw, since) VALUES(?1, ?2)",
        params![raw, now],
    )?;
    Ok(())
}

pub fn is_kept_out(conn: &Conn, raw: &[u8]) -> Result<bool> {
    Ok(conn
        .prepare_cached("SELECT EXISTS(SELECT 1 FROM kept_out WHERE raw = ?1)")?
        .query_row([raw], |row| row.get(0))?)
}

/// A person added it again, or the file is gone.
pub fn let_in(tx: &Tx<'_>, raw: &[u8]) -> Result<()> {
    tx.prepare_cached("DELETE FROM kept_out WHERE raw = ?1")?
        .execute([raw])?;
    Ok(())
}
