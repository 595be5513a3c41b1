//! What a person does to work under way.

use sheaf_document::{DocumentId, Password};
use sheaf_engine::{JobId, PauseWhat};
use tauri::State;

use super::{Answer, ask};
use crate::app::App;

#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel(app: State<'_, App>, job: JobId) -> Answer<()> {
    ask(app, move |engine| engine.cancel(job).map(drop)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn pause(app: State<'_, App>) -> Answer<()> {
    ask(app, |engine| engine.pause(PauseWhat::Everything).map(drop)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn resume(app: State<'_, App>) -> Answer<()> {
    ask(app, |engine| engine.resume(PauseWhat::Everything).map(drop)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_job(app: State<'_, App>, job: JobId) -> Answer<()> {
    ask(app, move |engine| {
        engine.pause(PauseWhat::Job(job)).map(drop)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_job(app: State<'_, App>, job: JobId) -> Answer<()> {
    ask(app, move |engine| {
        engine.resume(PauseWhat::Job(job)).map(drop)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn to_top(app: State<'_, App>, job: JobId) -> Answer<()> {
    ask(app, move |engine| engine.to_top(job).map(drop)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn try_again(
    app: State<'_, App>,
    document: DocumentId,
    page: Option<u32>,
) -> Answer<()> {
    ask(app, move |engine| {
        engine.try_again(document, page).map(drop)
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn try_all_again(app: State<'_, App>) -> Answer<u32> {
    ask(app, |engine| engine.try_all_again()).await
}

/// Remembers a password until the program ends, and tries again what needs one; the number of documents.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unlock(app: State<'_, App>, password: String) -> Answer<u32> {
    let password = Password::new(password);
    app.is_working()?;
    ask(app, move |engine| engine.unlock_all(password)).await
}

/// Out of the library; the original stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove(app: State<'_, App>, document: DocumentId) -> Answer<()> {
    ask(app, move |engine| engine.forget(document).map(drop)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn put_back(app: State<'_, App>, document: DocumentId) -> Answer<()> {
    ask(app, move |engine| engine.put_back(document).map(drop)).await
}
