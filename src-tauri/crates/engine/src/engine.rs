//! One library, as everything a front end may ask of it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sheaf_document::{DocumentId, Languages};
use sheaf_queue::JobId;
use sheaf_search::{Query, Results};
use sheaf_store::Library;

use crate::answer::{
    AddAnswer, DocumentAnswer, QueueAnswer, ShowAnswer, StatsAnswer, TextAnswer, WorkerAnswer,
};
use crate::assets::Assets;
use crate::bell::Bell;
use crate::config::{self, Setting, Settings};
use crate::doctor::{self, Health};
use crate::intake::{self, AddOptions};
use crate::manage::{self, Cancelled, PauseWhat};
use crate::runner::Working;
use crate::seek::Seeker;
use crate::view::{self, ListFilter};
use crate::{EngineError, Result};

/// A handle on a library. It answers and takes orders at once; it works only after [`Engine::work`].
pub struct Engine {
    library: Library,
    /// The `sheaf` program, which is also every child.
    program: PathBuf,
    bell: Arc<Bell>,
    seeker: Mutex<Option<Seeker>>,
}

impl Engine {
    /// Opens the library in `folder`, making it when there is none. `program` is the `sheaf` program by its absolute path.
    pub fn open(folder: &Path, program: PathBuf) -> Result<Self> {
        let library = Library::open(folder)?;
        // Looking must not wait for whoever writes, so opening writes only where something is missing.
        if !intake::has_lanes(&*library.read()?)? {
            library.write(intake::make_lanes)?;
        }
        Ok(Self {
            library,
            program,
            bell: Arc::default(),
            seeker: Mutex::default(),
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
            Arc::clone(&self.bell),
        )
        .map_err(|source| EngineError::Io {
            path: "a thread for the engine".to_owned(),
            source,
        })
    }

    /// The languages that scans are read in when nobody says otherwise.
    pub fn languages(&self) -> Result<Languages> {
        Ok(Settings::load(&*self.library.read()?)?.languages)
    }

    /// Queues files and folders; nothing is opened yet. One answer an argument, and one a file found in folders.
    pub fn add(&self, paths: &[PathBuf], options: &AddOptions) -> Result<Vec<AddAnswer>> {
        let mut answers = intake::add(&self.library, paths, options)?;
        self.bell.ring();
        view::refresh(&self.library, &mut answers)?;
        Ok(answers)
    }

    /// Brings the answers of [`Engine::add`] up to date.
    pub fn refresh(&self, answers: &mut [AddAnswer]) -> Result<()> {
        view::refresh(&self.library, answers)
    }

    /// Whether work is left that will be done without anybody's doing.
    pub fn is_busy(&self) -> Result<bool> {
        view::is_busy(&self.library)
    }

    pub fn search(&self, query: &Query) -> Result<Results> {
        let mut seeker = self.seeker.lock().unwrap_or_else(PoisonError::into_inner);
        match seeker.as_mut() {
            Some(seeker) => seeker.search(query),
            None => seeker
                .insert(Seeker::open(&self.library, self.program.clone())?)
                .search(query),
        }
    }

    /// A document by its id or one of its paths.
    pub fn resolve(&self, word: &str) -> Result<DocumentId> {
        view::resolve(&*self.library.read()?, word)
    }

    pub fn text(&self, document: DocumentId, page: Option<u32>) -> Result<TextAnswer> {
        view::text(&self.library, document, page)
    }

    pub fn show(&self, document: DocumentId) -> Result<ShowAnswer> {
        view::show(&self.library, document)
    }

    pub fn list(&self, filter: &ListFilter) -> Result<Vec<DocumentAnswer>> {
        view::list(&self.library, filter)
    }

    /// Running jobs, then waiting ones in their order.
    pub fn queue(&self, limit: u32) -> Result<Vec<QueueAnswer>> {
        view::queue(&self.library, limit)
    }

    /// Dead letters: what used up its attempts or met a permanent fault.
    pub fn failed(&self) -> Result<Vec<QueueAnswer>> {
        view::dead(&self.library)
    }

    pub fn stats(&self) -> Result<StatsAnswer> {
        view::stats(&self.library)
    }

    pub fn workers(&self) -> Result<Vec<WorkerAnswer>> {
        view::workers(&self.library)
    }

    pub fn cancel(&self, job: JobId) -> Result<Cancelled> {
        manage::cancel(&self.library, job)
    }

    /// The number of jobs that were, or will be, cancelled.
    pub fn cancel_all(&self) -> Result<u32> {
        manage::cancel_all(&self.library)
    }

    /// `false` when there was nothing to pause.
    pub fn pause(&self, what: PauseWhat) -> Result<bool> {
        manage::pause(&self.library, what)
    }

    pub fn resume(&self, what: PauseWhat) -> Result<bool> {
        let resumed = manage::resume(&self.library, what)?;
        self.bell.ring();
        Ok(resumed)
    }

    pub fn retry(&self, job: JobId) -> Result<bool> {
        let retried = manage::retry(&self.library, job)?;
        self.bell.ring();
        Ok(retried)
    }

    /// Reads failed pages of a document again: one (from 1), or all.
    pub fn retry_pages(&self, document: DocumentId, page: Option<u32>) -> Result<bool> {
        let retried = self
            .library
            .write(move |tx| manage::retry_pages(tx, document, page))?;
        self.bell.ring();
        Ok(retried)
    }

    pub fn retry_all(&self) -> Result<u32> {
        let retried = manage::retry_all(&self.library)?;
        self.bell.ring();
        Ok(retried)
    }

    /// Takes a document out of the library; the original stays. `false` when it was gone already.
    pub fn forget(&self, document: DocumentId) -> Result<bool> {
        manage::forget(&self.library, document)
    }

    pub fn settings(&self) -> Result<Vec<Setting>> {
        config::settings(&*self.library.read()?)
    }

    pub fn setting(&self, key: &str) -> Result<Setting> {
        config::get(&*self.library.read()?, key)
    }

    /// Takes effect when an engine next takes up its role.
    pub fn set(&self, key: &str, value: &str) -> Result<Setting> {
        config::check(key, value)?;
        let (name, text) = (key.to_owned(), value.to_owned());
        self.library
            .write(move |tx| config::set(tx, &name, &text))?;
        self.setting(key)
    }

    pub fn doctor(&self) -> Result<Health> {
        doctor::examine(&self.library, &self.program)
    }
}
