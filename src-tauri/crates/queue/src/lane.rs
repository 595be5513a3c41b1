//! Lanes: separate lines of jobs with their own size and limit; and the pause of one or of all.
//!
//! How many children serve a lane (`slots`, `keep_free`) is remembered here and obeyed by the engine.

use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};

use crate::QueueError;

/// `open_lanes` names the lanes from which jobs may be claimed now.
pub(crate) const TABLE: &str = "
CREATE TABLE lanes (
  name       TEXT PRIMARY KEY,
  slots      INTEGER NOT NULL CHECK (slots >= 0),
  keep_free  INTEGER NOT NULL CHECK (keep_free >= 0),
  max_queued INTEGER NOT NULL CHECK (max_queued >= 0),
  paused     INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE TABLE all_lanes (
  only   INTEGER PRIMARY KEY CHECK (only = 1),
  paused INTEGER NOT NULL CHECK (paused IN (0, 1))
) STRICT;
INSERT INTO all_lanes (only, paused) VALUES (1, 0);
CREATE VIEW open_lanes AS
  SELECT name FROM lanes WHERE paused = 0 AND (SELECT paused FROM all_lanes) = 0;
";

/// One lane's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneRow {
    /// What jobs call it.
    pub name: String,
    /// Jobs that may be worked on at once.
    pub slots: u32,
    /// Of these, how many wait for more urgent work.
    pub keep_free: u32,
    /// Jobs that may stand in line: waiting, queued, retrying and paused ones.
    pub max_queued: u32,
    /// Whether this lane was paused (`is_paused` tells whether all were).
    pub paused: bool,
}

/// Makes a lane or changes its settings; its pause stays as it is.
///
/// A smaller `max_queued` removes nothing; it only refuses what comes.
pub fn set_lane(
    tx: &Transaction,
    name: &str,
    slots: u32,
    keep_free: u32,
    max_queued: u32,
) -> Result<(), QueueError> {
    tx.prepare_cached(
        "INSERT INTO lanes (name, slots, keep_free, max_queued) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name) DO UPDATE SET slots = ?2, keep_free = ?3, max_queued = ?4",
    )?
    .execute((name, slots, keep_free, max_queued))?;
    Ok(())
}

/// The lane of that name.
pub fn lane(conn: &Connection, name: &str) -> Result<Option<LaneRow>, QueueError> {
    Ok(conn
        .prepare_cached(
            "SELECT name, slots, keep_free, max_queued, paused FROM lanes WHERE name = ?1",
        )?
        .query_row([name], read)
        .optional()?)
}

/// All lanes by name.
pub fn lanes(conn: &Connection) -> Result<Vec<LaneRow>, QueueError> {
    Ok(conn
        .prepare_cached(
            "SELECT name, slots, keep_free, max_queued, paused FROM lanes ORDER BY name",
        )?
        .query_map([], read)?
        .collect::<Result<_, _>>()?)
}

/// Stops claims from this lane; running jobs are asked to give way at their next checkpoint.
///
/// Returns whether that changed anything. Pauses survive restarts.
///
/// # Errors
/// [`QueueError::UnknownLane`].
pub fn pause_lane(tx: &Transaction, name: &str) -> Result<bool, QueueError> {
    switch_lane(tx, name, true)
}

/// Lets claims go on in this lane, unless all are paused. Returns whether that changed anything.
///
/// # Errors
/// [`QueueError::UnknownLane`].
pub fn resume_lane(tx: &Transaction, name: &str) -> Result<bool, QueueError> {
    switch_lane(tx, name, false)
}

/// Stops claims from every lane, present and future. Returns whether that changed anything.
pub fn pause_all(tx: &Transaction) -> Result<bool, QueueError> {
    switch_all(tx, true)
}

/// Takes [`pause_all`] back; lanes and jobs that were paused one by one stay so.
pub fn resume_all(tx: &Transaction) -> Result<bool, QueueError> {
    switch_all(tx, false)
}

/// Whether [`pause_all`] is in force.
pub fn is_paused(conn: &Connection) -> Result<bool, QueueError> {
    Ok(conn
        .prepare_cached("SELECT paused FROM all_lanes")?
        .query_row([], |row| row.get(0))?)
}

fn switch_lane(tx: &Transaction, name: &str, paused: bool) -> Result<bool, QueueError> {
    let changed = tx
        .prepare_cached("UPDATE lanes SET paused = ?2 WHERE name = ?1 AND paused <> ?2")?
        .execute((name, paused))?;
    if changed == 0 && lane(tx, name)?.is_none() {
        return Err(QueueError::UnknownLane(name.to_owned()));
    }
    Ok(changed > 0)
}

fn switch_all(tx: &Transaction, paused: bool) -> Result<bool, QueueError> {
    let changed = tx
        .prepare_cached("UPDATE all_lanes SET paused = ?1 WHERE paused <> ?1")?
        .execute([paused])?;
    Ok(changed > 0)
}

fn read(row: &Row) -> rusqlite::Result<LaneRow> {
    Ok(LaneRow {
        name: row.get(0)?,
        slots: row.get(1)?,
        keep_free: row.get(2)?,
        max_queued: row.get(3)?,
        paused: row.get(4)?,
    })
}
