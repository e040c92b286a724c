//! Values of properties: dates, times, durations, periods, offsets, texts (RFC 5545 3.3).

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::zones::{ObjectZone, Zones};
use super::{Component, Property};
use crate::time::{Clock, Instant, Zone};

/// A DATE or DATE-TIME, and what says which instant it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A day; where it begins is the reader's zone's matter.
    Day(NaiveDate),
    /// A wall-clock time wherever the reader is.
    Floating(NaiveDateTime),
    /// A wall-clock time in a zone; UTC is one.
    Zoned(NaiveDateTime, ObjectZone),
}

impl Moment {
    /// The clock that it is read from.
    pub(crate) fn clock<'z>(&'z self, floating: &'z ObjectZone) -> &'z ObjectZone {
        match self {
            Self::Day(_) | Self::Floating(_) => floating,
            Self::Zoned(_, zone) => zone,
        }
    }

    /// What the clock shows; midnight for a day.
    pub(crate) fn wall(&self) -> NaiveDateTime {
        match self {
            Self::Day(day) => (*day).into(),
            Self::Floating(wall) | Self::Zoned(wall, _) => *wall,
        }
    }

    /// The instant.
    pub(crate) fn instant(&self, floating: &ObjectZone) -> Instant {
        self.clock(floating).recurring_instant_of(self.wall())
    }

    /// Whether it is a day.
    pub(crate) fn is_day(&self) -> bool {
        matches!(self, Self::Day(_))
    }

    /// Another reading of the same clock.
    pub(crate) fn with_wall(&self, wall: NaiveDateTime) -> Self {
        match self {
            Self::Day(_) => Self::Day(wall.date()),
            Self::Floating(_) => Self::Floating(wall),
            Self::Zoned(_, zone) => Self::Zoned(wall, zone.clone()),
        }
    }
}

/// A length: days of the wall clock, then elapsed time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Length {
    pub(crate) days: i64,
    pub(crate) seconds: i64,
}

/// Longer ones are cut: a thousand years.
const MAX_DAYS: i64 = 366_000;

impl Length {
    /// A length of elapsed time alone.
    pub(crate) fn exact(delta: TimeDelta) -> Self {
        Self { days: 0, seconds: delta.num_seconds().clamp(-MAX_DAYS * 86_400, MAX_DAYS * 86_400) }
    }

    /// A length of wall-clock days alone.
    pub(crate) fn of_days(days: i64) -> Self {
        Self { days: days.clamp(-MAX_DAYS, MAX_DAYS), seconds: 0 }
    }

    /// The instant behind `wall` by this length.
    pub(crate) fn after(self, wall: NaiveDateTime, clock: &impl Clock) -> Instant {
        let day = wall.checked_add_signed(TimeDelta::days(self.days)).unwrap_or(wall);
        let start = clock.recurring_instant_of(day);
        start.checked_add_signed(TimeDelta::seconds(self.seconds)).unwrap_or(start)
    }

    /// No instance is longer than this.
    pub(crate) fn at_most(self) -> TimeDelta {
        let seconds = (self.days * 86_400 + self.seconds).max(0);
        let slack = if self.days == 0 { 0 } else { 26 * 3_600 };
        TimeDelta::seconds(seconds + slack)
    }
}

/// One item of a property that holds times: `20260301`, `20260301T090000`, `20260301T090000Z`, with the
/// property's TZID. What a date and a time look like decides, not VALUE.
pub(crate) fn moment(text: &str, tzid: Option<&str>, zones: &Zones) -> Option<Moment> {
    let text = text.trim();
    if let Some(day) = day(text) {
        return Some(Moment::Day(day));
    }
    if let Some(utc) = text.strip_suffix(['Z', 'z']) {
        return Some(Moment::Zoned(wall(utc)?, ObjectZone::Known(Zone::UTC)));
    }
    let wall = wall(text)?;
    Some(match tzid.and_then(|tzid| zones.find(tzid)) {
        Some(zone) => Moment::Zoned(wall, zone),
        None => Moment::Floating(wall),
    })
}

/// The first time of a property.
pub(crate) fn moment_of(property: &Property<'_>, zones: &Zones) -> Option<Moment> {
    moment(property.value().split(',').next()?, property.param("TZID"), zones)
}

/// The first time of a component's property of that name; `None` also where it cannot be read.
pub(crate) fn moment_in(component: &Component<'_>, name: &str, zones: &Zones) -> Option<Moment> {
    component.property(name).and_then(|property| moment_of(property, zones))
}

/// `20260301`, in the years 1 to 9999.
fn day(text: &str) -> Option<NaiveDate> {
    let digits = digits(text, 8)?;
    NaiveDate::from_ymd_opt(i32::try_from(digits / 10_000).ok()?, digits / 100 % 100, digits % 100)
        .filter(|_| digits >= 10_000)
}

/// `20260301T090000`; a leap second is the second before it, and seconds may be missing.
fn wall(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once(['T', 't'])?;
    let time = match time.len() {
        4 => digits(time, 4)? * 100,
        _ => digits(time, 6)?,
    };
    let second = if time % 100 == 60 { 59 } else { time % 100 };
    day(date)?.and_hms_opt(time / 10_000, time / 100 % 100, second)
}

fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// `P1W`, `P1DT2H30M`, `-PT15M` (RFC 5545 3.3.6).
pub(crate) fn duration(text: &str) -> Option<Length> {
    let text = text.trim().to_ascii_uppercase();
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(&text)),
    };
    let mut rest = rest.strip_prefix('P')?;
    let (mut days, mut seconds, mut timed, mut any) = (0_i64, 0_i64, false, false);
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix('T') {
            (rest, timed) = (behind, true);
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..end].parse::<u32>().ok()?.into();
        match (rest.as_bytes()[end], timed) {
            (b'W', false) => days = days.saturating_add(number.saturating_mul(7)),
            (b'D', false) => days = days.saturating_add(number),
            (b'H', true) => seconds = seconds.saturating_add(number.saturating_mul(3_600)),
            (b'M', true) => seconds = seconds.saturating_add(number.saturating_mul(60)),
            (b'S', true) => seconds = seconds.saturating_add(number),
            _ => return None,
        }
        any = true;
        rest = &rest[end + 1..];
    }
    let exact = Length::exact(TimeDelta::try_seconds(sign * seconds)?);
    any.then(|| Length { days: Length::of_days(sign * days).days, seconds: exact.seconds })
}

/// A period: a start, and an end or a length.
pub(crate) fn period(text: &str, tzid: Option<&str>, zones: &Zones) -> Option<(Moment, PeriodEnd)> {
    let (start, end) = text.split_once('/')?;
    let start = moment(start, tzid, zones)?;
    let end = match duration(end) {
        Some(length) => PeriodEnd::Length(length),
        None => PeriodEnd::At(moment(end, tzid, zones)?),
    };
    Some((start, end))
}

/// Where a period ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PeriodEnd {
    At(Moment),
    Length(Length),
}

impl PeriodEnd {
    /// The length of a period that starts at `start`.
    pub(crate) fn length(&self, start: &Moment, floating: &ObjectZone) -> Length {
        match self {
            Self::Length(length) => *length,
            Self::At(end) => Length::exact(end.instant(floating) - start.instant(floating)),
        }
    }
}

/// `+0100`, `-033000`.
pub(crate) fn offset(text: &str) -> Option<TimeDelta> {
    let text = text.trim();
    let (sign, number) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let number = digits(number, 6).or_else(|| digits(number, 4).map(|n| n * 100))?;
    let (hours, minutes, seconds) = (number / 10_000, number / 100 % 100, number % 100);
    let total = i64::from(hours * 3_600 + minutes * 60 + seconds);
    // A day and more is no offset.
    (hours < 24 && minutes < 60 && seconds < 60).then(|| TimeDelta::seconds(sign * total))
}

/// A TEXT with its escapes undone.
pub(crate) fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n' | 'N')) => plain.push('\n'),
            ('\\', Some(escaped)) => plain.push(escaped),
            _ => plain.push(c),
        }
    }
    plain
}

/// The items of a list of texts, at commas that are not escaped.
pub(crate) fn items(text: &str) -> Vec<String> {
    let mut items = Vec::new();
    let (mut from, mut escaped) = (0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b',' if !escaped => {
                items.push(unescaped(&text[from..at]));
                from = at + 1;
            }
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
    }
    items.push(unescaped(&text[from..]));
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_days_and_seconds() {
        assert_eq!(duration("P1W"), Some(Length { days: 7, seconds: 0 }));
        assert_eq!(duration("-P1DT2H3M4S"), Some(Length { days: -1, seconds: -7_384 }));
        assert_eq!(duration("pt15m"), Some(Length { days: 0, seconds: 900 }));
        for wrong in ["", "P", "PT", "P1", "P1H", "1D", "PT1D", "P99999999999D", "P-1D"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn offsets_have_hours_minutes_and_sometimes_seconds() {
        assert_eq!(offset("+0530"), Some(TimeDelta::minutes(330)));
        assert_eq!(offset("-003608"), Some(TimeDelta::seconds(-2_168)));
        assert_eq!(offset("+2500"), None);
        assert_eq!(offset("1"), None);
    }

    #[test]
    fn commas_part_items_and_escaped_ones_do_not() {
        assert_eq!(items(r"a\,b,c\\,d\n"), ["a,b", "c\\", "d\n"]);
    }

    #[test]
    fn times_are_read_by_their_shape() {
        let zones = Zones::default();
        let read = |text| moment(text, Some("Europe/Berlin"), &zones).map(|moment| moment.wall());

        assert_eq!(read("20260301"), Some("2026-03-01T00:00:00".parse().expect("a wall time")));
        assert_eq!(read("20260301t235960"), Some("2026-03-01T23:59:59".parse().expect("a wall time")));
        for wrong in ["2026-03-01", "20261301", "00000101", "20260301T", "20260301T99", "20260301T250000", "2026030é"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
