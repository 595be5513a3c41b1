//! Whether the thread of a folder gets answers from the file system. Nobody can call back a thread that the system keeps.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Beaten by the thread after every answer, looked at by its overseer.
#[derive(Default)]
pub(super) struct Pulse {
    beats: AtomicU64,
    is_given_up: AtomicBool,
}

impl Pulse {
    pub(super) fn beat(&self) {
        self.beats.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count(&self) -> u64 {
        self.beats.load(Ordering::Relaxed)
    }

    /// The overseer has told everybody that the folder does not answer.
    pub(super) fn give_up(&self) {
        self.is_given_up.store(true, Ordering::Release);
    }

    /// What this thread sees is not asked for any more.
    pub(super) fn is_given_up(&self) -> bool {
        self.is_given_up.load(Ordering::Acquire)
    }

    /// The thread is there again; whether it had been given up.
    pub(super) fn revive(&self) -> bool {
        self.is_given_up.swap(false, Ordering::AcqRel)
    }
}
