//! Looking at the library: documents, text, queue, counts, workers. Nothing here writes.

use std::path::Path;

use sheaf_document::{DocumentId, Source};
use sheaf_queue::{JobRow, State, WorkerState};
use sheaf_store::table::documents::{self, Document, DocumentState, Revision};
use sheaf_store::table::{collections, events, pages, places, vectors};
use sheaf_store::{Conn, Library};

use crate::answer::{
    AddAnswer, AttemptAnswer, DocumentAnswer, Intake, PageAnswer, Problem, QueueAnswer, ShowAnswer,
    StatsAnswer, TextAnswer, WorkerAnswer,
};
use crate::{EngineError, Result, clock};

/// Which documents `list` shows, and in what order.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    pub state: Option<DocumentState>,
    pub collection: Option<String>,
    /// Only documents with a place below this folder.
    pub folder: Option<String>,
    pub limit: Option<usize>,
    /// By name instead of newest first.
    pub by_name: bool,
}

/// A document by its id, or by a path it has in the library.
pub(crate) fn resolve(conn: &Conn, word: &str) -> Result<DocumentId> {
    let by_id = word.parse().ok().map(DocumentId);
    let found = match by_id {
        Some(id) => documents::get(conn, id)?,
        None => None,
    };
    let found = match found {
        Some(document) => Some(document),
        None => {
            let path = std::path::absolute(Path::new(word)).unwrap_or_else(|_| word.into());
            let place = places::at(conn, path.as_os_str().as_encoded_bytes())?;
            place
                .map(|place| documents::get(conn, place.document))
                .transpose()?
                .flatten()
        }
    };
    found
        .map(|document| document.id)
        .ok_or_else(|| EngineError::NoDocument(word.to_owned()))
}

/// A document with its newest revision, gathered once for every view.
struct Seen {
    document: Document,
    revision: Option<Revision>,
    paths: Vec<String>,
    counts: pages::PageCounts,
}

fn see(conn: &Conn, id: DocumentId) -> Result<Seen> {
    let document =
        documents::get(conn, id)?.ok_or_else(|| EngineError::NoDocument(id.to_string()))?;
    let revision = document.current.or(document.building);
    let counts = revision
        .map(|revision| pages::counts(conn, revision))
        .transpose()?
        .unwrap_or_default();
    let places = places::of(conn, document.id)?;
    Ok(Seen {
        revision: revision
            .map(|revision| documents::revision(conn, revision))
            .transpose()?,
        paths: places.into_iter().map(|place| place.path).collect(),
        document,
        counts,
    })
}

impl Seen {
    fn path(&self) -> String {
        self.paths.first().cloned().unwrap_or_default()
    }

    fn problems(&self, conn: &Conn) -> Result<Vec<Problem>> {
        let Some(revision) = &self.revision else {
            return Ok(Vec::new());
        };
        let failed = pages::failed(conn, revision.id)?;
        Ok(failed.into_iter().map(Problem::new).collect())
    }
}

pub(crate) fn show(library: &Library, id: DocumentId) -> Result<ShowAnswer> {
    let conn = library.read()?;
    let seen = see(&conn, id)?;
    let document = &seen.document;
    let revision = seen.revision.as_ref();
    let attempts = sheaf_queue::attempts_of(&conn, document.id.0)?;
    let fault = document.fault.clone();
    Ok(ShowAnswer {
        document: document.id,
        path: seen.path(),
        places: seen.paths.clone(),
        kind: revision.and_then(|r| r.kind),
        title: revision.and_then(|r| r.title.clone()),
        author: revision.and_then(|r| r.author.clone()),
        date: revision.and_then(|r| r.date.clone()),
        bytes: revision.and_then(|r| r.bytes),
        hash: revision.and_then(|r| r.hash).map(|hash| hex(&hash)),
        state: document.state,
        code: fault.as_ref().map(|f| f.code),
        message: fault.map(|f| f.detail),
        collections: collections::of(&conn, document.id)?,
        pages_total: revision.and_then(|r| r.pages_total),
        pages_read: seen.counts.read,
        pages_failed: seen.problems(&conn)?,
        passages: seen.counts.passages,
        indexed: document.current.is_some() && vectors::is_indexed(&conn, document.id)?,
        attempts: attempts.into_iter().map(attempt).collect(),
        events: events::of(&conn, document.id)?,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attempt(row: sheaf_queue::AttemptRow) -> AttemptAnswer {
    AttemptAnswer {
        job: row.job,
        attempt: row.attempt,
        epoch: row.epoch.0,
        started_at: row.started_at.0,
        ended_at: row.ended_at.map(|at| at.0),
        outcome: row.outcome,
        code: row.code,
        message: row.message,
    }
}

pub(crate) fn list(library: &Library, filter: &ListFilter) -> Result<Vec<DocumentAnswer>> {
    let conn = library.read()?;
    let mut answers = Vec::new();
    for id in documents::list(&conn)? {
        let seen = see(&conn, id)?;
        let collections = collections::of(&conn, id)?;
        let full = filter.limit.is_some_and(|limit| answers.len() >= limit) && !filter.by_name;
        if full {
            break;
        }
        if passes(&seen, &collections, filter) {
            answers.push(row(seen, collections));
        }
    }
    if filter.by_name {
        answers.sort_by_cached_key(|answer| (file_name(&answer.path), answer.document));
        answers.truncate(filter.limit.unwrap_or(usize::MAX));
    }
    Ok(answers)
}

fn file_name(path: &str) -> String {
    let name = Path::new(path).file_name().unwrap_or_default();
    name.to_string_lossy().to_lowercase()
}

fn passes(seen: &Seen, collections: &[String], filter: &ListFilter) -> bool {
    let below = |folder: &str| {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.into());
        seen.paths
            .iter()
            .any(|path| Path::new(path).starts_with(&folder))
    };
    filter
        .state
        .is_none_or(|state| state == seen.document.state)
        && filter.folder.as_deref().is_none_or(below)
        && filter
            .collection
            .as_ref()
            .is_none_or(|name| collections.iter().any(|one| one.eq_ignore_ascii_case(name)))
}

fn row(seen: Seen, collections: Vec<String>) -> DocumentAnswer {
    let path = seen.path();
    let Seen {
        document,
        revision,
        counts,
        ..
    } = seen;
    let fault = document.fault;
    DocumentAnswer {
        document: document.id,
        path,
        title: revision.as_ref().and_then(|r| r.title.clone()),
        kind: revision.as_ref().and_then(|r| r.kind),
        state: document.state,
        pages_total: revision.as_ref().and_then(|r| r.pages_total),
        pages_read: counts.read,
        pages_failed: counts.failed,
        bytes: revision.as_ref().and_then(|r| r.bytes),
        date: revision.and_then(|r| r.date),
        added_at: document.added_at,
        collections,
        code: fault.as_ref().map(|f| f.code),
        message: fault.map(|f| f.detail),
    }
}

pub(crate) fn text(library: &Library, id: DocumentId, only: Option<u32>) -> Result<TextAnswer> {
    let conn = library.read()?;
    let seen = see(&conn, id)?;
    let stored = match &seen.revision {
        Some(revision) => pages::all(&conn, revision.id)?,
        None => Vec::new(),
    };
    let total = seen
        .revision
        .as_ref()
        .and_then(|r| r.pages_total)
        .unwrap_or(stored.len() as u32);
    let mut stored = stored.into_iter().peekable();
    let pages = (1..=total)
        .map(|page| match stored.next_if(|next| next.page == page) {
            Some(found) => stored_page(found),
            None => waiting_page(page),
        })
        .filter(|page| only.is_none_or(|only| only == page.page))
        .collect();
    Ok(TextAnswer {
        document: seen.document.id,
        path: seen.path(),
        pages,
    })
}

fn stored_page(page: pages::StoredPage) -> PageAnswer {
    PageAnswer {
        page: page.page,
        text: page.text,
        source: page.source,
        confidence: page.confidence,
        state: if page.fault.is_some() {
            "failed"
        } else {
            "read"
        },
        code: page.fault.map(|fault| fault.code),
    }
}

fn waiting_page(page: u32) -> PageAnswer {
    PageAnswer {
        page,
        text: String::new(),
        source: Source::None,
        confidence: 0.0,
        state: "waiting",
        code: None,
    }
}

pub(crate) fn queue(library: &Library, limit: u32) -> Result<Vec<QueueAnswer>> {
    let conn = library.read()?;
    let rows = sheaf_queue::listing(&conn, None, limit, 0)?;
    rows.into_iter().map(|row| queued(&conn, row)).collect()
}

pub(crate) fn dead(library: &Library) -> Result<Vec<QueueAnswer>> {
    let conn = library.read()?;
    let rows = sheaf_queue::dead(&conn, u32::MAX)?;
    rows.into_iter().map(|row| queued(&conn, row)).collect()
}

fn queued(conn: &Conn, row: JobRow) -> Result<QueueAnswer> {
    let document = DocumentId(row.subject);
    let place = places::of(conn, document)?.into_iter().next();
    Ok(QueueAnswer {
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

/// Brings the answers of an `add` up to date: where each file's document stands now.
pub(crate) fn refresh(library: &Library, answers: &mut [AddAnswer]) -> Result<()> {
    let conn = library.read()?;
    for answer in answers.iter_mut() {
        let Some(asked) = answer.document else {
            continue;
        };
        let seen = see(&conn, asked)?;
        let state = seen.document.state;
        answer.state = Some(state);
        answer.pages_total = seen.revision.as_ref().and_then(|r| r.pages_total);
        answer.pages_read = seen.counts.read;
        answer.problems = seen.problems(&conn)?;
        answer.position = match answer.job {
            Some(job) => sheaf_queue::position(&conn, job)?,
            None => None,
        };
        if seen.document.id != asked {
            answer.document = Some(seen.document.id);
            answer.intake = Intake::Duplicate;
        }
        if state == DocumentState::Unsupported {
            answer.intake = Intake::Unsupported;
        }
        answer.code = seen.document.fault.as_ref().map(|f| f.code);
        answer.message = message(&seen, &answer.problems, answer.intake);
    }
    Ok(())
}

/// What happened, what was kept, what to do; nothing where all is well.
fn message(seen: &Seen, problems: &[Problem], intake: Intake) -> Option<String> {
    if let Some(fault) = &seen.document.fault {
        return Some(fault.detail.clone());
    }
    match (problems, intake, seen.document.state) {
        ([one], ..) => Some(format!(
            "Page {} could not be read. The other {} are searchable.",
            one.page, seen.counts.read
        )),
        ([_, ..], ..) => Some(format!(
            "{} pages could not be read. The other {} are searchable.",
            problems.len(),
            seen.counts.read
        )),
        ([], _, DocumentState::Cancelled) => {
            Some("Cancelled. What was read stays searchable; add it again to go on.".to_owned())
        }
        ([], Intake::Queued | Intake::Duplicate, _) => None,
        ([], Intake::Unsupported | Intake::Refused, _) => None,
    }
}

/// Whether work is left that would be done without anybody's doing.
pub(crate) fn is_busy(library: &Library) -> Result<bool> {
    Ok(sheaf_queue::busy(&*library.read()?)?)
}
