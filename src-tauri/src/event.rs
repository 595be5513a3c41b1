//! What the window is told without asking.

use serde::Serialize;
use sheaf_engine::{AddAnswer, Fault, Sight};

/// One of the things that happen by themselves. There is one channel for all of them.
#[derive(Debug, Clone, Serialize, specta::Type, tauri_specta::Event)]
#[serde(tag = "type", rename_all = "snake_case")]
#[tauri_specta(event_name = "sheaf")]
pub(crate) enum Event {
    Snapshot {
        snapshot: Snapshot,
    },
    /// Files are held over the window. Names are those of the first files, without their folders.
    DragEnter {
        files: u32,
        folders: u32,
        names: Vec<String>,
    },
    /// They were dropped, or taken away.
    DragLeave,
    /// A drop, a paste, a dialog or another start of the program has added files.
    Added {
        added: Added,
    },
    AddFailed {
        fault: Fault,
    },
}

/// Everything as of one moment.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub(crate) struct Snapshot {
    /// One more than that of the snapshot before. Who misses one asks for a new one.
    pub(crate) seq: u32,
    #[serde(flatten)]
    pub(crate) sight: Sight,
}

/// What became of files that were added together.
#[derive(Debug, Clone, Default, Serialize, specta::Type)]
pub(crate) struct Added {
    pub(crate) queued: u32,
    pub(crate) duplicates: u32,
    /// The first of those that were not taken in.
    pub(crate) refused: Vec<AddAnswer>,
    pub(crate) first_position: Option<u32>,
    pub(crate) first_duplicate: Option<AddAnswer>,
}
