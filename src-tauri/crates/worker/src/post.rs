//! The child's end of the socket pair, which is its standard input: takes a frame with the file that came with it,
//! sends a frame. Blocks, for a child has nothing else to do.

use crate::frame::{HEADER, length};
use crate::socket::{RECEIVE, SEND};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, SendAncillaryBuffer, recvmsg, sendmsg,
};
use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::BorrowedFd;
use std::time::Duration;

/// The body of the next frame and its file; `None` when the parent is gone.
pub(crate) fn receive(socket: BorrowedFd<'_>) -> io::Result<Option<(Vec<u8>, Option<File>)>> {
    let mut file = None;
    let mut header = [0; HEADER];
    if !fill(socket, &mut header, &mut file)? {
        return Ok(None);
    }
    let length = length(header).map_err(io::Error::other)?;
    let mut body = vec![0; length];
    Ok(fill(socket, &mut body, &mut file)?.then_some((body, file)))
}

/// Waits until something has come, or the parent is gone, for at most `limit`; whether it has.
pub(crate) fn comes_within(socket: BorrowedFd<'_>, limit: Duration) -> io::Result<bool> {
    let limit = Timespec::try_from(limit).map_err(io::Error::other)?;
    let mut sockets = [PollFd::new(&socket, PollFlags::IN)];
    match poll(&mut sockets, Some(&limit)) {
        Ok(ready) => Ok(ready > 0),
        Err(Errno::INTR) => Ok(true),
        Err(e) => Err(e.into()),
    }
}

/// Sends a whole frame.
pub(crate) fn send(socket: BorrowedFd<'_>, frame: &[u8]) -> io::Result<()> {
    let mut sent = 0;
    while sent < frame.len() {
        let mut nothing = SendAncillaryBuffer::default();
        let rest = [IoSlice::new(&frame[sent..])];
        match sendmsg(socket, &rest, &mut nothing, SEND) {
            Ok(n) => sent += n,
            Err(Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}

/// Fills `bytes`; false when the stream ended. Files that come on the way are kept, the last one only.
fn fill(socket: BorrowedFd<'_>, bytes: &mut [u8], file: &mut Option<File>) -> io::Result<bool> {
    let mut filled = 0;
    while filled < bytes.len() {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let mut rest = [IoSliceMut::new(&mut bytes[filled..])];
        match recvmsg(socket, &mut rest, &mut control, RECEIVE) {
            Ok(message) if message.bytes == 0 => return Ok(false),
            Ok(message) => filled += message.bytes,
            Err(Errno::INTR) => continue,
            Err(Errno::CONNRESET) => return Ok(false),
            Err(e) => return Err(e.into()),
        }
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(files) = message {
                *file = files.last().map(File::from).or(file.take());
            }
        }
    }
    Ok(true)
}
