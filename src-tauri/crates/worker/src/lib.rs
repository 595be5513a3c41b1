//! The child process: what is said between parent and child, the child's loop, the parent's supervision.
//!
//! Bytes that nobody vouches for are touched in children only. A child is started by [`Child::spawn`], gets open files
//! and never paths, and has given up files, network and new processes before it sees the first of them. It may crash,
//! hang or eat memory: the parent gets a [`Loss`], and the child is gone.

mod lock;
mod loss;
mod message;
mod spec;
mod work;

#[cfg(unix)]
mod budget;
#[cfg(unix)]
mod check;
#[cfg(unix)]
mod child;
#[cfg(unix)]
mod doubt;
#[cfg(unix)]
mod export;
#[cfg(unix)]
mod frame;
#[cfg(unix)]
mod indexer;
#[cfg(unix)]
mod mailbox;
#[cfg(unix)]
mod merge;
#[cfg(unix)]
mod post;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod reader;
#[cfg(unix)]
mod recognizers;
#[cfg(unix)]
mod serve;
#[cfg(unix)]
mod socket;
#[cfg(unix)]
mod tidy;
#[cfg(unix)]
mod usage;
#[cfg(unix)]
mod warm;
#[cfg(unix)]
mod watch;

#[cfg(not(unix))]
mod elsewhere;

pub use lock::lock_down;
pub use loss::Loss;
pub use message::{Locked, Opened, PageRead, Request, Response, Setup};
pub use spec::{ChildSpec, Limits, Task};
pub use work::Work;

#[cfg(unix)]
pub use {
    child::Child,
    process::Stopper,
    serve::{serve, serve_with},
};

#[cfg(not(unix))]
pub use elsewhere::{Child, Stopper, serve, serve_with};
