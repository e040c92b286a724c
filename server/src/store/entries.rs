//! Calendars of people's own and what is in them: what a store is asked about these, and what it says.

use async_trait::async_trait;
use meetme_core::cursor::Seq;
use meetme_core::entry::{BusyKind, BusySpan, Collection};
use meetme_core::id::{CollectionId, UserId};
use meetme_core::time::{Instant, Span};

use super::StoreError;

/// What went out of calendars that one step of pruning forgets.
pub(super) const PRUNED_GONE: usize = 500;

/// Reads calendars and entries. They are written by [`Store::change`](super::Store::change) alone.
#[async_trait]
pub trait Entries: Send + Sync {
    /// A user's calendars, by name.
    async fn collections(&self, owner: UserId) -> Result<Vec<CollectionFile>, StoreError>;
    /// One of a user's calendars.
    async fn collection(&self, owner: UserId, name: &str) -> Result<Option<CollectionFile>, StoreError>;
    /// Entries of a calendar with their bytes, those of `names` that are there, in the order of these, no more than
    /// fill a page (see [`is_full`]). Each name stands there once.
    async fn entries(&self, collection: CollectionId, names: &[String]) -> Result<Vec<EntryFile>, StoreError>;
    /// Entries of a calendar that may match, by name, at most `limit`, and no more than fill a page (see [`is_full`]).
    async fn find_entries(&self, query: EntryQuery, limit: usize) -> Result<Vec<EntryFile>, StoreError>;
    /// What came, changed and went in a calendar, and where the calendar stands, from one snapshot. `None` when
    /// there is no such calendar.
    async fn entries_after(&self, query: NewsQuery) -> Result<Option<EntryNews>, StoreError>;
    /// The time that entries of the calendars that count take in `span`, in no order.
    async fn busy(&self, owner: UserId, span: Span) -> Result<Vec<BusySpan>, StoreError>;
    /// What a client keeps on a thing in its home: names in Clark notation and elements. See
    /// [`super::properties`] for how much that may be.
    async fn properties(&self, owner: UserId, place: &str) -> Result<Vec<(String, String)>, StoreError>;
    /// The same of everything directly below a place, with the last segment of each path.
    async fn properties_below(&self, owner: UserId, place: &str) -> Result<Vec<(String, String, String)>, StoreError>;
    /// Entries of accounts in use whose busy time is known to an instant before `before`: at most `limit`, those first
    /// of which least is known.
    async fn short_entries(&self, before: Instant, limit: usize) -> Result<Vec<StaleEntry>, StoreError>;
    /// Forgets what went out of calendars before `before`: a bounded step; true if more is left.
    async fn forget_gone(&self, before: Instant) -> Result<bool, StoreError>;
}

/// A calendar and where it stands in its owner's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionFile {
    /// The calendar.
    pub collection: Collection,
    /// How many entries it has.
    pub entries: u64,
    /// When it was made.
    pub made: Seq,
    /// When anything in it changed last.
    pub changed: Seq,
    /// Up to where it is forgotten what went.
    pub floor: Seq,
}

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryFile {
    /// The last segment of its path.
    pub name: String,
    /// The UID of its components.
    pub uid: String,
    /// What it is, such as `VEVENT`.
    pub component: String,
    /// Follows from the bytes.
    pub etag: String,
    /// See [`meetme_core::entry::Entry::schedule_tag`].
    pub schedule_tag: Option<String>,
    /// See [`meetme_core::entry::Entry::organizer`].
    pub organizer: Option<UserId>,
    /// Where in the owner's log it was written last.
    pub seq: Seq,
    /// When it was written last.
    pub changed_at: Instant,
    /// How many bytes it has.
    pub size: u64,
    /// As the client gave it; empty if not asked for.
    pub bytes: Vec<u8>,
}

/// Which entries of a calendar.
#[derive(Debug, Clone)]
pub struct EntryQuery {
    /// The calendar.
    pub collection: CollectionId,
    /// Those that touch this range, ends included; an end that is left out is far away.
    pub range: Option<(Option<Instant>, Option<Instant>)>,
    /// Those that are one of these components; any if empty.
    pub components: Vec<String>,
    /// The one with this UID.
    pub uid: Option<String>,
    /// Those behind this name.
    pub after: Option<String>,
    /// With their bytes.
    pub bytes: bool,
}

impl EntryQuery {
    /// Everything in a calendar, without bytes.
    pub fn all_of(collection: CollectionId) -> Self {
        Self { collection, range: None, components: Vec::new(), uid: None, after: None, bytes: false }
    }
}

/// Which news of a calendar.
#[derive(Debug, Clone, Copy)]
pub struct NewsQuery {
    /// The calendar.
    pub collection: CollectionId,
    /// What is behind this place.
    pub after: Seq,
    /// Nothing that is behind this one, if it is given.
    pub to: Option<Seq>,
    /// About so many, and no more than fill a page.
    pub limit: usize,
    /// Entries with their bytes.
    pub bytes: bool,
}

/// The bytes of entries that fill a page: no more are held in memory at once, but for what one entry has too much.
pub const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// Whether there may be more entries behind a page that was limited to so many.
pub fn is_full(page: &[EntryFile], limit: usize) -> bool {
    page.len() >= limit || bytes_of(page) >= PAGE_BYTES
}

fn bytes_of(page: &[EntryFile]) -> usize {
    page.iter().map(|entry| entry.bytes.len()).sum()
}

/// Gathers entries until their bytes fill a page, never between two of one place in the log.
#[derive(Default)]
pub(super) struct Page {
    pub(super) entries: Vec<EntryFile>,
    bytes: usize,
    /// Whether more was offered than there was room for.
    pub(super) cut: bool,
}

impl Page {
    /// Adds an entry; whether to go on.
    pub(super) fn add(&mut self, entry: EntryFile) -> bool {
        if self.bytes >= PAGE_BYTES && self.entries.last().is_some_and(|last| last.seq != entry.seq) {
            self.cut = true;
            return false;
        }
        self.bytes += entry.bytes.len();
        self.entries.push(entry);
        true
    }
}

/// What is new in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryNews {
    /// The calendar as of the same snapshot.
    pub calendar: CollectionFile,
    /// What was written, by place in the log.
    pub written: Vec<EntryFile>,
    /// What went, by place in the log.
    pub gone: Vec<(Seq, String)>,
    /// Everything up to here is told.
    pub told_to: Seq,
}

/// A calendar, or where one may be made.
#[derive(Debug, Clone)]
pub struct CollectionDesk {
    /// What is there.
    pub there: Option<Collection>,
    /// The time that its entries take, roughly.
    pub busy: Vec<Span>,
    /// How many calendars the owner has.
    pub count: usize,
}

/// An entry whose busy time is not known far enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleEntry {
    /// Whose.
    pub owner: UserId,
    /// In which calendar.
    pub collection: CollectionId,
    /// The zone of the calendar's floating times; the owner's if none.
    pub timezone: Option<String>,
    /// The entry, with its bytes.
    pub entry: EntryFile,
}

/// Where a time lies that has no bound.
pub(super) const FAR: i64 = 1 << 60;

/// Classes of how far things reach, in seconds; the last one has no end.
pub(super) const REACHES: [i64; 6] = [86_400, 8 * 86_400, 64 * 86_400, 512 * 86_400, 4_096 * 86_400, 4 * FAR];

/// The class of what lies between two ends.
pub(super) fn reach_of(start: i64, end: i64) -> i64 {
    let length = end.saturating_sub(start);
    let class = REACHES.iter().position(|reach| length <= *reach).unwrap_or(REACHES.len() - 1);
    i64::try_from(class).unwrap_or(5)
}

/// The classes as a table of SQL with columns `column1` (class) and `column2` (seconds).
macro_rules! reaches {
    () => {
        "(VALUES (0, 86400), (1, 691200), (2, 5529600), (3, 44236800), (4, 353894400), (5, 4611686018427387904)) AS k"
    };
}
pub(super) use reaches;

/// How many spans a row of busy time holds at most.
const SPANS_IN_A_ROW: usize = 64;

/// Busy time as rows: kind, and spans in order.
pub(super) fn busy_rows(busy: &[BusySpan]) -> Vec<(i64, Vec<Span>)> {
    let mut busy = busy.to_vec();
    busy.sort_unstable_by_key(|busy| (busy.kind, busy.span));
    busy.dedup();
    let same_kind = busy.chunk_by(|a, b| a.kind == b.kind);
    let rows = same_kind.flat_map(|same| same.chunks(SPANS_IN_A_ROW));
    rows.map(|row| (kind_number(row[0].kind), row.iter().map(|busy| busy.span).collect())).collect()
}

fn kind_number(kind: BusyKind) -> i64 {
    match kind {
        BusyKind::Busy => 0,
        BusyKind::Tentative => 1,
        BusyKind::Unavailable => 2,
        BusyKind::Unreadable => 3,
    }
}

pub(super) fn busy_kind(number: i64) -> BusyKind {
    match number {
        0 => BusyKind::Busy,
        1 => BusyKind::Tentative,
        2 => BusyKind::Unavailable,
        _ => BusyKind::Unreadable,
    }
}

/// The hull of spans in order.
pub(super) fn hull(spans: &[Span]) -> Option<(Instant, Instant)> {
    let start = spans.first()?.start();
    Some((start, spans.iter().map(Span::end).max()?))
}

/// Merges what was written and what went into one order and cuts it after about `limit`, never inside one place.
pub(super) fn news(calendar: CollectionFile, written: Page, gone: Vec<(Seq, String)>, query: &NewsQuery) -> EntryNews {
    let Page { entries: written, cut, .. } = written;
    let mut seqs: Vec<Seq> = written.iter().map(|entry| entry.seq).chain(gone.iter().map(|(seq, _)| *seq)).collect();
    seqs.sort_unstable();
    let end = query.to.map_or(calendar.changed, |to| to.min(calendar.changed));
    let told_to = match seqs.get(query.limit) {
        None => end,
        // Up to the place before the first that is left out, unless that would be nothing.
        Some(cut) => seqs[..query.limit].iter().rev().find(|seq| *seq < cut).copied().unwrap_or(*cut),
    };
    let told_to = match written.last() {
        Some(last) if cut => told_to.min(last.seq),
        _ => told_to,
    };
    let written = written.into_iter().filter(|entry| entry.seq <= told_to).collect();
    let gone = gone.into_iter().filter(|(seq, _)| *seq <= told_to).collect();
    EntryNews { calendar, written, gone, told_to }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classes_of_sql_are_those_of_the_program() {
        let told: Vec<String> =
            REACHES.iter().enumerate().map(|(class, reach)| format!("({class}, {reach})")).collect();

        assert_eq!(reaches!(), format!("(VALUES {}) AS k", told.join(", ")));
    }
}
