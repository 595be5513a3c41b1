//! An engine that was stopped by a signal, and keeps others waiting.

/// A process that was stopped in the middle of a write keeps everybody from writing for ever. Ending it undoes its
/// transaction. One that runs may only be waiting for somebody else's lock, and is left alone.
#[cfg(target_os = "linux")]
pub(crate) fn end(pid: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat
        .rsplit_once(") ")
        .map(|(_, rest)| &rest[..rest.len().min(1)]);
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    if let (Some("T" | "t"), Some(pid)) = (state, pid) {
        let _ = kill_process(pid, Signal::KILL);
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn end(_pid: u32) {}
