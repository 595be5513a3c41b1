//! Watched folders.

use std::path::PathBuf;
use std::sync::Arc;

use sheaf_document::WatchId;
use sheaf_engine::{LeftOutAnswer, WatchRules};
use tauri::{AppHandle, Manager, State, WebviewWindow};
use tauri_plugin_dialog::DialogExt;

use super::files::paths;
use super::{Answer, ask};
use crate::app::{App, fault, tell};
use crate::event::Event;

/// So many left-out files are named.
const LISTED: u32 = 1000;

/// Asks which folders to watch; the next snapshot has them.
#[tauri::command]
#[specta::specta]
pub(crate) fn watch_folders(handle: AppHandle, window: WebviewWindow) {
    let chosen = handle.clone();
    handle
        .dialog()
        .file()
        .set_parent(&window)
        .pick_folders(move |folders| {
            let folders = paths(folders.unwrap_or_default());
            tauri::async_runtime::spawn_blocking(move || watch(&chosen, folders));
        });
}

fn watch(handle: &AppHandle, folders: Vec<PathBuf>) {
    let engine = Arc::clone(&handle.state::<App>().engine);
    for folder in folders {
        if let Err(error) = engine.watch(&folder, &WatchRules::default()) {
            let fault = fault(error);
            tell(handle, Event::AddFailed { fault });
        }
    }
}

/// Follows a folder no longer; its documents stay.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unwatch(app: State<'_, App>, folder: WatchId) -> Answer<()> {
    let gone = ask(app.clone(), move |engine| engine.unwatch_by_id(folder)).await?;
    app.remember_folder(folder, gone);
    Ok(())
}

/// Takes back [`unwatch`]. `false` when that was in another program, or is too long ago.
#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_again(app: State<'_, App>, folder: WatchId) -> Answer<bool> {
    let Some((path, rules)) = app.remembered_folder(folder) else {
        return Ok(false);
    };
    ask(app, move |engine| engine.watch(&path, &rules)).await?;
    Ok(true)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn scan_folder(app: State<'_, App>, folder: WatchId) -> Answer<()> {
    ask(app, move |engine| engine.scan_by_id(folder)).await
}

/// What was left out of a folder, and why: the first of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn left_out(app: State<'_, App>, folder: WatchId) -> Answer<Vec<LeftOutAnswer>> {
    ask(app, move |engine| engine.left_out(folder, LISTED)).await
}
