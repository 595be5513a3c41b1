//! Looking through one folder: is it there, what is in it, how is it kept up with from now on.

use std::time::{Duration, Instant};

use sheaf_document::WatchId;
use sheaf_store::table::gone::{self, with_separator};
use sheaf_store::table::left_out;
use sheaf_store::table::watches::{self, Scanned, WatchState};
use sheaf_store::{Library, Result};

use super::follow::Hint;
use super::root::{Note, Presence, presence, tells_of_changes};
use super::sweep::{Known, State, Sweep, Swept};
use super::tree::walk;
use super::watcher::Watcher;
use crate::clock;
use crate::commit::Commits;
use crate::patience::silent_after;
use crate::rehearsal::Commit;

/// How long until what the full queue refused is tried again.
pub(super) const ROOM: Duration = Duration::from_secs(60);

impl Watcher<'_> {
    pub(super) fn scan(&mut self) -> Result<()> {
        let id = self.root.watch.id;
        self.floor
            .library
            .commit(Commit::Scan, move |tx| watches::begin_scan(tx, id))?;
        let (device, inode) = match presence(&self.conn, &self.root.watch, &self.post.pulse)? {
            Presence::There(device, inode) => (device, inode),
            Presence::Offline(note) => return self.go_offline(note),
        };
        let _turn = self.post.turns.take(device, silent_after(), || {
            self.post.pulse.beat();
            !self.is_over()
        });
        let begun = Instant::now();
        if !self.root.is_online {
            // What was followed was another drive, or the folder under it.
            self.following.remove(&self.root.path);
        }
        let is_polled = !tells_of_changes(&self.root.path);
        let Some(mut swept) = self.sweep(is_polled)? else {
            return Ok(());
        };
        let now = Instant::now();
        for path in std::mem::take(&mut swept.young) {
            self.settling.note(path, Hint::of_a_look());
        }
        let root = &mut self.root;
        root.is_online = true;
        root.is_polled = is_polled || swept.is_limited;
        root.scanned = Some(now);
        root.retry_at = swept.is_full.then(|| now + ROOM);
        root.watch.identity = Some((device, inode));
        root.watch.left_out_mark = swept.left_out_mark;
        if swept.is_limited {
            // What the system can follow is of more use elsewhere than for a part of this.
            self.following.remove(&self.root.path);
        }
        self.end_scan(swept, is_polled, begun.elapsed())
    }

    /// `None`: it was broken off.
    fn sweep(&mut self, is_polled: bool) -> Result<Option<Swept>> {
        let borders = self.borders();
        let root = &self.root;
        let folder = with_separator(&root.watch.raw);
        let mut sweep = Sweep {
            floor: self.floor,
            post: self.post,
            conn: &self.conn,
            watch: root.watch.id,
            root: &root.path,
            sieve: &root.sieve,
            borders: &borders,
            following: (!is_polled).then_some(&mut self.following),
            quiet: self.floor.settings.settle,
            known: Known::new(&self.conn, &root.watch.raw),
            failed: gone::failed_below(&self.conn, &folder)?
                .into_iter()
                .collect(),
            state: State::default(),
        };
        walk(&root.path, &root.path, &root.sieve, &borders, &mut sweep);
        if sweep.is_broken_off() {
            return Ok(None);
        }
        let mark = root.watch.left_out_mark;
        let swept = sweep.finish(mark)?;
        let is_broken_off = self.is_over() || self.post.pulse.is_given_up();
        Ok((!is_broken_off).then_some(swept))
    }

    fn end_scan(&mut self, swept: Swept, is_polled: bool, took: Duration) -> Result<()> {
        let (id, identity) = (self.root.watch.id, self.root.watch.identity);
        let note = if swept.is_full {
            Some(Note::QueueFull)
        } else if is_polled {
            Some(Note::NoEvents)
        } else {
            swept.is_limited.then_some(Note::Limit)
        };
        let state = match self.root.is_polled {
            true => WatchState::Polling,
            false => WatchState::Watching,
        };
        let scanned = Scanned {
            files: swept.files,
            left_out: swept.left_out,
            left_out_mark: swept.left_out_mark,
            ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            now: clock::now().0,
        };
        let every = self.floor.settings.poll.as_secs();
        let settling = self.settling.count();
        self.root.settling_told = (settling, Some(Instant::now()));
        self.floor.library.commit(Commit::Scan, move |tx| {
            if let Some(list) = &swept.list {
                left_out::clear(tx, id)?;
                for row in list {
                    left_out::add(tx, id, row)?;
                }
            }
            if let Some((device, inode)) = identity {
                watches::set_identity(tx, id, device, inode)?;
            }
            watches::set_settling(tx, id, settling)?;
            let words = note.map(|note| note.words(every));
            watches::set_state(tx, id, state, note.map(Note::as_str), words.as_deref())?;
            watches::end_scan(tx, id, scanned)
        })
    }

    fn go_offline(&mut self, note: Note) -> Result<()> {
        self.following.remove(&self.root.path);
        let root = &mut self.root;
        root.is_online = false;
        root.scanned = Some(Instant::now());
        root.settling_told = (0, None);
        self.settling.forget_all();
        go_offline(&self.floor.library, root.watch.id, note)
    }
}

/// Says that a folder cannot be looked at; nothing of it is removed.
pub(super) fn go_offline(library: &Library, id: WatchId, note: Note) -> Result<()> {
    library.commit(Commit::Scan, move |tx| {
        let (name, words) = (note.as_str(), note.words(0));
        watches::set_state(tx, id, WatchState::Offline, Some(name), Some(&words))?;
        watches::set_settling(tx, id, 0)?;
        watches::break_scan(tx, id)
    })
}
