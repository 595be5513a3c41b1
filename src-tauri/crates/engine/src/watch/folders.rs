//! What a person may ask about watched folders and want of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sheaf_document::{Code, Fault, PlaceId, WatchId};
use sheaf_store::table::gone;
use sheaf_store::table::left_out;
use sheaf_store::table::watches::{self, Watch};
use sheaf_store::{Conn, Library};

use super::apply::{CHUNK, miss};
use super::reason::words_for;
use super::rules::WatchRules;
use crate::commit::Commits;
use crate::rehearsal::Commit;
use crate::walk::{absolute, open_fault, path_of};
use crate::{EngineError, Result, clock};

/// A watched folder as `sheaf watch list` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct FolderAnswer {
    pub watch: WatchId,
    pub path: String,
    /// `waiting`, `scanning`, `watching`, `polling` or `offline`.
    pub state: &'static str,
    /// Why it is in that state, as a name and in words.
    pub note: Option<String>,
    pub message: Option<String>,
    /// Files in it that the library has.
    pub files: u64,
    /// Files that the scan under way has seen, and how many there were last time.
    pub scanned: u64,
    pub expected: u64,
    /// Files that are not quiet yet.
    pub settling: u64,
    pub left_out_total: u64,
    /// How many were left out for which reason; empty where only the total is of interest.
    pub left_out_by: BTreeMap<String, u64>,
    /// Milliseconds since 1970, and milliseconds.
    pub last_scan_at: Option<i64>,
    pub last_scan_ms: Option<u64>,
    pub added_at: i64,
    #[serde(flatten)]
    pub rules: WatchRules,
}

/// Something that was not taken in, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct LeftOutAnswer {
    pub path: String,
    pub reason: String,
    pub message: String,
}

/// Every watched folder, by path.
pub(crate) fn list(conn: &Conn) -> Result<Vec<FolderAnswer>> {
    let rows = watches::list(conn)?;
    rows.into_iter().map(|row| answer(conn, row)).collect()
}

/// [`list`] without the counts by reason, for whoever looks often.
pub(crate) fn brief(conn: &Conn) -> Result<Vec<FolderAnswer>> {
    Ok(watches::list(conn)?.into_iter().map(plainly).collect())
}

fn answer(conn: &Conn, row: Watch) -> Result<FolderAnswer> {
    let by = left_out::counts(conn, row.id)?;
    Ok(FolderAnswer {
        left_out_by: by.into_iter().collect(),
        ..plainly(row)
    })
}

fn plainly(row: Watch) -> FolderAnswer {
    FolderAnswer {
        left_out_by: BTreeMap::new(),
        watch: row.id,
        state: match row.scanning {
            true => "scanning",
            false => row.state.as_str(),
        },
        rules: WatchRules::parse(&row.rules),
        path: row.path,
        note: row.note,
        message: row.message,
        files: row.files,
        scanned: row.scanned,
        expected: row.expected,
        settling: row.settling,
        left_out_total: row.left_out,
        last_scan_at: row.last_scan_at,
        last_scan_ms: row.last_scan_ms,
        added_at: row.added_at,
    }
}

/// What was left out of a folder.
pub(crate) fn left_out(conn: &Conn, id: WatchId, limit: u32) -> Result<Vec<LeftOutAnswer>> {
    let rows = left_out::list(conn, id, limit)?;
    Ok(rows
        .into_iter()
        .map(|row| LeftOutAnswer {
            path: row.path,
            message: words_for(&row.reason).to_owned(),
            reason: row.reason,
        })
        .collect())
}

/// Watches a folder from now on, or by other rules than before.
pub(crate) fn add(library: &Library, folder: &Path, rules: &WatchRules) -> Result<FolderAnswer> {
    if let Some((pattern, why)) = rules.wrong_pattern() {
        let detail = format!("“{pattern}” is no pattern: {why}.");
        return Err(EngineError::Refused(Fault::new(Code::FileMissing, detail)));
    }
    let folder = absolute(folder);
    let meta = std::fs::metadata(&folder).map_err(|error| open_fault(&error))?;
    if !meta.is_dir() {
        let detail = format!(
            "{} is no folder. Add a file with `sheaf add`.",
            folder.display()
        );
        return Err(EngineError::Refused(Fault::new(
            Code::FileNotRegular,
            detail,
        )));
    }
    let raw = plain(&folder);
    let (path, rules, key) = (
        folder.to_string_lossy().into_owned(),
        rules.to_text(),
        raw.clone(),
    );
    library.commit(Commit::Folders, move |tx| {
        watches::put(tx, &raw, &path, &rules, clock::now().0)?;
        // What the folders around it found there is this one's from now on.
        watches::ask(tx, None).map(drop)
    })?;
    let conn = library.read()?;
    match watches::at(&conn, &key)? {
        Some(row) => answer(&conn, row),
        None => Err(EngineError::NoFolder(folder.display().to_string())),
    }
}

/// The path without a separator at its end.
fn plain(folder: &Path) -> Vec<u8> {
    let parts: std::path::PathBuf = folder.components().collect();
    parts.as_os_str().as_encoded_bytes().to_vec()
}

fn find(conn: &Conn, folder: &Path) -> Result<Watch> {
    watches::at(conn, &plain(&absolute(folder)))?
        .ok_or_else(|| EngineError::NoFolder(folder.display().to_string()))
}

/// Follows a folder no longer. With `forget`, what it found leaves the library; the number of documents.
pub(crate) fn remove(library: &Library, folder: &Path, forget: bool) -> Result<u32> {
    let id = find(&*library.read()?, folder)?.id;
    let left = if forget { leave(library, id)? } else { 0 };
    drop_watch(library, id)?;
    Ok(left)
}

/// [`remove`] without its documents; the folder's path and rules.
pub(crate) fn remove_by_id(library: &Library, id: WatchId) -> Result<(PathBuf, WatchRules)> {
    let row = watches::get(&*library.read()?, id)?
        .ok_or_else(|| EngineError::NoFolder(id.to_string()))?;
    drop_watch(library, id)?;
    Ok((path_of(&row.raw), WatchRules::parse(&row.rules)))
}

fn drop_watch(library: &Library, id: WatchId) -> Result<()> {
    Ok(library.commit(Commit::Folders, move |tx| {
        watches::remove(tx, id)?;
        // A folder around it has it now.
        watches::ask(tx, None).map(drop)
    })?)
}

pub(crate) fn scan_by_id(library: &Library, id: WatchId) -> Result<()> {
    Ok(library.commit(Commit::Folders, move |tx| {
        watches::ask(tx, Some(id)).map(drop)
    })?)
}

/// What a folder found leaves the library, as if its files were gone: it comes back with the folder.
fn leave(library: &Library, id: WatchId) -> Result<u32> {
    let (mut after, mut left) = (PlaceId(0), 0);
    loop {
        let places = gone::found_by_watch(&*library.read()?, id, after, CHUNK as u32)?;
        let Some(last) = places.last() else {
            return Ok(left);
        };
        after = *last;
        left += library.commit(Commit::Folders, move |tx| {
            let mut left = 0;
            for place in places {
                left += miss(tx, place, clock::now())?;
            }
            Ok(left)
        })?;
    }
}

/// Asks for a scan of one folder, or of all; the folders.
pub(crate) fn scan(library: &Library, folder: Option<&Path>) -> Result<Vec<FolderAnswer>> {
    let id = match folder {
        Some(folder) => Some(find(&*library.read()?, folder)?.id),
        None => None,
    };
    let mut folders = list(&*library.read()?)?;
    if folders.is_empty() {
        return Ok(folders);
    }
    library.commit(Commit::Folders, move |tx| watches::ask(tx, id))?;
    folders = list(&*library.read()?)?;
    folders.retain(|one| id.is_none_or(|id| one.watch == id));
    Ok(folders)
}
