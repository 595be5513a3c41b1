//! Pages and their passages: the checkpoint of reading. A page is committed once, with its text, boxes and passages.

use rusqlite::{OptionalExtension, Row, params};
use sheaf_document::{
    Code, DocumentId, Fault, PageText, Passage, PassageId, RevisionId, Source, Word,
};
use sheaf_queue::JobId;

use crate::{Conn, Result, StoreError, Tx, word_boxes};

pub(crate) const SCHEMA: &str = "
CREATE TABLE pages(
  id INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL REFERENCES revisions(id) ON DELETE CASCADE,
  page INTEGER NOT NULL CHECK(page >= 1),
  state TEXT NOT NULL CHECK(state IN('read','failed')),
  text TEXT NOT NULL, words BLOB NOT NULL,
  source TEXT NOT NULL CHECK(source IN('embedded','ocr','both','none')), confidence REAL NOT NULL,
  width_pt REAL NOT NULL, height_pt REAL NOT NULL,
  code TEXT, message TEXT,
  job INTEGER NOT NULL, epoch INTEGER NOT NULL,
  ms INTEGER NOT NULL, read_at INTEGER NOT NULL,
  UNIQUE(revision, page)
) STRICT;
CREATE INDEX pages_failed ON pages(revision, page) WHERE state = 'failed';
CREATE TABLE passages(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL REFERENCES revisions(id) ON DELETE CASCADE,
  page INTEGER NOT NULL, start INTEGER NOT NULL, \"end\" INTEGER NOT NULL CHECK(\"end\" > start)
) STRICT;
CREATE INDEX passages_page ON passages(revision, page);
";

/// Who commits: the claim that the caller has just checked.
#[derive(Debug, Clone, Copy)]
pub struct By {
    pub document: DocumentId,
    pub revision: RevisionId,
    pub job: JobId,
    pub epoch: i64,
    /// Milliseconds since 1970.
    pub now: i64,
}

/// A page as it was committed. Pages count from 1.
#[derive(Debug, Clone)]
pub struct StoredPage {
    pub page: u32,
    pub text: String,
    pub source: Source,
    /// `0.0..=1.0`.
    pub confidence: f32,
    /// Why it could not be read.
    pub fault: Option<Fault>,
    /// What a person should know of a page that was read.
    pub note: Option<Fault>,
}

/// Commits a page that was read. A failed page is replaced; one that was read is never written twice.
pub fn commit_read(
    tx: &Tx<'_>,
    by: By,
    page: u32,
    read: &PageText,
    passages: &[Passage],
    ms: u32,
) -> Result<()> {
    tx.prepare_cached("DELETE FROM pages WHERE revision = ?1 AND page = ?2 AND state = 'failed'")?
        .execute(params![by.revision.0, page])?;
    tx.prepare_cached(
        "INSERT INTO pages(revision, page, state, text, words, source, confidence, width_pt, height_pt, job, epoch, ms, read_at)
         VALUES(?1,?2,'read',?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)",
    )?
    .execute(params![
        by.revision.0,
        page,
        read.text,
        word_boxes::encode(&read.words),
        source_name(read.source),
        f64::from(read.confidence),
        f64::from(read.width_pt),
        f64::from(read.height_pt),
        by.job.0,
        by.epoch,
        ms,
        by.now
    ])?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO passages(revision, page, start, \"end\") VALUES(?1,?2,?3,?4)",
    )?;
    for passage in passages {
        insert.execute(params![by.revision.0, page, passage.start, passage.end])?;
    }
    super::changes::note_page(tx, by.revision, page)?;
    super::events::record(tx, by, "page", Some(page))
}

/// Notes something a person should know of a page that was read, in the transaction that commits it.
pub fn note(tx: &Tx<'_>, revision: RevisionId, page: u32, note: &Fault) -> Result<()> {
    tx.prepare_cached(
        "UPDATE pages SET code = ?3, message = ?4 WHERE revision = ?1 AND page = ?2 AND state = 'read'",
    )?
    .execute(params![revision.0, page, note.code.as_str(), note.detail])?;
    Ok(())
}

/// The pages that were read with a note.
pub fn noted(conn: &Conn, revision: RevisionId) -> Result<Vec<(u32, Fault)>> {
    let mut rows = conn.prepare_cached(
        "SELECT page, text, source, confidence, code, message, state FROM pages
         WHERE revision = ?1 AND state = 'read' AND code IS NOT NULL ORDER BY page",
    )?;
    let mut found = Vec::new();
    for page in rows.query_map([revision.0], page_row)? {
        let page = page??;
        found.extend(page.note.map(|note| (page.page, note)));
    }
    Ok(found)
}

/// Commits that a page could not be read, so that the rest can go on.
pub fn commit_failed(tx: &Tx<'_>, by: By, page: u32, fault: &Fault) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO pages(revision, page, state, text, words, source, confidence, width_pt, height_pt, code, message, job, epoch, ms, read_at)
         VALUES(?1,?2,'failed','',x'','none',0,0,0,?3,?4,?5,?6,0,?7)
         ON CONFLICT(revision, page) DO UPDATE SET code=?3, message=?4, job=?5, epoch=?6, read_at=?7 WHERE state='failed'",
    )?
    .execute(params![
        by.revision.0,
        page,
        fault.code.as_str(),
        fault.detail,
        by.job.0,
        by.epoch,
        by.now
    ])?;
    super::events::record(tx, by, "page_failed", Some(page))
}

/// Makes failed pages unread again: one, or all.
pub fn forget_failed(tx: &Tx<'_>, revision: RevisionId, page: Option<u32>) -> Result<usize> {
    Ok(tx.execute(
        "DELETE FROM pages WHERE revision = ?1 AND state = 'failed' AND (?2 IS NULL OR page = ?2)",
        params![revision.0, page],
    )?)
}

/// Takes a revision's pages, passages and vectors away.
pub fn drop_all(tx: &Tx<'_>, revision: RevisionId) -> Result<()> {
    super::changes::note_revision_gone(tx, revision)?;
    super::vectors::drop_revision(tx, revision)?;
    tx.execute("DELETE FROM passages WHERE revision = ?1", [revision.0])?;
    tx.execute("DELETE FROM pages WHERE revision = ?1", [revision.0])?;
    Ok(())
}

/// The numbers of the pages that are done, read or failed, in order.
pub fn done(conn: &Conn, revision: RevisionId) -> Result<Vec<u32>> {
    let mut rows =
        conn.prepare_cached("SELECT page FROM pages WHERE revision = ?1 ORDER BY page")?;
    let pages = rows.query_map([revision.0], |row| row.get(0))?;
    Ok(pages.collect::<rusqlite::Result<_>>()?)
}

#[derive(Debug, Clone, Copy, Default)]
pub struct PageCounts {
    pub read: u32,
    pub failed: u32,
    pub passages: u32,
}

pub fn counts(conn: &Conn, revision: RevisionId) -> Result<PageCounts> {
    Ok(conn
        .prepare_cached(
            "SELECT (SELECT count(*) FROM pages WHERE revision=?1) , (SELECT count(*) FROM pages WHERE revision=?1 AND state='failed'),
                    (SELECT count(*) FROM passages WHERE revision=?1)",
        )?
        .query_row([revision.0], |row| {
            let (all, failed): (u32, u32) = (row.get(0)?, row.get(1)?);
            Ok(PageCounts {
                read: all - failed,
                failed,
                passages: row.get(2)?,
            })
        })?)
}

/// Pages and passages of the whole library that search may show, and pages read in the last minute.
pub fn totals(conn: &Conn, since: i64) -> Result<(u64, u64, u64)> {
    let live =
        "IN (SELECT current FROM documents WHERE removed_at IS NULL AND merged_into IS NULL)";
    Ok(conn.query_row(
        &format!(
            "SELECT (SELECT count(*) FROM pages WHERE state='read' AND revision {live}),
                    (SELECT count(*) FROM passages WHERE revision {live}),
                    (SELECT count(*) FROM pages WHERE state='read' AND read_at > ?1)"
        ),
        [since],
        |row| {
            let n = |i| row.get::<_, i64>(i).map(|n| n as u64);
            Ok((n(0)?, n(1)?, n(2)?))
        },
    )?)
}

pub fn get(conn: &Conn, revision: RevisionId, page: u32) -> Result<Option<StoredPage>> {
    let row = conn
        .prepare_cached(
            "SELECT page, text, source, confidence, code, message, state FROM pages WHERE revision = ?1 AND page = ?2",
        )?
        .query_row(params![revision.0, page], page_row)
        .optional()?;
    row.transpose()
}

/// The beginnings of a revision's first pages with text, some thousand characters: enough to tell what language it is in.
pub fn sample(conn: &Conn, revision: RevisionId) -> Result<String> {
    let mut rows = conn.prepare_cached(
        "SELECT substr(text, 1, 800) FROM pages WHERE revision = ?1 AND state = 'read' AND text <> '' ORDER BY page LIMIT 8",
    )?;
    let mut sample = String::new();
    for part in rows.query_map([revision.0], |row| row.get::<_, String>(0))? {
        sample.push_str(&part?);
        sample.push('\n');
    }
    Ok(sample)
}

/// The size of a page as displayed, in points; 0 where its format has none.
pub fn size_pt(conn: &Conn, revision: RevisionId, page: u32) -> Result<Option<(f32, f32)>> {
    Ok(conn
        .prepare_cached("SELECT width_pt, height_pt FROM pages WHERE revision = ?1 AND page = ?2")?
        .query_row(params![revision.0, page], |row| {
            Ok((row.get::<_, f64>(0)? as f32, row.get::<_, f64>(1)? as f32))
        })
        .optional()?)
}

/// What became of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Read(Source),
    Failed,
}

/// The fate of every page that is done, in order, without its text.
pub fn fates(conn: &Conn, revision: RevisionId) -> Result<Vec<(u32, Fate)>> {
    let mut rows = conn.prepare_cached(
        "SELECT page, state, source FROM pages WHERE revision = ?1 ORDER BY page",
    )?;
    let fates = rows.query_map([revision.0], |row| {
        let (state, source): (String, String) = (row.get(1)?, row.get(2)?);
        let fate = match (state.as_str(), source_of(&source)) {
            ("read", Some(source)) => Fate::Read(source),
            _ => Fate::Failed,
        };
        Ok((row.get(0)?, fate))
    })?;
    Ok(fates.collect::<rusqlite::Result<_>>()?)
}

/// All pages in order.
pub fn all(conn: &Conn, revision: RevisionId) -> Result<Vec<StoredPage>> {
    let mut rows = conn.prepare_cached(
        "SELECT page, text, source, confidence, code, message, state FROM pages WHERE revision = ?1 ORDER BY page",
    )?;
    let mut pages = Vec::new();
    for page in rows.query_map([revision.0], page_row)? {
        pages.push(page??);
    }
    Ok(pages)
}

/// The pages that could not be read, with the reason.
pub fn failed(conn: &Conn, revision: RevisionId) -> Result<Vec<(u32, Fault)>> {
    let mut rows = conn.prepare_cached(
        "SELECT page, text, source, confidence, code, message, state FROM pages WHERE revision = ?1 AND state = 'failed' ORDER BY page",
    )?;
    let mut pages = Vec::new();
    for page in rows.query_map([revision.0], page_row)? {
        let page = page??;
        if let Some(fault) = page.fault {
            pages.push((page.page, fault));
        }
    }
    Ok(pages)
}

/// The words of a page with their boxes, in reading order.
pub fn words(conn: &Conn, revision: RevisionId, page: u32) -> Result<Vec<Word>> {
    let bytes: Option<Vec<u8>> = conn
        .prepare_cached("SELECT words FROM pages WHERE revision = ?1 AND page = ?2")?
        .query_row(params![revision.0, page], |row| row.get(0))
        .optional()?;
    word_boxes::decode(&bytes.unwrap_or_default())
}

/// A passage with where it stands.
#[derive(Debug, Clone, Copy)]
pub struct PassagePlace {
    pub id: PassageId,
    pub revision: RevisionId,
    pub page: u32,
    pub range: Passage,
    /// How many passages its page has, itself among them.
    pub of_page: u32,
}

pub fn passage(conn: &Conn, id: PassageId) -> Result<Option<PassagePlace>> {
    Ok(conn
        .prepare_cached(
            "SELECT id, revision, page, start, \"end\",
                    (SELECT count(*) FROM passages other WHERE other.revision = p.revision AND other.page = p.page)
             FROM passages p WHERE id = ?1",
        )?
        .query_row([id.0], |row| {
            Ok(PassagePlace {
                id: PassageId(row.get(0)?),
                revision: RevisionId(row.get(1)?),
                page: row.get(2)?,
                range: Passage {
                    start: row.get(3)?,
                    end: row.get(4)?,
                },
                of_page: row.get(5)?,
            })
        })
        .optional()?)
}

fn page_row(row: &Row<'_>) -> rusqlite::Result<Result<StoredPage>> {
    let source: String = row.get(2)?;
    let code: Option<String> = row.get(4)?;
    let message: Option<String> = row.get(5)?;
    let state: String = row.get(6)?;
    let said = code
        .as_deref()
        .and_then(Code::parse)
        .map(|code| Fault::new(code, message.unwrap_or_default()));
    let Some(source) = source_of(&source) else {
        return Ok(Err(StoreError::Damaged(format!("page source {source}"))));
    };
    Ok(Ok(StoredPage {
        page: row.get(0)?,
        text: row.get(1)?,
        source,
        confidence: row.get::<_, f64>(3)? as f32,
        fault: said.clone().filter(|_| state == "failed"),
        note: said.filter(|_| state == "read"),
    }))
}

fn source_name(source: Source) -> &'static str {
    match source {
        Source::Embedded => "embedded",
        Source::Ocr => "ocr",
        Source::Both => "both",
        Source::None => "none",
    }
}

fn source_of(name: &str) -> Option<Source> {
    [Source::Embedded, Source::Ocr, Source::Both, Source::None]
        .into_iter()
        .find(|source| source_name(*source) == name)
}
