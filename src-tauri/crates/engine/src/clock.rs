//! The only place that asks what time it is.

use std::time::Instant;

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

/// The wall clock beside one that only goes forward.
pub(crate) struct Clocks {
    wall: Timestamp,
    steady: Instant,
}

impl Clocks {
    /// Small corrections are no reason to do anything.
    const SLACK_MS: i64 = 5_000;

    pub(crate) fn look() -> Self {
        Self {
            wall: now(),
            steady: Instant::now(),
        }
    }

    /// Whether the wall clock fell back since the last look.
    pub(crate) fn were_set_back(&mut self) -> bool {
        let before = std::mem::replace(self, Self::look());
        let went_by = self.steady.duration_since(before.steady);
        self.wall.0 - before.wall.after(went_by).0 < -Self::SLACK_MS
    }
}
