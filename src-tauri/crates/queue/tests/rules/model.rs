//! Any sequence of calls does what a plain list in memory would do.

use proptest::prelude::*;
use sheaf_queue::{
    Cancel, Claim, Enqueued, JobId, NewJob, Outcome, Priority, Settled, State, Timestamp, cancel,
    checkpoint, counts, enqueue, fail_by_hand, job, listing, move_to_top, pause_job, pause_lane,
    position, resume_job, resume_lane, retry, set_priority, take_back,
};
use sheaf_queue::{Held, Progress, RetryPolicy, StopWish};

use crate::queue::{LANE, MINUTE, Queue, fault, give_up};

const KEYS: [&str; 3] = ["a", "b", "c"];

/// One call. Jobs and claims are named by a number taken modulo how many there are.
#[derive(Clone, Debug)]
enum Call {
    Add {
        priority: i32,
        key: Option<usize>,
        later: bool,
    },
    Claim,
    Checkpoint(usize),
    Settle(usize, Ending),
    Cancel(usize),
    Pause(usize),
    Resume(usize),
    PauseLane(bool),
    SetPriority(usize, i32),
    Top(usize),
    Retry(usize),
    Fail(usize),
    ReplaceEngine,
    Wait,
}

#[derive(Clone, Copy, Debug)]
enum Ending {
    Done,
    Yield,
    Fault,
    GiveUp,
    Cancelled,
}

fn any_call() -> impl Strategy<Value = Call> {
    let n = 0..1_000_usize;
    let priority = prop_oneof![Just(25), Just(50), Just(75)];
    let ending = prop_oneof![
        Just(Ending::Done),
        Just(Ending::Yield),
        Just(Ending::Fault),
        Just(Ending::GiveUp),
        Just(Ending::Cancelled),
    ];
    let key = proptest::option::of(0..KEYS.len());
    prop_oneof![
        6 => (priority.clone(), key, prop::bool::weighted(0.2))
            .prop_map(|(priority, key, later)| Call::Add { priority, key, later }),
        6 => Just(Call::Claim),
        2 => n.clone().prop_map(Call::Checkpoint),
        4 => (n.clone(), ending).prop_map(|(n, ending)| Call::Settle(n, ending)),
        1 => n.clone().prop_map(Call::Cancel),
        1 => n.clone().prop_map(Call::Pause),
        1 => n.clone().prop_map(Call::Resume),
        1 => any::<bool>().prop_map(Call::PauseLane),
        1 => (n.clone(), priority).prop_map(|(n, priority)| Call::SetPriority(n, priority)),
        1 => n.clone().prop_map(Call::Top),
        1 => n.clone().prop_map(Call::Retry),
        1 => n.prop_map(Call::Fail),
        1 => Just(Call::ReplaceEngine),
        2 => Just(Call::Wait),
    ]
}

/// The queue as a person would explain it.
#[derive(Default)]
struct Model {
    jobs: Vec<Job>,
    lane_paused: bool,
}

#[derive(Clone, Debug)]
struct Job {
    id: JobId,
    key: Option<usize>,
    state: State,
    priority: i32,
    rank: i64,
    not_before: Option<i64>,
    faults: u32,
    wish: Option<StopWish>,
    /// The claim that may write, while processing.
    claim: Option<Claim>,
}

impl Job {
    fn stop(&mut self, state: State) {
        self.state = state;
        self.claim = None;
        self.wish = None;
        if state.is_final() || state == State::Queued {
            self.not_before = None;
        }
    }

    fn in_line(&self) -> bool {
        !self.state.is_final() && self.state != State::Processing
    }

    fn occupies(&self, key: usize) -> bool {
        self.key == Some(key) && !self.state.is_final() && self.wish != Some(StopWish::Cancel)
    }
}

impl Model {
    fn line(&self) -> Vec<JobId> {
        let mut line: Vec<&Job> = self
            .jobs
            .iter()
            .filter(|job| job.state == State::Queued)
            .collect();
        line.sort_by_key(|job| (-job.priority, job.rank, job.id));
        line.into_iter().map(|job| job.id).collect()
    }

    fn of(&mut self, id: JobId) -> &mut Job {
        self.jobs.iter_mut().find(|job| job.id == id).unwrap()
    }

    fn promote(&mut self, now: i64) {
        for job in &mut self.jobs {
            let waits = matches!(job.state, State::Waiting | State::Retrying);
            if waits && job.not_before.is_some_and(|time| time <= now) {
                job.stop(State::Queued);
            }
        }
    }
}

/// Queue and model side by side, and every claim that was ever given out.
struct Pair {
    queue: Queue,
    model: Model,
    claims: Vec<Claim>,
}

impl Pair {
    fn apply(&mut self, call: &Call) {
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

    fn compare(&self) {
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_calls_agrees_with_the_model(calls in prop::collection::vec(any_call(), 1..80)) {
        let mut pair =
            Pair { queue: Queue::new(), model: Model::default(), claims: Vec::new() };
        for call in &calls {
            pair.apply(call);
            pair.compare();
        }
    }
}
