//! Files that a person brings: dropped, pasted or chosen. Their paths come from the system, never from the web page.

use std::path::PathBuf;

use sheaf_engine::{AddAnswer, AddOptions, Engine, EngineError, Intake, Priority, ReadSettings};
use tauri::{AppHandle, Manager};

use crate::app::{App, fault, tell};
use crate::event::{Added, Event};

/// So many files that were not taken in are named.
const NAMED: usize = 20;

/// Adds files and folders in the background; an event says how it went.
pub(crate) fn add(handle: &AppHandle, paths: Vec<PathBuf>) {
    if paths.is_empty() {
        return;
    }
    let handle = handle.clone();
    tauri::async_runtime::spawn_blocking(move || {
        let engine = &handle.state::<App>().engine;
        let event = match add_to(engine, &paths) {
            Ok(answers) => Event::Added {
                added: summary(answers),
            },
            Err(error) => Event::AddFailed {
                fault: fault(error),
            },
        };
        tell(&handle, event);
    });
}

/// Adds files and folders as a person does.
pub(crate) fn add_to(engine: &Engine, paths: &[PathBuf]) -> Result<Vec<AddAnswer>, EngineError> {
    let options = AddOptions {
        settings: ReadSettings {
            languages: engine.languages()?,
            force_ocr: false,
        },
        keep: true,
        priority: Priority::HIGH,
        collection: None,
        not_before: None,
    };
    engine.add(paths, &options)
}

fn summary(answers: Vec<AddAnswer>) -> Added {
    let mut added = Added::default();
    for answer in answers {
        match answer.intake {
            // A folder is answered too, but is nothing that waits.
            Intake::Queued if answer.document.is_none() => {}
            Intake::Queued => {
                added.queued += 1;
                added.first_position = added.first_position.or(answer.position);
            }
            Intake::Duplicate => {
                added.duplicates += 1;
                added.first_duplicate.get_or_insert(answer);
            }
            Intake::Unsupported | Intake::Refused => {
                if added.refused.len() < NAMED {
                    added.refused.push(answer);
                }
            }
        }
    }
    added
}
