//! What the engine answers, field by field as `docs`' command contract names it. Times are RFC 3339 in the answers of
//! the command, so here they are milliseconds since 1970 and the front end words them.

use serde::Serialize;
use sheaf_document::{Code, DocumentId, Fault, Kind, Source};
use sheaf_queue::JobId;
use sheaf_store::table::documents::DocumentState;

use crate::warning::Warning;

/// How a file was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Intake {
    Queued,
    Duplicate,
    Unsupported,
    Refused,
}

/// Something that could not be done, and on which page (from 1).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Problem {
    pub page: u32,
    pub code: Code,
    pub message: String,
}

impl Problem {
    pub(crate) fn new((page, fault): (u32, Fault)) -> Self {
        Self {
            page,
            code: fault.code,
            message: fault.detail,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct AddAnswer {
    pub path: String,
    pub parent: Option<String>,
    pub document: Option<DocumentId>,
    pub job: Option<JobId>,
    pub position: Option<u32>,
    pub intake: Intake,
    pub state: Option<DocumentState>,
    pub pages_total: Option<u32>,
    pub pages_read: u32,
    pub problems: Vec<Problem>,
    pub code: Option<Code>,
    pub message: Option<String>,
    /// The path exactly as the system holds it; empty for what is no file.
    #[serde(skip)]
    pub(crate) raw: Vec<u8>,
    /// It was found inside another file.
    #[serde(skip)]
    pub(crate) inside: bool,
}

impl AddAnswer {
    /// Of a path of which nothing else is known yet.
    pub(crate) fn new(path: String, parent: Option<String>) -> Self {
        Self {
            path,
            parent,
            document: None,
            job: None,
            position: None,
            intake: Intake::Queued,
            state: None,
            pages_total: None,
            pages_read: 0,
            problems: Vec::new(),
            code: None,
            message: None,
            raw: Vec::new(),
            inside: false,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct DocumentAnswer {
    pub document: DocumentId,
    pub path: String,
    pub title: Option<String>,
    pub kind: Option<Kind>,
    pub state: DocumentState,
    pub pages_total: Option<u32>,
    pub pages_read: u32,
    pub pages_failed: u32,
    pub bytes: Option<u64>,
    pub date: Option<String>,
    pub added_at: i64,
    pub collections: Vec<String>,
    pub code: Option<Code>,
    pub message: Option<String>,
    /// How many files have this content.
    pub places: u32,
    /// Stands for an added file whose content the library had already; `document` is the one that has it.
    pub duplicate: bool,
    /// The first pages that could not be read, at most [`PROBLEMS_SHOWN`].
    pub problems: Vec<Problem>,
}

/// So many failed pages are named in a list of documents.
pub(crate) const PROBLEMS_SHOWN: usize = 3;

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct QueueAnswer {
    pub job: JobId,
    pub document: DocumentId,
    pub path: String,
    pub kind: String,
    pub lane: String,
    pub state: &'static str,
    pub priority: i32,
    pub position: Option<u32>,
    pub stage: Option<String>,
    pub pages_done: u32,
    pub pages_total: Option<u32>,
    pub attempt: u32,
    pub not_before: Option<i64>,
    pub started_at: Option<i64>,
    pub eta_s: Option<u64>,
    pub code: Option<String>,
    pub message: Option<String>,
    pub bytes: Option<u64>,
    /// What the document is, once it was opened.
    pub media: Option<Kind>,
    pub added_at: i64,
}

#[derive(Debug, Clone, Serialize)]
pub struct StatsAnswer {
    pub waiting: u64,
    pub queued: u64,
    pub processing: u64,
    pub retrying: u64,
    pub paused: u64,
    pub completed: u64,
    pub problems: u64,
    pub failed: u64,
    pub cancelled: u64,
    pub dead: u64,
    pub documents: u64,
    pub pages: u64,
    pub passages: u64,
    pub embedded: u64,
    pub pages_per_minute: u64,
    pub oldest_queued_s: Option<u64>,
    pub warnings: Vec<WarningAnswer>,
}

/// A [`Warning`], and what it says in words.
#[derive(Debug, Clone, Serialize)]
pub struct WarningAnswer {
    #[serde(flatten)]
    pub warning: Warning,
    pub message: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct WorkerAnswer {
    pub worker: i64,
    pub pid: u32,
    pub lane: String,
    pub state: &'static str,
    pub job: Option<JobId>,
    pub page: Option<u32>,
    pub done: u32,
    pub rss_bytes: u64,
    pub restarts: u32,
    pub heartbeat_s: u64,
}

#[derive(Debug, Clone, Serialize)]
pub struct PageAnswer {
    pub page: u32,
    pub text: String,
    pub source: Source,
    pub confidence: f32,
    pub state: &'static str,
    pub code: Option<Code>,
}

#[derive(Debug, Clone, Serialize)]
pub struct TextAnswer {
    pub document: DocumentId,
    pub path: String,
    pub pages: Vec<PageAnswer>,
}

#[derive(Debug, Clone, Serialize)]
pub struct AttemptAnswer {
    pub job: JobId,
    pub attempt: u32,
    pub epoch: i64,
    pub started_at: i64,
    pub ended_at: Option<i64>,
    pub outcome: Option<String>,
    pub code: Option<String>,
    pub message: Option<String>,
}

pub type EventAnswer = sheaf_store::table::events::Event;

#[derive(Debug, Clone, Serialize)]
pub struct ShowAnswer {
    pub document: DocumentId,
    pub path: String,
    pub places: Vec<String>,
    pub kind: Option<Kind>,
    pub title: Option<String>,
    pub author: Option<String>,
    pub date: Option<String>,
    /// ISO 639 code of the language of its text, where it can be told.
    pub language: Option<String>,
    pub bytes: Option<u64>,
    pub hash: Option<String>,
    pub state: DocumentState,
    pub code: Option<Code>,
    pub message: Option<String>,
    pub collections: Vec<String>,
    pub pages_total: Option<u32>,
    pub pages_read: u32,
    pub pages_failed: Vec<Problem>,
    /// What a person should know of pages that were read, such as a doubtful language.
    pub notes: Vec<Problem>,
    /// The languages its scans are read in, as in `eng+deu`.
    pub languages: Option<String>,
    pub force_ocr: bool,
    pub passages: u32,
    pub indexed: bool,
    pub attempts: Vec<AttemptAnswer>,
    pub events: Vec<EventAnswer>,
}
