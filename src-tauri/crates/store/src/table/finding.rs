//! What search asks of the library: which revisions it may show, how a hit is named, how much is read. No table of its own.

use rusqlite::{OptionalExtension, Row, params, params_from_iter};
use sheaf_document::{DocumentId, Kind, RevisionId};

use crate::{Conn, Result};

/// Which documents a search is about; what is empty or `None` does not narrow it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Within {
    /// Any of these.
    pub kinds: Vec<Kind>,
    /// An absolute path means everything in that folder; a mere name means folders of that name anywhere.
    pub folder: Option<String>,
    pub collection: Option<String>,
    /// ISO 639 code of the text's language.
    pub language: Option<String>,
    /// Words of the author or sender; [`live`] does not look at it, who they are is told by [`senders`].
    pub from: Option<String>,
    /// `YYYY-MM-DD`, this day and later. A document without a date has the day its file was last changed (UTC).
    pub after: Option<String>,
    /// `YYYY-MM-DD`, before this day.
    pub before: Option<String>,
}

/// The day of a document, for comparing and sorting.
const DATE: &str = "coalesce(r.date, (SELECT date(max(q.mtime_ns) / 1000000000, 'unixepoch') FROM places q WHERE q.document = d.id AND q.state IN('present','offline')))";

/// Whether a place `p` lies in folder `?2` (a path, on a component border) or under a folder called `?3`.
/// `0` follows `/`, and `]` follows `\`, so that both ranges can use the index on paths.
const IN_FOLDER: &str =
    "(?2 IS NULL OR p.path = ?2 OR (p.path >= ?2 || '/' AND p.path < ?2 || '0') OR (p.path >= ?2 || '\\' AND p.path < ?2 || ']'))
     AND (?3 IS NULL OR instr('/' || replace(p.path, '\\', '/') || '/', '/' || ?3 || '/') > 0)";

/// The documents `d` in the library that are let through, with their current revisions `r`; the parameters are those of
/// [`narrowing`].
fn let_through(columns: &str) -> String {
    format!(
        "SELECT {columns} FROM documents d JOIN revisions r ON r.id = d.current
         WHERE d.removed_at IS NULL AND d.merged_into IS NULL AND (?1 IS NULL OR instr(?1, ' ' || r.kind || ' ') > 0)
           AND ((?2 IS NULL AND ?3 IS NULL) OR EXISTS(
             SELECT 1 FROM places p WHERE p.document = d.id AND p.state IN('present','offline') AND {IN_FOLDER}))
           AND (?4 IS NULL OR EXISTS(SELECT 1 FROM document_collections dc JOIN collections c ON c.id = dc.collection
                                     WHERE dc.document = d.id AND c.name = ?4))
           AND (?5 IS NULL OR {DATE} >= ?5) AND (?6 IS NULL OR {DATE} < ?6) AND (?7 IS NULL OR r.language = ?7)
         ORDER BY d.current"
    )
}

fn narrowing(within: &Within) -> [Option<String>; 7] {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let (folder, name) = folder(within.folder.as_deref());
    [
        listed(&within.kinds),
        owned(folder),
        owned(name),
        within.collection.clone(),
        within.after.clone(),
        within.before.clone(),
        within.language.clone(),
    ]
}

/// The revisions that search may show, by rising id, each with its document: current ones of documents in the library.
pub fn live(conn: &Conn, within: &Within) -> Result<Vec<(RevisionId, DocumentId)>> {
    let mut rows = conn.prepare_cached(&let_through("d.current, d.id"))?;
    let found = rows.query_map(params_from_iter(narrowing(within)), |row| {
        Ok((RevisionId(row.get(0)?), DocumentId(row.get(1)?)))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// What documents may be put in order by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// As [`Card::date`].
    Date,
    /// The title, or the name of the oldest place in the folder.
    Name,
}

/// As [`live`], with what they may be put in order by.
pub fn keys(conn: &Conn, within: &Within, key: Key) -> Result<Vec<(RevisionId, Option<String>)>> {
    let key = match key {
        Key::Date => DATE.to_owned(),
        Key::Name => format!(
            "coalesce(r.title, (SELECT p.name FROM places p WHERE p.document = d.id
               AND p.state IN('present','offline') AND {IN_FOLDER} ORDER BY p.id LIMIT 1))"
        ),
    };
    let mut rows = conn.prepare_cached(&let_through(&format!("d.current, {key}")))?;
    let found = rows.query_map(params_from_iter(narrowing(within)), |row| {
        Ok((RevisionId(row.get(0)?), row.get(1)?))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Who wrote or sent each document that search may show, by rising revision; those nobody is named for are missing.
pub fn senders(conn: &Conn) -> Result<Vec<(RevisionId, String)>> {
    let mut rows = conn.prepare_cached(
        "SELECT r.id, coalesce(r.author, '') || ' ' || coalesce(r.sender, '') FROM documents d JOIN revisions r ON r.id = d.current
         WHERE d.removed_at IS NULL AND d.merged_into IS NULL AND coalesce(r.author, r.sender) IS NOT NULL ORDER BY r.id",
    )?;
    let found = rows.query_map([], |row| Ok((RevisionId(row.get(0)?), row.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The names between spaces; `None` when there are none.
fn listed(kinds: &[Kind]) -> Option<String> {
    let names = kinds.iter().map(|kind| format!("{} ", kind.as_str()));
    (!kinds.is_empty()).then(|| format!(" {}", names.collect::<String>()))
}

/// How a document is shown in a list of hits.
#[derive(Debug, Clone)]
pub struct Card {
    pub path: String,
    pub name: String,
    pub title: Option<String>,
    pub kind: Option<Kind>,
    /// RFC 3339, or as far as it is known.
    pub date: Option<String>,
    pub pages_total: Option<u32>,
    /// ISO 639 code of the language of its text.
    pub language: Option<String>,
}

/// The card of a live revision, with its oldest place in `folder` (see [`Within::folder`]); `None` when search may not show it.
pub fn card(conn: &Conn, revision: RevisionId, within: &Within) -> Result<Option<Card>> {
    let (folder, name) = folder(within.folder.as_deref());
    Ok(conn
        .prepare_cached(&format!(
            "SELECT p.path, p.name, r.title, r.kind, {DATE}, r.pages_total, nullif(r.language, 'und') FROM documents d JOIN revisions r ON r.id = d.current
             LEFT JOIN places p ON p.id = (SELECT p.id FROM places p WHERE p.document = d.id AND p.state IN('present','offline') AND {IN_FOLDER} ORDER BY p.id LIMIT 1)
             WHERE d.current = ?1 AND d.removed_at IS NULL AND d.merged_into IS NULL"
        ))?
        .query_row(params![revision.0, folder, name], card_row)
        .optional()?)
}

fn card_row(row: &Row<'_>) -> rusqlite::Result<Card> {
    let kind: Option<String> = row.get(3)?;
    Ok(Card {
        path: row.get::<_, Option<String>>(0)?.unwrap_or_default(),
        name: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
        title: row.get(2)?,
        kind: kind.as_deref().and_then(Kind::parse),
        date: row.get(4)?,
        pages_total: row.get(5)?,
        language: row.get(6)?,
    })
}

/// A folder as a path, or as a name that may stand anywhere; never both.
fn folder(folder: Option<&str>) -> (Option<&str>, Option<&str>) {
    let Some(folder) = folder else {
        return (None, None);
    };
    let bare = folder.trim_end_matches(['/', '\\']);
    let is_path = folder.starts_with(['/', '\\']) || folder.as_bytes().get(1) == Some(&b':');
    match is_path {
        true => (Some(bare), None),
        false => (None, Some(bare)),
    }
}

/// What names a document: title, author, and the names of its files.
pub fn names(conn: &Conn, revision: RevisionId) -> Result<Option<Vec<String>>> {
    let named = conn
        .prepare_cached("SELECT document, title, author, sender FROM revisions WHERE id = ?1")?
        .query_row([revision.0], |row| {
            let texts: [Option<String>; 3] = [row.get(1)?, row.get(2)?, row.get(3)?];
            Ok((row.get::<_, i64>(0)?, texts))
        })
        .optional()?;
    let Some((document, texts)) = named else {
        return Ok(None);
    };
    let mut names: Vec<String> = texts.into_iter().flatten().collect();
    let mut rows = conn.prepare_cached(
        "SELECT name FROM places WHERE document = ?1 AND state IN('present','offline') GROUP BY name ORDER BY min(id) LIMIT 100",
    )?;
    for name in rows.query_map([document], |row| row.get(0))? {
        names.push(name?);
    }
    Ok(Some(names))
}

/// Revisions after `after` by rising id, for building a word index from nothing.
pub fn revisions_after(conn: &Conn, after: RevisionId, limit: u32) -> Result<Vec<RevisionId>> {
    let mut rows =
        conn.prepare_cached("SELECT id FROM revisions WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let found = rows.query_map(params![after.0, limit], |row| row.get(0).map(RevisionId))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// How much of the library can be found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// Pages of all documents; a document that was not looked into yet counts as one.
    pub pages: u64,
    /// Those that are done: read or failed, and all of a document to which nothing more will happen.
    pub done: u64,
    /// Documents that are still queued, read or indexed.
    pub unfinished: u64,
}

pub fn reach(conn: &Conn) -> Result<Reach> {
    Ok(conn.query_row(
        "SELECT coalesce(sum(pages), 0), coalesce(sum(CASE WHEN unfinished THEN min(done, pages) ELSE pages END), 0), coalesce(sum(unfinished), 0)
         FROM (SELECT max(coalesce(r.pages_total, 1), 1) AS pages, d.state IN('queued','reading','indexing') AS unfinished,
                 CASE WHEN d.state IN('queued','reading','indexing')
                      THEN (SELECT count(*) FROM pages g WHERE g.revision = r.id) ELSE 0 END AS done
               FROM documents d LEFT JOIN revisions r ON r.id = coalesce(d.building, d.current)
               WHERE d.removed_at IS NULL AND d.merged_into IS NULL)",
        [],
        |row| {
            let n = |i| row.get::<_, i64>(i).map(|n| n as u64);
            Ok(Reach {
                pages: n(0)?,
                done: n(1)?,
                unfinished: n(2)?,
            })
        },
    )?)
}

/// A number that differs from the last one this connection gave when another connection has committed since.
pub fn data_version(conn: &Conn) -> Result<i64> {
    Ok(conn.query_row("PRAGMA data_version", [], |row| row.get(0))?)
}
