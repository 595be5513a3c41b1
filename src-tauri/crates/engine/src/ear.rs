//! Hears that somebody writes to the library, so that what another process adds is begun at once. Looking now and then
//! (`runner.rs`) remains: not every file system tells.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::bell::Bell;

/// What is written can be seen only once the disk has it, and nothing tells when. For so long it is looked for often.
const ATTENTIVE: Duration = Duration::from_millis(200);

pub(crate) struct Ear {
    heard: Arc<Heard>,
    /// Listens as long as it lives; `None` where nothing can be heard.
    _watcher: Option<RecommendedWatcher>,
}

/// When something was heard last, in milliseconds from the beginning; 0: never.
struct Heard {
    begun: Instant,
    last: AtomicU64,
}

impl Ear {
    /// Listens in the library's folder. The first that is heard after a silence rings `bell`.
    pub(crate) fn open(folder: &Path, bell: Arc<Bell>) -> Self {
        let heard = Arc::new(Heard {
            begun: Instant::now(),
            last: AtomicU64::new(0),
        });
        let noted = Arc::clone(&heard);
        let hear = move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| is_write(&event)) && !noted.note() {
                bell.ring();
            }
        };
        let watcher = notify::recommended_watcher(hear).and_then(|mut watcher| {
            watcher.watch(folder, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        Self {
            heard,
            _watcher: watcher.ok(),
        }
    }

    /// Whether something was heard a moment ago.
    pub(crate) fn is_attentive(&self) -> bool {
        self.heard.is_recent(self.heard.now())
    }
}

impl Heard {
    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).map_or(u64::MAX, |now| now.max(1))
    }

    fn is_recent(&self, now: u64) -> bool {
        let last = self.last.load(Ordering::Acquire);
        last != 0 && now.saturating_sub(last) < ATTENTIVE.as_millis() as u64
    }

    /// Something was heard; whether something else was a moment before.
    fn note(&self) -> bool {
        let now = self.now();
        let was_recent = self.is_recent(now);
        self.last.store(now, Ordering::Release);
        was_recent
    }
}

/// A write to the log that every commit goes through.
fn is_write(event: &Event) -> bool {
    let is_log = |path: &std::path::PathBuf| path.file_name() == Some(OsStr::new("library.db-wal"));
    matches!(
        event.kind,
        EventKind::Modify(_) | EventKind::Create(_) | EventKind::Any
    ) && event.paths.iter().any(is_log)
}
