//! What people do to jobs, made to queue and list alike.

use sheaf_queue::{
    Cancel, JobId, Priority, State, StopWish, cancel, fail_by_hand, move_to_top, pause_all,
    pause_job, pause_lane, resume_all, resume_job, resume_lane, set_priority,
};

use super::pair::Pair;
use crate::queue::LANE;

impl Pair {
    pub(super) fn cancel(&mut self, id: JobId) {
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

    pub(super) fn pause(&mut self, id: JobId) {
        self.queue.write(|tx, _| pause_job(tx, id));
        let job = self.model.of(id);
        if job.state == State::Processing {
            job.wish = job.wish.or(Some(StopWish::Pause));
        } else if job.in_line() {
            job.state = State::Paused;
        }
    }

    pub(super) fn resume(&mut self, id: JobId) {
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

    pub(super) fn pause_lane(&mut self, paused: bool) {
        self.model.lane_paused = paused;
        self.queue.write(|tx, _| {
            if paused {
                pause_lane(tx, LANE)
            } else {
                resume_lane(tx, LANE)
            }
        });
    }

    pub(super) fn set_priority(&mut self, id: JobId, priority: i32) {
        self.queue
            .write(|tx, _| set_priority(tx, id, Priority(priority)));
        let job = self.model.of(id);
        if !job.state.is_final() {
            (job.priority, job.rank) = (priority, 0);
        }
    }

    pub(super) fn top(&mut self, id: JobId) {
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

    pub(super) fn fail(&mut self, id: JobId) {
        self.queue
            .write(|tx, now| fail_by_hand(tx, id, "stuck", now));
        let job = self.model.of(id);
        if !job.state.is_final() {
            job.stop(State::Failed);
        }
    }

    pub(super) fn pause_all(&mut self, paused: bool) {
        let changed = self.queue.write(|tx, _| match paused {
            true => pause_all(tx),
            false => resume_all(tx),
        });
        assert_eq!(changed, self.model.all_paused != paused);
        self.model.all_paused = paused;
    }
}
