//! The wall clock was set back: what was to be tried again soon must not wait for hours.

use rusqlite::Transaction;

use crate::{QueueError, Timestamp};

/// Lets no back-off end later than `latest`. Returns how many were cut.
///
/// A back-off is a span counted from its fault on, kept as a time of the wall clock; after a clock was set back it is
/// too long by as much. A job that waits for a time that somebody named keeps waiting for that time.
pub fn cut_back_offs(tx: &Transaction, latest: Timestamp) -> Result<u32, QueueError> {
    let cut = tx
        .prepare_cached(
            "UPDATE jobs SET not_before = ?1 WHERE state = 'retrying' AND not_before > ?1",
        )?
        .execute([latest])?;
    Ok(u32::try_from(cut).unwrap_or(u32::MAX))
}
