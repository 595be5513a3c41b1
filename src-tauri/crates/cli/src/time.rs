//! Times as people and programs write them.

use anyhow::{Context, anyhow};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// RFC 3339 of milliseconds since 1970, in UTC.
pub(crate) fn rfc3339(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |at| at.to_string())
}

/// Milliseconds since 1970 of an RFC 3339 time, or of a local time without an offset.
pub(crate) fn parse(text: &str) -> anyhow::Result<i64> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at.as_millisecond());
    }
    let local: DateTime = text.parse().map_err(|_| {
        anyhow!("“{text}” is no time; write 2026-12-24T18:00 or 2026-12-24T17:00:00Z")
    })?;
    let zoned = local
        .to_zoned(TimeZone::system())
        .context("this local time does not exist")?;
    Ok(zoned.timestamp().as_millisecond())
}

/// Seconds as `3 s`, `4 min`, `2 h`.
pub(crate) fn span(seconds: u64) -> String {
    match seconds {
        0..=99 => format!("{seconds} s"),
        100..=5999 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_back_as_it_was_written() {
        let ms = 1_795_000_000_123;
        assert_eq!(parse(&rfc3339(ms)).expect("parses"), ms);
    }

    #[test]
    fn nonsense_says_what_a_time_looks_like() {
        let error = parse("tomorrow").expect_err("refused");
        assert!(error.to_string().contains("2026-12-24T18:00"), "{error}");
    }
}
