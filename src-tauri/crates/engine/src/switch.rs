//! Changing the embedding model: the wanted one embeds everything in the background, the active one answers until then.
//!
//! What is wanted is a setting, what is done is in the store, and what is left are jobs: nothing is lost with a process.

use serde::Serialize;
use sheaf_document::{Code, Fault};
use sheaf_embed::ModelName;
use sheaf_queue::{Priority, QueueError};
use sheaf_store::table::vectors::{self, ModelId};
use sheaf_store::table::{events, gaps};
use sheaf_store::{Conn, Library, StoreError, Tx};

use crate::assets::Assets;
use crate::commit::Commits;
use crate::config::Settings;
use crate::intake::INDEXING;
use crate::rehearsal::Commit;
use crate::seat::Floor;
use crate::{EngineError, Result, clock, intake};

/// Documents queued, and segments of a model that is no longer wanted dropped, in one transaction.
const CHUNK: usize = 200;

/// An embedding model as this library knows it.
#[derive(Debug, Clone, Serialize)]
pub struct ModelAnswer {
    pub model: &'static str,
    /// Its vectors answer searches.
    pub active: bool,
    /// It is to answer them.
    pub wanted: bool,
    /// Its files are there.
    pub installed: bool,
    /// Passages of the library that have a vector of it.
    pub embedded: u64,
    /// All passages of the library.
    pub passages: u64,
    pub meaning: &'static str,
}

fn meaning(model: ModelName) -> &'static str {
    match model {
        ModelName::E5Small => "about a hundred languages, and from one language into another",
        ModelName::MiniLm => "English; twice as fast, a quarter of the memory",
    }
}

/// Every model, the default first.
pub(crate) fn list(library: &Library) -> Result<Vec<ModelAnswer>> {
    let conn = library.read()?;
    let wanted = Settings::load(&conn)?.model;
    let active = vectors::active_model(&conn)?.map(|(_, name)| name);
    let assets = Assets::find().ok();
    let (_, passages, _) = sheaf_store::table::pages::totals(&conn, i64::MAX)?;
    let mut answers = Vec::new();
    for model in ModelName::ALL {
        let name = model.as_str();
        let files = assets.as_ref().map(|assets| assets.model(name));
        answers.push(ModelAnswer {
            model: name,
            active: active.as_deref() == Some(name),
            wanted: wanted == name,
            installed: files.is_some_and(|folder| folder.join("model.onnx").is_file()),
            embedded: match vectors::newest_of(&conn, name)? {
                Some(id) => vectors::embedded_of(&conn, id)?,
                None => 0,
            },
            passages,
            meaning: meaning(model),
        });
    }
    Ok(answers)
}

/// Makes a model the wanted one; an engine that works begins at once.
pub(crate) fn choose(library: &Library, name: &str) -> Result<()> {
    let Some(model) = ModelName::parse(name) else {
        let known = ModelName::ALL.map(ModelName::as_str).join(" and ");
        return Err(EngineError::Refused(Fault::new(
            Code::ModelMissing,
            format!("No model is called “{name}”; there are {known}."),
        )));
    };
    let folder = Assets::find()?.model(model.as_str());
    if !folder.join("model.onnx").is_file() {
        return Err(EngineError::Refused(Fault::new(
            Code::ModelMissing,
            format!("The files of {name} are not installed."),
        )));
    }
    library.commit(Commit::Settings, move |tx| {
        crate::config::set(tx, "model", model.as_str())
    })?;
    Ok(())
}

/// Registers the wanted model; whether it is another one than before is seen by its id.
pub(crate) fn wanted(tx: &Tx<'_>, name: &str) -> sheaf_store::Result<ModelId> {
    let fingerprint =
        ModelName::parse(name).map_or_else(|| name.to_owned(), sheaf_embed::fingerprint);
    let dims = sheaf_embed::DIMS as u32;
    vectors::register_model(tx, name, &fingerprint, dims, clock::now().0)
}

/// Whether somebody has chosen another model since the engine took up its role.
pub(crate) fn is_other_wanted(conn: &Conn, floor: &Floor) -> bool {
    Settings::load(conn).is_ok_and(|settings| settings.model != floor.settings.model)
}

/// Queues every document that has no vectors of the wanted model, behind all other work; drops what is left of models
/// that are neither wanted nor active.
pub(crate) fn begin(floor: &Floor) -> sheaf_store::Result<()> {
    drop_others(floor)?;
    if is_done(floor)? {
        return Ok(());
    }
    let conn = floor.library.read()?;
    let in_hand = sheaf_queue::subjects_in_hand(&conn)?;
    let mut left = gaps::unindexed(&conn, floor.model)?;
    drop(conn);
    left.retain(|document| !in_hand.contains(&document.0));
    for chunk in left.chunks(CHUNK) {
        let (chunk, engine) = (chunk.to_vec(), floor.engine);
        floor.library.commit(Commit::Switch, move |tx| {
            if !sheaf_queue::holds_role(tx, engine)? {
                return Err(StoreError::Queue(QueueError::RoleLost));
            }
            for document in &chunk {
                let now = clock::now();
                let job = intake::enqueue_index(tx, *document, Priority::LOW, now)?;
                events::note(tx, *document, Some(job), "reindexing", now.0)?;
            }
            Ok(())
        })?;
    }
    floor.bell.ring();
    advance(floor)
}

/// Makes the wanted model the active one when no indexing is left to do, and drops the old vectors.
pub(crate) fn advance(floor: &Floor) -> sheaf_store::Result<()> {
    let (model, engine) = (floor.model, floor.engine);
    let is_done = is_done(floor)?
        || floor.library.commit(Commit::Adopt, move |tx| {
            if !sheaf_queue::holds_role(tx, engine)? {
                return Err(StoreError::Queue(QueueError::RoleLost));
            }
            take_over(tx, model)
        })?;
    if is_done && vectors::has_others(&*floor.library.read()?, model)? {
        drop_others(floor)?;
    }
    Ok(())
}

/// Makes the wanted model the active one if no indexing is left to do; whether it is now.
pub(crate) fn take_over(tx: &Tx<'_>, model: ModelId) -> sheaf_store::Result<bool> {
    let is_left = !sheaf_queue::listing(tx, Some(INDEXING), 1, 0)?.is_empty();
    if !is_left {
        vectors::activate(tx, model)?;
    }
    Ok(!is_left)
}

/// Whether the wanted model is the active one.
pub(crate) fn is_done(floor: &Floor) -> sheaf_store::Result<bool> {
    let active = vectors::active_model(&*floor.library.read()?)?;
    Ok(active.is_some_and(|(id, _)| id == floor.model))
}

/// A little at a time, so that nobody waits long for the writer.
fn drop_others(floor: &Floor) -> sheaf_store::Result<()> {
    let wanted = floor.model;
    while !floor.is_stopping() {
        let dropped = floor.library.commit(Commit::DropVectors, move |tx| {
            vectors::drop_others(tx, wanted, CHUNK as u32)
        })?;
        if dropped == 0 {
            return Ok(());
        }
    }
    Ok(())
}
