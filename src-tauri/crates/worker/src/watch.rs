//! The watchdog: looks at a child while its parent waits for it.

use crate::Loss;
use crate::budget::Budget;
use crate::usage::{Reading, Usage};
use std::time::{Duration, Instant};

/// How often it looks. In this time a child can take some 100 MB.
pub(crate) const TICK: Duration = Duration::from_millis(20);

/// The most that one look adds to the wall time: while the parent itself was stopped, the child was not slow.
/// (`Instant` does not count a suspended machine's sleep on Linux and macOS.)
const STEP: Duration = Duration::from_secs(1);

/// One exchange under watch.
pub(crate) struct Watch {
    budget: Budget,
    cpu_before: Duration,
    cpu_seen: Duration,
    wall: Duration,
    last: Instant,
}

impl Watch {
    pub(crate) fn begin(usage: &Usage, budget: Budget) -> Self {
        let cpu = usage.read().map_or(Duration::ZERO, |before| before.cpu);
        Self {
            budget,
            cpu_before: cpu,
            cpu_seen: cpu,
            wall: Duration::ZERO,
            last: Instant::now(),
        }
    }

    /// Looks if it is time to.
    pub(crate) fn tick(&mut self, usage: &Usage) -> Result<(), Loss> {
        let since = self.last.elapsed();
        if since < TICK {
            return Ok(());
        }
        self.last += since;
        self.judge(since, usage.read())
    }

    fn judge(&mut self, since: Duration, now: Option<Reading>) -> Result<(), Loss> {
        let blamed = self.blame(since, now);
        self.wall += blamed;
        if self.wall > self.budget.wall {
            return Err(timed_out(self.budget.wall));
        }
        let Some(now) = now else { return Ok(()) };
        if now.rss_bytes > self.budget.memory {
            return Err(Loss::OutOfMemory {
                limit: self.budget.memory,
            });
        }
        if now.cpu.saturating_sub(self.cpu_before) > self.budget.cpu {
            return Err(timed_out(self.budget.cpu));
        }
        Ok(())
    }
}

impl Watch {
    /// How much of the time that went by was the child's own doing. While it waits for a processor that others have, it
    /// is not slow but patient; what it uses then counts.
    fn blame(&mut self, since: Duration, now: Option<Reading>) -> Duration {
        let Some(now) = now else {
            return since.min(STEP);
        };
        let used = now.cpu.saturating_sub(self.cpu_seen);
        self.cpu_seen = now.cpu;
        match now.runnable {
            true => since.min(used),
            false => since.min(STEP),
        }
    }
}

fn timed_out(limit: Duration) -> Loss {
    Loss::TimedOut {
        seconds: limit.as_secs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch() -> Watch {
        Watch {
            budget: Budget {
                wall: Duration::from_secs(10),
                cpu: Duration::from_secs(5),
                memory: 1000,
            },
            cpu_before: Duration::from_secs(100),
            cpu_seen: Duration::from_secs(100),
            wall: Duration::ZERO,
            last: Instant::now(),
        }
    }

    fn uses(cpu: u64, rss_bytes: u64) -> Option<Reading> {
        let cpu = Duration::from_secs(cpu);
        Some(Reading {
            cpu,
            rss_bytes,
            runnable: false,
        })
    }

    #[test]
    fn within_its_budget_a_child_is_left_alone() {
        assert_eq!(watch().judge(TICK, uses(105, 1000)), Ok(()));
        assert_eq!(watch().judge(TICK, None), Ok(()));
    }

    #[test]
    fn processor_time_counts_from_the_request_on() {
        let lost = watch().judge(TICK, uses(106, 1));
        assert_eq!(lost, Err(Loss::TimedOut { seconds: 5 }));
    }

    #[test]
    fn one_byte_too_many_is_out_of_memory() {
        let lost = watch().judge(TICK, uses(100, 1001));
        assert_eq!(lost, Err(Loss::OutOfMemory { limit: 1000 }));
    }

    #[test]
    fn a_child_that_gets_no_processor_is_not_slow_and_one_that_sleeps_is() {
        let waits = |cpu_ms: u64| {
            Some(Reading {
                cpu: Duration::from_millis(100_000 + cpu_ms),
                rss_bytes: 1,
                runnable: true,
            })
        };
        let mut patient = watch();
        for second in 0..100 {
            assert_eq!(patient.judge(STEP, waits(second * 10)), Ok(()));
        }
        let mut asleep = watch();
        let looks: Vec<_> = (0..12).map(|_| asleep.judge(STEP, uses(100, 1))).collect();
        assert_eq!(looks[9], Ok(()));
        assert_eq!(looks[10], Err(Loss::TimedOut { seconds: 10 }));
    }

    #[test]
    fn a_parent_that_was_stopped_does_not_blame_its_child() {
        let mut watch = watch();
        assert_eq!(watch.judge(Duration::from_secs(3600), None), Ok(()));
        for _ in 0..9 {
            assert_eq!(watch.judge(STEP, None), Ok(()));
        }
        assert_eq!(watch.judge(STEP, None), Err(Loss::TimedOut { seconds: 10 }));
    }
}
