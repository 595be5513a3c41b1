//! The engine role: bid for it, work while it lasts, hand it on. A process without it stands by.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde::Serialize;
use sheaf_document::DocumentId;
use sheaf_queue::{Bid, EngineEpoch, JobId, Observed, QueueError};
use sheaf_store::table::documents::{self, DocumentState};
use sheaf_store::table::{vectors, warnings};
use sheaf_store::{Conn, Library, StoreError};
use sheaf_worker::{ChildSpec, Limits, Task};

use crate::assets::Assets;
use crate::bell::Bell;
use crate::commit::Commits;
use crate::config::Settings;
use crate::crew::{Crew, write_report};
use crate::desk::Desk;
use crate::ear::Ear;
use crate::journal::Journal;
use crate::rehearsal::Commit;
use crate::seat::Floor;
use crate::trouble::{self, Trouble};
use crate::vault::Vault;
use crate::warning::Deaths;
use crate::{clock, lifecycle, regular, rehearsal, stopped, switch, watch};

/// How often the runner looks at what other processes did.
const TICK: Duration = Duration::from_millis(100);
/// How often an engine with nothing to do looks while somebody writes.
const LOOK: Duration = Duration::from_millis(5);
/// A heartbeat every 30 s, stale after 5 min; the ratio holds when tests shorten it.
const STALE: Duration = Duration::from_secs(300);
const BEATS_PER_STALE: u32 = 10;
/// How often the list of workers is written when it changed.
const REPORT: Duration = Duration::from_secs(1);

/// What this process is doing for the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Role {
    /// It has not tried yet.
    Starting,
    /// Another process works; this is its pid as it told it.
    StandingBy {
        pid: u32,
    },
    Working,
}

/// How a process's offer to work fares.
#[derive(Clone)]
pub(crate) enum Watch {
    Offer(Arc<Shared>),
    /// It cannot work, and why.
    Unable(String),
}

impl Watch {
    pub(crate) fn role(&self) -> Role {
        match self {
            Self::Offer(shared) => *lock(&shared.role),
            Self::Unable(_) => Role::Starting,
        }
    }

    pub(crate) fn trouble(&self) -> Option<String> {
        match self {
            Self::Offer(shared) => shared.trouble.get().map(trouble::word),
            Self::Unable(why) => Some(why.clone()),
        }
    }
}

/// A process's offer to work; dropped or stopped, it ends cleanly.
pub struct Working {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

pub(crate) struct Shared {
    library: Library,
    assets: Assets,
    program: PathBuf,
    vault: Arc<Vault>,
    bell: Arc<Bell>,
    stop: AtomicBool,
    role: Mutex<Role>,
    trouble: Trouble,
}

impl Working {
    pub(crate) fn start(
        library: Library,
        assets: Assets,
        program: PathBuf,
        vault: Arc<Vault>,
        bell: Arc<Bell>,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            library,
            assets,
            program,
            vault,
            bell,
            stop: AtomicBool::new(false),
            role: Mutex::new(Role::Starting),
            trouble: Trouble::default(),
        });
        let mine = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("sheaf-engine".into())
            .spawn(move || mine.live())?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    pub fn role(&self) -> Role {
        self.watch().role()
    }

    /// Why the library cannot be worked on just now, such as a full disk.
    pub fn trouble(&self) -> Option<String> {
        self.watch().trouble()
    }

    /// For whoever wants to know how it goes.
    pub(crate) fn watch(&self) -> Watch {
        Watch::Offer(Arc::clone(&self.shared))
    }

    /// Finishes or gives back the pages in hand and hands the role on.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        self.shared.bell.ring();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.end();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `SHEAF_LEASE_STALE_S` shortens it for tests.
fn stale_after() -> Duration {
    std::env::var("SHEAF_LEASE_STALE_S")
        .ok()
        .and_then(|text| text.parse::<f64>().ok())
        .filter(|seconds| *seconds > 0.0 && seconds.is_finite())
        .map_or(STALE, Duration::from_secs_f64)
}

impl Shared {
    fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    fn live(&self) {
        let begun = Instant::now();
        let mut observed = Observed::default();
        let mut conn = None;
        while !self.is_stopping() {
            let mark = self.bell.mark();
            let end = self.bid(&mut conn, &mut observed, begun);
            self.trouble.note(&end);
            if end.is_err() {
                conn = None;
            }
            if !self.is_stopping() {
                self.bell.wait(mark, TICK);
            }
        }
    }

    /// Asks for the role once, and works as long as it is held.
    fn bid(
        &self,
        conn: &mut Option<Conn>,
        observed: &mut Observed,
        begun: Instant,
    ) -> Result<(), StoreError> {
        if conn.is_none() {
            *conn = Some(self.library.connect()?);
        }
        let Some(conn) = conn.as_mut() else {
            return Ok(());
        };
        let lock_path = self.library.folder().engine_lock();
        let (stale, now) = (stale_after(), clock::now());
        match sheaf_queue::try_become_engine(
            conn,
            &lock_path,
            observed,
            stale,
            now,
            begun.elapsed(),
        )? {
            Bid::StandBy { pid, .. } => *lock(&self.role) = Role::StandingBy { pid },
            Bid::Blocked { pid } => stopped::end(pid),
            Bid::Engine(role) => {
                let worked = self.work(role);
                *lock(&self.role) = Role::Starting;
                worked?;
            }
        }
        Ok(())
    }

    fn work(&self, role: sheaf_queue::Role) -> Result<(), StoreError> {
        let engine = role.epoch();
        let settings = Settings::load(&*self.library.read()?)?;
        let (model, taken_back) = self.prepare(engine, &settings)?;
        let floor = Arc::new(self.floor(engine, settings, model));
        lifecycle::taken_back(&floor.journal, &self.library, &taken_back);
        // Before anybody is told that this engine works, so that whoever waits for idleness waits for what is found.
        regular::begin(&floor);
        // What fails now is tried again by regular work.
        let _ = switch::begin(&floor);
        watch::begin(&floor)?;
        *lock(&self.role) = Role::Working;
        let crew = Crew::hire(&floor);
        let outcome = self.oversee(role, &floor, &crew);
        let lost = outcome.is_err() || matches!(outcome, Ok(Shift::Lost));
        crew.dismiss(&floor, lost);
        outcome.map(drop)
    }

    /// Takes back what the last engine held and makes the lanes as the settings say.
    fn prepare(
        &self,
        engine: EngineEpoch,
        settings: &Settings,
    ) -> Result<(vectors::ModelId, Vec<JobId>), StoreError> {
        let settings = settings.clone();
        self.library.commit(Commit::TakeBack, move |tx| {
            let now = clock::now();
            crate::intake::make_lanes(tx)?;
            regular::enter(tx, now)?;
            // Those of the last engine; this one looks for itself.
            warnings::replace(tx, &[])?;
            // The clock may have been set back while nobody worked.
            sheaf_queue::cut_back_offs(tx, now.after(settings.retry.longest()))?;
            let taken_back = sheaf_queue::take_back(tx, engine, now)?;
            for job in &taken_back {
                let row = sheaf_queue::job(tx, *job)?;
                if let Some(row) = row
                    && row.kind == "read"
                    && !row.state.is_final()
                {
                    documents::set_state(tx, DocumentId(row.subject), DocumentState::Queued, None)?;
                }
            }
            let wanted = switch::wanted(tx, &settings.model)?;
            Ok((wanted, taken_back))
        })
    }

    fn floor(&self, engine: EngineEpoch, settings: Settings, model: vectors::ModelId) -> Floor {
        let name = settings.model.clone();
        let spec = |task| ChildSpec {
            program: self.program.clone(),
            task,
            assets: self.assets.folder().to_owned(),
            languages: vec![settings.languages.clone()],
            tessdata: None,
            model: name.clone(),
            gentle: true,
            limits: Limits::for_child(task, &name),
        };
        let mut reader = spec(Task::Read);
        reader.limits.memory_bytes = settings.memory_bytes;
        reader.limits.page_wall = settings.page_wall;
        reader.limits.page_cpu = reader.limits.page_cpu.min(settings.page_wall);
        Floor {
            library: self.library.clone(),
            engine,
            model,
            reader,
            indexer: spec(Task::Index),
            desk: Desk::default(),
            journal: Journal::start(&self.library.folder().logs()),
            vault: Arc::clone(&self.vault),
            bell: Arc::clone(&self.bell),
            trouble: self.trouble.clone(),
            deaths: Deaths::default(),
            free_readers: AtomicUsize::new(0),
            idle_readers: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
            aborting: AtomicBool::new(false),
            assets: self.assets.clone(),
            settings,
        }
    }

    /// The heartbeat, and an eye on what other processes do.
    fn oversee(
        &self,
        role: sheaf_queue::Role,
        floor: &Arc<Floor>,
        crew: &Crew,
    ) -> Result<Shift, StoreError> {
        let watched = self.library.read()?;
        let beat_every = stale_after() / BEATS_PER_STALE;
        let (mut beaten, mut reported) = (Instant::now(), Instant::now());
        let (mut version, mut last_report) = (watched.data_version()?, Vec::new());
        let role = Arc::new(role);
        let mut clocks = clock::Clocks::look();
        let ear = Ear::open(self.library.folder().path(), Arc::clone(&self.bell));
        while !self.is_stopping() {
            let mark = self.bell.mark();
            let seen = watched.data_version()?;
            if seen != version {
                version = seen;
                self.bell.ring();
                if switch::is_other_wanted(&watched, floor) {
                    break;
                }
            }
            if clocks.were_set_back() {
                let latest = clock::now().after(floor.settings.retry.longest());
                let cut = self.library.commit(Commit::Promote, move |tx| {
                    Ok(sheaf_queue::cut_back_offs(tx, latest)?)
                });
                self.trouble.note(&cut);
            }
            if sheaf_queue::next_due(&watched)?.is_some_and(|due| due <= clock::now()) {
                self.promote();
            }
            if beaten.elapsed() >= beat_every {
                beaten = Instant::now();
                if !self.beat(&role)? {
                    return Ok(Shift::Lost);
                }
            }
            if reported.elapsed() >= REPORT {
                reported = Instant::now();
                let rows = crew.report();
                if rows != last_report {
                    let written = write_report(floor, rows.clone());
                    self.trouble.note(&written);
                    match written {
                        Ok(()) => last_report = rows,
                        Err(StoreError::Queue(QueueError::RoleLost)) => return Ok(Shift::Lost),
                        // The next look tries again.
                        Err(_) => {}
                    }
                }
            }
            let is_idle = floor.idle_readers.load(Ordering::Acquire) > 0;
            self.bell.wait(
                mark,
                match is_idle && ear.is_attentive() {
                    true => LOOK,
                    false => rehearsal::nap(TICK),
                },
            );
        }
        drop(watched);
        Ok(Shift::Over(role))
    }

    /// What cannot be written just now is still due at the next look.
    fn promote(&self) {
        let promoted = self.library.commit(Commit::Promote, |tx| {
            let promoted = sheaf_queue::promote_due(tx, clock::now())?;
            Ok(promoted)
        });
        self.trouble.note(&promoted);
        if promoted.is_ok() {
            self.bell.ring();
        }
    }

    /// `false` when another engine has taken over. A library that cannot be written just now is not a lost role.
    fn beat(&self, role: &Arc<sheaf_queue::Role>) -> Result<bool, StoreError> {
        let mine = Arc::clone(role);
        let beaten = self
            .library
            .commit(Commit::Beat, move |tx| Ok(mine.beat(tx, clock::now())?));
        self.trouble.note(&beaten);
        match beaten {
            Ok(held) => Ok(held),
            Err(StoreError::Queue(QueueError::RoleLost)) => Ok(false),
            Err(_) => Ok(true),
        }
    }
}

enum Shift {
    /// Asked to stop; the role is handed on when this is dropped, after the seats have ended.
    Over(#[expect(dead_code, reason = "held for its lock")] Arc<sheaf_queue::Role>),
    Lost,
}
