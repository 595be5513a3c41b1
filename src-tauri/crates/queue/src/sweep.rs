//! Removing jobs: of a subject that is gone, finished long ago, or not wanted any more.

use rusqlite::Transaction;

use crate::{QueueError, Timestamp, attempts};

/// Removes all jobs about a subject with their history, running ones too (their claims are lost). Returns how many.
pub fn forget_subject(tx: &Transaction, subject: i64) -> Result<u32, QueueError> {
    let removed = tx
        .prepare_cached("DELETE FROM jobs WHERE subject = ?1")?
        .execute([subject])?;
    attempts::forget(tx, subject)?;
    Ok(count(removed))
}

/// Removes jobs that finished before `older_than`; what was done to their subjects can still be asked for
/// ([`crate::attempts_of`]). Dead letters stay until they are dismissed.
pub fn cleanup(tx: &Transaction, older_than: Timestamp) -> Result<u32, QueueError> {
    let removed = tx
        .prepare_cached(
            "DELETE FROM jobs WHERE finished_at < ?1 AND (state <> 'failed' OR dismissed = 1)",
        )?
        .execute([older_than])?;
    Ok(count(removed))
}

/// Cancels everything that stands in line in any lane: waiting, queued, retrying and paused. Running jobs go on.
pub fn flush(tx: &Transaction, now: Timestamp) -> Result<u32, QueueError> {
    let cancelled = tx
        .prepare_cached(
            "UPDATE jobs SET state = 'cancelled', finished_at = ?1, not_before = NULL
              WHERE state IN ('waiting', 'queued', 'retrying', 'paused')",
        )?
        .execute([now])?;
    Ok(count(cancelled))
}

fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
