//! Looking at the queue and at documents.

use sheaf_document::DocumentId;
use sheaf_engine::{DocumentAnswer, PageView, QueueAnswer, Strip};
use tauri::{AppHandle, Manager, State};

use super::{Answer, ask};
use crate::app::App;
use crate::event::Snapshot;

#[tauri::command]
#[specta::specta]
pub(crate) async fn snapshot(handle: AppHandle) -> Answer<Snapshot> {
    let look = move || handle.state::<App>().snapshot();
    tauri::async_runtime::spawn_blocking(look)
        .await
        .map_err(|error| {
            sheaf_document::Fault::new(sheaf_document::Code::WorkerUnavailable, error.to_string())
        })?
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn waiting_rows(
    app: State<'_, App>,
    offset: u32,
    limit: u32,
) -> Answer<Vec<QueueAnswer>> {
    ask(app, move |engine| engine.waiting(limit, offset)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn attention_rows(
    app: State<'_, App>,
    offset: u32,
    limit: u32,
) -> Answer<Vec<DocumentAnswer>> {
    ask(app, move |engine| engine.attention(limit, offset)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn done_rows(
    app: State<'_, App>,
    offset: u32,
    limit: u32,
) -> Answer<Vec<DocumentAnswer>> {
    ask(app, move |engine| engine.done(limit, offset)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn strip(app: State<'_, App>, document: DocumentId) -> Answer<Strip> {
    ask(app, move |engine| engine.strip(document)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn page_view(
    app: State<'_, App>,
    document: DocumentId,
    page: u32,
    query: String,
) -> Answer<PageView> {
    ask(app, move |engine| engine.page(document, page, &query)).await
}
