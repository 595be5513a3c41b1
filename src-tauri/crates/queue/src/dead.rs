//! Dead letters: what failed and was not dismissed, and the ways back.

use rusqlite::{Connection, Transaction};

use crate::attempts::{self, Ending};
use crate::{JobId, JobRow, QueueError, Timestamp, job};

/// Failed jobs that nobody dismissed, latest first, at most `limit`.
pub fn dead(conn: &Connection, limit: u32) -> Result<Vec<JobRow>, QueueError> {
    job::rows(
        conn,
        "WHERE state = 'failed' AND dismissed = 0 ORDER BY finished_at DESC, id DESC LIMIT ?1",
        &[&limit],
    )
}

/// Queues a job again by hand: failed, cancelled, completed with problems, or waiting to be retried.
///
/// Its attempts and losses count from nothing again; its history stays. Returns false in any other state, and
/// when another unfinished job has the same dedup key. The lane's limit is not asked.
pub fn retry(tx: &Transaction, job: JobId, now: Timestamp) -> Result<bool, QueueError> {
    let queued = tx
        .prepare_cached(
            "UPDATE jobs SET state = 'queued', attempt = 0, faults = 0, losses = 0, rank = 0, dismissed = 0,
                    not_before = NULL, finished_at = NULL, queued_at = ?2, code = NULL, message = NULL
              WHERE id = ?1 AND state IN ('failed', 'cancelled', 'problems', 'retrying')
                AND NOT EXISTS (
                  SELECT 1 FROM jobs AS other
                   WHERE other.dedup = jobs.dedup AND other.id <> jobs.id AND other.wish IS NOT 'cancel'
                     AND other.state IN ('waiting', 'queued', 'processing', 'retrying', 'paused'))",
        )?
        .execute((job, now))?;
    Ok(queued > 0)
}

/// Queues every dead letter again and tells how many.
///
/// Of several with the same dedup key only the newest comes back; the others stay.
pub fn retry_all_dead(tx: &Transaction, now: Timestamp) -> Result<u32, QueueError> {
    let jobs: Vec<JobId> = tx
        .prepare_cached(
            "SELECT id FROM jobs WHERE state = 'failed' AND dismissed = 0 ORDER BY id DESC",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut queued = 0;
    for job in jobs {
        queued += u32::from(retry(tx, job, now)?);
    }
    Ok(queued)
}

/// What has been done after all is no dead letter any more: earlier failures of the same kind of work on the same
/// subject are dismissed.
pub(crate) fn dismiss_superseded(
    tx: &Transaction,
    job: JobId,
    kind: &str,
    subject: i64,
) -> Result<(), QueueError> {
    tx.prepare_cached(
        "UPDATE jobs SET dismissed = 1
          WHERE subject = ?2 AND kind = ?3 AND id <> ?1 AND state = 'failed' AND dismissed = 0",
    )?
    .execute((job, subject, kind))?;
    Ok(())
}

/// Takes a failed job off the list of dead letters; it stays failed, and expires like other finished jobs.
pub fn dismiss(tx: &Transaction, job: JobId) -> Result<bool, QueueError> {
    let dismissed = tx
        .prepare_cached(
            "UPDATE jobs SET dismissed = 1 WHERE id = ?1 AND state = 'failed' AND dismissed = 0",
        )?
        .execute([job])?;
    Ok(dismissed > 0)
}

/// Marks an unfinished job failed with code `failed_by_hand`, even a running one: its worker's claim is lost.
///
/// Returns whether there was one.
pub fn fail_by_hand(
    tx: &Transaction,
    job: JobId,
    why: &str,
    now: Timestamp,
) -> Result<bool, QueueError> {
    let failed = tx
        .prepare_cached(
            "UPDATE jobs SET state = 'failed', finished_at = ?2, code = 'failed_by_hand', message = ?3,
                    engine = NULL, wish = NULL, not_before = NULL
              WHERE id = ?1 AND finished_at IS NULL",
        )?
        .execute((job, now, why))?;
    if failed > 0 {
        let by_hand = Ending {
            outcome: "by_hand",
            code: Some("failed_by_hand"),
            message: Some(why),
        };
        attempts::end(tx, job, by_hand, now)?;
    }
    Ok(failed > 0)
}
