//! ONNX Runtime, bound at run time: one environment a process, however many models.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;

use crate::EmbedError;

static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

/// The environment of this process; the first call loads the library (the path of later calls is ignored).
/// Its telemetry is off.
pub(crate) fn environment(library: &Path) -> Result<Environment, EmbedError> {
    let mut held = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = held.as_ref() {
        return Ok(environment.clone());
    }
    // Asked first: the loader's own words for a missing file differ from system to system.
    if !library.is_file() {
        return Err(EmbedError::ModelMissing(format!(
            "no ONNX Runtime at {}",
            library.display()
        )));
    }
    let environment = ort::init_from(library)
        .map_err(|error| EmbedError::ModelMissing(error.to_string()))?
        .with_telemetry(false)
        .build()
        .map_err(|error| EmbedError::ModelMissing(error.to_string()))?;
    *held = Some(environment.clone());
    Ok(environment)
}
