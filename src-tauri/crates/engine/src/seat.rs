//! A seat of a lane: a thread with one child process, which it starts when there is work and replaces when it is lost.

use std::fs::File;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sheaf_document::Languages;
use sheaf_queue::{Claim, EngineEpoch, JobId, Priority};
use sheaf_store::table::vectors::ModelId;
use sheaf_store::{Library, StoreError, Tx};
use sheaf_worker::{Child, ChildSpec, Loss, Request, Response, Stopper, Task};

use crate::assets::Assets;
use crate::bell::Bell;
use crate::commit::Commits;
use crate::config::Settings;
use crate::desk::Desk;
use crate::journal::Journal;
use crate::languages::folder_for;
use crate::rehearsal::Commit;
use crate::trouble::Trouble;
use crate::vault::Vault;
use crate::warning::Deaths;
use crate::{lifecycle, settlement};

/// What all seats of a working engine share.
pub(crate) struct Floor {
    pub(crate) library: Library,
    pub(crate) engine: EngineEpoch,
    pub(crate) settings: Settings,
    pub(crate) assets: Assets,
    pub(crate) vault: Arc<Vault>,
    pub(crate) model: ModelId,
    pub(crate) reader: ChildSpec,
    pub(crate) indexer: ChildSpec,
    pub(crate) desk: Desk,
    pub(crate) journal: Journal,
    pub(crate) bell: Arc<Bell>,
    pub(crate) trouble: Trouble,
    pub(crate) deaths: Deaths,
    /// Seats of the reading lane that are kept free and have nothing to do.
    pub(crate) free_readers: AtomicUsize,
    /// Reading seats that wait for work.
    pub(crate) idle_readers: AtomicUsize,
    /// Finish the page in hand, then end.
    pub(crate) stopping: AtomicBool,
    /// End now; what is in hand is somebody else's or given back.
    pub(crate) aborting: AtomicBool,
}

impl Floor {
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire) || self.is_aborting()
    }

    pub(crate) fn is_aborting(&self) -> bool {
        self.aborting.load(Ordering::Acquire)
    }

    /// Writes the end of a claim, again and again while the library cannot be written (a full disk, say): the claim
    /// stays ours meanwhile, so nothing is lost. A lost claim, or an engine that ends, needs nothing more.
    pub(crate) fn insist<F>(&self, claim: &Claim, work: F)
    where
        F: Fn(&Tx<'_>, &Claim) -> sheaf_store::Result<()> + Clone + Send + 'static,
    {
        loop {
            let mark = self.bell.mark();
            let (work, mine) = (work.clone(), claim.clone());
            let written = self.library.commit(Commit::Ending, move |tx| {
                work(tx, &mine)?;
                Ok(())
            });
            self.trouble.note(&written);
            match written {
                Ok(()) => {
                    lifecycle::ended(&self.journal, &self.library, claim);
                    break;
                }
                Err(StoreError::ClaimLost) => {
                    lifecycle::ended_by_hand(&self.journal, &self.library, claim);
                    break;
                }
                Err(_) if self.is_stopping() => break,
                Err(_) => self.bell.wait(mark, Duration::from_secs(1)),
            }
        }
        self.bell.ring();
    }

    /// A write that failed for the library's sake (a full disk, say) is not tried again at once: the work it was for goes
    /// back to the queue, and would come again and again.
    pub(crate) fn rest_after(&self, error: StoreError) {
        if matches!(error, StoreError::ClaimLost) || self.is_stopping() {
            return;
        }
        self.trouble.note::<()>(&Err(error));
        self.rest(Duration::from_secs(1));
    }

    /// However often the bell rings; only an end cuts it short.
    pub(crate) fn rest(&self, long: Duration) {
        let until = Instant::now() + long;
        while let Some(left) = until.checked_duration_since(Instant::now())
            && !self.is_stopping()
        {
            self.bell.wait(self.bell.mark(), left);
        }
    }

    /// Gives a claim back to the queue as it is.
    pub(crate) fn give_back(&self, claim: &Claim) {
        let policies = self.settings.retry;
        let document = sheaf_document::DocumentId(claim.subject);
        self.insist(claim, move |tx, claim| {
            settlement::give_back(tx, claim, document, &policies)
        });
    }
}

/// What a seat is doing, for whoever looks.
#[derive(Clone, Default)]
pub(crate) struct Status {
    pub(crate) pid: Option<u32>,
    pub(crate) busy: bool,
    pub(crate) starting: bool,
    pub(crate) job: Option<JobId>,
    pub(crate) page: Option<u32>,
    pub(crate) done: u32,
    pub(crate) restarts: u32,
    pub(crate) stopper: Option<Stopper>,
}

pub(crate) type Board = Arc<Mutex<Status>>;

pub(crate) struct Seat {
    pub(crate) number: usize,
    pub(crate) floor: Arc<Floor>,
    /// Kept free for urgent work: this seat takes only what is above that priority.
    pub(crate) above: Option<Priority>,
    task: Task,
    child: Option<Child>,
    /// Answers since the child was started.
    served: u32,
    /// The lists of languages the child recognises, the one asked for last at the end.
    spoken: Vec<Languages>,
    /// The claim whose document the child has open.
    pub(crate) open: Option<(JobId, i64)>,
    board: Board,
}

impl Seat {
    pub(crate) fn new(number: usize, task: Task, floor: Arc<Floor>, board: Board) -> Self {
        let (seats, kept_free) = match task {
            Task::Read => (floor.settings.readers, floor.settings.readers_free),
            Task::Index => (floor.settings.indexers, floor.settings.indexers_free),
        };
        let is_kept_free = number >= (seats - kept_free) as usize;
        Self {
            number,
            above: is_kept_free.then_some(Priority::NORMAL),
            floor,
            task,
            child: None,
            served: 0,
            spoken: Vec::new(),
            open: None,
            board,
        }
    }

    pub(crate) fn note(&self, change: impl FnOnce(&mut Status)) {
        change(&mut self.board.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Asks the child, which is started if need be. After a loss the next call starts a fresh one.
    pub(crate) fn ask(&mut self, request: &Request, file: Option<&File>) -> Result<Response, Loss> {
        let mut child = match self.child.take() {
            Some(child) => child,
            None => self.start()?,
        };
        match child.call(request, file) {
            Ok(response) => {
                self.served += 1;
                self.child = Some(child);
                Ok(response)
            }
            Err(loss) => {
                drop(child);
                self.open = None;
                self.died();
                self.note(|status| {
                    status.restarts += 1;
                    status.pid = None;
                    status.stopper = None;
                });
                Err(loss)
            }
        }
    }

    /// Makes sure that the child to be asked next recognises these languages: it loads them before it locks itself in, so
    /// others mean a fresh one, which keeps the lists that were asked for last.
    pub(crate) fn speak(&mut self, languages: &Languages) {
        const LISTS: usize = 4;
        if self.spoken.contains(languages) {
            return;
        }
        self.spoken.push(languages.clone());
        let surplus = self.spoken.len().saturating_sub(LISTS);
        self.spoken.drain(..surplus);
        self.part();
    }

    /// Lets the child go; the next call starts a fresh one.
    pub(crate) fn part(&mut self) {
        if self.child.take().is_some() {
            self.open = None;
            self.note(|status| {
                status.pid = None;
                status.stopper = None;
            });
        }
    }

    fn spec(&self) -> ChildSpec {
        let mut spec = match self.task {
            Task::Read => self.floor.reader.clone(),
            Task::Index => self.floor.indexer.clone(),
        };
        if self.task == Task::Read {
            let (folder, models) = (self.floor.library.folder(), self.floor.settings.models);
            spec.languages.clone_from(&self.spoken);
            spec.tessdata = Some(folder_for(folder, &self.floor.assets, models));
        }
        spec
    }

    fn start(&mut self) -> Result<Child, Loss> {
        self.note(|status| status.starting = true);
        let spec = self.spec();
        let started = if self.floor.is_aborting() {
            Err(Loss::Spawn("the engine ends".to_owned()))
        } else {
            match Child::spawn(&spec) {
                // Once more: what ended it (a signal, a program that is just being replaced) is rarely there twice.
                Err(Loss::Spawn(_)) if !self.floor.is_aborting() => Child::spawn(&spec),
                started => started,
            }
        };
        self.served = 0;
        self.open = None;
        if started.is_err() {
            self.died();
        }
        self.note(|status| {
            status.starting = false;
            status.pid = started.as_ref().ok().map(Child::pid);
            status.stopper = started.as_ref().ok().map(Child::stopper);
        });
        started
    }

    /// Ends the child, which the next request starts anew: nothing is held in memory for work that does not come.
    pub(crate) fn let_go(&mut self) {
        if self.child.take().is_some() {
            self.open = None;
            self.note(|status| (status.pid, status.stopper) = (None, None));
        }
    }

    /// An end that nobody asked for.
    fn died(&self) {
        if !self.floor.is_aborting() {
            self.floor.deaths.note(self.task, Instant::now());
        }
    }

    /// Between two steps, a child that has served long enough, or grown too large, makes room for a fresh one.
    pub(crate) fn recycle(&mut self) {
        let Some(child) = &self.child else { return };
        let settings = &self.floor.settings;
        let too_large =
            matches!(self.task, Task::Read) && rss_bytes(child.pid()) > settings.recycle_bytes;
        if self.served >= settings.recycle_after || too_large {
            self.child = None;
            self.open = None;
            self.note(|status| {
                status.restarts += 1;
                status.pid = None;
                status.stopper = None;
            });
        }
    }
}

/// Resident memory of a process; 0 where the system does not say.
pub(crate) fn rss_bytes(pid: u32) -> u64 {
    let pages = std::fs::read_to_string(format!("/proc/{pid}/statm"))
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}
