//! Regular work: what is done again and again at times of its own. It is no job and stands in no line.
//!
//! A pattern (such as a cron expression) is opaque here; whoever fires a schedule computes its next time.

use rusqlite::{Connection, Row, Transaction};
use serde::{Deserialize, Serialize};

use crate::{EngineEpoch, QueueError, Timestamp, holds_role};

/// `next_at` is NULL while it is off.
pub(crate) const TABLE: &str = "
CREATE TABLE schedules (
  name    TEXT PRIMARY KEY,
  pattern TEXT NOT NULL,
  next_at INTEGER,
  last_at INTEGER
) STRICT, WITHOUT ROWID;
";

/// One piece of regular work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleRow {
    /// What is done.
    pub name: String,
    /// When, in the words of whoever set it.
    pub pattern: String,
    /// When it is due; `None` while it is off.
    pub next_at: Option<Timestamp>,
    /// When it was done last.
    pub last_at: Option<Timestamp>,
}

/// All schedules by name.
pub fn schedules(conn: &Connection) -> Result<Vec<ScheduleRow>, QueueError> {
    Ok(conn
        .prepare_cached("SELECT name, pattern, next_at, last_at FROM schedules ORDER BY name")?
        .query_map([], read)?
        .collect::<Result<_, _>>()?)
}

/// Makes a schedule or changes it; `None` switches it off. When it was done last stays.
pub fn set_schedule(
    tx: &Transaction,
    name: &str,
    pattern: &str,
    next_at: Option<Timestamp>,
) -> Result<(), QueueError> {
    tx.prepare_cached(
        "INSERT INTO schedules (name, pattern, next_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET pattern = ?2, next_at = ?3",
    )?
    .execute((name, pattern, next_at))?;
    Ok(())
}

/// Notes that a schedule that was due at `due` is done `now`, and when it is due again. However many times were
/// missed, it fires once.
///
/// Returns false, and then it must not be done, when somebody changed it meanwhile, when it is not due yet, or when
/// `engine` lost the role.
pub fn fire(
    tx: &Transaction,
    engine: EngineEpoch,
    name: &str,
    due: Timestamp,
    next_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool, QueueError> {
    if !holds_role(tx, engine)? {
        return Ok(false);
    }
    let fired = tx
        .prepare_cached(
            "UPDATE schedules SET last_at = ?4, next_at = ?3
              WHERE name = ?1 AND next_at = ?2 AND next_at <= ?4",
        )?
        .execute((name, due, next_at, now))?;
    Ok(fired > 0)
}

fn read(row: &Row) -> rusqlite::Result<ScheduleRow> {
    Ok(ScheduleRow {
        name: row.get(0)?,
        pattern: row.get(1)?,
        next_at: row.get(2)?,
        last_at: row.get(3)?,
    })
}
