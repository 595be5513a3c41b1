//! How a claim ends, and what becomes of the job.

use rusqlite::{OptionalExtension, Transaction};

use crate::attempts::{self, Ending};
use crate::dead;
use crate::{Claim, QueueError, RetryPolicy, State, StopWish, Timestamp, rehearsal};

/// What the worker has to say at the end of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done, and stored in the same transaction.
    Done,
    /// Done but for parts that could not be done.
    Problems {
        /// What kind of problem.
        code: String,
        /// In words.
        message: String,
    },
    /// Gave way to more urgent work, was paused, or stopped cleanly: costs no attempt, goes on later.
    Yield,
    /// A fault of the work that may not happen again: costs an attempt.
    Retry {
        /// What kind of fault.
        code: String,
        /// In words.
        message: String,
    },
    /// A fault that would happen again: never retried by itself.
    GiveUp {
        /// What kind of fault.
        code: String,
        /// In words.
        message: String,
    },
    /// Stopped because it was cancelled.
    Cancelled,
}

/// What settling did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The job has a new state.
    Recorded {
        /// Which one.
        state: State,
        /// When it is tried again, if it is.
        not_before: Option<Timestamp>,
    },
    /// The claim was lost before; nothing was changed. Roll back.
    ClaimLost,
}

/// Ends a claim, if it is still good.
///
/// A wish to cancel wins over everything but success, so a cancelled job is not tried again. A wish to pause sends
/// what would go on to [`State::Paused`]. Success dismisses earlier dead letters of the same kind of work on the same
/// subject. `jitter` is a random number from 0 to 1 for [`RetryPolicy::delay`], which
/// counts from `now`, the moment of the fault.
pub fn settle(
    tx: &Transaction,
    claim: &Claim,
    outcome: &Outcome,
    policy: &RetryPolicy,
    now: Timestamp,
    jitter: f64,
) -> Result<Settled, QueueError> {
    let Some(standing) = standing(tx, claim)? else {
        return Ok(Settled::ClaimLost);
    };
    let faults = standing.faults + u32::from(is_fault(outcome));
    let state = next_state(outcome, standing.wish, faults < policy.max_attempts);
    let not_before = match outcome {
        Outcome::Retry { .. } if !state.is_final() => Some(now.after(policy.delay(faults, jitter))),
        _ => None,
    };
    attempts::end(tx, claim.job, ending(outcome), now)?;
    record(
        tx,
        claim,
        outcome,
        Next {
            state,
            faults,
            not_before,
        },
        now,
    )?;
    if matches!(state, State::Completed | State::Problems) {
        dead::dismiss_superseded(tx, claim.job, &claim.kind, claim.subject)?;
    }
    Ok(Settled::Recorded { state, not_before })
}

struct Standing {
    wish: Option<StopWish>,
    faults: u32,
}

struct Next {
    state: State,
    faults: u32,
    not_before: Option<Timestamp>,
}

/// The fence, and what the decision needs to know, in one statement.
fn standing(tx: &Transaction, claim: &Claim) -> Result<Option<Standing>, QueueError> {
    let claim = rehearsal::claim_to_check(tx, claim)?;
    Ok(tx
        .prepare_cached(
            "SELECT wish, faults FROM jobs
              WHERE id = ?1 AND epoch = ?2 AND engine = ?3 AND state = 'processing'
                AND EXISTS (SELECT 1 FROM engine WHERE epoch = ?3)",
        )?
        .query_row((claim.job, claim.epoch, claim.engine), |row| {
            Ok(Standing {
                wish: row.get(0)?,
                faults: row.get(1)?,
            })
        })
        .optional()?)
}

fn is_fault(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Retry { .. } | Outcome::GiveUp { .. })
}

fn next_state(outcome: &Outcome, wish: Option<StopWish>, attempts_left: bool) -> State {
    match (outcome, wish) {
        (Outcome::Done, _) => State::Completed,
        (Outcome::Problems { .. }, _) => State::Problems,
        (Outcome::Cancelled, _) | (_, Some(StopWish::Cancel)) => State::Cancelled,
        (Outcome::GiveUp { .. }, _) => State::Failed,
        (Outcome::Retry { .. }, _) if !attempts_left => State::Failed,
        (Outcome::Retry { .. } | Outcome::Yield, Some(StopWish::Pause)) => State::Paused,
        (Outcome::Retry { .. }, None) => State::Retrying,
        (Outcome::Yield, None) => State::Queued,
    }
}

fn record(
    tx: &Transaction,
    claim: &Claim,
    outcome: &Outcome,
    next: Next,
    now: Timestamp,
) -> Result<(), QueueError> {
    let Ending { code, message, .. } = ending(outcome);
    // A job that goes on without a new fault keeps the words about its last one; a finished one starts clean.
    let keep_words = matches!(outcome, Outcome::Yield);
    let finished_at = next.state.is_final().then_some(now);
    tx.prepare_cached(
        "UPDATE jobs SET state = ?2, faults = ?3, not_before = ?4, finished_at = ?5, engine = NULL, wish = NULL,
                code = CASE WHEN ?6 THEN code ELSE ?7 END,
                message = CASE WHEN ?6 THEN message ELSE ?8 END
          WHERE id = ?1",
    )?
    .execute((
        claim.job, next.state, next.faults, next.not_before, finished_at, keep_words, code, message,
    ))?;
    Ok(())
}

/// The words of the history for an outcome.
fn ending(outcome: &Outcome) -> Ending<'_> {
    let (word, fault) = match outcome {
        Outcome::Done => ("done", None),
        Outcome::Problems { code, message } => ("problems", Some((code, message))),
        Outcome::Yield => ("gave_way", None),
        Outcome::Retry { code, message } => ("fault", Some((code, message))),
        Outcome::GiveUp { code, message } => ("gave_up", Some((code, message))),
        Outcome::Cancelled => ("cancelled", None),
    };
    Ending {
        outcome: word,
        code: fault.map(|(code, _)| code.as_str()),
        message: fault.map(|(_, message)| message.as_str()),
    }
}
