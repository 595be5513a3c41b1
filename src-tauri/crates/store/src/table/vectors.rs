//! Vectors: one per passage and model, int8 with a scale each, kept in segments.
//!
//! Every embedding batch commits one small segment (its checkpoint); upkeep may merge small ones into sealed ones with
//! mean-centred bits for a first pass. A passage that is gone leaves its slot behind; readers skip it.

use rusqlite::{OptionalExtension, params};
use sheaf_document::{DocumentId, PassageId, RevisionId};

use crate::{Conn, Result, StoreError, Tx};

pub(crate) const SCHEMA: &str = "
CREATE TABLE models(id INTEGER PRIMARY KEY, name TEXT NOT NULL, fingerprint TEXT NOT NULL UNIQUE, dims INTEGER NOT NULL,
  active INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX models_active ON models(active) WHERE active = 1;
CREATE TABLE segments(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model INTEGER NOT NULL REFERENCES models(id) ON DELETE CASCADE,
  sealed INTEGER NOT NULL DEFAULT 0,
  count INTEGER NOT NULL CHECK(count > 0),
  passages BLOB NOT NULL CHECK(length(passages) = 8 * count),
  scales BLOB NOT NULL CHECK(length(scales) = 4 * count),
  vectors BLOB NOT NULL,
  mean BLOB, bits BLOB
) STRICT;
CREATE INDEX segments_model ON segments(model, id);
CREATE TABLE embedded(
  model INTEGER NOT NULL REFERENCES models(id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  passage INTEGER NOT NULL,
  segment INTEGER NOT NULL,
  PRIMARY KEY(model, revision, passage)
) WITHOUT ROWID, STRICT;
CREATE INDEX embedded_segment ON embedded(segment);
";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ModelId(pub i64);

/// Some vectors of one model. `vectors` holds `dims` signed bytes per passage, in the order of `passages`.
#[derive(Debug, Clone)]
pub struct Segment {
    pub id: i64,
    pub passages: Vec<PassageId>,
    /// Multiply a byte by its vector's scale to get the value back.
    pub scales: Vec<f32>,
    pub vectors: Vec<i8>,
}

/// The model that answers searches, registered when it is new. The first model becomes the active one.
pub fn register_model(
    tx: &Tx<'_>,
    name: &str,
    fingerprint: &str,
    dims: u32,
    now: i64,
) -> Result<ModelId> {
    tx.execute(
        "INSERT INTO models(name, fingerprint, dims, active, created_at)
         VALUES(?1, ?2, ?3, NOT EXISTS(SELECT 1 FROM models WHERE active = 1), ?4) ON CONFLICT DO NOTHING",
        params![name, fingerprint, dims, now],
    )?;
    Ok(tx.query_row(
        "SELECT id FROM models WHERE fingerprint = ?1",
        [fingerprint],
        |row| row.get(0).map(ModelId),
    )?)
}

/// The model whose vectors search uses, with its name.
pub fn active_model(conn: &Conn) -> Result<Option<(ModelId, String)>> {
    Ok(conn
        .query_row("SELECT id, name FROM models WHERE active = 1", [], |row| {
            Ok((ModelId(row.get(0)?), row.get(1)?))
        })
        .optional()?)
}

/// The next passages of a revision that have no vector of this model, with their text.
pub fn unembedded(
    conn: &Conn,
    revision: RevisionId,
    model: ModelId,
    limit: u32,
) -> Result<Vec<(PassageId, String)>> {
    let mut rows = conn.prepare_cached(
        "SELECT p.id, p.start, p.\"end\", g.text FROM passages p JOIN pages g ON g.revision = p.revision AND g.page = p.page
         WHERE p.revision = ?1 AND NOT EXISTS(SELECT 1 FROM embedded e WHERE e.model = ?2 AND e.revision = ?1 AND e.passage = p.id)
         ORDER BY p.page, p.id LIMIT ?3",
    )?;
    let found = rows.query_map(params![revision.0, model.0, limit], |row| {
        let (id, start, end): (i64, u32, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let text: String = row.get(3)?;
        let part = text.get(start as usize..end as usize).map(str::to_owned);
        Ok((PassageId(id), part))
    })?;
    let mut passages = Vec::new();
    for passage in found {
        let (id, text) = passage?;
        let text = text.ok_or_else(|| StoreError::Damaged(format!("the range of passage {id}")))?;
        passages.push((id, text));
    }
    Ok(passages)
}

/// How many passages a revision has and how many of them have a vector of this model.
pub fn progress(conn: &Conn, revision: RevisionId, model: ModelId) -> Result<(u32, u32)> {
    Ok(conn.prepare_cached(
        "SELECT (SELECT count(*) FROM passages WHERE revision=?1), (SELECT count(*) FROM embedded WHERE model=?2 AND revision=?1)",
    )?.query_row(params![revision.0, model.0], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// One batch of a revision's vectors.
pub struct Batch<'a> {
    pub model: ModelId,
    pub revision: RevisionId,
    pub passages: &'a [PassageId],
    pub scales: &'a [f32],
    /// `dims` signed bytes per passage.
    pub vectors: &'a [i8],
}

/// Commits a batch as a segment of its own.
pub fn commit(tx: &Tx<'_>, batch: &Batch<'_>) -> Result<()> {
    let passages: Vec<u8> = batch
        .passages
        .iter()
        .flat_map(|p| p.0.to_le_bytes())
        .collect();
    let scales: Vec<u8> = batch.scales.iter().flat_map(|s| s.to_le_bytes()).collect();
    let vectors: Vec<u8> = batch.vectors.iter().map(|v| v.cast_unsigned()).collect();
    tx.prepare_cached(
        "INSERT INTO segments(model, count, passages, scales, vectors) VALUES(?1,?2,?3,?4,?5)",
    )?
    .execute(params![
        batch.model.0,
        batch.passages.len() as i64,
        passages,
        scales,
        vectors
    ])?;
    let segment = tx.last_insert_rowid();
    let mut insert = tx.prepare_cached(
        "INSERT INTO embedded(model, revision, passage, segment) VALUES(?1,?2,?3,?4)",
    )?;
    for passage in batch.passages {
        insert.execute(params![batch.model.0, batch.revision.0, passage.0, segment])?;
    }
    Ok(())
}

/// Takes a revision's vectors away. A batch holds one revision's passages, so its segment goes with it.
pub fn drop_revision(tx: &Tx<'_>, revision: RevisionId) -> Result<()> {
    tx.execute(
        "DELETE FROM segments WHERE sealed = 0 AND id IN (SELECT e.segment FROM models m JOIN embedded e ON e.model = m.id AND e.revision = ?1)",
        [revision.0],
    )?;
    tx.execute(
        "DELETE FROM embedded WHERE model IN (SELECT id FROM models) AND revision = ?1",
        [revision.0],
    )?;
    Ok(())
}

/// Segment ids of a model, oldest first; a cheap way to see what is new.
pub fn segment_ids(conn: &Conn, model: ModelId) -> Result<Vec<i64>> {
    let mut rows = conn.prepare_cached("SELECT id FROM segments WHERE model = ?1 ORDER BY id")?;
    let ids = rows.query_map([model.0], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

pub fn segment(conn: &Conn, id: i64) -> Result<Option<Segment>> {
    Ok(conn
        .prepare_cached("SELECT id, passages, scales, vectors FROM segments WHERE id = ?1")?
        .query_row([id], |row| {
            let (passages, scales, vectors): (Vec<u8>, Vec<u8>, Vec<u8>) =
                (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(Segment {
                id: row.get(0)?,
                passages: passages
                    .as_chunks()
                    .0
                    .iter()
                    .map(|b| PassageId(i64::from_le_bytes(*b)))
                    .collect(),
                scales: scales
                    .as_chunks()
                    .0
                    .iter()
                    .map(|b| f32::from_le_bytes(*b))
                    .collect(),
                vectors: vectors.into_iter().map(u8::cast_signed).collect(),
            })
        })
        .optional()?)
}

/// Passages with a vector of the active model, over the whole library.
pub fn embedded_total(conn: &Conn) -> Result<u64> {
    Ok(conn.query_row(
        "SELECT count(*) FROM embedded WHERE model = (SELECT id FROM models WHERE active = 1)
         AND revision IN (SELECT current FROM documents WHERE removed_at IS NULL AND merged_into IS NULL)",
        [],
        |row| row.get::<_, i64>(0),
    )? as u64)
}

/// Whether every passage of a document's current revision has a vector of the active model.
pub fn is_indexed(conn: &Conn, document: DocumentId) -> Result<bool> {
    Ok(conn.query_row(
        "SELECT NOT EXISTS(SELECT 1 FROM passages p JOIN documents d ON d.current = p.revision WHERE d.id = ?1
           AND NOT EXISTS(SELECT 1 FROM embedded e JOIN models m ON m.id = e.model AND m.active = 1
                          WHERE e.revision = p.revision AND e.passage = p.id))",
        [document.0],
        |row| row.get(0),
    )?)
}
