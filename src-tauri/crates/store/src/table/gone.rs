//! Places that come, move and go with their files, and documents that go with their last place. What is gone is out of
//! search at once; its data stays until [`purge`].

use rusqlite::params;
use sheaf_document::{DocumentId, PlaceId, WatchId};

use super::places::{COLUMNS, FileFacts, Place, place_row};
use super::{changes, pages};
use crate::{Conn, Result, Tx};

/// Places on disk below a folder (its path ends in a separator), in the order of their raw paths, after one of them.
pub fn below(conn: &Conn, folder: &[u8], after: &[u8], limit: u32) -> Result<Vec<Place>> {
    let mut rows = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM places
          WHERE coalesce(parent, 0) = 0 AND raw > ?1 AND raw < ?2 ORDER BY raw LIMIT ?3"
    ))?;
    let from = after.max(folder);
    let found = rows.query_map(params![from, end_of(folder), limit], place_row)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// What the paths of everything in a folder begin with.
pub fn with_separator(folder: &[u8]) -> Vec<u8> {
    let separator = std::path::MAIN_SEPARATOR as u8;
    let mut begin = folder.to_vec();
    if begin.last() != Some(&separator) {
        begin.push(separator);
    }
    begin
}

/// The first path after everything that begins like this.
pub(super) fn end_of(folder: &[u8]) -> Vec<u8> {
    let mut end = folder.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            break;
        }
    }
    end
}

/// Places on disk of files with this inode, on whatever device, also those whose file went.
pub fn alike(conn: &Conn, inode: u64) -> Result<Vec<Place>> {
    let mut rows = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM places WHERE inode = ?1 AND parent IS NULL ORDER BY id"
    ))?;
    let found = rows.query_map([inode as i64], place_row)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Places below a folder whose reading failed for what lies in the file system, with their documents.
pub fn failed_below(conn: &Conn, folder: &[u8]) -> Result<Vec<PlaceId>> {
    let mut rows = conn.prepare_cached(
        "SELECT p.id FROM documents d JOIN places p ON p.document = d.id
          WHERE d.state IN('problems','failed') AND d.removed_at IS NULL AND d.merged_into IS NULL
            AND d.code IN('file_missing','file_offline','file_denied','file_io','file_changed')
            AND p.parent IS NULL AND p.state = 'present' AND p.raw > ?1 AND p.raw < ?2 ORDER BY p.id",
    )?;
    let found = rows.query_map(params![folder, end_of(folder)], |row| {
        row.get(0).map(PlaceId)
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The file of a place is known by this path now; members inside it come along. Whatever was known there before must
/// be gone.
pub fn move_to(
    tx: &Tx<'_>,
    place: &Place,
    facts: &FileFacts,
    watch: Option<WatchId>,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE places SET raw = ?2, path = ?3, name = ?4, watch = coalesce(?5, watch) WHERE id = ?1",
    )?
    .execute(params![
        place.id.0,
        facts.raw,
        facts.path,
        facts.name,
        watch.map(|id| id.0)
    ])?;
    rename_members(tx, place.id, &place.path, &facts.path)?;
    changes::note_names(tx, place.document)
}

/// Members are shown with the path of what they are in.
fn rename_members(tx: &Tx<'_>, place: PlaceId, old: &str, new: &str) -> Result<()> {
    tx.prepare_cached(&format!(
        "{MEMBERS} UPDATE places SET path = ?3 || substr(path, length(?2) + 1)
          WHERE id IN (SELECT id FROM members) AND id <> ?1 AND substr(path, 1, length(?2)) = ?2"
    ))?
    .execute(params![place.0, old, new])?;
    Ok(())
}

const MEMBERS: &str = "WITH RECURSIVE members(id) AS (SELECT ?1
   UNION SELECT p.id FROM places p JOIN members m ON p.parent = m.id)";

/// What the file system says of a place now.
pub fn touch(tx: &Tx<'_>, place: PlaceId, facts: &FileFacts, now: i64) -> Result<()> {
    tx.prepare_cached(
        "UPDATE places SET bytes = ?2, mtime_ns = ?3, device = ?4, inode = ?5, born_ns = ?6, seen_at = ?7 WHERE id = ?1",
    )?
    .execute(params![
        place.0,
        facts.bytes as i64,
        facts.mtime_ns,
        facts.device as i64,
        facts.inode as i64,
        facts.born_ns,
        now
    ])?;
    Ok(())
}

/// A folder found this place; it goes when the folder has it no more.
pub fn found_by(tx: &Tx<'_>, raw: &[u8], watch: WatchId) -> Result<()> {
    tx.prepare_cached("UPDATE places SET watch = ?2 WHERE coalesce(parent, 0) = 0 AND raw = ?1")?
        .execute(params![raw, watch.0])?;
    Ok(())
}

/// Takes a path away from a place whose file went, for another file that has it now. A zero byte is in no path.
pub fn park(tx: &Tx<'_>, place: &Place) -> Result<()> {
    let mut raw = place.raw.clone();
    raw.push(0);
    raw.extend_from_slice(place.id.to_string().as_bytes());
    tx.prepare_cached("UPDATE places SET raw = ?2 WHERE id = ?1")?
        .execute(params![place.id.0, raw])?;
    Ok(())
}

/// Live places that a watched folder found, after one of them.
pub fn found_by_watch(
    conn: &Conn,
    watch: WatchId,
    after: PlaceId,
    limit: u32,
) -> Result<Vec<PlaceId>> {
    let mut rows = conn.prepare_cached(
        "SELECT id FROM places WHERE watch = ?1 AND id > ?2 AND state IN('present','offline') ORDER BY id LIMIT ?3",
    )?;
    let found = rows.query_map(params![watch.0, after.0, limit], |row| {
        row.get(0).map(PlaceId)
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// A place and the members inside it: with each its document.
fn with_members(conn: &Conn, place: PlaceId) -> Result<Vec<(PlaceId, DocumentId)>> {
    let mut rows = conn.prepare_cached(&format!(
        "{MEMBERS} SELECT p.id, p.document FROM places p JOIN members m ON p.id = m.id ORDER BY p.id"
    ))?;
    let found = rows.query_map([place.0], |row| {
        Ok((PlaceId(row.get(0)?), DocumentId(row.get(1)?)))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The file of a place is gone: it, and members inside it, lead nowhere. The documents that lost their last place, which
/// search misses from now on.
pub fn miss(tx: &Tx<'_>, place: PlaceId, now: i64) -> Result<Vec<DocumentId>> {
    let mut homeless = Vec::new();
    for (place, document) in with_members(tx, place)? {
        tx.prepare_cached(
            "UPDATE places SET state = 'missing', left_at = ?2 WHERE id = ?1 AND state IN('present','offline')",
        )?
        .execute([place.0, now])?;
        if leave_if_homeless(tx, document, now)? {
            homeless.push(document);
        }
    }
    Ok(homeless)
}

/// Takes a document that no place leads to out of search. `false` when one does, or it was out already.
pub fn leave_if_homeless(tx: &Tx<'_>, document: DocumentId, now: i64) -> Result<bool> {
    let left = tx
        .prepare_cached(
            "UPDATE documents SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL AND merged_into IS NULL
               AND NOT EXISTS(SELECT 1 FROM places WHERE document = ?1 AND state IN('present','offline'))",
        )?
        .execute([document.0, now])?;
    match left {
        0 => changes::note_names(tx, document)?,
        _ => changes::note_whole(tx, document)?,
    }
    Ok(left == 1)
}

/// The file of a place is there again: it, and members inside it, lead to their documents as before. The documents that
/// came back with it.
pub fn come_back(tx: &Tx<'_>, place: PlaceId) -> Result<Vec<DocumentId>> {
    let mut back = Vec::new();
    for (place, document) in with_members(tx, place)? {
        tx.prepare_cached(
            "UPDATE places SET state = 'present', left_at = NULL WHERE id = ?1 AND state IN('missing','offline')",
        )?
        .execute([place.0])?;
        let came = tx
            .prepare_cached(
                "UPDATE documents SET removed_at = NULL
                  WHERE id = ?1 AND removed_at IS NOT NULL AND merged_into IS NULL",
            )?
            .execute([document.0])?;
        match came {
            0 => changes::note_names(tx, document)?,
            _ => {
                changes::note_whole(tx, document)?;
                back.push(document);
            }
        }
    }
    Ok(back)
}

/// Forgets places of a document whose file went: the document is about to become another content.
pub fn drop_missing(tx: &Tx<'_>, document: DocumentId) -> Result<()> {
    tx.prepare_cached("DELETE FROM places WHERE document = ?1 AND state = 'missing'")?
        .execute([document.0])?;
    Ok(())
}

/// The documents that a person took out last, all at once.
pub fn last_forgotten(conn: &Conn) -> Result<Vec<DocumentId>> {
    let mut rows = conn.prepare_cached(
        "SELECT id FROM documents WHERE merged_into IS NULL AND removed_at =
           (SELECT max(d.removed_at) FROM documents d JOIN places p ON p.document = d.id
             WHERE d.removed_at IS NOT NULL AND d.merged_into IS NULL AND p.state = 'removed')
           AND EXISTS(SELECT 1 FROM places p WHERE p.document = documents.id AND p.state = 'removed') ORDER BY id",
    )?;
    let found = rows.query_map([], |row| row.get(0).map(DocumentId))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Documents that have been out of the library since before then.
pub fn expired(conn: &Conn, before: i64, limit: u32) -> Result<Vec<DocumentId>> {
    let mut rows = conn.prepare_cached(
        "SELECT id FROM documents WHERE removed_at < ?1 AND merged_into IS NULL ORDER BY id LIMIT ?2",
    )?;
    let found = rows.query_map(params![before, limit], |row| row.get(0).map(DocumentId))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Places whose file went before then, though their documents live on elsewhere, are forgotten.
pub fn drop_expired_places(tx: &Tx<'_>, before: i64) -> Result<usize> {
    Ok(tx.execute(
        "DELETE FROM places WHERE state = 'missing' AND left_at < ?1
           AND document IN (SELECT id FROM documents WHERE removed_at IS NULL)",
        [before],
    )?)
}

/// Deletes all that is known of a document that is out of the library, and of those that were joined with it. What a
/// person took out of a folder stays out of it.
pub fn purge(tx: &Tx<'_>, document: DocumentId, before: i64, now: i64) -> Result<()> {
    let is_out: bool = tx.query_row(
        "SELECT EXISTS(SELECT 1 FROM documents WHERE id = ?1 AND removed_at < ?2 AND merged_into IS NULL)",
        params![document.0, before],
        |row| row.get(0),
    )?;
    if !is_out {
        // It came back meanwhile.
        return Ok(());
    }
    tx.execute(
        "INSERT OR REPLACE INTO kept_out(raw, since)
           SELECT raw, ?2 FROM places WHERE document = ?1 AND state = 'removed' AND parent IS NULL",
        [document.0, now],
    )?;
    let mut joined = tx.prepare_cached(
        "WITH RECURSIVE joined(id) AS (SELECT ?1 UNION SELECT d.id FROM documents d JOIN joined j ON d.merged_into = j.id)
         SELECT id FROM joined ORDER BY id",
    )?;
    let ids: Vec<i64> = joined
        .query_map([document.0], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in &ids {
        let mut revisions = tx.prepare_cached("SELECT id FROM revisions WHERE document = ?1")?;
        let revisions: Vec<i64> = revisions
            .query_map([id], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for revision in revisions {
            pages::drop_all(tx, sheaf_document::RevisionId(revision))?;
        }
        tx.execute(
            "UPDATE documents SET current = NULL, building = NULL, merged_into = NULL WHERE id = ?1",
            [id],
        )?;
        tx.execute("DELETE FROM events WHERE document = ?1", [id])?;
        sheaf_queue::forget_subject(tx, *id)?;
    }
    for id in &ids {
        tx.execute("DELETE FROM documents WHERE id = ?1", [id])?;
    }
    Ok(())
}
