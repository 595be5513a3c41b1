//! Collections: named sets of documents to search within.

use rusqlite::params;
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

/// The names of a document's collections, in alphabetical order.
pub fn of(conn: &Conn, document: DocumentId) -> Result<Vec<String>> {
    let mut rows = conn.prepare_cached(
        "SELECT c.name FROM collections c JOIN document_collections dc ON dc.collection = c.id WHERE dc.document = ?1 ORDER BY c.name",
    )?;
    let names = rows.query_map([document.0], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}
