//! A bell that many threads wait for. Whoever rings wakes them all; a ring between look and wait is not missed.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

#[derive(Default)]
pub(crate) struct Bell {
    rings: Mutex<u64>,
    rung: Condvar,
}

impl Bell {
    pub(crate) fn ring(&self) {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.rung.notify_all();
    }

    /// Take this before looking at what may have changed.
    pub(crate) fn mark(&self) -> u64 {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it has rung after `mark`, at most `limit`.
    pub(crate) fn wait(&self, mark: u64, limit: Duration) {
        let rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        drop(
            self.rung
                .wait_timeout_while(rings, limit, |rings| *rings == mark)
                .unwrap_or_else(PoisonError::into_inner),
        );
    }
}
