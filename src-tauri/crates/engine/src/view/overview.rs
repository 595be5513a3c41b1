//! Everything that a front end shows while it works, as of one moment and of a bounded size.

use serde::Serialize;
use sheaf_store::table::documents;
use sheaf_store::table::events;
use sheaf_store::table::settled::{self, Settled};
use sheaf_store::{Conn, Library};

use super::documents::settled as settled_rows;
use super::jobs::{running, waiting};
use crate::answer::{DocumentAnswer, QueueAnswer};
use crate::watch::{self, FolderAnswer};
use crate::{Result, clock};

/// So many rows of each list come with an overview; the others are asked for.
const WAITING_SHOWN: u32 = 50;
const SETTLED_SHOWN: u32 = 20;

/// What may not be claimed, because a person said so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Paused {
    pub all: bool,
    pub reading: bool,
    pub indexing: bool,
}

/// How many of the children that read are at work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Readers {
    pub busy: u32,
    pub total: u32,
}

/// The first rows of a list, and how many there are.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Group<T> {
    pub total: u32,
    pub rows: Vec<T>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Overview {
    pub paused: Paused,
    pub readers: Readers,
    /// Pages read in the last minute.
    pub pages_per_minute: u32,
    /// All documents of the library, and those for which nothing more is done by itself.
    pub documents: u32,
    pub settled: u32,
    /// Jobs that are not finished.
    pub active: u32,
    pub running: Vec<QueueAnswer>,
    pub waiting: Group<QueueAnswer>,
    /// Documents that failed, wholly or in part.
    pub attention: Group<DocumentAnswer>,
    pub done: Group<DocumentAnswer>,
    pub folders: Vec<FolderAnswer>,
}

pub(crate) fn overview(library: &Library) -> Result<Overview> {
    let conn = library.read()?;
    // One moment for all of it: counts and rows must agree.
    let moment = conn
        .unchecked_transaction()
        .map_err(sheaf_store::StoreError::from)?;
    let counts = sheaf_queue::counts(&moment)?;
    let in_line = counts.waiting + counts.queued + counts.retrying + counts.paused;
    let documents = documents::count(&moment)? as u32;
    Ok(Overview {
        paused: paused(&moment)?,
        readers: readers(&moment)?,
        pages_per_minute: events::pages_since(&moment, clock::now().0 - 60_000)?,
        documents,
        settled: documents - settled::count_unsettled(&moment)?.min(documents),
        active: in_line + counts.processing,
        running: running(&moment)?,
        waiting: Group {
            total: in_line,
            rows: waiting(&moment, WAITING_SHOWN, 0)?,
        },
        attention: group(&moment, Settled::Attention)?,
        done: group(&moment, Settled::Done)?,
        folders: watch::brief(&moment)?,
    })
}

fn group(conn: &Conn, which: Settled) -> Result<Group<DocumentAnswer>> {
    Ok(Group {
        total: settled::count(conn, which)?,
        rows: settled_rows(conn, which, SETTLED_SHOWN, 0)?,
    })
}

fn paused(conn: &Conn) -> Result<Paused> {
    let lane = |name| {
        let lane = sheaf_queue::lane(conn, name)?;
        Ok::<_, crate::EngineError>(lane.is_some_and(|lane| lane.paused))
    };
    Ok(Paused {
        all: sheaf_queue::is_paused(conn)?,
        reading: lane(crate::intake::READING)?,
        indexing: lane(crate::intake::INDEXING)?,
    })
}

fn readers(conn: &Conn) -> Result<Readers> {
    let lane = sheaf_queue::lane(conn, crate::intake::READING)?;
    let workers = sheaf_queue::workers(conn)?;
    let busy = workers.iter().filter(|worker| {
        worker.lane == crate::intake::READING && worker.state == sheaf_queue::WorkerState::Busy
    });
    Ok(Readers {
        busy: busy.count() as u32,
        total: lane.map_or(0, |lane| lane.slots),
    })
}
