//! Vectors: one per passage and model, int8 with a scale each, kept in segments.
//!
//! Every embedding batch commits one small segment (its checkpoint). Segments that follow one another are sealed into
//! blocks of mean-centred bits for a first pass; a segment that is gone leaves its place in its block behind, and readers
//! skip it.

use rusqlite::{OptionalExtension, Row, params};
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

/// Segments that follow one another, as bits: derived from them, and what a search begins with.
pub(crate) const BLOCKS: &str = "
CREATE TABLE blocks(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model INTEGER NOT NULL REFERENCES models(id) ON DELETE CASCADE,
  first INTEGER NOT NULL, last INTEGER NOT NULL CHECK(last >= first),
  segments BLOB NOT NULL, revisions BLOB NOT NULL, counts BLOB NOT NULL,
  mean BLOB NOT NULL, factors BLOB NOT NULL, bits BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX blocks_model ON blocks(model, last);
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

/// The newest model of a name.
pub fn newest_of(conn: &Conn, name: &str) -> Result<Option<ModelId>> {
    Ok(conn
        .prepare_cached("SELECT id FROM models WHERE name = ?1 ORDER BY id DESC LIMIT 1")?
        .query_row([name], |row| row.get(0).map(ModelId))
        .optional()?)
}

/// Makes a model the one whose vectors search uses.
pub fn activate(tx: &Tx<'_>, model: ModelId) -> Result<()> {
    tx.execute(
        "UPDATE models SET active = 0 WHERE active = 1 AND id <> ?1",
        [model.0],
    )?;
    tx.execute("UPDATE models SET active = 1 WHERE id = ?1", [model.0])?;
    Ok(())
}

/// Whether there are models that are neither active nor `wanted`.
pub fn has_others(conn: &Conn, wanted: ModelId) -> Result<bool> {
    Ok(conn.query_row(
        "SELECT EXISTS(SELECT 1 FROM models WHERE active = 0 AND id <> ?1)",
        [wanted.0],
        |row| row.get(0),
    )?)
}

/// Takes away some segments of models that are neither active nor `wanted`, and such a model when nothing is left of
/// it; the number of segments.
pub fn drop_others(tx: &Tx<'_>, wanted: ModelId, segments: u32) -> Result<usize> {
    let mut rows = tx.prepare_cached(
        "SELECT s.id FROM models m JOIN segments s ON s.model = m.id WHERE m.active = 0 AND m.id <> ?1 LIMIT ?2",
    )?;
    let found = rows.query_map(params![wanted.0, segments], |row| row.get::<_, i64>(0))?;
    let ids: Vec<i64> = found.collect::<rusqlite::Result<_>>()?;
    for id in &ids {
        tx.prepare_cached("DELETE FROM embedded WHERE segment = ?1")?
            .execute([id])?;
        tx.prepare_cached("DELETE FROM segments WHERE id = ?1")?
            .execute([id])?;
    }
    if ids.is_empty() {
        tx.execute(
            "DELETE FROM models WHERE active = 0 AND id <> ?1",
            [wanted.0],
        )?;
    }
    Ok(ids.len())
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
        .query_row([id], |row| segment_row(row, 0))
        .optional()?)
}

fn segment_row(row: &Row<'_>, at: usize) -> rusqlite::Result<Segment> {
    let bytes = |n: usize| {
        row.get_ref(at + n)?
            .as_blob()
            .map_err(rusqlite::Error::from)
    };
    Ok(Segment {
        id: row.get(at)?,
        passages: numbers(bytes(1)?, |b| PassageId(i64::from_le_bytes(b))),
        scales: numbers(bytes(2)?, f32::from_le_bytes),
        vectors: bytes(3)?.iter().map(|byte| byte.cast_signed()).collect(),
    })
}

fn numbers<const N: usize, T>(bytes: &[u8], of: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes.as_chunks().0.iter().map(|b| of(*b)).collect()
}

/// A segment and the revision that its passages are of.
#[derive(Debug, Clone)]
pub struct OwnedSegment {
    pub revision: RevisionId,
    pub segment: Segment,
}

/// Segments behind `after`, oldest first, until they hold `vectors` or more, or there are no more.
pub fn segments_after(
    conn: &Conn,
    model: ModelId,
    after: i64,
    vectors: u32,
) -> Result<Vec<OwnedSegment>> {
    let mut rows = conn.prepare_cached(
        "SELECT (SELECT e.revision FROM embedded e WHERE e.segment = s.id LIMIT 1), s.id, s.passages, s.scales, s.vectors
         FROM segments s WHERE s.model = ?1 AND s.id > ?2 ORDER BY s.id",
    )?;
    let mut found = rows.query([model.0, after])?;
    let (mut taken, mut held) = (Vec::new(), 0);
    while held < vectors as usize
        && let Some(row) = found.next()?
    {
        let segment = segment_row(row, 1)?;
        held += segment.passages.len();
        if let Some(revision) = row.get::<_, Option<i64>>(0)? {
            let revision = RevisionId(revision);
            taken.push(OwnedSegment { revision, segment });
        }
    }
    Ok(taken)
}

/// Whether the segments behind `after` hold so many vectors.
pub fn has_more(conn: &Conn, model: ModelId, after: i64, vectors: u32) -> Result<bool> {
    let mut rows =
        conn.prepare_cached("SELECT count FROM segments WHERE model = ?1 AND id > ?2 ORDER BY id")?;
    let mut held = 0;
    for count in rows.query_map([model.0, after], |row| row.get::<_, u32>(0))? {
        held += count?;
        if held >= vectors {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How far a model's segments go. When it is as before, nothing was added and nothing taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    pub segments: u64,
    last: i64,
    blocks: i64,
}

pub fn extent(conn: &Conn, model: ModelId) -> Result<Extent> {
    Ok(conn
        .prepare_cached(
            "SELECT (SELECT count(*) FROM segments WHERE model = ?1), (SELECT coalesce(max(id), 0) FROM segments WHERE model = ?1),
                    (SELECT coalesce(max(id), 0) FROM blocks WHERE model = ?1)",
        )?
        .query_row([model.0], |row| {
            Ok(Extent {
                segments: row.get::<_, i64>(0)? as u64,
                last: row.get(1)?,
                blocks: row.get(2)?,
            })
        })?)
}

/// Some thousand vectors as bits; one entry a segment in `segments`, `revisions` and `counts`, one a vector in `factors`.
#[derive(Debug, Clone)]
pub struct SealedBlock {
    pub id: i64,
    pub model: ModelId,
    /// The first and the last segment that it covers.
    pub first: i64,
    pub last: i64,
    pub segments: Vec<i64>,
    pub revisions: Vec<RevisionId>,
    pub counts: Vec<u32>,
    pub mean: Vec<f32>,
    pub factors: Vec<f32>,
    pub bits: Vec<u8>,
}

/// The last segment that a block covers; 0 while there is none.
pub fn sealed_to(conn: &Conn, model: ModelId) -> Result<i64> {
    Ok(conn
        .prepare_cached("SELECT coalesce(max(last), 0) FROM blocks WHERE model = ?1")?
        .query_row([model.0], |row| row.get(0))?)
}

/// Keeps a block, unless somebody else has sealed something behind `after` meanwhile: then `false`.
pub fn seal(tx: &Tx<'_>, after: i64, block: &SealedBlock) -> Result<bool> {
    if sealed_to(tx, block.model)? != after {
        return Ok(false);
    }
    let floats = |all: &[f32]| -> Vec<u8> { all.iter().flat_map(|x| x.to_le_bytes()).collect() };
    let revisions = block.revisions.iter().flat_map(|r| r.0.to_le_bytes());
    tx.prepare_cached(
        "INSERT INTO blocks(model, first, last, segments, revisions, counts, mean, factors, bits)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
    )?
    .execute(params![
        block.model.0,
        block.first,
        block.last,
        block
            .segments
            .iter()
            .flat_map(|s| s.to_le_bytes())
            .collect::<Vec<u8>>(),
        revisions.collect::<Vec<u8>>(),
        block
            .counts
            .iter()
            .flat_map(|c| c.to_le_bytes())
            .collect::<Vec<u8>>(),
        floats(&block.mean),
        floats(&block.factors),
        block.bits
    ])?;
    Ok(true)
}

/// Block ids of a model, oldest first.
pub fn block_ids(conn: &Conn, model: ModelId) -> Result<Vec<i64>> {
    let mut rows = conn.prepare_cached("SELECT id FROM blocks WHERE model = ?1 ORDER BY last")?;
    let ids = rows.query_map([model.0], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

pub fn block(conn: &Conn, id: i64) -> Result<Option<SealedBlock>> {
    Ok(conn
        .prepare_cached(
            "SELECT id, model, first, last, segments, revisions, counts, mean, factors, bits FROM blocks WHERE id = ?1",
        )?
        .query_row([id], |row| {
            let bytes = |n: usize| row.get_ref(n)?.as_blob().map_err(rusqlite::Error::from);
            Ok(SealedBlock {
                id: row.get(0)?,
                model: ModelId(row.get(1)?),
                first: row.get(2)?,
                last: row.get(3)?,
                segments: numbers(bytes(4)?, i64::from_le_bytes),
                revisions: numbers(bytes(5)?, |b| RevisionId(i64::from_le_bytes(b))),
                counts: numbers(bytes(6)?, u32::from_le_bytes),
                mean: numbers(bytes(7)?, f32::from_le_bytes),
                factors: numbers(bytes(8)?, f32::from_le_bytes),
                bits: bytes(9)?.to_vec(),
            })
        })
        .optional()?)
}

/// Passages with a vector of the active model, over the whole library.
pub fn embedded_total(conn: &Conn) -> Result<u64> {
    match active_model(conn)? {
        Some((model, _)) => embedded_of(conn, model),
        None => Ok(0),
    }
}

/// Passages with a vector of this model, over the whole library.
pub fn embedded_of(conn: &Conn, model: ModelId) -> Result<u64> {
    Ok(conn.query_row(
        "SELECT count(*) FROM embedded WHERE model = ?1
         AND revision IN (SELECT current FROM documents WHERE removed_at IS NULL AND merged_into IS NULL)",
        [model.0],
        |row| row.get::<_, i64>(0),
    )? as u64)
}

/// The segments of a revision.
pub fn of_revision(conn: &Conn, model: ModelId, revision: RevisionId) -> Result<Vec<Segment>> {
    let mut rows = conn.prepare_cached(
        "SELECT DISTINCT segment FROM embedded WHERE model = ?1 AND revision = ?2 ORDER BY segment",
    )?;
    let ids = rows.query_map([model.0, revision.0], |row| row.get::<_, i64>(0))?;
    let mut segments = Vec::new();
    for id in ids {
        segments.extend(segment(conn, id?)?);
    }
    Ok(segments)
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
