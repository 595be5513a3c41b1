//! How many jobs each lane has in each state, kept by triggers, so that counting costs the same at any length.

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use crate::{QueueError, State, Timestamp};

pub(crate) const TABLE: &str = "
CREATE TABLE tally (
  lane  TEXT NOT NULL,
  state TEXT NOT NULL,
  n     INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (lane, state)
) STRICT, WITHOUT ROWID;
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

/// How many jobs are in which state, over all lanes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// [`State::Waiting`].
    pub waiting: u32,
    /// [`State::Queued`].
    pub queued: u32,
    /// [`State::Processing`].
    pub processing: u32,
    /// [`State::Retrying`].
    pub retrying: u32,
    /// [`State::Paused`].
    pub paused: u32,
    /// [`State::Completed`].
    pub completed: u32,
    /// [`State::Problems`].
    pub problems: u32,
    /// [`State::Failed`], dismissed ones too.
    pub failed: u32,
    /// [`State::Cancelled`].
    pub cancelled: u32,
    /// Failed and not dismissed.
    pub dead: u32,
    /// Since when the queued job that stands longest has been in line: enqueued, due, resumed or retried by hand.
    /// (A job that gave way or lost its engine stands there as long as before.)
    pub oldest_queued: Option<Timestamp>,
}

/// Counts over all lanes.
pub fn counts(conn: &Connection) -> Result<Counts, QueueError> {
    let mut counts = Counts::default();
    let mut sums = conn.prepare_cached("SELECT state, sum(n) FROM tally GROUP BY state")?;
    let mut sums = sums.query([])?;
    while let Some(row) = sums.next()? {
        *counts.of(row.get(0)?) = row.get(1)?;
    }
    counts.dead = conn
        .prepare_cached("SELECT count(*) FROM jobs WHERE state = 'failed' AND dismissed = 0")?
        .query_row([], |row| row.get(0))?;
    counts.oldest_queued = conn
        .prepare_cached(
            "SELECT queued_at FROM jobs WHERE state = 'queued' ORDER BY queued_at LIMIT 1",
        )?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(counts)
}

/// Whether anything goes on by itself: a job runs, or is queued or retrying and not held by a pause of its lane
/// or of all. Waiting and paused jobs do not count.
pub fn busy(conn: &Connection) -> Result<bool, QueueError> {
    Ok(conn
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM tally WHERE n > 0 AND (state = 'processing'
               OR state IN ('queued', 'retrying') AND lane IN (SELECT name FROM open_lanes)))",
        )?
        .query_row([], |row| row.get(0))?)
}

/// How many jobs of a lane, or of all, are in a state.
pub(crate) fn size(conn: &Connection, lane: Option<&str>, state: State) -> Result<u32, QueueError> {
    Ok(conn
        .prepare_cached(
            "SELECT coalesce(sum(n), 0) FROM tally WHERE state = ?2 AND lane = coalesce(?1, lane)",
        )?
        .query_row((lane, state), |row| row.get(0))?)
}

/// How many jobs stand in line in a lane, and how many may.
pub(crate) struct Room {
    pub(crate) limit: u32,
    pub(crate) taken: u32,
}

/// The room in a lane; `None` for an unknown one.
///
/// Asked for every new job, and SQLite builds a table for a list after `IN` each time, so there is none.
pub(crate) fn room(conn: &Connection, lane: &str) -> Result<Option<Room>, QueueError> {
    Ok(conn
        .prepare_cached(
            "SELECT max_queued,
                    (SELECT coalesce(sum(CASE state WHEN 'queued' THEN n WHEN 'waiting' THEN n
                                                    WHEN 'retrying' THEN n WHEN 'paused' THEN n END), 0)
                       FROM tally WHERE lane = ?1)
               FROM lanes WHERE name = ?1",
        )?
        .query_row([lane], |row| {
            Ok(Room {
                limit: row.get(0)?,
                taken: row.get(1)?,
            })
        })
        .optional()?)
}

impl Counts {
    fn of(&mut self, state: State) -> &mut u32 {
        match state {
            State::Waiting => &mut self.waiting,
            State::Queued => &mut self.queued,
            State::Processing => &mut self.processing,
            State::Retrying => &mut self.retrying,
            State::Paused => &mut self.paused,
            State::Completed => &mut self.completed,
            State::Problems => &mut self.problems,
            State::Failed => &mut self.failed,
            State::Cancelled => &mut self.cancelled,
        }
    }
}
