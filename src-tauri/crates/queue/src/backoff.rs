//! When to try again after a fault.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How often and how soon a kind of work is tried again. Passed to [`crate::settle`], so it may differ by kind of
/// job and kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryPolicy {
    /// Faults after which the job is a dead letter (3). 0 and 1 both mean: never tried again.
    pub max_attempts: u32,
    /// The wait after the first fault (60 s); doubled after every further one.
    pub base: Duration,
    /// The longest wait (600 s).
    pub cap: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base: Duration::from_secs(60),
            cap: Duration::from_secs(600),
        }
    }
}

impl RetryPolicy {
    /// The wait after fault number `faults` (from 1): `min(cap, base * 2^(faults-1))`, of which between a half
    /// (`jitter` 0.0) and all (`jitter` 1.0) is taken.
    ///
    /// Half fixed, half random is "equal jitter" in Brooker, "Exponential Backoff And Jitter" (AWS, 2015).
    pub fn delay(&self, faults: u32, jitter: f64) -> Duration {
        let doublings = faults.saturating_sub(1);
        let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
        let whole = self
            .base
            .checked_mul(factor)
            .unwrap_or(self.cap)
            .min(self.cap);
        // A jitter that is no number counts as 0, so the product below is always a valid duration.
        let jitter = if jitter.is_nan() {
            0.0
        } else {
            jitter.clamp(0.0, 1.0)
        };
        let half = whole / 2;
        half + half.mul_f64(jitter)
    }
}
