//! Jobs: the queue in its order, the dead letters, counts, workers.

use sheaf_document::DocumentId;
use sheaf_queue::{JobRow, State, WorkerState};
use sheaf_store::table::revisions;
use sheaf_store::table::{documents, pages, places, vectors, watches};
use sheaf_store::{Conn, Library};

use crate::answer::{QueueAnswer, StatsAnswer, WarningAnswer, WorkerAnswer};
use crate::{Result, clock, warning};

pub(crate) fn queue(library: &Library, limit: u32) -> Result<Vec<QueueAnswer>> {
    window(&*library.read()?, limit, 0)
}

/// A window of the unfinished jobs that nobody works on: in line with their positions, then those that retry, wait for
/// their time or are paused.
pub(crate) fn waiting(conn: &Conn, limit: u32, offset: u32) -> Result<Vec<QueueAnswer>> {
    let running = sheaf_queue::counts(conn)?.processing;
    window(conn, limit, running + offset)
}

/// Jobs that are worked on now.
pub(super) fn running(conn: &Conn) -> Result<Vec<QueueAnswer>> {
    let running = sheaf_queue::counts(conn)?.processing;
    window(conn, running, 0)
}

fn window(conn: &Conn, limit: u32, offset: u32) -> Result<Vec<QueueAnswer>> {
    let rows = sheaf_queue::listing(conn, None, limit, offset)?;
    rows.into_iter().map(|row| queued(conn, row)).collect()
}

pub(crate) fn dead(library: &Library) -> Result<Vec<QueueAnswer>> {
    let conn = library.read()?;
    let rows = sheaf_queue::dead(&conn, u32::MAX)?;
    rows.into_iter().map(|row| queued(&conn, row)).collect()
}

fn queued(conn: &Conn, row: JobRow) -> Result<QueueAnswer> {
    let document = DocumentId(row.subject);
    let place = places::of(conn, document)?.into_iter().next();
    let revision = documents::get(conn, document)?
        .and_then(|found| found.building.or(found.current))
        .map(|revision| revisions::get(conn, revision))
        .transpose()?;
    Ok(QueueAnswer {
        bytes: place.as_ref().map(|place| place.bytes),
        media: revision.and_then(|revision| revision.kind),
        added_at: row.created_at.0,
        job: row.job,
        document,
        path: place.map(|place| place.path).unwrap_or_default(),
        eta_s: eta_s(&row),
        kind: row.kind,
        lane: row.lane,
        state: row.state.as_str(),
        priority: row.priority.0,
        position: row.position,
        stage: row.stage,
        pages_done: row.done,
        pages_total: row.total,
        attempt: row.attempt,
        not_before: row.not_before.map(|at| at.0),
        started_at: row.started_at.map(|at| at.0),
        code: row.code,
        message: row.message,
    })
}

/// Seconds to the end, from the pace so far; unknown before the first page.
fn eta_s(row: &JobRow) -> Option<u64> {
    if row.state != State::Processing || row.done == 0 {
        return None;
    }
    let (total, started) = (u64::from(row.total?), row.started_at?);
    let spent_ms = u64::try_from(clock::now().0 - started.0).ok()?;
    let left = total.saturating_sub(row.done.into());
    Some(spent_ms * left / u64::from(row.done) / 1000)
}

pub(crate) fn stats(library: &Library) -> Result<StatsAnswer> {
    let conn = library.read()?;
    let now = clock::now();
    let counts = sheaf_queue::counts(&conn)?;
    let (pages, passages, recent) = pages::totals(&conn, now.0 - 60_000)?;
    Ok(StatsAnswer {
        waiting: counts.waiting.into(),
        queued: counts.queued.into(),
        processing: counts.processing.into(),
        retrying: counts.retrying.into(),
        paused: counts.paused.into(),
        completed: counts.completed.into(),
        problems: counts.problems.into(),
        failed: counts.failed.into(),
        cancelled: counts.cancelled.into(),
        dead: counts.dead.into(),
        documents: documents::count(&conn)?,
        pages,
        passages,
        embedded: vectors::embedded_total(&conn)?,
        pages_per_minute: recent,
        oldest_queued_s: counts
            .oldest_queued
            .map(|at| u64::try_from(now.0 - at.0).unwrap_or(0) / 1000),
        warnings: warning::list(&conn)?
            .into_iter()
            .map(|warning| WarningAnswer {
                message: warning.to_string(),
                warning,
            })
            .collect(),
    })
}

pub(crate) fn workers(library: &Library) -> Result<Vec<WorkerAnswer>> {
    let conn = library.read()?;
    let now = clock::now();
    let rows = sheaf_queue::workers(&conn)?;
    Ok(rows
        .into_iter()
        .map(|row| WorkerAnswer {
            worker: row.worker,
            pid: row.pid,
            lane: row.lane,
            state: match row.state {
                WorkerState::Starting => "starting",
                WorkerState::Idle => "idle",
                WorkerState::Busy => "busy",
            },
            job: row.job,
            page: row.page,
            done: row.done,
            rss_bytes: row.rss_bytes,
            restarts: row.restarts,
            heartbeat_s: u64::try_from(now.0 - row.heartbeat_at.0).unwrap_or(0) / 1000,
        })
        .collect())
}

/// Whether work is left that would be done without anybody's doing.
pub(crate) fn is_busy(library: &Library) -> Result<bool> {
    let conn = library.read()?;
    Ok(sheaf_queue::busy(&conn)? || watches::is_busy(&conn)?)
}
