//! A child as its parent holds it: started, asked, watched, and gone when it is dropped.

use crate::budget::Budget;
use crate::check::check;
use crate::mailbox::{Mailbox, Progress};
use crate::message::Greeting;
use crate::process::{Process, Stderr, Stopper};
use crate::usage::Usage;
use crate::watch::{TICK, Watch};
use crate::{ChildSpec, Limits, Locked, Loss, Request, Response, Setup, frame};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::de::DeserializeOwned;
use sheaf_document::{Code, Fault};
use std::fs::File;
use std::os::fd::AsFd;
use std::process::ExitStatus;

/// A running child. Dropping it kills and reaps it.
///
/// On Linux a child dies with the **thread** that spawned it: spawn from one that lives as long as the child is wanted.
pub struct Child {
    process: Process,
    mailbox: Mailbox,
    stderr: Stderr,
    usage: Usage,
    limits: Limits,
    locked: Locked,
    lost: Option<Loss>,
}

impl Child {
    /// Starts a child and waits until it is ready and locked. Blocks for at most [`Limits::start_wall`].
    ///
    /// # Errors
    /// [`Loss::Unready`] when it lacks what its task needs; [`Loss::Spawn`] for everything else, also when it ends before
    /// it is ready: no document had a part in that.
    pub fn spawn(spec: &ChildSpec) -> Result<Self, Loss> {
        let (process, socket, stderr) =
            Process::start(spec).map_err(|e| Loss::Spawn(e.to_string()))?;
        let mut child = Self {
            usage: Usage::of(process.pid()),
            mailbox: Mailbox::new(socket),
            process,
            stderr,
            limits: spec.limits,
            locked: Locked::default(),
            lost: None,
        };
        child.greet(spec)?;
        Ok(child)
    }

    /// Asks the child and waits for the answer. [`Request::Open`] needs `file`, everything else none.
    ///
    /// On Linux the child gets its own open file, read-only, so that several children may be given the same `File`;
    /// elsewhere it shares the parent's position in it.
    ///
    /// # Errors
    /// A [`Loss`]: the child is dead and reaped, and every later call answers the same.
    pub fn call(&mut self, request: &Request, file: Option<&File>) -> Result<Response, Loss> {
        if let Some(loss) = &self.lost {
            return Err(loss.clone());
        }
        let (bytes, file) = match file.map(for_child).transpose() {
            Ok(Some((bytes, file))) => (bytes, Some(file)),
            Ok(None) => (0, None),
            Err(fault) => return Ok(Response::Failed(fault)),
        };
        let frame = match frame::encode(request) {
            Ok(frame) => frame,
            Err(e) => {
                return Ok(Response::Failed(Fault::new(
                    Code::WorkerGarbage,
                    e.to_string(),
                )));
            }
        };
        let budget = Budget::of(request, bytes, &self.limits);
        let answer = self.exchange(&frame, file.as_ref(), budget);
        let checked = answer.and_then(|response| match check(request, &response) {
            Ok(()) => Ok(response),
            Err(what) => Err(Loss::Garbage(what.to_owned())),
        });
        self.settle(checked)
    }

    /// The child's process id.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Resident memory in bytes; 0 when the child is gone or the system does not say.
    pub fn rss_bytes(&self) -> u64 {
        match self.lost {
            Some(_) => 0,
            None => self.usage.read().map_or(0, |now| now.rss_bytes),
        }
    }

    /// Which of the system's locks hold it.
    pub fn locked(&self) -> Locked {
        self.locked
    }

    /// Kills and reaps it. Later calls answer [`Loss::Crashed`].
    pub fn kill(&mut self) {
        if self.lost.is_none() {
            let status = self.process.end();
            self.lost = Some(self.crashed(status));
        }
    }

    /// A handle that kills the child from another thread; a call under way then answers [`Loss::Crashed`].
    pub fn stopper(&self) -> Stopper {
        self.process.stopper()
    }

    fn greet(&mut self, spec: &ChildSpec) -> Result<(), Loss> {
        let setup = Setup {
            assets: spec.assets.clone(),
            languages: spec.languages.clone(),
            tessdata: spec.tessdata.clone(),
            model: spec.model.clone(),
            memory_bytes: spec.limits.memory_bytes,
        };
        let frame = frame::encode(&setup).map_err(|e| Loss::Spawn(e.to_string()));
        let greeting = frame.and_then(|f| self.exchange(&f, None, Budget::start(&spec.limits)));
        let checked = greeting.and_then(|greeting| match greeting {
            Greeting::Hello { build, locked } if build == env!("CARGO_PKG_VERSION") => Ok(locked),
            Greeting::Hello { build, .. } => {
                Err(Loss::Garbage(format!("a worker of version {build}")))
            }
            Greeting::Unready(fault) => Err(Loss::Unready(fault)),
        });
        // One that does not even greet was never there: its document is not to blame.
        self.locked = self.settle(checked).map_err(|loss| match loss {
            Loss::Unready(_) | Loss::Spawn(_) => loss,
            Loss::Garbage(what) => Loss::Spawn(format!("it answers nonsense: {what}")),
            other => Loss::Spawn(other.to_string()),
        })?;
        Ok(())
    }

    /// Ends the child after a loss, and tells what its end says about the reason.
    fn settle<T>(&mut self, result: Result<T, Loss>) -> Result<T, Loss> {
        result.map_err(|loss| {
            let status = self.process.end();
            let loss = match loss {
                Loss::Crashed { .. } => self.crashed(status),
                other => other,
            };
            self.lost = Some(loss.clone());
            loss
        })
    }

    fn crashed(&mut self, status: Option<ExitStatus>) -> Loss {
        use std::os::unix::process::ExitStatusExt;
        self.stderr.drain();
        let said = self.stderr.tail();
        if is_refused_allocation(&said) {
            return Loss::OutOfMemory {
                limit: self.limits.memory_bytes,
            };
        }
        Loss::Crashed {
            signal: status.and_then(|s| s.signal()),
            exit: status.and_then(|s| s.code()),
            said,
        }
    }

    /// Sends a frame and waits for the next one, watching the child meanwhile.
    fn exchange<T: DeserializeOwned>(
        &mut self,
        frame: &[u8],
        file: Option<&File>,
        budget: Budget,
    ) -> Result<T, Loss> {
        let mut watch = Watch::begin(&self.usage, budget);
        self.mailbox.begin(frame.len());
        loop {
            match self.mailbox.advance(frame, file) {
                Progress::Done(body) => {
                    return frame::decode(&body).map_err(|e| Loss::Garbage(e.to_string()));
                }
                Progress::Garbage(what) => return Err(Loss::Garbage(what)),
                Progress::Closed => return Err(unknown_end()),
                Progress::Waiting => self.wait()?,
            }
            watch.tick(&self.usage)?;
        }
    }

    /// Until the child says something, or the next tick is due.
    fn wait(&mut self) -> Result<(), Loss> {
        let tick = Timespec {
            tv_sec: 0,
            tv_nsec: TICK.subsec_nanos().into(),
        };
        let wanted = PollFlags::IN | self.mailbox.wants_to_send();
        let stderr = self.stderr.as_fd();
        let mut sides: Vec<PollFd<'_>> =
            vec![PollFd::from_borrowed_fd(self.mailbox.as_fd(), wanted)];
        sides.extend(stderr.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)));
        match poll(&mut sides, Some(&tick)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(Loss::Garbage(e.to_string())),
        }
        self.stderr.drain();
        Ok(())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Stands for a crash until the reaped process tells its end.
fn unknown_end() -> Loss {
    Loss::Crashed {
        signal: None,
        exit: None,
        said: String::new(),
    }
}

/// Rust and C++ say so before they abort.
fn is_refused_allocation(said: &str) -> bool {
    said.contains("memory allocation of ") || said.contains("std::bad_alloc")
}

/// The file's length and the file to send: read-only and with a position of its own where the system can do that.
fn for_child(file: &File) -> Result<(u64, File), Fault> {
    let io = |e: std::io::Error| Fault::new(Code::FileIo, e.to_string());
    let about = file.metadata().map_err(io)?;
    if !about.is_file() {
        return Err(Fault::new(Code::FileNotRegular, "not a regular file"));
    }
    let own = reopened(file).map_or_else(|| file.try_clone().map_err(io), Ok)?;
    Ok((about.len(), own))
}

#[cfg(target_os = "linux")]
fn reopened(file: &File) -> Option<File> {
    use std::os::fd::AsRawFd;
    File::open(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()
}

#[cfg(not(target_os = "linux"))]
fn reopened(_file: &File) -> Option<File> {
    None
}
