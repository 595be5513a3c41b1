//! When regular work is due: a cron expression of five fields in the local time of this machine, or a word for one.

use cronexpr::{Crontab, FallbackTimezoneOption, MakeTimestamp, ParseOptions};
use sheaf_queue::Timestamp;

#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    #[error(
        "“{0}” is no time; say hourly, daily, weekly or five fields as in “*/15 8-18 * * 1-5” ({1})"
    )]
    Invalid(String, String),
    #[error("“{0}” never comes")]
    Never(String),
}

/// A pattern that comes again and again.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// As five fields.
    text: String,
    crontab: Crontab,
}

impl Pattern {
    pub(crate) fn parse(words: &str) -> Result<Self, PatternError> {
        let text = match words.trim() {
            "hourly" => "0 * * * *",
            "daily" => "0 3 * * *",
            "weekly" => "0 3 * * 1",
            other => other,
        };
        let invalid = |why: &str| PatternError::Invalid(words.to_owned(), why.to_owned());
        // A sixth field would be a time zone.
        let fields = text.split_whitespace().count();
        if fields != 5 {
            return Err(invalid(&format!("it has {fields} fields")));
        }
        let mut options = ParseOptions::default();
        options.fallback_timezone_option = FallbackTimezoneOption::System;
        let crontab = cronexpr::parse_crontab_with(text, options)
            .map_err(|error| invalid(error.to_string().lines().next().unwrap_or_default()))?;
        let pattern = Self {
            text: text.to_owned(),
            crontab,
        };
        match pattern.next_after(crate::clock::now()) {
            Some(_) => Ok(pattern),
            None => Err(PatternError::Never(words.to_owned())),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The first moment after this one.
    pub(crate) fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        let from = MakeTimestamp::from_millisecond(now.0).ok()?;
        let next = self.crontab.find_next(from).ok()?;
        Some(Timestamp(next.timestamp().as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday, 23 November 2026, 00:00 in UTC, which begins an hour wherever zones differ by whole hours.
    const MONDAY: Timestamp = Timestamp(1_795_392_000_000);

    fn minutes_until(words: &str) -> i64 {
        let next = Pattern::parse(words).expect("a pattern").next_after(MONDAY);
        (next.expect("it comes").0 - MONDAY.0) / 60_000
    }

    #[test]
    fn a_pattern_comes_after_the_moment_and_not_at_it() {
        assert_eq!(minutes_until("*/5 * * * *"), 5);
        assert_eq!(minutes_until("hourly"), 60);
    }

    #[test]
    fn daily_comes_within_a_day_and_weekly_within_a_week() {
        assert!((1..=24 * 60).contains(&minutes_until("daily")));
        assert!((1..=7 * 24 * 60).contains(&minutes_until("weekly")));
    }

    #[test]
    fn what_is_no_time_or_never_comes_is_refused() {
        for wrong in ["", "often", "61 * * * *", "* * * *", "0 3 * * * UTC"] {
            let error = Pattern::parse(wrong).expect_err(wrong);
            assert!(matches!(error, PatternError::Invalid(..)), "{error}");
        }
        let error = Pattern::parse("0 0 30 2 *").expect_err("no 30th of February");
        assert!(
            matches!(error, PatternError::Never(_) | PatternError::Invalid(..)),
            "{error}"
        );
    }
}
