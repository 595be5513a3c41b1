//! The nine states of a job, stored as the words people read.

use std::fmt;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// Where a job stands. Stored as TEXT, by [`State::as_str`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// For its time ([`crate::NewJob::not_before`]).
    Waiting,
    /// Ready to be claimed.
    Queued,
    /// Claimed.
    Processing,
    /// A fault happened; waits to be tried again.
    Retrying,
    /// A person paused this job.
    Paused,
    /// Done.
    Completed,
    /// Done, with problems worth telling.
    Problems,
    /// Out of attempts, a permanent fault, or failed by hand.
    Failed,
    /// A person did not want it any more.
    Cancelled,
}

/// The word is none of the nine states.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no state of a job: {0:?}")]
pub struct StateError(pub String);

impl State {
    /// All states, in the order people expect them.
    pub const ALL: [Self; 9] = [
        Self::Waiting,
        Self::Queued,
        Self::Processing,
        Self::Retrying,
        Self::Paused,
        Self::Completed,
        Self::Problems,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The word for it, in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Retrying => "retrying",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Problems => "problems",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of a word.
    ///
    /// # Errors
    /// [`StateError`] when no state is called that.
    pub fn parse(word: &str) -> Result<Self, StateError> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| StateError(word.to_owned()))
    }

    /// Whether nothing more happens to the job by itself.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Problems | Self::Failed | Self::Cancelled
        )
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for State {
    type Err = StateError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::parse(word)
    }
}

impl ToSql for State {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::parse(value.as_str()?).map_err(|error| FromSqlError::Other(error.into()))
    }
}
