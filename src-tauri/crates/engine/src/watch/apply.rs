//! Writing what was decided: documents come, move and go in short transactions, and whatever is to be read is queued at
//! normal priority.

use sheaf_document::{DocumentId, PlaceId, ReadSettings, WatchId};
use sheaf_queue::{Priority, QueueError, Timestamp};
use sheaf_store::table::documents::{self, DocumentState};
use sheaf_store::table::left_out;
use sheaf_store::table::places::{self, FileFacts, Place};
use sheaf_store::table::revisions;
use sheaf_store::table::{events, gone, watches};
use sheaf_store::{Result, StoreError, Tx};

use super::decide::{Action, heals};
use crate::commit::Commits;
use crate::config::Settings;
use crate::rehearsal::Commit;
use crate::seat::Floor;
use crate::{clock, intake};

/// Actions in one transaction, so that nobody waits long for the writer.
pub(super) const CHUNK: usize = 200;

/// What became of actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Applied {
    All,
    /// The queue holds no more; nothing of this was written.
    Full,
}

/// For which folder something is written, how new files are read, and when.
struct By {
    watch: WatchId,
    settings: ReadSettings,
    now: Timestamp,
}

/// Writes actions for a watched folder, under the role.
pub(super) fn apply(floor: &Floor, watch: WatchId, mut actions: Vec<Action>) -> Result<Applied> {
    // What moved away is not taken for changed where it was.
    actions.sort_by_key(|action| !matches!(action, Action::Moved { .. }));
    let engine = floor.engine;
    let outcome = floor.library.commit(Commit::Follow, move |tx| {
        if !sheaf_queue::holds_role(tx, engine)? {
            return Err(StoreError::Queue(QueueError::RoleLost));
        }
        if watches::get(tx, watch)?.is_none() {
            return Ok(());
        }
        let by = By {
            watch,
            settings: ReadSettings {
                languages: Settings::load(tx)?.languages,
                force_ocr: false,
            },
            now: clock::now(),
        };
        for action in actions {
            act(tx, &by, action)?;
        }
        Ok(())
    });
    floor.bell.ring();
    match outcome {
        Ok(()) => Ok(Applied::All),
        Err(StoreError::Queue(QueueError::Full { .. })) => Ok(Applied::Full),
        Err(error) => Err(error),
    }
}

/// What was decided may not hold any more: somebody wrote meanwhile, or another action of the same piece did. Then the
/// file counts as one that just came.
fn act(tx: &Tx<'_>, by: &By, action: Action) -> Result<()> {
    match action {
        Action::New { facts, evicts } => {
            evict(tx, evicts, by.now)?;
            take_in(tx, by, &facts)
        }
        Action::Changed { place, facts } => match still_there(tx, &place)? {
            Some(place) => replace(tx, by, &place, &facts),
            None => take_in(tx, by, &facts),
        },
        Action::Moved {
            place,
            facts,
            evicts,
        } => {
            evict(tx, evicts, by.now)?;
            match still(tx, &place)? {
                Some(now) if now.raw == place.raw || is_parked(&now, &place) => {
                    move_to(tx, by, &now, &facts)
                }
                // Another path of the same file was first.
                Some(now) if now.state.is_live() => link(tx, by, &now, &facts),
                Some(_) | None => take_in(tx, by, &facts),
            }
        }
        Action::Linked {
            place,
            facts,
            evicts,
        } => {
            evict(tx, evicts, by.now)?;
            match still(tx, &place)?.filter(|now| now.state.is_live()) {
                Some(now) => link(tx, by, &now, &facts),
                None => take_in(tx, by, &facts),
            }
        }
        Action::Back { place } => match still_there(tx, &place)? {
            Some(place) => come_back(tx, &place, by.now),
            None => Ok(()),
        },
        Action::Touched { place, facts } => match still_there(tx, &place)? {
            Some(place) => gone::touch(tx, place.id, &facts, by.now.0),
            None => Ok(()),
        },
        Action::Again { place } => match still_there(tx, &place)? {
            Some(place) => revive(tx, place.document, by.now),
            None => Ok(()),
        },
        Action::Missing { place } => match still_there(tx, &place)? {
            Some(place) => miss(tx, place.id, by.now).map(drop),
            None => Ok(()),
        },
    }
}

/// The place as it is now, if it is still about the same file, by whatever path.
fn still(tx: &Tx<'_>, seen: &Place) -> Result<Option<Place>> {
    let now = places::get(tx, seen.id)?;
    Ok(now.filter(|now| {
        (now.inode, now.mtime_ns, now.bytes) == (seen.inode, seen.mtime_ns, seen.bytes)
    }))
}

fn still_there(tx: &Tx<'_>, seen: &Place) -> Result<Option<Place>> {
    Ok(still(tx, seen)?.filter(|now| now.raw == seen.raw))
}

/// Whether a place lost its path to another file since it was seen.
fn is_parked(now: &Place, seen: &Place) -> bool {
    let rest = now.raw.strip_prefix(seen.raw.as_slice());
    rest.is_some_and(|rest| rest.first() == Some(&0))
}

/// Makes way for another file: what was known by this path is gone, but may be found elsewhere.
fn evict(tx: &Tx<'_>, evicted: Option<Place>, now: Timestamp) -> Result<()> {
    let Some(place) = evicted else { return Ok(()) };
    let Some(place) = places::get(tx, place.id)?.filter(|now| now.raw == place.raw) else {
        return Ok(());
    };
    miss(tx, place.id, now)?;
    gone::park(tx, &place)
}

fn take_in(tx: &Tx<'_>, by: &By, facts: &FileFacts) -> Result<()> {
    if places::at(tx, &facts.raw)?.is_some() {
        // Somebody added it meanwhile.
        return Ok(());
    }
    let (document, _) = documents::create(tx, &by.settings, by.now.0)?;
    put(tx, by, document, facts)?;
    queue(tx, document, "found", by.now)
}

fn put(tx: &Tx<'_>, by: &By, document: DocumentId, facts: &FileFacts) -> Result<()> {
    places::put(tx, document, facts, by.now.0)?;
    gone::found_by(tx, &facts.raw, by.watch)?;
    left_out::drop_one(tx, by.watch, &facts.raw)
}

fn queue(tx: &Tx<'_>, document: DocumentId, event: &str, now: Timestamp) -> Result<()> {
    let job = intake::enqueue_read(tx, document, Priority::NORMAL, None, now)?;
    sheaf_queue::hasten(tx, job, now)?;
    events::note(tx, document, Some(job), event, now.0)
}

/// Another content: a new revision, or a document of its own when other places keep the old one.
fn replace(tx: &Tx<'_>, by: &By, place: &Place, facts: &FileFacts) -> Result<()> {
    let now = by.now;
    let others = places::count_live(tx, place.document)? > u32::from(place.state.is_live());
    let settings = newest_settings(tx, by, place.document)?;
    if others {
        let (document, _) = documents::create(tx, &settings, now.0)?;
        put(tx, by, document, facts)?;
        gone::leave_if_homeless(tx, place.document, now.0)?;
        return queue(tx, document, "found", now);
    }
    gone::drop_missing(tx, place.document)?;
    documents::begin_revision(tx, place.document, &settings, now.0)?;
    gone::touch(tx, place.id, facts, now.0)?;
    queue(tx, place.document, "changed", now)
}

/// A document goes on being read as it was.
fn newest_settings(tx: &Tx<'_>, by: &By, document: DocumentId) -> Result<ReadSettings> {
    let newest = documents::get(tx, document)?.and_then(|row| row.building.or(row.current));
    match newest {
        Some(revision) => Ok(revisions::get(tx, revision)?.settings),
        None => Ok(by.settings.clone()),
    }
}

fn move_to(tx: &Tx<'_>, by: &By, place: &Place, facts: &FileFacts) -> Result<()> {
    let now = by.now;
    if places::at(tx, &facts.raw)?.is_some() {
        return Ok(());
    }
    let is_changed = !place.is_unchanged(facts);
    gone::move_to(tx, place, facts, place.watch.map(|_| by.watch))?;
    left_out::drop_one(tx, by.watch, &facts.raw)?;
    events::note(tx, place.document, None, "moved", now.0)?;
    come_back(tx, place, now)?;
    if is_changed {
        let place = places::get(tx, place.id)?;
        return place.map_or(Ok(()), |place| replace(tx, by, &place, facts));
    }
    gone::touch(tx, place.id, facts, now.0)?;
    go_on_there(tx, place.document, now)
}

fn link(tx: &Tx<'_>, by: &By, place: &Place, facts: &FileFacts) -> Result<()> {
    if places::at(tx, &facts.raw)?.is_some() {
        return Ok(());
    }
    put(tx, by, place.document, facts)?;
    events::note(tx, place.document, None, "linked", by.now.0)
}

fn come_back(tx: &Tx<'_>, place: &Place, now: Timestamp) -> Result<()> {
    for document in gone::come_back(tx, place.id)? {
        events::note(tx, document, None, "back", now.0)?;
        revive(tx, document, now)?;
    }
    Ok(())
}

/// Goes on with what was not finished when the file went, or failed because of the file system.
fn revive(tx: &Tx<'_>, document: DocumentId, now: Timestamp) -> Result<()> {
    let Some(row) = documents::get(tx, document)? else {
        return Ok(());
    };
    if row.state.is_final() && !is_healed(&row) {
        return Ok(());
    }
    documents::resume_revision(tx, row.id)?;
    queue(tx, row.id, "resumed", now)
}

/// Whether a document failed for nothing but its file, which is there now.
fn is_healed(row: &documents::Document) -> bool {
    let is_failed = matches!(row.state, DocumentState::Failed | DocumentState::Problems);
    is_failed && row.fault.as_ref().is_some_and(|fault| heals(fault.code))
}

/// The file of a document is found by another path: what waited for it, or was given up without it, goes on.
fn go_on_there(tx: &Tx<'_>, document: DocumentId, now: Timestamp) -> Result<()> {
    let Some(row) = documents::get(tx, document)? else {
        return Ok(());
    };
    if is_healed(&row) {
        return revive(tx, row.id, now);
    }
    if !row.state.is_final() {
        for job in sheaf_queue::jobs_of(tx, row.id.0)? {
            sheaf_queue::hasten(tx, job.job, now)?;
        }
    }
    Ok(())
}

/// The file of a place is gone. The number of documents that left the library with it.
pub(super) fn miss(tx: &Tx<'_>, place: PlaceId, now: Timestamp) -> Result<u32> {
    let homeless = gone::miss(tx, place, now.0)?;
    for document in &homeless {
        sheaf_queue::forget_subject(tx, document.0)?;
        events::note(tx, *document, None, "gone", now.0)?;
    }
    Ok(homeless.len() as u32)
}
