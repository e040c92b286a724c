//! Rows as values of the domain, whichever backend they come from: what is read, in which order of columns.

use meetme_core::availability::HostLimits;
use meetme_core::booking::{Booking, Hold, Status};
use meetme_core::change::News;
use meetme_core::cursor::Seq;
use meetme_core::entry::{BusySpan, Collection, EntryCard};
use meetme_core::event::Event;
use meetme_core::id::{BookingId, CollectionId, EventId, HoldId, TokenId, UserId, WindowId};
use meetme_core::time::{Instant, Minutes, Span};
use meetme_core::window::Window;

use super::entries::{CollectionFile, EntryFile, StaleEntry, busy_kind};
use super::value::{broken, from_json, instant, kind, scopes, span, status, unpack, visibility, wall_times};
use super::{BookingFile, Credential, CredentialHash, LogEntry, PersonCard, StoreError, TokenLabel, UserRecord};

/// A row whose columns are read one after the other.
pub(super) trait Columns {
    /// The next column, a whole number or null.
    fn int_or_none(&mut self) -> Result<Option<i64>, StoreError>;
    /// The next column, yes or no.
    fn flag(&mut self) -> Result<bool, StoreError>;
    /// The next column, a text or null.
    fn text_or_none(&mut self) -> Result<Option<&str>, StoreError>;
    /// The next column, bytes or null.
    fn bytes_or_none(&mut self) -> Result<Option<&[u8]>, StoreError>;
    /// The next column, the sixteen bytes of an id, or null.
    fn id_bytes_or_none(&mut self) -> Result<Option<[u8; 16]>, StoreError>;
}

impl dyn Columns + '_ {
    /// The next column, a whole number.
    pub(super) fn int(&mut self) -> Result<i64, StoreError> {
        self.int_or_none()?.ok_or_else(|| broken("number", "null"))
    }

    /// The next column, a number of a narrower type.
    pub(super) fn small<T: TryFrom<i64, Error: std::fmt::Display>>(&mut self) -> Result<T, StoreError> {
        T::try_from(self.int()?).map_err(|error| broken("number", error))
    }

    /// The next column, a number of a narrower type, or null.
    pub(super) fn small_or_none<T: TryFrom<i64, Error: std::fmt::Display>>(&mut self) -> Result<Option<T>, StoreError> {
        self.int_or_none()?.map(|number| T::try_from(number).map_err(|error| broken("number", error))).transpose()
    }

    /// The next column, a text.
    pub(super) fn text(&mut self) -> Result<&str, StoreError> {
        self.text_or_none()?.ok_or_else(|| broken("text", "null"))
    }

    /// The next column, a text to keep.
    pub(super) fn string(&mut self) -> Result<String, StoreError> {
        self.text().map(str::to_owned)
    }

    /// The next column, a text that is parsed.
    pub(super) fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self) -> Result<T, StoreError> {
        self.text()?.parse().map_err(|error| broken("text", error))
    }

    /// The next column, a text that is parsed, or null.
    pub(super) fn parse_some<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self) -> Result<Option<T>, StoreError> {
        self.text_or_none()?.map(|text| text.parse().map_err(|error| broken("text", error))).transpose()
    }

    /// The next column, bytes.
    pub(super) fn bytes(&mut self) -> Result<&[u8], StoreError> {
        self.bytes_or_none()?.ok_or_else(|| broken("bytes", "null"))
    }

    /// The next column, 32 bytes.
    pub(super) fn hash(&mut self) -> Result<CredentialHash, StoreError> {
        self.bytes()?.try_into().map_err(|error| broken("hash", error))
    }

    /// The next column, an id.
    pub(super) fn id<T>(&mut self, from_bytes: fn([u8; 16]) -> T) -> Result<T, StoreError> {
        self.id_or_none(from_bytes)?.ok_or_else(|| broken("id", "null"))
    }

    /// The next column, an id or null.
    pub(super) fn id_or_none<T>(&mut self, from_bytes: fn([u8; 16]) -> T) -> Result<Option<T>, StoreError> {
        Ok(self.id_bytes_or_none()?.map(from_bytes))
    }

    /// The next column, a number that is never negative.
    pub(super) fn number(&mut self) -> Result<u64, StoreError> {
        self.small()
    }

    /// The next column, an instant.
    pub(super) fn instant(&mut self) -> Result<Instant, StoreError> {
        instant(self.int()?)
    }

    /// The next column, an instant or null.
    pub(super) fn instant_or_none(&mut self) -> Result<Option<Instant>, StoreError> {
        self.int_or_none()?.map(instant).transpose()
    }

    /// The next column, a length.
    pub(super) fn minutes(&mut self) -> Result<Minutes, StoreError> {
        self.small().map(Minutes)
    }

    /// The next two columns, a start and an end.
    pub(super) fn span(&mut self) -> Result<Span, StoreError> {
        span(self.int()?, self.int()?)
    }
}

/// An account: the columns of [`user_columns`].
pub(super) fn user(row: &mut dyn Columns) -> Result<UserRecord, StoreError> {
    Ok(UserRecord {
        id: row.id(UserId::from_bytes)?,
        username: row.parse()?,
        display_name: row.string()?,
        email: row.string()?,
        zone: row.parse()?,
        max_per_day: row.small_or_none()?,
        max_per_week: row.small_or_none()?,
        password_hash: row.string()?,
        created_at: row.instant()?,
    })
}

macro_rules! user_columns {
    () => {
        "u.id, u.username, u.display_name, u.email, u.zone, u.max_per_day, u.max_per_week, u.password_hash, u.created_at"
    };
}
pub(super) use user_columns;

/// That an account was neither deleted nor disabled: what is not in use is nowhere to be found.
macro_rules! in_use {
    () => {
        "u.deleted_at IS NULL AND u.disabled_at IS NULL"
    };
}
pub(super) use in_use;

/// A session or token: the columns of [`credential_columns`].
pub(super) fn credential(row: &mut dyn Columns) -> Result<Credential, StoreError> {
    let (hash, user) = (row.hash()?, row.id(UserId::from_bytes)?);
    let (id, name) = (row.id_or_none(TokenId::from_bytes)?, row.text_or_none()?.map(str::to_owned));
    Ok(Credential {
        hash,
        user,
        token: id.map(|id| TokenLabel { id, name: name.unwrap_or_default() }),
        scopes: scopes(row.text()?)?,
        created_at: row.instant()?,
        expires_at: row.instant_or_none()?,
    })
}

macro_rules! credential_columns {
    () => {
        "c.hash, c.\"user\", c.token, c.name, c.scopes, c.created_at, c.expires_at"
    };
}
pub(super) use credential_columns;

/// An event with what its host's row says about it.
pub(super) struct Offer {
    pub(super) event: Event,
    pub(super) limits: HostLimits,
    pub(super) widest_buffer: Minutes,
    pub(super) host: PersonCard,
}

/// An event: the columns of [`select_events`].
pub(super) fn offer(row: &mut dyn Columns) -> Result<Offer, StoreError> {
    let limits =
        HostLimits { zone: row.parse()?, max_per_day: row.small_or_none()?, max_per_week: row.small_or_none()? };
    let widest_buffer = row.minutes()?;
    let (display_name, email) = (row.string()?, row.text_or_none()?.map(str::to_owned));
    let event = Event {
        id: row.id(EventId::from_bytes)?,
        host: row.id(UserId::from_bytes)?,
        owner: row.parse()?,
        slug: row.parse()?,
        version: row.number()?,
        updated_at: row.instant()?,
        zone: row.parse()?,
        first_day: row.parse()?,
        last_day: row.parse_some()?,
        slot_length: row.minutes()?,
        step: row.minutes()?,
        buffer_before: row.minutes()?,
        buffer_after: row.minutes()?,
        notice: row.minutes()?,
        horizon_days: row.small_or_none()?,
        max_per_day: row.small_or_none()?,
        max_per_week: row.small_or_none()?,
        seats: row.small()?,
        visibility: visibility(row.text()?)?,
        needs_confirmation: row.flag()?,
        call_opens: row.minutes()?,
        call_closes: row.minutes()?,
        title: row.string()?,
        invited: from_json(row.text()?)?,
        questions: from_json(row.text()?)?,
        location: row.string()?,
        description: row.string()?,
    };
    let host = PersonCard { username: event.owner.clone(), display_name, email };
    Ok(Offer { event, limits, widest_buffer, host })
}

/// A SELECT of events that were not deleted and whose hosts may be met, each with what its host allows themself, under a condition.
macro_rules! select_events {
    ($condition:literal) => {
        concat!(
            "SELECT u.zone, u.max_per_day, u.max_per_week, u.widest_buffer, u.display_name, u.email, ",
            "e.id, e.host, u.username, e.slug, e.version, e.updated_at, e.zone, e.first_day, e.last_day, ",
            "e.slot_length, e.step, e.buffer_before, e.buffer_after, e.notice, e.horizon_days, ",
            "e.max_per_day, e.max_per_week, e.seats, e.visibility, e.needs_confirmation, ",
            "e.call_opens, e.call_closes, e.title, e.invited, e.questions, e.location, e.description ",
            "FROM events e JOIN users u ON u.id = e.host WHERE e.deleted_at IS NULL AND ",
            $crate::store::row::in_use!(),
            " AND ",
            $condition
        )
    };
}
pub(super) use select_events;

/// A window: the columns of [`window_columns`].
pub(super) fn window(row: &mut dyn Columns) -> Result<Window, StoreError> {
    Ok(Window {
        id: row.id(WindowId::from_bytes)?,
        start: row.parse()?,
        duration: row.minutes()?,
        rule: row.parse_some()?,
        exdates: wall_times(row.text()?)?,
        whole: row.flag()?,
    })
}

macro_rules! window_columns {
    () => {
        "w.id, w.start, w.duration, w.rule, w.exdates, w.whole"
    };
}
pub(super) use window_columns;

/// A booking: the columns of [`select_bookings`].
pub(super) fn booking(row: &mut dyn Columns) -> Result<Booking, StoreError> {
    Ok(Booking {
        id: row.id(BookingId::from_bytes)?,
        event: row.id(EventId::from_bytes)?,
        host: row.id(UserId::from_bytes)?,
        guest: row.id(UserId::from_bytes)?,
        span: row.span()?,
        status: status(row.int()?)?,
        allow_overlap: row.flag()?,
        sequence: row.small()?,
        lapses_at: row.instant_or_none()?,
        created_at: row.instant()?,
        updated_at: row.instant()?,
        uid: row.string()?,
        note: row.string()?,
        answers: row.text_or_none()?.map_or_else(|| Ok(Vec::new()), from_json)?,
    })
}

/// The columns of `bookings b` that [`booking`] reads, in a SELECT that goes on with `$rest`.
macro_rules! select_bookings {
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT b.id, b.event, b.host, b.guest, b.start, b.\"end\", b.status, b.allow_overlap, b.sequence, ",
            "b.lapses_at, b.created_at, b.updated_at, b.uid, b.note, b.answers",
            $more,
            " FROM bookings b ",
            $rest
        )
    };
}
pub(super) use select_bookings;

/// A booking with its people: [`select_bookings`], then the slug, title and location of the event, then the cards of host and guest.
pub(super) fn file(row: &mut dyn Columns) -> Result<BookingFile, StoreError> {
    let booking = booking(row)?;
    let (slug, title, location) = (row.parse()?, row.string()?, row.string()?);
    let (host, guest) = (card(row)?, card(row)?);
    Ok(BookingFile { booking, owner: host.username.clone(), slug, title, location, host, guest })
}

fn card(row: &mut dyn Columns) -> Result<PersonCard, StoreError> {
    let (username, display_name) = (row.parse()?, row.string()?);
    Ok(PersonCard { username, display_name, email: row.text_or_none()?.map(str::to_owned) })
}

/// A SELECT of bookings with what belongs to them, joined by `$join`.
macro_rules! select_files {
    ($rest:literal) => {
        $crate::store::row::select_bookings!(
            ", e.slug, e.title, e.location, h.username, h.display_name, h.email, g.username, g.display_name, g.email",
            $rest
        )
    };
}
pub(super) use select_files;

/// A booking's id and status.
pub(super) fn booking_status(row: &mut dyn Columns) -> Result<(BookingId, Status), StoreError> {
    Ok((row.id(BookingId::from_bytes)?, status(row.int()?)?))
}

/// Where a booking stands in the tables now, before a change is applied to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) span: Span,
    pub(super) status: Status,
    pub(super) allow_overlap: bool,
}

impl Place {
    /// Start, end, status and whether it takes time of the guest.
    pub(super) fn of(row: &mut dyn Columns) -> Result<Self, StoreError> {
        Ok(Self { span: row.span()?, status: status(row.int()?)?, allow_overlap: row.flag()? })
    }

    /// The booking sits where the rule saw it and has not ended.
    pub(super) fn stands(&self, span: Span, anyway: bool) -> Result<(), StoreError> {
        if self.status != Status::Cancelled && self.span == span && self.allow_overlap == anyway {
            return Ok(());
        }
        Err(broken("booking", "a rule changed one that had ended or was elsewhere"))
    }
}

/// A hold: the columns of [`select_holds`].
pub(super) fn hold(row: &mut dyn Columns) -> Result<Hold, StoreError> {
    Ok(Hold {
        id: row.id(HoldId::from_bytes)?,
        event: row.id(EventId::from_bytes)?,
        host: row.id(UserId::from_bytes)?,
        guest: row.id(UserId::from_bytes)?,
        span: row.span()?,
        expires_at: row.instant()?,
    })
}

/// A SELECT of holds under a condition.
macro_rules! select_holds {
    ($condition:literal) => {
        concat!("SELECT id, event, host, guest, start, \"end\", expires_at FROM holds WHERE ", $condition)
    };
}
pub(super) use select_holds;

/// A line of a log: the columns of [`log_columns`].
pub(super) fn log_entry(row: &mut dyn Columns) -> Result<LogEntry, StoreError> {
    log_entry_or_none(row)?.ok_or_else(|| broken("seq", "null"))
}

fn log_entry_at(seq: Seq, row: &mut dyn Columns) -> Result<LogEntry, StoreError> {
    Ok(LogEntry {
        seq,
        at: row.instant()?,
        news: News {
            kind: kind(row.text()?)?,
            event: row.id_or_none(EventId::from_bytes)?,
            booking: row.id_or_none(BookingId::from_bytes)?,
            spans: unpack(row.bytes()?)?,
        },
    })
}

/// A line of a log, or nulls in its place.
pub(super) fn log_entry_or_none(row: &mut dyn Columns) -> Result<Option<LogEntry>, StoreError> {
    let Some(seq) = row.int_or_none()? else { return Ok(None) };
    let seq = u64::try_from(seq).map_err(|error| broken("seq", error))?;
    log_entry_at(Seq(seq), row).map(Some)
}

macro_rules! log_columns {
    () => {
        "l.seq, l.at, l.kind, l.event, l.booking, l.spans"
    };
}
pub(super) use log_columns;

/// A calendar and where it stands: the columns of [`collection_columns`].
pub(super) fn collection_file(row: &mut dyn Columns) -> Result<CollectionFile, StoreError> {
    let collection = Collection {
        id: row.id(CollectionId::from_bytes)?,
        owner: row.id(UserId::from_bytes)?,
        name: row.string()?,
        components: row.text()?.split_ascii_whitespace().map(str::to_owned).collect(),
        counts: row.flag()?,
        timezone: row.text_or_none()?.map(str::to_owned),
        zone: row.parse_some()?,
    };
    Ok(CollectionFile {
        collection,
        entries: row.number()?,
        made: Seq(row.number()?),
        changed: Seq(row.number()?),
        floor: Seq(row.number()?),
    })
}

macro_rules! collection_columns {
    () => {
        "c.id, c.owner, c.name, c.components, c.counts, c.timezone, c.zone, c.entries, c.made, c.changed, c.floor"
    };
}
pub(super) use collection_columns;

/// An entry, the bytes last and null if not asked for: the columns of [`entry_columns`] and one more.
pub(super) fn entry(row: &mut dyn Columns) -> Result<EntryFile, StoreError> {
    Ok(EntryFile {
        name: row.string()?,
        uid: row.string()?,
        component: row.string()?,
        etag: row.string()?,
        schedule_tag: row.text_or_none()?.map(str::to_owned),
        organizer: row.id_or_none(UserId::from_bytes)?,
        seq: Seq(row.number()?),
        changed_at: row.instant()?,
        size: row.number()?,
        bytes: row.bytes_or_none()?.unwrap_or_default().to_vec(),
    })
}

macro_rules! entry_columns {
    () => {
        "e.name, e.uid, e.component, e.etag, e.schedule_tag, e.organizer, e.seq, e.changed_at, e.size"
    };
}
pub(super) use entry_columns;

/// What is known of an entry without its bytes, and not yet of its time: name, uid, component, etag, schedule tag.
pub(super) fn card_of(row: &mut dyn Columns) -> Result<EntryCard, StoreError> {
    Ok(EntryCard {
        name: row.string()?,
        uid: row.string()?,
        component: row.string()?,
        etag: row.string()?,
        schedule_tag: row.text_or_none()?.map(str::to_owned),
        busy: Vec::new(),
    })
}

/// A row of busy time: its kind and its spans.
pub(super) fn busy(row: &mut dyn Columns) -> Result<Vec<BusySpan>, StoreError> {
    let kind = busy_kind(row.int()?);
    Ok(unpack(row.bytes()?)?.into_iter().map(|span| BusySpan { span, kind }).collect())
}

/// An entry whose busy time is not known far enough: owner, calendar, its zone, and the entry.
pub(super) fn stale_entry(row: &mut dyn Columns) -> Result<StaleEntry, StoreError> {
    Ok(StaleEntry {
        owner: row.id(UserId::from_bytes)?,
        collection: row.id(CollectionId::from_bytes)?,
        timezone: row.text_or_none()?.map(str::to_owned),
        entry: entry(row)?,
    })
}
