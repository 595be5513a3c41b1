//! Dates as the formats write them, told as RFC 3339. A date without a zone is taken for UTC, one without a time for
//! midnight; a date that no calendar has is none.

/// `D:20240517093000+02'00'` (ISO 32000-1, 7.9.4). Everything behind the year may be missing.
pub(crate) fn from_pdf(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches("D:");
    let digits: String = text
        .chars()
        .take_while(char::is_ascii_digit)
        .take(14)
        .collect();
    let zone: Vec<&str> = text[digits.len()..].split('\'').collect();
    let zone = match zone.first().copied().unwrap_or_default() {
        hours if hours.len() == 3 && !hours.starts_with('Z') => {
            format!(
                "{hours}:{}",
                zone.get(1).filter(|m| !m.is_empty()).unwrap_or(&"00")
            )
        }
        _ => String::new(),
    };
    stamp(&digits, &zone)
}

/// `2024-05-17T09:30:00Z`, `2024-05-17T09:30:00.123+02:00`, `2024-05-17` (W3CDTF), and `2024:05:17 09:30:00` (EXIF).
pub(crate) fn from_written(text: &str) -> Option<String> {
    let text = text.trim();
    let (date, rest) = text.split_at_checked(10).unwrap_or((text, ""));
    let time = rest.trim_start_matches(['T', 't', ' ']);
    let clock = time
        .split(['+', '-', 'Z', 'z', '.'])
        .next()
        .unwrap_or_default();
    let zone = time.find(['+', '-']).map_or("", |at| &time[at..]);
    let digits: String = date
        .chars()
        .chain(clock.chars())
        .filter(char::is_ascii_digit)
        .collect();
    stamp(&digits, zone)
}

/// Steps of 100 ns since the beginning of 1601 ([MS-DTYP], FILETIME).
pub(crate) fn from_filetime(steps: u64) -> Option<String> {
    let seconds = steps / 10_000_000;
    let (mut year, mut left) = (1601, u32::try_from(seconds / 86_400).ok()?);
    let length = |year| 337 + days(year, 2);
    while left >= length(year) {
        left -= length(year);
        year += 1;
        if year > 9999 {
            return None;
        }
    }
    let mut month = 1;
    while left >= days(year, month) {
        left -= days(year, month);
        month += 1;
    }
    let (hour, minute) = (seconds / 3600 % 24, seconds / 60 % 60);
    let digits = format!(
        "{year:04}{month:02}{:02}{hour:02}{minute:02}{:02}",
        left + 1,
        seconds % 60
    );
    stamp(&digits, "")
}

/// The same in nanoseconds since 1970.
pub(crate) fn unix_nanoseconds(steps: u64) -> Option<i64> {
    const OF_1970: i64 = 116_444_736_000_000_000;
    i64::try_from(steps)
        .ok()?
        .checked_sub(OF_1970)?
        .checked_mul(100)
}

/// Seconds since 1970 of a day (year, month, day) and a time (hours, minutes, seconds) in UTC; `None` for a day that no
/// calendar has. (Days by the method of <https://howardhinnant.github.io/date_algorithms.html>, `days_from_civil`.)
pub(crate) fn unix_seconds(day: (i64, u32, i64), clock: (i64, i64, i64)) -> Option<i64> {
    let (year, month, day) = day;
    let last = days(u32::try_from(year).ok()?, month);
    if !(1..=12).contains(&month) || !(1..=i64::from(last)).contains(&day) {
        return None;
    }
    let (year, shifted) = match month {
        1 | 2 => (year - 1, i64::from(month) + 9),
        _ => (year, i64::from(month) - 3),
    };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * 86_400 + clock.0 * 3_600 + clock.1 * 60 + clock.2)
}

fn stamp(digits: &str, zone: &str) -> Option<String> {
    if digits.len() < 4 || !digits.is_ascii() {
        return None;
    }
    let part = |at: usize, least: u32, most: u32| match digits.get(at..at + 2) {
        None => Some(least),
        Some(two) => two.parse().ok().filter(|n| (least..=most).contains(n)),
    };
    let year: u32 = digits[..4].parse().ok().filter(|year| *year > 0)?;
    let month = part(4, 1, 12)?;
    let day = part(6, 1, days(year, month))?;
    let (hour, minute, second) = (part(8, 0, 23)?, part(10, 0, 59)?, part(12, 0, 59)?);
    let zone = if is_zone(zone) { zone } else { "Z" };
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}"
    ))
}

fn days(year: u32, month: u32) -> u32 {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_zone(zone: &str) -> bool {
    let bytes = zone.as_bytes();
    let number = |at: usize, most: u32| {
        zone.get(at..at + 2)
            .and_then(|two| two.parse::<u32>().ok())
            .is_some_and(|n| n <= most)
    };
    bytes.len() == 6
        && matches!(bytes[0], b'+' | b'-')
        && bytes[3] == b':'
        && bytes[1].is_ascii_digit()
        && bytes[4].is_ascii_digit()
        && number(1, 14)
        && number(4, 59)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_counted_from_1970() {
        assert_eq!(unix_seconds((1970, 1, 1), (0, 0, 1)), Some(1));
        let known = Some(1_715_938_200);
        assert_eq!(unix_seconds((2024, 5, 17), (9, 30, 0)), known);
        assert_eq!(unix_seconds((2024, 2, 29), (0, 0, 0)), Some(1_709_164_800));
        assert_eq!(unix_seconds((2023, 2, 29), (0, 0, 0)), None);
        assert_eq!(unix_seconds((1980, 0, 0), (0, 0, 0)), None);
    }

    #[test]
    fn pdf_dates_may_stop_anywhere() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(from_pdf(text).as_deref(), expect, "{text}")
        };
        check("D:20240517093015+02'00'", Some("2024-05-17T09:30:15+02:00"));
        check("D:20240517093015-05'30", Some("2024-05-17T09:30:15-05:30"));
        check("D:20240517093015Z", Some("2024-05-17T09:30:15Z"));
        check("20240517", Some("2024-05-17T00:00:00Z"));
        check("D:2024", Some("2024-01-01T00:00:00Z"));
        check("D:20240230", None);
        check("D:99", None);
        check("yesterday", None);
        check("D:20240517093015+ü'", Some("2024-05-17T09:30:15Z"));
    }

    #[test]
    fn steps_since_1601_are_dates() {
        let check = |steps: u64, expect: Option<&str>| {
            assert_eq!(from_filetime(steps).as_deref(), expect, "{steps}")
        };
        check(0, Some("1601-01-01T00:00:00Z"));
        check(133_604_118_000_000_000, Some("2024-05-17T09:30:00Z"));
        check(133_536_384_000_000_000, Some("2024-02-29T00:00:00Z"));
        check(u64::MAX, None);
    }

    #[test]
    fn written_dates_keep_their_zone() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(from_written(text).as_deref(), expect, "{text}")
        };
        check("2024-05-17T09:30:00Z", Some("2024-05-17T09:30:00Z"));
        check(
            "2024-05-17T09:30:00.5+02:00",
            Some("2024-05-17T09:30:00+02:00"),
        );
        check("2024-05-17", Some("2024-05-17T00:00:00Z"));
        check("2024:05:17 09:30:00", Some("2024-05-17T09:30:00Z"));
        check("2023-02-29", None);
        check("", None);
        check("üüüüüüüüü", None);
    }
}
