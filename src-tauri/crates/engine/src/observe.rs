//! Telling a front end what goes on, whoever does it: this process or another.
//!
//! The observer looks at the library when something was committed, and tells what it sees when that is something new: at
//! most ten times a second, and never for more than a tenth of the time. Nobody waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde::Serialize;
use sheaf_store::{Library, Reader};

use crate::bell::Bell;
use crate::runner::{Role, Watch};
use crate::view::{self, Overview};
use crate::warning::{self, Warning};

/// Between two looks, and between two tellings.
const TICK: Duration = Duration::from_millis(100);
/// A look that took this long is rested from so many times as long.
const REST: u32 = 9;

/// What an observer saw.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Sight {
    pub role: Role,
    /// Why the library cannot be worked on just now, such as a full disk.
    pub trouble: Option<String>,
    /// What to hear before it becomes trouble.
    pub warnings: Vec<Warning>,
    #[serde(flatten)]
    pub overview: Overview,
}

/// Watches until it is dropped.
pub struct Observer {
    stop: Arc<AtomicBool>,
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
}

impl Observer {
    pub(crate) fn start(
        library: Library,
        bell: Arc<Bell>,
        watch: Watch,
        tell: impl FnMut(Sight) + Send + 'static,
    ) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let (mine, ending) = (Arc::clone(&bell), Arc::clone(&stop));
        let thread = std::thread::Builder::new()
            .name("sheaf-observer".into())
            .spawn(move || observe(&library, &mine, &watch, &ending, tell))?;
        Ok(Self {
            stop,
            bell,
            thread: Some(thread),
        })
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        self.bell.ring();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn observe(
    library: &Library,
    bell: &Bell,
    watch: &Watch,
    stop: &AtomicBool,
    mut tell: impl FnMut(Sight),
) {
    let mut version: Option<(Reader, i64)> = None;
    let mut last: Option<Sight> = None;
    while !stop.load(Ordering::Acquire) {
        let mark = bell.mark();
        let began = Instant::now();
        let changed = has_changed(library, &mut version);
        let moved = last
            .as_ref()
            .is_none_or(|last| (last.role, &last.trouble) != (watch.role(), &watch.trouble()));
        if (changed || moved)
            && let Ok(sight) = look(library, watch)
            && last.as_ref() != Some(&sight)
        {
            tell(sight.clone());
            last = Some(sight);
        }
        let rest = TICK.max(began.elapsed() * REST);
        rest_for(rest, stop, bell);
        bell.wait(mark, TICK);
    }
}

/// Rings during the rest are seen afterwards; only an end cuts it short.
fn rest_for(rest: Duration, stop: &AtomicBool, bell: &Bell) {
    let until = Instant::now() + rest;
    while let Some(left) = until.checked_duration_since(Instant::now())
        && !stop.load(Ordering::Acquire)
    {
        bell.wait(bell.mark(), left.min(TICK));
    }
}

/// Whether anybody committed since the last time this said `true`. A library that cannot be asked has not changed.
fn has_changed(library: &Library, version: &mut Option<(Reader, i64)>) -> bool {
    let Some((reader, seen)) = version else {
        *version = library
            .read()
            .ok()
            .and_then(|reader| Some((reader.data_version().ok()?, reader)))
            .map(|(seen, reader)| (reader, seen));
        return version.is_some();
    };
    match reader.data_version() {
        Ok(now) => std::mem::replace(seen, now) != now,
        Err(_) => {
            *version = None;
            false
        }
    }
}

pub(crate) fn look(library: &Library, watch: &Watch) -> crate::Result<Sight> {
    Ok(Sight {
        role: watch.role(),
        trouble: watch.trouble(),
        warnings: warning::list(&*library.read()?)?,
        overview: view::overview(library)?,
    })
}
