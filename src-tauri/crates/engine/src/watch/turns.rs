//! One scan at a time on each device, since two are slower than one after the other.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::bell::Bell;

#[derive(Default)]
pub(super) struct Turns {
    busy: Mutex<HashSet<u64>>,
    bell: Bell,
}

/// Whoever has it scans; it ends with it.
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    device: u64,
}

impl Turns {
    /// Waits for a turn on a device for as long as `may_wait` says so, and at most for `limit`: whoever has it may wait for
    /// a drive that never answers.
    pub(super) fn take(
        &self,
        device: u64,
        limit: Duration,
        may_wait: impl Fn() -> bool,
    ) -> Option<Turn<'_>> {
        let begun = Instant::now();
        loop {
            let mark = self.bell.mark();
            if self.lock().insert(device) {
                return Some(Turn {
                    turns: self,
                    device,
                });
            }
            if !may_wait() || begun.elapsed() >= limit {
                return None;
            }
            self.bell.wait(mark, Duration::from_millis(100));
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<u64>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.turns.lock().remove(&self.device);
        self.turns.bell.ring();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_scans_on_a_device_and_who_waited_long_enough_goes_on() {
        let turns = Turns::default();
        let first = turns.take(1, Duration::ZERO, || true);
        assert!(first.is_some());
        assert!(
            turns.take(2, Duration::ZERO, || true).is_some(),
            "another device"
        );
        assert!(turns.take(1, Duration::ZERO, || true).is_none());
        drop(first);
        assert!(turns.take(1, Duration::ZERO, || true).is_some());
    }
}
