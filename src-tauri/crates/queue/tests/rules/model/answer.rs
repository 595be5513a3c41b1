//! What a call answers, in the same words for list and queue.

use sheaf_queue::{Cancel, Enqueued, Held, JobId, Settled};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// There was nothing to call it on, or it answers nothing.
    Nothing,
    Enqueued(Enqueued),
    /// The lane is full, with its limit.
    Full(u32),
    Claimed(Option<Claimed>),
    Held(Held),
    Settled(Settled),
    Cancel(Cancel),
    Yes(bool),
    Count(u32),
    TakenBack(Vec<JobId>),
    RoleLost,
}

/// What a claim says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Claimed {
    pub(super) job: JobId,
    pub(super) epoch: i64,
    pub(super) engine: i64,
    pub(super) attempt: u32,
    pub(super) subject: i64,
    pub(super) priority: i32,
}
