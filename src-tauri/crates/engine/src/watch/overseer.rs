//! A thread for each watched folder: a drive that does not answer keeps nobody waiting but its own.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sheaf_document::WatchId;
use sheaf_store::table::watches::{self, Watch};
use sheaf_store::{Reader, Result};

use super::pulse::Pulse;
use super::root::Note;
use super::scan::go_offline;
use super::turns::Turns;
use super::watcher::Watcher;
use super::{REST, TICK, be_gentle};
use crate::bell::Bell;
use crate::commit::Commits;
use crate::patience::silent_after;
use crate::rehearsal::Commit;
use crate::seat::Floor;
use crate::walk::path_of;

/// What the thread of a folder and its overseer share.
pub(super) struct Post {
    pub(super) bell: Arc<Bell>,
    pub(super) pulse: Pulse,
    pub(super) turns: Arc<Turns>,
    /// Watched folders within this one.
    inner: Mutex<Vec<PathBuf>>,
    is_dismissed: AtomicBool,
}

impl Post {
    pub(super) fn inner(&self) -> Vec<PathBuf> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.clone()
    }

    pub(super) fn is_over(&self, floor: &Floor) -> bool {
        self.is_dismissed.load(Ordering::Acquire) || floor.is_stopping()
    }
}

struct Keeper {
    post: Arc<Post>,
    thread: JoinHandle<()>,
    /// The pulse when it was last looked at, and for how long it has not changed.
    count: u64,
    silent: Duration,
}

pub(super) struct Overseer<'a> {
    floor: &'a Arc<Floor>,
    conn: Reader,
    version: Option<i64>,
    turns: Arc<Turns>,
    keepers: HashMap<WatchId, Keeper>,
}

impl<'a> Overseer<'a> {
    pub(super) fn new(floor: &'a Arc<Floor>) -> Result<Self> {
        Ok(Self {
            conn: floor.library.read()?,
            floor,
            version: None,
            turns: Arc::default(),
            keepers: HashMap::new(),
        })
    }

    pub(super) fn live(&mut self) -> Result<()> {
        let bell = Bell::default();
        let mut looked = Instant::now();
        while !self.floor.is_stopping() {
            self.take_orders()?;
            // While this process was stopped nobody could answer.
            self.feel(looked.elapsed().min(2 * TICK))?;
            looked = Instant::now();
            bell.wait(bell.mark(), TICK);
        }
        Ok(())
    }

    /// Which folders there are is read again whenever somebody wrote, and everybody looks for what is asked.
    fn take_orders(&mut self) -> Result<()> {
        let version = self.conn.data_version()?;
        if self.version.replace(version) == Some(version) {
            return Ok(());
        }
        let rows = watches::list(&self.conn)?;
        for row in &rows {
            let mine = path_of(&row.raw);
            let others = rows.iter().map(|row| path_of(&row.raw));
            let inner = others.filter(|other| *other != mine && other.starts_with(&mine));
            let inner = inner.collect();
            match self.keepers.get(&row.id) {
                Some(keeper) => *lock(&keeper.post.inner) = inner,
                None => self.hire(row, inner),
            }
        }
        self.keepers.retain(|id, keeper| {
            let stays = rows.iter().any(|row| row.id == *id);
            if !stays {
                keeper.post.is_dismissed.store(true, Ordering::Release);
            }
            keeper.post.bell.ring();
            stays
        });
        Ok(())
    }

    fn hire(&mut self, row: &Watch, inner: Vec<PathBuf>) {
        let post = Arc::new(Post {
            bell: Arc::default(),
            pulse: Pulse::default(),
            turns: Arc::clone(&self.turns),
            inner: Mutex::new(inner),
            is_dismissed: AtomicBool::new(false),
        });
        let (floor, mine, id) = (Arc::clone(self.floor), Arc::clone(&post), row.id);
        let thread = std::thread::Builder::new()
            .name(format!("sheaf-watch-{id}"))
            .spawn(move || keep(&floor, &mine, id));
        // Without a thread it stays as it is, and is tried again when somebody writes.
        if let Ok(thread) = thread {
            let keeper = Keeper {
                post,
                thread,
                count: 0,
                silent: Duration::ZERO,
            };
            self.keepers.insert(id, keeper);
        }
    }

    /// Looks who gets no answer from the file system.
    fn feel(&mut self, since: Duration) -> Result<()> {
        let limit = silent_after();
        for (id, keeper) in &mut self.keepers {
            let count = keeper.post.pulse.count();
            keeper.silent = match keeper.count == count {
                true => keeper.silent + since,
                false => Duration::ZERO,
            };
            keeper.count = count;
            if keeper.silent >= limit && !keeper.post.pulse.is_given_up() {
                keeper.post.pulse.give_up();
                go_offline(&self.floor.library, *id, Note::Silent)?;
            }
        }
        Ok(())
    }

    /// Whoever waits for a drive that does not answer is left behind; it writes nothing any more.
    pub(super) fn part(self) {
        let bell = Bell::default();
        for keeper in self.keepers.values() {
            keeper.post.is_dismissed.store(true, Ordering::Release);
            keeper.post.bell.ring();
        }
        let (mut counts, mut looked) = (HashMap::new(), Instant::now());
        while self.keepers.values().any(|one| !one.thread.is_finished()) {
            bell.wait(bell.mark(), TICK / 5);
            if looked.elapsed() < REST {
                continue;
            }
            looked = Instant::now();
            let mut is_any_alive = false;
            for (id, keeper) in &self.keepers {
                let count = keeper.post.pulse.count();
                let is_alive = counts.insert(*id, count) != Some(count);
                is_any_alive |= is_alive && !keeper.thread.is_finished();
            }
            if !is_any_alive {
                break;
            }
        }
    }
}

/// The life of a folder's thread.
fn keep(floor: &Arc<Floor>, post: &Arc<Post>, id: WatchId) {
    be_gentle();
    while !post.is_over(floor) {
        // What went wrong is forgotten with all that was heard; a new start looks through everything.
        let lived = Watcher::begin(floor, post, id).and_then(|watcher| match watcher {
            Some(mut watcher) => watcher.live(),
            None => Ok(()),
        });
        if lived.is_err() && !post.is_over(floor) {
            post.bell.wait(post.bell.mark(), REST);
            let _ = floor
                .library
                .commit(Commit::Scan, move |tx| watches::ask(tx, Some(id)).map(drop));
        } else if !post.is_over(floor) {
            // The folder is not watched any more; its overseer is about to say so.
            post.bell.wait(post.bell.mark(), TICK);
        }
        post.pulse.beat();
    }
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
