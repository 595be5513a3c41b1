//! What people do to jobs before and while they run: cancel, pause, put them in another place.

use rusqlite::{OptionalExtension, Transaction};

use crate::{JobId, Priority, QueueError, State, Timestamp};

/// What a cancel did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancel {
    /// Cancelled.
    Done,
    /// It runs; its worker is told at its next checkpoint, and it ends as cancelled (unless it finishes first).
    AtNextPage,
    /// Finished already, or no such job.
    NotActive,
}

/// Cancels a job: in line at once, running at its next checkpoint.
pub fn cancel(tx: &Transaction, job: JobId, now: Timestamp) -> Result<Cancel, QueueError> {
    let asked = tx
        .prepare_cached("UPDATE jobs SET wish = 'cancel' WHERE id = ?1 AND state = 'processing'")?
        .execute([job])?;
    if asked > 0 {
        return Ok(Cancel::AtNextPage);
    }
    let cancelled = tx
        .prepare_cached(
            "UPDATE jobs SET state = 'cancelled', finished_at = ?2, not_before = NULL
              WHERE id = ?1 AND state IN ('waiting', 'queued', 'retrying', 'paused')",
        )?
        .execute((job, now))?;
    Ok(if cancelled > 0 {
        Cancel::Done
    } else {
        Cancel::NotActive
    })
}

/// Pauses one job: in line at once, running at its next checkpoint. A wish to cancel stays.
///
/// Returns whether the job is paused or going to be.
pub fn pause_job(tx: &Transaction, job: JobId) -> Result<bool, QueueError> {
    let asked = tx
        .prepare_cached(
            "UPDATE jobs SET wish = 'pause'
              WHERE id = ?1 AND state = 'processing' AND wish IS NOT 'cancel'",
        )?
        .execute([job])?;
    let paused = tx
        .prepare_cached(
            "UPDATE jobs SET state = 'paused'
              WHERE id = ?1 AND state IN ('waiting', 'queued', 'retrying', 'paused')",
        )?
        .execute([job])?;
    Ok(asked + paused > 0)
}

/// Takes [`pause_job`] back: the job returns to its place, or waits on if its time has not come.
///
/// Returns whether it was paused or going to be.
pub fn resume_job(tx: &Transaction, job: JobId, now: Timestamp) -> Result<bool, QueueError> {
    let withdrawn = tx
        .prepare_cached("UPDATE jobs SET wish = NULL WHERE id = ?1 AND wish = 'pause'")?
        .execute([job])?;
    let resumed = tx
        .prepare_cached(
            "UPDATE jobs
                SET state = CASE WHEN coalesce(not_before, ?2) <= ?2 THEN 'queued'
                                 WHEN faults > 0 THEN 'retrying' ELSE 'waiting' END,
                    not_before = CASE WHEN not_before > ?2 THEN not_before END, queued_at = ?2
              WHERE id = ?1 AND state = 'paused'",
        )?
        .execute((job, now))?;
    Ok(withdrawn + resumed > 0)
}

/// Gives an unfinished job another priority; a place won by [`move_to_top`] is lost. Returns whether there was one.
pub fn set_priority(tx: &Transaction, job: JobId, priority: Priority) -> Result<bool, QueueError> {
    let changed = tx
        .prepare_cached(
            "UPDATE jobs SET priority = ?2, rank = 0 WHERE id = ?1 AND finished_at IS NULL",
        )?
        .execute((job, priority))?;
    Ok(changed > 0)
}

/// Makes a job the next of its lane, raising its priority to that of the best one queued there.
///
/// A job that waits or is paused will be the next once it is queued. Returns false when the job runs or is finished.
pub fn move_to_top(tx: &Transaction, job: JobId) -> Result<bool, QueueError> {
    let Some((lane, own)) = in_line(tx, job)? else {
        return Ok(false);
    };
    let best = tx
        .prepare_cached(
            "SELECT priority, rank FROM jobs WHERE state = 'queued' AND lane = ?1
              ORDER BY priority DESC, rank, id LIMIT 1",
        )?
        .query_row([lane], |row| {
            Ok((row.get::<_, Priority>(0)?, row.get::<_, i64>(1)?))
        })
        .optional()?;
    let (priority, rank) = match best {
        Some((best, rank)) if best >= own => (best, rank - 1),
        Some(_) | None => (own, 0),
    };
    tx.prepare_cached("UPDATE jobs SET priority = ?2, rank = ?3 WHERE id = ?1")?
        .execute((job, priority, rank))?;
    Ok(true)
}

fn in_line(tx: &Transaction, job: JobId) -> Result<Option<(String, Priority)>, QueueError> {
    let row = tx
        .prepare_cached("SELECT lane, priority, state FROM jobs WHERE id = ?1")?
        .query_row([job], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, State>(2)?))
        })
        .optional()?;
    Ok(row.and_then(|(lane, priority, state)| {
        let moves = !state.is_final() && state != State::Processing;
        moves.then_some((lane, priority))
    }))
}
