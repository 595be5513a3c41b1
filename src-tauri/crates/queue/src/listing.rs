//! The list of unfinished jobs in the order of work, a window at a time.

use rusqlite::Connection;

use crate::{JobRow, QueueError, State, job, lanes, tally};

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
        let skipped = window.skip;
        let from = list.len();
        window.take(conn, &mut list, Some(&queue), &QUEUED)?;
        for (place, row) in (skipped + 1..).zip(&mut list[from..]) {
            row.position = Some(place);
        }
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
        let size = tally::size(conn, lane, part.state)?;
        if self.left == 0 || size <= self.skip {
            self.skip = self.skip.saturating_sub(size);
            return Ok(());
        }
        let shown = job::rows(conn, part.tail, &[&lane, &self.left, &self.skip])?;
        self.skip = 0;
        self.left -= u32::try_from(shown.len()).unwrap_or(self.left);
        list.extend(shown);
        Ok(())
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
const QUEUED: Part = Part {
    state: State::Queued,
    tail: "WHERE state = 'queued' AND lane = ?1
           ORDER BY priority DESC, rank, id LIMIT ?2 OFFSET ?3",
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
