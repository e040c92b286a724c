//! What subscribers need: who lets what be read by URL, and when something that was read has become old.

use async_trait::async_trait;
use meetme_core::cursor::Seq;
use meetme_core::id::{EventId, Slug, UserId, Username};
use meetme_core::time::{Instant, Span};

use super::row::Columns;
use super::{AccountError, StoreError, UserRecord};

/// The part of a [`Store`](super::Store) that feeds read.
#[async_trait]
pub trait Feeds {
    /// What an account lets be read; nothing if it never said so.
    async fn feed_switches(&self, user: UserId) -> Result<FeedSwitches, StoreError>;
    /// Lets everybody read when the account is busy, or nobody.
    async fn allow_free_busy(&self, user: UserId, allowed: bool) -> Result<(), AccountError>;
    /// Puts a private feed in the place of the one before, or ends that.
    async fn set_private_feed(&self, user: UserId, feed: Option<PrivateFeed>) -> Result<(), AccountError>;
    /// Whose private feed has this token.
    async fn owner_of_feed(&self, token: &str) -> Result<Option<UserRecord>, StoreError>;

    /// The last entry of a person's log that may have changed which of their slots are open, whether it is kept
    /// still or not; none if there was none.
    async fn last_touch(&self, person: UserId) -> Result<Option<Touch>, StoreError>;
    /// The same for their bookings.
    async fn last_meeting(&self, person: UserId) -> Result<Option<Touch>, StoreError>;
    /// What the people and events of a person's bookings in `span` are called, their own name counted.
    async fn names(&self, person: UserId, span: Span) -> Result<Names, StoreError>;
    /// When holds on a person's time end by themselves.
    async fn hold_ends(&self, person: UserId, now: Instant) -> Result<HoldEnds, StoreError>;
    /// What an event is called, or was when it was deleted.
    async fn event_label(&self, event: EventId) -> Result<Option<EventLabel>, StoreError>;
}

/// What an account lets be read by URL, without a log-in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedSwitches {
    /// When it is busy, by everybody.
    pub free_busy: bool,
    /// Its bookings, by whoever knows the token.
    pub private: Option<PrivateFeed>,
}

/// The private feed of an account.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateFeed {
    /// What its URL ends in.
    pub token: String,
    /// When it was made.
    pub made_at: Instant,
}

impl std::fmt::Debug for PrivateFeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PrivateFeed(made at {})", self.made_at)
    }
}

/// A place in a log, and when it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// The place.
    pub seq: Seq,
    /// When it was committed, as the server's clock had it.
    pub at: Instant,
}

/// What people and events are called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Names {
    /// Of the same people and events, the same number means the same names. It only goes up.
    pub version: u64,
    /// When one of them changed last, if ever.
    pub at: Option<Instant>,
}

/// When holds that are kept end by themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HoldEnds {
    /// The last end that has come, of a hold that nobody took away yet.
    pub last: Option<Instant>,
    /// The next one to come.
    pub next: Option<Instant>,
}

/// What an event is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLabel {
    /// Whose it is.
    pub owner: Username,
    /// Its short name.
    pub slug: Slug,
    /// Its title.
    pub title: String,
}

/// The columns of an account's row of `feeds`.
pub(super) fn switches(row: &mut dyn Columns) -> Result<FeedSwitches, StoreError> {
    let free_busy = row.flag()?;
    let (token, made_at) = (row.text_or_none()?.map(str::to_owned), row.instant_or_none()?);
    Ok(FeedSwitches { free_busy, private: token.zip(made_at).map(|(token, made_at)| PrivateFeed { token, made_at }) })
}

/// Place and time of an entry, or nulls.
pub(super) fn touch(row: &mut dyn Columns) -> Result<Option<Touch>, StoreError> {
    let (seq, at) = (row.small_or_none()?.map(Seq), row.instant_or_none()?);
    Ok(seq.zip(at).map(|(seq, at)| Touch { seq, at }))
}

/// The columns of [`select_names`].
pub(super) fn names(row: &mut dyn Columns) -> Result<Names, StoreError> {
    Ok(Names { version: row.number()?, at: row.instant_or_none()? })
}

/// The last end that has come and the next one.
pub(super) fn ends(row: &mut dyn Columns) -> Result<HoldEnds, StoreError> {
    Ok(HoldEnds { last: row.instant_or_none()?, next: row.instant_or_none()? })
}

/// The names of an event.
pub(super) fn label(row: &mut dyn Columns) -> Result<EventLabel, StoreError> {
    Ok(EventLabel { owner: row.parse()?, slug: row.parse()?, title: row.string()? })
}

/// Moves the end of a person's log by one entry, written at an instant, and says where it is then. What feeds follow
/// from is kept on the row: the entries themselves are pruned.
macro_rules! next_of_log {
    ($person:literal, $at:literal, $touches_time:literal, $touches_bookings:literal) => {
        concat!(
            "UPDATE users SET log_seq = log_seq + 1, ",
            $crate::store::feeds::next_of_log!("time", $at, $touches_time),
            ", ",
            $crate::store::feeds::next_of_log!("meetings", $at, $touches_bookings),
            " WHERE id = ",
            $person,
            " RETURNING log_seq"
        )
    };
    ($what:literal, $at:literal, $touched:literal) => {
        concat!(
            $what,
            "_seq = CASE WHEN ",
            $touched,
            " THEN log_seq + 1 ELSE ",
            $what,
            "_seq END, ",
            $what,
            "_at = CASE WHEN ",
            $touched,
            " THEN ",
            $at,
            " ELSE ",
            $what,
            "_at END"
        )
    };
}
pub(super) use next_of_log;

/// What a person's bookings in a span are called: all names of the people and events, as two numbers. The columns of
/// [`names`]. Span and earliest start are instants.
macro_rules! select_names {
    ($person:literal, $from:literal, $earliest:literal, $to:literal) => {
        concat!(
            "WITH met AS (SELECT b.event, b.host, b.guest FROM bookings b WHERE b.host = ", $person,
            " AND b.\"end\" > ", $from, " AND b.start > ", $earliest, " AND b.start < ", $to,
            " UNION ALL SELECT b.event, b.host, b.guest FROM bookings b WHERE b.guest = ", $person,
            " AND b.\"end\" > ", $from, " AND b.start > ", $earliest, " AND b.start < ", $to,
            "), people AS (SELECT u.names, u.named_at FROM users u WHERE u.id = ", $person,
            " OR u.id IN (SELECT host FROM met UNION SELECT guest FROM met)), ",
            "things AS (SELECT e.version, e.updated_at FROM events e WHERE e.id IN (SELECT event FROM met)) ",
            "SELECT CAST((SELECT coalesce(sum(names), 0) FROM people) + (SELECT coalesce(sum(version), 0) FROM things) ",
            "AS bigint), (SELECT max(at) FROM (SELECT max(named_at) AS at FROM people ",
            "UNION ALL SELECT max(updated_at) FROM things) AS ats)"
        )
    };
}
pub(super) use select_names;
