//! What a child does with a request, whichever task it has. Tests put their own work into a child.

use crate::{Request, Response};
use sheaf_document::Fault;
use std::fs::File;

/// The work behind the child's loop.
pub trait Work {
    /// Answers one request. `file` comes with [`Request::Open`].
    ///
    /// # Errors
    /// The fault is answered as [`Response::Failed`].
    fn answer(&mut self, request: Request, file: Option<File>) -> Result<Response, Fault>;

    /// Forgets what is open. Called after `answer` panicked, when its state is not to be trusted.
    fn abandon(&mut self);

    /// Lets go of what was only kept because the next request might want it. Called when none comes for a while.
    fn rest(&mut self) {}
}
