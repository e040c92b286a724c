//! What is asked of bytes that nobody wrote with care: each function takes any, and panics where a promise is broken.
//!
//! The fuzz targets call these, and so do the tests of `meetme-core`, which
//! replay the corpora.

use meetme_core::api::{FromClient, FromRelay, MAX_SIGNAL};
use meetme_core::event::{Event, Visibility};
use meetme_core::ical::{WindowObject, window_object, windows_of};
use meetme_core::id::{EventId, UserId};
use meetme_core::object::filter::{
    Collation, CompFilter, MatchType, ParamFilter, PropFilter, TextMatch, TimeRange, matches,
};
use meetme_core::object::shape::{Shape, shaped};
use meetme_core::object::{Object, ObjectLimits, ObjectZone, Setting, schedule};
use meetme_core::recurrence::{Recurrence, Rule, Steps};
use meetme_core::time::{Instant, Minutes, Span, Zone};

/// No question may cost more.
const STEPS: u32 = 20_000;

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

fn year() -> Span {
    Span::new(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")).expect("a span")
}

fn berlin() -> Zone {
    "Europe/Berlin".parse().expect("a zone")
}

/// An object is refused with a reason, or everything that is made of it can be read again.
pub fn object(data: &[u8]) {
    let limits = ObjectLimits::default();
    let object = match Object::read(data, &limits) {
        Ok(object) => object,
        Err(why) => return assert!(!why.to_string().is_empty() && !why.precondition().is_empty()),
    };
    let zone = ObjectZone::from(berlin());
    let addresses = ["mailto:ada@example.org".to_owned()];
    let setting = Setting { floating: &zone, horizon: year(), addresses: &addresses };
    let _ = object.check_instances(&zone, &limits);
    if let Ok(index) = object.index(&setting, &mut Steps::new(STEPS)) {
        assert!(index.busy.is_sorted_by_key(|busy| busy.span.start()));
        assert!(index.busy.iter().all(|busy| year().covers(&busy.span)));
    }
    let again = |text: &str| {
        let limits = ObjectLimits { max_bytes: usize::MAX, max_properties: usize::MAX, ..ObjectLimits::default() };
        let read = Object::read(text.as_bytes(), &limits).unwrap_or_else(|why| panic!("{why}\n{text}"));
        assert_eq!((read.uid(), read.kind()), (object.uid(), object.kind()));
    };
    let whole = shaped(&object, &Shape::default(), &zone, &mut Steps::new(STEPS)).expect("nothing is expanded");
    again(&whole);
    let expand = Shape { expand: Some(year()), ..Shape::default() };
    if let Ok(text) = shaped(&object, &expand, &zone, &mut Steps::new(STEPS)) {
        assert_eq!(shaped(&object, &expand, &zone, &mut Steps::new(STEPS)).as_ref(), Ok(&text));
    }
    let limit = Shape { limit_recurrence: Some(year()), limit_freebusy: Some(year()), ..Shape::default() };
    assert!(shaped(&object, &limit, &zone, &mut Steps::new(STEPS)).is_ok());
    assert!(!schedule::is_significant(&object, &object) && schedule::keeps_schedule_tag(&object, &object));
    let stamp = at("2026-01-01T00:00:00Z");
    for message in schedule::organizer_messages(None, Some(&object), &addresses, stamp) {
        again(&message.text);
    }
    // Only what is asked for is sent although nothing has changed.
    let forced = object.attendees().iter().any(|person| person.forced.is_some());
    assert!(forced || schedule::organizer_messages(Some(&object), Some(&object), &addresses, stamp).is_empty());
    for copy in [
        schedule::organizers_copy(Some(&object), &object, &addresses, false),
        schedule::attendees_copy(Some(&object), &object, &addresses),
    ] {
        again(&copy.unwrap_or_else(|_| whole.clone()));
    }
    if let Some(message) = schedule::attendee_deletes(&object, &addresses, stamp) {
        again(&message.text);
    }
    if let Some(text) = schedule::with_cancel(&object, &object) {
        again(&text);
    }
    if let Some(text) = schedule::with_request(Some(&object), &object, &addresses) {
        again(&text);
    }
}

/// What matches a time range is found by the bounds that a store keeps.
///
/// The text up to the first blank line is a filter, one word of it a line; what follows is an object.
pub fn filter(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some((filter, object)) = text.split_once("\n\n") else { return };
    let filter = filter_of(filter);
    let Ok(object) = Object::read(object.as_bytes(), &ObjectLimits::default()) else { return };
    if filter.check().is_err() {
        return;
    }
    let zone = ObjectZone::from(berlin());
    let Ok(true) = matches(&object, &filter, &zone, &mut Steps::new(STEPS)) else { return };
    assert!(filter.kinds().is_none_or(|kinds| kinds.contains(&object.kind())));
    let setting = Setting { floating: &zone, horizon: year(), addresses: &[] };
    if let (Some(range), Ok(index)) = (filter.bounds(), object.index(&setting, &mut Steps::new(STEPS))) {
        assert!(range.end.is_none_or(|end| index.first_start.is_none_or(|first| first <= end)), "{index:?} {range:?}");
        assert!(range.start.is_none_or(|start| index.last_end.is_none_or(|last| last >= start)), "{index:?} {range:?}");
    }
}

fn filter_of(text: &str) -> CompFilter {
    let mut open = vec![CompFilter::of("VCALENDAR")];
    for line in text.lines() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "comp" => open.push(CompFilter::of(rest)),
            "up" if open.len() > 1 => close(&mut open),
            _ => condition(open.last_mut().expect("the outermost stays"), word, rest),
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    open.remove(0)
}

fn condition(last: &mut CompFilter, word: &str, rest: &str) {
    match word {
        "none" => last.is_not_defined = true,
        "any" => last.any = true,
        "range" => last.time_range = Some(range_of(rest)),
        "prop" => last.props.push(PropFilter::of(rest)),
        _ => {
            let Some(prop) = last.props.last_mut() else { return };
            match word {
                "prop-none" => prop.is_not_defined = true,
                "prop-range" => prop.time_range = Some(range_of(rest)),
                "text" => prop.text.push(text_of(rest)),
                "param" => prop.params.push(ParamFilter { name: rest.to_owned(), ..ParamFilter::default() }),
                "param-text" => {
                    if let Some(param) = prop.params.last_mut() {
                        param.text = Some(text_of(rest));
                    }
                }
                _ => {}
            }
        }
    }
}

fn close(open: &mut Vec<CompFilter>) {
    let done = open.pop().expect("there are two at least");
    open.last_mut().expect("the outermost stays").comps.push(done);
}

fn range_of(text: &str) -> TimeRange {
    let (start, end) = text.split_once(' ').unwrap_or((text, ""));
    TimeRange { start: start.parse().ok(), end: end.parse().ok() }
}

/// `!contains i;octet what is looked for`; the mark negates.
fn text_of(text: &str) -> TextMatch {
    let (negate, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
    let mut words = text.splitn(3, ' ');
    let match_type = words.next().and_then(MatchType::of).unwrap_or_default();
    let collation = words.next().and_then(Collation::of).unwrap_or_default();
    TextMatch { text: words.next().unwrap_or_default().to_owned(), collation, negate, match_type }
}

/// A rule is refused, or kept as a text that reads the same, and its instances ascend within the budget.
pub fn rule(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(rule) = text.parse::<Rule>() else { return };
    assert_eq!(rule.as_str().parse().as_ref(), Ok(&rule));
    let start = at("2026-03-01T01:30:00Z").naive_utc();
    let recurrence = Recurrence { start, zone: berlin(), rule: Some(&rule), exdates: &[] };
    if let Ok(found) = recurrence.starts_in(year(), &mut Steps::new(STEPS)) {
        assert!(found.is_sorted_by(|a, b| a.start < b.start));
        assert!(found.iter().all(|instance| year().contains(instance.start)));
    }
    let _ = recurrence.bounds(&mut Steps::new(STEPS));
}

/// An object is no window, or the windows it stands for come back from the object that is made of them.
pub fn windows(data: &[u8]) {
    let Ok(object) = Object::read(data, &ObjectLimits::default()) else { return };
    let event = event();
    let Ok(windows) = windows_of(&object, &event) else { return };
    let changed_at = at("2026-01-01T00:00:00Z");
    let text = window_object(&WindowObject {
        event: &event,
        uid: "1",
        main: &windows.main,
        moved: &windows.moved,
        changed_at,
    });
    let object = Object::read(text.as_bytes(), &ObjectLimits::default()).unwrap_or_else(|why| panic!("{why}\n{text}"));
    let again = windows_of(&object, &event).unwrap_or_else(|why| panic!("{why}\n{text}"));
    assert_eq!(again.main.start, windows.main.start, "{text}");
    assert_eq!(again.main.duration_minutes, windows.main.duration_minutes, "{text}");
    assert_eq!(again.main.rrule, windows.main.rrule, "{text}");
}

fn event() -> Event {
    Event {
        id: EventId::from_bytes([1; 16]),
        host: UserId::from_bytes([1; 16]),
        owner: "ada".parse().expect("a username"),
        slug: "chat".parse().expect("a slug"),
        title: "Chat".to_owned(),
        description: String::new(),
        location: String::new(),
        zone: berlin(),
        first_day: at("2026-01-01T00:00:00Z").date_naive(),
        last_day: None,
        slot_length: Minutes(60),
        step: Minutes(60),
        buffer_before: Minutes(0),
        buffer_after: Minutes(0),
        notice: Minutes(0),
        horizon_days: None,
        max_per_day: None,
        max_per_week: None,
        seats: 1,
        visibility: Visibility::Public,
        invited: Vec::new(),
        needs_confirmation: false,
        questions: Vec::new(),
        call_opens: Minutes(10),
        call_closes: Minutes(60),
        version: 1,
        updated_at: at("2026-01-01T00:00:00Z"),
    }
}

/// A frame of a call's signalling: both ends read it as a message or as none, and what was read is read alike when it is
/// written again.
pub fn signal(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(message) = FromClient::read(&text) {
        assert!(text.len() <= MAX_SIGNAL);
        assert_eq!(FromClient::read(&message.text()), Ok(message));
    }
    // What is newer than this client is not written again.
    if let Ok(message) = FromRelay::read(&text)
        && message != FromRelay::Unknown
    {
        assert!(FromRelay::read(&message.text()).is_ok());
    }
}
