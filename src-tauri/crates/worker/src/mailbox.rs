//! The parent's end of the socket pair: sends one frame, takes one, never blocks.

use crate::frame::{HEADER, length};
use crate::socket::SEND;
use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, recv, sendmsg};
use std::fs::File;
use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// How far an exchange is.
pub(crate) enum Progress {
    /// Nothing more can be done before the child acts.
    Waiting,
    /// The body of the child's frame.
    Done(Vec<u8>),
    /// The child closed its end.
    Closed,
    /// What it sends is no frame.
    Garbage(String),
}

pub(crate) struct Mailbox {
    socket: OwnedFd,
    sent: usize,
    to_send: usize,
    inbox: Vec<u8>,
}

impl Mailbox {
    pub(crate) fn new(socket: OwnedFd) -> Self {
        Self {
            socket,
            sent: 0,
            to_send: 0,
            inbox: Vec::new(),
        }
    }

    /// Starts an exchange whose frame has so many bytes.
    pub(crate) fn begin(&mut self, to_send: usize) {
        self.sent = 0;
        self.to_send = to_send;
    }

    /// What else to wait for besides incoming bytes.
    pub(crate) fn wants_to_send(&self) -> PollFlags {
        if self.sent < self.to_send {
            PollFlags::OUT
        } else {
            PollFlags::empty()
        }
    }

    /// Sends and receives as much as the socket takes and gives. The file goes with the frame's first byte.
    pub(crate) fn advance(&mut self, frame: &[u8], file: Option<&File>) -> Progress {
        match self.send(frame, file) {
            Ok(()) | Err(Errno::AGAIN) => self.receive(),
            // What it said last may still be there.
            Err(Errno::PIPE | Errno::CONNRESET) => Progress::Closed,
            Err(e) => Progress::Garbage(e.to_string()),
        }
    }

    fn send(&mut self, frame: &[u8], file: Option<&File>) -> Result<(), Errno> {
        while self.sent < frame.len() {
            let file = file.filter(|_| self.sent == 0);
            match send_some(self.socket.as_fd(), &frame[self.sent..], file) {
                Ok(n) => self.sent += n,
                Err(Errno::INTR) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Takes some blocks at most, so that the watchdog has its turn.
    fn receive(&mut self) -> Progress {
        let mut block = [0; 64 << 10];
        for _ in 0..16 {
            // Without room for control messages, files that a child sends are dropped by the kernel.
            match recv(&self.socket, &mut block[..], RecvFlags::empty()) {
                Ok((0, _)) | Err(Errno::CONNRESET) => return Progress::Closed,
                Ok((n, _)) => self.inbox.extend_from_slice(&block[..n]),
                Err(Errno::INTR) => continue,
                Err(Errno::AGAIN) => return Progress::Waiting,
                Err(e) => return Progress::Garbage(e.to_string()),
            }
            match self.whole_frame() {
                Progress::Waiting => {}
                done => return done,
            }
        }
        Progress::Waiting
    }

    fn whole_frame(&mut self) -> Progress {
        let Some(header) = self.inbox.first_chunk::<HEADER>() else {
            return Progress::Waiting;
        };
        let end = match length(*header) {
            Ok(length) => HEADER + length,
            Err(e) => return Progress::Garbage(e.to_string()),
        };
        match self.inbox.len() {
            n if n < end => Progress::Waiting,
            n if n > end => Progress::Garbage("more than one answer".to_owned()),
            _ => {
                let mut frame = std::mem::take(&mut self.inbox);
                frame.drain(..HEADER);
                Progress::Done(frame)
            }
        }
    }
}

impl AsFd for Mailbox {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

fn send_some(socket: BorrowedFd<'_>, bytes: &[u8], file: Option<&File>) -> Result<usize, Errno> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let files = file.map(|file| [file.as_fd()]);
    if let Some(files) = &files {
        control.push(SendAncillaryMessage::ScmRights(files));
    }
    sendmsg(socket, &[IoSlice::new(bytes)], &mut control, SEND)
}
