//! What subscribers need: who lets what be read by URL, and when something that was read has become old.

use async_trait::async_trait;
use meetme_core::cursor::Seq;
use meetme_core::id::{EventId, Slug, UserId, Username};
use meetme_core::time::Instant;

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

    /// The last entry of a person's log that may have changed which of their slots are open; none if
    /// there was none, or it was pruned.
    async fn last_touch(&self, person: UserId) -> Result<Option<Touch>, StoreError>;
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

/// Place and time of an entry.
pub(super) fn touch(row: &mut dyn Columns) -> Result<Touch, StoreError> {
    Ok(Touch { seq: Seq(row.number()?), at: row.instant()? })
}

/// The last end that has come and the next one.
pub(super) fn ends(row: &mut dyn Columns) -> Result<HoldEnds, StoreError> {
    Ok(HoldEnds { last: row.instant_or_none()?, next: row.instant_or_none()? })
}

/// The names of an event.
pub(super) fn label(row: &mut dyn Columns) -> Result<EventLabel, StoreError> {
    Ok(EventLabel { owner: row.parse()?, slug: row.parse()?, title: row.string()? })
}

/// The last entry that touches a person's time. A yes to a pending booking, what is said of windows (that
/// is in the event's version), new events and credentials leave it as it was; whatever else there may be counts.
macro_rules! select_touch {
    ($person:literal) => {
        concat!(
            "SELECT seq, at FROM log WHERE person = ",
            $person,
            " AND kind NOT IN ('confirmed', 'windows_changed', 'event_created', 'credentials_changed') ",
            "ORDER BY seq DESC LIMIT 1"
        )
    };
}
pub(super) use select_touch;
