//! Why the library cannot be worked on just now. It is noted where it is met, and gone with the next thing that works.

use std::sync::{Arc, Mutex, PoisonError};

use sheaf_document::{Code, Fault};
use sheaf_queue::QueueError;
use sheaf_store::{Result, StoreError};

/// Shared by all who write for an engine.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<Fault>>>);

impl Trouble {
    /// Notes how a write ended. A claim or a role that is lost is no trouble of the library's.
    pub(crate) fn note<T>(&self, outcome: &Result<T>) {
        let fault = match outcome {
            Ok(_) => None,
            Err(StoreError::ClaimLost | StoreError::Queue(QueueError::RoleLost)) => return,
            Err(error) => Some(error.fault()),
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    pub(crate) fn get(&self) -> Option<Fault> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// As front ends tell it: a code that says it all, in the language of the person, else what happened.
pub(crate) fn word(fault: Fault) -> String {
    match fault.code {
        Code::LibraryFailed => fault.detail,
        code => code.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Result<()> {
        Err(StoreError::Commit(Fault::new(
            Code::DiskFull,
            "no room".to_owned(),
        )))
    }

    #[test]
    fn trouble_stays_until_something_works() {
        let trouble = Trouble::default();
        trouble.note(&full());
        trouble.note::<()>(&Err(StoreError::ClaimLost));
        assert_eq!(trouble.get().map(word).as_deref(), Some("disk_full"));
        trouble.note(&Ok(()));
        assert_eq!(trouble.get(), None);
    }

    #[test]
    fn trouble_without_a_code_of_its_own_is_told_as_it_is() {
        let what = Fault::new(Code::LibraryFailed, "process 7 holds it".to_owned());
        assert_eq!(word(what), "process 7 holds it");
    }
}
