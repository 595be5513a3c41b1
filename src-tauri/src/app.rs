//! What the window's program holds while it runs.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sheaf_document::{Code, Fault};
use sheaf_engine::{Engine, EngineError, Observer, Role, WatchId, WatchRules, Working};
use tauri::{AppHandle, Manager};
use tauri_specta::Event as _;

use crate::event::{Event, Snapshot};

/// Managed by Tauri; there is one.
pub(crate) struct App {
    pub(crate) engine: Arc<Engine>,
    /// The offer to work, or why there is none; taken when the program ends.
    working: Mutex<Option<Result<Working, EngineError>>>,
    observer: Mutex<Option<Observer>>,
    /// The number of the last snapshot that was pushed.
    seq: AtomicU32,
    /// Folders that were watched until a moment ago, so that this can be taken back: the page knows no paths to name.
    unwatched: Mutex<HashMap<WatchId, (PathBuf, WatchRules)>>,
}

impl App {
    pub(crate) fn new(engine: Engine) -> Self {
        let working = engine.work();
        Self {
            engine: Arc::new(engine),
            working: Mutex::new(Some(working)),
            observer: Mutex::default(),
            seq: AtomicU32::new(0),
            unwatched: Mutex::default(),
        }
    }

    /// Starts telling the window what goes on.
    pub(crate) fn observe(&self, handle: &AppHandle) -> Result<(), EngineError> {
        let told = handle.clone();
        let working = lock(&self.working);
        let Some(working) = working.as_ref() else {
            return Ok(());
        };
        let observer = self.engine.observe(working.as_ref(), move |sight| {
            let app = told.state::<Self>();
            let seq = app.seq.fetch_add(1, Ordering::AcqRel) + 1;
            tell(
                &told,
                Event::Snapshot {
                    snapshot: Snapshot { seq, sight },
                },
            );
        })?;
        *lock(&self.observer) = Some(observer);
        Ok(())
    }

    /// Everything as of now, under the number of the last push: the next push follows it.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, Fault> {
        let seq = self.seq.load(Ordering::Acquire);
        let working = lock(&self.working);
        match working.as_ref() {
            Some(working) => Ok(Snapshot {
                seq,
                sight: self.engine.look(working.as_ref()).map_err(fault)?,
            }),
            None => Err(Fault::new(Code::WorkerUnavailable, "Sheaf is closing.")),
        }
    }

    /// # Errors
    /// When another process does the work, which would not have what this one is told.
    pub(crate) fn is_working(&self) -> Result<(), Fault> {
        match lock(&self.working).as_ref() {
            Some(Ok(working)) if working.role() == Role::Working => Ok(()),
            Some(_) | None => Err(Fault::new(
                Code::WorkerUnavailable,
                "Another Sheaf is working on this library; the password has to be given to that one.",
            )),
        }
    }

    pub(crate) fn remember_folder(&self, id: WatchId, folder: (PathBuf, WatchRules)) {
        lock(&self.unwatched).insert(id, folder);
    }

    pub(crate) fn remembered_folder(&self, id: WatchId) -> Option<(PathBuf, WatchRules)> {
        lock(&self.unwatched).remove(&id)
    }

    /// Finishes or gives back the pages in hand. Afterwards this process works no more.
    pub(crate) fn stop(&self) {
        drop(lock(&self.observer).take());
        let working = lock(&self.working).take();
        if let Some(Ok(working)) = working {
            working.stop();
        }
    }
}

/// Sends the window an event. Nobody waits for it, and a window that is gone misses nothing.
pub(crate) fn tell(handle: &AppHandle, event: Event) {
    let _ = event.emit(handle);
}

/// What cannot be done, as the window hears of it.
pub(crate) fn fault(error: EngineError) -> Fault {
    match error {
        EngineError::Refused(fault) => fault,
        other => Fault::new(other.code(), other.to_string()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
