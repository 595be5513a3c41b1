//! For tests alone: the queue without its fence, so that a test of the fence can be seen to fail.
//!
//! Only builds with debug assertions have the switch; in a release build nothing of it is left.

use std::borrow::Cow;

use rusqlite::Transaction;

use crate::{Claim, QueueError};

/// Makes every claim pass for a good one in processes where this variable is set.
#[cfg(debug_assertions)]
const SWITCH: &str = "SHEAF_REHEARSE_WITHOUT_FENCE";

/// The claim to check: the one given, unless the fence is rehearsed away.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub(crate) fn claim_to_check<'a>(
    _tx: &Transaction,
    claim: &'a Claim,
) -> Result<Cow<'a, Claim>, QueueError> {
    Ok(Cow::Borrowed(claim))
}

/// The claim to check: the one given. Without the fence it is whatever claim would be good, for a job that is put
/// under way for it: a queue that completes and fails jobs by their number alone.
#[cfg(debug_assertions)]
pub(crate) fn claim_to_check<'a>(
    tx: &Transaction,
    claim: &'a Claim,
) -> Result<Cow<'a, Claim>, QueueError> {
    use std::sync::LazyLock;

    use rusqlite::OptionalExtension;

    static IS_OFF: LazyLock<bool> = LazyLock::new(|| std::env::var_os(SWITCH).is_some());
    if !*IS_OFF {
        return Ok(Cow::Borrowed(claim));
    }
    let good = tx
        .prepare_cached(
            "UPDATE jobs SET state = 'processing', engine = (SELECT epoch FROM engine), finished_at = NULL,
                    dismissed = 0
              WHERE id = ?1 RETURNING epoch, engine",
        )?
        .query_row([claim.job], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match good {
        Some((epoch, engine)) => Cow::Owned(Claim {
            epoch,
            engine,
            ..claim.clone()
        }),
        None => Cow::Borrowed(claim),
    })
}
