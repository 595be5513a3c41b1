//! Upkeep: finds documents that lack their text or their index while no job is at it, and puts them right.
//!
//! It never loops: what failed for good stays failed, and what it queued three times in vain is given up.

use sheaf_document::{Code, DocumentId, Fault};
use sheaf_queue::{JobRow, Priority, QueueError, State, Timestamp};
use sheaf_store::table::documents::{self, Document, DocumentState};
use sheaf_store::table::revisions;
use sheaf_store::table::{events, gaps};
use sheaf_store::{StoreError, Tx};

use crate::commit::Commits;
use crate::rehearsal::Commit;
use crate::seat::Floor;
use crate::{clock, intake, settlement, switch};

/// Documents put right in one transaction, so that nobody waits long for the writer.
const CHUNK: usize = 200;
/// So often upkeep queues the same document before it gives up.
const TRIES: u32 = 3;
/// The event that is noted for each.
const EVENT: &str = "upkeep";

pub(crate) fn run(floor: &Floor) -> sheaf_store::Result<()> {
    let conn = floor.library.read()?;
    let in_hand = sheaf_queue::subjects_in_hand(&conn)?;
    let mut found = gaps::unsettled(&conn)?;
    // While another model takes over, every document lacks its vectors.
    if switch::is_done(floor)? {
        found.extend(gaps::unindexed(&conn, floor.model)?);
    } else {
        switch::begin(floor)?;
    }
    drop(conn);
    found.retain(|document| !in_hand.contains(&document.0));
    for chunk in found.chunks(CHUNK) {
        let (chunk, engine) = (chunk.to_vec(), floor.engine);
        let outcome = floor.library.commit(Commit::Mend, move |tx| {
            if !sheaf_queue::holds_role(tx, engine)? {
                return Err(StoreError::Queue(QueueError::RoleLost));
            }
            for document in &chunk {
                mend(tx, *document, clock::now())?;
            }
            Ok(())
        });
        match outcome {
            // No room: the next round goes on.
            Err(StoreError::Queue(QueueError::Full { .. })) => break,
            other => other?,
        }
    }
    tell_languages(floor)?;
    floor.bell.ring();
    Ok(())
}

/// Documents that were read before languages were told.
fn tell_languages(floor: &Floor) -> sheaf_store::Result<()> {
    loop {
        let found = revisions::without_language(&*floor.library.read()?, CHUNK as u32)?;
        if found.is_empty() || floor.is_stopping() {
            return Ok(());
        }
        floor.library.commit(Commit::Mend, move |tx| {
            let mut each = found.iter();
            each.try_for_each(|revision| settlement::note_language(tx, *revision))
        })?;
    }
}

/// Puts one document right, if it still is as it was found.
fn mend(tx: &Tx<'_>, id: DocumentId, now: Timestamp) -> sheaf_store::Result<()> {
    let jobs = sheaf_queue::jobs_of(tx, id.0)?;
    let Some(document) = documents::get(tx, id)?.filter(|d| d.id == id && !d.removed) else {
        return Ok(());
    };
    if jobs.iter().any(|job| !job.state.is_final()) {
        return Ok(());
    }
    let lacks_text = matches!(
        document.state,
        DocumentState::Queued | DocumentState::Reading
    );
    let kind = if lacks_text { "read" } else { "index" };
    match jobs.iter().rev().find(|job| job.kind == kind) {
        Some(job) if job.state == State::Failed => tell_failure(tx, &document, job),
        Some(job) if job.state == State::Cancelled => {
            documents::set_state(tx, id, DocumentState::Cancelled, None)
        }
        _ if events::count_since_wish(tx, id, EVENT)? >= TRIES => give_up(tx, &document, kind),
        _ => queue(tx, id, lacks_text, now),
    }
}

fn queue(tx: &Tx<'_>, id: DocumentId, lacks_text: bool, now: Timestamp) -> sheaf_store::Result<()> {
    let job = if lacks_text {
        let job = intake::enqueue_read(tx, id, Priority::NORMAL, None, now)?;
        documents::resume_revision(tx, id)?;
        job
    } else {
        let job = intake::enqueue_index(tx, id, Priority::NORMAL, now)?;
        documents::set_state(tx, id, DocumentState::Indexing, None)?;
        job
    };
    events::note(tx, id, Some(job), EVENT, now.0)
}

/// The job failed, but its document was never told: an engine was lost in between, or too many were.
fn tell_failure(tx: &Tx<'_>, document: &Document, job: &JobRow) -> sheaf_store::Result<()> {
    let code = job.code.as_deref().and_then(Code::parse);
    let fault = Fault::new(
        code.unwrap_or(Code::LibraryFailed),
        job.message.clone().unwrap_or_default(),
    );
    let state = settlement::failed_state(&job.kind, document);
    documents::set_state(tx, document.id, state, Some(&fault))
}

fn give_up(tx: &Tx<'_>, document: &Document, kind: &str) -> sheaf_store::Result<()> {
    let fault = Fault::new(
        Code::LibraryFailed,
        format!("Upkeep queued it {TRIES} times, and it was never finished."),
    );
    let state = settlement::failed_state(kind, document);
    documents::set_state(tx, document.id, state, Some(&fault))
}
