//! Revisions: a content read with certain settings. Which one search sees, its document says.

use rusqlite::{OptionalExtension, Row, params};
use sheaf_document::{DocumentId, Kind, Languages, ReadSettings, RevisionId};

use crate::{Conn, Result, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct Revision {
    pub id: RevisionId,
    pub document: DocumentId,
    pub settings: ReadSettings,
    pub hash: Option<[u8; 32]>,
    pub bytes: Option<u64>,
    pub kind: Option<Kind>,
    pub title: Option<String>,
    pub author: Option<String>,
    pub date: Option<String>,
    pub pages_total: Option<u32>,
    /// ISO 639 code of the language of its text; `None` while unknown, and where it cannot be told.
    pub language: Option<String>,
}

pub fn get(conn: &Conn, revision: RevisionId) -> Result<Revision> {
    conn.prepare_cached(
        "SELECT id, document, languages, force_ocr, hash, bytes, kind, title, author, date, pages_total, nullif(language, 'und')
         FROM revisions WHERE id = ?1",
    )?
    .query_row([revision.0], row_of)
    .optional()?
    .ok_or_else(|| StoreError::Unknown(format!("revision {revision}")))?
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<Result<Revision>> {
    let languages: String = row.get(2)?;
    let Ok(languages) = Languages::parse(&languages) else {
        return Ok(Err(StoreError::Damaged(format!("languages {languages}"))));
    };
    Ok(Ok(Revision {
        id: RevisionId(row.get(0)?),
        document: DocumentId(row.get(1)?),
        settings: ReadSettings {
            languages,
            force_ocr: row.get(3)?,
        },
        hash: row.get(4)?,
        bytes: row.get::<_, Option<i64>>(5)?.map(|bytes| bytes as u64),
        kind: row
            .get::<_, Option<String>>(6)?
            .as_deref()
            .and_then(Kind::parse),
        title: row.get(7)?,
        author: row.get(8)?,
        date: row.get(9)?,
        pages_total: row.get(10)?,
        language: row.get(11)?,
    }))
}

/// The lists of languages that documents were read in, and how many of them.
pub fn read_in(conn: &Conn) -> Result<Vec<(Languages, u64)>> {
    let mut rows = conn.prepare_cached(
        "SELECT r.languages, count(*) FROM documents d JOIN revisions r ON r.id = d.current
         WHERE d.removed_at IS NULL AND d.merged_into IS NULL GROUP BY 1",
    )?;
    let lists = rows.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
    })?;
    let mut found = Vec::new();
    for list in lists {
        let (text, count) = list?;
        // What no longer parses is no language either.
        found.extend(
            Languages::parse(&text)
                .ok()
                .map(|languages| (languages, count as u64)),
        );
    }
    Ok(found)
}

/// Notes the language of a revision's text, by its ISO 639 code; `None` when it cannot be told.
pub fn set_language(tx: &Tx<'_>, revision: RevisionId, code: Option<&str>) -> Result<()> {
    tx.prepare_cached("UPDATE revisions SET language = ?2 WHERE id = ?1")?
        .execute(params![revision.0, code.unwrap_or("und")])?;
    Ok(())
}

/// Current revisions whose language nobody has looked for, oldest first.
pub fn without_language(conn: &Conn, limit: u32) -> Result<Vec<RevisionId>> {
    let mut rows = conn.prepare_cached(
        "SELECT r.id FROM revisions r JOIN documents d ON d.current = r.id
         WHERE r.language IS NULL AND d.building IS NULL ORDER BY r.id LIMIT ?1",
    )?;
    let found = rows.query_map([limit], |row| row.get(0).map(RevisionId))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}
