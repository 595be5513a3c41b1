//! What can go wrong in the queue itself. Faults of the work are [`crate::Outcome`]s, not errors.

/// Why a call did nothing. Roll the transaction back.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The lane holds as many waiting jobs as it may; nothing was added.
    #[error("the queue is full: {limit} jobs wait already")]
    Full {
        /// The lane's `max_queued`.
        limit: u32,
    },
    /// No lane of that name; [`crate::set_lane`] makes one.
    #[error("no lane is called {0:?}")]
    UnknownLane(String),
    /// Another engine works now; this one may write nothing.
    #[error("another engine has taken over")]
    RoleLost,
    /// The lock file could not be opened, locked or replaced.
    #[error("engine lock file")]
    Lock(#[source] std::io::Error),
    /// SQLite refused.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}
