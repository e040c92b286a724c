//! What a user's own calendars hold: collections and their entries, as stores keep them and rules judge them.
//!
//! The bytes of an entry are a client's and are never written anew. What
//! stands beside them (UID, bounds, busy spans) was read from them when they
//! came, so that nothing has to be expanded when somebody asks.

use crate::change::Change;
use crate::id::{CollectionId, UserId};
use crate::refusal::Refusal;
use crate::time::{Instant, Span, Zone};

/// The most calendars of one account.
pub const MAX_COLLECTIONS: usize = 200;
/// The most entries in one calendar.
pub const MAX_ENTRIES: u64 = 500_000;
/// The most spans that the news of one change tells; the last one covers what is left.
pub const MAX_NEWS_SPANS: usize = 64;

/// A calendar of a user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// Never changes; another one after it was deleted and made again.
    pub id: CollectionId,
    /// Whose it is.
    pub owner: UserId,
    /// The last segment of its path, not encoded. Unique for its owner.
    pub name: String,
    /// The components it takes, such as `VEVENT`.
    pub components: Vec<String>,
    /// Whether its opaque entries are busy time.
    pub counts: bool,
    /// The `calendar-timezone` as the client gave it.
    pub timezone: Option<String>,
    /// The zone of its floating and all-day times; the owner's own if none.
    pub zone: Option<Zone>,
}

/// How sure a busy span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BusyKind {
    /// The owner is busy.
    Busy,
    /// The owner may be busy.
    Tentative,
    /// The owner said that they cannot be met.
    Unavailable,
    /// What is on then could not be worked out: closed, to be safe.
    Unreadable,
}

/// A stretch that an entry takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BusySpan {
    /// From when to when.
    pub span: Span,
    /// How sure that is.
    pub kind: BusyKind,
}

/// An entry of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The calendar it is in.
    pub collection: CollectionId,
    /// The last segment of its path, not encoded. Unique in its calendar.
    pub name: String,
    /// The UID of its components. Unique in its calendar.
    pub uid: String,
    /// What it is, such as `VEVENT`.
    pub component: String,
    /// As the client gave it.
    pub bytes: Vec<u8>,
    /// Whether it is a message in an inbox, where several may have one UID.
    pub message: bool,
    /// Follows from the bytes.
    pub etag: String,
    /// Changes with what concerns the other participants (RFC 6638 3.2.10); none where nobody else takes part.
    pub schedule_tag: Option<String>,
    /// Who may change it from outside: the account that had the organizer's address when it was written, and its own
    /// owner where nobody had. None for what was written before that was kept: whoever has the address.
    pub organizer: Option<UserId>,
    /// When its first instance begins; none for what has no time.
    pub first: Option<Instant>,
    /// When its last instance ends; none for what has no time, or no end.
    pub last: Option<Instant>,
    /// Whether it has more than one instance.
    pub recurring: bool,
    /// The time it takes of its owner, as far as it is known.
    pub busy: Vec<BusySpan>,
    /// Up to where `busy` is known; none if it is known for ever.
    pub known_to: Option<Instant>,
    /// When it was written.
    pub changed_at: Instant,
}

/// What is known of an entry without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryCard {
    /// See [`Entry::name`].
    pub name: String,
    /// See [`Entry::uid`].
    pub uid: String,
    /// See [`Entry::component`].
    pub component: String,
    /// See [`Entry::etag`].
    pub etag: String,
    /// See [`Entry::schedule_tag`].
    pub schedule_tag: Option<String>,
    /// The time it takes.
    pub busy: Vec<Span>,
}

/// What stands where an entry shall be written or removed.
#[derive(Debug, Clone)]
pub struct Place {
    /// The calendar.
    pub collection: Collection,
    /// How many entries it has.
    pub entries: u64,
    /// What is there now.
    pub there: Option<EntryCard>,
    /// The name of another entry of the calendar with the same UID.
    pub same_uid: Option<String>,
    /// Whether a booking of the owner's has this UID: such an entry takes no time beside it.
    pub of_booking: bool,
    /// Calendar and name of an entry in another calendar of the owner's with this UID that others take part in,
    /// where it was looked for.
    pub elsewhere: Option<(String, String)>,
}

/// What a client says must be so of the entry that is there, or nothing be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    /// The entry must have one of these ETags (`If-Match`); `*` is any.
    pub matches: Option<Vec<String>>,
    /// The entry must have none of these ETags (`If-None-Match`); `*` is any.
    pub none_matches: Option<Vec<String>>,
    /// The entry must have this Schedule-Tag (`If-Schedule-Tag-Match`).
    pub schedule_tag: Option<String>,
}

impl Condition {
    /// Refuses unless it holds for what is there.
    pub fn check(&self, there: Option<&EntryCard>) -> Result<(), Refusal> {
        let is_one_of =
            |tags: &[String]| there.is_some_and(|card| tags.iter().any(|tag| tag == "*" || *tag == card.etag));
        let matched = self.matches.as_deref().is_none_or(is_one_of);
        let unmatched = !self.none_matches.as_deref().is_some_and(is_one_of);
        let scheduled = self
            .schedule_tag
            .as_ref()
            .is_none_or(|tag| there.is_some_and(|card| card.schedule_tag.as_ref() == Some(tag)));
        if matched && unmatched && scheduled { Ok(()) } else { Err(Refusal::Stale) }
    }
}

/// Writes `entry` where it shall be. The same bytes over again change nothing.
pub fn put(place: &Place, mut entry: Entry, condition: &Condition) -> Result<Vec<Change>, Refusal> {
    condition.check(place.there.as_ref())?;
    if let Some(name) = place.same_uid.as_ref().filter(|_| !entry.message) {
        return Err(Refusal::UidTaken { name: name.clone() });
    }
    match &place.there {
        // RFC 4791 5.3.2.1: what is there keeps its UID.
        Some(there) if there.uid != entry.uid => return Err(Refusal::UidTaken { name: there.name.clone() }),
        Some(there) if there.etag == entry.etag && there.schedule_tag == entry.schedule_tag => return Ok(Vec::new()),
        None if place.entries >= MAX_ENTRIES => {
            let limit = usize::try_from(MAX_ENTRIES).unwrap_or(usize::MAX);
            return Err(Refusal::TooMany { what: "entries of a calendar", limit });
        }
        _ => {}
    }
    if place.of_booking {
        entry.busy.clear();
        entry.known_to = None;
    }
    let freed = place.there.as_ref().map(|card| card.busy.clone()).unwrap_or_default();
    Ok(vec![Change::EntryPut { owner: place.collection.owner, entry: Box::new(entry), freed }])
}

/// Takes an entry away.
pub fn remove(place: &Place, condition: &Condition) -> Result<Vec<Change>, Refusal> {
    let Some(there) = &place.there else { return Err(Refusal::NotThere) };
    condition.check(Some(there))?;
    let (owner, collection) = (place.collection.owner, place.collection.id);
    Ok(vec![Change::EntryRemoved { owner, collection, name: there.name.clone(), freed: there.busy.clone() }])
}

/// Spans for the news: in order, those that touch as one, at most [`MAX_NEWS_SPANS`].
pub fn told(spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans.into_iter().collect();
    spans.sort_unstable();
    let mut told: Vec<Span> = Vec::new();
    for span in spans {
        let full = told.len() == MAX_NEWS_SPANS;
        match told.last_mut() {
            Some(last) if full || span.start() <= last.end() => {
                *last = Span::new(last.start(), last.end().max(span.end())).unwrap_or(*last);
            }
            _ => told.push(span),
        }
    }
    told
}
