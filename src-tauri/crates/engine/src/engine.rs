//! One library, as everything a front end may ask of it.

mod keeping;
mod looking;
mod orders;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sheaf_document::Fault;
use sheaf_store::Library;

use crate::answer::AddAnswer;
use crate::assets::Assets;
use crate::bell::Bell;
use crate::commit::Commits;
use crate::doctor::{self, Health};
use crate::export::Exporter;
use crate::intake::{self, AddOptions};
use crate::keeper::Keeper;
use crate::observe::{self, Observer, Sight};
use crate::pictures::Painter;
use crate::rehearsal::Commit;
use crate::runner::{Watch, Working};
use crate::seek::Searching;
use crate::vault::Vault;
use crate::view;
use crate::{EngineError, Result};

/// The library of a person who named none: in the platform's data folder. `None` when there is no home.
pub fn default_library() -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "Sheaf")?;
    Some(dirs.data_local_dir().join("library"))
}

/// The model that turns questions into vectors is let go when nobody has asked for so long.
const IDLE: Duration = Duration::from_secs(180);

/// A handle on a library. It answers and takes orders at once; it works only after [`Engine::work`].
pub struct Engine {
    library: Library,
    /// The `sheaf` program, which is also every child.
    program: PathBuf,
    vault: Arc<Vault>,
    bell: Arc<Bell>,
    /// Words are searched apart from meaning, so that they never wait for a model.
    words: Keeper<Searching>,
    meaning: Keeper<Searching>,
    painter: Keeper<Painter>,
    /// Many and small; apart, so that a page that somebody looks at does not wait for them.
    thumbnails: Keeper<Painter>,
}

impl Engine {
    /// Opens the library in `folder`, making it when there is none. `program` is the `sheaf` program by its absolute path.
    pub fn open(folder: &Path, program: PathBuf) -> Result<Self> {
        let library = Library::open(folder)?;
        // Looking must not wait for whoever writes, so opening writes only where something is missing.
        if !intake::has_lanes(&*library.read()?)? {
            library.commit(Commit::Open, intake::make_lanes)?;
        }
        let thread = |error| no_thread("answering", error);
        let searching = || Searching::new(library.clone(), program.clone());
        let (words, meaning) = (searching(), searching());
        let vault = Arc::<Vault>::default();
        let painter = || Painter::new(library.clone(), program.clone(), Arc::clone(&vault));
        let (pages, thumbnails) = (painter(), painter());
        Ok(Self {
            words: Keeper::start("sheaf-search", move || words).map_err(thread)?,
            meaning: Keeper::start_with("sheaf-meaning", move || meaning, IDLE, Searching::rest)
                .map_err(thread)?,
            painter: Keeper::start("sheaf-painter", move || pages).map_err(thread)?,
            thumbnails: Keeper::start("sheaf-thumbs", move || thumbnails).map_err(thread)?,
            library,
            program,
            vault,
            bell: Arc::default(),
        })
    }

    pub fn folder(&self) -> &Path {
        self.library.folder().path()
    }

    /// Offers this process as the engine: it works as soon as no other does.
    pub fn work(&self) -> Result<Working> {
        let assets = Assets::find()?;
        Working::start(
            self.library.clone(),
            assets,
            self.program.clone(),
            Arc::clone(&self.vault),
            Arc::clone(&self.bell),
        )
        .map_err(|error| no_thread("the engine", error))
    }

    /// Calls `tell` whenever something worth showing changed, whoever changed it: at most ten times a second, each time
    /// with everything as of one moment. `work` is what [`Engine::work`] gave.
    pub fn observe(
        &self,
        work: std::result::Result<&Working, &EngineError>,
        tell: impl FnMut(Sight) + Send + 'static,
    ) -> Result<Observer> {
        Observer::start(
            self.library.clone(),
            Arc::clone(&self.bell),
            watch_of(work),
            tell,
        )
        .map_err(|error| no_thread("watching", error))
    }

    /// What an observer would tell now.
    pub fn look(&self, work: std::result::Result<&Working, &EngineError>) -> Result<Sight> {
        observe::look(&self.library, &watch_of(work))
    }

    /// Queues files and folders; nothing is opened yet. One answer an argument, and one a file found in folders.
    pub fn add(&self, paths: &[PathBuf], options: &AddOptions) -> Result<Vec<AddAnswer>> {
        let mut answers = intake::add(&self.library, paths, options)?;
        self.bell.ring();
        view::refresh(&self.library, &mut answers)?;
        Ok(answers)
    }

    /// Brings the answers of [`Engine::add`] up to date.
    /// What was found inside the files stands behind them.
    pub fn refresh(&self, answers: &mut Vec<AddAnswer>) -> Result<()> {
        view::refresh(&self.library, answers)
    }

    fn exporter(&self) -> Exporter<'_> {
        Exporter {
            library: &self.library,
            program: &self.program,
            vault: &self.vault,
        }
    }

    pub fn doctor(&self) -> Result<Health> {
        doctor::examine(&self.library, &self.program)
    }
}

fn no_thread(what: &str, source: std::io::Error) -> EngineError {
    EngineError::Io {
        path: format!("a thread for {what}"),
        source,
    }
}

fn watch_of(work: std::result::Result<&Working, &EngineError>) -> Watch {
    match work {
        Ok(working) => working.watch(),
        Err(why) => Watch::Unable(why.to_string()),
    }
}

impl From<Fault> for EngineError {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault)
    }
}
