//! The list of unfinished jobs in the order of work, a window at a time.

use rusqlite::Connection;

use crate::{JobRow, QueueError, State, job, lanes, line, tally};

/// Unfinished jobs of one lane or of all, in the order of work: running; queued, lane after lane, with their
/// positions; then those that retry, wait for their time, or are paused.
///
/// `offset` skips that many rows of the whole list, at most `limit` are returned. It takes
/// several statements: call it in a read transaction for a view of one moment.
pub fn listing(
    conn: &Connection,
    lane: Option<&str>,
    limit: u32,
    offset: u32,
) -> Result<Vec<JobRow>, QueueError> {
    let mut window = Window {
        skip: offset,
        left: limit,
    };
    let mut list = Vec::new();
    window.take(conn, &mut list, lane, &RUNNING)?;
    for queue in lanes_of(conn, lane)? {
        window.take_queued(conn, &mut list, &queue)?;
    }
    for part in [RETRYING, WAITING, PAUSED] {
        window.take(conn, &mut list, lane, &part)?;
    }
    Ok(list)
}

/// What is still to be skipped and to be shown of a list that is read part by part.
struct Window {
    skip: u32,
    left: u32,
}

impl Window {
    fn take(
        &mut self,
        conn: &Connection,
        list: &mut Vec<JobRow>,
        lane: Option<&str>,
        part: &Part,
    ) -> Result<(), QueueError> {
        if let Some(skip) = self.enter(tally::size(conn, lane, part.state)?) {
            let shown = job::rows(conn, part.tail, &[&lane, &self.left, &skip])?;
            self.show(list, shown);
        }
        Ok(())
    }

    /// The queued jobs of one lane, with their positions.
    fn take_queued(
        &mut self,
        conn: &Connection,
        list: &mut Vec<JobRow>,
        lane: &str,
    ) -> Result<(), QueueError> {
        if let Some(skip) = self.enter(tally::size(conn, Some(lane), State::Queued)?) {
            let mut shown = line::window(conn, lane, self.left, skip)?;
            for (place, row) in (skip + 1..).zip(&mut shown) {
                row.position = Some(place);
            }
            self.show(list, shown);
        }
        Ok(())
    }

    /// How many rows of a part of that size are to be skipped before the first that is shown; `None` if none is.
    fn enter(&mut self, size: u32) -> Option<u32> {
        if self.left == 0 || size <= self.skip {
            self.skip = self.skip.saturating_sub(size);
            return None;
        }
        Some(std::mem::take(&mut self.skip))
    }

    fn show(&mut self, list: &mut Vec<JobRow>, shown: Vec<JobRow>) {
        self.left -= u32::try_from(shown.len()).unwrap_or(self.left);
        list.extend(shown);
    }
}

/// One part of the list. The state stands in the text too, for SQLite to see that a partial index fits.
struct Part {
    state: State,
    tail: &'static str,
}

const RUNNING: Part = Part {
    state: State::Processing,
    tail: "WHERE state = 'processing' AND lane = coalesce(?1, lane)
           ORDER BY started_at, id LIMIT ?2 OFFSET ?3",
};
const RETRYING: Part = Part {
    state: State::Retrying,
    tail:
        "WHERE state IN ('waiting', 'retrying') AND state = 'retrying' AND lane = coalesce(?1, lane)
           ORDER BY not_before, id LIMIT ?2 OFFSET ?3",
};
const WAITING: Part = Part {
    state: State::Waiting,
    tail:
        "WHERE state IN ('waiting', 'retrying') AND state = 'waiting' AND lane = coalesce(?1, lane)
           ORDER BY not_before, id LIMIT ?2 OFFSET ?3",
};
const PAUSED: Part = Part {
    state: State::Paused,
    tail: "WHERE state = 'paused' AND lane = coalesce(?1, lane) ORDER BY id LIMIT ?2 OFFSET ?3",
};

fn lanes_of(conn: &Connection, lane: Option<&str>) -> Result<Vec<String>, QueueError> {
    match lane {
        Some(name) => Ok(vec![name.to_owned()]),
        None => Ok(lanes(conn)?.into_iter().map(|lane| lane.name).collect()),
    }
}
