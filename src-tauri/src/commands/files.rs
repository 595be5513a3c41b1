//! Files outside the library: chosen, pasted, opened in other programs.

use std::path::PathBuf;

use sheaf_document::{Code, DocumentId, Fault};
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, FilePath};

use super::{Answer, ask};
use crate::app::App;
use crate::arrival;

/// Asks which files to add; an event tells when they are in.
#[tauri::command]
#[specta::specta]
pub(crate) fn choose_files(handle: AppHandle, window: WebviewWindow) {
    let chosen = handle.clone();
    handle
        .dialog()
        .file()
        .set_parent(&window)
        .pick_files(move |files| arrival::add(&chosen, paths(files.unwrap_or_default())));
}

#[tauri::command]
#[specta::specta]
pub(crate) fn choose_folder(handle: AppHandle, window: WebviewWindow) {
    let chosen = handle.clone();
    handle
        .dialog()
        .file()
        .set_parent(&window)
        .pick_folders(move |folders| arrival::add(&chosen, paths(folders.unwrap_or_default())));
}

pub(super) fn paths(chosen: Vec<FilePath>) -> Vec<PathBuf> {
    let paths = chosen.into_iter().map(FilePath::into_path);
    paths.filter_map(Result::ok).collect()
}

/// Adds the files that were copied in a file manager. `false`: there are none on the clipboard.
#[tauri::command]
#[specta::specta]
pub(crate) async fn paste(handle: AppHandle) -> bool {
    let copied = tauri::async_runtime::spawn_blocking(|| {
        let mut clipboard = arboard::Clipboard::new().ok()?;
        clipboard.get().file_list().ok()
    });
    let paths = copied.await.ok().flatten().unwrap_or_default();
    let found = !paths.is_empty();
    arrival::add(&handle, paths);
    found
}

/// Opens the document's file in the program that the system has for it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_original(app: State<'_, App>, document: DocumentId) -> Answer<()> {
    let path = ask(app, move |engine| engine.original(document)).await?;
    tauri_plugin_opener::open_path(path, None::<&str>).map_err(not_opened)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn show_in_folder(app: State<'_, App>, document: DocumentId) -> Answer<()> {
    let path = ask(app, move |engine| engine.original(document)).await?;
    tauri_plugin_opener::reveal_item_in_dir(path).map_err(not_opened)
}

fn not_opened(error: tauri_plugin_opener::Error) -> Fault {
    Fault::new(Code::FileIo, error.to_string())
}
