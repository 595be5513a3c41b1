//! What a child is for and how much it may take.

use serde::{Deserialize, Serialize};
use sheaf_document::Languages;
use std::path::PathBuf;
use std::time::Duration;

/// What a child is for: it holds only what this needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Task {
    /// Open, read and render documents.
    Read,
    /// Embed texts.
    Index,
}

impl Task {
    /// The word behind `--worker` on the child's command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Index => "index",
        }
    }

    /// The task of a word written by [`Task::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Read, Self::Index]
            .into_iter()
            .find(|task| task.as_str() == word)
    }
}

/// A child to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildSpec {
    /// The `sheaf` program by its absolute path; started as `sheaf --worker read|index`.
    pub program: PathBuf,
    pub task: Task,
    /// The folder of libraries, OCR data and models, absolute.
    pub assets: PathBuf,
    /// The lists of languages that a reading child can recognise pages in: documents ask for one of them. Each costs 11
    /// to 17 MB a language.
    pub languages: Vec<Languages>,
    /// The folder of their `.traineddata` files, absolute; `None` for the one among the assets.
    pub tessdata: Option<PathBuf>,
    /// The embedding model of an indexing child, as `sheaf_embed::ModelName` writes it.
    pub model: String,
    /// Nobody waits for it: it takes the processors that others leave.
    pub gentle: bool,
    pub limits: Limits,
}

/// What a child may take before it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Resident memory in bytes.
    pub memory_bytes: u64,
    /// For opening a document; hashing adds [`Limits::HASH_WALL_PER_GIB`].
    pub open_wall: Duration,
    /// For a page, a picture or a batch of texts: time on the wall. A suspended machine's sleep does not
    /// count, nor does waiting for a processor (Linux).
    pub page_wall: Duration,
    /// For the same: time on the processors, all threads together.
    pub page_cpu: Duration,
    /// From the start of the process until it is ready.
    pub start_wall: Duration,
}

impl Limits {
    /// What hashing may take for 1 GiB: a slow network share gives 10 MB/s.
    pub const HASH_WALL_PER_GIB: Duration = Duration::from_secs(120);

    /// The defaults for a child; the multilingual model alone needs 670 MB at rest.
    pub fn for_child(task: Task, model: &str) -> Self {
        let large = task == Task::Index && model == sheaf_embed::ModelName::E5Small.as_str();
        Self {
            memory_bytes: if large { 1536 << 20 } else { 1 << 30 },
            ..Self::default()
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 1 << 30,
            open_wall: Duration::from_secs(60),
            page_wall: Duration::from_secs(120),
            page_cpu: Duration::from_secs(90),
            start_wall: Duration::from_secs(60),
        }
    }
}
