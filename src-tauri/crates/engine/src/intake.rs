//! Taking files in: one short transaction for everything a person added, with nothing hashed or parsed yet.

use std::path::PathBuf;

use sheaf_document::{Code, DocumentId, Fault, ReadSettings};
use sheaf_queue::{Enqueued, JobId, NewJob, Priority, QueueError, Timestamp};
use sheaf_store::table::documents::{self, DocumentState};
use sheaf_store::table::left_out;
use sheaf_store::table::places::FileFacts;
use sheaf_store::table::revisions;
use sheaf_store::table::{collections, events, gone, members, places};
use sheaf_store::{Conn, Library, StoreError, Tx};

use crate::answer::{AddAnswer, Intake};
use crate::commit::Commits;
use crate::config::Settings;
use crate::rehearsal::Commit;
use crate::walk::{Found, walk};
use crate::{Result, clock, inside};

pub(crate) const READING: &str = "reading";
pub(crate) const INDEXING: &str = "indexing";

/// How what is added is to be read and queued.
#[derive(Debug, Clone)]
pub struct AddOptions {
    pub settings: ReadSettings,
    /// What is in the library already stays read as it was, whatever `settings` say.
    pub keep: bool,
    pub priority: Priority,
    pub collection: Option<String>,
    /// Not before this time, in milliseconds since 1970.
    pub not_before: Option<i64>,
}

/// Records every file the paths mean, with its first job, or nothing at all.
pub(crate) fn add(
    library: &Library,
    paths: &[PathBuf],
    options: &AddOptions,
) -> Result<Vec<AddAnswer>> {
    let found: Vec<Found> = paths.iter().flat_map(|path| walk(path)).collect();
    let options = options.clone();
    let outcome = library.commit(Commit::Intake, move |tx| {
        let now = clock::now();
        let answers = found
            .into_iter()
            .map(|one| take(tx, one, &options, now))
            .collect::<sheaf_store::Result<Vec<_>>>()?;
        Ok(answers)
    });
    match outcome {
        Err(StoreError::Queue(QueueError::Full { limit })) => {
            Err(crate::EngineError::Refused(Fault::new(
                Code::QueueFull,
                format!(
                    "The queue holds {limit} waiting jobs at most, and these would be more. Nothing was added. Let it work, or raise queue.limit."
                ),
            )))
        }
        other => Ok(other?),
    }
}

fn take(
    tx: &Tx<'_>,
    found: Found,
    options: &AddOptions,
    now: Timestamp,
) -> sheaf_store::Result<AddAnswer> {
    match found {
        Found::Folder(path) => Ok(answer(path.to_string_lossy().into_owned(), None)),
        Found::Refused {
            path,
            parent,
            fault,
        } => Ok(AddAnswer {
            intake: Intake::Refused,
            code: Some(fault.code),
            message: Some(fault.detail),
            ..answer(path.to_string_lossy().into_owned(), parent)
        }),
        Found::File { parent, facts } => {
            let mut blank = answer(facts.path.clone(), parent);
            blank.raw.clone_from(&facts.raw);
            take_file(tx, &facts, blank, options, now)
        }
    }
}

fn answer(path: String, parent: Option<PathBuf>) -> AddAnswer {
    AddAnswer::new(path, parent.map(|p| p.to_string_lossy().into_owned()))
}

/// What a path means to the library, before anything is opened.
enum Standing {
    /// Read, or being read, just like this.
    Known(DocumentId),
    /// Known and unchanged, but not read to the end, or removed: go on where it stopped.
    Resume(DocumentId),
    /// Known, but the wish changed: a new revision.
    Changed(DocumentId),
    /// Known, but the file is another: a new revision, and nothing to come back to.
    Replaced(DocumentId),
    New,
}

fn standing(tx: &Tx<'_>, facts: &FileFacts, options: &AddOptions) -> sheaf_store::Result<Standing> {
    let Some(place) = places::at(tx, &facts.raw)? else {
        return Ok(Standing::New);
    };
    let Some(document) = documents::get(tx, place.document)? else {
        return Ok(Standing::New);
    };
    let newest = document.building.or(document.current);
    let same_wish = match newest {
        Some(revision) => {
            options.keep || revisions::get(tx, revision)?.settings == options.settings
        }
        None => false,
    };
    let alone = !place.removed && places::count_live(tx, document.id)? == 1;
    Ok(
        match (place.is_unchanged(facts), same_wish, document.state) {
            (true, true, DocumentState::Failed | DocumentState::Cancelled) => {
                Standing::Resume(document.id)
            }
            (true, true, _) if document.removed || place.removed => Standing::Resume(document.id),
            (true, true, _) => Standing::Known(document.id),
            (true, false, _) => Standing::Changed(document.id),
            (false, _, _) if alone => Standing::Replaced(document.id),
            (false, _, _) => Standing::New,
        },
    )
}

fn take_file(
    tx: &Tx<'_>,
    facts: &FileFacts,
    blank: AddAnswer,
    options: &AddOptions,
    now: Timestamp,
) -> sheaf_store::Result<AddAnswer> {
    let (document, intake) = match standing(tx, facts, options)? {
        Standing::Known(document) => {
            inside::try_again(tx, document, options.priority, now)?;
            (document, Intake::Duplicate)
        }
        Standing::Resume(document) => {
            let removed_at = documents::removed_at(tx, document)?;
            documents::resume_revision(tx, document)?;
            if let Some(removed_at) = removed_at {
                let back = members::put_back_inside(tx, document, removed_at)?;
                inside::go_on(tx, &back, now)?;
            }
            (document, Intake::Queued)
        }
        Standing::Changed(document) => {
            documents::begin_revision(tx, document, &options.settings, now.0)?;
            (document, Intake::Queued)
        }
        Standing::Replaced(document) => {
            gone::drop_missing(tx, document)?;
            documents::begin_revision(tx, document, &options.settings, now.0)?;
            (document, Intake::Queued)
        }
        Standing::New => {
            let (document, _) = documents::create(tx, &options.settings, now.0)?;
            (document, Intake::Queued)
        }
    };
    places::put(tx, document, facts, now.0)?;
    left_out::let_in(tx, &facts.raw)?;
    if let Some(name) = &options.collection {
        collections::put(tx, document, name, now.0)?;
    }
    let job = match intake {
        Intake::Queued => Some(enqueue_read(
            tx,
            document,
            options.priority,
            options.not_before.map(Timestamp),
            now,
        )?),
        Intake::Duplicate | Intake::Unsupported | Intake::Refused => None,
    };
    if let Some(job) = job {
        events::note(tx, document, Some(job), "added", now.0)?;
    }
    let state = documents::get(tx, document)?.map(|d| d.state);
    Ok(AddAnswer {
        document: Some(document),
        job,
        intake,
        state,
        ..blank
    })
}

/// Makes the lanes as the settings say, so that adding works before any engine ever ran.
pub(crate) fn make_lanes(tx: &Tx<'_>) -> sheaf_store::Result<()> {
    for lane in lanes(tx)? {
        let (slots, kept_free) = (lane.slots, lane.keep_free);
        sheaf_queue::set_lane(tx, lane.name, slots, kept_free, lane.limit)?;
    }
    Ok(())
}

/// Whether the lanes are there, and as the settings say.
pub(crate) fn has_lanes(conn: &Conn) -> sheaf_store::Result<bool> {
    for lane in lanes(conn)? {
        let found = sheaf_queue::lane(conn, lane.name)?;
        let is_same = |row: sheaf_queue::LaneRow| {
            (row.slots, row.keep_free, row.max_queued) == (lane.slots, lane.keep_free, lane.limit)
        };
        if !found.is_some_and(is_same) {
            return Ok(false);
        }
    }
    Ok(true)
}

struct Lane {
    name: &'static str,
    slots: u32,
    keep_free: u32,
    limit: u32,
}

fn lanes(conn: &Conn) -> sheaf_store::Result<[Lane; 2]> {
    let settings = Settings::load(conn)?;
    Ok([
        Lane {
            name: READING,
            slots: settings.readers,
            keep_free: settings.readers_free,
            limit: settings.queue_limit,
        },
        Lane {
            name: INDEXING,
            slots: settings.indexers,
            keep_free: settings.indexers_free,
            // What a reading job queues when it completes must never be refused.
            limit: u32::MAX,
        },
    ])
}

/// Queues the reading of a document's unfinished revision. What waits already only rises.
pub(crate) fn enqueue_read(
    tx: &Tx<'_>,
    document: DocumentId,
    priority: Priority,
    not_before: Option<Timestamp>,
    now: Timestamp,
) -> sheaf_store::Result<JobId> {
    let dedup = format!("read:{document}");
    enqueue(
        tx, READING, "read", document, &dedup, priority, not_before, now,
    )
}

/// The same for a document that other work found: what a job brings forth is never refused for want of room.
pub(crate) fn enqueue_found(
    tx: &Tx<'_>,
    document: DocumentId,
    priority: Priority,
    now: Timestamp,
) -> sheaf_store::Result<JobId> {
    let dedup = format!("read:{document}");
    let job = NewJob {
        dedup: Some(&dedup),
        priority,
        ..NewJob::new(READING, "read", document.0)
    };
    Ok(sheaf_queue::enqueue_found(tx, &job, now)?.job())
}

/// Queues the indexing of a document.
pub(crate) fn enqueue_index(
    tx: &Tx<'_>,
    document: DocumentId,
    priority: Priority,
    now: Timestamp,
) -> sheaf_store::Result<JobId> {
    let dedup = format!("index:{document}");
    enqueue(tx, INDEXING, "index", document, &dedup, priority, None, now)
}

#[expect(
    clippy::too_many_arguments,
    reason = "private; the two callers above name them"
)]
fn enqueue(
    tx: &Tx<'_>,
    lane: &str,
    kind: &str,
    document: DocumentId,
    dedup: &str,
    priority: Priority,
    not_before: Option<Timestamp>,
    now: Timestamp,
) -> sheaf_store::Result<JobId> {
    let job = NewJob {
        lane,
        kind,
        subject: document.0,
        dedup: Some(dedup),
        priority,
        not_before,
        payload: None,
        total: None,
    };
    Ok(match sheaf_queue::enqueue(tx, &job, now)? {
        Enqueued::New(id) | Enqueued::Raised(id) => id,
    })
}
