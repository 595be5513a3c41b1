//! Searching.

use serde::Deserialize;
use sheaf_document::Kind;
use sheaf_engine::{Filter, Mode, Query, Results, SavedSearch, Sort};
use tauri::State;

use super::{Answer, ask};
use crate::app::App;

/// The most documents one answer holds.
const MOST: u32 = 200;

/// So many words are suggested.
const SUGGESTED: usize = 4;

/// What a person asks for.
#[derive(Debug, Deserialize, specta::Type)]
pub(crate) struct Asked {
    text: String,
    mode: Mode,
    limit: u32,
    sort: Sort,
    /// Any of these; all when there are none.
    kinds: Vec<Kind>,
    folder: Option<String>,
    collection: Option<String>,
    /// `YYYY-MM-DD`: this day and later; before this day.
    after: Option<String>,
    before: Option<String>,
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn search(app: State<'_, App>, asked: Asked) -> Answer<Results> {
    let query = Query {
        text: asked.text,
        mode: asked.mode,
        limit: asked.limit.min(MOST) as usize,
        filter: Filter {
            kinds: asked.kinds,
            folder: asked.folder,
            collection: asked.collection,
            after: asked.after,
            before: asked.before,
            ..Filter::default()
        },
        sort: asked.sort,
    };
    ask(app, move |engine| engine.search(&query)).await
}

/// The text with its last word ended by words of the library.
#[tauri::command]
#[specta::specta]
pub(crate) async fn suggest(app: State<'_, App>, text: String) -> Answer<Vec<String>> {
    ask(app, move |engine| engine.suggest(&text, SUGGESTED)).await
}

/// The search field has focus: the model will be wanted.
#[tauri::command]
#[specta::specta]
pub(crate) async fn warm(app: State<'_, App>) -> Answer<()> {
    ask(app, |engine| engine.warm()).await
}

/// The names of the collections, in alphabetical order.
#[tauri::command]
#[specta::specta]
pub(crate) async fn collections(app: State<'_, App>) -> Answer<Vec<String>> {
    ask(app, |engine| {
        let all = engine.collections()?.into_iter();
        Ok(all.map(|one| one.collection).collect())
    })
    .await
}

/// Searches that a person kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn saved(app: State<'_, App>) -> Answer<Vec<SavedSearch>> {
    ask(app, |engine| engine.saved()).await
}

/// Keeps a search; gives what is kept then.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_search(
    app: State<'_, App>,
    name: String,
    query: String,
) -> Answer<Vec<SavedSearch>> {
    ask(app, move |engine| {
        engine.save(&name, &query)?;
        engine.saved()
    })
    .await
}

/// Forgets a search; gives what is kept then.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unsave_search(app: State<'_, App>, name: String) -> Answer<Vec<SavedSearch>> {
    ask(app, move |engine| {
        engine.unsave(&name)?;
        engine.saved()
    })
    .await
}
