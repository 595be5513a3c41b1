//! Regular work: what the engine does at times of its own, and how people change those times.

use std::time::Duration;

use serde::Serialize;
use sheaf_queue::{ScheduleRow, Timestamp};
use sheaf_store::table::gone;
use sheaf_store::{Conn, Library, Tx};

use crate::commit::Commits;
use crate::pattern::{Pattern, PatternError};
use crate::rehearsal::Commit;
use crate::seat::Floor;
use crate::warning::Lookout;
use crate::{clock, lifecycle, switch, upkeep};

/// How often the engine looks whether something is due.
const LOOK: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    #[error("no regular work is called “{0}”; there are upkeep, cleanup and report")]
    Unknown(String),
    #[error(transparent)]
    Pattern(#[from] PatternError),
}

/// What is done regularly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Regular {
    Upkeep,
    Cleanup,
    Report,
}

impl Regular {
    const ALL: [Self; 3] = [Self::Upkeep, Self::Cleanup, Self::Report];

    fn as_str(self) -> &'static str {
        match self {
            Self::Upkeep => "upkeep",
            Self::Cleanup => "cleanup",
            Self::Report => "report",
        }
    }

    fn parse(name: &str) -> Result<Self, ScheduleError> {
        Self::ALL
            .into_iter()
            .find(|regular| regular.as_str() == name)
            .ok_or_else(|| ScheduleError::Unknown(name.to_owned()))
    }

    fn default_pattern(self) -> &'static str {
        match self {
            Self::Upkeep | Self::Report => "*/5 * * * *",
            Self::Cleanup => "0 * * * *",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Upkeep => "queues documents that lack their text or their index",
            Self::Cleanup => {
                "drops jobs that finished longer ago than queue.keep_finished_h, and data of what is out of the library for longer than library.grace_h"
            }
            Self::Report => "writes counts into the log",
        }
    }
}

/// A piece of regular work as `sheaf schedule` shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Schedule {
    pub name: &'static str,
    pub cron: String,
    pub on: bool,
    /// Milliseconds since 1970.
    pub next_at: Option<i64>,
    pub last_at: Option<i64>,
    pub meaning: &'static str,
}

/// Every piece of regular work. Those that no engine has seen yet are shown as they will be.
pub(crate) fn list(conn: &Conn) -> crate::Result<Vec<Schedule>> {
    let rows = sheaf_queue::schedules(conn)?;
    let shown = Regular::ALL.into_iter().map(|regular| {
        let row = rows.iter().find(|row| row.name == regular.as_str());
        Schedule {
            name: regular.as_str(),
            cron: row.map_or_else(
                || regular.default_pattern().to_owned(),
                |row| row.pattern.clone(),
            ),
            on: row.is_none_or(|row| row.next_at.is_some()),
            next_at: row.and_then(|row| row.next_at).map(|at| at.0),
            last_at: row.and_then(|row| row.last_at).map(|at| at.0),
            meaning: regular.meaning(),
        }
    });
    Ok(shown.collect())
}

/// Sets when something is done, and switches it on; `None` switches it off.
pub(crate) fn set(library: &Library, name: &str, words: Option<&str>) -> crate::Result<Schedule> {
    let regular = Regular::parse(name)?;
    let pattern = words.map(Pattern::parse).transpose()?;
    library.commit(Commit::Settings, move |tx| {
        let kept = row_of(tx, regular)?.map(|row| row.pattern);
        let (text, next) = match &pattern {
            Some(pattern) => (
                pattern.as_str().to_owned(),
                pattern.next_after(clock::now()),
            ),
            None => (
                kept.unwrap_or_else(|| regular.default_pattern().to_owned()),
                None,
            ),
        };
        Ok(sheaf_queue::set_schedule(
            tx,
            regular.as_str(),
            &text,
            next,
        )?)
    })?;
    let shown = list(&*library.read()?)?;
    shown
        .into_iter()
        .find(|schedule| schedule.name == name)
        .ok_or_else(|| ScheduleError::Unknown(name.to_owned()).into())
}

fn row_of(conn: &Conn, regular: Regular) -> sheaf_store::Result<Option<ScheduleRow>> {
    let rows = sheaf_queue::schedules(conn)?;
    Ok(rows.into_iter().find(|row| row.name == regular.as_str()))
}

/// Enters what is not there yet; call it when taking up the role.
pub(crate) fn enter(tx: &Tx<'_>, now: Timestamp) -> sheaf_store::Result<()> {
    for regular in Regular::ALL {
        if row_of(tx, regular)?.is_none() {
            let text = regular.default_pattern();
            let next = Pattern::parse(text).ok().and_then(|p| p.next_after(now));
            sheaf_queue::set_schedule(tx, regular.as_str(), text, next)?;
        }
    }
    Ok(())
}

/// Upkeep is also the first thing that an engine does, unless it is off.
pub(crate) fn begin(floor: &Floor) {
    let is_on = floor
        .library
        .read()
        .and_then(|conn| row_of(&conn, Regular::Upkeep))
        .is_ok_and(|row| row.is_some_and(|row| row.next_at.is_some()));
    if is_on {
        let _ = act(floor, Regular::Upkeep);
    }
}

/// A thread's life: whatever is due, until the engine stops or loses its role.
pub(crate) fn sit(floor: &Floor) {
    let mut lookout = Lookout::default();
    while !floor.is_stopping() {
        for regular in Regular::ALL {
            // What fails now (a full disk, say) is due again next time.
            let _ = look(floor, regular);
        }
        let _ = lookout.look(floor);
        let _ = switch::advance(floor);
        floor.rest(LOOK);
    }
}

fn look(floor: &Floor, regular: Regular) -> sheaf_store::Result<()> {
    let now = clock::now();
    let conn = floor.library.read()?;
    let Some(row) = row_of(&conn, regular)? else {
        return Ok(());
    };
    drop(conn);
    let (Some(due), Ok(pattern)) = (row.next_at, Pattern::parse(&row.pattern)) else {
        return Ok(());
    };
    let next = pattern.next_after(now);
    if due <= now {
        let (engine, name) = (floor.engine, regular.as_str());
        let fired = floor.library.commit(Commit::Fire, move |tx| {
            let fired = sheaf_queue::fire(tx, engine, name, due, next, now)?;
            Ok(fired)
        })?;
        if fired {
            act(floor, regular)?;
        }
    } else if next.is_some_and(|next| next < due) {
        // The clock was set back: what was due tomorrow by the old one must not wait until then.
        floor.library.commit(Commit::Fire, move |tx| {
            Ok(sheaf_queue::set_schedule(
                tx,
                regular.as_str(),
                &row.pattern,
                next,
            )?)
        })?;
    }
    Ok(())
}

fn act(floor: &Floor, regular: Regular) -> sheaf_store::Result<()> {
    match regular {
        Regular::Upkeep => upkeep::run(floor)?,
        Regular::Cleanup => {
            purge(floor)?;
            let keep = floor.settings.keep_finished;
            floor.library.commit(Commit::Cleanup, move |tx| {
                let before = before(clock::now(), keep);
                sheaf_queue::cleanup(tx, before)?;
                Ok(())
            })?;
        }
        Regular::Report => lifecycle::counts(&floor.journal, &floor.library),
    }
    Ok(())
}

/// Documents whose grace time is over are deleted in one transaction, so that nobody waits long for the writer.
const PURGED: u32 = 20;

/// Deletes the data of what has been out of the library for its grace time.
fn purge(floor: &Floor) -> sheaf_store::Result<()> {
    let before = before(clock::now(), floor.settings.grace).0;
    while !floor.is_stopping() {
        let expired = gone::expired(&*floor.library.read()?, before, PURGED)?;
        if expired.is_empty() {
            break;
        }
        floor.library.commit(Commit::Purge, move |tx| {
            let now = clock::now().0;
            expired
                .iter()
                .try_for_each(|document| gone::purge(tx, *document, before, now))
        })?;
    }
    floor.library.commit(Commit::Purge, move |tx| {
        gone::drop_expired_places(tx, before).map(drop)
    })
}

/// The moment so long ago; the beginning of time rather than an underflow.
pub(crate) fn before(now: Timestamp, ago: Duration) -> Timestamp {
    let ago = i64::try_from(ago.as_millis()).unwrap_or(i64::MAX);
    Timestamp(now.0.saturating_sub(ago))
}
