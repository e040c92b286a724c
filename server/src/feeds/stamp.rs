//! What a rendered feed follows from, as an ETag: the same stamp, the same bytes.

use chrono::DateTime;
use meetme_core::cursor::{Epoch, Seq};
use meetme_core::time::Instant;
use sha2::{Digest, Sha256};

use crate::config::Limits;

/// Goes up whenever the same slots are written otherwise.
const REVISION: u32 = 2;

/// What a feed follows from at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// By whom and with which settings it is written.
    pub(super) print: Print,
    /// Whose: the first digits of the event's or account's id.
    pub(super) subject: u32,
    /// Which life of the database.
    pub(super) epoch: Epoch,
    /// The last change of the host's time, or of the user's bookings.
    pub(super) seq: Seq,
    /// The version of what stands in other logs: the event's, or that of the names in the user's bookings.
    pub(super) version: u64,
}

/// A few digits of everything but the data that decides about the bytes: the program, and its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Print(u32);

impl Print {
    pub(super) fn of(limits: &Limits, public_url: &str) -> Self {
        let mut digest = Sha256::new();
        let reach = [limits.feed_days, limits.free_busy_days, limits.feed_refresh.0, REVISION];
        let entries = limits.feed_entries.to_string();
        for part in [env!("CARGO_PKG_VERSION"), public_url, &entries, &format!("{reach:?}")] {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        let digest = digest.finalize();
        Self(u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]))
    }
}

/// A feed's ETag, without quotes: mark and the instant up to which it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    mark: Mark,
    /// Seconds since 1970; none if time alone never changes it.
    until: Option<i64>,
}

impl Stamp {
    pub(super) fn new(mark: Mark, until: Option<Instant>) -> Self {
        Self { mark, until: until.map(|until| until.timestamp()) }
    }

    /// Whether what was rendered so is what would be rendered now.
    pub(super) fn holds(&self, mark: &Mark, now: Instant) -> bool {
        self.mark == *mark && self.until.and_then(|at| DateTime::from_timestamp(at, 0)).is_none_or(|until| now < until)
    }
}

impl std::fmt::Display for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Mark { print, subject, epoch, seq, version } = &self.mark;
        write!(f, "{:x}.{subject:x}.{:x}.{:x}.{version:x}.", print.0, epoch.0, seq.0)?;
        match self.until {
            Some(until) => write!(f, "{until:x}"),
            None => f.write_str("n"),
        }
    }
}

/// The text is no stamp of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAStamp;

impl std::str::FromStr for Stamp {
    type Err = NotAStamp;

    fn from_str(text: &str) -> Result<Self, NotAStamp> {
        let mut parts = text.split('.');
        let mut number = || {
            let part = parts.next().ok_or(NotAStamp)?;
            u64::from_str_radix(part, 16).map_err(|_| NotAStamp)
        };
        let mut short = || u32::try_from(number()?).map_err(|_| NotAStamp);
        let (print, subject) = (Print(short()?), short()?);
        let mark = Mark { print, subject, epoch: Epoch(number()?), seq: Seq(number()?), version: number()? };
        let until = match (parts.next(), parts.next()) {
            (Some("n"), None) => None,
            (Some(until), None) => Some(i64::from_str_radix(until, 16).map_err(|_| NotAStamp)?),
            _ => return Err(NotAStamp),
        };
        Ok(Self { mark, until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> Mark {
        Mark { print: Print(0xab), subject: 7, epoch: Epoch(u64::MAX), seq: Seq(17), version: 3 }
    }

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_stamp_comes_back_from_its_text() {
        for until in [Some(at("2026-12-01T09:00:00Z")), None] {
            let stamp = Stamp::new(mark(), until);

            assert_eq!(stamp.to_string().parse(), Ok(stamp));
        }
        for bad in ["", "n", "0.1.2.3.4", "0.1.2.3.4.5.6", "0.1.2.3.4.x", "-1.1.2.3.4.n", "1ffffffff.1.2.3.4.n"] {
            assert_eq!(bad.parse::<Stamp>(), Err(NotAStamp), "{bad}");
        }
    }

    #[test]
    fn a_stamp_holds_until_the_data_or_the_time_says_otherwise() {
        let stamp = Stamp::new(mark(), Some(at("2026-12-01T09:00:00Z")));

        assert!(stamp.holds(&mark(), at("2026-12-01T08:59:59Z")));
        assert!(!stamp.holds(&mark(), at("2026-12-01T09:00:00Z")));
        assert!(!stamp.holds(&Mark { seq: Seq(18), ..mark() }, at("2026-12-01T08:00:00Z")));
        assert!(!stamp.holds(&Mark { subject: 8, ..mark() }, at("2026-12-01T08:00:00Z")));
        assert!(!stamp.holds(&Mark { version: 4, ..mark() }, at("2026-12-01T08:00:00Z")));
        assert!(!stamp.holds(&Mark { epoch: Epoch(1), ..mark() }, at("2026-12-01T08:00:00Z")));
        assert!(!stamp.holds(&Mark { print: Print(0), ..mark() }, at("2026-12-01T08:00:00Z")));
        assert!(Stamp::new(mark(), None).holds(&mark(), at("2999-01-01T00:00:00Z")));
    }
}
