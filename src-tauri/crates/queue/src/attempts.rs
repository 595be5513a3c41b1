//! The history of every claim: when it began, how it ended. It outlives its job and goes with its subject.

use rusqlite::{Connection, Row, Transaction};
use serde::{Deserialize, Serialize};

use crate::{Claim, EngineEpoch, Epoch, JobId, QueueError, Timestamp};

/// `outcome` is one of the words of [`AttemptRow::outcome`], NULL while the claim is under way.
pub(crate) const TABLE: &str = "
CREATE TABLE attempts (
  job        INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,
  attempt    INTEGER NOT NULL,
  engine     INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at   INTEGER,
  outcome    TEXT CHECK (outcome IN ('done', 'problems', 'gave_way', 'fault', 'gave_up', 'cancelled',
                                     'lost', 'by_hand')),
  code       TEXT,
  message    TEXT,
  PRIMARY KEY (job, epoch),
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER attempts_go_with_their_job AFTER DELETE ON jobs
BEGIN DELETE FROM attempts WHERE job = old.id; END;
";

/// Jobs expire, but what was done to a subject is asked for as long as the subject is there.
pub(crate) const OUTLIVE_THEIR_JOB: &str = "
DROP TRIGGER attempts_go_with_their_job;
ALTER TABLE attempts ADD COLUMN subject INTEGER NOT NULL DEFAULT 0;
UPDATE attempts SET subject = coalesce((SELECT subject FROM jobs WHERE id = attempts.job), 0);
CREATE INDEX attempts_subject ON attempts (subject);
";

/// The same table with its check spelled out, for the reason that [`crate::job::SPELLED_OUT`] gives.
pub(crate) const SPELLED_OUT: &str = "
CREATE TABLE spelled_out (
  job        INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,
  attempt    INTEGER NOT NULL,
  engine     INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at   INTEGER,
  outcome    TEXT CHECK (outcome = 'done' OR outcome = 'problems' OR outcome = 'gave_way' OR outcome = 'fault'
                         OR outcome = 'gave_up' OR outcome = 'cancelled' OR outcome = 'lost' OR outcome = 'by_hand'),
  code       TEXT,
  message    TEXT,
  subject    INTEGER NOT NULL,
  PRIMARY KEY (job, epoch),
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO spelled_out
  SELECT job, epoch, attempt, engine, started_at, ended_at, outcome, code, message, subject FROM attempts;
DROP TABLE attempts;
ALTER TABLE spelled_out RENAME TO attempts;
CREATE INDEX attempts_subject ON attempts (subject);
";

/// One claim of a job and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptRow {
    /// The job.
    pub job: JobId,
    /// Which try it was, from 1; several claims share it when the earlier ones cost nothing.
    pub attempt: u32,
    /// The job's epoch of that claim.
    pub epoch: Epoch,
    /// The engine that claimed.
    pub engine: EngineEpoch,
    /// When it was claimed.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// `done`, `problems`, `gave_way` (yielded or paused), `fault` (may be tried again), `gave_up` (permanent),
    /// `cancelled`, `lost` (its engine died or was replaced) or `by_hand`.
    pub outcome: Option<String>,
    /// Code of the fault.
    pub code: Option<String>,
    /// What was said about it.
    pub message: Option<String>,
}

/// How a claim ended, and the fault if there was one.
#[derive(Clone, Copy, Default)]
pub(crate) struct Ending<'a> {
    pub(crate) outcome: &'a str,
    pub(crate) code: Option<&'a str>,
    pub(crate) message: Option<&'a str>,
}

/// The history of some jobs, job after job, oldest claim first.
pub fn attempts(conn: &Connection, jobs: &[JobId]) -> Result<Vec<AttemptRow>, QueueError> {
    let mut rows = Vec::new();
    let mut statement = conn.prepare_cached(
        "SELECT job, attempt, epoch, engine, started_at, ended_at, outcome, code, message
           FROM attempts WHERE job = ?1 ORDER BY epoch",
    )?;
    for job in jobs {
        for row in statement.query_map([job], read)? {
            rows.push(row?);
        }
    }
    Ok(rows)
}

/// The history of all jobs about a subject, oldest job first, also of those that have expired.
pub fn attempts_of(conn: &Connection, subject: i64) -> Result<Vec<AttemptRow>, QueueError> {
    Ok(conn
        .prepare_cached(
            "SELECT job, attempt, epoch, engine, started_at, ended_at, outcome, code, message
               FROM attempts WHERE subject = ?1 ORDER BY job, epoch",
        )?
        .query_map([subject], read)?
        .collect::<Result<_, _>>()?)
}

/// The history goes with its subject.
pub(crate) fn forget(tx: &Transaction, subject: i64) -> Result<(), QueueError> {
    tx.prepare_cached("DELETE FROM attempts WHERE subject = ?1")?
        .execute([subject])?;
    Ok(())
}

/// Writes down that a claim began.
pub(crate) fn begin(tx: &Transaction, claim: &Claim, now: Timestamp) -> Result<(), QueueError> {
    tx.prepare_cached(
        "INSERT INTO attempts (job, epoch, attempt, engine, started_at, subject)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((
        claim.job,
        claim.epoch,
        claim.attempt,
        claim.engine,
        now,
        claim.subject,
    ))?;
    Ok(())
}

/// Writes down how the job's latest claim ended, if it is still under way.
pub(crate) fn end(
    tx: &Transaction,
    job: JobId,
    ending: Ending,
    now: Timestamp,
) -> Result<(), QueueError> {
    tx.prepare_cached(
        "UPDATE attempts SET ended_at = ?2, outcome = ?3, code = ?4, message = ?5
          WHERE job = ?1 AND epoch = (SELECT epoch FROM jobs WHERE id = ?1) AND ended_at IS NULL",
    )?
    .execute((job, now, ending.outcome, ending.code, ending.message))?;
    Ok(())
}

fn read(row: &Row) -> rusqlite::Result<AttemptRow> {
    Ok(AttemptRow {
        job: row.get(0)?,
        attempt: row.get(1)?,
        epoch: row.get(2)?,
        engine: row.get(3)?,
        started_at: row.get(4)?,
        ended_at: row.get(5)?,
        outcome: row.get(6)?,
        code: row.get(7)?,
        message: row.get(8)?,
    })
}
