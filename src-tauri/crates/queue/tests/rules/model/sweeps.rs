//! Dead letters and clean sweeps, made to queue and list alike.

use sheaf_queue::{
    JobId, State, cleanup, dismiss, flush, forget_subject, retry, retry_all_dead, set_lane,
};

use super::pair::Pair;
use crate::queue::LANE;

impl Pair {
    pub(super) fn retry(&mut self, id: JobId) {
        let again = self.queue.write(|tx, now| retry(tx, id, now));
        assert_eq!(again, self.model.retry(id));
    }

    pub(super) fn retry_all_dead(&mut self) {
        let again = self.queue.write(retry_all_dead);
        let mut dead = self.model.dead();
        dead.sort_unstable_by(|a, b| b.cmp(a));
        let expect = dead.into_iter().filter(|id| self.model.retry(*id)).count();
        assert_eq!(again as usize, expect);
    }

    pub(super) fn dismiss(&mut self, id: JobId) {
        let dismissed = self.queue.write(|tx, _| dismiss(tx, id));
        assert_eq!(dismissed, self.model.dead().contains(&id));
        self.model.of(id).dismissed |= dismissed;
    }

    pub(super) fn cleanup(&mut self) {
        let limit = self.queue.now;
        let removed = self.queue.write(|tx, _| cleanup(tx, limit));
        let dead = self.model.dead();
        let before = self.model.jobs.len();
        self.model
            .jobs
            .retain(|job| dead.contains(&job.id) || job.finished_at.is_none_or(|at| at >= limit.0));
        assert_eq!(removed as usize, before - self.model.jobs.len());
    }

    pub(super) fn flush(&mut self) {
        let cancelled = self.queue.write(flush);
        let in_line = self.model.jobs.iter_mut().filter(|job| job.in_line());
        let expect = in_line.map(|job| job.stop(State::Cancelled)).count();
        assert_eq!(cancelled as usize, expect);
    }

    pub(super) fn forget(&mut self, subject: i64) {
        let removed = self.queue.write(|tx, _| forget_subject(tx, subject));
        let before = self.model.jobs.len();
        self.model.jobs.retain(|job| job.subject != subject);
        self.model.tries.remove(&subject);
        assert_eq!(removed as usize, before - self.model.jobs.len());
    }

    pub(super) fn limit(&mut self, limit: u32) {
        self.queue.write(|tx, _| set_lane(tx, LANE, 2, 0, limit));
        self.model.limit = limit as usize;
    }
}
