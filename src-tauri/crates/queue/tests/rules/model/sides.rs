//! Whether queue and list are the same, looked at from every side.

use std::collections::HashSet;

use sheaf_queue::{
    JobId, Priority, State, attempts_of, best_queued, busy, counts, dead, hold, job, jobs_of,
    listing, next_due, position, schedules, subjects_in_hand,
};

use super::call::{LANES, SCHEDULES, SUBJECTS};
use super::list::{Job, Model};
use super::real::Real;

impl Real {
    pub(super) fn compare(&self, model: &Model) {
        self.compare_rows(model);
        self.compare_owners(model);
        for lane in 0..LANES.len() {
            self.compare_line(model, lane);
        }
        self.compare_counts(model);
        self.compare_outlook(model);
        self.compare_history(model);
        self.compare_schedules(model);
    }

    fn compare_rows(&self, model: &Model) {
        for expect in &model.jobs {
            let row = job(&self.queue.conn, expect.id).unwrap().unwrap();
            assert_eq!(
                (
                    row.state,
                    row.priority.0,
                    row.wish,
                    row.not_before.map(|at| at.0)
                ),
                (
                    expect.state,
                    expect.priority,
                    expect.wish,
                    expect.not_before
                ),
                "{row:?}"
            );
            assert_eq!(
                (
                    row.epoch.0,
                    row.engine.map(|of| of.0),
                    row.attempt,
                    row.losses
                ),
                (expect.epoch, expect.engine, expect.attempt, expect.losses),
                "{row:?}"
            );
            assert_eq!(
                row.finished_at.map(|at| at.0),
                expect.finished_at,
                "{row:?}"
            );
        }
        let listed =
            (1..=SUBJECTS).map(|subject| jobs_of(&self.queue.conn, subject).unwrap().len());
        assert_eq!(
            listed.sum::<usize>(),
            model.jobs.len(),
            "nothing lost, nothing more"
        );
    }

    /// Of all claims ever given out, at most one of a job is good.
    fn compare_owners(&self, model: &Model) {
        let tx = self.queue.conn.unchecked_transaction().unwrap();
        let mut owned = HashSet::new();
        for (claim, expect) in self.claims.iter().zip(&model.claims) {
            let good = hold(&tx, claim).unwrap();
            assert_eq!(good, model.is_good(*expect), "{claim:?}");
            assert!(
                !good || owned.insert(claim.job),
                "two owners of {}",
                claim.job
            );
        }
    }

    fn compare_line(&self, model: &Model, lane: usize) {
        let line = model.line(lane);
        for (place, id) in (1..).zip(&line) {
            assert_eq!(position(&self.queue.conn, *id).unwrap(), Some(place));
        }
        let shown: Vec<JobId> = listing(&self.queue.conn, Some(LANES[lane].0), 1_000, 0)
            .unwrap()
            .into_iter()
            .filter(|row| row.position.is_some())
            .map(|row| row.job)
            .collect();
        assert_eq!(shown, line);
    }

    fn compare_counts(&self, model: &Model) {
        let counts = counts(&self.queue.conn).unwrap();
        let of = |state| model.jobs.iter().filter(|job| job.state == state).count();
        for (count, state) in [
            (counts.waiting, State::Waiting),
            (counts.queued, State::Queued),
            (counts.processing, State::Processing),
            (counts.retrying, State::Retrying),
            (counts.paused, State::Paused),
            (counts.completed, State::Completed),
            (counts.problems, State::Problems),
            (counts.failed, State::Failed),
            (counts.cancelled, State::Cancelled),
        ] {
            assert_eq!(count as usize, of(state), "{state}");
        }
        let mut letters: Vec<JobId> = dead(&self.queue.conn, 1_000)
            .unwrap()
            .into_iter()
            .map(|row| row.job)
            .collect();
        letters.sort_unstable();
        assert_eq!(letters, model.dead());
        assert_eq!(counts.dead as usize, letters.len());
    }

    /// What an idle engine asks: is there anything to do, and when?
    fn compare_outlook(&self, model: &Model) {
        let conn = &self.queue.conn;
        for (lane, (name, _)) in LANES.iter().enumerate() {
            let first = model.line(lane).first().copied();
            let first = model.jobs.iter().find(|job| Some(job.id) == first);
            let best = first.filter(|_| model.is_open(lane));
            let best = best.map(|job| Priority(job.priority));
            assert_eq!(best_queued(conn, name).unwrap(), best);
        }
        let waits = |job: &&Job| matches!(job.state, State::Waiting | State::Retrying);
        let waiting = model.jobs.iter().filter(waits);
        let due = waiting.filter_map(|job| job.not_before).min();
        assert_eq!(next_due(conn).unwrap().map(|at| at.0), due);
        let goes_on = |job: &Job| match job.state {
            State::Processing => true,
            State::Queued | State::Retrying => model.is_open(job.lane),
            _ => false,
        };
        assert_eq!(busy(conn).unwrap(), model.jobs.iter().any(goes_on));
        let unfinished = model.jobs.iter().filter(|job| !job.state.is_final());
        let in_hand: HashSet<i64> = unfinished.map(|job| job.subject).collect();
        assert_eq!(subjects_in_hand(conn).unwrap(), in_hand);
    }

    /// Each claim is one try, told as long as its subject is there.
    fn compare_history(&self, model: &Model) {
        for subject in 1..=SUBJECTS {
            let told: Vec<_> = attempts_of(&self.queue.conn, subject)
                .unwrap()
                .into_iter()
                .map(|row| (row.job, row.epoch.0, row.attempt, row.outcome))
                .collect();
            let tries = model.history.get(&subject).into_iter().flatten();
            let mut expect: Vec<_> = tries
                .map(|one| {
                    (
                        one.job,
                        one.epoch,
                        one.attempt,
                        one.outcome.map(str::to_owned),
                    )
                })
                .collect();
            expect.sort_unstable();
            assert_eq!(told, expect);
        }
    }

    fn compare_schedules(&self, model: &Model) {
        let rows = schedules(&self.queue.conn).unwrap();
        for (name, expect) in SCHEDULES.iter().zip(&model.schedules) {
            let row = rows.iter().find(|row| row.name == *name);
            assert_eq!(row.is_some(), expect.set);
            let times = row.map(|row| (row.next_at.map(|at| at.0), row.last_at.map(|at| at.0)));
            let expect = expect.set.then_some((expect.next_at, expect.last_at));
            assert_eq!(times, expect, "{name}");
        }
    }
}
