//! What concerns many jobs at once, as the list does it.

use sheaf_queue::{RetryPolicy, State};

use super::answer::Answer;
use super::list::Model;

impl Model {
    /// The newest first: of several with the same key only that one comes back.
    pub(super) fn retry_all_dead(&mut self) -> Answer {
        let mut dead = self.dead();
        dead.reverse();
        let again = dead.into_iter().filter(|id| self.retry(*id)).count();
        Answer::Count(again as u32)
    }

    /// Everything that finished before this moment, but no dead letters.
    pub(super) fn cleanup(&mut self) -> Answer {
        let (dead, before, now) = (self.dead(), self.jobs.len(), self.now);
        self.jobs
            .retain(|job| dead.contains(&job.id) || job.finished_at.is_none_or(|at| at >= now));
        Answer::Count((before - self.jobs.len()) as u32)
    }

    pub(super) fn flush(&mut self) -> Answer {
        let now = self.now;
        let in_line = self.jobs.iter_mut().filter(|job| job.is_in_line());
        let flushed = in_line.map(|job| job.turn(State::Cancelled, now)).count();
        Answer::Count(flushed as u32)
    }

    pub(super) fn forget(&mut self, subject: i64) -> Answer {
        let before = self.jobs.len();
        self.jobs.retain(|job| job.subject != subject);
        self.history.remove(&subject);
        Answer::Count((before - self.jobs.len()) as u32)
    }

    /// No back-off is longer than the longest there is, whatever the clock did.
    pub(super) fn cut_back_offs(&mut self) -> Answer {
        let latest = self.now + RetryPolicy::default().cap.as_millis() as i64;
        let mut cut = 0;
        for job in &mut self.jobs {
            if job.state == State::Retrying && job.not_before > Some(latest) {
                job.not_before = Some(latest);
                cut += 1;
            }
        }
        Answer::Count(cut)
    }
}
