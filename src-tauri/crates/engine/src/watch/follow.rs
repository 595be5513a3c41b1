//! What the system tells of changes. It is only a hint where to look: what has happened is always asked of the file system.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::bell::Bell;

/// Paths that are remembered at most; beyond that everything is looked through.
const MOST: usize = 50_000;

/// What was told of a path last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hint {
    pub(super) at: Instant,
    /// Whether somebody who wrote to it has it open still; `None` when that was not told.
    pub(super) is_open: Option<bool>,
}

impl Hint {
    /// Nothing was told; somebody looked.
    pub(super) fn of_a_look() -> Self {
        Self {
            at: Instant::now(),
            is_open: None,
        }
    }
}

#[derive(Default)]
struct Heard {
    paths: HashMap<PathBuf, Hint>,
    missed: bool,
}

/// The following of a watched folder: of it, and of every folder in it that is looked into.
pub(super) struct Following {
    watcher: Option<RecommendedWatcher>,
    heard: Arc<Mutex<Heard>>,
    /// In the order of their parts, so that what is in a folder follows it.
    folders: BTreeSet<PathBuf>,
}

/// The system follows no more folders.
#[derive(Debug)]
pub(super) struct LimitReached;

impl Following {
    pub(super) fn start(bell: &Arc<Bell>) -> Self {
        let heard = Arc::new(Mutex::new(Heard::default()));
        let (mine, ring) = (Arc::clone(&heard), Arc::clone(bell));
        let take = move |event: notify::Result<Event>| {
            if hear(&mine, event) {
                ring.ring();
            }
        };
        Self {
            watcher: notify::recommended_watcher(take).ok(),
            heard,
            folders: BTreeSet::new(),
        }
    }

    /// What was told since the last call, and whether something was missed.
    pub(super) fn take(&self) -> (HashMap<PathBuf, Hint>, bool) {
        let mut heard = lock(&self.heard);
        let missed = std::mem::take(&mut heard.missed);
        (std::mem::take(&mut heard.paths), missed)
    }

    /// Follows one folder (elsewhere than on Linux also what is in it), unless it is followed. `again`: also then, since
    /// it may be another by now.
    pub(super) fn add(&mut self, folder: &Path, again: bool) -> Result<(), LimitReached> {
        if !again && self.folders.contains(folder) {
            return Ok(());
        }
        if is_limit_forced(self.folders.len()) {
            return Err(LimitReached);
        }
        let Some(watcher) = &mut self.watcher else {
            return Err(LimitReached);
        };
        match watcher.watch(folder, MODE) {
            Ok(()) => {
                self.folders.insert(folder.to_owned());
                Ok(())
            }
            Err(error) if is_limit(&error) => Err(LimitReached),
            // It went meanwhile, or cannot be read: the scan tells.
            Err(_) => Ok(()),
        }
    }

    /// Follows a folder, and all in it, no more.
    pub(super) fn remove(&mut self, folder: &Path) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        let after = self.folders.range(folder.to_owned()..);
        let followed: Vec<_> = after
            .take_while(|one| one.starts_with(folder))
            .cloned()
            .collect();
        for one in followed {
            self.folders.remove(&one);
            // The system has often done so by itself.
            let _ = watcher.unwatch(&one);
        }
    }

    pub(super) fn follows(&self, folder: &Path) -> bool {
        self.folders.contains(folder)
    }
}

/// On Linux a watch costs the system memory for each folder, so only folders that are looked into get one.
#[cfg(target_os = "linux")]
const MODE: RecursiveMode = RecursiveMode::NonRecursive;
#[cfg(not(target_os = "linux"))]
const MODE: RecursiveMode = RecursiveMode::Recursive;

fn is_limit(error: &notify::Error) -> bool {
    // ENOSPC is what Linux says when there are too many, EMFILE when there are too many followers.
    let io =
        |code| matches!(&error.kind, notify::ErrorKind::Io(io) if io.raw_os_error() == Some(code));
    matches!(error.kind, notify::ErrorKind::MaxFilesWatch) || io(28) || io(24)
}

/// `SHEAF_WATCH_LIMIT` stands for the system's limit, for tests.
fn is_limit_forced(count: usize) -> bool {
    let limit = std::env::var("SHEAF_WATCH_LIMIT").ok();
    limit
        .and_then(|text| text.parse::<usize>().ok())
        .is_some_and(|limit| count >= limit)
}

/// Whether there is something to do.
fn hear(heard: &Mutex<Heard>, event: notify::Result<Event>) -> bool {
    let mut heard = lock(heard);
    let event = match event {
        Ok(event) if event.need_rescan() => {
            heard.missed = true;
            return true;
        }
        Ok(event) => event,
        Err(error) => {
            heard.missed |= !is_limit(&error);
            return true;
        }
    };
    let Some(is_open) = meaning(&event.kind) else {
        return false;
    };
    for path in event.paths {
        if heard.paths.len() >= MOST {
            heard.paths.clear();
            heard.missed = true;
            return true;
        }
        let at = Instant::now();
        let hint = heard
            .paths
            .entry(path)
            .or_insert(Hint { at, is_open: None });
        hint.at = at;
        hint.is_open = is_open.or(hint.is_open);
    }
    true
}

/// `None`: nothing changed. Otherwise whether the file is open for writing now, as far as that is told.
fn meaning(kind: &EventKind) -> Option<Option<bool>> {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Some(false)),
        EventKind::Access(_) => None,
        EventKind::Create(CreateKind::File) | EventKind::Modify(ModifyKind::Data(_)) => {
            Some(Some(true))
        }
        EventKind::Modify(ModifyKind::Name(_)) => Some(Some(false)),
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => Some(None),
    }
}

fn lock(heard: &Mutex<Heard>) -> std::sync::MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}
