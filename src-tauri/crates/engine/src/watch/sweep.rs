//! A full scan: the walk through a folder beside the list of its places, both in the order of their paths. What is the
//! same costs one `stat` and no memory; the rest is decided and written in small pieces.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use sheaf_document::{PlaceId, WatchId};
use sheaf_queue::Priority;
use sheaf_store::table::gone::{self, Seen, with_separator};
use sheaf_store::table::left_out::LeftOut;
use sheaf_store::table::places::{self, Place};
use sheaf_store::table::watches;
use sheaf_store::{Conn, Result};

use super::apply::{Applied, CHUNK, apply};
use super::decide::{Action, Decision, decide, is_gone, is_unchanged};
use super::follow::Following;
use super::overseer::Post;
use super::reason::Reason;
use super::rules::Sieve;
use super::tree::{Borders, Stat, Visitor, verdict, why_not};
use crate::commit::Commits;
use crate::rehearsal::Commit;
use crate::seat::Floor;
use crate::walk::{identity, path_of};

/// Places fetched at once.
const FETCHED: u32 = 2000;
/// How often the progress is written.
const TELL: Duration = Duration::from_millis(500);
/// Left-out paths that are listed; all are counted.
const LISTED: usize = 100_000;

/// What a scan tells in the end.
pub(super) struct Swept {
    pub(super) files: u64,
    pub(super) left_out: u64,
    pub(super) left_out_mark: i64,
    /// What was left out, if the list differs from the last one.
    pub(super) list: Option<Vec<LeftOut>>,
    /// Files that are not quiet yet.
    pub(super) young: Vec<PathBuf>,
    pub(super) is_full: bool,
    pub(super) is_limited: bool,
}

pub(super) struct Sweep<'a> {
    pub(super) floor: &'a Floor,
    pub(super) post: &'a Post,
    pub(super) conn: &'a Conn,
    pub(super) watch: WatchId,
    pub(super) root: &'a Path,
    pub(super) sieve: &'a Sieve,
    pub(super) borders: &'a Borders,
    /// `None`: the folder is not followed but looked at again and again.
    pub(super) following: Option<&'a mut Following>,
    pub(super) quiet: Duration,
    pub(super) known: Known<'a>,
    /// Places whose reading failed because of the file system.
    pub(super) failed: HashSet<PlaceId>,
    pub(super) state: State,
}

/// What has been seen so far.
#[derive(Default)]
pub(super) struct State {
    files: u64,
    left_out: u64,
    mark: DefaultHasher,
    list: Vec<LeftOut>,
    unseen: Vec<Seen>,
    fresh: Vec<(PathBuf, Stat)>,
    young: Vec<PathBuf>,
    /// Devices whose number has changed: from which to which.
    renumbered: HashSet<(u64, u64)>,
    is_full: bool,
    is_limited: bool,
    told: Option<Instant>,
    error: Option<sheaf_store::StoreError>,
}

/// The places of a folder in the order of their paths, fetched piece by piece.
pub(super) struct Known<'a> {
    conn: &'a Conn,
    folder: Vec<u8>,
    after: Vec<u8>,
    fetched: std::iter::Peekable<std::vec::IntoIter<Seen>>,
    is_over: bool,
}

impl<'a> Known<'a> {
    pub(super) fn new(conn: &'a Conn, root: &[u8]) -> Self {
        Self {
            conn,
            folder: with_separator(root),
            after: Vec::new(),
            fetched: Vec::new().into_iter().peekable(),
            is_over: false,
        }
    }

    fn peek(&mut self) -> Result<Option<&Seen>> {
        if self.fetched.peek().is_none() && !self.is_over {
            let places = gone::seen_below(self.conn, &self.folder, &self.after, FETCHED)?;
            match places.last() {
                Some(last) => self.after.clone_from(&last.raw),
                None => self.is_over = true,
            }
            self.fetched = places.into_iter().peekable();
        }
        Ok(self.fetched.peek())
    }

    /// The next place that comes before a path, or is at it.
    fn next_up_to(&mut self, raw: &[u8]) -> Result<Option<Seen>> {
        let is_due = self
            .peek()?
            .is_some_and(|place| place.raw.as_slice() <= raw);
        Ok(is_due.then(|| self.fetched.next()).flatten())
    }

    fn next(&mut self) -> Result<Option<Seen>> {
        self.peek()?;
        Ok(self.fetched.next())
    }
}

impl Visitor for Sweep<'_> {
    fn folder(&mut self, path: &Path) -> bool {
        if let Some(following) = &mut self.following
            && !self.state.is_limited
        {
            self.state.is_limited = following.add(path, false).is_err();
        }
        self.tell();
        !self.is_broken_off() && self.state.error.is_none()
    }

    fn answered(&self) {
        self.post.pulse.beat();
    }

    fn file(&mut self, path: &Path, stat: &Stat) {
        if let Err(error) = self.meet(path, stat) {
            self.state.error.get_or_insert(error);
        }
    }

    fn left_out(&mut self, path: &Path, reason: Reason) {
        let raw = path.as_os_str().as_encoded_bytes();
        let state = &mut self.state;
        state.left_out += 1;
        (raw, reason).hash(&mut state.mark);
        if state.list.len() < LISTED {
            state.list.push(LeftOut {
                raw: raw.to_vec(),
                path: path.to_string_lossy().into_owned(),
                reason: reason.as_str().to_owned(),
            });
        }
    }
}

impl Sweep<'_> {
    /// Nobody asks for its outcome any more.
    pub(super) fn is_broken_off(&self) -> bool {
        self.post.is_over(self.floor) || self.post.pulse.is_given_up()
    }

    fn meet(&mut self, path: &Path, stat: &Stat) -> Result<()> {
        self.state.files += 1;
        let raw = path.as_os_str().as_encoded_bytes();
        while let Some(place) = self.known.next_up_to(raw)? {
            if place.raw != raw {
                self.state.unseen.push(place);
                continue;
            }
            if is_unchanged(&place.stamp, stat) && !self.failed.contains(&place.id) {
                return Ok(());
            }
            let stamp = place.stamp;
            if stamp.inode == stat.inode && stamp.mtime_ns == stat.mtime_ns {
                self.state.renumbered.insert((stamp.device, stat.device));
            }
        }
        if is_young(stat, self.quiet) {
            self.state.young.push(path.to_owned());
            return Ok(());
        }
        self.state.fresh.push((path.to_owned(), *stat));
        if self.state.fresh.len() >= CHUNK {
            self.decide_fresh()?;
        }
        Ok(())
    }

    fn decide_fresh(&mut self) -> Result<()> {
        let mut actions = Vec::new();
        for (path, stat) in std::mem::take(&mut self.state.fresh) {
            match decide(self.conn, &path, &stat)? {
                Decision::Nothing => {}
                Decision::Act(action) => actions.push(*action),
                Decision::LeftOut(reason) => {
                    self.state.files -= 1;
                    self.left_out(&path, reason);
                }
            }
        }
        self.write(actions)
    }

    fn write(&mut self, actions: Vec<Action>) -> Result<()> {
        if actions.is_empty() || self.state.is_full || self.is_broken_off() {
            return Ok(());
        }
        self.give_way()?;
        self.state.is_full = apply(self.floor, self.watch, actions)? == Applied::Full;
        self.answered();
        self.tell();
        Ok(())
    }

    /// Lets what a person asked for go first.
    fn give_way(&self) -> Result<()> {
        let best = sheaf_queue::best_queued(self.conn, crate::intake::READING)?;
        if best.is_some_and(|best| best > Priority::NORMAL) && !self.floor.is_stopping() {
            let bell = &self.floor.bell;
            bell.wait(bell.mark(), Duration::from_millis(50));
        }
        Ok(())
    }

    fn tell(&mut self) {
        let told = self.state.told.get_or_insert_with(Instant::now);
        if told.elapsed() < TELL {
            return;
        }
        *told = Instant::now();
        let (watch, files) = (self.watch, self.state.files);
        // Nobody waits for it.
        drop(self.floor.library.commit_later(Commit::Follow, move |tx| {
            watches::progress(tx, watch, files)
        }));
    }

    /// After the walk: what it did not meet is gone, left out or not to be reached.
    pub(super) fn finish(mut self, last_mark: i64) -> Result<Swept> {
        if let Some(error) = self.state.error.take() {
            return Err(error);
        }
        self.decide_fresh()?;
        while let Some(place) = self.known.next()? {
            self.state.unseen.push(place);
        }
        let mut missing = Vec::new();
        for place in std::mem::take(&mut self.state.unseen) {
            if let Some(place) = self.miss(place)? {
                missing.push(Action::Missing { place });
            }
            if missing.len() >= CHUNK {
                self.write(std::mem::take(&mut missing))?;
            }
        }
        self.write(missing)?;
        let mark = self.state.mark.finish().cast_signed();
        Ok(Swept {
            files: self.state.files,
            left_out: self.state.left_out,
            left_out_mark: mark,
            list: (mark != last_mark).then_some(self.state.list),
            young: self.state.young,
            is_full: self.state.is_full,
            is_limited: self.state.is_limited,
        })
    }

    /// A place that the walk did not meet, if it is to go.
    fn miss(&mut self, seen: Seen) -> Result<Option<Place>> {
        // It may have been found under another path meanwhile.
        let place = places::get(self.conn, seen.id)?
            .filter(|now| now.state.is_live() && now.raw == seen.raw);
        let Some(place) = place else { return Ok(None) };
        let path = path_of(&place.raw);
        self.answered();
        if self
            .borders
            .others
            .iter()
            .any(|other| path.starts_with(other))
        {
            return Ok(None);
        }
        let meta = match std::fs::metadata(&path) {
            Ok(meta) => meta,
            Err(error) if is_gone(&error) => {
                let is_away = is_on_a_drive_that_is_away(&place, &path, &self.state.renumbered);
                return Ok((!is_away).then_some(place));
            }
            Err(_) => return Ok(None),
        };
        let reason = verdict(self.root, &path, meta.is_dir(), self.sieve, self.borders)
            .or_else(|| why_not(self.sieve, &path, &meta));
        match reason {
            // The rules are about what the folder finds; what a person added stays, and is followed.
            Some(_) if place.watch.is_some() => Ok(Some(place)),
            Some(_) if is_unchanged(&place.stamp(), &Stat::of(&meta)) => Ok(None),
            Some(_) | None => {
                self.state.young.push(path);
                Ok(None)
            }
        }
    }
}

/// Whether a file was changed so short a time ago that it may not be finished.
fn is_young(stat: &Stat, quiet: Duration) -> bool {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let now = i64::try_from(now.as_nanos()).unwrap_or(i64::MAX);
    let quiet = i64::try_from(quiet.as_nanos()).unwrap_or(i64::MAX);
    now.saturating_sub(stat.mtime_ns) < quiet
}

/// Whether where a file was there is now the empty mount point of another device.
fn is_on_a_drive_that_is_away(
    place: &Place,
    path: &Path,
    renumbered: &HashSet<(u64, u64)>,
) -> bool {
    let there = path
        .ancestors()
        .skip(1)
        .find_map(|folder| Some((folder, std::fs::metadata(folder).ok()?)));
    let Some((folder, meta)) = there else {
        return false;
    };
    let (_, device, _) = identity(&meta);
    if device == place.device || renumbered.contains(&(place.device, device)) {
        return false;
    }
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}
