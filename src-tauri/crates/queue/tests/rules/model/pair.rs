//! Queue and list side by side: every call is made to both, and both must answer the same.

use sheaf_queue::{
    Cancel, Claim, Enqueued, Held, JobId, NewJob, Outcome, Priority, Progress, RetryPolicy,
    Settled, State, StopWish, Timestamp, cancel, checkpoint, counts, enqueue, fail_by_hand, job,
    listing, move_to_top, pause_job, pause_lane, position, resume_job, resume_lane, retry,
    set_priority, take_back,
};

use super::call::{Call, Ending, KEYS};
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
            Call::Add {
                priority,
                key,
                later,
            } => self.add(priority, key, later),
            Call::Claim => self.claim(),
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
            Call::ReplaceEngine => self.replace_engine(),
            Call::Wait => self.queue.wait(MINUTE / 2),
        }
    }

    fn on_job(&mut self, n: usize, call: impl Fn(&mut Self, JobId)) {
        if let Some(index) = n.checked_rem(self.model.jobs.len()) {
            let id = self.model.jobs[index].id;
            call(self, id);
        }
    }

    fn add(&mut self, priority: i32, key: Option<usize>, later: bool) {
        let now = self.queue.now.0;
        let not_before = later.then_some(now + MINUTE);
        let new = NewJob {
            dedup: key.map(|key| KEYS[key]),
            priority: Priority(priority),
            not_before: not_before.map(Timestamp),
            ..NewJob::new(LANE, "read", 1)
        };
        let same = key.and_then(|key| self.model.jobs.iter().position(|job| job.occupies(key)));
        let result = self.queue.write(|tx, now| enqueue(tx, &new, now));
        let Some(index) = same else {
            let Enqueued::New(id) = result else {
                panic!("{result:?} of {new:?}")
            };
            let state = if later { State::Waiting } else { State::Queued };
            self.model.jobs.push(Job {
                id,
                key,
                state,
                priority,
                rank: 0,
                not_before,
                faults: 0,
                wish: None,
                claim: None,
            });
            return;
        };
        let job = &mut self.model.jobs[index];
        assert_eq!(result, Enqueued::Raised(job.id));
        if job.priority < priority {
            (job.priority, job.rank) = (priority, 0);
        }
        if job.state == State::Waiting {
            job.not_before = job.not_before.min(Some(not_before.unwrap_or(now)));
        }
        self.model.promote(now);
    }

    fn claim(&mut self) {
        self.model.promote(self.queue.now.0);
        let next = self
            .model
            .line()
            .first()
            .copied()
            .filter(|_| !self.model.lane_paused);
        let claim = self.queue.claim();
        assert_eq!(claim.as_ref().map(|claim| claim.job), next);
        if let Some(claim) = claim {
            let job = self.model.of(claim.job);
            assert_eq!(claim.attempt, job.faults + 1);
            job.state = State::Processing;
            job.claim = Some(claim.clone());
            self.claims.push(claim);
        }
    }

    /// Any claim ever given out, and whether it is still good.
    fn some_claim(&mut self, n: usize) -> Option<(Claim, bool)> {
        let claim = self.claims.get(n.checked_rem(self.claims.len())?)?.clone();
        let good = self.model.of(claim.job).claim.as_ref() == Some(&claim)
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
        let paused = self.model.lane_paused.then_some(StopWish::Pause);
        let expect = match self.model.of(claim.job).wish.or(paused) {
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
    }

    fn cancel(&mut self, id: JobId) {
        let done = self.queue.write(|tx, now| cancel(tx, id, now));
        let job = self.model.of(id);
        if job.state == State::Processing {
            job.wish = Some(StopWish::Cancel);
            assert_eq!(done, Cancel::AtNextPage);
        } else if job.in_line() {
            job.stop(State::Cancelled);
            assert_eq!(done, Cancel::Done);
        } else {
            assert_eq!(done, Cancel::NotActive);
        }
    }

    fn pause(&mut self, id: JobId) {
        self.queue.write(|tx, _| pause_job(tx, id));
        let job = self.model.of(id);
        if job.state == State::Processing {
            job.wish = job.wish.or(Some(StopWish::Pause));
        } else if job.in_line() {
            job.state = State::Paused;
        }
    }

    fn resume(&mut self, id: JobId) {
        self.queue.write(|tx, now| resume_job(tx, id, now));
        let now = self.queue.now.0;
        let job = self.model.of(id);
        if job.wish == Some(StopWish::Pause) {
            job.wish = None;
        }
        if job.state == State::Paused {
            match (job.not_before, job.faults) {
                (Some(time), 0) if time > now => job.state = State::Waiting,
                (Some(time), _) if time > now => job.state = State::Retrying,
                _ => job.stop(State::Queued),
            }
        }
    }

    fn pause_lane(&mut self, paused: bool) {
        self.model.lane_paused = paused;
        self.queue.write(|tx, _| {
            if paused {
                pause_lane(tx, LANE)
            } else {
                resume_lane(tx, LANE)
            }
        });
    }

    fn set_priority(&mut self, id: JobId, priority: i32) {
        self.queue
            .write(|tx, _| set_priority(tx, id, Priority(priority)));
        let job = self.model.of(id);
        if !job.state.is_final() {
            (job.priority, job.rank) = (priority, 0);
        }
    }

    fn top(&mut self, id: JobId) {
        self.queue.write(|tx, _| move_to_top(tx, id));
        let best = self
            .model
            .line()
            .first()
            .map(|best| self.model.of(*best).clone());
        let job = self.model.of(id);
        if job.in_line() {
            (job.priority, job.rank) = match best {
                Some(best) if best.priority >= job.priority => (best.priority, best.rank - 1),
                Some(_) | None => (job.priority, 0),
            };
        }
    }

    fn retry(&mut self, id: JobId) {
        let again = self.queue.write(|tx, now| retry(tx, id, now));
        let key = self.model.of(id).key;
        let taken = key.is_some_and(|key| {
            self.model
                .jobs
                .iter()
                .any(|other| other.id != id && other.occupies(key))
        });
        let job = self.model.of(id);
        let wrong = matches!(
            job.state,
            State::Failed | State::Cancelled | State::Retrying
        );
        assert_eq!(again, wrong && !taken);
        if again {
            job.stop(State::Queued);
            (job.faults, job.rank) = (0, 0);
        }
    }

    fn fail(&mut self, id: JobId) {
        self.queue
            .write(|tx, now| fail_by_hand(tx, id, "stuck", now));
        let job = self.model.of(id);
        if !job.state.is_final() {
            job.stop(State::Failed);
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
            job.stop(match job.wish {
                Some(StopWish::Cancel) => State::Cancelled,
                Some(StopWish::Pause) => State::Paused,
                None => State::Queued,
            });
        }
        assert_eq!(lost, expect);
    }

    pub(super) fn compare(&self) {
        for expect in &self.model.jobs {
            let row = job(&self.queue.conn, expect.id).unwrap().unwrap();
            assert_eq!(
                (
                    row.state,
                    row.priority.0,
                    row.wish,
                    row.not_before.map(|time| time.0)
                ),
                (
                    expect.state,
                    expect.priority,
                    expect.wish,
                    expect.not_before
                ),
                "{row:?}"
            );
        }
        self.compare_line();
        self.compare_counts();
    }

    fn compare_line(&self) {
        let line = self.model.line();
        for (place, id) in (1..).zip(&line) {
            assert_eq!(position(&self.queue.conn, *id).unwrap(), Some(place));
        }
        let shown: Vec<JobId> = listing(&self.queue.conn, Some(LANE), 1_000, 0)
            .unwrap()
            .into_iter()
            .filter(|row| row.position.is_some())
            .map(|row| row.job)
            .collect();
        assert_eq!(shown, line);
    }

    fn compare_counts(&self) {
        let counts = counts(&self.queue.conn).unwrap();
        let of = |state| {
            self.model
                .jobs
                .iter()
                .filter(|job| job.state == state)
                .count()
        };
        for (count, state) in [
            (counts.waiting, State::Waiting),
            (counts.queued, State::Queued),
            (counts.processing, State::Processing),
            (counts.retrying, State::Retrying),
            (counts.paused, State::Paused),
            (counts.completed, State::Completed),
            (counts.failed, State::Failed),
            (counts.cancelled, State::Cancelled),
        ] {
            assert_eq!(count as usize, of(state), "{state}");
        }
    }
}
