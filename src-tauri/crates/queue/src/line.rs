//! The line of a lane: where a queued job stands, found in the same time at any length.
//!
//! Queued jobs stand in the order priority, rank, number. A **stretch** is up to 1,024 neighbours of one priority in that
//! order; triggers count the jobs of each. A position is the sum of the stretches before, and a count inside one.

use rusqlite::{Connection, OptionalExtension, ToSql};

use crate::{JobId, JobRow, QueueError, job};

/// A job that was never moved to the top has rank 0, and its stretch is numbered by its own number; one that was moved
/// there has a negative rank that hardly another shares, and its stretch is numbered by that. So stretches are in order,
/// and none is larger than 1,024 jobs but by chance.
pub(crate) const TABLE: &str = "
CREATE TABLE stretches (
  lane     TEXT NOT NULL,
  priority INTEGER NOT NULL,
  stretch  INTEGER NOT NULL,
  n        INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (lane, priority DESC, stretch)
) STRICT, WITHOUT ROWID;
INSERT INTO stretches
  SELECT lane, priority, iif(rank < 0, rank, id) >> 10, count(*) FROM jobs WHERE state = 'queued' GROUP BY 1, 2, 3;
CREATE TRIGGER stretches_new AFTER INSERT ON jobs WHEN new.state = 'queued'
BEGIN
  INSERT INTO stretches VALUES (new.lane, new.priority, iif(new.rank < 0, new.rank, new.id) >> 10, 1)
      ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER stretches_gone AFTER DELETE ON jobs WHEN old.state = 'queued'
BEGIN
  UPDATE stretches SET n = n - 1
   WHERE lane = old.lane AND priority = old.priority AND stretch = iif(old.rank < 0, old.rank, old.id) >> 10;
  DELETE FROM stretches
   WHERE lane = old.lane AND priority = old.priority AND stretch = iif(old.rank < 0, old.rank, old.id) >> 10 AND n = 0;
END;
CREATE TRIGGER stretches_left AFTER UPDATE OF state, lane, priority, rank ON jobs
  WHEN old.state = 'queued' AND (new.state <> 'queued' OR new.lane <> old.lane OR new.priority <> old.priority
                                 OR new.rank <> old.rank)
BEGIN
  UPDATE stretches SET n = n - 1
   WHERE lane = old.lane AND priority = old.priority AND stretch = iif(old.rank < 0, old.rank, old.id) >> 10;
  DELETE FROM stretches
   WHERE lane = old.lane AND priority = old.priority AND stretch = iif(old.rank < 0, old.rank, old.id) >> 10 AND n = 0;
END;
CREATE TRIGGER stretches_joined AFTER UPDATE OF state, lane, priority, rank ON jobs
  WHEN new.state = 'queued' AND (old.state <> 'queued' OR new.lane <> old.lane OR new.priority <> old.priority
                                 OR new.rank <> old.rank)
BEGIN
  INSERT INTO stretches VALUES (new.lane, new.priority, iif(new.rank < 0, new.rank, new.id) >> 10, 1)
      ON CONFLICT DO UPDATE SET n = n + 1;
END;
";

/// log2 of a stretch's size; the triggers say the same number.
const SHIFT: u32 = 10;

/// A place in a lane's line.
struct Spot {
    lane: String,
    priority: i64,
    rank: i64,
    id: i64,
}

impl Spot {
    fn of(conn: &Connection, job: JobId) -> Result<Option<Self>, QueueError> {
        Ok(conn
            .prepare_cached(
                "SELECT lane, priority, rank, id FROM jobs WHERE id = ?1 AND state = 'queued'",
            )?
            .query_row([job], |row| {
                Ok(Self {
                    lane: row.get(0)?,
                    priority: row.get(1)?,
                    rank: row.get(2)?,
                    id: row.get(3)?,
                })
            })
            .optional()?)
    }

    fn stretch(&self) -> i64 {
        let number = if self.rank < 0 { self.rank } else { self.id };
        number >> SHIFT
    }
}

/// The place of a job in its lane: 1 is claimed next. `None` unless it is queued.
///
/// Costs the same at any length: some hundred additions and a count of at most a thousand index entries.
pub fn position(conn: &Connection, job: JobId) -> Result<Option<u32>, QueueError> {
    let Some(spot) = Spot::of(conn, job)? else {
        return Ok(None);
    };
    let (rank, id) = first_of(spot.stretch());
    // Ranges of the index instead of one OR, which would walk the whole lane.
    let before: u32 = conn
        .prepare_cached(
            "SELECT (SELECT coalesce(sum(n), 0) FROM stretches WHERE lane = ?1 AND priority > ?2)
                  + (SELECT coalesce(sum(n), 0) FROM stretches WHERE lane = ?1 AND priority = ?2 AND stretch < ?3)
                  + (SELECT count(*) FROM jobs WHERE state = 'queued' AND lane = ?1 AND priority = ?2
                        AND rank = ?4 AND id >= ?7 AND id < ?5)
                  + (SELECT count(*) FROM jobs WHERE state = 'queued' AND lane = ?1 AND priority = ?2
                        AND rank >= ?6 AND rank < ?4)",
        )?
        .query_row(
            (&spot.lane, spot.priority, spot.stretch(), spot.rank, spot.id, rank, id),
            |row| row.get(0),
        )?;
    Ok(Some(before + 1))
}

/// The lowest rank and number that a job of this stretch can have.
fn first_of(stretch: i64) -> (i64, i64) {
    match stretch << SHIFT {
        rank @ ..0 => (rank, 0),
        id => (0, id),
    }
}

/// Queued jobs of a lane in order, without their positions; `skip` of them are left out before.
pub(crate) fn window(
    conn: &Connection,
    lane: &str,
    limit: u32,
    skip: u32,
) -> Result<Vec<JobRow>, QueueError> {
    let Some(start) = start_of(conn, lane, skip)? else {
        return Ok(Vec::new());
    };
    let (rank, id) = first_of(start.stretch);
    // No rank is above 0. A comparison of pairs, `(rank, id) >= (0, ?4)`, would walk over all lower numbers.
    let tail = if rank < 0 {
        "WHERE state = 'queued' AND lane = ?1 AND priority = ?2 AND rank >= ?3 AND ?4 = 0
         ORDER BY rank, id LIMIT ?5 OFFSET ?6"
    } else {
        "WHERE state = 'queued' AND lane = ?1 AND priority = ?2 AND rank = ?3 AND id >= ?4
         ORDER BY rank, id LIMIT ?5 OFFSET ?6"
    };
    let params: [&dyn ToSql; 6] = [&lane, &start.priority, &rank, &id, &limit, &start.skip];
    let mut rows = job::rows(conn, tail, &params)?;
    let left = limit - u32::try_from(rows.len()).unwrap_or(limit);
    if left > 0 {
        rows.extend(job::rows(
            conn,
            "WHERE state = 'queued' AND lane = ?1 AND priority < ?2
             ORDER BY priority DESC, rank, id LIMIT ?3",
            &[&lane, &start.priority, &left],
        )?);
    }
    Ok(rows)
}

struct Start {
    priority: i64,
    stretch: i64,
    /// Jobs to leave out from the stretch's first on.
    skip: u32,
}

/// The stretch in which the job stands that has so many before it.
fn start_of(conn: &Connection, lane: &str, mut skip: u32) -> Result<Option<Start>, QueueError> {
    let mut stretches = conn.prepare_cached(
        "SELECT priority, stretch, n FROM stretches WHERE lane = ?1 ORDER BY priority DESC, stretch",
    )?;
    let mut stretches = stretches.query([lane])?;
    while let Some(row) = stretches.next()? {
        let n: u32 = row.get(2)?;
        if skip < n {
            return Ok(Some(Start {
                priority: row.get(0)?,
                stretch: row.get(1)?,
                skip,
            }));
        }
        skip -= n;
    }
    Ok(None)
}
