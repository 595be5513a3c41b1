//! Times as people and programs write them.

use anyhow::{Context, anyhow};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, SpanTotal, Timestamp, Unit};

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

/// Seconds of an age such as `48h`, `90m` or `7d`.
pub(crate) fn parse_span(text: &str) -> anyhow::Result<u64> {
    let wrong = || anyhow!("“{text}” is no age; write 48h, 90m or 7d");
    let span: Span = text.parse().map_err(|_| wrong())?;
    let seconds = span
        .total(SpanTotal::from(Unit::Second).days_are_24_hours())
        .map_err(|_| wrong())?;
    // Whole seconds; jiff's longest span fits many times over.
    if seconds < 0.0 {
        return Err(wrong());
    }
    Ok(seconds as u64)
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
    fn an_age_is_a_number_with_a_unit() {
        let seconds = |text| parse_span(text).expect("an age");
        assert_eq!(seconds("48h"), 48 * 3600);
        assert_eq!(seconds("7d"), 7 * 24 * 3600);
        assert_eq!(seconds("0h"), 0);
        for wrong in ["48", "-1h", "soon", ""] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nonsense_says_what_a_time_looks_like() {
        let error = parse("tomorrow").expect_err("refused");
        assert!(error.to_string().contains("2026-12-24T18:00"), "{error}");
    }
}
