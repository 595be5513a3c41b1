//! What a person wants done with the queue and what is in it.

use std::time::Duration;

use sheaf_document::{DocumentId, Password};
use sheaf_queue::{JobId, Priority};

use super::Engine;
use crate::commit::Commits;
use crate::manage::{self, Cancelled, PauseWhat};
use crate::regular::{self, Schedule};
use crate::rehearsal::Commit;
use crate::{Result, intervene};

impl Engine {
    /// Remembers a password until this process ends. What this process reads or draws from now on tries it; what failed
    /// for want of it has to be tried again.
    pub fn unlock(&self, password: Password) {
        self.vault.add(password);
    }

    /// [`Engine::unlock`], then tries again whatever failed for want of a password; the number of documents.
    pub fn unlock_all(&self, password: Password) -> Result<u32> {
        self.unlock(password);
        let tried = self
            .library
            .commit(Commit::ByHand, manage::try_locked_again)?;
        self.bell.ring();
        Ok(tried)
    }

    pub fn cancel(&self, job: JobId) -> Result<Cancelled> {
        manage::cancel(&self.library, job)
    }

    /// The number of jobs that were, or will be, cancelled.
    pub fn cancel_all(&self) -> Result<u32> {
        manage::cancel_all(&self.library)
    }

    /// `false` when there was nothing to pause.
    pub fn pause(&self, what: PauseWhat) -> Result<bool> {
        manage::pause(&self.library, what)
    }

    pub fn resume(&self, what: PauseWhat) -> Result<bool> {
        let resumed = manage::resume(&self.library, what)?;
        self.bell.ring();
        Ok(resumed)
    }

    pub fn retry(&self, job: JobId) -> Result<bool> {
        let retried = manage::retry(&self.library, job)?;
        self.bell.ring();
        Ok(retried)
    }

    /// Reads failed pages of a document again: one (from 1), or all.
    pub fn retry_pages(&self, document: DocumentId, page: Option<u32>) -> Result<bool> {
        let retried = self.library.commit(Commit::ByHand, move |tx| {
            manage::retry_pages(tx, document, page)
        })?;
        self.bell.ring();
        Ok(retried)
    }

    pub fn retry_all(&self) -> Result<u32> {
        let retried = manage::retry_all(&self.library)?;
        self.bell.ring();
        Ok(retried)
    }

    /// Tries again what failed of a document: its pages, one of them (from 1), or its reading or indexing as a whole.
    pub fn try_again(&self, document: DocumentId, page: Option<u32>) -> Result<bool> {
        let tried = self.library.commit(Commit::ByHand, move |tx| {
            manage::try_again(tx, document, page)
        })?;
        self.bell.ring();
        Ok(tried)
    }

    /// [`Engine::try_again`] for every document that failed; the number of documents.
    pub fn try_all_again(&self) -> Result<u32> {
        let tried = self.library.commit(Commit::ByHand, manage::try_all_again)?;
        self.bell.ring();
        Ok(tried)
    }

    /// Moves a waiting job before all others of its priority. `false` when it does not wait.
    pub fn to_top(&self, job: JobId) -> Result<bool> {
        let moved = manage::to_top(&self.library, job)?;
        self.bell.ring();
        Ok(moved)
    }

    /// `false` when the job has ended.
    pub fn set_priority(&self, job: JobId, priority: Priority) -> Result<bool> {
        let changed = intervene::set_priority(&self.library, job, priority)?;
        self.bell.ring();
        Ok(changed)
    }

    /// Marks an unfinished job failed, also one that is worked on. `false` when it has ended.
    pub fn fail(&self, job: JobId, why: &str) -> Result<bool> {
        intervene::fail(&self.library, job, why)
    }

    /// Cancels everything that nobody works on; the number of jobs.
    pub fn flush(&self) -> Result<u32> {
        intervene::flush(&self.library)
    }

    /// Drops jobs that finished longer ago than that, but no dead letters; the number of jobs.
    pub fn cleanup(&self, older_than: Duration) -> Result<u32> {
        intervene::cleanup(&self.library, older_than)
    }

    /// Regular work and its times.
    pub fn schedules(&self) -> Result<Vec<Schedule>> {
        regular::list(&*self.library.read()?)
    }

    /// Sets when regular work is done: `hourly`, `daily`, `weekly` or a cron expression of five fields in local time;
    /// `None` switches it off.
    pub fn set_schedule(&self, name: &str, pattern: Option<&str>) -> Result<Schedule> {
        regular::set(&self.library, name, pattern)
    }

    /// Takes back [`Engine::forget`].
    pub fn put_back(&self, document: DocumentId) -> Result<bool> {
        let back = self
            .library
            .commit(Commit::ByHand, move |tx| manage::put_back(tx, document))?;
        self.bell.ring();
        Ok(back)
    }

    /// Takes a document out of the library; the original stays. `false` when it was gone already.
    pub fn forget(&self, document: DocumentId) -> Result<bool> {
        Ok(self.forget_all(&[document])?.contains(&true))
    }

    /// [`Engine::forget`] for several documents, which [`Engine::undo`] brings back together.
    pub fn forget_all(&self, documents: &[DocumentId]) -> Result<Vec<bool>> {
        manage::forget(&self.library, documents)
    }

    /// Takes back the last [`Engine::forget_all`] whose data is still kept; the documents that are in the library again.
    pub fn undo(&self) -> Result<Vec<DocumentId>> {
        let back = manage::undo(&self.library)?;
        self.bell.ring();
        Ok(back)
    }
}
