//! A pair of connected sockets, and what differs between systems about them.

use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, socketpair};
use std::io;
use std::os::fd::OwnedFd;

/// Two connected stream sockets, both closed on exec.
#[cfg(target_os = "linux")]
pub(crate) fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    stream_pair(SocketFlags::CLOEXEC)
}

/// Two connected stream sockets, both closed on exec from a moment after they were made.
#[cfg(not(target_os = "linux"))]
pub(crate) fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    use rustix::io::{FdFlags, fcntl_setfd};
    let (ours, theirs) = stream_pair(SocketFlags::empty())?;
    fcntl_setfd(&ours, FdFlags::CLOEXEC)?;
    fcntl_setfd(&theirs, FdFlags::CLOEXEC)?;
    Ok((ours, theirs))
}

fn stream_pair(flags: SocketFlags) -> io::Result<(OwnedFd, OwnedFd)> {
    let pair = socketpair(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    Ok(pair)
}

/// A closed socket is an error, not a signal, whatever the program did about SIGPIPE.
#[cfg(target_os = "linux")]
pub(crate) const SEND: SendFlags = SendFlags::NOSIGNAL;
#[cfg(not(target_os = "linux"))]
pub(crate) const SEND: SendFlags = SendFlags::empty();

/// Files that arrive are closed on exec.
#[cfg(target_os = "linux")]
pub(crate) const RECEIVE: RecvFlags = RecvFlags::CMSG_CLOEXEC;
#[cfg(not(target_os = "linux"))]
pub(crate) const RECEIVE: RecvFlags = RecvFlags::empty();
