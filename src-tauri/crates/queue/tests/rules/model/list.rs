//! The queue as a person would explain it: a plain list.

use sheaf_queue::{Claim, JobId, State, StopWish};

/// All jobs, and whether their lane is paused.
#[derive(Default)]
pub(super) struct Model {
    pub(super) jobs: Vec<Job>,
    pub(super) lane_paused: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) id: JobId,
    pub(super) key: Option<usize>,
    pub(super) state: State,
    pub(super) priority: i32,
    pub(super) rank: i64,
    pub(super) not_before: Option<i64>,
    pub(super) faults: u32,
    pub(super) wish: Option<StopWish>,
    /// The claim that may write, while processing.
    pub(super) claim: Option<Claim>,
}

impl Job {
    pub(super) fn stop(&mut self, state: State) {
        self.state = state;
        self.claim = None;
        self.wish = None;
        if state.is_final() || state == State::Queued {
            self.not_before = None;
        }
    }

    pub(super) fn in_line(&self) -> bool {
        !self.state.is_final() && self.state != State::Processing
    }

    pub(super) fn occupies(&self, key: usize) -> bool {
        self.key == Some(key) && !self.state.is_final() && self.wish != Some(StopWish::Cancel)
    }
}

impl Model {
    pub(super) fn line(&self) -> Vec<JobId> {
        let mut line: Vec<&Job> = self
            .jobs
            .iter()
            .filter(|job| job.state == State::Queued)
            .collect();
        line.sort_by_key(|job| (-job.priority, job.rank, job.id));
        line.into_iter().map(|job| job.id).collect()
    }

    pub(super) fn of(&mut self, id: JobId) -> &mut Job {
        self.jobs.iter_mut().find(|job| job.id == id).unwrap()
    }

    pub(super) fn promote(&mut self, now: i64) {
        for job in &mut self.jobs {
            let waits = matches!(job.state, State::Waiting | State::Retrying);
            if waits && job.not_before.is_some_and(|time| time <= now) {
                job.stop(State::Queued);
            }
        }
    }
}
