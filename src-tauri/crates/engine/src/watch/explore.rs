//! A look into a folder that something was heard of: it is followed, and every file in it waits until it is quiet.

use std::path::Path;

use sheaf_document::WatchId;

use super::follow::{Following, Hint};
use super::reason::Reason;
use super::settle::Settling;
use super::tree::{Stat, Visitor};
use crate::seat::Floor;

pub(super) struct Explore<'a> {
    pub(super) floor: &'a Floor,
    pub(super) following: Option<&'a mut Following>,
    pub(super) settling: &'a mut Settling,
    pub(super) watch: WatchId,
    pub(super) hint: Hint,
    pub(super) is_limited: bool,
}

impl Visitor for Explore<'_> {
    fn folder(&mut self, path: &Path) -> bool {
        if let Some(following) = &mut self.following {
            // What was followed by this path may have moved away.
            self.is_limited |= following.add(path, true).is_err();
        }
        !self.floor.is_stopping()
    }

    fn file(&mut self, path: &Path, _: &Stat) {
        self.settling.note(path.to_owned(), self.watch, self.hint);
    }

    /// What is left out is listed by the next scan; here only what may still become a document counts.
    fn left_out(&mut self, path: &Path, reason: Reason) {
        if reason == Reason::Empty {
            self.settling.note(path.to_owned(), self.watch, self.hint);
        }
    }
}
