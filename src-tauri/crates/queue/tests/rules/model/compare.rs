//! Whether queue and list are the same, looked at from every side.

use std::collections::HashSet;

use sheaf_queue::{
    JobId, Priority, State, attempts_of, best_queued, busy, counts, job, jobs_of, listing,
    next_due, position, subjects_in_hand,
};

use super::call::SUBJECTS;
use super::list::Job;
use super::pair::Pair;
use crate::queue::LANE;

impl Pair {
    pub(super) fn compare(&self) {
        for expect in &self.model.jobs {
            let row = job(&self.queue.conn, expect.id).unwrap().unwrap();
            assert_eq!(
                (
                    row.state,
                    row.priority.0,
                    row.wish,
                    row.not_before.map(|time| time.0),
                    row.epoch.0,
                    row.losses,
                ),
                (
                    expect.state,
                    expect.priority,
                    expect.wish,
                    expect.not_before,
                    expect.epoch,
                    expect.losses,
                ),
                "{row:?}"
            );
        }
        let known = self.model.jobs.len();
        let listed =
            (1..=SUBJECTS).map(|subject| jobs_of(&self.queue.conn, subject).unwrap().len());
        assert_eq!(listed.sum::<usize>(), known, "nothing lost, nothing more");
        self.compare_line();
        self.compare_counts();
        self.compare_outlook();
        self.compare_history();
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
        assert_eq!(counts.dead as usize, self.model.dead().len());
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
            (counts.problems, State::Problems),
            (counts.failed, State::Failed),
            (counts.cancelled, State::Cancelled),
        ] {
            assert_eq!(count as usize, of(state), "{state}");
        }
    }

    /// What an idle engine asks: is there anything to do, and when?
    fn compare_outlook(&self) {
        let conn = &self.queue.conn;
        let jobs = &self.model.jobs;
        let open = self.model.is_open();
        let line = self.model.line();
        let best = line.first().filter(|_| open).map(|id| {
            let best = jobs.iter().find(|job| job.id == *id);
            Priority(best.unwrap().priority)
        });
        assert_eq!(best_queued(conn, LANE).unwrap(), best);
        let waits = |job: &&Job| matches!(job.state, State::Waiting | State::Retrying);
        let due = jobs
            .iter()
            .filter(waits)
            .filter_map(|job| job.not_before)
            .min();
        assert_eq!(next_due(conn).unwrap().map(|at| at.0), due);
        let goes_on = |job: &Job| match job.state {
            State::Processing => true,
            State::Queued | State::Retrying => open,
            _ => false,
        };
        assert_eq!(busy(conn).unwrap(), jobs.iter().any(goes_on));
        let unfinished = jobs.iter().filter(|job| !job.state.is_final());
        let in_hand: HashSet<i64> = unfinished.map(|job| job.subject).collect();
        assert_eq!(subjects_in_hand(conn).unwrap(), in_hand);
    }

    /// Each claim is one attempt, told as long as its subject is there; one is open for each job that runs.
    fn compare_history(&self) {
        for subject in 1..=SUBJECTS {
            let history = attempts_of(&self.queue.conn, subject).unwrap();
            let claims = self.model.tries.get(&subject).copied().unwrap_or(0);
            assert_eq!(history.len(), claims);
            let open = history.iter().filter(|one| one.ended_at.is_none()).count();
            let running = self.model.jobs.iter();
            let running = running
                .filter(|job| job.subject == subject && job.state == State::Processing)
                .count();
            assert_eq!(open, running);
        }
    }
}
