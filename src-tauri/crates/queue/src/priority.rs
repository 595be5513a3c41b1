//! How urgent a job is: a number from 0 to 100, with three names for everyday use.

use std::fmt;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// From 0 to 100; the higher is claimed first. The database refuses anything outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Priority(pub i32);

/// Neither one of the names nor a number from 0 to 100.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a priority is high, normal, low or a number from 0 to 100, not {0:?}")]
pub struct PriorityError(pub String);

impl Priority {
    /// A person waits for it.
    pub const HIGH: Self = Self(75);
    /// Everyday work.
    pub const NORMAL: Self = Self(50);
    /// Whenever there is time.
    pub const LOW: Self = Self(25);

    /// Reads `high`, `normal`, `low` or a number from 0 to 100.
    ///
    /// # Errors
    /// [`PriorityError`] for anything else.
    pub fn parse(word: &str) -> Result<Self, PriorityError> {
        match word {
            "high" => return Ok(Self::HIGH),
            "normal" => return Ok(Self::NORMAL),
            "low" => return Ok(Self::LOW),
            _ => {}
        }
        match word.parse() {
            Ok(number @ 0..=100) => Ok(Self(number)),
            Ok(_) | Err(_) => Err(PriorityError(word.to_owned())),
        }
    }
}

impl Default for Priority {
    fn default() -> Self {
        Self::NORMAL
    }
}

impl FromStr for Priority {
    type Err = PriorityError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::parse(word)
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ToSql for Priority {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for Priority {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        i32::try_from(number)
            .map(Self)
            .map_err(|_| FromSqlError::OutOfRange(number))
    }
}
