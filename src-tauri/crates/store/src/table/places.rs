//! Places: where a document was found. A path on disk, or a member inside another place.

use rusqlite::{OptionalExtension, Row, params};
use sheaf_document::{DocumentId, PlaceId, WatchId};

use crate::{Conn, Result, Tx};

pub(crate) const SCHEMA: &str = "
CREATE TABLE places(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  parent INTEGER REFERENCES places(id) ON DELETE CASCADE,
  raw BLOB NOT NULL,
  path TEXT NOT NULL,
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, device INTEGER NOT NULL DEFAULT 0, inode INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK(state IN('present','missing','offline','removed')),
  added_at INTEGER NOT NULL, seen_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX places_raw ON places(coalesce(parent, 0), raw);
CREATE INDEX places_document ON places(document);
CREATE INDEX places_path ON places(path);
";

/// What the file system says of a file, enough to tell that it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// The path exactly as the system holds it.
    pub raw: Vec<u8>,
    /// The path as a person reads it.
    pub path: String,
    pub name: String,
    pub bytes: u64,
    /// Nanoseconds since 1970.
    pub mtime_ns: i64,
    pub device: u64,
    pub inode: u64,
    /// When the file itself came to be, nanoseconds since 1970; 0 where the system does not say. With device and inode
    /// it tells a file from a later one that got its inode.
    pub born_ns: i64,
}

/// Whether a place leads to its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceState {
    Present,
    /// A watched folder has it no more. It comes back when the file does.
    Missing,
    Offline,
    /// A person took it out of the library.
    Removed,
}

impl PlaceState {
    pub(super) fn parse(name: &str) -> Self {
        match name {
            "missing" => Self::Missing,
            "offline" => Self::Offline,
            "removed" => Self::Removed,
            _ => Self::Present,
        }
    }

    pub fn is_live(self) -> bool {
        matches!(self, Self::Present | Self::Offline)
    }
}

/// What tells that nothing happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    pub state: PlaceState,
    pub bytes: u64,
    pub mtime_ns: i64,
    pub device: u64,
    pub inode: u64,
}

#[derive(Debug, Clone)]
pub struct Place {
    pub id: PlaceId,
    pub document: DocumentId,
    pub parent: Option<PlaceId>,
    pub raw: Vec<u8>,
    pub path: String,
    pub name: String,
    pub bytes: u64,
    pub mtime_ns: i64,
    pub device: u64,
    pub inode: u64,
    pub born_ns: i64,
    pub state: PlaceState,
    /// It does not lead to its document any more.
    pub removed: bool,
    /// The watched folder that found it; `None` when a person added it.
    pub watch: Option<WatchId>,
}

impl Place {
    pub fn stamp(&self) -> Stamp {
        Stamp {
            state: self.state,
            bytes: self.bytes,
            mtime_ns: self.mtime_ns,
            device: self.device,
            inode: self.inode,
        }
    }

    /// The file is as it was when the place was last seen.
    pub fn is_unchanged(&self, facts: &FileFacts) -> bool {
        self.bytes == facts.bytes && self.mtime_ns == facts.mtime_ns
    }
}

pub(super) const COLUMNS: &str =
    "id, document, parent, raw, path, name, bytes, mtime_ns, device, inode, born_ns, state, watch";

/// The place at this path on disk, also one that was removed.
pub fn at(conn: &Conn, raw: &[u8]) -> Result<Option<Place>> {
    Ok(conn
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM places WHERE coalesce(parent, 0) = 0 AND raw = ?1"
        ))?
        .query_row([raw], place_row)
        .optional()?)
}

/// Points this path at a document, whatever it pointed at before.
pub fn put(tx: &Tx<'_>, document: DocumentId, facts: &FileFacts, now: i64) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO places(document, raw, path, name, bytes, mtime_ns, device, inode, born_ns, state, added_at, seen_at)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?10,'present',?9,?9)
         ON CONFLICT(coalesce(parent, 0), raw) DO UPDATE SET document=?1, bytes=?5, mtime_ns=?6, device=?7, inode=?8,
           born_ns=?10, state='present', left_at=NULL, watch=NULL, seen_at=?9",
    )?
    .execute(params![
        document.0,
        facts.raw,
        facts.path,
        facts.name,
        facts.bytes as i64,
        facts.mtime_ns,
        facts.device as i64,
        facts.inode as i64,
        now,
        facts.born_ns
    ])?;
    super::changes::note_names(tx, document)
}

/// A document's places, oldest first; those that were removed come last.
pub fn of(conn: &Conn, document: DocumentId) -> Result<Vec<Place>> {
    let mut rows = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM places WHERE document = ?1 ORDER BY state IN('removed','missing'), id"
    ))?;
    let places = rows.query_map([document.0], place_row)?;
    Ok(places.collect::<rusqlite::Result<_>>()?)
}

/// A place by its id.
pub fn get(conn: &Conn, place: PlaceId) -> Result<Option<Place>> {
    Ok(conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM places WHERE id = ?1"))?
        .query_row([place.0], place_row)
        .optional()?)
}

/// How many places lead to a document.
pub fn count_live(conn: &Conn, document: DocumentId) -> Result<u32> {
    Ok(conn
        .prepare_cached(
            "SELECT count(*) FROM places WHERE document = ?1 AND state IN('present','offline')",
        )?
        .query_row([document.0], |row| row.get(0))?)
}

pub(super) fn place_row(row: &Row<'_>) -> rusqlite::Result<Place> {
    let state = PlaceState::parse(row.get_ref(11)?.as_str()?);
    Ok(Place {
        id: PlaceId(row.get(0)?),
        document: DocumentId(row.get(1)?),
        parent: row.get::<_, Option<i64>>(2)?.map(PlaceId),
        raw: row.get(3)?,
        path: row.get(4)?,
        name: row.get(5)?,
        bytes: row.get::<_, i64>(6)? as u64,
        mtime_ns: row.get(7)?,
        device: row.get::<_, i64>(8)? as u64,
        inode: row.get::<_, i64>(9)? as u64,
        born_ns: row.get(10)?,
        state,
        removed: !state.is_live(),
        watch: row.get::<_, Option<i64>>(12)?.map(WatchId),
    })
}
