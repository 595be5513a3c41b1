//! What a file turns out to be once its content is known.

use rusqlite::{OptionalExtension, params};
use sheaf_document::{DocumentId, Kind, RevisionId};

use super::revisions::{self, Revision};
use super::{changes, documents, pages};
use crate::{Result, Tx};

/// What the first look into a file told.
#[derive(Debug, Clone)]
pub struct Identified {
    pub hash: [u8; 32],
    pub bytes: u64,
    pub kind: Kind,
    pub pages: u32,
    pub title: Option<String>,
    pub author: Option<String>,
    pub date: Option<String>,
}

/// What a file turned out to be once its content was known.
#[derive(Debug, PartialEq, Eq)]
pub enum Identity {
    /// Content of its own; read it, going on from whatever pages are there.
    Own,
    /// The file was only touched: this is still the document's current revision, which is gone on with instead.
    Same(RevisionId),
    /// The library has it; the places now point there.
    Duplicate(DocumentId),
}

/// Records what a file is. Content that the library already has moves this document's places over there.
pub fn identify(
    tx: &Tx<'_>,
    document: DocumentId,
    revision: RevisionId,
    found: &Identified,
    now: i64,
) -> Result<Identity> {
    let mine = revisions::get(tx, revision)?;
    if let Some(other) = same_content(tx, document, &found.hash)? {
        merge(tx, document, other, now)?;
        return Ok(Identity::Duplicate(other));
    }
    if let Some(current) = same_as_current(tx, document, &mine, &found.hash)? {
        documents::drop_building(tx, document)?;
        tx.prepare_cached(
            "UPDATE documents SET state = 'reading', building = current WHERE id = ?1",
        )?
        .execute([document.0])?;
        return Ok(Identity::Same(current));
    }
    if mine.hash.is_some_and(|hash| hash != found.hash) {
        pages::drop_all(tx, revision)?;
    }
    tx.prepare_cached(
        "UPDATE revisions SET hash=?2, bytes=?3, kind=?4, title=?5, author=?6, date=?7, pages_total=?8 WHERE id=?1",
    )?
    .execute(params![
        revision.0,
        found.hash.as_slice(),
        found.bytes as i64,
        found.kind.as_str(),
        found.title,
        found.author,
        found.date,
        found.pages
    ])?;
    tx.prepare_cached(
        "UPDATE documents SET state='reading', current = coalesce(current, ?2) WHERE id = ?1",
    )?
    .execute([document.0, revision.0])?;
    changes::note_document(tx, revision)?;
    Ok(Identity::Own)
}

/// The current revision, if the one to be built would be the same: content and wish have not changed.
fn same_as_current(
    tx: &Tx<'_>,
    document: DocumentId,
    building: &Revision,
    hash: &[u8; 32],
) -> Result<Option<RevisionId>> {
    let Some(current) = documents::get(tx, document)?.and_then(|row| row.current) else {
        return Ok(None);
    };
    if current == building.id {
        return Ok(None);
    }
    let row = revisions::get(tx, current)?;
    let is_same = row.hash.as_ref() == Some(hash) && row.settings == building.settings;
    Ok(is_same.then_some(current))
}

/// Another document, removed or not, whose newest content has this hash. One that is about to become another content
/// does not count: whoever joined it would become that too.
fn same_content(tx: &Tx<'_>, document: DocumentId, hash: &[u8; 32]) -> Result<Option<DocumentId>> {
    Ok(tx
        .prepare_cached(
            "SELECT d.id FROM revisions r JOIN documents d ON d.id = r.document AND r.id = coalesce(d.building, d.current)
             WHERE r.hash = ?1 AND d.id <> ?2 AND d.merged_into IS NULL AND d.state NOT IN('failed','unsupported') ORDER BY d.id LIMIT 1",
        )?
        .query_row(params![hash.as_slice(), document.0], |row| row.get(0))
        .optional()?
        .map(DocumentId))
}

fn merge(tx: &Tx<'_>, from: DocumentId, into: DocumentId, now: i64) -> Result<()> {
    tx.execute(
        "UPDATE places SET document = ?2 WHERE document = ?1",
        [from.0, into.0],
    )?;
    tx.execute(
        "INSERT OR IGNORE INTO document_collections(document, collection) SELECT ?2, collection FROM document_collections WHERE document = ?1",
        [from.0, into.0],
    )?;
    documents::drop_building(tx, from)?;
    if let Some(old) = documents::get(tx, from)?.and_then(|document| document.current) {
        pages::drop_all(tx, old)?;
    }
    tx.execute(
        "UPDATE documents SET merged_into = ?2, removed_at = ?3, state = 'ready' WHERE id = ?1",
        params![from.0, into.0, now],
    )?;
    tx.execute(
        "UPDATE documents SET removed_at = NULL WHERE id = ?1",
        [into.0],
    )?;
    changes::note_names(tx, into)
}
