//! Documents and their revisions. A document is a content; a revision is that content read with certain settings.
//!
//! `current` is the revision that search sees, `building` the one that is being read. They are the same while a
//! document is read for the first time, so that its pages can be found at once.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use sheaf_document::{Code, DocumentId, Fault, ReadSettings, RevisionId};

use crate::{Conn, Result, StoreError, Tx};

pub(crate) const SCHEMA: &str = "
CREATE TABLE documents(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  state TEXT NOT NULL CHECK(state IN('queued','reading','indexing','ready','problems','failed','cancelled','unsupported')),
  current INTEGER REFERENCES revisions(id),
  building INTEGER REFERENCES revisions(id),
  merged_into INTEGER REFERENCES documents(id),
  code TEXT, message TEXT,
  added_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE INDEX documents_removed ON documents(removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX documents_current ON documents(current);
CREATE TABLE revisions(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  settings TEXT NOT NULL, languages TEXT NOT NULL, force_ocr INTEGER NOT NULL DEFAULT 0,
  hash BLOB CHECK(length(hash)=32), bytes INTEGER, kind TEXT,
  title TEXT, author TEXT, sender TEXT, date TEXT, language TEXT,
  pages_total INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX revisions_hash ON revisions(hash) WHERE hash IS NOT NULL;
CREATE INDEX revisions_document ON revisions(document);
";

/// Where a document stands, as CLI.md names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum DocumentState {
    Queued,
    Reading,
    Indexing,
    Ready,
    Problems,
    Failed,
    Cancelled,
    Unsupported,
}

impl DocumentState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Reading => "reading",
            Self::Indexing => "indexing",
            Self::Ready => "ready",
            Self::Problems => "problems",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Unsupported => "unsupported",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Nothing more will happen to it by itself.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Reading | Self::Indexing)
    }

    const ALL: [Self; 8] = [
        Self::Queued,
        Self::Reading,
        Self::Indexing,
        Self::Ready,
        Self::Problems,
        Self::Failed,
        Self::Cancelled,
        Self::Unsupported,
    ];
}

#[derive(Debug, Clone)]
pub struct Document {
    pub id: DocumentId,
    pub state: DocumentState,
    pub current: Option<RevisionId>,
    pub building: Option<RevisionId>,
    pub fault: Option<Fault>,
    /// Milliseconds since 1970.
    pub added_at: i64,
    pub removed: bool,
}

/// Makes a document with one revision to build.
pub fn create(tx: &Tx<'_>, settings: &ReadSettings, now: i64) -> Result<(DocumentId, RevisionId)> {
    tx.prepare_cached("INSERT INTO documents(state, added_at) VALUES('queued', ?1)")?
        .execute([now])?;
    let document = DocumentId(tx.last_insert_rowid());
    let revision = begin_revision(tx, document, settings, now)?;
    Ok((document, revision))
}

/// Starts a new revision of a document; the current one stays in search until the new one is read.
pub fn begin_revision(
    tx: &Tx<'_>,
    document: DocumentId,
    settings: &ReadSettings,
    now: i64,
) -> Result<RevisionId> {
    drop_building(tx, document)?;
    tx.prepare_cached(
        "INSERT INTO revisions(document, settings, languages, force_ocr, created_at) VALUES(?1,?2,?3,?4,?5)",
    )?
    .execute(params![
        document.0,
        settings.key(),
        settings.languages.as_str(),
        settings.force_ocr,
        now
    ])?;
    let revision = RevisionId(tx.last_insert_rowid());
    tx.prepare_cached(
        "UPDATE documents SET building = ?2, state = 'queued', code = NULL, message = NULL, removed_at = NULL WHERE id = ?1",
    )?
    .execute([document.0, revision.0])?;
    Ok(revision)
}

/// Takes up the unfinished revision again, or the current one to repair it, with the settings it was begun with.
pub fn resume_revision(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    tx.prepare_cached(
        "UPDATE documents SET building = coalesce(building, current), state = 'queued', code = NULL, message = NULL,
         removed_at = NULL WHERE id = ?1",
    )?
    .execute([document.0])?;
    Ok(())
}

/// Forgets an unfinished revision and its pages, unless search already shows it.
pub(super) fn drop_building(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    let Some(row) = get(tx, document)? else {
        return Ok(());
    };
    if let Some(building) = row.building
        && row.current != Some(building)
    {
        super::pages::drop_all(tx, building)?;
        tx.execute(
            "UPDATE documents SET building = NULL WHERE id = ?1",
            [document.0],
        )?;
        tx.execute("DELETE FROM revisions WHERE id = ?1", [building.0])?;
    }
    Ok(())
}

/// Every page is in: the revision becomes the one that search sees, and the old one's pages go, in this transaction.
pub fn publish(tx: &Tx<'_>, document: DocumentId, state: DocumentState) -> Result<()> {
    let row = get(tx, document)?.ok_or_else(|| StoreError::Unknown(document.to_string()))?;
    let Some(built) = row.building else {
        return set_state(tx, document, state, None);
    };
    tx.prepare_cached("UPDATE documents SET current = ?2, building = NULL WHERE id = ?1")?
        .execute([document.0, built.0])?;
    if let Some(old) = row.current
        && old != built
    {
        super::pages::drop_all(tx, old)?;
        tx.execute("DELETE FROM revisions WHERE id = ?1", [old.0])?;
    }
    set_state(tx, document, state, None)
}

pub fn set_state(
    tx: &Tx<'_>,
    document: DocumentId,
    state: DocumentState,
    fault: Option<&Fault>,
) -> Result<()> {
    tx.prepare_cached("UPDATE documents SET state=?2, code=?3, message=?4 WHERE id=?1")?
        .execute(params![
            document.0,
            state.as_str(),
            fault.map(|f| f.code.as_str()),
            fault.map(|f| f.detail.as_str())
        ])?;
    Ok(())
}

/// Takes a document out of the library. Search misses it at once; its data stays for a grace time.
pub fn remove(tx: &Tx<'_>, document: DocumentId, now: i64) -> Result<bool> {
    let gone = tx.execute(
        "UPDATE documents SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL",
        params![document.0, now],
    )?;
    tx.execute(
        "UPDATE places SET state = 'removed' WHERE document = ?1",
        [document.0],
    )?;
    super::changes::note_whole(tx, document)?;
    Ok(gone == 1)
}

/// When a document was taken out of the library, in milliseconds since 1970.
pub fn removed_at(conn: &Conn, document: DocumentId) -> Result<Option<i64>> {
    Ok(conn
        .prepare_cached("SELECT removed_at FROM documents WHERE id = ?1")?
        .query_row([document.0], |row| row.get(0))
        .optional()?
        .flatten())
}

/// Takes back [`remove`]. `false` when it was not removed, or lives on in another document.
pub fn put_back(tx: &Tx<'_>, document: DocumentId) -> Result<bool> {
    let back = tx.execute(
        "UPDATE documents SET removed_at = NULL
          WHERE id = ?1 AND removed_at IS NOT NULL AND merged_into IS NULL",
        [document.0],
    )?;
    if back == 1 {
        tx.execute(
            "UPDATE places SET state = 'present' WHERE document = ?1 AND state = 'removed'",
            [document.0],
        )?;
        super::changes::note_whole(tx, document)?;
    }
    Ok(back == 1)
}

/// The document, following a merge to the one that kept the content.
pub fn get(conn: &Conn, document: DocumentId) -> Result<Option<Document>> {
    let row = conn
        .prepare_cached(
            "WITH RECURSIVE chain(id, into_id) AS (SELECT id, merged_into FROM documents WHERE id = ?1
               UNION ALL SELECT d.id, d.merged_into FROM documents d JOIN chain ON d.id = chain.into_id)
             SELECT d.id, d.state, d.current, d.building, d.code, d.message, d.added_at, d.removed_at
             FROM documents d JOIN chain ON chain.id = d.id WHERE chain.into_id IS NULL",
        )?
        .query_row([document.0], document_row)
        .optional()?;
    row.transpose()
}

fn document_row(row: &Row<'_>) -> rusqlite::Result<Result<Document>> {
    let state: String = row.get(1)?;
    let code: Option<String> = row.get(4)?;
    let message: Option<String> = row.get(5)?;
    let Some(state) = DocumentState::parse(&state) else {
        return Ok(Err(StoreError::Damaged(format!("document state {state}"))));
    };
    Ok(Ok(Document {
        id: DocumentId(row.get(0)?),
        state,
        current: row.get::<_, Option<i64>>(2)?.map(RevisionId),
        building: row.get::<_, Option<i64>>(3)?.map(RevisionId),
        fault: code
            .as_deref()
            .and_then(Code::parse)
            .map(|code| Fault::new(code, message.unwrap_or_default())),
        added_at: row.get(6)?,
        removed: row.get::<_, Option<i64>>(7)?.is_some(),
    }))
}

/// Ids of the documents in the library, newest first.
pub fn list(conn: &Conn) -> Result<Vec<DocumentId>> {
    let mut rows = conn.prepare_cached(
        "SELECT id FROM documents WHERE removed_at IS NULL AND merged_into IS NULL ORDER BY id DESC",
    )?;
    let ids = rows.query_map([], |row| row.get(0).map(DocumentId))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// Whether search may show this revision: it is its document's current one and the document was not removed.
pub fn is_live(conn: &Conn, revision: RevisionId) -> Result<Option<DocumentId>> {
    Ok(conn
        .prepare_cached(
            "SELECT id FROM documents WHERE current = ?1 AND removed_at IS NULL AND merged_into IS NULL",
        )?
        .query_row([revision.0], |row| row.get(0).map(DocumentId))
        .optional()?)
}

/// Documents in the library.
pub fn count(conn: &Conn) -> Result<u64> {
    Ok(conn.query_row(
        "SELECT count(*) FROM documents WHERE removed_at IS NULL AND merged_into IS NULL",
        [],
        |row| row.get::<_, i64>(0),
    )? as u64)
}

/// The share of the library's documents that are read and indexed to the end, `0.0..=1.0`.
pub fn share_done(conn: &Conn) -> Result<f64> {
    Ok(conn.query_row(
        "SELECT coalesce(avg(state NOT IN('queued','reading','indexing')), 1.0) FROM documents
         WHERE removed_at IS NULL AND merged_into IS NULL",
        [],
        |row| row.get(0),
    )?)
}
