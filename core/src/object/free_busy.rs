//! Free-busy: spans of many objects made one answer (RFC 4791 7.10, RFC 5546 3.3).

use super::index::{Busy, BusyKind, joined};
use crate::ical::PRODID;
use crate::ical::write::{Document, utc};
use crate::time::{Instant, Span};

/// Makes busy spans one answer: within `within`, no instant told twice (the stronger kind holds), neighbours of one
/// kind joined, by start.
pub fn merged(busy: Vec<Busy>, within: Span) -> Vec<Busy> {
    let clipped = busy.into_iter().filter_map(|busy| Some(Busy { span: busy.span.intersection(&within)?, ..busy }));
    let mut joined = joined(clipped.collect());
    let mut disjoint: Vec<Busy> = Vec::with_capacity(joined.len());
    // The strongest first; weaker ones keep what is left of them. Each kind is disjoint and sorted in itself.
    joined.sort_unstable_by_key(|busy| (std::cmp::Reverse(busy.kind), busy.span));
    for kind in [BusyKind::Busy, BusyKind::Unavailable, BusyKind::Tentative] {
        let mut stronger = disjoint.iter().map(|busy| busy.span).peekable();
        let mut rests = Vec::new();
        for busy in joined.iter().filter(|busy| busy.kind == kind) {
            let mut start = busy.span.start();
            while stronger.next_if(|other| other.end() <= start).is_some() {}
            let mut ahead = stronger.clone();
            while let Some(other) = ahead.next_if(|other| other.start() < busy.span.end()) {
                rests.extend(Span::new(start, other.start()).ok());
                start = start.max(other.end());
            }
            rests.extend(Span::new(start, busy.span.end()).ok());
        }
        disjoint.extend(rests.into_iter().map(|span| Busy { span, kind }));
        disjoint.sort_unstable_by_key(|busy| busy.span);
    }
    disjoint
}

/// What a VFREEBUSY says.
#[derive(Debug, Clone, Copy)]
pub struct FreeBusyText<'a> {
    /// Its UID.
    pub uid: &'a str,
    /// Its DTSTAMP.
    pub stamp: Instant,
    /// What it tells of.
    pub span: Span,
    /// When it is not free; [`merged`] beforehand.
    pub busy: &'a [Busy],
    /// METHOD, in answers to scheduling messages.
    pub method: Option<&'a str>,
    /// Who asked, as a calendar address.
    pub organizer: Option<&'a str>,
    /// Whose time it is, as a calendar address.
    pub attendee: Option<&'a str>,
}

/// Writes a calendar with one VFREEBUSY, times in UTC. The same spans give the same bytes.
pub fn free_busy_text(text: &FreeBusyText<'_>) -> String {
    let mut document = Document::default();
    document.component("VCALENDAR", |document| {
        document.plain("VERSION", "2.0");
        document.plain("PRODID", PRODID);
        if let Some(method) = text.method {
            document.text("METHOD", method);
        }
        document.component("VFREEBUSY", |document| {
            document.text("UID", text.uid);
            document.instant("DTSTAMP", text.stamp);
            document.instant("DTSTART", text.span.start());
            document.instant("DTEND", text.span.end());
            for (name, address) in [("ORGANIZER", text.organizer), ("ATTENDEE", text.attendee)] {
                if let Some(address) = address {
                    document.uri(name, address);
                }
            }
            for busy in text.busy {
                let head = match busy.kind {
                    BusyKind::Busy => "FREEBUSY".to_owned(),
                    kind => format!("FREEBUSY;FBTYPE={}", kind.name()),
                };
                document.plain(&head, &format!("{}/{}", utc(busy.span.start()), utc(busy.span.end())));
            }
        });
    });
    document.into_text()
}
