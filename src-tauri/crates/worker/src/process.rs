//! Starting and ending the process of a child.

use crate::{ChildSpec, socket};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{ChildStderr, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How much of a child's standard error is kept, in bytes.
const TAIL: usize = 4 << 10;

/// How long a killed process may take to vanish: it cannot while it hangs in the kernel on a dead share.
const BURIAL: Duration = Duration::from_secs(5);

/// Added to the niceness of a gentle child.
const GENTLE: i32 = 10;

/// Kept from the parent's environment: where the system's linker finds libraries.
const KEPT: [&str; 2] = ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

/// The process behind a child; shared with those who may stop it, so that its id is never used after it was reaped.
pub(crate) struct Process {
    handle: Arc<Mutex<std::process::Child>>,
    pid: u32,
}

impl Process {
    /// Starts the program; gives the parent's end of the socket pair and the child's standard error, neither blocking.
    pub(crate) fn start(spec: &ChildSpec) -> io::Result<(Self, OwnedFd, Stderr)> {
        let (ours, theirs) = socket::pair()?;
        set_nonblocking(ours.as_fd())?;
        // The command holds the child's end: it must be gone before the child's end of life can be seen.
        let mut handle = command(spec, theirs).spawn()?;
        let stderr = handle.stderr.take();
        let pid = handle.id();
        let process = Self {
            handle: Arc::new(Mutex::new(handle)),
            pid,
        };
        Ok((process, ours, Stderr::new(stderr)?))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    pub(crate) fn stopper(&self) -> Stopper {
        Stopper(Arc::clone(&self.handle))
    }

    /// Kills it if it still lives, reaps it and tells how it ended. `None` when it hangs in the kernel.
    pub(crate) fn end(&self) -> Option<ExitStatus> {
        let since = Instant::now();
        self.stopper().stop();
        loop {
            let status = lock(&self.handle).try_wait().ok().flatten();
            if status.is_some() || since.elapsed() > BURIAL {
                return status;
            }
            std::thread::sleep(Duration::from_micros(500));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Kills a child from any thread. Harmless when it is gone already.
#[derive(Clone)]
pub struct Stopper(Arc<Mutex<std::process::Child>>);

impl Stopper {
    /// Kills the child. Its owner notices and reaps it.
    pub fn stop(&self) {
        // An error means that it has been reaped: there is nothing left to stop.
        let _ = lock(&self.0).kill();
    }
}

fn lock(handle: &Mutex<std::process::Child>) -> MutexGuard<'_, std::process::Child> {
    handle.lock().unwrap_or_else(PoisonError::into_inner)
}

fn command(spec: &ChildSpec, stdin: OwnedFd) -> Command {
    let mut command = Command::new(&spec.program);
    command
        .arg("--worker")
        .arg(spec.task.as_str())
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("OMP_THREAD_LIMIT", "1")
        .envs(
            KEPT.iter()
                .filter_map(|key| Some((key, std::env::var_os(key)?))),
        )
        .current_dir("/")
        .stdin(Stdio::from(stdin))
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    prepare(&mut command, spec.gentle);
    command
}

/// What has to happen between fork and exec.
#[allow(unsafe_code)]
fn prepare(command: &mut Command, gentle: bool) {
    let parent = rustix::process::getpid();
    // SAFETY: the closure runs in the forked child and makes nothing but system calls: no allocation, no lock.
    unsafe {
        command.pre_exec(move || {
            leave_endings_to_the_parent();
            die_with_the_parent(parent)?;
            keep_no_files();
            if gentle {
                // Where it cannot be, it works as eagerly as everybody.
                let _ = rustix::process::nice(GENTLE);
            }
            Ok(())
        });
    }
}

/// A Ctrl-C in the terminal or a service manager's stop is meant for the parent, which ends its children itself.
#[allow(unsafe_code)]
fn leave_endings_to_the_parent() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        // SAFETY: ignoring a signal installs no handler; `signal` may be called between fork and exec.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
}

#[cfg(target_os = "linux")]
fn die_with_the_parent(parent: rustix::process::Pid) -> io::Result<()> {
    use rustix::process::{Signal, getppid, set_parent_process_death_signal};
    set_parent_process_death_signal(Some(Signal::KILL))?;
    if getppid() == Some(parent) {
        Ok(())
    } else {
        // It died before the line above.
        Err(io::Error::from_raw_os_error(libc::ESRCH))
    }
}

#[cfg(not(target_os = "linux"))]
fn die_with_the_parent(_parent: rustix::process::Pid) -> io::Result<()> {
    Ok(())
}

/// Whatever a library forgot to mark is closed by exec. The standard library still needs its own pipe until then.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn keep_no_files() {
    // SAFETY: a system call on numbers. An old kernel refuses it; then close-on-exec is what each opener set.
    unsafe {
        libc::syscall(
            libc::SYS_close_range,
            3 as libc::c_uint,
            libc::c_uint::MAX,
            libc::CLOSE_RANGE_CLOEXEC,
        )
    };
}

#[cfg(not(target_os = "linux"))]
fn keep_no_files() {}

fn set_nonblocking(fd: BorrowedFd<'_>) -> io::Result<()> {
    Ok(fcntl_setfl(fd, fcntl_getfl(fd)? | OFlags::NONBLOCK)?)
}

/// The end of what a child writes to its standard error: the libraries in it are talkative.
pub(crate) struct Stderr {
    pipe: Option<ChildStderr>,
    kept: Vec<u8>,
}

impl Stderr {
    fn new(pipe: Option<ChildStderr>) -> io::Result<Self> {
        if let Some(pipe) = &pipe {
            set_nonblocking(pipe.as_fd())?;
        }
        Ok(Self {
            pipe,
            kept: Vec::new(),
        })
    }

    /// What to wait on; `None` once the child closed it.
    pub(crate) fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        self.pipe.as_ref().map(AsFd::as_fd)
    }

    /// Reads what is there, up to some pages of it: a child must not keep its parent busy.
    pub(crate) fn drain(&mut self) {
        let mut block = [0; TAIL];
        for _ in 0..32 {
            let Some(pipe) = &mut self.pipe else { return };
            match pipe.read(&mut block) {
                Ok(0) => self.pipe = None,
                Ok(n) => self.keep(&block[..n]),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }

    pub(crate) fn tail(&self) -> String {
        String::from_utf8_lossy(&self.kept).into_owned()
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.kept.extend_from_slice(bytes);
        let surplus = self.kept.len().saturating_sub(TAIL);
        self.kept.drain(..surplus);
    }
}
