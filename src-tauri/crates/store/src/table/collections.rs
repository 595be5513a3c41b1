//! Collections: named sets of documents to search within.

use rusqlite::params;
use serde::Serialize;
use sheaf_document::DocumentId;

use crate::{Conn, Result, Tx};

pub(crate) const SCHEMA: &str = "
CREATE TABLE collections(id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, created_at INTEGER NOT NULL) STRICT;
CREATE TABLE document_collections(
  document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  collection INTEGER NOT NULL REFERENCES collections(id) ON DELETE CASCADE,
  PRIMARY KEY(document, collection)
) WITHOUT ROWID, STRICT;
CREATE INDEX document_collections_by_collection ON document_collections(collection, document);
";

/// Puts a document into a collection, which is made when there is none of that name.
pub fn put(tx: &Tx<'_>, document: DocumentId, name: &str, now: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO collections(name, created_at) VALUES(?1, ?2) ON CONFLICT DO NOTHING",
        params![name, now],
    )?;
    tx.execute(
        "INSERT OR IGNORE INTO document_collections(document, collection) SELECT ?1, id FROM collections WHERE name = ?2",
        params![document.0, name],
    )?;
    Ok(())
}

/// Takes a document out of a collection. `false` when it was not in it.
pub fn take(tx: &Tx<'_>, document: DocumentId, name: &str) -> Result<bool> {
    let taken = tx.execute(
        "DELETE FROM document_collections WHERE document = ?1 AND collection = (SELECT id FROM collections WHERE name = ?2)",
        params![document.0, name],
    )?;
    Ok(taken == 1)
}

/// A collection and how many documents of the library are in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Collection {
    pub collection: String,
    pub documents: u32,
}

/// All collections, in alphabetical order.
pub fn list(conn: &Conn) -> Result<Vec<Collection>> {
    let mut rows = conn.prepare_cached(
        "SELECT c.name, count(d.id) FROM collections c
           LEFT JOIN document_collections dc ON dc.collection = c.id
           LEFT JOIN documents d ON d.id = dc.document AND d.removed_at IS NULL AND d.merged_into IS NULL
          GROUP BY c.id ORDER BY c.name",
    )?;
    let found = rows.query_map([], |row| {
        Ok(Collection {
            collection: row.get(0)?,
            documents: row.get(1)?,
        })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// `false` when there is one of that name.
pub fn create(tx: &Tx<'_>, name: &str, now: i64) -> Result<bool> {
    let made = tx.execute(
        "INSERT INTO collections(name, created_at) VALUES(?1, ?2) ON CONFLICT DO NOTHING",
        params![name, now],
    )?;
    Ok(made == 1)
}

/// `false` when there is none of that name, or another one of the new name.
pub fn rename(tx: &Tx<'_>, name: &str, to: &str) -> Result<bool> {
    let renamed = tx.execute(
        "UPDATE OR IGNORE collections SET name = ?2 WHERE name = ?1",
        [name, to],
    )?;
    Ok(renamed == 1)
}

/// Its documents stay. `false` when there is none of that name.
pub fn delete(tx: &Tx<'_>, name: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM collections WHERE name = ?1", [name])? == 1)
}

/// The names of a document's collections, in alphabetical order.
pub fn of(conn: &Conn, document: DocumentId) -> Result<Vec<String>> {
    let mut rows = conn.prepare_cached(
        "SELECT c.name FROM collections c JOIN document_collections dc ON dc.collection = c.id WHERE dc.document = ?1 ORDER BY c.name",
    )?;
    let names = rows.query_map([document.0], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}
