//! How a child locks itself in, once everything it needs is loaded. What the system does not offer is left out and
//! reported: `doctor` tells the person.

use crate::{Locked, Task};

#[cfg(target_os = "linux")]
mod landlock;
#[cfg(target_os = "linux")]
mod limits;
#[cfg(target_os = "linux")]
mod seccomp;

/// Gives up, for this process and for good: files (but the system's fonts, for a reading child), network, new processes,
/// other processes' memory, core dumps, writing to files, and address space far beyond `memory_bytes`.
/// Call it while the process has one thread; threads there already are bound by seccomp only.
#[cfg(target_os = "linux")]
pub fn lock_down(task: Task, memory_bytes: u64) -> Locked {
    // Counted first: the process cannot look at itself any more afterwards.
    let alone = limits::is_single_threaded();
    limits::limit(task, memory_bytes);
    let landlock = landlock::restrict(task);
    // Where Landlock does not reach, opening for reading would mean every file; so then there are no fonts either.
    let fonts = task == Task::Read && landlock && alone;
    Locked {
        landlock,
        seccomp: seccomp::restrict(fonts),
    }
}

/// Nothing to lock with on this system yet.
#[cfg(not(target_os = "linux"))]
pub fn lock_down(_task: Task, _memory_bytes: u64) -> Locked {
    Locked::default()
}
