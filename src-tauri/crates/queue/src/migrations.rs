//! Every table of the queue, in the order they are made. Append-only: a published step never changes.

use crate::{attempts, job, lane, line, role, schedule, tally, workers};

/// Name and SQL of each step, oldest first. Run each once, in order, and remember the name.
pub fn migrations() -> &'static [(&'static str, &'static str)] {
    MIGRATIONS
}

const MIGRATIONS: &[(&str, &str)] = &[
    ("queue-2026-11-23-engine", role::TABLE),
    ("queue-2026-11-23-lanes", lane::TABLE),
    ("queue-2026-11-23-jobs", job::TABLE),
    ("queue-2026-11-23-attempts", attempts::TABLE),
    ("queue-2026-11-23-tally", tally::TABLE),
    ("queue-2026-11-23-workers", workers::TABLE),
    (
        "queue-2026-11-24-attempts-outlive",
        attempts::OUTLIVE_THEIR_JOB,
    ),
    ("queue-2026-11-24-schedules", schedule::TABLE),
    ("queue-2026-11-24-jobs-spelled-out", job::SPELLED_OUT),
    (
        "queue-2026-11-24-attempts-spelled-out",
        attempts::SPELLED_OUT,
    ),
    ("queue-2026-11-24-stretches", line::TABLE),
];
