//! The thread of a watched folder: it takes up what people want, what the system tells and what has become quiet, and looks
//! through everything now and then.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sheaf_document::WatchId;
use sheaf_store::table::watches::{self, Watch};
use sheaf_store::{Reader, Result};

use super::follow::Following;
use super::overseer::Post;
use super::root::{Presence, is_as_before, presence};
use super::rules::{Sieve, WatchRules};
use super::settle::Settling;
use super::tree::{Borders, folder_identity};
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
    pub(super) post: &'a Arc<Post>,
    pub(super) conn: Reader,
    pub(super) version: Option<i64>,
    pub(super) following: Following,
    pub(super) settling: Settling,
    pub(super) root: Root,
    guarded: Instant,
}

impl<'a> Watcher<'a> {
    /// `None`: nobody wants the folder watched any more.
    pub(super) fn begin(
        floor: &'a Floor,
        post: &'a Arc<Post>,
        id: WatchId,
    ) -> Result<Option<Self>> {
        let conn = floor.library.read()?;
        let Some(row) = watches::get(&conn, id)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            conn,
            settling: Settling::new(floor.settings.settle, post),
            floor,
            post,
            version: None,
            following: Following::start(&post.bell),
            root: Root::new(row),
            guarded: Instant::now(),
        }))
    }

    pub(super) fn live(&mut self) -> Result<()> {
        while !self.is_over() {
            let mark = self.post.bell.mark();
            self.post.pulse.beat();
            if self.post.pulse.revive() {
                // What it was told last does not count any more.
                self.root.is_online = false;
                self.root.settling_told = (0, None);
                self.ask()?;
            }
            if !self.take_orders()? {
                return Ok(());
            }
            if self.root.watch.asked {
                self.root.watch.asked = false;
                self.scan()?;
            }
            self.listen()?;
            self.settle()?;
            self.guard()?;
            let now = Instant::now();
            let most = self.guard_every();
            let rest = self
                .settling
                .next_in(now)
                .map_or(most, |next| next.min(most));
            // A burst of hints is taken together.
            self.post.bell.wait(mark, rest);
        }
        Ok(())
    }

    pub(super) fn is_over(&self) -> bool {
        self.post.is_over(self.floor)
    }

    /// What is wanted of the folder is read again whenever somebody wrote. `false`: nothing any more.
    fn take_orders(&mut self) -> Result<bool> {
        let version = self.conn.data_version()?;
        if self.version.replace(version) == Some(version) {
            return Ok(true);
        }
        let Some(row) = watches::get(&self.conn, self.root.watch.id)? else {
            return Ok(false);
        };
        if row.rules == self.root.watch.rules {
            self.root.watch = row;
        } else {
            self.root = Root::new(row);
        }
        Ok(true)
    }

    /// Where the scan of the folder does not go.
    pub(super) fn borders(&self) -> Borders {
        Borders {
            others: self.post.inner(),
            library: folder_identity(self.floor.library.folder().path()),
        }
    }

    /// Whether a path is this folder's business: it is not in another one within it, and the folder is there.
    pub(super) fn is_mine(&self, path: &Path) -> bool {
        let is_inner = || {
            self.post
                .inner()
                .iter()
                .any(|other| path.starts_with(other))
        };
        self.root.is_online && path.starts_with(&self.root.path) && !is_inner()
    }

    pub(super) fn ask(&mut self) -> Result<()> {
        let id = self.root.watch.id;
        self.version = None;
        self.floor
            .library
            .commit(Commit::Scan, move |tx| watches::ask(tx, Some(id)).map(drop))
    }

    fn guard_every(&self) -> Duration {
        GUARD.min(self.floor.settings.poll)
    }

    /// Looks whether the folder went or came back, and whether it is time to look through it.
    fn guard(&mut self) -> Result<()> {
        if self.guarded.elapsed() < self.guard_every() {
            return Ok(());
        }
        self.guarded = Instant::now();
        match self.is_scan_due()? {
            true => self.ask(),
            false => Ok(()),
        }
    }

    fn is_scan_due(&self) -> Result<bool> {
        let root = &self.root;
        let Some(scanned) = root.scanned else {
            return Ok(false);
        };
        if !root.is_online {
            let there = presence(&self.conn, &root.watch, &self.post.pulse)?;
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
