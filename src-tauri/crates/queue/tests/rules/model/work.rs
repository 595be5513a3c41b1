//! Adding, claiming and settling, as the list does it.

use std::time::Duration;

use sheaf_queue::{
    Enqueued, Held, JobId, MAX_LOSSES, RetryPolicy, Settled, State, StopWish, Timestamp,
};

use super::answer::{Answer, Claimed};
use super::call::{Add, By, Ending, KEYS, LANES};
use super::list::{Claim, Job, Model, Try};

impl Add {
    /// A key belongs to a subject.
    pub(super) fn dedup(&self) -> Option<String> {
        self.key
            .map(|key| format!("{}:{}", self.subject, KEYS[key]))
    }
}

impl Model {
    pub(super) fn add(&mut self, add: &Add) -> Answer {
        let dedup = add.dedup();
        let key = dedup.as_deref();
        let same = key.and_then(|key| self.jobs.iter().find(|job| job.occupies(key)));
        if let Some(id) = same.map(|job| job.id) {
            self.raise(id, add);
            return Answer::Enqueued(Enqueued::Raised(id));
        }
        let in_line = |job: &&Job| job.lane == add.lane && job.is_in_line();
        let limit = self.lanes[add.lane].limit;
        if self.jobs.iter().filter(in_line).count() >= limit as usize {
            return Answer::Full(limit);
        }
        self.last_id += 1;
        let id = JobId(self.last_id);
        let not_before = add.later.filter(|later| *later > 0);
        self.jobs.push(Job {
            id,
            lane: add.lane,
            subject: add.subject,
            key: dedup,
            state: match not_before {
                Some(_) => State::Waiting,
                None => State::Queued,
            },
            priority: add.priority,
            rank: 0,
            not_before: not_before.map(|later| self.now + later),
            attempt: 0,
            faults: 0,
            losses: 0,
            epoch: 0,
            engine: None,
            wish: None,
            dismissed: false,
            finished_at: None,
        });
        Answer::Enqueued(Enqueued::New(id))
    }

    fn raise(&mut self, id: JobId, add: &Add) {
        let soonest = self.now + add.later.unwrap_or(0);
        let job = self.of(id);
        if job.priority < add.priority {
            (job.priority, job.rank) = (add.priority, 0);
        }
        if job.state == State::Waiting {
            job.not_before = job.not_before.min(Some(soonest));
        }
        self.promote();
    }

    pub(super) fn promote(&mut self) -> u32 {
        let mut promoted = 0;
        for job in &mut self.jobs {
            let waits = matches!(job.state, State::Waiting | State::Retrying);
            if waits && job.not_before.is_some_and(|time| time <= self.now) {
                job.turn(State::Queued, self.now);
                promoted += 1;
            }
        }
        promoted
    }

    pub(super) fn claim(&mut self, lane: usize, above: Option<i32>, by: By) -> Option<Claimed> {
        if by == By::Former {
            return None;
        }
        self.promote();
        let first = *self.line(lane).first()?;
        let (open, engine) = (self.is_open(lane), self.engine);
        let job = self.of(first);
        if !open || above.is_some_and(|above| job.priority <= above) {
            return None;
        }
        job.state = State::Processing;
        (job.epoch, job.engine, job.attempt) = (job.epoch + 1, Some(engine), job.faults + 1);
        let claimed = Claimed {
            job: job.id,
            epoch: job.epoch,
            engine,
            attempt: job.attempt,
            subject: job.subject,
            priority: job.priority,
        };
        self.claims.push(Claim {
            job: claimed.job,
            epoch: claimed.epoch,
            engine,
        });
        self.history.entry(claimed.subject).or_default().push(Try {
            job: claimed.job,
            epoch: claimed.epoch,
            attempt: claimed.attempt,
            outcome: None,
        });
        Some(claimed)
    }

    pub(super) fn checkpoint(&mut self, claim: Claim) -> Answer {
        if !self.is_good(claim) {
            return Answer::Held(Held::Lost);
        }
        let (wish, lane) = (self.of(claim.job).wish, self.of(claim.job).lane);
        let paused = (!self.is_open(lane)).then_some(StopWish::Pause);
        Answer::Held(wish.or(paused).map_or(Held::Yes, Held::Stop))
    }

    pub(super) fn settle(&mut self, claim: Claim, ending: Ending) -> Answer {
        if !self.is_good(claim) {
            return Answer::Settled(Settled::ClaimLost);
        }
        let now = self.now;
        let job = self.of(claim.job);
        job.faults += u32::from(matches!(ending, Ending::Fault | Ending::GiveUp));
        let (faults, wish) = (job.faults, job.wish);
        let state = end_state(ending, wish, faults);
        let tried_again = matches!(ending, Ending::Fault) && !state.is_final();
        let not_before = tried_again.then(|| now + back_off_ms(faults));
        job.turn(state, now);
        job.not_before = not_before;
        self.end_try(claim.job, word(ending));
        if matches!(state, State::Completed | State::Problems) {
            self.dismiss_superseded(claim.job);
        }
        Answer::Settled(Settled::Recorded {
            state,
            not_before: not_before.map(Timestamp),
        })
    }

    /// What has been done after all is no dead letter any more.
    fn dismiss_superseded(&mut self, done: JobId) {
        let (subject, kind) = (self.of(done).subject, LANES[self.of(done).lane].1);
        for job in &mut self.jobs {
            let same = job.id != done && job.subject == subject && LANES[job.lane].1 == kind;
            job.dismissed |= same && job.state == State::Failed;
        }
    }

    pub(super) fn lose_engine(&mut self) {
        self.engine += 1;
        self.take_back();
    }

    pub(super) fn take_back(&mut self) -> Vec<JobId> {
        let engine = self.engine;
        let lost = |job: &&Job| job.engine.is_some_and(|of| of < engine);
        let mut lost: Vec<(Option<i64>, JobId)> = self
            .jobs
            .iter()
            .filter(lost)
            .map(|job| (job.engine, job.id))
            .collect();
        lost.sort_unstable();
        let lost: Vec<JobId> = lost.into_iter().map(|(_, id)| id).collect();
        for id in &lost {
            self.end_try(*id, "lost");
            let now = self.now;
            let job = self.of(*id);
            job.losses += 1;
            let state = match job.wish {
                Some(StopWish::Cancel) => State::Cancelled,
                _ if job.losses >= MAX_LOSSES => State::Failed,
                Some(StopWish::Pause) => State::Paused,
                None => State::Queued,
            };
            job.turn(state, now);
        }
        lost
    }
}

fn end_state(ending: Ending, wish: Option<StopWish>, faults: u32) -> State {
    match (ending, wish) {
        (Ending::Done, _) => State::Completed,
        (Ending::Problems, _) => State::Problems,
        (Ending::Cancelled, _) | (_, Some(StopWish::Cancel)) => State::Cancelled,
        (Ending::GiveUp, _) => State::Failed,
        (Ending::Fault, _) if faults >= 3 => State::Failed,
        (Ending::Fault | Ending::Yield, Some(StopWish::Pause)) => State::Paused,
        (Ending::Fault, None) => State::Retrying,
        (Ending::Yield, None) => State::Queued,
    }
}

fn word(ending: Ending) -> &'static str {
    match ending {
        Ending::Done => "done",
        Ending::Problems => "problems",
        Ending::Yield => "gave_way",
        Ending::Fault => "fault",
        Ending::GiveUp => "gave_up",
        Ending::Cancelled => "cancelled",
    }
}

/// A minute, then two, then four …, ten at most.
fn back_off_ms(faults: u32) -> i64 {
    let whole = Duration::from_secs(60) * 2_u32.pow(faults - 1);
    whole.min(RetryPolicy::default().cap).as_millis() as i64
}
