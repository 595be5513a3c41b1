//! One library, as everything a front end may ask of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sheaf_document::{DocumentId, Fault, Languages, Password, WatchId};
use sheaf_queue::{JobId, Priority};
use sheaf_search::{Mode, Query, Results};
use sheaf_store::Library;
use sheaf_store::table::collections::{self, Collection};
use sheaf_store::table::saved::{self, SavedSearch};
use sheaf_store::table::settled::Settled;

use crate::answer::{
    AddAnswer, DocumentAnswer, QueueAnswer, ShowAnswer, StatsAnswer, TextAnswer, WorkerAnswer,
};
use crate::assets::Assets;
use crate::bell::Bell;
use crate::commit::Commits;
use crate::config::{self, Setting, Settings};
use crate::doctor::{self, Health};
use crate::export::{ExportAnswer, ExportFormat, Exporter};
use crate::intake::{self, AddOptions};
use crate::keeper::Keeper;
use crate::languages::{self, LanguageAnswer};
use crate::manage::{self, Cancelled, PauseWhat};
use crate::observe::{self, Observer, Sight};
use crate::pictures::Painter;
use crate::regular::{self, Schedule};
use crate::rehearsal::Commit;
use crate::runner::{Watch, Working};
use crate::seek::Searching;
use crate::switch::{self, ModelAnswer};
use crate::vault::Vault;
use crate::view::{self, ListFilter, PageView, Strip};
use crate::watch::{self, FolderAnswer, LeftOutAnswer, WatchRules};
use crate::{EngineError, Result, clock, intervene};

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

    /// Remembers a password until this process ends. What this process reads or draws from now on tries it; what failed
    /// for want of it has to be tried again.
    pub fn unlock(&self, password: Password) {
        self.vault.add(password);
    }

    /// [`Engine::unlock`], then tries again whatever failed for want of a password; the number of documents.
    pub fn unlock_all(&self, password: Password) -> Result<u32> {
        self.unlock(password);
        let tried = self
            .library
            .commit(Commit::ByHand, manage::try_locked_again)?;
        self.bell.ring();
        Ok(tried)
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
    /// What was found inside the files stands behind them.
    pub fn refresh(&self, answers: &mut Vec<AddAnswer>) -> Result<()> {
        view::refresh(&self.library, answers)
    }

    /// Whether work is left that will be done without anybody's doing.
    pub fn is_busy(&self) -> Result<bool> {
        view::is_busy(&self.library)
    }

    pub fn search(&self, query: &Query) -> Result<Results> {
        let query = query.clone();
        let keeper = match query.mode {
            Mode::Words => &self.words,
            Mode::Hybrid | Mode::Meaning => &self.meaning,
        };
        keeper.ask(move |searching| searching.seeker()?.search(&query))?
    }

    /// Gets ready for a search by meaning; returns at once.
    pub fn warm(&self) -> Result<()> {
        Ok(self.meaning.tell(|searching| {
            if let Ok(seeker) = searching.seeker() {
                seeker.warm();
            }
        })?)
    }

    /// A page (from 1) with what the words of `text` find on it marked.
    pub fn page(&self, document: DocumentId, page: u32, text: &str) -> Result<PageView> {
        let plain = view::page(&self.library, document, page)?;
        let text = text.to_owned();
        let found = self
            .words
            .ask(move |searching| searching.seeker()?.on_page(&text, document, page))??;
        Ok(match found {
            Some(found) => PageView {
                text: found.text,
                boxes: found.boxes,
                ..plain
            },
            None => plain,
        })
    }

    /// A picture of a page (from 1) as PNG, with a longest edge of at most `edge` pixels, one of [`crate::EDGES`].
    pub fn picture(&self, document: DocumentId, page: u32, edge: u32) -> Result<Vec<u8>> {
        let keeper = match edge {
            crate::pictures::THUMBNAIL => &self.thumbnails,
            _ => &self.painter,
        };
        Ok(keeper.ask(move |painter| painter.picture(document, page, edge))??)
    }

    /// What became of each page of a document so far.
    pub fn strip(&self, document: DocumentId) -> Result<Strip> {
        view::strip(&self.library, document)
    }

    /// A document by its id or one of its paths.
    pub fn resolve(&self, word: &str) -> Result<DocumentId> {
        view::resolve(&*self.library.read()?, word)
    }

    pub fn text(&self, document: DocumentId, page: Option<u32>) -> Result<TextAnswer> {
        view::text(&self.library, document, page)
    }

    /// Writes a document to a file of its own; `replace` allows for another file in its place, never for an original.
    pub fn export(
        &self,
        document: DocumentId,
        format: ExportFormat,
        to: &Path,
        replace: bool,
    ) -> Result<ExportAnswer> {
        self.exporter().file(document, format, to, replace)
    }

    /// The same as text, in a format other than PDF.
    pub fn export_text(&self, document: DocumentId, format: ExportFormat) -> Result<String> {
        self.exporter().text(document, format)
    }

    fn exporter(&self) -> Exporter<'_> {
        Exporter {
            library: &self.library,
            program: &self.program,
            vault: &self.vault,
        }
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

    /// Unfinished jobs that nobody works on, from the `offset`th on.
    pub fn waiting(&self, limit: u32, offset: u32) -> Result<Vec<QueueAnswer>> {
        view::waiting(&*self.library.read()?, limit, offset)
    }

    /// Documents that failed, wholly or in part, the last added first.
    pub fn attention(&self, limit: u32, offset: u32) -> Result<Vec<DocumentAnswer>> {
        let conn = self.library.read()?;
        view::settled(&conn, Settled::Attention, limit, offset)
    }

    /// Documents that are done, the last added first; also those that turned out to be in the library already.
    pub fn done(&self, limit: u32, offset: u32) -> Result<Vec<DocumentAnswer>> {
        view::settled(&*self.library.read()?, Settled::Done, limit, offset)
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
        let retried = self.library.commit(Commit::ByHand, move |tx| {
            manage::retry_pages(tx, document, page)
        })?;
        self.bell.ring();
        Ok(retried)
    }

    pub fn retry_all(&self) -> Result<u32> {
        let retried = manage::retry_all(&self.library)?;
        self.bell.ring();
        Ok(retried)
    }

    /// Tries again what failed of a document: its pages, one of them (from 1), or its reading or indexing as a whole.
    pub fn try_again(&self, document: DocumentId, page: Option<u32>) -> Result<bool> {
        let tried = self.library.commit(Commit::ByHand, move |tx| {
            manage::try_again(tx, document, page)
        })?;
        self.bell.ring();
        Ok(tried)
    }

    /// [`Engine::try_again`] for every document that failed; the number of documents.
    pub fn try_all_again(&self) -> Result<u32> {
        let tried = self.library.commit(Commit::ByHand, manage::try_all_again)?;
        self.bell.ring();
        Ok(tried)
    }

    /// Moves a waiting job before all others of its priority. `false` when it does not wait.
    pub fn to_top(&self, job: JobId) -> Result<bool> {
        let moved = manage::to_top(&self.library, job)?;
        self.bell.ring();
        Ok(moved)
    }

    /// `false` when the job has ended.
    pub fn set_priority(&self, job: JobId, priority: Priority) -> Result<bool> {
        let changed = intervene::set_priority(&self.library, job, priority)?;
        self.bell.ring();
        Ok(changed)
    }

    /// The place of a job in its lane, 1 is next; `None` unless it is queued.
    pub fn position(&self, job: JobId) -> Result<Option<u32>> {
        intervene::position(&self.library, job)
    }

    /// Marks an unfinished job failed, also one that is worked on. `false` when it has ended.
    pub fn fail(&self, job: JobId, why: &str) -> Result<bool> {
        intervene::fail(&self.library, job, why)
    }

    /// How many jobs [`Engine::flush`] would cancel.
    pub fn in_line(&self) -> Result<u32> {
        intervene::in_line(&self.library)
    }

    /// Cancels everything that nobody works on; the number of jobs.
    pub fn flush(&self) -> Result<u32> {
        intervene::flush(&self.library)
    }

    /// Drops jobs that finished longer ago than that, but no dead letters; the number of jobs.
    pub fn cleanup(&self, older_than: Duration) -> Result<u32> {
        intervene::cleanup(&self.library, older_than)
    }

    /// Regular work and its times.
    pub fn schedules(&self) -> Result<Vec<Schedule>> {
        regular::list(&*self.library.read()?)
    }

    /// Sets when regular work is done: `hourly`, `daily`, `weekly` or a cron expression of five fields in local time;
    /// `None` switches it off.
    pub fn set_schedule(&self, name: &str, pattern: Option<&str>) -> Result<Schedule> {
        regular::set(&self.library, name, pattern)
    }

    pub fn collections(&self) -> Result<Vec<Collection>> {
        Ok(collections::list(&*self.library.read()?)?)
    }

    /// `false` when there is one of that name.
    pub fn create_collection(&self, name: &str) -> Result<bool> {
        let name = name.to_owned();
        Ok(self.library.commit(Commit::Settings, move |tx| {
            collections::create(tx, &name, clock::now().0)
        })?)
    }

    /// `false` when there is none of that name, or another one of the new name.
    pub fn rename_collection(&self, name: &str, to: &str) -> Result<bool> {
        let (name, to) = (name.to_owned(), to.to_owned());
        Ok(self.library.commit(Commit::Settings, move |tx| {
            collections::rename(tx, &name, &to)
        })?)
    }

    /// The documents stay. `false` when there is none of that name.
    pub fn delete_collection(&self, name: &str) -> Result<bool> {
        let name = name.to_owned();
        Ok(self
            .library
            .commit(Commit::Settings, move |tx| collections::delete(tx, &name))?)
    }

    /// The embedding models, and how far each has come.
    pub fn models(&self) -> Result<Vec<ModelAnswer>> {
        switch::list(&self.library)
    }

    /// Makes another embedding model the wanted one. It takes over when it has embedded everything; until then the old
    /// vectors answer.
    pub fn use_model(&self, name: &str) -> Result<()> {
        switch::choose(&self.library, name)?;
        self.bell.ring();
        Ok(())
    }

    /// Documents like this one, the most alike first.
    pub fn similar(&self, document: DocumentId, limit: usize) -> Result<Results> {
        self.words
            .ask(move |searching| searching.seeker()?.similar(document, limit))?
    }

    /// What a person who has typed this much may go on to type, the most likely first.
    pub fn suggest(&self, text: &str, limit: usize) -> Result<Vec<String>> {
        let text = text.to_owned();
        self.words
            .ask(move |searching| searching.seeker()?.suggest(&text, limit))?
    }

    /// Searches that were saved, in alphabetical order.
    pub fn saved(&self) -> Result<Vec<SavedSearch>> {
        Ok(saved::list(&*self.library.read()?)?)
    }

    /// Keeps a search under a name, in the place of one that had it.
    pub fn save(&self, name: &str, query: &str) -> Result<()> {
        let (name, query) = (name.to_owned(), query.to_owned());
        let now = clock::now().0;
        Ok(self.library.commit(Commit::Settings, move |tx| {
            saved::put(tx, &name, &query, now)
        })?)
    }

    /// `false` when no saved search has that name.
    pub fn unsave(&self, name: &str) -> Result<bool> {
        let name = name.to_owned();
        Ok(self
            .library
            .commit(Commit::Settings, move |tx| saved::delete(tx, &name))?)
    }

    /// Puts a document into a collection, which is made when there is none of that name.
    pub fn collect(&self, document: DocumentId, name: &str) -> Result<()> {
        let name = name.to_owned();
        Ok(self.library.commit(Commit::Settings, move |tx| {
            collections::put(tx, document, &name, clock::now().0)
        })?)
    }

    /// Takes a document out of a collection. `false` when it was not in it.
    pub fn uncollect(&self, document: DocumentId, name: &str) -> Result<bool> {
        let name = name.to_owned();
        Ok(self.library.commit(Commit::Settings, move |tx| {
            collections::take(tx, document, &name)
        })?)
    }

    /// Takes back [`Engine::forget`].
    pub fn put_back(&self, document: DocumentId) -> Result<bool> {
        let back = self
            .library
            .commit(Commit::ByHand, move |tx| manage::put_back(tx, document))?;
        self.bell.ring();
        Ok(back)
    }

    /// The file of a document, for the programs of the system: the first of its places that is there.
    pub fn original(&self, document: DocumentId) -> Result<PathBuf> {
        view::original(&self.library, document)
    }

    /// Takes a document out of the library; the original stays. `false` when it was gone already.
    pub fn forget(&self, document: DocumentId) -> Result<bool> {
        Ok(self.forget_all(&[document])?.contains(&true))
    }

    /// [`Engine::forget`] for several documents, which [`Engine::undo`] brings back together.
    pub fn forget_all(&self, documents: &[DocumentId]) -> Result<Vec<bool>> {
        manage::forget(&self.library, documents)
    }

    /// Takes back the last [`Engine::forget_all`] whose data is still kept; the documents that are in the library again.
    pub fn undo(&self) -> Result<Vec<DocumentId>> {
        let back = manage::undo(&self.library)?;
        self.bell.ring();
        Ok(back)
    }

    /// Watched folders, by path.
    pub fn folders(&self) -> Result<Vec<FolderAnswer>> {
        watch::list(&*self.library.read()?)
    }

    /// What was left out of a watched folder, by path.
    pub fn left_out(&self, folder: WatchId, limit: u32) -> Result<Vec<LeftOutAnswer>> {
        watch::left_out(&*self.library.read()?, folder, limit)
    }

    /// Takes in what is in a folder and follows it from now on; one that is watched gets other rules.
    pub fn watch(&self, folder: &Path, rules: &WatchRules) -> Result<FolderAnswer> {
        let answer = watch::add(&self.library, folder, rules)?;
        self.bell.ring();
        Ok(answer)
    }

    /// Follows a folder no longer; its documents stay, unless `forget` says otherwise. How many left the library.
    pub fn unwatch(&self, folder: &Path, forget: bool) -> Result<u32> {
        watch::remove(&self.library, folder, forget)
    }

    /// [`Engine::unwatch`] by number; what it takes to watch it again.
    pub fn unwatch_by_id(&self, folder: WatchId) -> Result<(PathBuf, WatchRules)> {
        watch::remove_by_id(&self.library, folder)
    }

    /// [`Engine::scan`] by number.
    pub fn scan_by_id(&self, folder: WatchId) -> Result<()> {
        watch::scan_by_id(&self.library, folder)?;
        self.bell.ring();
        Ok(())
    }

    /// Asks for a scan of one watched folder, or of all; the folders.
    pub fn scan(&self, folder: Option<&Path>) -> Result<Vec<FolderAnswer>> {
        let asked = watch::scan(&self.library, folder)?;
        self.bell.ring();
        Ok(asked)
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
        if let ("ocr.languages", Ok(languages)) = (key, Languages::parse(value)) {
            self.require_languages(&languages)?;
        }
        let (name, text) = (key.to_owned(), value.to_owned());
        self.library
            .commit(Commit::Settings, move |tx| config::set(tx, &name, &text))?;
        self.setting(key)
    }

    /// Recognition data: what is installed, and what this system has to add.
    pub fn recognition_data(&self) -> Result<Vec<LanguageAnswer>> {
        languages::list(&self.library)
    }

    /// Adds recognition data to the library: a `.traineddata` file, or a language by its name from the system's folders.
    /// `best` keeps it as the better kind.
    pub fn add_language(&self, what: &Path, best: bool) -> Result<LanguageAnswer> {
        languages::add(&self.library, &self.program, what, best)
    }

    /// Takes recognition data out of the library. `false` when it has none of that name.
    pub fn remove_language(&self, name: &str) -> Result<bool> {
        languages::remove(&self.library, name)
    }

    /// # Errors
    /// [`Code::LanguageMissing`](sheaf_document::Code::LanguageMissing) for the first language that is not installed, saying
    /// how to get it.
    pub fn require_languages(&self, wanted: &Languages) -> Result<()> {
        languages::require(&self.library, wanted)
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
