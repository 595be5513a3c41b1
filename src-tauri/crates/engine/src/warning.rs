//! What a person should hear before it becomes trouble: more comes in than is done, or workers keep dying.
//!
//! The working engine looks out for it and writes it where every process can read it; the log is told what comes and
//! what has gone.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::json;
use sheaf_queue::Timestamp;
use sheaf_store::table::warnings;
use sheaf_store::{Conn, StoreError};
use sheaf_worker::Task;

use crate::commit::Commits;
use crate::rehearsal::Commit;
use crate::seat::Floor;
use crate::{clock, intake};

/// So long more must have come than was done.
const SPAN_MIN: i64 = 30;
/// Deaths are counted over so many minutes.
const RECENT: Duration = Duration::from_secs(600);
const MINUTE: i64 = 60_000;

/// One thing to be warned of. Front ends word it by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// More jobs wait than so many minutes ago, and more than half of that ago.
    BacklogGrows {
        waiting: u32,
        more: u32,
        minutes: u32,
    },
    /// Workers of a lane ended without being asked to, so many times in so many minutes.
    WorkerDies {
        lane: String,
        times: u32,
        minutes: u32,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BacklogGrows {
                waiting,
                more,
                minutes,
            } => write!(
                f,
                "The queue grows: {waiting} jobs wait, {more} more than {minutes} minutes ago."
            ),
            Self::WorkerDies {
                lane,
                times,
                minutes,
            } => write!(
                f,
                "A worker keeps dying: {times} times in {minutes} minutes while {lane}."
            ),
        }
    }
}

impl Warning {
    /// What a person can do.
    pub(crate) fn advice(&self) -> &'static str {
        match self {
            Self::BacklogGrows { .. } => {
                "Raise reading.workers or indexing.workers, or watch fewer folders."
            }
            Self::WorkerDies { .. } => {
                "See `sheaf failed` and logs/engine.log for the documents it happened at."
            }
        }
    }
}

/// Everything the library is warned of now.
pub(crate) fn list(conn: &Conn) -> sheaf_store::Result<Vec<Warning>> {
    let rows = warnings::list(conn)?;
    // A warning that this program does not know was written by another one.
    Ok(rows
        .iter()
        .filter_map(|row| serde_json::from_str(row).ok())
        .collect())
}

/// When workers were lost, by their task.
#[derive(Debug, Default)]
pub(crate) struct Deaths(Mutex<VecDeque<(Task, Instant)>>);

impl Deaths {
    pub(crate) fn note(&self, task: Task, now: Instant) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(_, at)| now.saturating_duration_since(*at) < RECENT);
        all.push_back((task, now));
    }

    fn recent(&self, task: Task, now: Instant) -> u32 {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = all
            .iter()
            .filter(|(of, at)| *of == task && now.saturating_duration_since(*at) < RECENT);
        u32::try_from(recent.count()).unwrap_or(u32::MAX)
    }
}

/// Keeps an eye on it; one look a second.
#[derive(Default)]
pub(crate) struct Lookout {
    line: Line,
    told: Vec<Warning>,
}

impl Lookout {
    pub(crate) fn look(&mut self, floor: &Floor) -> sheaf_store::Result<()> {
        let now = clock::now();
        let conn = floor.library.read()?;
        let counts = sheaf_queue::counts(&conn)?;
        let is_open = !sheaf_queue::is_paused(&conn)?
            && !sheaf_queue::lanes(&conn)?.iter().any(|lane| lane.paused);
        drop(conn);
        self.line.note(now, counts.queued + counts.retrying);
        let grows = self.line.growth(now, floor.settings.warn_backlog);
        let deaths = dying(&floor.deaths, floor.settings.warn_deaths, Instant::now());
        let found: Vec<Warning> = grows
            .filter(|_| is_open)
            .into_iter()
            .chain(deaths)
            .collect();
        if found != self.told {
            write(floor, &found)?;
            self.log(floor, &found);
            self.told = found;
        }
        Ok(())
    }

    fn log(&self, floor: &Floor, found: &[Warning]) {
        let tell = |event: &str, warning: &Warning| {
            let at = jiff::Timestamp::from_millisecond(clock::now().0).unwrap_or_default();
            floor.journal.write(json!({
                "at": at.to_string(), "event": event, "what": warning, "message": warning.to_string(),
            }));
        };
        let is_new =
            |warning: &&Warning, old: &[Warning]| !old.iter().any(|one| is_same_kind(one, warning));
        for warning in found.iter().filter(|one| is_new(one, &self.told)) {
            tell("warning", warning);
        }
        for warning in self.told.iter().filter(|one| is_new(one, found)) {
            tell("warning_over", warning);
        }
    }
}

/// The same thing with other numbers.
fn is_same_kind(one: &Warning, other: &Warning) -> bool {
    match (one, other) {
        (Warning::BacklogGrows { .. }, Warning::BacklogGrows { .. }) => true,
        (Warning::WorkerDies { lane, .. }, Warning::WorkerDies { lane: other, .. }) => {
            lane == other
        }
        _ => false,
    }
}

fn dying(deaths: &Deaths, enough: u32, now: Instant) -> Vec<Warning> {
    let lanes = [
        (Task::Read, intake::READING),
        (Task::Index, intake::INDEXING),
    ];
    let dying = lanes.into_iter().filter_map(|(task, lane)| {
        let times = deaths.recent(task, now);
        (enough > 0 && times >= enough).then(|| Warning::WorkerDies {
            lane: lane.to_owned(),
            times,
            minutes: (RECENT.as_secs() / 60) as u32,
        })
    });
    dying.collect()
}

/// Writes what is warned of; nothing when the role is lost.
pub(crate) fn write(floor: &Floor, found: &[Warning]) -> sheaf_store::Result<()> {
    let rows: Vec<String> = found
        .iter()
        .filter_map(|warning| serde_json::to_string(warning).ok())
        .collect();
    let engine = floor.engine;
    floor.library.commit(Commit::Report, move |tx| {
        if !sheaf_queue::holds_role(tx, engine)? {
            return Err(StoreError::Queue(sheaf_queue::QueueError::RoleLost));
        }
        warnings::replace(tx, &rows)
    })
}

/// How many waited, minute by minute.
#[derive(Debug, Default)]
struct Line(VecDeque<(Timestamp, u32)>);

impl Line {
    /// What a clock that was set back left in the future is forgotten.
    fn note(&mut self, now: Timestamp, waiting: u32) {
        self.0.retain(|(at, _)| at.0 <= now.0);
        while self
            .0
            .get(1)
            .is_some_and(|(at, _)| now.0 - at.0 >= SPAN_MIN * MINUTE)
        {
            self.0.pop_front();
        }
        if self.0.back().is_none_or(|(at, _)| now.0 - at.0 >= MINUTE) {
            self.0.push_back((now, waiting));
        }
    }

    /// A heap that somebody added at once shrinks from then on; what grows was smaller at the beginning, at half time
    /// and is larger now.
    fn growth(&self, now: Timestamp, enough: u32) -> Option<Warning> {
        let ago = |minutes: i64| {
            let old = self
                .0
                .iter()
                .rev()
                .find(|(at, _)| now.0 - at.0 >= minutes * MINUTE);
            old.map(|(_, waiting)| *waiting)
        };
        let (first, half, last) = (ago(SPAN_MIN)?, ago(SPAN_MIN / 2)?, self.0.back()?.1);
        let grows = first < half && half < last && enough > 0 && last >= enough;
        grows.then(|| Warning::BacklogGrows {
            waiting: last,
            more: last - first,
            minutes: SPAN_MIN as u32,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How the line looked at each minute of the last half hour; whether it grows.
    fn grows(waiting: impl Fn(i64) -> u32) -> bool {
        let mut line = Line::default();
        for minute in 0..=SPAN_MIN {
            line.note(Timestamp(minute * MINUTE), waiting(minute));
        }
        line.growth(Timestamp(SPAN_MIN * MINUTE), 100).is_some()
    }

    #[test]
    fn a_queue_into_which_more_comes_than_is_done_grows() {
        assert!(grows(|minute| 90 + minute as u32));
    }

    #[test]
    fn a_heap_added_at_once_does_not_grow() {
        assert!(!grows(|minute| 10_000 - minute as u32));
        assert!(!grows(|minute| if minute < 20 {
            0
        } else {
            10_000 - minute as u32
        }));
    }

    #[test]
    fn a_short_line_may_grow() {
        assert!(!grows(|minute| minute as u32));
    }

    #[test]
    fn nothing_is_said_before_half_an_hour_was_seen() {
        let mut line = Line::default();
        for minute in 0..SPAN_MIN {
            line.note(Timestamp(minute * MINUTE), 1_000 + minute as u32);
        }
        assert_eq!(line.growth(Timestamp((SPAN_MIN - 1) * MINUTE), 100), None);
    }

    #[test]
    fn a_clock_that_was_set_back_begins_anew() {
        let mut line = Line::default();
        line.note(Timestamp(100 * MINUTE), 5);
        line.note(Timestamp(MINUTE), 7);
        assert_eq!(line.0, [(Timestamp(MINUTE), 7)]);
    }

    #[test]
    fn a_worker_that_dies_again_and_again_is_told_until_it_stops() {
        let (deaths, begun) = (Deaths::default(), Instant::now());
        for second in 0..5 {
            deaths.note(Task::Read, begun + Duration::from_secs(second));
        }
        let told = dying(&deaths, 5, begun + Duration::from_secs(5));
        assert!(
            matches!(&told[..], [Warning::WorkerDies { lane, times: 5, .. }] if lane == "reading")
        );
        assert_eq!(dying(&deaths, 6, begun + Duration::from_secs(5)), []);
        assert_eq!(
            dying(&deaths, 5, begun + RECENT + Duration::from_secs(2)),
            []
        );
    }
}
