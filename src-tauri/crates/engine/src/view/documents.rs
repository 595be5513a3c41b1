//! Documents: one with all its history, and lists of them.

use std::path::{Path, PathBuf};

use sheaf_document::{Code, DocumentId, Fault};
use sheaf_store::table::documents::{self, Document, DocumentState};
use sheaf_store::table::places::Place;
use sheaf_store::table::revisions::{self, Revision};
use sheaf_store::table::settled::{self, Settled};
use sheaf_store::table::{collections, events, members, pages, places, vectors};
use sheaf_store::{Conn, Library};

use crate::answer::{AttemptAnswer, DocumentAnswer, PROBLEMS_SHOWN, Problem, ShowAnswer};
use crate::source::sources;
use crate::walk::{absolute, open_fault};
use crate::{EngineError, Result};

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
            let path = absolute(Path::new(word));
            let place = places::at(conn, path.as_os_str().as_encoded_bytes())?;
            let found = match place {
                Some(place) => Some(place.document),
                None => members::by_path(conn, &path.to_string_lossy())?,
            };
            found
                .map(|document| documents::get(conn, document))
                .transpose()?
                .flatten()
        }
    };
    found
        .map(|document| document.id)
        .ok_or_else(|| EngineError::NoDocument(word.to_owned()))
}

/// A document with its newest revision, gathered once for every view.
pub(super) struct Seen {
    pub(super) document: Document,
    pub(super) revision: Option<Revision>,
    paths: Vec<String>,
    pub(super) counts: pages::PageCounts,
}

pub(super) fn see(conn: &Conn, id: DocumentId) -> Result<Seen> {
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
            .map(|revision| revisions::get(conn, revision))
            .transpose()?,
        paths: paths(places),
        document,
        counts,
    })
}

/// Where a document is; of one that is out of the library, where it was.
fn paths(mut places: Vec<Place>) -> Vec<String> {
    if places.iter().any(|place| !place.removed) {
        places.retain(|place| !place.removed);
    }
    places.into_iter().map(|place| place.path).collect()
}

impl Seen {
    pub(super) fn path(&self) -> String {
        self.paths.first().cloned().unwrap_or_default()
    }

    pub(super) fn problems(&self, conn: &Conn) -> Result<Vec<Problem>> {
        let Some(revision) = &self.revision else {
            return Ok(Vec::new());
        };
        let failed = pages::failed(conn, revision.id)?;
        Ok(failed.into_iter().map(Problem::new).collect())
    }
}

impl Seen {
    /// What a person should know of pages that were read.
    pub(super) fn notes(&self, conn: &Conn) -> Result<Vec<Problem>> {
        let Some(revision) = &self.revision else {
            return Ok(Vec::new());
        };
        let noted = pages::noted(conn, revision.id)?;
        Ok(noted.into_iter().map(Problem::new).collect())
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
        language: revision.and_then(|r| r.language.clone()),
        bytes: revision.and_then(|r| r.bytes),
        hash: revision.and_then(|r| r.hash).map(|hash| hex(&hash)),
        state: document.state,
        code: fault.as_ref().map(|f| f.code),
        message: fault.map(|f| f.detail),
        collections: collections::of(&conn, document.id)?,
        pages_total: revision.and_then(|r| r.pages_total),
        pages_read: seen.counts.read,
        pages_failed: seen.problems(&conn)?,
        notes: seen.notes(&conn)?,
        languages: revision.map(|r| r.settings.languages.as_str().to_owned()),
        force_ocr: revision.is_some_and(|r| r.settings.force_ocr),
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
            answers.push(row(&conn, seen, collections)?);
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
        let folder = absolute(Path::new(folder));
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

fn row(conn: &Conn, seen: Seen, collections: Vec<String>) -> Result<DocumentAnswer> {
    let path = seen.path();
    let problems = match seen.counts.failed {
        0 => Vec::new(),
        _ => seen.problems(conn)?,
    };
    let Seen {
        document,
        revision,
        counts,
        paths,
    } = seen;
    let fault = document.fault;
    Ok(DocumentAnswer {
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
        places: paths.len() as u32,
        duplicate: false,
        problems: problems.into_iter().take(PROBLEMS_SHOWN).collect(),
    })
}

/// A window of one of the two lists of settled documents, the last added first.
pub(crate) fn settled(
    conn: &Conn,
    which: Settled,
    limit: u32,
    offset: u32,
) -> Result<Vec<DocumentAnswer>> {
    let ids = settled::list(conn, which, limit, offset)?;
    ids.into_iter()
        .map(|(id, merged)| {
            let seen = see(conn, id)?;
            let collections = collections::of(conn, seen.document.id)?;
            let answer = row(conn, seen, collections)?;
            Ok(DocumentAnswer {
                duplicate: merged,
                ..answer
            })
        })
        .collect()
}

/// The first place of a document where there is a file; for what lies in another file, that one.
pub(crate) fn original(library: &Library, id: DocumentId) -> Result<PathBuf> {
    let conn = library.read()?;
    let mut why = Fault::new(Code::FileMissing, "No place of this document is known.");
    for source in sources(&conn, id)? {
        match std::fs::metadata(&source.path) {
            Ok(_) => return Ok(source.path),
            Err(error) => why = open_fault(&error),
        }
    }
    Err(EngineError::Refused(why))
}
