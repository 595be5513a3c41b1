//! Watched folders, what was left out of them, and what a person wants kept out.

use rusqlite::{OptionalExtension, Row, params};
use sheaf_document::WatchId;

use super::gone::{end_of, with_separator};
use crate::{Conn, Result, Tx};

/// Places learn which folder found them, when their file went, and what tells a file from the next one that gets its
/// inode. The last two indexes are for foreign keys, which SQLite would otherwise check row by row.
pub(crate) const SCHEMA: &str = "
CREATE TABLE watches(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  raw BLOB NOT NULL UNIQUE,
  path TEXT NOT NULL,
  rules TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN('waiting','watching','polling','offline')),
  note TEXT, message TEXT,
  device INTEGER, inode INTEGER,
  asked INTEGER NOT NULL DEFAULT 1,
  scanning INTEGER NOT NULL DEFAULT 0,
  scanned INTEGER NOT NULL DEFAULT 0,
  expected INTEGER NOT NULL DEFAULT 0,
  settling INTEGER NOT NULL DEFAULT 0,
  files INTEGER NOT NULL DEFAULT 0,
  left_out INTEGER NOT NULL DEFAULT 0,
  left_out_mark INTEGER NOT NULL DEFAULT 0,
  last_scan_at INTEGER, last_scan_ms INTEGER,
  added_at INTEGER NOT NULL
) STRICT;
CREATE TABLE left_out(
  watch INTEGER NOT NULL REFERENCES watches(id) ON DELETE CASCADE,
  raw BLOB NOT NULL,
  path TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY(watch, raw)
) STRICT, WITHOUT ROWID;
CREATE TABLE kept_out(raw BLOB PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
ALTER TABLE places ADD COLUMN born_ns INTEGER NOT NULL DEFAULT 0;
ALTER TABLE places ADD COLUMN watch INTEGER REFERENCES watches(id) ON DELETE SET NULL;
ALTER TABLE places ADD COLUMN left_at INTEGER;
CREATE INDEX places_inode ON places(inode) WHERE parent IS NULL;
CREATE INDEX documents_building ON documents(building) WHERE building IS NOT NULL;
CREATE INDEX documents_merged ON documents(merged_into) WHERE merged_into IS NOT NULL;
";

/// The innermost watched folder that a path on disk lies in.
macro_rules! innermost {
    ($raw:literal) => {
        concat!(
            "(SELECT w.id FROM watches w WHERE substr(",
            $raw,
            ", 1, length(w.raw)) = w.raw AND (substr(",
            $raw,
            ", length(w.raw) + 1, 1) = CASE substr(w.raw, 1, 1) WHEN x'2f' THEN x'2f' ELSE x'5c' END",
            " OR substr(w.raw, -1) IN(x'2f', x'5c')) ORDER BY length(w.raw) DESC LIMIT 1)"
        )
    };
}

/// `files` is how many places on disk below the folder lead to their documents, kept by triggers; what lies in a watched
/// folder within it counts there.
pub(crate) const COUNTS: &str = concat!(
    "
CREATE TRIGGER watch_files_new AFTER INSERT ON places
  WHEN new.parent IS NULL AND new.state IN('present','offline')
BEGIN
  UPDATE watches SET files = files + 1 WHERE id = ",
    innermost!("new.raw"),
    ";
END;
CREATE TRIGGER watch_files_gone AFTER DELETE ON places
  WHEN old.parent IS NULL AND old.state IN('present','offline')
BEGIN
  UPDATE watches SET files = files - 1 WHERE id = ",
    innermost!("old.raw"),
    ";
END;
CREATE TRIGGER watch_files_left AFTER UPDATE OF state, raw ON places
  WHEN old.parent IS NULL AND old.state IN('present','offline')
    AND (new.state NOT IN('present','offline') OR new.raw <> old.raw)
BEGIN
  UPDATE watches SET files = files - 1 WHERE id = ",
    innermost!("old.raw"),
    ";
END;
CREATE TRIGGER watch_files_came AFTER UPDATE OF state, raw ON places
  WHEN new.parent IS NULL AND new.state IN('present','offline')
    AND (old.state NOT IN('present','offline') OR new.raw <> old.raw)
BEGIN
  UPDATE watches SET files = files + 1 WHERE id = ",
    innermost!("new.raw"),
    ";
END;
WITH mine(id, n) AS (SELECT ",
    innermost!("p.raw"),
    ", count(*)
  FROM places p WHERE p.parent IS NULL AND p.state IN('present','offline') GROUP BY 1)
UPDATE watches SET files = coalesce((SELECT n FROM mine WHERE mine.id = watches.id), 0);
"
);

/// How a watched folder is kept up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchState {
    /// No engine has looked at it yet.
    Waiting,
    /// The system tells of changes.
    Watching,
    /// It is looked at again and again.
    Polling,
    /// It cannot be looked at; everything in it is kept.
    Offline,
}

impl WatchState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Watching => "watching",
            Self::Polling => "polling",
            Self::Offline => "offline",
        }
    }

    fn parse(name: &str) -> Self {
        match name {
            "watching" => Self::Watching,
            "polling" => Self::Polling,
            "offline" => Self::Offline,
            _ => Self::Waiting,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Watch {
    pub id: WatchId,
    /// The folder's path exactly as the system holds it.
    pub raw: Vec<u8>,
    /// As a person reads it.
    pub path: String,
    /// The engine's own words for what is taken in.
    pub rules: String,
    pub state: WatchState,
    /// Why it is in this state, as a name, and in words.
    pub note: Option<String>,
    pub message: Option<String>,
    /// Device and inode of the folder as it was when it was last there.
    pub identity: Option<(u64, u64)>,
    /// Somebody wants it looked through.
    pub asked: bool,
    pub scanning: bool,
    /// Files seen by the scan under way, and how many there were last time.
    pub scanned: u64,
    pub expected: u64,
    /// Files that are not quiet yet.
    pub settling: u64,
    /// Files in it that the library has, at this moment.
    pub files: u64,
    /// What the last scan left out.
    pub left_out: u64,
    /// Tells whether the list of what was left out is the same as last time.
    pub left_out_mark: i64,
    /// Milliseconds since 1970, and milliseconds.
    pub last_scan_at: Option<i64>,
    pub last_scan_ms: Option<u64>,
    pub added_at: i64,
}

const COLUMNS: &str =
    "id, raw, path, rules, state, note, message, device, inode, asked, scanning, scanned, expected,
  settling, files, left_out, left_out_mark, last_scan_at, last_scan_ms, added_at";

/// Every watched folder, by path.
pub fn list(conn: &Conn) -> Result<Vec<Watch>> {
    let mut rows = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM watches ORDER BY raw"))?;
    let found = rows.query_map([], watch_row)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

pub fn at(conn: &Conn, raw: &[u8]) -> Result<Option<Watch>> {
    Ok(conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM watches WHERE raw = ?1"))?
        .query_row([raw], watch_row)
        .optional()?)
}

pub fn get(conn: &Conn, id: WatchId) -> Result<Option<Watch>> {
    Ok(conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM watches WHERE id = ?1"))?
        .query_row([id.0], watch_row)
        .optional()?)
}

/// Enters a folder, or gives one that is there other rules; either way it is looked through anew.
pub fn put(tx: &Tx<'_>, raw: &[u8], path: &str, rules: &str, now: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO watches(raw, path, rules, state, added_at) VALUES(?1,?2,?3,'waiting',?4)
         ON CONFLICT(raw) DO UPDATE SET rules = ?3, asked = 1",
        params![raw, path, rules, now],
    )?;
    count_around(tx, raw)
}

/// Follows a folder no longer; its documents stay.
pub fn remove(tx: &Tx<'_>, id: WatchId) -> Result<bool> {
    let Some(folder) = get(tx, id)? else {
        return Ok(false);
    };
    tx.execute("DELETE FROM watches WHERE id = ?1", [id.0])?;
    count_around(tx, &folder.raw)?;
    Ok(true)
}

/// Counts the files of a folder that came or went, and of those it lies in: which is the innermost has changed.
fn count_around(tx: &Tx<'_>, raw: &[u8]) -> Result<()> {
    let folders = list(tx)?;
    let is_around = |folder: &&Watch| folder.raw == raw || lies_in(raw, &folder.raw);
    for folder in folders.iter().filter(is_around) {
        let within: Vec<_> = folders
            .iter()
            .filter(|one| lies_in(&one.raw, &folder.raw))
            .collect();
        let outermost = within
            .iter()
            .filter(|one| !within.iter().any(|other| lies_in(&one.raw, &other.raw)));
        let mut files = count_below(tx, &folder.raw)?;
        for one in outermost {
            files -= count_below(tx, &one.raw)?;
        }
        tx.execute(
            "UPDATE watches SET files = ?2 WHERE id = ?1",
            params![folder.id.0, files],
        )?;
    }
    Ok(())
}

fn count_below(tx: &Tx<'_>, raw: &[u8]) -> Result<i64> {
    let folder = with_separator(raw);
    Ok(tx
        .prepare_cached(
            "SELECT count(*) FROM places
              WHERE coalesce(parent, 0) = 0 AND raw > ?1 AND raw < ?2 AND state IN('present','offline')",
        )?
        .query_row(params![folder, end_of(&folder)], |row| row.get(0))?)
}

fn lies_in(raw: &[u8], folder: &[u8]) -> bool {
    raw != folder && raw.starts_with(&with_separator(folder))
}

/// Asks for a scan of one folder, or of all; the number of folders.
pub fn ask(tx: &Tx<'_>, id: Option<WatchId>) -> Result<u32> {
    let asked = tx.execute(
        "UPDATE watches SET asked = 1 WHERE ?1 IS NULL OR id = ?1",
        [id.map(|id| id.0)],
    )?;
    Ok(asked as u32)
}

/// A new engine knows nothing of what the last one was at: it looks through everything.
pub fn start_anew(tx: &Tx<'_>) -> Result<()> {
    tx.execute(
        "UPDATE watches SET asked = 1, scanning = 0, settling = 0",
        [],
    )?;
    Ok(())
}

/// Whether a scan is wanted or under way, or a file not quiet yet.
pub fn is_busy(conn: &Conn) -> Result<bool> {
    Ok(conn
        .prepare_cached(
            "SELECT EXISTS(SELECT 1 FROM watches WHERE asked = 1 OR scanning = 1 OR settling > 0)",
        )?
        .query_row([], |row| row.get(0))?)
}

/// A scan begins.
pub fn begin_scan(tx: &Tx<'_>, id: WatchId) -> Result<()> {
    tx.execute(
        "UPDATE watches SET asked = 0, scanning = 1, scanned = 0 WHERE id = ?1",
        [id.0],
    )?;
    Ok(())
}

/// How far the scan is.
pub fn progress(tx: &Tx<'_>, id: WatchId, scanned: u64) -> Result<()> {
    tx.execute(
        "UPDATE watches SET scanned = ?2 WHERE id = ?1",
        params![id.0, scanned as i64],
    )?;
    Ok(())
}

/// What a scan found.
#[derive(Debug, Clone, Copy)]
pub struct Scanned {
    pub files: u64,
    pub left_out: u64,
    pub left_out_mark: i64,
    pub ms: u64,
    pub now: i64,
}

pub fn end_scan(tx: &Tx<'_>, id: WatchId, scanned: Scanned) -> Result<()> {
    tx.execute(
        "UPDATE watches SET scanning = 0, scanned = ?2, expected = ?2, left_out = ?3, left_out_mark = ?4,
           last_scan_at = ?5, last_scan_ms = ?6 WHERE id = ?1",
        params![
            id.0,
            scanned.files as i64,
            scanned.left_out as i64,
            scanned.left_out_mark,
            scanned.now,
            scanned.ms as i64
        ],
    )?;
    Ok(())
}

/// A scan was broken off, or could not begin.
pub fn break_scan(tx: &Tx<'_>, id: WatchId) -> Result<()> {
    tx.execute(
        "UPDATE watches SET scanning = 0, asked = 0 WHERE id = ?1",
        [id.0],
    )?;
    Ok(())
}

/// How it is kept up with, and why.
pub fn set_state(
    tx: &Tx<'_>,
    id: WatchId,
    state: WatchState,
    note: Option<&str>,
    message: Option<&str>,
) -> Result<()> {
    tx.execute(
        "UPDATE watches SET state = ?2, note = ?3, message = ?4 WHERE id = ?1",
        params![id.0, state.as_str(), note, message],
    )?;
    Ok(())
}

/// Remembers which folder it was.
pub fn set_identity(tx: &Tx<'_>, id: WatchId, device: u64, inode: u64) -> Result<()> {
    tx.execute(
        "UPDATE watches SET device = ?2, inode = ?3 WHERE id = ?1",
        params![id.0, device as i64, inode as i64],
    )?;
    Ok(())
}

pub fn set_settling(tx: &Tx<'_>, id: WatchId, settling: u64) -> Result<()> {
    tx.execute(
        "UPDATE watches SET settling = ?2 WHERE id = ?1",
        params![id.0, settling as i64],
    )?;
    Ok(())
}

fn watch_row(row: &Row<'_>) -> rusqlite::Result<Watch> {
    let count = |index| row.get::<_, i64>(index).map(|n| n as u64);
    let device: Option<i64> = row.get(7)?;
    let inode: Option<i64> = row.get(8)?;
    Ok(Watch {
        id: WatchId(row.get(0)?),
        raw: row.get(1)?,
        path: row.get(2)?,
        rules: row.get(3)?,
        state: WatchState::parse(&row.get::<_, String>(4)?),
        note: row.get(5)?,
        message: row.get(6)?,
        identity: device.zip(inode).map(|(d, i)| (d as u64, i as u64)),
        asked: row.get(9)?,
        scanning: row.get(10)?,
        scanned: count(11)?,
        expected: count(12)?,
        settling: count(13)?,
        files: count(14)?,
        left_out: count(15)?,
        left_out_mark: row.get(16)?,
        last_scan_at: row.get(17)?,
        last_scan_ms: row.get::<_, Option<i64>>(18)?.map(|ms| ms as u64),
        added_at: row.get(19)?,
    })
}
