//! What the SQLite store can do: durable bookings a second, and reads that stay flat as bookings pile up.
//!
//! `cargo bench -p meetme-server --bench store [-- BOOKINGS]`

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "it prints what it measured")]

use std::sync::Arc;
use std::time::Duration;

use meetme_core::booking::{self, Wish};
use meetme_core::change::Change;
use meetme_core::event::Event;
use meetme_core::id::{BookingId, EventId, UserId};
use meetme_core::time::{Instant, Minutes, Span};
use meetme_server::clock::Stopwatch;
use meetme_server::store::sqlite::{SqliteOptions, SqliteStore, Synchronous};
use meetme_server::store::{Credential, Decide, Decision, Found, IdempotencyKey, Scope, Store, Subject, UserRecord};
use uuid::Uuid;

const CLIENTS: usize = 64;
const EACH: usize = 200;

fn now() -> Instant {
    "2026-03-01T00:00:00Z".parse().unwrap()
}

fn id(kind: u16, n: usize) -> Uuid {
    // Scattered like random ids, and still the same every time.
    let n = (u128::try_from(n).unwrap() + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    Uuid::from_u128((n << 16) | u128::from(kind))
}

fn user(n: usize) -> UserId {
    UserId::new(id(1, n))
}

fn event(n: usize) -> EventId {
    EventId::new(id(2, n))
}

fn slot(n: usize) -> Span {
    let start = now() + Minutes(30 * u32::try_from(n + 2).unwrap()).delta();
    Span::lasting(start, Minutes(30))
}

async fn sign_up(store: &SqliteStore, n: usize) {
    let user = UserRecord {
        id: user(n),
        username: format!("user{n}").parse().unwrap(),
        display_name: format!("User {n}"),
        email: format!("user{n}@example.org"),
        zone: "Europe/Berlin".parse().unwrap(),
        max_per_day: None,
        max_per_week: None,
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZWhhc2hvZnRoaXJ0eXR3b2J5dGVz".to_owned(),
        created_at: now(),
    };
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(id(3, n).as_bytes());
    let session =
        Credential { hash, user: user.id, token: None, scopes: Vec::new(), created_at: now(), expires_at: None };
    store.create_user(user, session).await.unwrap();
}

async fn offer(store: &SqliteStore, host: usize) {
    let text = r#"{"title":"Chat","time_zone":"Europe/Berlin","first_day":"2026-01-01","slot_minutes":30}"#;
    let new: meetme_core::api::NewEvent = serde_json::from_str(text).unwrap();
    let event: Event = new.into_event(event(host), user(host), format!("user{host}").parse().unwrap(), now());
    let subject = Subject::Shelf { host: event.host, slug: event.slug.clone() };
    let decide: Decide = Box::new(move |_| {
        Ok(Decision { changes: vec![Change::EventCreated { event: event.clone() }], answer: Vec::new() })
    });
    store.change(Scope { subject, now: now(), key: None }, decide).await.unwrap();
}

async fn book(store: &SqliteStore, host: usize, guest: usize, slot: Span, n: usize) {
    let wish = Wish {
        id: BookingId::new(id(4, n)),
        uid: format!("{}@meetme", id(4, n)),
        guest: user(guest),
        slot,
        note: "looking forward to it".to_owned(),
        answers: Vec::new(),
        allow_overlap: false,
        pending_length: booking::PENDING_LENGTH,
    };
    let key = IdempotencyKey { user: wish.guest, key: format!("key-{n}"), request: [7; 32] };
    let subject = Subject::Slot { event: event(host), version: 1, slot, guest: wish.guest, uid: None };
    let decide: Decide = Box::new(move |found| {
        let Found::Desk(desk) = found else { unreachable!("a slot finds a desk") };
        Ok(Decision { changes: booking::book(desk, &wish, now())?, answer: vec![b'x'; 400] })
    });
    store.change(Scope { subject, now: now(), key: Some(key) }, decide).await.unwrap();
}

/// Clients book each for themself, at hosts of their own, as fast as they are answered.
async fn burst(store: &Arc<SqliteStore>, base: usize) -> Duration {
    let watch = Stopwatch::start();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                for i in 0..EACH {
                    let n = base + client * EACH + i;
                    book(&store, client % 8, 8 + client, slot(n), n).await;
                }
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
    watch.elapsed()
}

async fn bookings_a_second(synchronous: Synchronous) {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let store = SqliteStore::open(dir.path(), SqliteOptions { synchronous, ..SqliteOptions::new(1) }).unwrap();
    let store = Arc::new(store);
    for n in 0..8 + CLIENTS {
        sign_up(&store, n).await;
    }
    for host in 0..8 {
        offer(&store, host).await;
    }
    let before = store.writer_stats();
    let took = burst(&store, 0).await;
    let after = store.writer_stats();
    let (changes, commits) = (after.changes - before.changes, after.commits - before.commits);
    let rate = changes as f64 / took.as_secs_f64();
    let share = changes as f64 / commits as f64;
    println!("{synchronous:?}: {rate:.0} bookings/s, {share:.1} per commit, {changes} in {took:.2?}");
}

/// A month of a host who has that many bookings, 30 of them a day.
async fn month(bookings: usize) {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let options = SqliteOptions { synchronous: Synchronous::Off, ..SqliteOptions::new(1) };
    let store = Arc::new(SqliteStore::open(dir.path(), options).unwrap());
    for n in 0..2 {
        sign_up(&store, n).await;
    }
    offer(&store, 0).await;
    for start in (0..bookings).step_by(200) {
        let batch: Vec<_> = (start..bookings.min(start + 200))
            .map(|n| {
                let store = Arc::clone(&store);
                // Every slot but some at night.
                tokio::spawn(async move { book(&store, 0, 1, slot(n / 30 * 48 + n % 30), n).await })
            })
            .collect();
        for task in batch {
            task.await.unwrap();
        }
    }
    let middle = slot(bookings / 60 * 48).start();
    let span = Span::new(middle, middle + Minutes(31 * 24 * 60).delta()).unwrap();
    let (name, slug) = ("user0".parse().unwrap(), "chat".parse().unwrap());
    let (mut events, mut calendars) = (Vec::new(), Vec::new());
    let mut found = 0;
    for _ in 0..300 {
        let watch = Stopwatch::start();
        store.event(&name, &slug).await.unwrap().unwrap();
        events.push(watch.elapsed());
        let watch = Stopwatch::start();
        found = store.calendar(user(0), span, now()).await.unwrap().in_use.len();
        calendars.push(watch.elapsed());
    }
    events.sort_unstable();
    calendars.sort_unstable();
    println!(
        "{bookings} bookings: event p50 {:?} p99 {:?}, calendar of a month ({found} slots) p50 {:?} p99 {:?}",
        events[150], events[297], calendars[150], calendars[297]
    );
}

#[tokio::main]
async fn main() {
    let most = std::env::args().nth(1).and_then(|most| most.parse().ok()).unwrap_or(10_000);
    for synchronous in [Synchronous::Full, Synchronous::Off, Synchronous::Full, Synchronous::Off] {
        bookings_a_second(synchronous).await;
    }
    for bookings in [100, 10_000, 1_000_000].into_iter().filter(|bookings| *bookings <= most) {
        month(bookings).await;
    }
}
