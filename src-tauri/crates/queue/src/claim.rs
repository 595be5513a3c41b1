//! Taking the next job of a lane.

use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::{EngineEpoch, Epoch, JobId, Priority, QueueError, Timestamp, attempts, holds_role};

/// The right to work on a job, good until the job is claimed again, taken back, or settled.
///
/// Only [`crate::hold`] and its relatives tell whether it still is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The job.
    pub job: JobId,
    /// The epoch this claim gave it.
    pub epoch: Epoch,
    /// The engine that claimed.
    pub engine: EngineEpoch,
    /// As enqueued.
    pub lane: String,
    /// As enqueued.
    pub kind: String,
    /// As enqueued.
    pub subject: i64,
    /// As enqueued, or raised since.
    pub priority: Priority,
    /// Which try this is, from 1. Tries that cost nothing are not counted.
    pub attempt: u32,
    /// As enqueued.
    pub payload: Option<String>,
}

/// Claims the best queued job of a lane: highest priority, then lowest rank, then oldest. Due jobs are promoted first.
///
/// `min_priority` asks for a job *strictly above* it: for a slot kept free, or when yielding to more urgent work.
/// `None` when there is no such job, when the lane or everything is paused, and when `engine` lost the role.
pub fn claim(
    tx: &Transaction,
    lane: &str,
    engine: EngineEpoch,
    min_priority: Option<Priority>,
    now: Timestamp,
) -> Result<Option<Claim>, QueueError> {
    if !holds_role(tx, engine)? {
        return Ok(None);
    }
    promote_due(tx, now)?;
    let claim = tx
        .prepare_cached(
            "UPDATE jobs SET state = 'processing', epoch = epoch + 1, engine = ?2, attempt = faults + 1,
                    started_at = ?4
              WHERE id = (SELECT id FROM jobs WHERE state = 'queued' AND lane = ?1 AND priority > ?3
                           ORDER BY priority DESC, rank, id LIMIT 1)
                AND EXISTS (SELECT 1 FROM open_lanes WHERE name = ?1)
                AND EXISTS (SELECT 1 FROM engine WHERE epoch = ?2)
             RETURNING id, epoch, engine, lane, kind, subject, priority, attempt, payload",
        )?
        .query_row((lane, engine, above(min_priority), now), read)
        .optional()?;
    if let Some(claim) = &claim {
        attempts::begin(tx, claim, now)?;
    }
    Ok(claim)
}

/// Queues jobs whose time has come: those that waited for it and those that wait to be tried again.
///
/// Returns how many. [`claim`] does it by itself.
pub fn promote_due(tx: &Transaction, now: Timestamp) -> Result<u32, QueueError> {
    let promoted = tx
        .prepare_cached(
            "UPDATE jobs SET state = 'queued', not_before = NULL, queued_at = ?1
              WHERE state IN ('waiting', 'retrying') AND not_before <= ?1",
        )?
        .execute([now])?;
    Ok(u32::try_from(promoted).unwrap_or(u32::MAX))
}

/// When the next waiting or retrying job is due: how long an idle engine may sleep.
pub fn next_due(conn: &Connection) -> Result<Option<Timestamp>, QueueError> {
    Ok(conn
        .prepare_cached(
            "SELECT not_before FROM jobs WHERE state IN ('waiting', 'retrying')
              ORDER BY not_before LIMIT 1",
        )?
        .query_row([], |row| row.get(0))
        .optional()?)
}

/// The priority of the job that would be claimed next; `None` when there is none or the lane is paused.
pub fn best_queued(conn: &Connection, lane: &str) -> Result<Option<Priority>, QueueError> {
    Ok(conn
        .prepare_cached(
            "SELECT priority FROM jobs WHERE state = 'queued' AND lane = ?1
                AND EXISTS (SELECT 1 FROM open_lanes WHERE name = ?1)
              ORDER BY priority DESC LIMIT 1",
        )?
        .query_row([lane], |row| row.get(0))
        .optional()?)
}

/// Priorities begin at 0, so everything is above -1.
fn above(min_priority: Option<Priority>) -> Priority {
    min_priority.unwrap_or(Priority(-1))
}

fn read(row: &Row) -> rusqlite::Result<Claim> {
    Ok(Claim {
        job: row.get(0)?,
        epoch: row.get(1)?,
        engine: row.get(2)?,
        lane: row.get(3)?,
        kind: row.get(4)?,
        subject: row.get(5)?,
        priority: row.get(6)?,
        attempt: row.get(7)?,
        payload: row.get(8)?,
    })
}
