//! Lengths: `30m`, `1h30m`, `2h`, `45`; and days: `60d`, `8w`.

use std::time::Duration;

use meetme_core::time::Minutes;

use super::{BadWords, clip};

/// Reads a length. Units are `d`, `h` and `m`, largest first, each once; a plain number is minutes.
pub fn minutes(text: &str) -> Result<Minutes, BadWords> {
    let bad = || BadWords::Length { given: clip(text) };
    let mut rest = text.trim();
    if !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()) {
        return rest.parse().map(Minutes).map_err(|_| bad());
    }
    let mut total = 0_u32;
    let mut largest = u32::MAX;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u32 = rest[..digits].parse().map_err(|_| bad())?;
        let unit = match rest.as_bytes().get(digits) {
            Some(b'd') => 24 * 60,
            Some(b'h') => 60,
            Some(b'm') => 1,
            _ => return Err(bad()),
        };
        if unit >= largest {
            return Err(bad());
        }
        largest = unit;
        total = number.checked_mul(unit).and_then(|n| total.checked_add(n)).ok_or_else(bad)?;
        rest = &rest[digits + 1..];
        rest = rest.strip_prefix("in").unwrap_or(rest);
    }
    if largest == u32::MAX { Err(bad()) } else { Ok(Minutes(total)) }
}

/// Reads a number of days: `60d`, `8w`, or a plain number.
pub fn days(text: &str) -> Result<u32, BadWords> {
    let bad = || BadWords::Days { given: clip(text) };
    let text_of_number = text.trim();
    let (number, times) = if let Some(weeks) = text_of_number.strip_suffix('w') {
        (weeks, 7)
    } else {
        (text_of_number.strip_suffix('d').unwrap_or(text_of_number), 1)
    };
    number.parse::<u32>().ok().and_then(|n| n.checked_mul(times)).ok_or_else(bad)
}

/// Reads how long to wait: `30s`, `5m`, `2h`, `1d`; a plain number is seconds.
pub fn seconds(text: &str) -> Result<Duration, BadWords> {
    let bad = || BadWords::Seconds { given: clip(text) };
    let number_of = text.trim();
    let digits = number_of.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = number_of[..digits].parse().map_err(|_| bad())?;
    let unit = match &number_of[digits..] {
        "" | "s" => 1,
        "m" | "min" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(bad()),
    };
    // No clock of a machine goes on for longer than some thousands of years.
    let most = u64::from(u32::MAX);
    number.checked_mul(unit).filter(|n| (1..=most).contains(n)).map(Duration::from_secs).ok_or_else(bad)
}

/// A length as a person reads it: `30 min`, `1 h 30 min`, `2 h`, `3 d`.
pub fn spoken(Minutes(minutes): Minutes) -> String {
    let parts = [(minutes / 1440, "d"), (minutes % 1440 / 60, "h"), (minutes % 60, "min")];
    let said: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
    if said.is_empty() { "0 min".to_owned() } else { said.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_has_units_or_is_minutes() {
        let read = ["30m", "1h30m", "2h", "45", "1d", "90min"].map(|text| minutes(text).map(|m| m.0));

        assert_eq!(read, [Ok(30), Ok(90), Ok(120), Ok(45), Ok(1440), Ok(90)]);
    }

    #[test]
    fn what_is_no_length_is_refused() {
        for text in ["", "m", "30s", "1m1h", "1h1h", "-5", "1.5h", "99999999999", "99999999d", "h1", "30é"] {
            assert!(minutes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days_may_be_weeks() {
        assert_eq!(["60d", "8w", "14"].map(days), [Ok(60), Ok(56), Ok(14)]);
        assert!(days("soon").is_err() && days("4294967295w").is_err());
    }

    #[test]
    fn a_wait_is_seconds_or_has_a_unit() {
        let read = ["30s", "5m", "2h", "45", "1d"].map(|text| seconds(text).map(|wait| wait.as_secs()));

        assert_eq!(read, [Ok(30), Ok(300), Ok(7200), Ok(45), Ok(86_400)]);
        for text in ["", "0", "0s", "s", "1h30m", "-5", "1.5s", "99999999999d", "5µ"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_length_is_spoken_in_its_largest_units() {
        assert_eq!(
            [0, 30, 90, 120, 1500].map(|n| spoken(Minutes(n))),
            ["0 min", "30 min", "1 h 30 min", "2 h", "1 d 1 h"]
        );
    }
}
