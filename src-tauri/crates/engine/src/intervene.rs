//! What a person does to the queue by hand: other places, an early end, a clean sweep.

use std::time::Duration;

use sheaf_document::{Code, DocumentId, Fault};
use sheaf_queue::{JobId, Priority, State};
use sheaf_store::Library;
use sheaf_store::table::{documents, events};

use crate::commit::Commits;
use crate::manage::{cancel_in, known};
use crate::rehearsal::Commit;
use crate::{Result, clock, regular, settlement};

/// `false` when the job has ended.
pub(crate) fn set_priority(library: &Library, job: JobId, priority: Priority) -> Result<bool> {
    known(library, job)?;
    Ok(library.commit(Commit::ByHand, move |tx| {
        Ok(sheaf_queue::set_priority(tx, job, priority)?)
    })?)
}

pub(crate) fn position(library: &Library, job: JobId) -> Result<Option<u32>> {
    Ok(sheaf_queue::position(&*library.read()?, job)?)
}

/// Marks an unfinished job failed, also one that is worked on: its worker can write nothing more. `false` when it has
/// ended.
pub(crate) fn fail(library: &Library, job: JobId, why: &str) -> Result<bool> {
    known(library, job)?;
    let why = why.to_owned();
    Ok(library.commit(Commit::ByHand, move |tx| {
        let now = clock::now();
        let row = sheaf_queue::job(tx, job)?;
        let Some(row) = row.filter(|row| !row.state.is_final()) else {
            return Ok(false);
        };
        sheaf_queue::fail_by_hand(tx, job, &why, now)?;
        if let Some(document) = documents::get(tx, DocumentId(row.subject))? {
            let state = settlement::failed_state(&row.kind, &document);
            let fault = Fault::new(Code::FailedByHand, why.clone());
            documents::set_state(tx, document.id, state, Some(&fault))?;
            let event = Code::FailedByHand.as_str();
            events::note(tx, document.id, Some(job), event, now.0)?;
        }
        Ok(true)
    })?)
}

/// How many jobs [`flush`] would cancel.
pub(crate) fn in_line(library: &Library) -> Result<u32> {
    let counts = sheaf_queue::counts(&*library.read()?)?;
    Ok(counts.waiting + counts.queued + counts.retrying + counts.paused)
}

/// Cancels everything that nobody works on; the number of jobs.
pub(crate) fn flush(library: &Library) -> Result<u32> {
    Ok(library.commit(Commit::ByHand, |tx| {
        let mut cancelled = 0;
        for row in sheaf_queue::listing(tx, None, u32::MAX, 0)? {
            if row.state != State::Processing {
                cancel_in(tx, row.job)?;
                cancelled += 1;
            }
        }
        Ok(cancelled)
    })?)
}

/// Drops jobs that finished longer ago than that; the number of jobs. Dead letters and documents stay, and so does
/// what was done to each document.
pub(crate) fn cleanup(library: &Library, older_than: Duration) -> Result<u32> {
    Ok(library.commit(Commit::ByHand, move |tx| {
        let before = regular::before(clock::now(), older_than);
        Ok(sheaf_queue::cleanup(tx, before)?)
    })?)
}
