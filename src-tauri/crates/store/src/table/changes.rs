//! The numbered list of what changed, from which the word index is fed. Whoever knows the last number it holds can catch up.

use rusqlite::params;
use sheaf_document::{DocumentId, RevisionId};

use crate::{Conn, Result, Tx};

pub(crate) const SCHEMA: &str = "
CREATE TABLE changes(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  page INTEGER,
  op TEXT NOT NULL CHECK(op IN('page','names','gone'))
) STRICT;
";

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A page was committed.
    Page(RevisionId, u32),
    /// Title or names of a document changed.
    Names(RevisionId),
    /// All pages of a revision are to leave the index.
    Gone(RevisionId),
}

pub(crate) fn note_page(tx: &Tx<'_>, revision: RevisionId, page: u32) -> Result<()> {
    note(tx, revision, Some(page), "page")
}

pub(crate) fn note_document(tx: &Tx<'_>, revision: RevisionId) -> Result<()> {
    note(tx, revision, None, "names")
}

pub(crate) fn note_revision_gone(tx: &Tx<'_>, revision: RevisionId) -> Result<()> {
    note(tx, revision, None, "gone")
}

/// A document's names changed; a document that nobody looked into yet has none to tell.
pub(crate) fn note_names(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO changes(revision, op) SELECT current, 'names' FROM documents WHERE id = ?1 AND current IS NOT NULL",
    )?
    .execute([document.0])?;
    Ok(())
}

/// All that the store has of a document, or has no more, has to be looked at anew.
pub(crate) fn note_whole(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    tx.execute(
        "INSERT INTO changes(revision, op) SELECT current, 'gone' FROM documents WHERE id = ?1 AND current IS NOT NULL",
        [document.0],
    )?;
    Ok(())
}

fn note(tx: &Tx<'_>, revision: RevisionId, page: Option<u32>, op: &str) -> Result<()> {
    tx.prepare_cached("INSERT INTO changes(revision, page, op) VALUES(?1,?2,?3)")?
        .execute(params![revision.0, page, op])?;
    Ok(())
}

/// The number of the newest change; 0 when nothing ever changed.
pub fn last(conn: &Conn) -> Result<i64> {
    Ok(conn
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM changes")?
        .query_row([], |row| row.get(0))?)
}

/// Changes after `seq`, oldest first, each with its number.
pub fn since(conn: &Conn, seq: i64, limit: u32) -> Result<Vec<(i64, Change)>> {
    let mut rows = conn.prepare_cached(
        "SELECT seq, revision, page, op FROM changes WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let found = rows.query_map(params![seq, limit], |row| {
        let revision = RevisionId(row.get(1)?);
        let page: Option<u32> = row.get(2)?;
        let change = match (row.get::<_, String>(3)?.as_str(), page) {
            ("page", Some(page)) => Change::Page(revision, page),
            ("gone", _) => Change::Gone(revision),
            _ => Change::Names(revision),
        };
        Ok((row.get(0)?, change))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Every page that search may show, for building a word index from nothing.
pub fn live_pages(conn: &Conn) -> Result<Vec<(RevisionId, u32)>> {
    let mut rows = conn.prepare(
        "SELECT p.revision, p.page FROM pages p JOIN documents d ON d.current = p.revision
         WHERE p.state = 'read' AND d.removed_at IS NULL AND d.merged_into IS NULL ORDER BY p.revision, p.page",
    )?;
    let found = rows.query_map([], |row| Ok((RevisionId(row.get(0)?), row.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}
