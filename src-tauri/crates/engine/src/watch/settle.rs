//! Waiting for files to be quiet. A path of which something was heard is looked at until two looks, some time apart, see
//! the same, and nobody has the file open for writing.

use std::collections::{HashMap, HashSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::follow::Hint;
use super::overseer::Post;
use super::writers::open_for_writing;
use crate::walk::identity;

/// Until the first look: what happens to a file comes in bursts.
const FIRST: Duration = Duration::from_millis(300);
/// After a file went, another one often comes by its name: that is how editors save.
const GONE: Duration = Duration::from_millis(500);
/// A file that grows now and then is waited for longer, up to this.
const MOST: Duration = Duration::from_secs(60);
/// One that stays open for writing without any change for so long is taken as it is: a log, say.
const OPEN: Duration = Duration::from_secs(600);
/// How many paths that have settled are remembered.
const REMEMBERED: usize = 4096;

struct Pending {
    /// When something last changed, as far as we know.
    last: Instant,
    look_at: Instant,
    is_open: Option<bool>,
    seen: Option<(u64, i64, u64)>,
    /// The longest time between two changes.
    gap: Duration,
}

/// What a path that is quiet leads to.
pub(super) enum Quiet {
    Something(Metadata),
    Nothing,
}

pub(super) struct Settling {
    quiet: Duration,
    post: Arc<Post>,
    pending: HashMap<PathBuf, Pending>,
    /// When a path settled, so that one that changes again soon is waited for longer.
    settled: HashMap<PathBuf, Instant>,
}

impl Settling {
    pub(super) fn new(quiet: Duration, post: &Arc<Post>) -> Self {
        Self {
            quiet,
            post: Arc::clone(post),
            pending: HashMap::new(),
            settled: HashMap::new(),
        }
    }

    /// Something was heard, or seen, of a path.
    pub(super) fn note(&mut self, path: PathBuf, hint: Hint) {
        if let Some(pending) = self.pending.get_mut(&path) {
            pending.gap = pending
                .gap
                .max(hint.at.saturating_duration_since(pending.last));
            pending.last = pending.last.max(hint.at);
            pending.look_at = pending.look_at.max(hint.at + FIRST);
            pending.is_open = hint.is_open.or(pending.is_open);
            return;
        }
        let since = self.settled.remove(&path);
        let gap = since.map_or(Duration::ZERO, |at| hint.at.saturating_duration_since(at));
        let pending = Pending {
            last: hint.at,
            look_at: hint.at + FIRST,
            is_open: hint.is_open,
            seen: None,
            gap: gap.min(MOST / 2),
        };
        self.pending.insert(path, pending);
    }

    /// How many paths are not quiet yet.
    pub(super) fn count(&self) -> u64 {
        self.pending.len() as u64
    }

    /// How long until something may be quiet.
    pub(super) fn next_in(&self, now: Instant) -> Option<Duration> {
        let next = self.pending.values().map(|one| one.look_at).min()?;
        Some(next.saturating_duration_since(now))
    }

    pub(super) fn forget_all(&mut self) {
        self.pending.clear();
    }

    /// Takes out what is quiet.
    pub(super) fn due(&mut self, now: Instant) -> Vec<(PathBuf, Quiet)> {
        let mut quiet = Vec::new();
        for (path, pending) in &mut self.pending {
            if pending.look_at > now {
                continue;
            }
            if let Some(found) = pending.look(path, self.quiet, now) {
                quiet.push((path.clone(), found));
            }
            self.post.pulse.beat();
        }
        self.put_back_open(&mut quiet, now);
        if self.settled.len() + quiet.len() > REMEMBERED {
            self.settled.clear();
        }
        for (path, ..) in &quiet {
            self.pending.remove(path);
            if quiet.len() < REMEMBERED {
                self.settled.insert(path.clone(), now);
            }
        }
        quiet
    }

    /// Files that somebody still writes to wait on. Whoever closed a file was heard, and need not be looked for.
    fn put_back_open(&mut self, quiet: &mut Vec<(PathBuf, Quiet)>, now: Instant) {
        let is_suspect = |(path, found): &&(PathBuf, Quiet)| {
            let Quiet::Something(meta) = found else {
                return false;
            };
            let pending = self.pending.get(path);
            let may_be_open = pending.is_some_and(|one| one.is_open != Some(false));
            meta.is_file() && may_be_open && age(meta).is_none_or(|age| age < OPEN)
        };
        let suspects: HashSet<PathBuf> = quiet
            .iter()
            .filter(is_suspect)
            .map(|(path, ..)| path.clone())
            .collect();
        if suspects.is_empty() {
            return;
        }
        let open = open_for_writing(&suspects);
        quiet.retain(|(path, ..)| !open.contains(path));
        for path in open {
            if let Some(pending) = self.pending.get_mut(&path) {
                pending.look_at = now + self.quiet.max(FIRST);
            }
        }
    }
}

impl Pending {
    /// What is there, if it is quiet; otherwise when to look again.
    fn look(&mut self, path: &Path, quiet: Duration, now: Instant) -> Option<Quiet> {
        let meta = match std::fs::symlink_metadata(path) {
            Ok(meta) if meta.is_symlink() => std::fs::metadata(path).unwrap_or(meta),
            Ok(meta) => meta,
            Err(_) => return self.quiet_after(GONE, now).then_some(Quiet::Nothing),
        };
        if !meta.is_file() {
            return Some(Quiet::Something(meta));
        }
        let (mtime_ns, _, inode) = identity(&meta);
        let stamp = Some((meta.len(), mtime_ns, inode));
        if self.seen != stamp {
            if self.seen.is_some() {
                self.gap = self.gap.max(now.saturating_duration_since(self.last));
                self.last = now;
            }
            self.seen = stamp;
        }
        let is_young = age(&meta).is_none_or(|age| age < quiet);
        let needed = match is_young {
            true => quiet.max(self.gap * 2).min(MOST.max(quiet)),
            false => FIRST.min(quiet),
        };
        self.quiet_after(needed, now)
            .then_some(Quiet::Something(meta))
    }

    fn quiet_after(&mut self, needed: Duration, now: Instant) -> bool {
        self.look_at = self.last + needed;
        self.look_at <= now
    }
}

/// How long ago a file was last changed; `None` when its clock is ahead of ours.
pub(super) fn age(meta: &Metadata) -> Option<Duration> {
    let changed = meta.modified().ok()?;
    SystemTime::now().duration_since(changed).ok()
}
