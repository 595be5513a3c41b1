//! A job queue in one SQLite database, for many processes on one machine.
//!
//! # In five minutes
//!
//! Jobs stand in *lanes*. One process at a time is the *engine*: it claims jobs and gives them to whoever works. All
//! others may add, steer and look. Any of them may be killed or frozen at any moment.
//!
//! ```text
//!              enqueue ──▶ waiting ──(its time)──▶ queued ◀──────────────┐
//!                                                    │ claim             │ gave way, lost its engine,
//!                                                    ▼                   │ resumed, due again, retried by hand
//!                                                processing ─────────────┤
//!                                                    │ settle            │
//!            ┌───────────┬─────────────┬─────────────┼───────────┐       │
//!            ▼           ▼             ▼             ▼           ▼       │
//!        completed   problems      cancelled      failed     retrying, paused
//! ```
//!
//! * **Enqueue.** [`enqueue`] adds a job to a lane inside the caller's transaction, so a job and the thing
//!   it is about ([`NewJob::subject`], opaque here) appear together or not at all.
//! * **Claim.** [`claim`] gives the best queued job of a lane to the engine that holds the role
//!   ([`try_become_engine`]). It raises the job's epoch: the [`Claim`] is (job, job epoch, engine epoch).
//!   Then the work is done *with no transaction open*.
//! * **Fence.** Whoever writes a result first asks, in the same transaction, whether the claim is still his:
//!   [`hold`], or [`checkpoint`] which stores progress too. If it is not, he rolls back.
//! * **Settle.** [`settle`] ends the claim: done, gave way, or failed. Only a fault of the work costs an
//!   attempt; what used up its attempts or cannot succeed becomes a dead letter ([`dead`], [`retry`]).
//! * **Take back.** A new engine calls [`take_back`]: what the last one held is queued again.
//! * **Sweep.** Finished jobs go after a while ([`cleanup`]); the history of what was done to a subject stays
//!   ([`attempts_of`]) until the subject goes ([`forget_subject`]).
//! * **Regular work** is no job: a row that says when it is due ([`schedules`], [`fire`]).
//!
//! # Why a claim has two epochs
//!
//! An engine that was frozen does not know it. It wakes up with a page in its hands, while another one has long taken
//! over, and wants to write. Asking for the time, or for a lease that "surely has not run out", cannot help: it may be
//! frozen again between question and write. So the question is part of the write. A claim is good while the job is
//! processing (1) in the job epoch of the claim, which every later claim raises, and (2) for the engine whose epoch is in
//! the one row of `engine`, which every change of hands raises. The second makes all claims of a lost engine worthless
//! in the instant it is replaced, before anybody looks at its jobs.
//!
//! What that saves is shown by `tests/crash_loop`, which kills and freezes real processes, with the fence and without.
//!
//! # What happens when
//!
//! | | |
//! |---|---|
//! | a worker dies | its engine notices, and goes on from the last checkpoint with another one |
//! | the engine dies | the kernel lets its lock go; the next bid wins, [`take_back`] queues what it held; no attempt is lost |
//! | the engine hangs | its heartbeat stands still; after `stale` the next bid wins, and the claims of the hung one are void |
//! | a job kills every engine | it is given up after [`MAX_LOSSES`] |
//! | the work fails | [`Outcome::Retry`] after a growing wait, or [`Outcome::GiveUp`]; then it is a dead letter |
//! | the clock jumps | the role does not depend on it (staleness is measured by steady clocks); after a jump back [`cut_back_offs`] |
//! | the disk is full | the transaction fails as a whole; the claim stays, and settling is tried again |
//!
//! # How it looks
//!
//! ```
//! use sheaf_queue::{Bid, Enqueued, NewJob, Observed, Outcome, RetryPolicy, Settled, State, Timestamp};
//! # use std::time::Duration;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let lock = folder.path().join("engine.lock");
//! # let mut conn = rusqlite::Connection::open_in_memory()?;
//! # let (stale, now, mono) = (Duration::from_secs(300), Timestamp(1_000), Duration::ZERO);
//! # for (_, sql) in sheaf_queue::migrations() { conn.execute_batch(sql)?; }
//! // One of all processes is the engine.
//! let mut seen = Observed::default();
//! let bid = sheaf_queue::try_become_engine(&mut conn, &lock, &mut seen, stale, now, mono)?;
//! let Bid::Engine(role) = bid else { return Ok(()) };
//!
//! // Anyone adds.
//! let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
//! sheaf_queue::set_lane(&tx, "reading", 2, 0, 100_000)?;
//! let Enqueued::New(job) = sheaf_queue::enqueue(&tx, &NewJob::new("reading", "read", 7), now)? else { return Ok(()) };
//! tx.commit()?;
//!
//! // The engine claims, in one short write…
//! let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
//! let claim = sheaf_queue::claim(&tx, "reading", role.epoch(), None, now)?.ok_or("nothing to do")?;
//! tx.commit()?;
//! assert_eq!((claim.job, claim.subject), (job, 7));
//!
//! // …works with no transaction open, and stores the result only if the claim is still good.
//! let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
//! if sheaf_queue::hold(&tx, &claim)? {
//!     // Write the result here.
//!     let settled = sheaf_queue::settle(&tx, &claim, &Outcome::Done, &RetryPolicy::default(), now, 0.5)?;
//!     assert_eq!(settled, Settled::Recorded { state: State::Completed, not_before: None });
//!     tx.commit()?;
//! } // Else the transaction rolls back when it is dropped.
//! # Ok(())
//! # }
//! ```
//!
//! # Rules of use
//!
//! * Read the files in this order: `enqueue`, `claim`, `fence`, `settle`, `role`, `take_back`; the rest is looking and
//!   steering.
//! * Every function that writes takes a [`rusqlite::Transaction`]; begin it with `IMMEDIATE`.
//! * Time is passed in ([`Timestamp`]), and so is chance (the jitter of [`settle`]). The crate has no clock, no
//!   threads and opens no database. Run [`migrations`] once, and [`set_lane`] for every lane.
//! * Triggers keep the counts (`tally`, and `stretches` for positions) right, whoever writes to `jobs`.

mod attempts;
mod backoff;
mod claim;
mod dead;
mod enqueue;
mod error;
mod fence;
mod hasten;
mod job;
mod lane;
mod line;
mod listing;
mod lock;
mod migrations;
mod priority;
mod rehearsal;
mod role;
mod schedule;
mod set_back;
mod settle;
mod state;
mod steer;
mod sweep;
mod take_back;
mod tally;
mod value;
mod workers;

pub use attempts::{AttemptRow, attempts, attempts_of};
pub use backoff::RetryPolicy;
pub use claim::{Claim, best_queued, claim, next_due, promote_due};
pub use dead::{dead, dismiss, fail_by_hand, retry, retry_all_dead};
pub use enqueue::{Enqueued, NewJob, enqueue, enqueue_found};
pub use error::QueueError;
pub use fence::{Held, Progress, StopWish, checkpoint, hold};
pub use hasten::hasten;
pub use job::{JobRow, job, jobs_of, subjects_in_hand};
pub use lane::{
    LaneRow, is_paused, lane, lanes, pause_all, pause_lane, resume_all, resume_lane, set_lane,
};
pub use line::position;
pub use listing::listing;
pub use migrations::migrations;
pub use priority::{Priority, PriorityError};
pub use role::{Bid, Observed, Role, holds_role, try_become_engine};
pub use schedule::{ScheduleRow, fire, schedules, set_schedule};
pub use set_back::cut_back_offs;
pub use settle::{Outcome, Settled, settle};
pub use state::{State, StateError};
pub use steer::{Cancel, cancel, move_to_top, pause_job, resume_job, set_priority};
pub use sweep::{cleanup, flush, forget_subject};
pub use take_back::{MAX_LOSSES, take_back};
pub use tally::{Counts, busy, counts};
pub use value::{EngineEpoch, Epoch, JobId, Timestamp};
pub use workers::{
    WorkerRow, WorkerState, register_worker, remove_workers_of, update_worker, workers,
};
