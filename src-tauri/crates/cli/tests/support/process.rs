//! A `sheaf` process that goes on while the test looks, and the signals that hit it.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use rustix::process::{Pid, Signal, kill_process};

use super::wait_until;

/// Ended with the test, whatever becomes of it.
pub(crate) struct Sheaf {
    child: Child,
    said: Arc<Mutex<Vec<u8>>>,
}

impl Sheaf {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("sheaf starts");
        let said = Arc::new(Mutex::new(Vec::new()));
        let (mut from, into) = (child.stderr.take().expect("stderr"), Arc::clone(&said));
        std::thread::spawn(move || {
            let mut chunk = [0; 1024];
            while let Ok(n @ 1..) = from.read(&mut chunk) {
                into.lock().expect("heard").extend_from_slice(&chunk[..n]);
            }
        });
        Self { child, said }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// All it has written to stderr.
    pub(crate) fn said(&self) -> String {
        String::from_utf8_lossy(&self.said.lock().expect("heard")).into_owned()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal);
    }

    /// Stopped, and not only about to be.
    pub(crate) fn stop(&self) {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        self.signal(Signal::STOP);
        let stopped = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(pid(self.pid())), stopped).expect("it is ours");
    }

    /// `kill -9`, and gone.
    pub(crate) fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.child.wait().expect("it was ours");
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("it is ours").is_some()
    }

    /// Waits for its own end, however long that takes.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("it is ours")
    }

    /// Asks it to end, and waits until it has. One that was only just started does not listen yet, and is simply ended.
    /// Not by an interrupt: where the tests run in the background of a shell, those are ignored.
    pub(crate) fn ask_to_end(&mut self) {
        use std::os::unix::process::ExitStatusExt;
        self.signal(Signal::TERM);
        let status = self.end();
        let is_ended = status.success() || status.signal() == Some(Signal::TERM.as_raw());
        assert!(is_ended, "{status}: {}", self.said());
    }

    /// Waits for its own end.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let mut status = None;
        wait_until("the process ends", || {
            status = self.child.try_wait().expect("it is ours");
            status.is_some()
        });
        status.expect("just seen")
    }
}

impl Drop for Sheaf {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pid(number: u32) -> Pid {
    i32::try_from(number)
        .ok()
        .and_then(Pid::from_raw)
        .expect("a process number")
}

pub(crate) fn kill(number: u32, signal: Signal) {
    kill_process(pid(number), signal).expect("the signal is sent");
}

/// For one that may be gone already; whether it was there.
pub(crate) fn try_signal(number: u32, signal: Signal) -> bool {
    kill_process(pid(number), signal).is_ok()
}

/// Whether a process still runs; one that only waits to be buried does not.
pub(crate) fn is_alive(number: u32) -> bool {
    let state = ps(&["-o", "stat=", "-p", &number.to_string()]);
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

/// Whether a process was stopped by a signal.
pub(crate) fn is_stopped(number: u32) -> bool {
    let state = ps(&["-o", "stat=", "-p", &number.to_string()]);
    state.trim().starts_with('T')
}

/// Whether each thread of a process was stopped by a signal.
#[cfg(target_os = "linux")]
pub(crate) fn stands_still(number: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{number}/task")).expect("its threads");
    threads.flatten().all(|thread| {
        let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        // Behind the name, which may hold anything.
        let state = stat.rsplit_once(") ").map(|(_, fields)| fields);
        state.is_none_or(|fields| fields.starts_with('T'))
    })
}

/// One that has ended meanwhile needs no stopping.
pub(crate) fn try_stop(child: u32) {
    try_signal(child, Signal::STOP);
}

/// The reading children of an engine at this moment, also those it has not told of yet.
pub(crate) fn reading_children(engine: u32) -> Vec<u32> {
    children_with(engine, "--worker read")
}

/// All children of an engine.
pub(crate) fn children(engine: u32) -> Vec<u32> {
    ["--worker read", "--worker index"]
        .into_iter()
        .flat_map(|task| children_with(engine, task))
        .collect()
}

fn children_with(engine: u32, task: &str) -> Vec<u32> {
    let listed = ps(&["-A", "-o", "pid=,ppid=,stat=,args="]);
    let child = |line: &str| {
        let mut words = line.split_whitespace();
        let pid = words.next()?.parse().ok()?;
        let parent: u32 = words.next()?.parse().ok()?;
        let lives = !words.next()?.starts_with('Z');
        (parent == engine && lives && line.ends_with(task)).then_some(pid)
    };
    listed.lines().filter_map(child).collect()
}

fn ps(args: &[&str]) -> String {
    let listed = Command::new("ps").args(args).output().expect("ps runs");
    String::from_utf8_lossy(&listed.stdout).into_owned()
}
