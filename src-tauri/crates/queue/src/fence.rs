//! The fence: is a claim still good? Asked first in every transaction that stores a result.
//!
//! A claim is good while the job is being processed in the very epoch of the claim, for the very engine that
//! claimed it, and that engine still holds the role.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};

use crate::{Claim, QueueError, Timestamp, rehearsal};

/// How far the work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// What is being done, in a word.
    pub stage: &'a str,
    /// Steps done.
    pub done: u32,
    /// Steps in all; `None` leaves what is known.
    pub total: Option<u32>,
}

/// The answer to a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Go on.
    Yes,
    /// Stored, but stop here: settle with [`crate::Outcome::Cancelled`] or [`crate::Outcome::Yield`].
    Stop(StopWish),
    /// The claim is lost and nothing was stored. Roll back and forget the job.
    Lost,
}

/// Why a running job is asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StopWish {
    /// A person cancelled it.
    Cancel,
    /// A person paused it, its lane, or everything.
    Pause,
}

/// Whether the claim is still good. If not, roll back.
pub fn hold(tx: &Transaction, claim: &Claim) -> Result<bool, QueueError> {
    let claim = rehearsal::claim_to_check(tx, claim)?;
    Ok(tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM jobs
               WHERE id = ?1 AND epoch = ?2 AND engine = ?3 AND state = 'processing'
                 AND EXISTS (SELECT 1 FROM engine WHERE epoch = ?3))",
        )?
        .query_row((claim.job, claim.epoch, claim.engine), |row| row.get(0))?)
}

/// Stores progress if the claim is still good, and tells whether to go on. The first statement of a checkpoint.
pub fn checkpoint(
    tx: &Transaction,
    claim: &Claim,
    progress: &Progress,
    now: Timestamp,
) -> Result<Held, QueueError> {
    let claim = rehearsal::claim_to_check(tx, claim)?;
    let wish = tx
        .prepare_cached(
            "UPDATE jobs SET stage = ?4, done = ?5, total = coalesce(?6, total), progress_at = ?7
              WHERE id = ?1 AND epoch = ?2 AND engine = ?3 AND state = 'processing'
                AND EXISTS (SELECT 1 FROM engine WHERE epoch = ?3)
             RETURNING CASE WHEN wish IS NOT NULL THEN wish
                            WHEN lane NOT IN (SELECT name FROM open_lanes) THEN 'pause' END",
        )?
        .query_row(
            (
                claim.job,
                claim.epoch,
                claim.engine,
                progress.stage,
                progress.done,
                progress.total,
                now,
            ),
            |row| row.get::<_, Option<StopWish>>(0),
        )
        .optional()?;
    Ok(match wish {
        None => Held::Lost,
        Some(None) => Held::Yes,
        Some(Some(wish)) => Held::Stop(wish),
    })
}

impl FromSql for StopWish {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "cancel" => Ok(Self::Cancel),
            "pause" => Ok(Self::Pause),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}
