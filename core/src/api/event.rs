use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::event::{Event as CoreEvent, Question, Visibility};
use crate::id::{EventId, Slug, UserId, Username};
use crate::time::{Instant, Minutes, Zone};

/// How long before its start a call can be joined, unless the event says otherwise.
pub const CALL_OPENS: Minutes = Minutes(10);
/// How long after its end a call can be joined, unless the event says otherwise.
pub const CALL_CLOSES: Minutes = Minutes(60);

/// Body of `POST /events`. Needs title, time_zone, first_day and slot_minutes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    /// One line for people.
    pub title: String,
    /// The zone of its days, windows and limits.
    pub time_zone: Zone,
    /// The first wall-clock day on which a slot may lie.
    pub first_day: NaiveDate,
    /// How long a slot is.
    pub slot_minutes: Minutes,
    /// Its short name; from the title if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub slug: Option<Slug>,
    /// Text for people.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// Where the meeting is; empty means the call.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<String>,
    /// The last day; none means no end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_day: Option<NaiveDate>,
    /// From one slot's start to the next; the slot's length if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub step_minutes: Option<Minutes>,
    /// Kept free before each booking.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub buffer_before_minutes: Option<Minutes>,
    /// Kept free after each booking.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub buffer_after_minutes: Option<Minutes>,
    /// A slot can be booked until this long before its start.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub notice_minutes: Option<Minutes>,
    /// A slot can be booked from this many days ahead.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub horizon_days: Option<u32>,
    /// The most slots in use on a day.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_per_day: Option<u32>,
    /// The most slots in use in an ISO week.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_per_week: Option<u32>,
    /// How many guests may share a slot; 1 if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seats: Option<u32>,
    /// Who may see and book it; `unlisted` if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub visibility: Option<Visibility>,
    /// Accounts that may see and book it while it is private.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub invited: Option<Vec<Username>>,
    /// Whether a booking waits for the host's yes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub needs_confirmation: Option<bool>,
    /// What a guest is asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub questions: Option<Vec<Question>>,
    /// How long before its start the call can be joined; 10 if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub call_opens_minutes: Option<Minutes>,
    /// How long after its end the call can still be joined; 60 if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub call_closes_minutes: Option<Minutes>,
}

impl NewEvent {
    /// The event it describes, of version 1; still to be checked with [`CoreEvent::check`].
    pub fn into_event(self, id: EventId, host: UserId, owner: Username, now: Instant) -> CoreEvent {
        CoreEvent {
            id,
            host,
            owner,
            slug: self.slug.unwrap_or_else(|| Slug::of_title(&self.title)),
            title: self.title,
            description: self.description.unwrap_or_default(),
            location: self.location.unwrap_or_default(),
            zone: self.time_zone,
            first_day: self.first_day,
            last_day: self.last_day,
            slot_length: self.slot_minutes,
            step: self.step_minutes.unwrap_or(self.slot_minutes),
            buffer_before: self.buffer_before_minutes.unwrap_or_default(),
            buffer_after: self.buffer_after_minutes.unwrap_or_default(),
            notice: self.notice_minutes.unwrap_or_default(),
            horizon_days: self.horizon_days,
            max_per_day: self.max_per_day,
            max_per_week: self.max_per_week,
            seats: self.seats.unwrap_or(1),
            visibility: self.visibility.unwrap_or_default(),
            invited: self.invited.unwrap_or_default(),
            needs_confirmation: self.needs_confirmation.unwrap_or_default(),
            questions: self.questions.unwrap_or_default(),
            call_opens: self.call_opens_minutes.unwrap_or(CALL_OPENS),
            call_closes: self.call_closes_minutes.unwrap_or(CALL_CLOSES),
            version: 1,
            updated_at: now,
        }
    }
}

/// Body of `PATCH /events/{owner}/{slug}`: what is absent stays, `null` lifts a limit or end.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EventPatch {
    /// One line for people.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// A new short name; links to the old one end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub slug: Option<Slug>,
    /// Text for people.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// Where the meeting is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<String>,
    /// The zone of its days, windows and limits. Windows keep their wall-clock times.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub time_zone: Option<Zone>,
    /// The first wall-clock day on which a slot may lie.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub first_day: Option<NaiveDate>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "super::given")]
    pub last_day: Option<Option<NaiveDate>>,
    /// How long a slot is. Bookings keep their length.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub slot_minutes: Option<Minutes>,
    /// From one slot's start to the next.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub step_minutes: Option<Minutes>,
    /// Kept free before each booking.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub buffer_before_minutes: Option<Minutes>,
    /// Kept free after each booking.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub buffer_after_minutes: Option<Minutes>,
    /// A slot can be booked until this long before its start.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub notice_minutes: Option<Minutes>,
    /// A slot can be booked from this many days ahead.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "super::given")]
    pub horizon_days: Option<Option<u32>>,
    /// The most slots in use on a day.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "super::given")]
    pub max_per_day: Option<Option<u32>>,
    /// The most slots in use in an ISO week.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "super::given")]
    pub max_per_week: Option<Option<u32>>,
    /// How many guests may share a slot. Seats taken already stay.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seats: Option<u32>,
    /// Who may see and book it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub visibility: Option<Visibility>,
    /// Accounts that may see and book it while it is private.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub invited: Option<Vec<Username>>,
    /// Whether a booking waits for the host's yes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub needs_confirmation: Option<bool>,
    /// What a guest is asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub questions: Option<Vec<Question>>,
    /// How long before its start the call can be joined.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub call_opens_minutes: Option<Minutes>,
    /// How long after its end the call can still be joined.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub call_closes_minutes: Option<Minutes>,
}

impl EventPatch {
    /// The event with the patch applied and its version up by one; still to be checked.
    pub fn apply(self, event: &CoreEvent, now: Instant) -> CoreEvent {
        let old = event.clone();
        CoreEvent {
            title: self.title.unwrap_or(old.title),
            slug: self.slug.unwrap_or(old.slug),
            description: self.description.unwrap_or(old.description),
            location: self.location.unwrap_or(old.location),
            zone: self.time_zone.unwrap_or(old.zone),
            first_day: self.first_day.unwrap_or(old.first_day),
            last_day: self.last_day.unwrap_or(old.last_day),
            slot_length: self.slot_minutes.unwrap_or(old.slot_length),
            step: self.step_minutes.unwrap_or(old.step),
            buffer_before: self.buffer_before_minutes.unwrap_or(old.buffer_before),
            buffer_after: self.buffer_after_minutes.unwrap_or(old.buffer_after),
            notice: self.notice_minutes.unwrap_or(old.notice),
            horizon_days: self.horizon_days.unwrap_or(old.horizon_days),
            max_per_day: self.max_per_day.unwrap_or(old.max_per_day),
            max_per_week: self.max_per_week.unwrap_or(old.max_per_week),
            seats: self.seats.unwrap_or(old.seats),
            visibility: self.visibility.unwrap_or(old.visibility),
            invited: self.invited.unwrap_or(old.invited),
            needs_confirmation: self.needs_confirmation.unwrap_or(old.needs_confirmation),
            questions: self.questions.unwrap_or(old.questions),
            call_opens: self.call_opens_minutes.unwrap_or(old.call_opens),
            call_closes: self.call_closes_minutes.unwrap_or(old.call_closes),
            version: old.version + 1,
            updated_at: now,
            id: old.id,
            host: old.host,
            owner: old.owner,
        }
    }
}

/// An event as anyone who may see it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// Whose it is.
    pub owner: Username,
    /// Its short name.
    pub slug: Slug,
    /// One line for people.
    pub title: String,
    /// Text for people.
    pub description: String,
    /// Where the meeting is; empty means the call.
    pub location: String,
    /// The zone of its days, windows and limits.
    pub time_zone: Zone,
    /// The first wall-clock day on which a slot may lie.
    pub first_day: NaiveDate,
    /// The last one; null means no end.
    pub last_day: Option<NaiveDate>,
    /// How long a slot is.
    pub slot_minutes: Minutes,
    /// From one slot's start to the next.
    pub step_minutes: Minutes,
    /// Kept free before each booking.
    pub buffer_before_minutes: Minutes,
    /// Kept free after each booking.
    pub buffer_after_minutes: Minutes,
    /// A slot can be booked until this long before its start.
    pub notice_minutes: Minutes,
    /// A slot can be booked from this many days ahead; null means any.
    pub horizon_days: Option<u32>,
    /// The most slots in use on a day.
    pub max_per_day: Option<u32>,
    /// The most slots in use in an ISO week.
    pub max_per_week: Option<u32>,
    /// How many guests may share a slot.
    pub seats: u32,
    /// Who may see and book it.
    pub visibility: Visibility,
    /// Accounts that may see and book it while it is private; only the host sees who.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub invited: Option<Vec<Username>>,
    /// Whether a booking waits for the host's yes.
    pub needs_confirmation: bool,
    /// What a guest is asked.
    pub questions: Vec<Question>,
    /// How long before its start the call can be joined.
    pub call_opens_minutes: Minutes,
    /// How long after its end the call can still be joined.
    pub call_closes_minutes: Minutes,
    /// Goes up with every change to the event or its windows.
    pub version: u64,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Where it is.
    pub links: EventLinks,
}

/// Where an event is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventLinks {
    /// For people: `{public url}/{owner}/{slug}`.
    pub page: String,
    /// Its open slots as an .ics feed.
    pub feed: String,
    /// As a bookable collection.
    pub caldav: String,
}

impl EventLinks {
    /// The links of `owner/slug` on the server at `public_url` (no slash at its end).
    pub fn new(public_url: &str, owner: &Username, slug: &Slug) -> Self {
        Self {
            page: format!("{public_url}/{owner}/{slug}"),
            feed: format!("{public_url}/feeds/{owner}/{slug}.ics"),
            caldav: format!("{public_url}/dav/"),
        }
    }
}

impl Event {
    /// The wire form. `for_host` adds what only the host may see.
    pub fn new(event: &CoreEvent, public_url: &str, for_host: bool) -> Self {
        let links = EventLinks::new(public_url, &event.owner, &event.slug);
        let event = event.clone();
        Self {
            owner: event.owner,
            slug: event.slug,
            title: event.title,
            description: event.description,
            location: event.location,
            time_zone: event.zone,
            first_day: event.first_day,
            last_day: event.last_day,
            slot_minutes: event.slot_length,
            step_minutes: event.step,
            buffer_before_minutes: event.buffer_before,
            buffer_after_minutes: event.buffer_after,
            notice_minutes: event.notice,
            horizon_days: event.horizon_days,
            max_per_day: event.max_per_day,
            max_per_week: event.max_per_week,
            seats: event.seats,
            visibility: event.visibility,
            invited: for_host.then_some(event.invited),
            needs_confirmation: event.needs_confirmation,
            questions: event.questions,
            call_opens_minutes: event.call_opens,
            call_closes_minutes: event.call_closes,
            version: event.version,
            updated_at: event.updated_at,
            links,
        }
    }
}
