//! Following: from what the system tells of a path, over its becoming quiet, to what is to be written.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sheaf_store::table::gone::{self, with_separator};
use sheaf_store::table::left_out;
use sheaf_store::table::places::{self, Place};
use sheaf_store::table::watches;

use super::apply::{Applied, CHUNK, apply};
use super::decide::{Action, Decision, decide, is_gone};
use super::explore::Explore;
use super::follow::Hint;
use super::reason::Reason;
use super::root::is_as_before;
use super::rules::IGNORE_FILE;
use super::scan::ROOM;
use super::settle::Quiet;
use super::tree::{Stat, led_to, verdict, walk, why_not};
use super::watcher::Watcher;
use crate::commit::Commits;
use crate::rehearsal::Commit;
use crate::walk::path_of;

/// How often the number of unsettled files is written while it only changes.
const TELL: Duration = Duration::from_millis(500);

impl Watcher<'_> {
    /// Takes up what the system told.
    pub(super) fn listen(&mut self) -> sheaf_store::Result<()> {
        let (heard, missed) = self.following.take();
        if missed {
            return self.ask();
        }
        for (path, hint) in heard {
            self.hear(path, hint)?;
        }
        self.tell_settling()
    }

    fn hear(&mut self, path: PathBuf, hint: Hint) -> sheaf_store::Result<()> {
        if !self.is_mine(&path) {
            return Ok(());
        }
        if path == self.root.path {
            return match is_as_before(&self.root.watch) {
                true => Ok(()),
                false => self.ask(),
            };
        }
        if path.file_name().is_some_and(|name| name == IGNORE_FILE) {
            return self.ask();
        }
        self.post.pulse.beat();
        let is_folder = std::fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_dir());
        if is_folder {
            return self.explore(&path, hint);
        }
        self.settling.note(path, hint);
        Ok(())
    }

    /// A folder came, moved here or changed its mode: what is in it is looked at, and so is what is known of it.
    fn explore(&mut self, folder: &Path, hint: Hint) -> sheaf_store::Result<()> {
        let borders = self.borders();
        let root = &self.root;
        if verdict(&root.path, folder, true, &root.sieve, &borders).is_some() {
            return Ok(());
        }
        let mut explore = Explore {
            floor: self.floor,
            post: self.post,
            following: &mut self.following,
            settling: &mut self.settling,
            hint,
            is_limited: false,
        };
        walk(&root.path, folder, &root.sieve, &borders, &mut explore);
        let is_limited = explore.is_limited;
        self.note_gone_below(folder, hint)?;
        match is_limited {
            true => self.ask(),
            false => Ok(()),
        }
    }

    /// Whatever is known in a folder and not there any more is looked at.
    fn note_gone_below(&mut self, folder: &Path, hint: Hint) -> sheaf_store::Result<()> {
        let begin = with_separator(folder.as_os_str().as_encoded_bytes());
        let mut after = Vec::new();
        loop {
            let known = gone::below(&self.conn, &begin, &after, 1000)?;
            let Some(last) = known.last() else {
                return Ok(());
            };
            after.clone_from(&last.raw);
            for place in known.iter().filter(|place| place.state.is_live()) {
                let path = path_of(&place.raw);
                self.post.pulse.beat();
                if std::fs::symlink_metadata(&path).is_err_and(|error| is_gone(&error)) {
                    self.settling.note(path, hint);
                }
            }
        }
    }

    /// Decides about what has become quiet.
    pub(super) fn settle(&mut self) -> sheaf_store::Result<()> {
        let due = self.settling.due(Instant::now());
        let mut actions = Vec::new();
        for (path, quiet) in due {
            self.post.pulse.beat();
            if !self.is_mine(&path) {
                continue;
            }
            match quiet {
                Quiet::Nothing => actions.extend(self.gone(&path)?),
                Quiet::Something(meta) => match self.follow_link(&path, meta) {
                    Ok(meta) if meta.is_dir() => self.explore(&path, Hint::of_a_look())?,
                    Ok(meta) => actions.extend(self.there(&path, &meta)?),
                    Err(reason) => actions.extend(self.leave_out(&path, reason)?),
                },
            }
            if actions.len() >= CHUNK {
                self.write(std::mem::take(&mut actions))?;
            }
        }
        self.write(actions)?;
        self.tell_settling()
    }

    fn write(&mut self, actions: Vec<Action>) -> sheaf_store::Result<()> {
        if actions.is_empty() || self.is_over() {
            return Ok(());
        }
        if apply(self.floor, self.root.watch.id, actions)? == Applied::Full {
            self.root.retry_at = Some(Instant::now() + ROOM);
        }
        Ok(())
    }

    /// A file is there and quiet.
    fn there(&mut self, path: &Path, meta: &Metadata) -> sheaf_store::Result<Vec<Action>> {
        let root = &self.root;
        let reason = verdict(&root.path, path, false, &root.sieve, &self.borders())
            .or_else(|| why_not(&root.sieve, path, meta));
        if let Some(reason) = reason
            && self.known_by_hand(path)?.is_none()
        {
            return self.leave_out(path, reason);
        }
        match decide(&self.conn, path, &Stat::of(meta))? {
            Decision::Nothing => Ok(Vec::new()),
            Decision::Act(action) => Ok(vec![*action]),
            Decision::LeftOut(reason) => {
                self.note_left_out(path, reason.as_str())?;
                Ok(Vec::new())
            }
        }
    }

    /// What a path leads to, if it is a link that is followed.
    fn follow_link(&self, path: &Path, meta: Metadata) -> Result<Metadata, Reason> {
        match std::fs::symlink_metadata(path) {
            Ok(link) if link.is_symlink() => led_to(path, self.root.sieve.rules().links),
            Ok(_) | Err(_) => Ok(meta),
        }
    }

    /// A place that a person added. The rules are about what the folder finds.
    fn known_by_hand(&self, path: &Path) -> sheaf_store::Result<Option<Place>> {
        let raw = path.as_os_str().as_encoded_bytes();
        let known = places::at(&self.conn, raw)?;
        Ok(known.filter(|place| place.state.is_live() && place.watch.is_none()))
    }

    /// Lists a path as left out; what the folder found there before goes.
    fn leave_out(&self, path: &Path, reason: Reason) -> sheaf_store::Result<Vec<Action>> {
        self.note_left_out(path, reason.as_str())?;
        let raw = path.as_os_str().as_encoded_bytes();
        let known = places::at(&self.conn, raw)?;
        let found = known.filter(|place| place.state.is_live() && place.watch.is_some());
        Ok(found
            .map(|place| Action::Missing { place })
            .into_iter()
            .collect())
    }

    fn note_left_out(&self, path: &Path, reason: &str) -> sheaf_store::Result<()> {
        let id = self.root.watch.id;
        let row = left_out::LeftOut {
            raw: path.as_os_str().as_encoded_bytes().to_vec(),
            path: path.to_string_lossy().into_owned(),
            reason: reason.to_owned(),
        };
        self.floor.library.commit(Commit::Scan, move |tx| {
            if watches::get(tx, id)?.is_some() {
                left_out::add(tx, id, &row)?;
            }
            Ok(())
        })
    }

    /// There is nothing by this path any more: neither a file nor a folder with what was in it.
    fn gone(&mut self, path: &Path) -> sheaf_store::Result<Vec<Action>> {
        if !is_as_before(&self.root.watch) {
            // Not a file went but the drive.
            self.ask()?;
            return Ok(Vec::new());
        }
        if self.following.follows(path) {
            self.following.remove(path);
        }
        let raw = path.as_os_str().as_encoded_bytes();
        let begin = with_separator(raw);
        let mut places: Vec<_> = places::at(&self.conn, raw)?.into_iter().collect();
        loop {
            let after = places.last().map_or(Vec::new(), |last| last.raw.clone());
            let below = gone::below(&self.conn, &begin, &after, 1000)?;
            if below.is_empty() {
                break;
            }
            places.extend(below);
        }
        let is_gone = |place: &places::Place| {
            self.post.pulse.beat();
            place.state.is_live()
                && std::fs::metadata(path_of(&place.raw)).is_err_and(|error| is_gone(&error))
        };
        let gone = places.into_iter().filter(is_gone);
        Ok(gone.map(|place| Action::Missing { place }).collect())
    }

    /// Writes how many files are not quiet: that there are some, and that there are none, at once.
    fn tell_settling(&mut self) -> sheaf_store::Result<()> {
        let root = &mut self.root;
        let now = self.settling.count();
        let (told, at) = root.settling_told;
        let is_new = (told == 0) != (now == 0);
        let is_due = told != now && at.is_none_or(|at| at.elapsed() >= TELL);
        if is_new || is_due {
            root.settling_told = (now, Some(Instant::now()));
            let id = root.watch.id;
            self.floor
                .library
                .commit(Commit::Scan, move |tx| watches::set_settling(tx, id, now))?;
        }
        Ok(())
    }
}
