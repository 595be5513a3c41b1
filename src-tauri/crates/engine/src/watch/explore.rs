//! A look into a folder that something was heard of: it is followed, and every file in it waits until it is quiet.

use std::path::Path;

use super::follow::{Following, Hint};
use super::overseer::Post;
use super::reason::Reason;
use super::settle::Settling;
use super::tree::{Stat, Visitor};
use crate::seat::Floor;

pub(super) struct Explore<'a> {
    pub(super) floor: &'a Floor,
    pub(super) post: &'a Post,
    pub(super) following: &'a mut Following,
    pub(super) settling: &'a mut Settling,
    pub(super) hint: Hint,
    pub(super) is_limited: bool,
}

impl Visitor for Explore<'_> {
    fn folder(&mut self, path: &Path) -> bool {
        // What was followed by this path may have moved away.
        self.is_limited |= self.following.add(path, true).is_err();
        !self.post.is_over(self.floor) && !self.post.pulse.is_given_up()
    }

    fn answered(&self) {
        self.post.pulse.beat();
    }

    fn file(&mut self, path: &Path, _: &Stat) {
        self.settling.note(path.to_owned(), self.hint);
    }

    /// What is left out is listed by the next scan; here only what may still become a document counts.
    fn left_out(&mut self, path: &Path, reason: Reason) {
        if reason == Reason::Empty {
            self.settling.note(path.to_owned(), self.hint);
        }
    }
}
