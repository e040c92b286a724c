//! Where everything is kept: the trait, and what every backend promises.
//!
//! Promises, shown for each backend by `server/tests/store_contract.rs`:
//! - A change is one transaction: rows, occupancy, log entries and the
//!   idempotent answer become durable together before it is answered, or not
//!   at all.
//! - The rule handed to [`Store::change`] sees what no other change can touch
//!   until it is done: the persons concerned are locked first, in id order.
//! - No two occupancy rows of one person overlap, whatever the rule said.
//! - A person's log is numbered in commit order from 1, without gaps or reuse.
//!
//! Instants are kept to the second. A store never expands a recurrence, reads a
//! clock or makes an id, and knows nothing of HTTP.

mod busy;
mod calls;
mod checks;
mod entries;
mod error;
mod fault;
mod feeds;
mod listing;
pub mod people;
pub mod postgres;
pub mod properties;
mod row;
mod scheduling;
pub mod sqlite;
mod steps;
pub mod transfer;
mod value;

use async_trait::async_trait;
use meetme_core::account::Profile;
use meetme_core::api::Scope as TokenScope;
use meetme_core::availability::{Calendar, HostLimits};
use meetme_core::booking::{Booking, Desk, Hold, Status};
use meetme_core::change::{Change, News};
use meetme_core::cursor::{Cursor, Epoch, Seq};
use meetme_core::entry::Place;
use meetme_core::event::Event;
use meetme_core::id::{BookingId, CollectionId, EventId, HoldId, Slug, TokenId, UserId, Username};
use meetme_core::refusal::Refusal;
use meetme_core::time::{Instant, Span, Zone};
use meetme_core::window::Window;

pub use calls::{Calls, Letter, MAX_LETTER, NodeId, SharedSecret};
pub use entries::{
    CollectionDesk, CollectionFile, Entries, EntryFile, EntryNews, EntryQuery, NewsQuery, PAGE_BYTES, StaleEntry,
    is_full,
};
pub use error::{AccountError, ChangeError, OpenError, StoreError};
pub use feeds::{EventLabel, FeedSwitches, Feeds, HoldEnds, Names, PrivateFeed, Touch};
pub use scheduling::{EntryAt, Scheduling};

/// Bookings ahead that deleting an event may cancel in one transaction.
pub const MAX_AHEAD: usize = 10_000;
/// Bookings ahead that one step of deleting an account ends.
pub const AHEAD_AT_ONCE: usize = 1_000;
/// The most events of one host.
pub const MAX_EVENTS: usize = 1_000;
/// The most app tokens of one account.
pub const MAX_TOKENS: usize = 100;
/// The most sessions of one account.
pub const MAX_SESSIONS: usize = 100;

/// Log entries that one step of pruning deletes from one log.
const PRUNED_OF_LOG: usize = 500;
/// Logs that one step of pruning looks into.
const PRUNED_LOGS: usize = 50;
/// Answers that one step of pruning deletes.
const PRUNED_ANSWERS: usize = 500;
/// Credentials that one step of pruning deletes.
const PRUNED_CREDENTIALS: usize = 500;

/// One place where users, events, bookings and logs are kept. See the module for its promises.
#[async_trait]
pub trait Store: Calls + Entries + Feeds + Scheduling + Send + Sync + 'static {
    /// Loads what `scope` names under the locks of the persons concerned, asks
    /// `decide`, applies its changes and appends them to the persons' logs, in
    /// one transaction. With an idempotency key, an answer that was stored
    /// under it is returned instead, and nothing is decided.
    ///
    /// `decide` may be called again if the transaction has to be repeated.
    async fn change(&self, scope: Scope, decide: Decide) -> Result<Outcome, ChangeError>;

    /// The answer stored under a key, if there is one.
    async fn answer(&self, key: &IdempotencyKey) -> Result<Option<Vec<u8>>, ChangeError>;

    /// Adds an account and its first session together.
    async fn create_user(&self, user: UserRecord, session: Credential) -> Result<(), AccountError>;
    /// An account that was neither deleted nor disabled, by id.
    async fn user(&self, id: UserId) -> Result<Option<UserRecord>, StoreError>;
    /// An account that was neither deleted nor disabled, by username.
    async fn user_by_name(&self, username: &str) -> Result<Option<UserRecord>, StoreError>;
    /// An account that was not deleted, disabled or not, by username.
    async fn any_user_by_name(&self, username: &Username) -> Result<Option<UserRecord>, StoreError>;

    /// Adds a session of whoever gave a password, unless that is another one by now than the one that hashes to
    /// `checked`.
    async fn begin_session(&self, session: Credential, checked: String) -> Result<(), AccountError>;
    /// Adds a session or app token. More than [`MAX_TOKENS`] tokens are `Ok(false)`; of more than [`MAX_SESSIONS`]
    /// sessions those that were unused for longest end, which is logged as `credentials_changed`.
    async fn add_credential(&self, credential: Credential) -> Result<bool, AccountError>;
    /// The credential with this hash and its owner, whether it has expired or not; none of a disabled account.
    async fn credential(&self, hash: CredentialHash) -> Result<Option<(Credential, UserRecord)>, StoreError>;
    /// Moves a session's expiry.
    async fn extend_session(&self, hash: CredentialHash, expires_at: Instant) -> Result<(), StoreError>;
    /// Ends a session or token and logs `credentials_changed`; false if there was none.
    async fn end_session(&self, hash: CredentialHash, now: Instant) -> Result<bool, StoreError>;
    /// A user's app tokens, oldest first.
    async fn tokens(&self, user: UserId) -> Result<Vec<Credential>, StoreError>;
    /// Revokes a token of this user and logs `credentials_changed`; false if there is none.
    async fn revoke_token(&self, user: UserId, token: TokenId, now: Instant) -> Result<bool, StoreError>;

    /// An event with its windows and its host's limits, by name. A disabled host has none to be found.
    async fn event(&self, owner: &Username, slug: &Slug) -> Result<Option<EventFile>, StoreError>;
    /// An event with its windows and its host's limits, by id.
    async fn event_by_id(&self, event: EventId) -> Result<Option<EventFile>, StoreError>;
    /// A host's events by slug, those after `after`, at most `limit`.
    async fn events(&self, host: UserId, after: Option<&Slug>, limit: usize) -> Result<Vec<Event>, StoreError>;
    /// The same of its public events alone.
    async fn public_events(&self, host: UserId, after: Option<&Slug>, limit: usize) -> Result<Vec<Event>, StoreError>;
    /// A person's time in `span`: everything that overlaps it, holds that have expired at `now` left out.
    async fn calendar(&self, person: UserId, span: Span, now: Instant) -> Result<Calendar, StoreError>;
    /// The widest buffer of any event of this host, for [`Calendar::reach`].
    async fn widest_buffer(&self, host: UserId) -> Result<meetme_core::time::Minutes, StoreError>;

    /// A booking with the people and the event it belongs to.
    async fn booking(&self, booking: BookingId) -> Result<Option<BookingFile>, StoreError>;
    /// A person's bookings that match, by start and id, at most `limit`.
    async fn bookings(&self, query: BookingQuery, limit: usize) -> Result<Vec<BookingFile>, StoreError>;
    /// Where those stand in the order, and no more of them.
    async fn booking_places(&self, query: BookingQuery, limit: usize) -> Result<Vec<(Instant, BookingId)>, StoreError>;
    /// A hold, expired or not.
    async fn hold(&self, hold: HoldId) -> Result<Option<Hold>, StoreError>;

    /// Pending bookings whose time to lapse has come, at most `limit`.
    async fn lapsing(&self, now: Instant, limit: usize) -> Result<Vec<BookingId>, StoreError>;
    /// Holds whose time is up, at most `limit`.
    async fn expired_holds(&self, now: Instant, limit: usize) -> Result<Vec<HoldId>, StoreError>;

    /// Which life of the database this is.
    fn epoch(&self) -> Epoch;
    /// Where a person's log ends now.
    async fn head(&self, person: UserId) -> Result<Cursor, StoreError>;
    /// Where the logs of these persons end, of those that are there.
    async fn heads(&self, persons: &[UserId]) -> Result<Vec<(UserId, Seq)>, StoreError>;
    /// A page of a person's log after `seq`, and where it ends, from one snapshot.
    /// `None` when entries right after `seq` were pruned: the reader starts anew.
    async fn log_after(&self, person: UserId, seq: Seq, limit: usize) -> Result<Option<LogPage>, StoreError>;

    /// Deletes what is only kept for a while: log entries before `log_before`, idempotency keys
    /// before `keys_before`, credentials that expired before `now`. A bounded step; true if more is left.
    async fn prune(&self, now: Instant, log_before: Instant, keys_before: Instant) -> Result<bool, StoreError>;
    /// Writes something durably and reads it back; how the server knows that it can work.
    async fn probe(&self) -> Result<(), StoreError>;
    /// How many rows there are of what, for `/metrics`. An estimate is good enough.
    async fn counts(&self) -> Result<Counts, StoreError>;
    /// What the writer has done since it started.
    fn writer_stats(&self) -> WriterStats;
    /// Finishes what was accepted and closes. Later calls are `Unavailable`.
    async fn close(&self);
}

/// What a change is about. The store finds out whose locks it needs.
#[derive(Debug, Clone)]
pub struct Scope {
    /// What to load.
    pub subject: Subject,
    /// The instant at which all is judged.
    pub now: Instant,
    /// Makes a repetition harmless.
    pub key: Option<IdempotencyKey>,
}

/// What to load for a decision.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A host is about to create an event: [`Found::Shelf`].
    Shelf {
        /// Who.
        host: UserId,
        /// The wanted slug; names that collide with it are loaded.
        slug: Slug,
    },
    /// An event is about to change or go: [`Found::Event`].
    Event(EventId),
    /// A guest wants a slot: [`Found::Desk`].
    Slot {
        /// Of which event.
        event: EventId,
        /// The version from which the slot was cut.
        version: u64,
        /// The slot.
        slot: Span,
        /// For whom.
        guest: UserId,
        /// The UID that an app chose for the booking; others of the guest's that have it are looked for.
        uid: Option<String>,
    },
    /// A booking is decided on or cancelled: [`Found::Booking`].
    Booking(BookingId),
    /// A booking is about to move: [`Found::Move`].
    Move {
        /// Which.
        booking: BookingId,
        /// The version from which the slot was cut.
        version: u64,
        /// Whither.
        slot: Span,
    },
    /// A hold is about to end: [`Found::Hold`].
    Hold(HoldId),
    /// What an account says, or its password, is about to change: [`Found::Person`].
    Person(UserId),
    /// An account is about to go: [`Found::Account`].
    Account(UserId),
    /// A calendar of a user's own is about to come, change or go: [`Found::Collection`].
    Collection {
        /// Whose.
        owner: UserId,
        /// Its name.
        name: String,
    },
    /// A calendar of a user's own is about to get another name: [`Found::Collections`].
    CollectionMove {
        /// Whose.
        owner: UserId,
        /// Its name.
        from: String,
        /// The name it shall have.
        to: String,
    },
    /// An entry is about to be written or removed: [`Found::Place`].
    Entry {
        /// Whose.
        owner: UserId,
        /// In which calendar.
        collection: CollectionId,
        /// Where in it.
        name: String,
        /// With which UID; others that have it are looked for.
        uid: Option<String>,
    },
    /// An entry is about to move: [`Found::Places`].
    EntryMove {
        /// Whose.
        owner: UserId,
        /// Whence.
        from: (CollectionId, String),
        /// Whither.
        to: (CollectionId, String),
        /// Its UID.
        uid: String,
    },
    /// Entries of several people are about to be written or removed together: [`Found::Entries`].
    Entries {
        /// Whose changes this should meet in one batch.
        lead: UserId,
        /// Where.
        places: Vec<EntryAt>,
    },
}

/// What was loaded, one variant for each [`Subject`].
#[derive(Debug, Clone)]
pub enum Found {
    /// What stands where a new event shall be.
    Shelf(Shelf),
    /// An event and what hangs on it.
    Event(EventDossier),
    /// A slot and a guest. Boxed: it is large.
    Desk(Box<Desk>),
    /// A booking.
    Booking(Booking),
    /// A booking and the slot it wants to move to.
    Move(Booking, Box<Desk>),
    /// A hold, expired or not.
    Hold(Hold),
    /// An account that was not deleted, disabled or not.
    Person(UserRecord),
    /// An account and what hangs on it.
    Account(AccountDossier),
    /// A calendar, or where one may be made.
    Collection(Box<CollectionDesk>),
    /// A calendar, and what has the name that it shall have.
    Collections(Box<[CollectionDesk; 2]>),
    /// Where an entry is or shall be.
    Place(Box<Place>),
    /// Where an entry is, and where it shall be.
    Places(Box<[Place; 2]>),
    /// Where entries are or shall be, in the order in which they were asked for.
    Entries(Vec<Place>),
}

/// What stands where a new event shall be.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// Slugs of the host that are the wanted one or begin with it and a hyphen.
    pub slugs: Vec<Slug>,
    /// How many events the host has.
    pub events: usize,
}

/// An event and what hangs on it.
#[derive(Debug, Clone)]
pub struct EventDossier {
    /// The event.
    pub event: Event,
    /// Its windows, in the order in which they were added.
    pub windows: Vec<Window>,
    /// Its bookings that are not cancelled and end after now, at most [`MAX_AHEAD`] + 1.
    pub ahead: Vec<Booking>,
    /// Its holds.
    pub holds: Vec<Hold>,
    /// Other slugs of the host.
    pub other_slugs: Vec<Slug>,
}

/// An account and what hangs on it.
#[derive(Debug, Clone)]
pub struct AccountDossier {
    /// The user's events.
    pub events: Vec<Event>,
    /// Bookings as host or guest that are not cancelled and end after now, at most [`AHEAD_AT_ONCE`].
    pub ahead: Vec<Booking>,
    /// How many of these there are in all.
    pub count: usize,
    /// The user's own holds, and those on their events.
    pub holds: Vec<Hold>,
}

/// A pure rule: what was found in, changes and answer out.
pub type Decide = Box<dyn FnMut(&Found) -> Result<Decision, Refusal> + Send>;

/// What a rule wants done.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// To apply, in this order. None is fine: nothing is written but the answer.
    pub changes: Vec<Change>,
    /// Opaque to the store; comes back in the [`Outcome`], and under the key if there is one.
    pub answer: Vec<u8>,
}

/// A change that was made, or had been made before under the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The decision's answer.
    pub answer: Vec<u8>,
    /// Where the logs of the persons concerned end now; empty for a repetition.
    pub heads: Vec<(UserId, Seq)>,
    /// Whether the answer is that of an earlier request.
    pub repeated: bool,
}

/// Unique per user; kept for seven days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Whose key it is.
    pub user: UserId,
    /// As the client gave it, at most 255 bytes.
    pub key: String,
    /// SHA-256 of what was asked: method, path and body.
    pub request: [u8; 32],
}

/// SHA-256 of a session or app token; the token itself is not kept.
pub type CredentialHash = [u8; 32];

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRecord {
    /// Never changes.
    pub id: UserId,
    /// Never changes.
    pub username: Username,
    /// What people read.
    pub display_name: String,
    /// Unique among accounts, compared without case.
    pub email: String,
    /// Home zone; also the zone of the limits.
    pub zone: Zone,
    /// The most slots in use on a day over all own events.
    pub max_per_day: Option<u32>,
    /// The most slots in use in an ISO week over all own events.
    pub max_per_week: Option<u32>,
    /// PHC string of the password's argon2id hash.
    pub password_hash: String,
    /// When it was made.
    pub created_at: Instant,
}

impl UserRecord {
    /// The user as the other one of a booking sees them.
    pub fn card(&self) -> PersonCard {
        PersonCard {
            username: self.username.clone(),
            display_name: self.display_name.clone(),
            email: Some(self.email.clone()),
        }
    }

    /// What its owner says about themself.
    pub fn profile(&self) -> Profile {
        Profile {
            display_name: self.display_name.clone(),
            email: self.email.clone(),
            zone: self.zone,
            max_per_day: self.max_per_day,
            max_per_week: self.max_per_week,
        }
    }

    /// The same account as if its owner said something else.
    pub fn saying(&self, profile: Profile) -> Self {
        let Profile { display_name, email, zone, max_per_day, max_per_week } = profile;
        Self { display_name, email, zone, max_per_day, max_per_week, ..self.clone() }
    }

    /// What the user allows themself as a host.
    pub fn limits(&self) -> HostLimits {
        HostLimits { zone: self.zone, max_per_day: self.max_per_day, max_per_week: self.max_per_week }
    }
}

/// A session or an app token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// What the token hashes to.
    pub hash: CredentialHash,
    /// Whose it is.
    pub user: UserId,
    /// Present on app tokens, absent on sessions.
    pub token: Option<TokenLabel>,
    /// What it may do. Sessions may do everything.
    pub scopes: Vec<TokenScope>,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends.
    pub expires_at: Option<Instant>,
}

/// What tells app tokens apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenLabel {
    /// To revoke it by.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
}

/// An event with all that decides about its slots but the host's time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFile {
    /// The event.
    pub event: Event,
    /// Its windows, in the order in which they were added.
    pub windows: Vec<Window>,
    /// What its host allows themself over all events.
    pub limits: HostLimits,
    /// The host.
    pub host: PersonCard,
}

/// A booking with the people and the event it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingFile {
    /// The booking.
    pub booking: Booking,
    /// The event's public name; a deleted event keeps its last one.
    pub owner: Username,
    /// The event's short name.
    pub slug: Slug,
    /// The event's title.
    pub title: String,
    /// The event's location; empty means the call.
    pub location: String,
    /// The host.
    pub host: PersonCard,
    /// The guest.
    pub guest: PersonCard,
}

/// A person as the other one of a booking sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonCard {
    /// Unique.
    pub username: Username,
    /// What people read; `deleted account` when it is.
    pub display_name: String,
    /// None for a deleted account.
    pub email: Option<String>,
}

/// Which of a person's bookings.
#[derive(Debug, Clone)]
pub struct BookingQuery {
    /// Whose.
    pub person: UserId,
    /// In which part; both if none.
    pub role: Option<Role>,
    /// Those that end after this.
    pub from: Option<Instant>,
    /// Those that start before this.
    pub to: Option<Instant>,
    /// Only of these statuses; any if empty.
    pub statuses: Vec<Status>,
    /// Only of this event.
    pub event: Option<EventId>,
    /// Only those whose id begins with this text (hexadecimal digits and hyphens).
    pub id_prefix: Option<String>,
    /// Those behind this place in the order.
    pub after: Option<(Instant, BookingId)>,
    /// The last ones instead of the first, if there are more than the limit.
    pub last: bool,
}

impl BookingQuery {
    /// All of a person's bookings.
    pub fn all_of(person: UserId) -> Self {
        Self {
            person,
            role: None,
            from: None,
            to: None,
            statuses: Vec::new(),
            event: None,
            id_prefix: None,
            after: None,
            last: false,
        }
    }
}

/// A person's part in a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// They offered the slot.
    Host,
    /// They took it.
    Guest,
}

/// One line of a person's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its place.
    pub seq: Seq,
    /// When it was committed, as the server's clock had it.
    pub at: Instant,
    /// What happened.
    pub news: News,
}

/// A page of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPage {
    /// In order.
    pub entries: Vec<LogEntry>,
    /// Where the log ended when the page was read.
    pub head: Seq,
}

/// Rows of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Accounts.
    pub users: u64,
    /// Events.
    pub events: u64,
    /// Bookings of any status.
    pub bookings: u64,
}

/// What a store's writer has done since it started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriterStats {
    /// Commits made durable.
    pub commits: u64,
    /// Changes in them.
    pub changes: u64,
    /// Changes that wait now.
    pub queue: u64,
}
