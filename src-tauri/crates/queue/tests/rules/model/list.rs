//! The queue as a person would explain it: a plain list.

use std::collections::HashMap;

use sheaf_queue::{JobId, State, StopWish};

use super::answer::Answer;
use super::call::{By, Call, LANES, SCHEDULES};
use crate::queue::MINUTE;

/// All jobs, and what holds for all of them.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) now: i64,
    /// The epoch of the engine. Every smaller one is a former engine's.
    pub(super) engine: i64,
    pub(super) jobs: Vec<Job>,
    pub(super) last_id: i64,
    pub(super) lanes: [Lane; LANES.len()],
    pub(super) all_paused: bool,
    /// Every claim that was ever given out.
    pub(super) claims: Vec<Claim>,
    /// What was done to each subject.
    pub(super) history: HashMap<i64, Vec<Try>>,
    pub(super) schedules: [Schedule; SCHEDULES.len()],
    /// What the last call must have answered.
    pub(super) answer: Answer,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Lane {
    pub(super) paused: bool,
    /// Jobs that may stand in line.
    pub(super) limit: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) job: JobId,
    pub(super) epoch: i64,
    pub(super) engine: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Try {
    pub(super) job: JobId,
    pub(super) epoch: i64,
    pub(super) attempt: u32,
    pub(super) outcome: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Schedule {
    pub(super) set: bool,
    pub(super) next_at: Option<i64>,
    pub(super) last_at: Option<i64>,
}

#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) id: JobId,
    pub(super) lane: usize,
    pub(super) subject: i64,
    pub(super) key: Option<String>,
    pub(super) state: State,
    pub(super) priority: i32,
    pub(super) rank: i64,
    pub(super) not_before: Option<i64>,
    pub(super) attempt: u32,
    pub(super) faults: u32,
    pub(super) losses: u32,
    pub(super) epoch: i64,
    /// Who works on it.
    pub(super) engine: Option<i64>,
    pub(super) wish: Option<StopWish>,
    pub(super) dismissed: bool,
    pub(super) finished_at: Option<i64>,
}

impl Job {
    pub(super) fn is_in_line(&self) -> bool {
        !self.state.is_final() && self.state != State::Processing
    }

    pub(super) fn occupies(&self, key: &str) -> bool {
        self.key.as_deref() == Some(key)
            && !self.state.is_final()
            && self.wish != Some(StopWish::Cancel)
    }

    /// Goes from whatever it was to that state.
    pub(super) fn turn(&mut self, state: State, now: i64) {
        self.state = state;
        (self.engine, self.wish, self.not_before) = (None, None, None);
        self.finished_at = state.is_final().then_some(now);
    }
}

impl Model {
    pub(super) fn new() -> Self {
        let lane = Lane {
            paused: false,
            limit: 1_000_000,
        };
        Self {
            now: 1_000_000,
            engine: 1,
            jobs: Vec::new(),
            last_id: 0,
            lanes: [lane; LANES.len()],
            all_paused: false,
            claims: Vec::new(),
            history: HashMap::new(),
            schedules: Default::default(),
            answer: Answer::Nothing,
        }
    }

    pub(super) fn do_call(&mut self, call: &Call) -> Answer {
        match *call {
            Call::Add(ref add) => self.add(add),
            Call::Claim(lane, above, by) => Answer::Claimed(self.claim(lane, above, by)),
            Call::Hold(n) => self.under(n, |model, claim| Answer::Yes(model.is_good(claim))),
            Call::Checkpoint(n) => self.under(n, |model, claim| model.checkpoint(claim)),
            Call::Settle(n, ending) => self.under(n, |model, claim| model.settle(claim, ending)),
            Call::Cancel(n) => self.on(n, Self::cancel),
            Call::Pause(n) => self.on(n, Self::pause),
            Call::Resume(n) => self.on(n, Self::resume),
            Call::SetPriority(n, priority) => {
                self.on(n, |model, id| model.set_priority(id, priority))
            }
            Call::Top(n) => self.on(n, Self::top),
            Call::Retry(n) => self.on(n, |model, id| Answer::Yes(model.retry(id))),
            Call::Fail(n) => self.on(n, Self::fail),
            Call::Dismiss(n) => self.on(n, Self::dismiss),
            Call::RetryAllDead => self.retry_all_dead(),
            Call::PauseLane(lane, paused) => {
                let before = std::mem::replace(&mut self.lanes[lane].paused, paused);
                Answer::Yes(before != paused)
            }
            Call::PauseAll(paused) => {
                let before = std::mem::replace(&mut self.all_paused, paused);
                Answer::Yes(before != paused)
            }
            Call::Limit(lane, limit) => {
                self.lanes[lane].limit = limit;
                Answer::Nothing
            }
            Call::Cleanup => self.cleanup(),
            Call::Flush => self.flush(),
            Call::Forget(subject) => self.forget(subject),
            Call::Promote => Answer::Count(self.promote()),
            Call::TakeOver => {
                self.engine += 1;
                Answer::Nothing
            }
            Call::TakeBack(By::Engine) => Answer::TakenBack(self.take_back()),
            Call::TakeBack(By::Former) => Answer::RoleLost,
            Call::LoseEngines(times) => {
                for _ in 0..times {
                    self.lose_engine();
                }
                Answer::Nothing
            }
            Call::CutBackOffs => self.cut_back_offs(),
            Call::SetSchedule(n, due) => {
                let next_at = due.map(|due| self.now + due);
                (self.schedules[n].set, self.schedules[n].next_at) = (true, next_at);
                Answer::Nothing
            }
            Call::Fire(n, by) => Answer::Yes(by == By::Engine && self.fire(n)),
            Call::Wait(ms) => {
                self.now += ms;
                Answer::Nothing
            }
        }
    }

    /// Calls on a job, if there is any.
    fn on(&mut self, n: usize, call: impl FnOnce(&mut Self, JobId) -> Answer) -> Answer {
        match n.checked_rem(self.jobs.len()) {
            Some(index) => call(self, self.jobs[index].id),
            None => Answer::Nothing,
        }
    }

    /// Calls under a claim that was given out at some time, if there is any.
    fn under(&mut self, n: usize, call: impl FnOnce(&mut Self, Claim) -> Answer) -> Answer {
        match n.checked_rem(self.claims.len()) {
            Some(index) => call(self, self.claims[index]),
            None => Answer::Nothing,
        }
    }

    fn fire(&mut self, n: usize) -> bool {
        let schedule = &mut self.schedules[n];
        let due = schedule.next_at.is_some_and(|due| due <= self.now);
        if due {
            schedule.last_at = Some(self.now);
            schedule.next_at = Some(self.now + 5 * MINUTE);
        }
        due
    }

    /// Whether anything may be claimed from a lane.
    pub(super) fn is_open(&self, lane: usize) -> bool {
        !self.lanes[lane].paused && !self.all_paused
    }

    /// The one claim of a job that may write.
    pub(super) fn is_good(&self, claim: Claim) -> bool {
        let job = self.jobs.iter().find(|job| job.id == claim.job);
        claim.engine == self.engine
            && job.is_some_and(|job| job.engine == Some(claim.engine) && job.epoch == claim.epoch)
    }

    /// Of a lane, in the order in which jobs are claimed.
    pub(super) fn line(&self, lane: usize) -> Vec<JobId> {
        let queued = |job: &&Job| job.lane == lane && job.state == State::Queued;
        let mut line: Vec<&Job> = self.jobs.iter().filter(queued).collect();
        line.sort_by_key(|job| (-job.priority, job.rank, job.id));
        line.into_iter().map(|job| job.id).collect()
    }

    /// Dead letters, oldest job first.
    pub(super) fn dead(&self) -> Vec<JobId> {
        let dead = |job: &&Job| job.state == State::Failed && !job.dismissed;
        self.jobs.iter().filter(dead).map(|job| job.id).collect()
    }

    pub(super) fn of(&mut self, id: JobId) -> &mut Job {
        self.jobs.iter_mut().find(|job| job.id == id).unwrap()
    }

    /// The try that is under way ends.
    pub(super) fn end_try(&mut self, id: JobId, outcome: &'static str) {
        let (subject, epoch) = (self.of(id).subject, self.of(id).epoch);
        let tries = self.history.entry(subject).or_default();
        let open = |one: &&mut Try| one.job == id && one.epoch == epoch && one.outcome.is_none();
        if let Some(one) = tries.iter_mut().find(open) {
            one.outcome = Some(outcome);
        }
    }
}
