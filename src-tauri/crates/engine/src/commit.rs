//! The engine's only door to the library's writer: whatever is committed has a name.

use sheaf_store::{Library, Pending, Result, Tx};

use crate::rehearsal::{self, Commit};

pub(crate) trait Commits {
    /// [`Library::write`].
    fn commit<T, F>(&self, name: Commit, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T> + Send + 'static;

    /// [`Library::ahead`].
    fn commit_ahead<T, F>(&self, name: Commit, work: F) -> Result<(T, Pending<()>)>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T> + Send + 'static;

    /// [`Library::submit`]. Whoever hears that it is committed says so by [`rehearsal::after`].
    fn commit_later<T, F>(&self, name: Commit, work: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T> + Send + 'static;
}

impl Commits for Library {
    fn commit<T, F>(&self, name: Commit, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        let done = self.commit_later(name, work).wait()?;
        rehearsal::after(name);
        Ok(done)
    }

    fn commit_ahead<T, F>(&self, name: Commit, work: F) -> Result<(T, Pending<()>)>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        let answer = self.ahead(announced(name, work))?;
        rehearsal::after(name);
        Ok(answer)
    }

    fn commit_later<T, F>(&self, name: Commit, work: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.submit(announced(name, work))
    }
}

fn announced<T>(
    name: Commit,
    work: impl FnOnce(&Tx<'_>) -> Result<T>,
) -> impl FnOnce(&Tx<'_>) -> Result<T> {
    move |tx| {
        let done = work(tx)?;
        rehearsal::before(name);
        Ok(done)
    }
}
