//! Trying a job again before its time, because what it failed on is another now.

use rusqlite::Transaction;

use crate::{JobId, QueueError, Timestamp};

/// Queues a job that waits to be tried again, with all its attempts before it. Returns whether it did.
pub fn hasten(tx: &Transaction, job: JobId, now: Timestamp) -> Result<bool, QueueError> {
    let hastened = tx
        .prepare_cached(
            "UPDATE jobs SET state = 'queued', faults = 0, not_before = NULL, queued_at = ?2
              WHERE id = ?1 AND state = 'retrying'",
        )?
        .execute((job, now))?;
    Ok(hastened > 0)
}
