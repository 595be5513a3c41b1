//! What the web page may ask for. Each command is one call to the engine, made off the main thread.

pub(crate) mod files;
pub(crate) mod folders;
pub(crate) mod look;
pub(crate) mod search;
pub(crate) mod steer;

use std::sync::Arc;

use sheaf_document::{Code, Fault};
use sheaf_engine::{Engine, EngineError};
use tauri::State;

use crate::app::{App, fault};

type Answer<T> = Result<T, Fault>;

/// Asks the engine, which may take its time.
async fn ask<T: Send + 'static>(
    app: State<'_, App>,
    question: impl FnOnce(&Engine) -> Result<T, EngineError> + Send + 'static,
) -> Answer<T> {
    let engine = Arc::clone(&app.engine);
    tauri::async_runtime::spawn_blocking(move || question(&engine))
        .await
        .map_err(|error| Fault::new(Code::WorkerUnavailable, error.to_string()))?
        .map_err(fault)
}
