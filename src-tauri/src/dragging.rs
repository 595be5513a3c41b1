//! Files held over the window and dropped on it.

use std::path::{Path, PathBuf};

use tauri::{AppHandle, DragDropEvent};

use crate::app::tell;
use crate::arrival;
use crate::event::Event;

/// So many of the files are looked at while they are held over the window.
const LOOKED_AT: usize = 200;

pub(crate) fn follow(handle: &AppHandle, event: &DragDropEvent) {
    match event {
        DragDropEvent::Enter { paths, .. } => tell(handle, entered(paths)),
        DragDropEvent::Drop { paths, .. } => {
            tell(handle, Event::DragLeave);
            arrival::add(handle, paths.clone());
        }
        DragDropEvent::Leave => tell(handle, Event::DragLeave),
        _ => {}
    }
}

fn entered(paths: &[PathBuf]) -> Event {
    let looked_at = &paths[..paths.len().min(LOOKED_AT)];
    let folders = looked_at.iter().filter(|path| path.is_dir()).count();
    let names = looked_at.iter().filter(|path| !path.is_dir());
    Event::DragEnter {
        files: (paths.len() - folders) as u32,
        folders: folders as u32,
        names: names.filter_map(|path| name(path)).collect(),
    }
}

fn name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_string_lossy().into_owned())
}
