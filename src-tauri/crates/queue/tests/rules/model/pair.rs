//! Queue and list side by side: every call is made to both, and both must answer the same.

use sheaf_queue::{
    Claim, Enqueued, Held, JobId, NewJob, Outcome, Priority, Progress, QueueError, RetryPolicy,
    Settled, State, StopWish, Timestamp, checkpoint, claim, enqueue, hold, take_back,
};

use super::call::{Add, Call, Ending, KEYS};
use super::list::{Job, Model};
use crate::queue::{LANE, MINUTE, Queue, fault, give_up};

/// Queue and model side by side, and every claim that was ever given out.
pub(super) struct Pair {
    pub(super) queue: Queue,
    pub(super) model: Model,
    pub(super) claims: Vec<Claim>,
}

impl Pair {
    pub(super) fn apply(&mut self, call: &Call) {
        match *call {
            Call::Add(ref add) => self.add(add),
            Call::Claim(above) => self.claim(above),
            Call::Hold(n) => self.hold(n),
            Call::Checkpoint(n) => self.checkpoint(n),
            Call::Settle(n, ending) => self.settle(n, ending),
            Call::Cancel(n) => self.on_job(n, Self::cancel),
            Call::Pause(n) => self.on_job(n, Self::pause),
            Call::Resume(n) => self.on_job(n, Self::resume),
            Call::PauseLane(paused) => self.pause_lane(paused),
            Call::SetPriority(n, priority) => {
                self.on_job(n, |pair, id| pair.set_priority(id, priority));
            }
            Call::Top(n) => self.on_job(n, Self::top),
            Call::Retry(n) => self.on_job(n, Self::retry),
            Call::Fail(n) => self.on_job(n, Self::fail),
            Call::PauseAll(paused) => self.pause_all(paused),
            Call::Dismiss(n) => self.on_job(n, Self::dismiss),
            Call::RetryAllDead => self.retry_all_dead(),
            Call::Cleanup => self.cleanup(),
            Call::Flush => self.flush(),
            Call::Forget(subject) => self.forget(subject),
            Call::Limit(limit) => self.limit(limit),
            Call::Promote => self.promote(),
            Call::ReplaceEngine => self.replace_engine(),
            Call::Wait => self.queue.wait(MINUTE / 2),
        }
        self.model.stamp(self.queue.now.0);
    }

    fn on_job(&mut self, n: usize, call: impl Fn(&mut Self, JobId)) {
        if let Some(index) = n.checked_rem(self.model.jobs.len()) {
            let id = self.model.jobs[index].id;
            call(self, id);
        }
    }

    fn add(&mut self, add: &Add) {
        let now = self.queue.now.0;
        let not_before = add.later.then_some(now + MINUTE);
        // A key belongs to a subject.
        let dedup = add.key.map(|key| format!("{}:{}", add.subject, KEYS[key]));
        let new = NewJob {
            dedup: dedup.as_deref(),
            priority: Priority(add.priority),
            not_before: not_before.map(Timestamp),
            ..NewJob::new(LANE, "read", add.subject)
        };
        let jobs = &self.model.jobs;
        let same = dedup.as_deref();
        let same = same.and_then(|key| jobs.iter().position(|job| job.occupies(key)));
        let is_full = jobs.iter().filter(|job| job.in_line()).count() >= self.model.limit;
        let result = self.queue.try_write(|tx, now| enqueue(tx, &new, now));
        match (same, result) {
            (Some(index), Ok(result)) => {
                assert_eq!(result, Enqueued::Raised(jobs[index].id));
                self.raise(index, add.priority, not_before);
            }
            (None, Err(QueueError::Full { .. })) if is_full => {}
            (None, Ok(Enqueued::New(id))) if !is_full => {
                let state = if add.later {
                    State::Waiting
                } else {
                    State::Queued
                };
                let job = Job::new(id, add.subject, dedup, state, add.priority, not_before);
                self.model.jobs.push(job);
            }
            (_, result) => panic!("{result:?} of {new:?}"),
        }
    }

    fn raise(&mut self, index: usize, priority: i32, not_before: Option<i64>) {
        let now = self.queue.now.0;
        let job = &mut self.model.jobs[index];
        if job.priority < priority {
            (job.priority, job.rank) = (priority, 0);
        }
        if job.state == State::Waiting {
            job.not_before = job.not_before.min(Some(not_before.unwrap_or(now)));
        }
        self.model.promote(now);
    }

    fn promote(&mut self) {
        self.queue.promote();
        self.model.promote(self.queue.now.0);
    }

    fn claim(&mut self, above: Option<i32>) {
        self.model.promote(self.queue.now.0);
        let next = self.model.line().first().copied();
        let next = next.filter(|id| {
            let priority = self.model.of(*id).priority;
            self.model.is_open() && above.is_none_or(|above| priority > above)
        });
        let (engine, above) = (self.queue.engine(), above.map(Priority));
        let claim = self
            .queue
            .write(|tx, now| claim(tx, LANE, engine, above, now));
        assert_eq!(claim.as_ref().map(|claim| claim.job), next);
        let Some(claim) = claim else { return };
        let job = self.model.of(claim.job);
        job.epoch += 1;
        assert_eq!((claim.attempt, claim.epoch.0), (job.faults + 1, job.epoch));
        job.state = State::Processing;
        job.claim = Some(claim.clone());
        *self.model.tries.entry(claim.subject).or_default() += 1;
        self.claims.push(claim);
    }

    fn hold(&mut self, n: usize) {
        if let Some((claim, good)) = self.some_claim(n) {
            assert_eq!(self.queue.write(|tx, _| hold(tx, &claim)), good);
        }
    }

    /// Any claim ever given out, and whether it is still good.
    fn some_claim(&mut self, n: usize) -> Option<(Claim, bool)> {
        let claim = self.claims.get(n.checked_rem(self.claims.len())?)?.clone();
        let job = self.model.jobs.iter().find(|job| job.id == claim.job);
        let good = job.is_some_and(|job| job.claim.as_ref() == Some(&claim))
            && claim.engine == self.queue.engine();
        Some((claim, good))
    }

    fn checkpoint(&mut self, n: usize) {
        let Some((claim, good)) = self.some_claim(n) else {
            return;
        };
        let progress = Progress {
            stage: "reading",
            done: 1,
            total: None,
        };
        let held = self
            .queue
            .write(|tx, now| checkpoint(tx, &claim, &progress, now));
        let paused = (!self.model.is_open()).then_some(StopWish::Pause);
        let wish = good.then(|| self.model.of(claim.job).wish).flatten();
        let expect = match wish.or(paused) {
            _ if !good => Held::Lost,
            Some(wish) => Held::Stop(wish),
            None => Held::Yes,
        };
        assert_eq!(held, expect);
    }

    fn settle(&mut self, n: usize, ending: Ending) {
        let Some((claim, good)) = self.some_claim(n) else {
            return;
        };
        let outcome = match ending {
            Ending::Done => Outcome::Done,
            Ending::Problems => problems(),
            Ending::Yield => Outcome::Yield,
            Ending::Fault => fault(),
            Ending::GiveUp => give_up(),
            Ending::Cancelled => Outcome::Cancelled,
        };
        let settled = self.queue.settle(&claim, &outcome);
        if !good {
            assert_eq!(settled, Settled::ClaimLost);
            return;
        }
        let now = self.queue.now;
        let job = self.model.of(claim.job);
        job.faults += u32::from(matches!(ending, Ending::Fault | Ending::GiveUp));
        let faults = job.faults;
        let cancelled = job.wish == Some(StopWish::Cancel);
        let paused = job.wish == Some(StopWish::Pause);
        let due = matches!(ending, Ending::Fault)
            .then(|| now.after(RetryPolicy::default().delay(faults, 1.0)).0);
        job.stop(match ending {
            Ending::Done => State::Completed,
            Ending::Problems => State::Problems,
            _ if cancelled => State::Cancelled,
            Ending::Cancelled => State::Cancelled,
            Ending::GiveUp => State::Failed,
            Ending::Fault if faults >= 3 => State::Failed,
            Ending::Fault | Ending::Yield if paused => State::Paused,
            Ending::Fault => State::Retrying,
            Ending::Yield => State::Queued,
        });
        if !job.state.is_final() {
            job.not_before = due;
        }
        if matches!(job.state, State::Completed | State::Problems) {
            self.model.dismiss_others(claim.job, claim.subject);
        }
    }

    fn replace_engine(&mut self) {
        self.queue.replace_engine();
        let engine = self.queue.engine();
        let lost = self.queue.write(|tx, now| take_back(tx, engine, now)).len();
        let running = self
            .model
            .jobs
            .iter_mut()
            .filter(|job| job.state == State::Processing);
        let mut expect = 0;
        for job in running {
            expect += 1;
            job.losses += 1;
            job.stop(match job.wish {
                Some(StopWish::Cancel) => State::Cancelled,
                Some(StopWish::Pause) => State::Paused,
                None => State::Queued,
            });
        }
        assert_eq!(lost, expect);
    }
}

fn problems() -> Outcome {
    Outcome::Problems {
        code: "page_corrupt".into(),
        message: "A page could not be read.".into(),
    }
}
