//! The `jobs` table, and what people see of one job: its row and its position.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, ToSql};
use serde::{Deserialize, Serialize};

use crate::line::position;
use crate::{EngineEpoch, Epoch, JobId, Priority, QueueError, State, StopWish, Timestamp};

/// `rank` orders jobs of one priority before their age does; `faults` counts what cost an attempt, `attempt` is the
/// number of the latest try. `queued_at` is when it last got in line for reasons
/// of its own: giving way or losing the engine does not renew it. Each index serves one question, named after it.
///
/// A job asked to cancel no longer occupies its dedup key: the same work may be added again at once.
pub(crate) const TABLE: &str = "
CREATE TABLE jobs (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  lane        TEXT NOT NULL REFERENCES lanes (name),
  kind        TEXT NOT NULL,
  subject     INTEGER NOT NULL,
  dedup       TEXT,
  payload     TEXT,
  priority    INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 100),
  rank        INTEGER NOT NULL DEFAULT 0,
  state       TEXT NOT NULL CHECK (state IN ('waiting', 'queued', 'processing', 'retrying', 'paused',
                                             'completed', 'problems', 'failed', 'cancelled')),
  wish        TEXT CHECK (wish IN ('cancel', 'pause')),
  epoch       INTEGER NOT NULL DEFAULT 0 CHECK (epoch >= 0),
  engine      INTEGER,
  attempt     INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  faults      INTEGER NOT NULL DEFAULT 0 CHECK (faults >= 0),
  losses      INTEGER NOT NULL DEFAULT 0 CHECK (losses >= 0),
  stage       TEXT,
  done        INTEGER NOT NULL DEFAULT 0 CHECK (done >= 0),
  total       INTEGER CHECK (total >= 0),
  code        TEXT,
  message     TEXT,
  dismissed   INTEGER NOT NULL DEFAULT 0 CHECK (dismissed IN (0, 1)),
  created_at  INTEGER NOT NULL,
  queued_at   INTEGER NOT NULL,
  not_before  INTEGER,
  started_at  INTEGER,
  progress_at INTEGER,
  finished_at INTEGER,
  CHECK ((state = 'processing') = (engine IS NOT NULL)),
  CHECK (wish IS NULL OR state = 'processing'),
  CHECK (not_before IS NOT NULL OR state NOT IN ('waiting', 'retrying')),
  CHECK ((state IN ('completed', 'problems', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
  CHECK (dismissed = 0 OR state = 'failed')
) STRICT;
CREATE INDEX jobs_ready ON jobs (lane, priority DESC, rank, id) WHERE state = 'queued';
CREATE INDEX jobs_oldest ON jobs (queued_at) WHERE state = 'queued';
CREATE INDEX jobs_due ON jobs (not_before) WHERE state IN ('waiting', 'retrying');
CREATE INDEX jobs_running ON jobs (engine) WHERE state = 'processing';
CREATE INDEX jobs_paused ON jobs (id) WHERE state = 'paused';
CREATE INDEX jobs_dead ON jobs (finished_at) WHERE state = 'failed' AND dismissed = 0;
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_subject ON jobs (subject);
CREATE UNIQUE INDEX jobs_dedup ON jobs (dedup) WHERE dedup IS NOT NULL
  AND state IN ('waiting', 'queued', 'processing', 'retrying', 'paused') AND wish IS NOT 'cancel';
CREATE TRIGGER jobs_epoch_rises BEFORE UPDATE OF epoch ON jobs WHEN new.epoch < old.epoch
BEGIN SELECT RAISE (ABORT, 'the epoch of a job fell'); END;
";

/// The same table with its checks spelled out: SQLite builds a table for a list after `IN` each time a row is checked,
/// which took a third of the time of adding a job.
pub(crate) const SPELLED_OUT: &str = "
CREATE TABLE spelled_out (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  lane        TEXT NOT NULL REFERENCES lanes (name),
  kind        TEXT NOT NULL,
  subject     INTEGER NOT NULL,
  dedup       TEXT,
  payload     TEXT,
  priority    INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 100),
  rank        INTEGER NOT NULL DEFAULT 0,
  state       TEXT NOT NULL CHECK (state = 'queued' OR state = 'processing' OR state = 'completed'
                OR state = 'waiting' OR state = 'retrying' OR state = 'paused'
                OR state = 'problems' OR state = 'failed' OR state = 'cancelled'),
  wish        TEXT CHECK (wish = 'cancel' OR wish = 'pause'),
  epoch       INTEGER NOT NULL DEFAULT 0 CHECK (epoch >= 0),
  engine      INTEGER,
  attempt     INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  faults      INTEGER NOT NULL DEFAULT 0 CHECK (faults >= 0),
  losses      INTEGER NOT NULL DEFAULT 0 CHECK (losses >= 0),
  stage       TEXT,
  done        INTEGER NOT NULL DEFAULT 0 CHECK (done >= 0),
  total       INTEGER CHECK (total >= 0),
  code        TEXT,
  message     TEXT,
  dismissed   INTEGER NOT NULL DEFAULT 0 CHECK (dismissed = 0 OR dismissed = 1),
  created_at  INTEGER NOT NULL,
  queued_at   INTEGER NOT NULL,
  not_before  INTEGER,
  started_at  INTEGER,
  progress_at INTEGER,
  finished_at INTEGER,
  CHECK ((state = 'processing') = (engine IS NOT NULL)),
  CHECK (wish IS NULL OR state = 'processing'),
  CHECK (not_before IS NOT NULL OR (state <> 'waiting' AND state <> 'retrying')),
  CHECK ((state = 'completed' OR state = 'problems' OR state = 'failed' OR state = 'cancelled')
         = (finished_at IS NOT NULL)),
  CHECK (dismissed = 0 OR state = 'failed')
) STRICT;
INSERT INTO spelled_out SELECT
  id, lane, kind, subject, dedup, payload, priority, rank, state, wish, epoch, engine, attempt, faults, losses, stage,
  done, total, code, message, dismissed, created_at, queued_at, not_before, started_at, progress_at, finished_at
  FROM jobs;
DELETE FROM sqlite_sequence WHERE name = 'spelled_out';
INSERT INTO sqlite_sequence SELECT 'spelled_out', seq FROM sqlite_sequence WHERE name = 'jobs';
DROP TABLE jobs;
ALTER TABLE spelled_out RENAME TO jobs;
CREATE INDEX jobs_ready ON jobs (lane, priority DESC, rank, id) WHERE state = 'queued';
CREATE INDEX jobs_oldest ON jobs (queued_at) WHERE state = 'queued';
CREATE INDEX jobs_due ON jobs (not_before) WHERE state IN ('waiting', 'retrying');
CREATE INDEX jobs_running ON jobs (engine) WHERE state = 'processing';
CREATE INDEX jobs_paused ON jobs (id) WHERE state = 'paused';
CREATE INDEX jobs_dead ON jobs (finished_at) WHERE state = 'failed' AND dismissed = 0;
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_subject ON jobs (subject);
CREATE UNIQUE INDEX jobs_dedup ON jobs (dedup) WHERE dedup IS NOT NULL
  AND state IN ('waiting', 'queued', 'processing', 'retrying', 'paused') AND wish IS NOT 'cancel';
CREATE TRIGGER jobs_epoch_rises BEFORE UPDATE OF epoch ON jobs WHEN new.epoch < old.epoch
BEGIN SELECT RAISE (ABORT, 'the epoch of a job fell'); END;
CREATE TRIGGER tally_new AFTER INSERT ON jobs
BEGIN
  INSERT INTO tally VALUES (new.lane, new.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_gone AFTER DELETE ON jobs
BEGIN
  UPDATE tally SET n = n - 1 WHERE lane = old.lane AND state = old.state;
END;
CREATE TRIGGER tally_moved AFTER UPDATE OF state, lane ON jobs
  WHEN new.state <> old.state OR new.lane <> old.lane
BEGIN
  UPDATE tally SET n = n - 1 WHERE lane = old.lane AND state = old.state;
  INSERT INTO tally VALUES (new.lane, new.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
";

/// One job as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRow {
    /// Its number.
    pub job: JobId,
    /// The line it stands in.
    pub lane: String,
    /// What is to be done.
    pub kind: String,
    /// What it is to be done to; opaque here.
    pub subject: i64,
    /// Where it stands.
    pub state: State,
    /// How urgent it is.
    pub priority: Priority,
    /// Place in its lane, 1 is next; only while queued.
    pub position: Option<u32>,
    /// What the worker said it is doing.
    pub stage: Option<String>,
    /// Steps done; a job that goes on later keeps them.
    pub done: u32,
    /// Steps in all, once known.
    pub total: Option<u32>,
    /// The latest try, from 1; 0 before the first. Only faults raise it.
    pub attempt: u32,
    /// How often an engine died or was replaced under it.
    pub losses: u32,
    /// How often it was claimed.
    pub epoch: Epoch,
    /// What was asked of it while it runs.
    pub wish: Option<StopWish>,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// When it may run at the earliest.
    pub not_before: Option<Timestamp>,
    /// When it was claimed last.
    pub started_at: Option<Timestamp>,
    /// When its progress was stored last.
    pub progress_at: Option<Timestamp>,
    /// When it reached a final state.
    pub finished_at: Option<Timestamp>,
    /// Code of the latest fault or problem.
    pub code: Option<String>,
    /// What was said about it.
    pub message: Option<String>,
    /// The engine that holds it, while processing.
    pub engine: Option<EngineEpoch>,
}

/// The job of that number, with its position.
pub fn job(conn: &Connection, job: JobId) -> Result<Option<JobRow>, QueueError> {
    let row = conn
        .prepare_cached(&select("WHERE id = ?1"))?
        .query_row([job], read)
        .optional()?;
    row.map(|row| with_position(conn, row)).transpose()
}

/// All jobs about a subject, oldest first, with their positions.
pub fn jobs_of(conn: &Connection, subject: i64) -> Result<Vec<JobRow>, QueueError> {
    rows(conn, "WHERE subject = ?1 ORDER BY id", &[&subject])?
        .into_iter()
        .map(|row| with_position(conn, row))
        .collect()
}

/// Subjects with an unfinished job.
pub fn subjects_in_hand(conn: &Connection) -> Result<HashSet<i64>, QueueError> {
    Ok(conn
        .prepare_cached("SELECT subject FROM jobs WHERE finished_at IS NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

fn with_position(conn: &Connection, row: JobRow) -> Result<JobRow, QueueError> {
    Ok(JobRow {
        position: position(conn, row.job)?,
        ..row
    })
}

/// Jobs without positions, for a `WHERE … ORDER BY …` of this crate.
pub(crate) fn rows(
    conn: &Connection,
    tail: &str,
    params: &[&dyn ToSql],
) -> Result<Vec<JobRow>, QueueError> {
    Ok(conn
        .prepare_cached(&select(tail))?
        .query_map(params, read)?
        .collect::<Result<_, _>>()?)
}

fn select(tail: &str) -> String {
    format!(
        "SELECT id, lane, kind, subject, state, priority, stage, done, total, attempt, losses, epoch, wish,
                created_at, not_before, started_at, finished_at, code, message, engine, progress_at FROM jobs {tail}"
    )
}

fn read(row: &Row) -> rusqlite::Result<JobRow> {
    Ok(JobRow {
        job: row.get(0)?,
        lane: row.get(1)?,
        kind: row.get(2)?,
        subject: row.get(3)?,
        state: row.get(4)?,
        priority: row.get(5)?,
        position: None,
        stage: row.get(6)?,
        done: row.get(7)?,
        total: row.get(8)?,
        attempt: row.get(9)?,
        losses: row.get(10)?,
        epoch: row.get(11)?,
        wish: row.get(12)?,
        created_at: row.get(13)?,
        not_before: row.get(14)?,
        started_at: row.get(15)?,
        finished_at: row.get(16)?,
        code: row.get(17)?,
        message: row.get(18)?,
        engine: row.get(19)?,
        progress_at: row.get(20)?,
    })
}
