//! The same calls made to the queue.

use sheaf_queue::{
    Claim, EngineEpoch, JobId, NewJob, Outcome, Priority, Progress, QueueError, RetryPolicy,
    Timestamp, cancel, checkpoint, claim, cleanup, cut_back_offs, dismiss, enqueue, fail_by_hand,
    fire, flush, forget_subject, hold, move_to_top, pause_all, pause_job, pause_lane, promote_due,
    resume_all, resume_job, resume_lane, retry, retry_all_dead, schedules, set_lane, set_priority,
    set_schedule, take_back,
};

use super::answer::{Answer, Claimed};
use super::call::{Add, By, Call, Ending, LANES, SCHEDULES};
use crate::queue::{MINUTE, Queue, fault, give_up};

pub(super) struct Real {
    pub(super) queue: Queue,
    /// Every claim that was ever given out.
    pub(super) claims: Vec<Claim>,
    /// All jobs there are, oldest first.
    jobs: Vec<JobId>,
}

impl Real {
    pub(super) fn new() -> Self {
        Self {
            queue: Queue::new(),
            claims: Vec::new(),
            jobs: Vec::new(),
        }
    }

    pub(super) fn do_call(&mut self, call: &Call) -> Answer {
        let answer = self.call(call);
        self.jobs = self.all_jobs();
        answer
    }

    fn call(&mut self, call: &Call) -> Answer {
        let queue = &mut self.queue;
        match *call {
            Call::Add(ref add) => self.add(add),
            Call::Claim(lane, above, by) => self.claim(lane, above, by),
            Call::Hold(n) => self.under(n, |queue, claim| {
                Answer::Yes(queue.write(|tx, _| hold(tx, claim)))
            }),
            Call::Checkpoint(n) => self.under(n, |queue, claim| {
                let progress = Progress {
                    stage: "reading",
                    done: 1,
                    total: None,
                };
                Answer::Held(queue.write(|tx, now| checkpoint(tx, claim, &progress, now)))
            }),
            Call::Settle(n, ending) => self.under(n, |queue, claim| {
                Answer::Settled(queue.settle(claim, &outcome(ending)))
            }),
            Call::Cancel(n) => self.on(n, |queue, job| {
                Answer::Cancel(queue.write(|tx, now| cancel(tx, job, now)))
            }),
            Call::Pause(n) => self.yes(n, |tx, job, _| pause_job(tx, job)),
            Call::Resume(n) => self.yes(n, resume_job),
            Call::SetPriority(n, to) => {
                self.yes(n, |tx, job, _| set_priority(tx, job, Priority(to)))
            }
            Call::Top(n) => self.yes(n, |tx, job, _| move_to_top(tx, job)),
            Call::Retry(n) => self.yes(n, retry),
            Call::Fail(n) => self.yes(n, |tx, job, now| fail_by_hand(tx, job, "stuck", now)),
            Call::Dismiss(n) => self.yes(n, |tx, job, _| dismiss(tx, job)),
            Call::RetryAllDead => Answer::Count(queue.write(retry_all_dead)),
            Call::PauseLane(lane, paused) => Answer::Yes(queue.write(|tx, _| match paused {
                true => pause_lane(tx, LANES[lane].0),
                false => resume_lane(tx, LANES[lane].0),
            })),
            Call::PauseAll(paused) => Answer::Yes(queue.write(|tx, _| match paused {
                true => pause_all(tx),
                false => resume_all(tx),
            })),
            Call::Limit(lane, limit) => {
                queue.write(|tx, _| set_lane(tx, LANES[lane].0, 2, 0, limit));
                Answer::Nothing
            }
            Call::Cleanup => Answer::Count(queue.write(cleanup)),
            Call::Flush => Answer::Count(queue.write(flush)),
            Call::Forget(subject) => {
                Answer::Count(queue.write(|tx, _| forget_subject(tx, subject)))
            }
            Call::Promote => Answer::Count(queue.write(promote_due)),
            Call::TakeOver => {
                queue.replace_engine();
                Answer::Nothing
            }
            Call::TakeBack(by) => self.take_back(by),
            Call::LoseEngines(times) => {
                for _ in 0..times {
                    self.queue.replace_engine();
                    self.take_back(By::Engine);
                }
                Answer::Nothing
            }
            Call::CutBackOffs => Answer::Count(
                queue.write(|tx, now| cut_back_offs(tx, now.after(RetryPolicy::default().cap))),
            ),
            Call::SetSchedule(n, due) => {
                queue.write(|tx, now| {
                    let next = due.map(|due| Timestamp(now.0 + due));
                    set_schedule(tx, SCHEDULES[n], "*/5 * * * *", next)
                });
                Answer::Nothing
            }
            Call::Fire(n, by) => self.fire(n, by),
            Call::Wait(ms) => {
                queue.wait(ms);
                Answer::Nothing
            }
        }
    }

    fn add(&mut self, add: &Add) -> Answer {
        let (dedup, now) = (add.dedup(), self.queue.now);
        let (lane, kind) = LANES[add.lane];
        let new = NewJob {
            dedup: dedup.as_deref(),
            priority: Priority(add.priority),
            not_before: add.later.map(|later| Timestamp(now.0 + later)),
            ..NewJob::new(lane, kind, add.subject)
        };
        match self.queue.try_write(|tx, now| enqueue(tx, &new, now)) {
            Ok(enqueued) => Answer::Enqueued(enqueued),
            Err(QueueError::Full { limit }) => Answer::Full(limit),
            Err(error) => panic!("{error}"),
        }
    }

    fn claim(&mut self, lane: usize, above: Option<i32>, by: By) -> Answer {
        let (engine, above) = (self.engine(by), above.map(Priority));
        let claim = self
            .queue
            .write(|tx, now| claim(tx, LANES[lane].0, engine, above, now));
        self.claims.extend(claim.clone());
        Answer::Claimed(claim.map(|claim| Claimed {
            job: claim.job,
            epoch: claim.epoch.0,
            engine: claim.engine.0,
            attempt: claim.attempt,
            subject: claim.subject,
            priority: claim.priority.0,
        }))
    }

    fn take_back(&mut self, by: By) -> Answer {
        let engine = self.engine(by);
        match self.queue.try_write(|tx, now| take_back(tx, engine, now)) {
            Ok(jobs) => Answer::TakenBack(jobs),
            Err(QueueError::RoleLost) => Answer::RoleLost,
            Err(error) => panic!("{error}"),
        }
    }

    fn fire(&mut self, n: usize, by: By) -> Answer {
        let name = SCHEDULES[n];
        let all = schedules(&self.queue.conn).unwrap();
        let row = all.into_iter().find(|row| row.name == name);
        let due = row.and_then(|row| row.next_at).unwrap_or(Timestamp(0));
        let engine = self.engine(by);
        Answer::Yes(self.queue.write(|tx, now| {
            let next = Timestamp(now.0 + 5 * MINUTE);
            fire(tx, engine, name, due, Some(next), now)
        }))
    }

    fn engine(&self, by: By) -> EngineEpoch {
        match by {
            By::Engine => self.queue.engine(),
            By::Former => EngineEpoch(self.queue.engine().0 - 1),
        }
    }

    fn on(&mut self, n: usize, call: impl FnOnce(&mut Queue, JobId) -> Answer) -> Answer {
        match n.checked_rem(self.jobs.len()) {
            Some(index) => call(&mut self.queue, self.jobs[index]),
            None => Answer::Nothing,
        }
    }

    fn yes(
        &mut self,
        n: usize,
        call: impl FnOnce(&rusqlite::Transaction, JobId, Timestamp) -> Result<bool, QueueError>,
    ) -> Answer {
        self.on(n, |queue, job| {
            Answer::Yes(queue.write(|tx, now| call(tx, job, now)))
        })
    }

    fn under(&mut self, n: usize, call: impl FnOnce(&mut Queue, &Claim) -> Answer) -> Answer {
        match n.checked_rem(self.claims.len()) {
            Some(index) => call(&mut self.queue, &self.claims[index]),
            None => Answer::Nothing,
        }
    }

    fn all_jobs(&self) -> Vec<JobId> {
        let mut jobs: Vec<JobId> = (1..=super::call::SUBJECTS)
            .flat_map(|subject| sheaf_queue::jobs_of(&self.queue.conn, subject).unwrap())
            .map(|row| row.job)
            .collect();
        jobs.sort_unstable();
        jobs
    }
}

fn outcome(ending: Ending) -> Outcome {
    match ending {
        Ending::Done => Outcome::Done,
        Ending::Problems => Outcome::Problems {
            code: "page_corrupt".into(),
            message: "A page could not be read.".into(),
        },
        Ending::Yield => Outcome::Yield,
        Ending::Fault => fault(),
        Ending::GiveUp => give_up(),
        Ending::Cancelled => Outcome::Cancelled,
    }
}
