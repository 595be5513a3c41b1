//! For tests alone: `SHEAF_REHEARSE_BUSY_MS` shortens how long one process waits for another's write.
//!
//! Only builds with debug assertions have the switch; in a release build nothing of it is left.

use std::time::Duration;

/// How long one process waits for another's short transaction.
const BUSY: Duration = Duration::from_secs(30);

#[cfg(not(debug_assertions))]
pub(crate) fn busy() -> Duration {
    BUSY
}

#[cfg(debug_assertions)]
pub(crate) fn busy() -> Duration {
    std::env::var("SHEAF_REHEARSE_BUSY_MS")
        .ok()
        .and_then(|text| text.parse().ok())
        .map_or(BUSY, Duration::from_millis)
}
