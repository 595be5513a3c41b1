//! After a take-over: what older engines still held goes back in line.

use rusqlite::Transaction;

use crate::attempts::{self, Ending};
use crate::{EngineEpoch, JobId, QueueError, State, StopWish, Timestamp, holds_role, workers};

/// A job under which so many engines died is a dead letter: it may be what kills them.
pub const MAX_LOSSES: u32 = 20;

/// Takes every running job from engines before `engine`, the first thing a new engine does. Their rows in the
/// register of workers go too.
///
/// Being lost costs no attempt, but [`MAX_LOSSES`] of them end a job with code `engine_lost`. Otherwise it is queued
/// again, or cancelled or paused if that was asked for. Returns all jobs taken back, whatever became of them.
///
/// # Errors
/// [`QueueError::RoleLost`] when `engine` itself is not the engine any more.
pub fn take_back(
    tx: &Transaction,
    engine: EngineEpoch,
    now: Timestamp,
) -> Result<Vec<JobId>, QueueError> {
    if !holds_role(tx, engine)? {
        return Err(QueueError::RoleLost);
    }
    workers::remove_before(tx, engine)?;
    let orphans = orphans(tx, engine)?;
    for orphan in &orphans {
        put_back(tx, orphan, now)?;
    }
    Ok(orphans.into_iter().map(|orphan| orphan.job).collect())
}

struct Orphan {
    job: JobId,
    wish: Option<StopWish>,
    losses: u32,
}

fn orphans(tx: &Transaction, engine: EngineEpoch) -> Result<Vec<Orphan>, QueueError> {
    Ok(tx
        .prepare_cached(
            "SELECT id, wish, losses FROM jobs WHERE state = 'processing' AND engine < ?1 ORDER BY engine, id",
        )?
        .query_map([engine], |row| {
            Ok(Orphan {
                job: row.get(0)?,
                wish: row.get(1)?,
                losses: row.get(2)?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

fn put_back(tx: &Transaction, orphan: &Orphan, now: Timestamp) -> Result<(), QueueError> {
    let losses = orphan.losses + 1;
    let state = match orphan.wish {
        Some(StopWish::Cancel) => State::Cancelled,
        _ if losses >= MAX_LOSSES => State::Failed,
        Some(StopWish::Pause) => State::Paused,
        None => State::Queued,
    };
    attempts::end(
        tx,
        orphan.job,
        Ending {
            outcome: "lost",
            ..Ending::default()
        },
        now,
    )?;
    tx.prepare_cached(
        "UPDATE jobs SET state = ?2, losses = ?3, finished_at = ?4, engine = NULL, wish = NULL WHERE id = ?1",
    )?
    .execute((orphan.job, state, losses, state.is_final().then_some(now)))?;
    if state == State::Failed {
        tx.prepare_cached("UPDATE jobs SET code = 'engine_lost', message = ?2 WHERE id = ?1")?
            .execute((
                orphan.job,
                format!("The engine was lost {losses} times during this job."),
            ))?;
    }
    Ok(())
}
