//! Questions to a drive that may never answer. Nobody can call back a thread that the system keeps, so each is put on a
//! thread of its own, and who asked goes on when it takes too long.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sheaf_document::{Code, Fault};

/// An answer that takes longer than this is taken for none.
const SILENT: Duration = Duration::from_secs(30);

/// Drives, by where they are mounted, that keep a thread of this process waiting. They are asked nothing more until that
/// thread is back: otherwise every file on them would take up a thread.
static KEEPING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// How long an answer is waited for. `SHEAF_WATCH_SILENT_S` makes tests wait less.
pub(crate) fn silent_after() -> Duration {
    let seconds = std::env::var("SHEAF_WATCH_SILENT_S").ok();
    let seconds = seconds.and_then(|text| text.parse().ok());
    seconds.map_or(SILENT, Duration::from_secs)
}

/// What `look` finds at `path`.
///
/// # Errors
/// [`Code::FileOffline`] when that takes longer than `limit`, or its drive keeps somebody else waiting already.
pub(crate) fn ask<T: Send + 'static>(
    path: &Path,
    limit: Duration,
    look: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    // Asked for only when there is a reason to, since it takes longer than most looks.
    let is_any_silent = !keeping().is_empty();
    if is_any_silent && keeping().contains(&drive(path)) {
        return Err(silent());
    }
    let (tell, told) = channel();
    let own = path.to_owned();
    let asked = std::thread::Builder::new().name("sheaf-look".into());
    let asked = asked.spawn(move || {
        let found = catch_unwind(AssertUnwindSafe(look));
        // Both under the lock: whoever gives up either finds the answer, or is put right here.
        let mut keeping = keeping();
        let is_heard = found.is_ok_and(|found| tell.send(found).is_ok());
        let drive = drive(&own);
        if !is_heard && let Some(at) = keeping.iter().position(|kept| *kept == drive) {
            keeping.swap_remove(at);
        }
    });
    asked.map_err(|error| Fault::new(Code::FileIo, error.to_string()))?;
    match told.recv_timeout(limit) {
        Ok(found) => Ok(found),
        Err(RecvTimeoutError::Disconnected) => Err(silent()),
        Err(RecvTimeoutError::Timeout) => {
            let mut keeping = keeping();
            let found = told.try_recv();
            if found.is_err() {
                keeping.push(drive(path));
                drop(told);
            }
            found.map_err(|_| silent())
        }
    }
}

/// Where the drive that `path` is on is mounted, as the system's list says: to look at the path could take for ever.
#[cfg(target_os = "linux")]
fn drive(path: &Path) -> PathBuf {
    let list = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    let mounts = list.split(|byte| *byte == b'\n').filter_map(mount_point);
    let around = mounts.filter(|mount| path.starts_with(mount));
    around
        .max_by_key(|mount| mount.components().count())
        .unwrap_or_else(|| folder(path))
}

/// The fifth field of a line, in which spaces and their like are written in octal (proc(5)).
#[cfg(target_os = "linux")]
fn mount_point(line: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    let mut field = line.split(|byte| *byte == b' ').nth(4)?.iter().copied();
    let mut name = Vec::new();
    while let Some(byte) = field.next() {
        name.push(match byte {
            b'\\' => {
                let digits = [field.next()?, field.next()?, field.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 8).ok()?
            }
            plain => plain,
        });
    }
    Some(std::ffi::OsString::from_vec(name).into())
}

#[cfg(not(target_os = "linux"))]
fn drive(path: &Path) -> PathBuf {
    folder(path)
}

fn folder(path: &Path) -> PathBuf {
    path.parent().unwrap_or(path).to_owned()
}

fn keeping() -> MutexGuard<'static, Vec<PathBuf>> {
    KEEPING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn silent() -> Fault {
    Fault::new(
        Code::FileOffline,
        "The drive or share it is on does not answer. It is tried again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(5);
    const LONG: Duration = Duration::from_secs(60);

    /// One test, since what is silent is so for the whole process.
    #[test]
    fn a_drive_that_keeps_somebody_waiting_is_not_asked_again_until_it_answers() {
        let silent = Path::new("/proc/a");
        let (answer, silence) = channel::<()>();
        let kept = ask(silent, SOON, move || silence.recv().is_ok());
        assert_eq!(kept.map_err(|fault| fault.code), Err(Code::FileOffline));
        let asked = ask(Path::new("/proc/b"), LONG, || panic!("it is silent"));
        assert_eq!(
            asked.map_err(|fault| fault.code),
            Err::<(), _>(Code::FileOffline)
        );
        let here = std::env::current_dir().expect("a folder");
        assert_eq!(ask(&here, LONG, || 5), Ok(5), "another one is asked");
        assert!(ask::<()>(&here, LONG, || panic!("on purpose")).is_err());
        assert_eq!(ask(&here, LONG, || 5), Ok(5), "a panic is no silence");
        answer.send(()).expect("somebody waits");
        let begun = std::time::Instant::now();
        while ask(silent, LONG, || 5).is_err() {
            assert!(begun.elapsed() < LONG, "it answers again");
            std::thread::yield_now();
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_mount_point_is_read_as_it_is_written() {
        let line = br"36 35 98:0 /root /mnt/my\040disk rw,noatime master:1 - ext3 /dev/root rw";
        assert_eq!(mount_point(line), Some("/mnt/my disk".into()));
        assert_eq!(mount_point(b""), None);
        assert_eq!(drive(Path::new("/proc/self/stat")), Path::new("/proc"));
    }
}
