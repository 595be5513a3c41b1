//! The lock file of the engine: a kernel-held lock ends with the process that holds it, however it ended.
//!
//! The lock counts only while the path still names the very file that was locked: a take-over from a hung engine,
//! which never lets its lock go, puts a new file there.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A locked file. Dropping it gives the lock back.
#[derive(Debug)]
pub(crate) struct LockFile {
    file: File,
}

/// Locks the file at `path`, which is made if need be. `None` when another process holds it.
pub(crate) fn try_lock(path: &Path) -> io::Result<Option<LockFile>> {
    let file = open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(LockFile { file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Puts a file that is locked already in the place of the one at `path`, whoever holds that.
///
/// It is locked under another name first and then renamed, so no one can lock it in between. Only one process at a
/// time may do this; the caller holds the database's write lock.
pub(crate) fn replace(path: &Path) -> io::Result<Option<LockFile>> {
    let next = next_to(path);
    // A left-over of a process that died right here; its lock died with it.
    if let Err(error) = fs::remove_file(&next)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let lock = try_lock(&next)?;
    if lock.is_some() {
        fs::rename(&next, path)?;
    }
    Ok(lock)
}

impl LockFile {
    /// Whether the path still names this file.
    #[cfg(unix)]
    pub(crate) fn is_at(&self, path: &Path) -> io::Result<bool> {
        use std::os::unix::fs::MetadataExt;
        let mine = self.file.metadata()?;
        match fs::metadata(path) {
            Ok(there) => Ok((mine.dev(), mine.ino()) == (there.dev(), there.ino())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The standard library cannot compare files here; the engine epoch still fences the loser off.
    #[cfg(not(unix))]
    pub(crate) fn is_at(&self, path: &Path) -> io::Result<bool> {
        self.file.metadata()?;
        Ok(path.exists())
    }
}

impl Drop for LockFile {
    /// Closing would do, were it not for a child that is just being started: until it runs its own program it has a
    /// copy of the open file, and with it the lock.
    fn drop(&mut self) {
        // Nothing can be done about a failure here, and the close that follows has the same effect a little later.
        let _ = self.file.unlock();
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn next_to(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".next");
    PathBuf::from(name)
}
