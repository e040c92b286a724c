//! When somebody is busy, without a word about why (RFC 5545 3.6.4).

use super::PRODID;
use super::write::{Document, quoted, utc};
use crate::id::Username;
use crate::time::{Instant, Minutes, Span};

/// A person's busy time.
#[derive(Debug, Clone, Copy)]
pub struct FreeBusy<'a> {
    /// Whose it is.
    pub user: &'a Username,
    /// What people read.
    pub display_name: &'a str,
    /// What is told about: nothing is said of the time before and after.
    pub range: Span,
    /// Spans in which they are busy, in any order; what reaches out of the range is cut off.
    pub busy: &'a [Span],
    /// Spans in which they may become busy.
    pub tentative: &'a [Span],
    /// When any of it last changed.
    pub changed_at: Instant,
    /// How often readers are asked to look again.
    pub refresh: Minutes,
    /// Where it is read.
    pub url: &'a str,
    /// The domain behind the `@` of its UID: the server's host name.
    pub uid_domain: &'a str,
}

/// Writes a person's busy time as one VFREEBUSY in UTC. Spans that touch or overlap are one, and what is busy is
/// not tentative besides, so that nobody can tell one reason from another. The same time gives the same bytes.
pub fn free_busy_feed(of: &FreeBusy<'_>) -> String {
    let busy = merged(of.busy, of.range);
    let tentative = without(&merged(of.tentative, of.range), &busy);
    let mut document = Document::default();
    document.component("VCALENDAR", |document| {
        document.plain("VERSION", "2.0");
        document.plain("PRODID", PRODID);
        document.plain("METHOD", "PUBLISH");
        document.duration("REFRESH-INTERVAL;VALUE=DURATION", of.refresh);
        document.duration("X-PUBLISHED-TTL", of.refresh);
        document.component("VFREEBUSY", |document| {
            document.text("UID", &format!("free-busy-{}@{}", of.user, of.uid_domain));
            document.instant("DTSTAMP", of.changed_at);
            document.instant("DTSTART", of.range.start());
            document.instant("DTEND", of.range.end());
            // A mail address would tell more than was allowed.
            document.uri(&format!("ORGANIZER;CN={}", quoted(of.display_name)), &format!("urn:meetme:{}", of.user));
            document.uri("URL", of.url);
            for (kind, spans) in [("BUSY", &busy), ("BUSY-TENTATIVE", &tentative)] {
                for span in spans {
                    let period = format!("{}/{}", utc(span.start()), utc(span.end()));
                    document.plain(&format!("FREEBUSY;FBTYPE={kind}"), &period);
                }
            }
        });
    });
    document.into_text()
}

/// Spans in order within `range`, those that touch as one.
fn merged(spans: &[Span], range: Span) -> Vec<Span> {
    let mut spans: Vec<Span> = spans.iter().filter_map(|span| span.intersection(&range)).collect();
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start() <= last.end() => {
                *last = Span::new(last.start(), last.end().max(span.end())).unwrap_or(*last);
            }
            _ => merged.push(span),
        }
    }
    merged
}

/// What of `spans` lies in none of `taken`; both in order, and none of either touches the next.
fn without(spans: &[Span], taken: &[Span]) -> Vec<Span> {
    let mut left = Vec::new();
    for span in spans {
        let mut from = span.start();
        for block in taken.iter().filter(|block| block.overlaps(span)) {
            left.extend(Span::new(from, block.start()).ok());
            from = from.max(block.end());
        }
        left.extend(Span::new(from, span.end()).ok());
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: &str, end: &str) -> Span {
        let at = |hour: &str| format!("2026-03-02T{hour}:00Z").parse().expect("an instant");
        Span::new(at(start), at(end)).expect("a span")
    }

    fn lines(busy: &[Span], tentative: &[Span]) -> Vec<String> {
        let text = free_busy_feed(&FreeBusy {
            user: &"ada".parse().expect("a name"),
            display_name: "Ada",
            range: span("08:00", "18:00"),
            busy,
            tentative,
            changed_at: span("07:00", "08:00").start(),
            refresh: Minutes(15),
            url: "https://meet.example/feeds/ada.ifb",
            uid_domain: "meet.example",
        });
        let told = text.lines().filter_map(|line| line.strip_prefix("FREEBUSY;FBTYPE="));
        told.map(|line| line.replace("20260302T", "").replace("0000Z", "")).collect()
    }

    #[test]
    fn spans_that_touch_or_overlap_are_one() {
        let busy = [span("12:00", "13:00"), span("09:00", "10:00"), span("10:00", "11:00"), span("12:00", "14:00")];

        assert_eq!(lines(&busy, &[]), ["BUSY:09/11", "BUSY:12/14"]);
    }

    #[test]
    fn what_is_busy_is_not_tentative_besides() {
        let tentative = [span("09:00", "13:00"), span("15:00", "16:00")];
        let busy = [span("10:00", "11:00"), span("12:00", "14:00"), span("15:00", "16:00")];

        let told = lines(&busy, &tentative);

        assert_eq!(told[3..], ["BUSY-TENTATIVE:09/10", "BUSY-TENTATIVE:11/12"]);
    }

    #[test]
    fn nothing_is_told_outside_the_range() {
        let busy = [span("06:00", "09:00"), span("17:00", "20:00"), span("19:00", "20:00")];

        assert_eq!(lines(&busy, &[]), ["BUSY:08/09", "BUSY:17/18"]);
    }
}
