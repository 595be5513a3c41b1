//! The queue as a person would explain it: a plain list.

use std::collections::HashMap;

use sheaf_queue::{Claim, JobId, State, StopWish};

/// All jobs, and what holds for all of them.
pub(super) struct Model {
    pub(super) jobs: Vec<Job>,
    pub(super) lane_paused: bool,
    pub(super) all_paused: bool,
    /// Jobs that may stand in line.
    pub(super) limit: usize,
    /// How often jobs of a subject were claimed.
    pub(super) tries: HashMap<i64, usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) id: JobId,
    pub(super) subject: i64,
    pub(super) key: Option<String>,
    pub(super) state: State,
    pub(super) priority: i32,
    pub(super) rank: i64,
    pub(super) not_before: Option<i64>,
    pub(super) faults: u32,
    pub(super) losses: u32,
    pub(super) epoch: i64,
    pub(super) dismissed: bool,
    pub(super) finished_at: Option<i64>,
    pub(super) wish: Option<StopWish>,
    /// The claim that may write, while processing.
    pub(super) claim: Option<Claim>,
}

impl Job {
    pub(super) fn new(
        id: JobId,
        subject: i64,
        key: Option<String>,
        state: State,
        priority: i32,
        not_before: Option<i64>,
    ) -> Self {
        Self {
            id,
            subject,
            key,
            state,
            priority,
            not_before,
            rank: 0,
            faults: 0,
            losses: 0,
            epoch: 0,
            dismissed: false,
            finished_at: None,
            wish: None,
            claim: None,
        }
    }

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

    pub(super) fn occupies(&self, key: &str) -> bool {
        self.key.as_deref() == Some(key)
            && !self.state.is_final()
            && self.wish != Some(StopWish::Cancel)
    }
}

impl Model {
    pub(super) fn new() -> Self {
        Self {
            jobs: Vec::new(),
            lane_paused: false,
            all_paused: false,
            limit: 1_000_000,
            tries: HashMap::new(),
        }
    }

    /// Whether anything may be claimed.
    pub(super) fn is_open(&self) -> bool {
        !self.lane_paused && !self.all_paused
    }

    pub(super) fn dead(&self) -> Vec<JobId> {
        let dead = self.jobs.iter();
        dead.filter(|job| job.state == State::Failed && !job.dismissed)
            .map(|job| job.id)
            .collect()
    }

    /// Success makes earlier failures about the same subject no dead letters any more.
    pub(super) fn dismiss_others(&mut self, done: JobId, subject: i64) {
        for job in &mut self.jobs {
            job.dismissed |= job.id != done && job.subject == subject && job.state == State::Failed;
        }
    }

    /// Notes when jobs finished; call it after every call.
    pub(super) fn stamp(&mut self, now: i64) {
        for job in &mut self.jobs {
            job.finished_at = match job.state.is_final() {
                true => job.finished_at.or(Some(now)),
                false => None,
            };
        }
    }

    /// Whether the job was in a state to be tried again, and its key was free.
    pub(super) fn retry(&mut self, id: JobId) -> bool {
        let key = self.of(id).key.clone();
        let mut others = self.jobs.iter().filter(|job| job.id != id);
        let taken = key.is_some_and(|key| others.any(|other| other.occupies(&key)));
        let job = self.of(id);
        let again = matches!(
            job.state,
            State::Failed | State::Cancelled | State::Problems | State::Retrying
        );
        if again && !taken {
            job.stop(State::Queued);
            (job.faults, job.losses, job.rank, job.dismissed) = (0, 0, 0, false);
        }
        again && !taken
    }

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
