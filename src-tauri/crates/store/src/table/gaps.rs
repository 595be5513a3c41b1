//! Documents that lack something. Whether somebody is at it already is the queue's to say.

use sheaf_document::DocumentId;

use super::vectors::ModelId;
use crate::{Conn, Result};

/// Documents that are not read and indexed to the end, and did not fail.
pub fn unsettled(conn: &Conn) -> Result<Vec<DocumentId>> {
    let mut rows = conn.prepare_cached(
        "SELECT id FROM documents WHERE state IN('queued','reading','indexing')
           AND removed_at IS NULL AND merged_into IS NULL ORDER BY id",
    )?;
    let ids = rows.query_map([], |row| row.get(0).map(DocumentId))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// Documents that count as done though a passage of theirs has no vector of this model. Those whose indexing failed
/// for good carry its code and are left out.
pub fn unindexed(conn: &Conn, model: ModelId) -> Result<Vec<DocumentId>> {
    let mut rows = conn.prepare_cached(
        "SELECT d.id FROM documents d
          WHERE d.state IN('ready','problems') AND d.code IS NULL
            AND d.removed_at IS NULL AND d.merged_into IS NULL
            AND EXISTS(SELECT 1 FROM passages p WHERE p.revision = d.current
                   AND NOT EXISTS(SELECT 1 FROM embedded e
                         WHERE e.model = ?1 AND e.revision = p.revision AND e.passage = p.id))
          ORDER BY d.id",
    )?;
    let ids = rows.query_map([model.0], |row| row.get(0).map(DocumentId))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}
