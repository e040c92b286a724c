//! A store with two hosts, two guests and an event, and short ways to act on it.

use std::sync::{Arc, Mutex};

use meetme_core::availability::{AsGuest, Calendar, SlotInUse};
use meetme_core::booking::{self, Booking, Desk, Hold, PENDING_LENGTH, Wish};
use meetme_core::change::{Cancelled, Change, Release};
use meetme_core::cursor::Seq;
use meetme_core::event::{Event, Visibility};
use meetme_core::id::{BookingId, EventId, HoldId, UserId, WindowId};
use meetme_core::refusal::Refusal;
use meetme_core::time::{Instant, Minutes, Span, Zone};
use meetme_core::window::Window;
use meetme_server::store::{
    ChangeError, Credential, CredentialHash, Decide, Decision, Found, IdempotencyKey, LogEntry, Outcome, Scope, Store,
    Subject, UserRecord,
};
use uuid::Uuid;

use super::Backend;

/// When everything in these tests happens unless they say otherwise.
pub(crate) const NOW: &str = "2026-03-01T00:00:00Z";

pub(crate) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(crate) fn now() -> Instant {
    at(NOW)
}

/// The hour that begins then.
pub(crate) fn hour(start: &str) -> Span {
    Span::lasting(at(start), Minutes(60))
}

/// An id that says what it is for.
pub(crate) fn uuid(name: &str) -> Uuid {
    let mut bytes = [b'.'; 16];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    Uuid::from_bytes(bytes)
}

pub(crate) fn user_id(name: &str) -> UserId {
    UserId::new(uuid(name))
}

pub(crate) fn event_id(name: &str) -> EventId {
    EventId::new(uuid(name))
}

pub(crate) fn booking_id(name: &str) -> BookingId {
    BookingId::new(uuid(name))
}

pub(crate) fn hold_id(name: &str) -> HoldId {
    HoldId::new(uuid(name))
}

pub(crate) fn user(name: &str) -> UserRecord {
    UserRecord {
        id: user_id(name),
        username: name.parse().unwrap(),
        display_name: format!("Dr {name}"),
        email: format!("{name}@example.org"),
        zone: "Europe/Berlin".parse().unwrap(),
        max_per_day: None,
        max_per_week: None,
        password_hash: "$argon2id$".to_owned(),
        created_at: now(),
    }
}

/// A credential's hash that says whose it is.
pub(crate) fn hash(name: &str) -> CredentialHash {
    let mut bytes = [b'#'; 32];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    bytes
}

pub(crate) fn session(name: &str, user: &str) -> Credential {
    Credential {
        hash: hash(name),
        user: user_id(user),
        token: None,
        scopes: Vec::new(),
        created_at: now(),
        expires_at: Some(at("2026-04-01T00:00:00Z")),
    }
}

/// An event of one seat and hour-long slots.
pub(crate) fn event(host: &str, slug: &str) -> Event {
    Event {
        id: event_id(slug),
        host: user_id(host),
        owner: host.parse().unwrap(),
        slug: slug.parse().unwrap(),
        title: format!("A {slug} with {host}"),
        description: "Zwölf Uhr – 12:00".to_owned(),
        location: String::new(),
        zone: "Europe/Berlin".parse().unwrap(),
        first_day: "2026-03-01".parse().unwrap(),
        last_day: None,
        slot_length: Minutes(60),
        step: Minutes(30),
        buffer_before: Minutes(0),
        buffer_after: Minutes(0),
        notice: Minutes(0),
        horizon_days: None,
        max_per_day: None,
        max_per_week: None,
        seats: 1,
        visibility: Visibility::Unlisted,
        invited: Vec::new(),
        needs_confirmation: false,
        questions: Vec::new(),
        call_opens: Minutes(10),
        call_closes: Minutes(60),
        version: 1,
        updated_at: now(),
    }
}

pub(crate) fn window(name: &str, start: &str) -> Window {
    Window {
        id: WindowId::new(uuid(name)),
        start: start.parse().unwrap(),
        duration: Minutes(240),
        rule: Some("FREQ=WEEKLY;BYDAY=MO".parse().unwrap()),
        exdates: vec!["2026-03-16T09:00:00".parse().unwrap()],
        whole: false,
    }
}

/// What a guest wants: a slot of an event, as a booking of that name.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) event: EventId,
    pub(crate) version: u64,
    pub(crate) guest: UserId,
    pub(crate) slot: Span,
    pub(crate) id: BookingId,
    pub(crate) anyway: bool,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) now: Instant,
}

pub(crate) fn ask(id: &str, guest: &str, event: &str, slot: Span) -> Ask {
    let (event, guest, id) = (event_id(event), user_id(guest), booking_id(id));
    Ask { event, version: 1, guest, slot, id, anyway: false, key: None, now: now() }
}

impl Ask {
    pub(crate) fn anyway(self) -> Self {
        Self { anyway: true, ..self }
    }

    pub(crate) fn at(self, now: &str) -> Self {
        Self { now: at(now), ..self }
    }

    pub(crate) fn key(self, key: &str) -> Self {
        let key = IdempotencyKey { user: self.guest, key: key.to_owned(), request: hash(key) };
        Self { key: Some(key), ..self }
    }

    pub(crate) fn scope(&self) -> Scope {
        let subject =
            Subject::Slot { event: self.event, version: self.version, slot: self.slot, guest: self.guest, uid: None };
        Scope { subject, now: self.now, key: self.key.clone() }
    }

    fn wish(&self) -> Wish {
        Wish {
            id: self.id,
            uid: format!("{}@meetme", self.id),
            guest: self.guest,
            slot: self.slot,
            note: "see you".to_owned(),
            answers: Vec::new(),
            allow_overlap: self.anyway,
            pending_length: PENDING_LENGTH,
        }
    }

    /// The rule of core for it.
    pub(crate) fn decide(&self) -> Decide {
        let (wish, now) = (self.wish(), self.now);
        Box::new(move |found| {
            let Found::Desk(desk) = found else { panic!("asked for a slot, found {found:?}") };
            decision(booking::book(desk, &wish, now), wish.id.as_bytes())
        })
    }

    /// The booking that a rule which only says yes makes of it.
    pub(crate) fn booking(&self, host: &str) -> Booking {
        Booking {
            id: self.id,
            uid: format!("{}@meetme", self.id),
            sequence: 0,
            event: self.event,
            host: user_id(host),
            guest: self.guest,
            span: self.slot,
            status: booking::Status::Confirmed,
            note: String::new(),
            answers: Vec::new(),
            allow_overlap: self.anyway,
            lapses_at: None,
            created_at: self.now,
            updated_at: self.now,
        }
    }
}

fn decision(changes: Result<Vec<Change>, Refusal>, answer: &[u8]) -> Result<Decision, Refusal> {
    Ok(Decision { changes: changes?, answer: answer.to_vec() })
}

/// A rule that always wants these changes.
pub(crate) fn always(changes: Vec<Change>) -> Decide {
    Box::new(move |_| Ok(Decision { changes: changes.clone(), answer: b"yes".to_vec() }))
}

pub(crate) fn scope(subject: Subject) -> Scope {
    Scope { subject, now: now(), key: None }
}

/// A store in which ann and ada offer an event each, `chat` and `tea`, and bob and cyd may book.
pub(crate) struct World<'a> {
    pub(crate) backend: &'a dyn Backend,
    pub(crate) store: Arc<dyn Store>,
}

impl<'a> World<'a> {
    pub(crate) async fn new(backend: &'a dyn Backend) -> Self {
        let world = Self { backend, store: backend.open().await };
        for name in ["ann", "ada", "bob", "cyd"] {
            world.store.create_user(user(name), session(name, name)).await.unwrap();
        }
        world.offer(event("ann", "chat")).await;
        world.offer(event("ada", "tea")).await;
        world
    }

    pub(crate) async fn offer(&self, event: Event) {
        let subject = Subject::Shelf { host: event.host, slug: event.slug.clone() };
        self.force(subject, vec![Change::EventCreated { event }]).await.unwrap();
    }

    /// Writes a new version of an event.
    pub(crate) async fn change_event(&self, event: Event) -> Result<Outcome, ChangeError> {
        self.force(Subject::Event(event.id), vec![Change::EventChanged { event }]).await
    }

    /// Makes changes that no rule has seen.
    pub(crate) async fn force(&self, subject: Subject, changes: Vec<Change>) -> Result<Outcome, ChangeError> {
        self.store.change(scope(subject), always(changes)).await
    }

    /// What a rule is shown of a subject.
    pub(crate) async fn found(&self, subject: Subject) -> Result<Found, ChangeError> {
        self.found_at(subject, now()).await
    }

    pub(crate) async fn found_at(&self, subject: Subject, now: Instant) -> Result<Found, ChangeError> {
        let seen = Arc::new(Mutex::new(None));
        let shown = Arc::clone(&seen);
        let decide: Decide = Box::new(move |found| {
            *shown.lock().unwrap() = Some(found.clone());
            Ok(Decision::default())
        });
        self.store.change(Scope { subject, now, key: None }, decide).await?;
        Ok(seen.lock().unwrap().take().unwrap())
    }

    /// Writes what an account says as of `now`.
    pub(crate) async fn say(&self, user: UserRecord, now: Instant) -> Result<Outcome, ChangeError> {
        let changes = vec![Change::ProfileChanged { user: user.id, profile: user.profile() }];
        self.store.change(Scope { subject: Subject::Person(user.id), now, key: None }, always(changes)).await
    }

    pub(crate) async fn desk(&self, ask: &Ask) -> Box<Desk> {
        match self.found_at(ask.scope().subject, ask.now).await.unwrap() {
            Found::Desk(desk) => desk,
            other => panic!("{other:?}"),
        }
    }

    /// Books by the rule of core.
    pub(crate) async fn book(&self, ask: &Ask) -> Result<Outcome, ChangeError> {
        self.store.change(ask.scope(), ask.decide()).await
    }

    /// Books although the rule might say no.
    pub(crate) async fn book_blindly(&self, ask: &Ask, host: &str) -> Result<Outcome, ChangeError> {
        let changes = vec![Change::Booked { booking: ask.booking(host) }];
        self.store.change(ask.scope(), always(changes)).await
    }

    pub(crate) async fn hold(
        &self,
        id: &str,
        guest: &str,
        event: &str,
        slot: Span,
        length: u32,
    ) -> Result<Outcome, ChangeError> {
        let (id, guest, event) = (hold_id(id), user_id(guest), event_id(event));
        let rule: Decide = Box::new(move |found| {
            let Found::Desk(desk) = found else { panic!("{found:?}") };
            decision(booking::hold(desk, id, guest, slot, Minutes(length), now()), b"held")
        });
        self.store.change(scope(Subject::Slot { event, version: 1, slot, guest, uid: None }), rule).await
    }

    pub(crate) async fn release(&self, hold: Hold) -> Result<Outcome, ChangeError> {
        self.force(Subject::Hold(hold.id), vec![Change::Released { hold, why: Release::GivenUp }]).await
    }

    pub(crate) async fn cancel(&self, id: &str) -> Result<Outcome, ChangeError> {
        self.decide_on(id, |booking| booking::cancel(booking, Cancelled::ByGuest, now())).await
    }

    pub(crate) async fn decide_on(
        &self,
        id: &str,
        rule: fn(&Booking) -> Result<Vec<Change>, Refusal>,
    ) -> Result<Outcome, ChangeError> {
        let rule: Decide = Box::new(move |found| {
            let Found::Booking(booking) = found else { panic!("{found:?}") };
            decision(rule(booking), b"done")
        });
        self.store.change(scope(Subject::Booking(booking_id(id))), rule).await
    }

    /// Moves a booking by the rule of core, as its guest.
    pub(crate) async fn reschedule(&self, id: &str, slot: Span) -> Result<Outcome, ChangeError> {
        let rule: Decide = Box::new(move |found| {
            let Found::Move(booking, desk) = found else { panic!("{found:?}") };
            decision(booking::reschedule(desk, booking, booking.guest, slot, PENDING_LENGTH, now()), b"moved")
        });
        let subject = Subject::Move { booking: booking_id(id), version: 1, slot };
        self.store.change(scope(subject), rule).await
    }

    pub(crate) async fn booking(&self, id: &str) -> Booking {
        self.store.booking(booking_id(id)).await.unwrap().unwrap().booking
    }

    /// A person's March.
    pub(crate) async fn calendar(&self, person: &str) -> Calendar {
        let march = Span::new(now(), at("2026-04-01T00:00:00Z")).unwrap();
        self.store.calendar(user_id(person), march, now()).await.unwrap()
    }

    /// A person's own slots in use in March.
    pub(crate) async fn in_use(&self, person: &str) -> Vec<SlotInUse> {
        self.calendar(person).await.in_use
    }

    /// Where a person is a guest in March.
    pub(crate) async fn as_guest(&self, person: &str) -> Vec<AsGuest> {
        self.calendar(person).await.as_guest
    }

    pub(crate) async fn log(&self, person: &str) -> Vec<LogEntry> {
        self.store.log_after(user_id(person), Seq(0), 1000).await.unwrap().unwrap().entries
    }
}

/// The person's zone, so that tests can name it.
pub(crate) fn berlin() -> Zone {
    "Europe/Berlin".parse().unwrap()
}
