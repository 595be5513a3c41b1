//! What a person does to work under way: cancel, pause, resume, try again, take out of the library.

use sheaf_document::{Code, DocumentId};
use sheaf_queue::{Cancel, JobId, Priority, State};
use sheaf_store::table::documents::{self, DocumentState};
use sheaf_store::table::settled::{self, Settled};
use sheaf_store::table::{events, gone, members, pages};
use sheaf_store::{Library, StoreError, Tx};

use crate::commit::Commits;
use crate::rehearsal::Commit;
use crate::{EngineError, Result, clock, inside, intake};

/// What `pause` and `resume` are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseWhat {
    Everything,
    Reading,
    Indexing,
    Job(JobId),
}

/// What became of a wish to cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    Done,
    /// It is being worked on and ends at the next page boundary.
    AtNextPage,
    /// It had ended before.
    NotActive,
}

pub(crate) fn cancel(library: &Library, job: JobId) -> Result<Cancelled> {
    known(library, job)?;
    Ok(library.commit(Commit::ByHand, move |tx| cancel_in(tx, job))?)
}

pub(crate) fn cancel_in(tx: &Tx<'_>, job: JobId) -> sheaf_store::Result<Cancelled> {
    let now = clock::now();
    let Some(row) = sheaf_queue::job(tx, job)? else {
        return Ok(Cancelled::NotActive);
    };
    let document = DocumentId(row.subject);
    Ok(match sheaf_queue::cancel(tx, job, now)? {
        Cancel::Done => {
            documents::set_state(tx, document, DocumentState::Cancelled, None)?;
            events::note(tx, document, Some(job), "cancelled", now.0)?;
            Cancelled::Done
        }
        Cancel::AtNextPage => Cancelled::AtNextPage,
        Cancel::NotActive => Cancelled::NotActive,
    })
}

/// Cancels everything that is not finished; the number of jobs.
pub(crate) fn cancel_all(library: &Library) -> Result<u32> {
    Ok(library.commit(Commit::ByHand, |tx| {
        let mut cancelled = 0;
        for row in sheaf_queue::listing(tx, None, u32::MAX, 0)? {
            if !row.state.is_final() && cancel_in(tx, row.job)? != Cancelled::NotActive {
                cancelled += 1;
            }
        }
        Ok(cancelled)
    })?)
}

pub(crate) fn pause(library: &Library, what: PauseWhat) -> Result<bool> {
    if let PauseWhat::Job(job) = what {
        known(library, job)?;
    }
    Ok(library.commit(Commit::ByHand, move |tx| {
        Ok(match what {
            PauseWhat::Everything => sheaf_queue::pause_all(tx)?,
            PauseWhat::Reading => sheaf_queue::pause_lane(tx, intake::READING)?,
            PauseWhat::Indexing => sheaf_queue::pause_lane(tx, intake::INDEXING)?,
            PauseWhat::Job(job) => sheaf_queue::pause_job(tx, job)?,
        })
    })?)
}

pub(crate) fn resume(library: &Library, what: PauseWhat) -> Result<bool> {
    if let PauseWhat::Job(job) = what {
        known(library, job)?;
    }
    Ok(library.commit(Commit::ByHand, move |tx| {
        Ok(match what {
            PauseWhat::Everything => sheaf_queue::resume_all(tx)?,
            PauseWhat::Reading => sheaf_queue::resume_lane(tx, intake::READING)?,
            PauseWhat::Indexing => sheaf_queue::resume_lane(tx, intake::INDEXING)?,
            PauseWhat::Job(job) => sheaf_queue::resume_job(tx, job, clock::now())?,
        })
    })?)
}

pub(crate) fn known(library: &Library, job: JobId) -> Result<()> {
    match sheaf_queue::job(&*library.read()?, job)? {
        Some(_) => Ok(()),
        None => Err(EngineError::NoJob(job.0)),
    }
}

/// Tries a failed or cancelled job again, failed pages included.
pub(crate) fn retry(library: &Library, job: JobId) -> Result<bool> {
    known(library, job)?;
    Ok(library.commit(Commit::ByHand, move |tx| retry_in(tx, job))?)
}

fn retry_in(tx: &Tx<'_>, job: JobId) -> sheaf_store::Result<bool> {
    let now = clock::now();
    let Some(row) = sheaf_queue::job(tx, job)? else {
        return Ok(false);
    };
    let document = DocumentId(row.subject);
    if row.state == State::Problems {
        return retry_pages(tx, document, None);
    }
    if !sheaf_queue::retry(tx, job, now)? {
        return Ok(false);
    }
    if row.kind == "read" {
        reopen(tx, document, None)?;
    } else {
        documents::set_state(tx, document, DocumentState::Indexing, None)?;
    }
    events::note(tx, document, Some(job), "retried", now.0)?;
    Ok(true)
}

/// Makes the document's failed pages unread, in the revision that will be read next.
fn reopen(tx: &Tx<'_>, document: DocumentId, page: Option<u32>) -> sheaf_store::Result<usize> {
    documents::resume_revision(tx, document)?;
    let building = documents::get(tx, document)?.and_then(|row| row.building);
    building.map_or(Ok(0), |revision| pages::forget_failed(tx, revision, page))
}

/// Reads a document's failed pages again: one, or all. `false` when there is none.
pub(crate) fn retry_pages(
    tx: &Tx<'_>,
    document: DocumentId,
    page: Option<u32>,
) -> sheaf_store::Result<bool> {
    let Some(row) = documents::get(tx, document)? else {
        return Ok(false);
    };
    let newest = row.building.or(row.current);
    let failed = match newest {
        Some(revision) => pages::failed(tx, revision)?,
        None => Vec::new(),
    };
    if !failed
        .iter()
        .any(|(n, _)| page.is_none_or(|page| page == *n))
    {
        return Ok(false);
    }
    read_again(tx, document, page)?;
    Ok(true)
}

/// Queues what failed of a document's pages, one or all, and what was never read.
fn read_again(tx: &Tx<'_>, document: DocumentId, page: Option<u32>) -> sheaf_store::Result<()> {
    reopen(tx, document, page)?;
    let now = clock::now();
    let job = intake::enqueue_read(tx, document, Priority::HIGH, None, now)?;
    events::note(tx, document, Some(job), "retried", now.0)
}

/// Tries every dead letter again; the number of jobs.
pub(crate) fn retry_all(library: &Library) -> Result<u32> {
    Ok(library.commit(Commit::ByHand, |tx| {
        let mut retried = 0;
        for row in sheaf_queue::dead(tx, u32::MAX)? {
            retried += u32::from(retry_in(tx, row.job)?);
        }
        Ok(retried)
    })?)
}

/// Tries again what failed of one document: pages that could not be read, else its reading or indexing as a whole.
pub(crate) fn try_again(
    tx: &Tx<'_>,
    document: DocumentId,
    page: Option<u32>,
) -> sheaf_store::Result<bool> {
    let Some(row) = documents::get(tx, document)? else {
        return Ok(false);
    };
    if page.is_some() || row.state == DocumentState::Problems {
        let retried = retry_pages(tx, row.id, page)?;
        if retried || page.is_some() {
            return Ok(retried);
        }
    }
    // Both kinds of its jobs may have failed, in one attempt after another; the newest says what is missing.
    let jobs = sheaf_queue::jobs_of(tx, row.id.0)?;
    if let Some(job) = jobs.iter().rev().find(|job| job.state == State::Failed) {
        return retry_in(tx, job.job);
    }
    if !matches!(row.state, DocumentState::Failed | DocumentState::Cancelled) {
        return Ok(false);
    }
    // Cancelled, or its failed job has expired.
    read_again(tx, row.id, None)?;
    Ok(true)
}

pub(crate) fn try_all_again(tx: &Tx<'_>) -> sheaf_store::Result<u32> {
    let mut tried = 0;
    for (document, _) in settled::list(tx, Settled::Attention, u32::MAX, 0)? {
        tried += u32::from(try_again(tx, document, None)?);
    }
    Ok(tried)
}

/// Tries again what needs a password.
pub(crate) fn try_locked_again(tx: &Tx<'_>) -> sheaf_store::Result<u32> {
    let mut tried = 0;
    for (document, _) in settled::list(tx, Settled::Attention, u32::MAX, 0)? {
        let fault = documents::get(tx, document)?.and_then(|row| row.fault);
        if fault.is_some_and(|fault| fault.code == Code::FileEncrypted) {
            tried += u32::from(try_again(tx, document, None)?);
        }
    }
    Ok(tried)
}

pub(crate) fn to_top(library: &Library, job: JobId) -> Result<bool> {
    known(library, job)?;
    Ok(library.commit(Commit::ByHand, move |tx| {
        Ok(sheaf_queue::move_to_top(tx, job)?)
    })?)
}

/// Takes back [`forget`]: what was read is there again, and what was not goes on.
pub(crate) fn put_back(tx: &Tx<'_>, document: DocumentId) -> sheaf_store::Result<bool> {
    let now = clock::now();
    let removed_at = documents::removed_at(tx, document)?;
    if !documents::put_back(tx, document)? {
        return Ok(false);
    }
    if let Some(removed_at) = removed_at {
        let back = members::put_back_inside(tx, document, removed_at)?;
        inside::go_on(tx, &back, now)?;
    }
    events::note(tx, document, None, "put_back", now.0)?;
    let unfinished = documents::get(tx, document)?.is_some_and(|row| !row.state.is_final());
    if unfinished {
        documents::resume_revision(tx, document)?;
        intake::enqueue_read(tx, document, Priority::HIGH, None, now)?;
    }
    Ok(true)
}

/// Takes documents and their jobs out of the library, all at once, and what lies in them; which of them were in it. The
/// originals stay where they are.
pub(crate) fn forget(library: &Library, documents: &[DocumentId]) -> Result<Vec<bool>> {
    let documents = documents.to_vec();
    let gone = library.commit(Commit::ByHand, move |tx| {
        let now = clock::now().0;
        let one = |document: DocumentId| {
            sheaf_queue::forget_subject(tx, document.0)?;
            let gone = documents::remove(tx, document, now)?;
            if gone {
                events::note(tx, document, None, "forgotten", now)?;
                let homeless = members::remove_inside(tx, document, now)?;
                inside::let_go(tx, &homeless, now)?;
            }
            Ok::<_, StoreError>(gone)
        };
        documents.into_iter().map(one).collect()
    })?;
    Ok(gone)
}

/// Takes back the last [`forget`]; the documents that are in the library again.
pub(crate) fn undo(library: &Library) -> Result<Vec<DocumentId>> {
    Ok(library.commit(Commit::ByHand, |tx| {
        let mut back = Vec::new();
        for document in gone::last_forgotten(tx)? {
            if put_back(tx, document)? {
                back.push(document);
            }
        }
        Ok(back)
    })?)
}
