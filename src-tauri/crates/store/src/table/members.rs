//! Files in files: which member of its container a place is, and the way to it from the disk. The place itself, with
//! its container as parent, is a row of `places`.

use rusqlite::{OptionalExtension, Row, params};
use sheaf_document::{DocumentId, Member, PlaceId, RevisionId};

use super::places::{self, Place};
use super::{changes, documents};
use crate::{Conn, Result, StoreError, Tx};

pub(crate) const SCHEMA: &str = "
CREATE TABLE members(
  place INTEGER PRIMARY KEY REFERENCES places(id) ON DELETE CASCADE,
  root INTEGER NOT NULL,
  number INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  listed_by INTEGER NOT NULL
) STRICT;
CREATE INDEX members_root ON members(root);
CREATE INDEX places_parent ON places(parent) WHERE parent IS NOT NULL;
";

/// Containers in containers are followed so deep: a file in a file has the depth 1.
pub const MAX_DEPTH: usize = 8;

/// Members that lie in one file on disk, at any depth.
pub const MAX_MEMBERS: u64 = 100_000;

/// The way from the disk to a place: a file, and the numbers of the members that lead from it.
#[derive(Debug, Clone)]
pub struct Way {
    pub root: Place,
    pub inside: Vec<u64>,
}

/// # Errors
/// [`StoreError::Damaged`] when a container is missing on the way.
pub fn way(conn: &Conn, place: &Place) -> Result<Way> {
    let (mut root, mut inside) = (place.clone(), Vec::new());
    while let Some(parent) = root.parent {
        let number: Option<i64> = conn
            .prepare_cached("SELECT number FROM members WHERE place = ?1")?
            .query_row([root.id.0], |row| row.get(0))
            .optional()?;
        let container = places::get(conn, parent)?;
        let (Some(number), Some(container)) = (number, container) else {
            return Err(StoreError::Damaged(format!("the way to {}", place.path)));
        };
        inside.push(number as u64);
        root = container;
    }
    inside.reverse();
    Ok(Way { root, inside })
}

/// A member's place, as it was listed last.
pub struct Listed {
    pub place: Place,
    number: u64,
    checksum: u32,
    listed_by: RevisionId,
}

impl Listed {
    /// The content is the same, as far as its container tells.
    pub fn is_unchanged(&self, member: &Member) -> bool {
        self.place.bytes == member.bytes && self.checksum == member.check
    }
}

/// The place of this name in a container, also one that was removed.
pub fn at(conn: &Conn, container: PlaceId, name: &str) -> Result<Option<Listed>> {
    let found = conn
        .prepare_cached(
            "SELECT p.id, m.number, m.checksum, m.listed_by FROM places p JOIN members m ON m.place = p.id
              WHERE coalesce(p.parent, 0) = ?1 AND p.raw = ?2",
        )?
        .query_row(params![container.0, name.as_bytes()], listed_row)
        .optional()?;
    found.map(|row| listed(conn, row)).transpose()
}

/// The members that a place directly contains and that were not removed.
pub fn of(conn: &Conn, container: PlaceId) -> Result<Vec<Listed>> {
    let mut rows = conn.prepare_cached(
        "SELECT p.id, m.number, m.checksum, m.listed_by FROM places p JOIN members m ON m.place = p.id
          WHERE p.parent = ?1 AND p.state <> 'removed' ORDER BY p.id",
    )?;
    let rows: Vec<_> = rows
        .query_map([container.0], listed_row)?
        .collect::<rusqlite::Result<_>>()?;
    rows.into_iter().map(|row| listed(conn, row)).collect()
}

fn listed_row(row: &Row<'_>) -> rusqlite::Result<(i64, i64, u32, i64)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn listed(conn: &Conn, row: (i64, i64, u32, i64)) -> Result<Listed> {
    let (id, number, checksum, by) = row;
    let place = places::get(conn, PlaceId(id))?;
    Ok(Listed {
        place: place.ok_or_else(|| StoreError::Unknown(format!("place {id}")))?,
        number: number as u64,
        checksum,
        listed_by: RevisionId(by),
    })
}

/// The member that is shown with this path.
pub fn by_path(conn: &Conn, path: &str) -> Result<Option<DocumentId>> {
    Ok(conn
        .prepare_cached(
            "SELECT document FROM places WHERE path = ?1 AND parent IS NOT NULL
              ORDER BY state = 'removed', id LIMIT 1",
        )?
        .query_row([path], |row| row.get(0).map(DocumentId))
        .optional()?)
}

/// Points this name in a container at a document, whatever it pointed at before; `root` is the place on disk that all of
/// it lies in.
pub fn put(
    tx: &Tx<'_>,
    document: DocumentId,
    (container, root): (&Place, PlaceId),
    member: &Member,
    listed_by: RevisionId,
    now: i64,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO places(document, parent, raw, path, name, bytes, mtime_ns, state, added_at, seen_at)
         VALUES(?1,?2,?3,?4,?5,?6,?7,'present',?8,?8)
         ON CONFLICT(coalesce(parent, 0), raw) DO UPDATE SET document=?1, path=?4, bytes=?6, mtime_ns=?7, state='present', seen_at=?8",
    )?
    .execute(params![
        document.0,
        container.id.0,
        member.name.as_bytes(),
        format!("{}/{}", container.path, member.name),
        member.file_name(),
        member.bytes as i64,
        member.modified_ns.unwrap_or(container.mtime_ns),
        now
    ])?;
    tx.prepare_cached(
        "INSERT INTO members(place, root, number, checksum, listed_by)
         SELECT id, ?3, ?4, ?5, ?6 FROM places WHERE coalesce(parent, 0) = ?1 AND raw = ?2
         ON CONFLICT(place) DO UPDATE SET number=?4, checksum=?5, listed_by=?6",
    )?
    .execute(params![
        container.id.0,
        member.name.as_bytes(),
        root.0,
        member.number as i64,
        member.check,
        listed_by.0
    ])?;
    changes::note_names(tx, document)
}

/// How many members lie in a file on disk, at any depth, and how many bytes they have together when unpacked.
pub fn load(conn: &Conn, root: PlaceId) -> Result<(u64, u64)> {
    Ok(conn
        .prepare_cached(
            "SELECT count(*), coalesce(sum(p.bytes), 0) FROM members m JOIN places p ON p.id = m.place WHERE m.root = ?1",
        )?
        .query_row([root.0], |row| {
            Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64))
        })?)
}

/// Gives every place of a container the members that one of its places has: the same archive in two places holds the
/// same files. Beyond the limits a place stays without; what it holds is in the library all the same.
pub fn adopt(tx: &Tx<'_>, container: DocumentId, now: i64) -> Result<()> {
    let (mut model, mut empty) = (None, Vec::new());
    for place in places::of(tx, container)? {
        if place.removed {
            continue;
        }
        match has_members(tx, place.id)? {
            true => model = model.or(Some(place.id)),
            false => empty.push(place),
        }
    }
    let Some(model) = model else { return Ok(()) };
    for place in empty {
        let way = way(tx, &place)?;
        let mut copy = Copy {
            root: way.root.id,
            room: MAX_MEMBERS.saturating_sub(load(tx, way.root.id)?.0),
            now,
        };
        copy.members(tx, model, &place, way.inside.len())?;
    }
    Ok(())
}

fn has_members(conn: &Conn, container: PlaceId) -> Result<bool> {
    Ok(conn
        .prepare_cached(
            "SELECT EXISTS(SELECT 1 FROM places WHERE parent = ?1 AND state <> 'removed')",
        )?
        .query_row([container.0], |row| row.get(0))?)
}

/// Places being copied into one file on disk.
struct Copy {
    root: PlaceId,
    room: u64,
    now: i64,
}

impl Copy {
    /// What lies in the place `from`, at any depth, is put into `to`, which lies so deep.
    fn members(&mut self, tx: &Tx<'_>, from: PlaceId, to: &Place, depth: usize) -> Result<()> {
        if depth >= MAX_DEPTH {
            return Ok(());
        }
        for one in of(tx, from)? {
            if self.room == 0 {
                return Ok(());
            }
            self.room -= 1;
            let member = Member {
                number: one.number,
                name: String::from_utf8_lossy(&one.place.raw).into_owned(),
                bytes: one.place.bytes,
                modified_ns: Some(one.place.mtime_ns),
                check: one.checksum,
            };
            let document = one.place.document;
            put(
                tx,
                document,
                (to, self.root),
                &member,
                one.listed_by,
                self.now,
            )?;
            if let Some(copied) = at(tx, to.id, &member.name)? {
                self.members(tx, one.place.id, &copied.place, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// Places in a container's places that its revision `listed_by` has no more go, with all in them. The documents that
/// lost their last place by that.
pub fn drop_unlisted(
    tx: &Tx<'_>,
    container: DocumentId,
    listed_by: RevisionId,
    now: i64,
) -> Result<Vec<DocumentId>> {
    let mut rows = tx.prepare_cached(
        "SELECT p.id FROM places p JOIN members m ON m.place = p.id JOIN places c ON c.id = p.parent
          WHERE c.document = ?1 AND m.listed_by <> ?2 AND p.state <> 'removed'",
    )?;
    let gone: Vec<i64> = rows
        .query_map([container.0, listed_by.0], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut homeless = Vec::new();
    for place in gone {
        homeless.extend(remove_place(tx, PlaceId(place), now)?);
    }
    Ok(homeless)
}

/// The members in all places of a container that is being removed go too. The documents that lost their last place.
pub fn remove_inside(tx: &Tx<'_>, container: DocumentId, now: i64) -> Result<Vec<DocumentId>> {
    let mut homeless = Vec::new();
    for place in places::of(tx, container)? {
        homeless.extend(remove_place(tx, place.id, now)?);
    }
    homeless.retain(|document| *document != container);
    Ok(homeless)
}

/// The documents in all places of a container that were not removed, at any depth.
pub fn documents_inside(conn: &Conn, container: DocumentId) -> Result<Vec<DocumentId>> {
    let mut rows = conn.prepare_cached(
        "WITH RECURSIVE inside(id) AS (SELECT id FROM places WHERE document = ?1 AND state <> 'removed'
           UNION SELECT p.id FROM places p JOIN inside i ON p.parent = i.id WHERE p.state <> 'removed')
         SELECT DISTINCT p.document FROM places p JOIN inside i ON p.id = i.id
          WHERE p.document <> ?1 ORDER BY p.document",
    )?;
    let found = rows.query_map([container.0], |row| row.get(0).map(DocumentId))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

const INSIDE: &str = "WITH RECURSIVE inside(id) AS (SELECT ?1
   UNION SELECT p.id FROM places p JOIN inside i ON p.parent = i.id)";

fn with_inside(conn: &Conn, place: PlaceId) -> Result<Vec<(PlaceId, DocumentId)>> {
    let mut rows = conn.prepare_cached(&format!(
        "{INSIDE} SELECT p.id, p.document FROM places p JOIN inside i ON p.id = i.id ORDER BY p.id"
    ))?;
    let found = rows.query_map([place.0], |row| {
        Ok((PlaceId(row.get(0)?), DocumentId(row.get(1)?)))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

fn remove_place(tx: &Tx<'_>, place: PlaceId, now: i64) -> Result<Vec<DocumentId>> {
    let mut homeless = Vec::new();
    for (place, document) in with_inside(tx, place)? {
        tx.prepare_cached("UPDATE places SET state = 'removed' WHERE id = ?1")?
            .execute([place.0])?;
        let left = tx
            .prepare_cached(
                "UPDATE documents SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL AND merged_into IS NULL
                   AND NOT EXISTS(SELECT 1 FROM places WHERE document = ?1 AND state IN('present','offline'))",
            )?
            .execute([document.0, now])?;
        if left == 1 {
            changes::note_whole(tx, document)?;
            homeless.push(document);
        } else {
            changes::note_names(tx, document)?;
        }
    }
    Ok(homeless)
}

/// Takes back [`remove_inside`] for what went at the same moment. The documents that came back.
pub fn put_back_inside(
    tx: &Tx<'_>,
    container: DocumentId,
    removed_at: i64,
) -> Result<Vec<DocumentId>> {
    let mut back = Vec::new();
    for place in places::of(tx, container)? {
        for (place, document) in with_inside(tx, place.id)? {
            let went = documents::removed_at(tx, document)?;
            if went.is_some_and(|at| at != removed_at) {
                continue;
            }
            tx.prepare_cached("UPDATE places SET state = 'present' WHERE id = ?1")?
                .execute([place.0])?;
            let came = tx
                .prepare_cached(
                    "UPDATE documents SET removed_at = NULL WHERE id = ?1 AND removed_at = ?2 AND merged_into IS NULL",
                )?
                .execute([document.0, removed_at])?;
            if came == 1 {
                changes::note_whole(tx, document)?;
                back.push(document);
            } else {
                changes::note_names(tx, document)?;
            }
        }
    }
    Ok(back)
}
