//! The lifecycle log: one JSON object a line in the library's `logs` folder, turned over by size.
//!
//! A thread of its own writes it, so that nobody waits for a slow or full disk: lines that do not fit are dropped and
//! counted. It holds numbers and codes, no names and no texts.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

/// The newest file is this long at most, in bytes; so many older ones are kept beside it.
const LIMIT: u64 = 4 << 20;
const KEPT: u32 = 3;
/// Lines on their way to the disk.
const IN_FLIGHT: usize = 1024;
/// How long an engine that ends waits for the last lines.
const FAREWELL: Duration = Duration::from_secs(1);

pub(crate) struct Journal {
    lines: Option<SyncSender<String>>,
    /// Behind a lock only because many threads share the journal.
    done: Mutex<Receiver<()>>,
    dropped: AtomicU64,
}

impl Journal {
    /// Writes to `engine.log` in that folder. Where no thread can be had, nothing is written.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::into(Pages::new(folder, LIMIT))
    }

    fn into(mut pages: Pages) -> Self {
        let (lines, incoming) = sync_channel::<String>(IN_FLIGHT);
        let (end, done) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("sheaf-journal".into())
            .spawn(move || {
                for line in incoming {
                    pages.write(&line);
                }
                let _ = end.send(());
            });
        Self {
            lines: thread.is_ok().then_some(lines),
            done: Mutex::new(done),
            dropped: AtomicU64::new(0),
        }
    }

    /// Adds a line; returns at once.
    pub(crate) fn write(&self, mut entry: Value) {
        let dropped = self.dropped.load(Ordering::Relaxed);
        if dropped > 0 {
            entry["dropped_before"] = dropped.into();
        }
        let sent = self
            .lines
            .as_ref()
            .is_some_and(|lines| lines.try_send(format!("{entry}\n")).is_ok());
        if sent {
            self.dropped.fetch_sub(dropped, Ordering::Relaxed);
        } else {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.lines = None;
        let done = self.done.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = done.recv_timeout(FAREWELL);
    }
}

/// `engine.log`, and the older `engine.1.log`, `engine.2.log` …
struct Pages {
    folder: PathBuf,
    limit: u64,
    open: Option<(File, u64)>,
}

impl Pages {
    fn new(folder: &Path, limit: u64) -> Self {
        Self {
            folder: folder.to_owned(),
            limit,
            open: None,
        }
    }

    /// A line that cannot be written is lost; the next one tries anew.
    fn write(&mut self, line: &str) {
        let length = line.len() as u64;
        if self.open.is_none() {
            self.open = self.open().ok();
        }
        if matches!(&self.open, Some((_, size)) if *size > 0 && size + length > self.limit) {
            self.open = None;
            self.turn();
            self.open = self.open().ok();
        }
        let Some((file, size)) = &mut self.open else {
            return;
        };
        match file.write_all(line.as_bytes()) {
            Ok(()) => *size += length,
            Err(_) => self.open = None,
        }
    }

    fn turn(&self) {
        for n in (1..KEPT).rev() {
            let _ = std::fs::rename(self.page(n), self.page(n + 1));
        }
        let _ = std::fs::rename(self.page(0), self.page(1));
    }

    fn page(&self, n: u32) -> PathBuf {
        self.folder.join(match n {
            0 => "engine.log".to_owned(),
            n => format!("engine.{n}.log"),
        })
    }

    fn open(&self) -> std::io::Result<(File, u64)> {
        let mut options = File::options();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(self.page(0))?;
        let size = file.metadata()?.len();
        Ok((file, size))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn files(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn a_full_page_is_turned_and_only_a_few_are_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut pages = Pages::new(folder.path(), 25);
        for n in 0..20 {
            pages.write(&format!("line {n:04}\n"));
        }
        let names = ["engine.1.log", "engine.2.log", "engine.3.log", "engine.log"];
        assert_eq!(files(folder.path()), names);
        let read = |n| std::fs::read_to_string(pages.page(n)).expect("a page");
        assert_eq!(read(0), "line 0018\nline 0019\n");
        assert_eq!(read(3), "line 0012\nline 0013\n");
    }

    #[cfg(unix)]
    #[test]
    fn the_log_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let mut pages = Pages::new(folder.path(), 25);
        pages.write("line\n");
        let mode = std::fs::metadata(pages.page(0))
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    /// Every write to `/dev/full` fails as on a full disk.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_loses_lines_and_stops_nobody() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("engine.log");
        std::os::unix::fs::symlink("/dev/full", &log).expect("a full disk");
        let mut pages = Pages::new(folder.path(), 25);
        pages.write("lost\n");
        std::fs::remove_file(&log).expect("there is room again");
        pages.write("kept\n");
        assert_eq!(std::fs::read_to_string(log).expect("a page"), "kept\n");
    }

    #[test]
    fn what_was_written_is_on_disk_when_the_engine_has_ended() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = Journal::start(folder.path());
        journal.write(json!({ "event": "started" }));
        drop(journal);
        let written = std::fs::read_to_string(folder.path().join("engine.log")).expect("a log");
        assert_eq!(written, "{\"event\":\"started\"}\n");
    }

    #[test]
    fn lines_that_found_no_room_are_counted_in_the_next_one() {
        let (lines, written) = sync_channel(1);
        let (_end, done) = sync_channel(1);
        let journal = Journal {
            lines: Some(lines),
            done: Mutex::new(done),
            dropped: AtomicU64::new(0),
        };
        for n in 0..3 {
            journal.write(json!({ "n": n }));
        }
        assert_eq!(written.recv().expect("a line"), "{\"n\":0}\n");
        journal.write(json!({ "n": 3 }));
        let next: Value = serde_json::from_str(&written.recv().expect("a line")).expect("JSON");
        assert_eq!(next["dropped_before"], 2);
    }
}
