//! Looking through one folder: is it there, what is in it, how is it kept up with from now on.

use std::time::{Duration, Instant};

use sheaf_store::Result;
use sheaf_store::table::gone;
use sheaf_store::table::watches::{self, Scanned, WatchState};

use super::follow::Hint;
use super::root::{Note, Presence, presence, tells_of_changes, with_separator};
use super::sweep::{Known, State, Sweep, Swept};
use super::tree::walk;
use super::watcher::Watcher;
use crate::clock;
use crate::commit::Commits;
use crate::rehearsal::Commit;

/// How long until what the full queue refused is tried again.
pub(super) const ROOM: Duration = Duration::from_secs(60);

impl Watcher<'_> {
    pub(super) fn scan(&mut self, n: usize) -> Result<()> {
        let id = self.roots[n].watch.id;
        self.floor
            .library
            .commit(Commit::Scan, move |tx| watches::begin_scan(tx, id))?;
        let begun = Instant::now();
        let (device, inode) = match presence(&self.conn, &self.roots[n].watch)? {
            Presence::There(device, inode) => (device, inode),
            Presence::Offline(note) => return self.go_offline(n, note),
        };
        if !self.roots[n].is_online {
            // What was followed was another drive, or the folder under it.
            let path = self.roots[n].path.clone();
            self.stop_following(&path);
        }
        let is_polled = !tells_of_changes(&self.roots[n].path);
        let Some(mut swept) = self.sweep(n, is_polled)? else {
            return Ok(());
        };
        let now = Instant::now();
        for path in std::mem::take(&mut swept.young) {
            let hint = Hint::of_a_look();
            self.settling.note(path, id, hint);
        }
        let root = &mut self.roots[n];
        root.is_online = true;
        root.is_polled = is_polled || swept.is_limited;
        root.scanned = Some(now);
        root.retry_at = swept.is_full.then(|| now + ROOM);
        root.watch.identity = Some((device, inode));
        root.watch.left_out_mark = swept.left_out_mark;
        if swept.is_limited {
            // What the system can follow is of more use elsewhere than for a part of this.
            let path = root.path.clone();
            self.stop_following(&path);
        }
        self.end_scan(n, swept, is_polled, begun.elapsed())
    }

    /// `None`: the engine ends.
    fn sweep(&mut self, n: usize, is_polled: bool) -> Result<Option<Swept>> {
        let borders = self.borders(n);
        let root = &self.roots[n];
        let folder = with_separator(&root.watch.raw);
        let mut sweep = Sweep {
            floor: self.floor,
            conn: &self.conn,
            watch: root.watch.id,
            root: &root.path,
            sieve: &root.sieve,
            borders: &borders,
            following: self.following.as_mut().filter(|_| !is_polled),
            quiet: self.floor.settings.settle,
            known: Known::new(&self.conn, &root.watch.raw),
            failed: gone::failed_below(&self.conn, &folder)?
                .into_iter()
                .collect(),
            state: State::default(),
        };
        walk(&root.path, &root.path, &root.sieve, &borders, &mut sweep);
        if self.floor.is_stopping() {
            return Ok(None);
        }
        let mark = root.watch.left_out_mark;
        sweep.finish(mark).map(Some)
    }

    fn end_scan(&mut self, n: usize, swept: Swept, is_polled: bool, took: Duration) -> Result<()> {
        let id = self.roots[n].watch.id;
        let identity = self.roots[n].watch.identity;
        let note = if swept.is_full {
            Some(Note::QueueFull)
        } else if is_polled {
            Some(Note::NoEvents)
        } else {
            swept.is_limited.then_some(Note::Limit)
        };
        let state = match self.roots[n].is_polled {
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
        let settling = self.settling.count(id);
        self.roots[n].settling_told = (settling, Some(Instant::now()));
        self.floor.library.commit(Commit::Scan, move |tx| {
            if let Some(list) = &swept.list {
                watches::clear_left_out(tx, id)?;
                for row in list {
                    watches::add_left_out(tx, id, row)?;
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

    fn go_offline(&mut self, n: usize, note: Note) -> Result<()> {
        let path = self.roots[n].path.clone();
        self.stop_following(&path);
        let root = &mut self.roots[n];
        let id = root.watch.id;
        root.is_online = false;
        root.scanned = Some(Instant::now());
        root.settling_told = (0, None);
        self.settling.drop_watch(id);
        self.floor.library.commit(Commit::Scan, move |tx| {
            let words = note.words(0);
            watches::set_state(
                tx,
                id,
                WatchState::Offline,
                Some(note.as_str()),
                Some(&words),
            )?;
            watches::set_settling(tx, id, 0)?;
            watches::break_scan(tx, id)
        })
    }
}
