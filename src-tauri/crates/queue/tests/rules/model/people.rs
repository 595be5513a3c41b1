//! What people want of single jobs, as the list does it.

use sheaf_queue::{Cancel, JobId, State, StopWish};

use super::answer::Answer;
use super::list::Model;

impl Model {
    pub(super) fn cancel(&mut self, id: JobId) -> Answer {
        let now = self.now;
        let job = self.of(id);
        Answer::Cancel(if job.state == State::Processing {
            job.wish = Some(StopWish::Cancel);
            Cancel::AtNextPage
        } else if job.is_in_line() {
            job.turn(State::Cancelled, now);
            Cancel::Done
        } else {
            Cancel::NotActive
        })
    }

    pub(super) fn pause(&mut self, id: JobId) -> Answer {
        let job = self.of(id);
        Answer::Yes(if job.state == State::Processing {
            let paused = job.wish != Some(StopWish::Cancel);
            job.wish = job.wish.or(Some(StopWish::Pause));
            paused
        } else if job.is_in_line() {
            job.state = State::Paused;
            true
        } else {
            false
        })
    }

    pub(super) fn resume(&mut self, id: JobId) -> Answer {
        let now = self.now;
        let job = self.of(id);
        if job.wish == Some(StopWish::Pause) {
            job.wish = None;
            return Answer::Yes(true);
        }
        if job.state != State::Paused {
            return Answer::Yes(false);
        }
        job.not_before = job.not_before.filter(|time| *time > now);
        job.state = match (job.not_before, job.faults) {
            (None, _) => State::Queued,
            (Some(_), 0) => State::Waiting,
            (Some(_), _) => State::Retrying,
        };
        Answer::Yes(true)
    }

    pub(super) fn set_priority(&mut self, id: JobId, priority: i32) -> Answer {
        let job = self.of(id);
        let changes = !job.state.is_final();
        if changes {
            (job.priority, job.rank) = (priority, 0);
        }
        Answer::Yes(changes)
    }

    pub(super) fn top(&mut self, id: JobId) -> Answer {
        let lane = self.of(id).lane;
        let first = self.line(lane).first().copied();
        let best = first.map(|first| (self.of(first).priority, self.of(first).rank));
        let job = self.of(id);
        if !job.is_in_line() {
            return Answer::Yes(false);
        }
        (job.priority, job.rank) = match best {
            Some((best, rank)) if best >= job.priority => (best, rank - 1),
            Some(_) | None => (job.priority, 0),
        };
        Answer::Yes(true)
    }

    /// Whether the job was in a state to be tried again, and its key was free.
    pub(super) fn retry(&mut self, id: JobId) -> bool {
        let (key, now) = (self.of(id).key.clone(), self.now);
        let mut others = self.jobs.iter().filter(|job| job.id != id);
        let taken = key.is_some_and(|key| others.any(|other| other.occupies(&key)));
        let job = self.of(id);
        let went_wrong = matches!(
            job.state,
            State::Failed | State::Cancelled | State::Problems | State::Retrying
        );
        if !went_wrong || taken {
            return false;
        }
        job.turn(State::Queued, now);
        (job.attempt, job.faults, job.losses) = (0, 0, 0);
        (job.rank, job.dismissed) = (0, false);
        true
    }

    pub(super) fn fail(&mut self, id: JobId) -> Answer {
        let now = self.now;
        if self.of(id).state.is_final() {
            return Answer::Yes(false);
        }
        self.end_try(id, "by_hand");
        self.of(id).turn(State::Failed, now);
        Answer::Yes(true)
    }

    pub(super) fn dismiss(&mut self, id: JobId) -> Answer {
        let is_dead = self.dead().contains(&id);
        self.of(id).dismissed |= is_dead;
        Answer::Yes(is_dead)
    }
}
