//! Who keeps a database from being written: the process that is in the middle of a write.

use std::path::Path;

/// A process that holds SQLite's write lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub pid: u32,
    /// Its program, as the system calls it.
    pub name: String,
    /// Stopped, as by Ctrl-Z: it will not let the lock go before somebody lets it go on, or ends it.
    pub stopped: bool,
}

/// Whoever writes at this moment; `None` when nobody does, or when the system does not tell.
///
/// SQLite's WAL write lock is the byte 120 of the `-shm` file (<https://sqlite.org/walformat.html>, 2.3.1).
#[cfg(target_os = "linux")]
pub fn holder(database: &Path) -> Option<Holder> {
    use std::os::unix::fs::MetadataExt;
    let mut shared = database.as_os_str().to_owned();
    shared.push("-shm");
    let inode = std::fs::metadata(shared).ok()?.ino();
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let pid = locks.lines().find_map(|line| writer_of(line, inode))?;
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(") ")?;
    Some(Holder {
        pid,
        name: name.to_owned(),
        stopped: rest.starts_with(['T', 't']),
    })
}

#[cfg(not(target_os = "linux"))]
pub fn holder(_database: &Path) -> Option<Holder> {
    None
}

/// The process of a line such as `7: POSIX  ADVISORY  WRITE 4711 fe:00:131 120 120`, if it is a writer of that file.
#[cfg(target_os = "linux")]
fn writer_of(line: &str, inode: u64) -> Option<u32> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [_, "POSIX", _, "WRITE", pid, file, first, last] = words[..] else {
        return None;
    };
    let of_file: u64 = file.rsplit_once(':')?.1.parse().ok()?;
    let range: (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
    let writes = of_file == inode && range.0 <= 120 && 120 <= range.1;
    writes.then(|| pid.parse().ok())?
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (pid, name) = (self.pid, &self.name);
        match self.stopped {
            true => write!(
                f,
                "process {pid} ({name}) was stopped in the middle of a write; let it go on (kill -CONT {pid}) or end it (kill -9 {pid})"
            ),
            false => write!(f, "process {pid} ({name}) is in the middle of a long write"),
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_kernels_list_names_the_writer_of_one_file() {
        let line = "7: POSIX  ADVISORY  WRITE 4711 fe:00:131 120 120";
        assert_eq!(writer_of(line, 131), Some(4711));
        assert_eq!(writer_of(line, 132), None);
        let reader = "8: POSIX  ADVISORY  READ  4711 fe:00:131 124 124";
        assert_eq!(writer_of(reader, 131), None);
        let waits = "7: -> POSIX  ADVISORY  WRITE 4712 fe:00:131 120 120";
        assert_eq!(writer_of(waits, 131), None);
    }

    #[test]
    fn whoever_writes_is_found_and_nobody_when_nobody_does() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        let conn = rusqlite::Connection::open(&path).expect("a database");
        conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE a(b);")
            .expect("made");
        assert_eq!(holder(&path), None);
        conn.execute_batch("BEGIN IMMEDIATE").expect("begun");
        let found = holder(&path).expect("it is this process");
        assert_eq!((found.pid, found.stopped), (std::process::id(), false));
    }
}
