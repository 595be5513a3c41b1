//! What a file that was seen means to the library: nothing, a new document, another content, or a document that has moved.
//! Only the file system and the library are asked; nothing is opened to tell.

use std::path::Path;

use sheaf_document::Code;
use sheaf_store::table::left_out;
use sheaf_store::table::places::{self, FileFacts, Place, PlaceState, Stamp};
use sheaf_store::table::{documents, gone};
use sheaf_store::{Conn, Result};

use super::reason::Reason;
use super::tree::Stat;
use crate::retry::Passing;
use crate::walk::{identity, path_of};

/// What is to be written.
#[derive(Debug, Clone)]
pub(super) enum Action {
    /// A file that the library does not know. `evicts`: what its path led to went before.
    New {
        facts: FileFacts,
        evicts: Option<Place>,
    },
    /// The file of a place has another content.
    Changed { place: Place, facts: FileFacts },
    /// The file of a place has another path.
    Moved {
        place: Place,
        facts: FileFacts,
        evicts: Option<Place>,
    },
    /// One more path of a file that the library knows.
    Linked {
        place: Place,
        facts: FileFacts,
        evicts: Option<Place>,
    },
    /// The file of a place that went is there again, as it was.
    Back { place: Place },
    /// The same file and content, by other numbers.
    Touched { place: Place, facts: FileFacts },
    /// Reading failed because of the file system, and the file can be opened now.
    Again { place: Place },
    /// The file of a place is gone.
    Missing { place: Place },
}

/// What follows from a file being there.
#[derive(Debug)]
pub(super) enum Decision {
    Nothing,
    Act(Box<Action>),
    LeftOut(Reason),
}

/// Decides about a file that the rules take in and that is quiet.
pub(super) fn decide(conn: &Conn, path: &Path, stat: &Stat) -> Result<Decision> {
    let facts = facts_of(path, stat);
    let known = places::at(conn, &facts.raw)?;
    if let Some(place) = &known
        && let Some(decision) = as_it_was(conn, place, &facts)?
    {
        return Ok(decision);
    }
    if left_out::is_kept_out(conn, &facts.raw)? {
        return Ok(Decision::LeftOut(Reason::Forgotten));
    }
    let mut linked = None;
    for place in same_inode(conn, stat)? {
        if known.as_ref().is_some_and(|known| known.id == place.id) || !is_same_file(&place, &facts)
        {
            continue;
        }
        if has_left(&place, &facts, stat) {
            if place.state == PlaceState::Removed {
                return Ok(Decision::LeftOut(Reason::Forgotten));
            }
            let evicts = known;
            return Ok(Decision::Act(Box::new(Action::Moved {
                place,
                facts,
                evicts,
            })));
        }
        if place.state.is_live() && has_same_content(&place, &facts) {
            linked = Some(place);
        }
    }
    let action = match (linked, known) {
        (Some(place), evicts) => Action::Linked {
            place,
            facts,
            evicts,
        },
        (None, Some(place)) if place.state.is_live() => Action::Changed { place, facts },
        (None, evicts) => Action::New { facts, evicts },
    };
    Ok(Decision::Act(Box::new(action)))
}

/// Places that may be of this file. Where the system numbers no files, none is.
fn same_inode(conn: &Conn, stat: &Stat) -> Result<Vec<Place>> {
    match stat.inode {
        0 => Ok(Vec::new()),
        inode => gone::alike(conn, inode),
    }
}

pub(super) fn facts_of(path: &Path, stat: &Stat) -> FileFacts {
    let name = path.file_name().unwrap_or(path.as_os_str());
    FileFacts {
        raw: path.as_os_str().as_encoded_bytes().to_vec(),
        path: path.to_string_lossy().into_owned(),
        name: name.to_string_lossy().into_owned(),
        bytes: stat.bytes,
        mtime_ns: stat.mtime_ns,
        device: stat.device,
        inode: stat.inode,
        born_ns: stat.born_ns,
    }
}

/// `None`: the path leads to another file or content now.
fn as_it_was(conn: &Conn, place: &Place, facts: &FileFacts) -> Result<Option<Decision>> {
    if place.state == PlaceState::Removed {
        return Ok(Some(Decision::LeftOut(Reason::Forgotten)));
    }
    if !has_same_content(place, facts) || !is_same_file(place, facts) {
        return Ok(None);
    }
    let place = place.clone();
    let is_renumbered = (place.device, place.inode) != (facts.device, facts.inode);
    Ok(Some(if !place.state.is_live() {
        Decision::Act(Box::new(Action::Back { place }))
    } else if is_renumbered {
        let facts = facts.clone();
        Decision::Act(Box::new(Action::Touched { place, facts }))
    } else if can_be_tried_again(conn, &place)? {
        Decision::Act(Box::new(Action::Again { place }))
    } else {
        Decision::Nothing
    }))
}

/// Whether a `stat` says all that is remembered of a place, so that nothing needs to be decided.
pub(super) fn is_unchanged(known: &Stamp, stat: &Stat) -> bool {
    known.state == PlaceState::Present
        && known.bytes == stat.bytes
        && known.mtime_ns == stat.mtime_ns
        && known.inode == stat.inode
        && known.device == stat.device
}

fn has_same_content(place: &Place, facts: &FileFacts) -> bool {
    (place.bytes, place.mtime_ns) == (facts.bytes, facts.mtime_ns)
}

/// The same file under whatever path, not one that got its inode after it. Devices get other numbers when drives are
/// plugged in, in which case the content has to look the same as well.
fn is_same_file(place: &Place, facts: &FileFacts) -> bool {
    if place.inode != facts.inode {
        return false;
    }
    match (place.device == facts.device, place.born_ns, facts.born_ns) {
        (_, 0, _) | (_, _, 0) => place.device == facts.device && has_same_content(place, facts),
        (true, then, now) => then == now,
        (false, then, now) => then == now && has_same_content(place, facts),
    }
}

/// Whether a file that is seen under one path is no longer under the one it was known by. Where case does not count, the
/// old name still leads to it.
fn has_left(place: &Place, facts: &FileFacts, stat: &Stat) -> bool {
    match std::fs::metadata(path_of(&place.raw)) {
        Err(error) => is_gone(&error),
        Ok(meta) => {
            let (_, device, inode) = identity(&meta);
            let is_elsewhere = (device, inode) != (facts.device, facts.inode);
            is_elsewhere
                || stat.links == 1 && place.path.to_lowercase() == facts.path.to_lowercase()
        }
    }
}

/// Whether an error says that there is no such file, and not only that it cannot be looked at.
pub(super) fn is_gone(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    // A place whose path was taken by another file has a zero byte in its own, which is no path.
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput
    )
}

/// Whether reading failed for a reason that lay in the file system and is no more.
fn can_be_tried_again(conn: &Conn, place: &Place) -> Result<bool> {
    let Some(document) = documents::get(conn, place.document)? else {
        return Ok(false);
    };
    let heals = document.fault.is_some_and(|fault| heals(fault.code));
    Ok(heals && document.state.is_final() && std::fs::File::open(path_of(&place.raw)).is_ok())
}

/// Whether a fault is over as soon as its file is where the library has it.
pub(super) fn heals(code: Code) -> bool {
    code == Code::FileMissing || Passing::of(code) == Some(Passing::File)
}
