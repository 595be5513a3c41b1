//! The thread that watches: it takes up what people want, what the system tells and what has become quiet, and looks
//! through everything now and then.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sheaf_document::WatchId;
use sheaf_store::table::watches::{self, Watch};
use sheaf_store::{Reader, Result};

use super::TICK;
use super::follow::Following;
use super::root::{Presence, is_as_before, presence};
use super::rules::{Sieve, WatchRules};
use super::settle::Settling;
use super::tree::{Borders, folder_identity};
use crate::bell::Bell;
use crate::commit::Commits;
use crate::rehearsal::Commit;
use crate::seat::Floor;
use crate::walk::path_of;

/// How often it is looked whether a folder is still there.
const GUARD: Duration = Duration::from_secs(2);

/// A watched folder at work.
pub(super) struct Root {
    pub(super) watch: Watch,
    pub(super) path: PathBuf,
    pub(super) sieve: Sieve,
    pub(super) is_online: bool,
    pub(super) is_polled: bool,
    pub(super) scanned: Option<Instant>,
    /// The queue was full: look again then.
    pub(super) retry_at: Option<Instant>,
    pub(super) settling_told: (u64, Option<Instant>),
}

pub(super) struct Watcher<'a> {
    pub(super) floor: &'a Floor,
    pub(super) conn: Reader,
    pub(super) version: Option<i64>,
    pub(super) bell: Arc<Bell>,
    /// Begun with the first folder.
    pub(super) following: Option<Following>,
    pub(super) settling: Settling,
    pub(super) roots: Vec<Root>,
    pub(super) guarded: Instant,
}

impl<'a> Watcher<'a> {
    pub(super) fn new(floor: &'a Floor) -> Result<Self> {
        Ok(Self {
            conn: floor.library.read()?,
            settling: Settling::new(floor.settings.settle),
            floor,
            version: None,
            bell: Arc::default(),
            following: None,
            roots: Vec::new(),
            guarded: Instant::now(),
        })
    }

    pub(super) fn live(&mut self) -> Result<()> {
        while !self.floor.is_stopping() {
            let mark = self.bell.mark();
            self.take_orders()?;
            self.scan_what_is_asked()?;
            self.listen()?;
            self.settle()?;
            self.guard()?;
            let now = Instant::now();
            let rest = self
                .settling
                .next_in(now)
                .map_or(TICK, |next| next.min(TICK));
            // A burst of hints is taken together.
            self.bell.wait(mark, rest);
        }
        Ok(())
    }

    /// Which folders there are, and by what rules, is read again whenever somebody wrote.
    fn take_orders(&mut self) -> Result<()> {
        let version = self.conn.data_version()?;
        if self.version.replace(version) == Some(version) {
            return Ok(());
        }
        let mut known: HashMap<WatchId, Root> = self
            .roots
            .drain(..)
            .map(|root| (root.watch.id, root))
            .collect();
        let rows = watches::list(&self.conn)?;
        for watch in rows {
            let root = match known.remove(&watch.id) {
                Some(root) if root.watch.rules == watch.rules => Root { watch, ..root },
                _ => Root::new(watch),
            };
            self.roots.push(root);
        }
        for root in known.into_values() {
            self.stop_following(&root.path);
            self.settling.drop_watch(root.watch.id);
        }
        if self.following.is_none() && !self.roots.is_empty() {
            self.following = Some(Following::start(&self.bell));
        }
        Ok(())
    }

    pub(super) fn stop_following(&mut self, folder: &Path) {
        if let Some(following) = &mut self.following {
            following.remove(folder);
        }
    }

    fn scan_what_is_asked(&mut self) -> Result<()> {
        for n in 0..self.roots.len() {
            if self.roots[n].watch.asked && !self.floor.is_stopping() {
                self.roots[n].watch.asked = false;
                self.scan(n)?;
            }
        }
        Ok(())
    }

    /// Where the scan of a folder does not go.
    pub(super) fn borders(&self, n: usize) -> Borders {
        let mine = &self.roots[n].path;
        let others = self.roots.iter().map(|root| &root.path);
        Borders {
            others: others
                .filter(|other| *other != mine && other.starts_with(mine))
                .cloned()
                .collect(),
            library: folder_identity(self.floor.library.folder().path()),
        }
    }

    /// The innermost watched folder that a path lies in, if it is there.
    pub(super) fn root_of(&self, path: &Path) -> Option<usize> {
        let holds = |n: &usize| path.starts_with(&self.roots[*n].path);
        let innermost = (0..self.roots.len())
            .filter(holds)
            .max_by_key(|n| self.roots[*n].path.as_os_str().len())?;
        self.roots[innermost].is_online.then_some(innermost)
    }

    pub(super) fn ask_for_all(&mut self) -> Result<()> {
        self.version = None;
        self.floor
            .library
            .commit(Commit::Scan, |tx| watches::ask(tx, None).map(drop))
    }

    pub(super) fn ask(&mut self, n: usize) -> Result<()> {
        let id = self.roots[n].watch.id;
        self.version = None;
        self.floor
            .library
            .commit(Commit::Scan, move |tx| watches::ask(tx, Some(id)).map(drop))
    }

    /// Looks whether folders went or came back, and whether it is time to look through one.
    fn guard(&mut self) -> Result<()> {
        if self.guarded.elapsed() < GUARD.min(self.floor.settings.poll) {
            return Ok(());
        }
        self.guarded = Instant::now();
        for n in 0..self.roots.len() {
            if self.is_scan_due(n)? {
                self.ask(n)?;
            }
        }
        Ok(())
    }

    fn is_scan_due(&mut self, n: usize) -> Result<bool> {
        let root = &self.roots[n];
        let Some(scanned) = root.scanned else {
            return Ok(false);
        };
        if !root.is_online {
            let there = presence(&self.conn, &root.watch)?;
            return Ok(matches!(there, Presence::There(..)));
        }
        let every = match root.is_polled {
            true => self.floor.settings.poll,
            false => self.floor.settings.rescan,
        };
        let is_retry_due = root.retry_at.is_some_and(|at| at <= Instant::now());
        Ok(is_retry_due || scanned.elapsed() >= every || !is_as_before(&root.watch))
    }
}

impl Root {
    fn new(watch: Watch) -> Self {
        let path = path_of(&watch.raw);
        Self {
            sieve: Sieve::new(&path, WatchRules::parse(&watch.rules)),
            path,
            is_online: false,
            is_polled: false,
            scanned: None,
            retry_at: None,
            settling_told: (watch.settling, None),
            watch,
        }
    }
}
