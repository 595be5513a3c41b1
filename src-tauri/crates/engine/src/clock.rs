//! The only place that asks what time it is.

use sheaf_queue::Timestamp;

/// Wall-clock time. A clock before 1970 counts as 1970.
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let now = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    #[cfg(debug_assertions)]
    let now = now.saturating_add(crate::rehearsal::clock_is_off_by());
    Timestamp(now)
}
