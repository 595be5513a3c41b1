//! The register of the engine's children, for all to see. Only the engine writes it; nothing is decided by it.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, Transaction};
use serde::{Deserialize, Serialize};

use crate::{EngineEpoch, JobId, QueueError, Timestamp, holds_role};

pub(crate) const TABLE: &str = "
CREATE TABLE workers (
  worker       INTEGER PRIMARY KEY,
  engine       INTEGER NOT NULL,
  pid          INTEGER NOT NULL,
  lane         TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('starting', 'idle', 'busy')),
  job          INTEGER,
  page         INTEGER,
  done         INTEGER NOT NULL,
  rss_bytes    INTEGER NOT NULL,
  restarts     INTEGER NOT NULL,
  heartbeat_at INTEGER NOT NULL
) STRICT;
";

/// One child of the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerRow {
    /// Its number, given by the engine; a replacement keeps it.
    pub worker: i64,
    /// The engine it belongs to.
    pub engine: EngineEpoch,
    /// Its process.
    pub pid: u32,
    /// The lane it serves.
    pub lane: String,
    /// What it is at.
    pub state: WorkerState,
    /// The job it works on.
    pub job: Option<JobId>,
    /// The page (or other step) of that job, from 1.
    pub page: Option<u32>,
    /// Jobs done since this process started.
    pub done: u32,
    /// Resident memory in bytes.
    pub rss_bytes: u64,
    /// How often the process was replaced.
    pub restarts: u32,
    /// When it was heard of last.
    pub heartbeat_at: Timestamp,
}

/// What a child is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorkerState {
    /// Not ready yet.
    Starting,
    /// Waits for work.
    Idle,
    /// Works.
    Busy,
}

/// Enters a child, in place of an earlier one of the same number.
///
/// # Errors
/// [`QueueError::RoleLost`] when its engine is not the engine any more.
pub fn register_worker(tx: &Transaction, worker: &WorkerRow) -> Result<(), QueueError> {
    write(
        tx,
        "INSERT INTO workers (worker, engine, pid, lane, state, job, page, done, rss_bytes, restarts, heartbeat_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (worker) DO UPDATE SET engine = ?2, pid = ?3, lane = ?4, state = ?5, job = ?6, page = ?7,
           done = ?8, rss_bytes = ?9, restarts = ?10, heartbeat_at = ?11",
        worker,
    )?;
    Ok(())
}

/// Writes what is new about a child. Returns whether it was registered.
///
/// # Errors
/// [`QueueError::RoleLost`] when its engine is not the engine any more.
pub fn update_worker(tx: &Transaction, worker: &WorkerRow) -> Result<bool, QueueError> {
    let changed = write(
        tx,
        "UPDATE workers SET pid = ?3, lane = ?4, state = ?5, job = ?6, page = ?7, done = ?8, rss_bytes = ?9,
                restarts = ?10, heartbeat_at = ?11 WHERE worker = ?1 AND engine = ?2",
        worker,
    )?;
    Ok(changed > 0)
}

/// Removes all children of an engine that stops cleanly. Those of a dead one go with [`crate::take_back`].
pub fn remove_workers_of(tx: &Transaction, engine: EngineEpoch) -> Result<u32, QueueError> {
    let removed = tx
        .prepare_cached("DELETE FROM workers WHERE engine = ?1")?
        .execute([engine])?;
    Ok(u32::try_from(removed).unwrap_or(u32::MAX))
}

/// All children by number.
pub fn workers(conn: &Connection) -> Result<Vec<WorkerRow>, QueueError> {
    Ok(conn
        .prepare_cached(
            "SELECT worker, engine, pid, lane, state, job, page, done, rss_bytes, restarts, heartbeat_at
               FROM workers ORDER BY worker",
        )?
        .query_map([], read)?
        .collect::<Result<_, _>>()?)
}

/// Removes the children of all engines before this one.
pub(crate) fn remove_before(tx: &Transaction, engine: EngineEpoch) -> Result<(), QueueError> {
    tx.prepare_cached("DELETE FROM workers WHERE engine < ?1")?
        .execute([engine])?;
    Ok(())
}

fn write(tx: &Transaction, sql: &str, worker: &WorkerRow) -> Result<usize, QueueError> {
    if !holds_role(tx, worker.engine)? {
        return Err(QueueError::RoleLost);
    }
    // SQLite has no unsigned 64-bit integers; nothing lives that needs them.
    let rss_bytes = i64::try_from(worker.rss_bytes).unwrap_or(i64::MAX);
    Ok(tx.prepare_cached(sql)?.execute((
        worker.worker,
        worker.engine,
        worker.pid,
        &worker.lane,
        worker.state,
        worker.job,
        worker.page,
        worker.done,
        rss_bytes,
        worker.restarts,
        worker.heartbeat_at,
    ))?)
}

fn read(row: &Row) -> rusqlite::Result<WorkerRow> {
    Ok(WorkerRow {
        worker: row.get(0)?,
        engine: row.get(1)?,
        pid: row.get(2)?,
        lane: row.get(3)?,
        state: row.get(4)?,
        job: row.get(5)?,
        page: row.get(6)?,
        done: row.get(7)?,
        rss_bytes: u64::try_from(row.get::<_, i64>(8)?).unwrap_or(0),
        restarts: row.get(9)?,
        heartbeat_at: row.get(10)?,
    })
}

impl ToSql for WorkerState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Starting => "starting",
            Self::Idle => "idle",
            Self::Busy => "busy",
        }
        .into())
    }
}

impl FromSql for WorkerState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "starting" => Ok(Self::Starting),
            "idle" => Ok(Self::Idle),
            "busy" => Ok(Self::Busy),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}
