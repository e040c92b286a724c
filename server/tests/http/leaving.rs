//! Accounts are deleted with all that hangs on them.

use chrono::TimeDelta;
use meetme_core::booking::{Booking, Status};
use meetme_core::change::Change;
use meetme_core::id::BookingId;
use meetme_core::time::{Minutes, Span};
use meetme_server::store::{AHEAD_AT_ONCE, BookingQuery, Decision, Found, Scope, Subject};
use reqwest::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::stream::PATIENCE;
use super::world::{Person, World, at};
use crate::caldav::kit::{App, event};

/// Puts `count` bookings into the guest's and the host's calendars, an hour each from `begin` on.
async fn book_many(world: &World, guest: &Person, host: &Person, begin: &str, count: usize) {
    let store = &world.server().app().store;
    let guest = store.user_by_name(&guest.name).await.unwrap().unwrap().id;
    let owner = host.name.parse().unwrap();
    let event = store.event(&owner, &"chat".parse().unwrap()).await.unwrap().unwrap().event;
    let (now, begin) = (world.server().app().clock.now(), at(begin));
    let booked = (0..count).map(|number| {
        let start = begin + TimeDelta::hours(i64::try_from(number).unwrap());
        let id = BookingId::new(Uuid::from_u128(u128::from(start.timestamp().unsigned_abs())));
        let booking = Booking {
            id,
            uid: format!("{id}@meetme"),
            sequence: 0,
            event: event.id,
            host: event.host,
            guest,
            span: Span::lasting(start, Minutes(60)),
            status: Status::Confirmed,
            note: String::new(),
            answers: Vec::new(),
            allow_overlap: false,
            lapses_at: None,
            created_at: now,
            updated_at: now,
        };
        Change::Booked { booking }
    });
    let changes: Vec<Change> = booked.collect();
    let slot = Span::lasting(begin, Minutes(60));
    let subject = Subject::Slot { event: event.id, version: event.version, slot, guest, uid: None };
    let rule = move |_: &Found| Ok(Decision { changes: changes.clone(), answer: Vec::new() });
    store.change(Scope { subject, now, key: None }, Box::new(rule)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_booking_outlives_an_account_however_many_there_are() {
    for world in World::on_each_store(|_| {}).await {
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        world.chat(&ada, json!({})).await;
        world.chat(&bob, json!({})).await;
        book_many(&world, &bob, &ada, "2027-01-01T00:00:00Z", AHEAD_AT_ONCE - 5).await;
        book_many(&world, &ada, &bob, "2027-06-01T00:00:00Z", 100).await;
        let of_bob = world.server().app().store.user_by_name("bob").await.unwrap().unwrap().id;

        let refused = world.delete(&ada, "/me").await;
        world.delete(&ada, "/me?cancel_bookings=true").await.ok();

        assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "bookings-ahead"));
        assert!(refused.body["detail"].as_str().unwrap().starts_with("1095 bookings"), "{refused:?}");
        let statuses = vec![Status::Pending, Status::Confirmed];
        let left = BookingQuery { statuses, ..BookingQuery::all_of(of_bob) };
        assert_eq!(world.server().app().store.bookings(left, 5).await.unwrap(), []);
        assert_eq!(world.get(Some(&ada), "/me").await.code(), "unauthenticated");
    }
}

/// A meeting of Ada's with Bob.
fn meeting(number: usize) -> String {
    let lines = "DTSTART:20261215T090000Z\nDTEND:20261215T100000Z\nSUMMARY:Tea\nORGANIZER:mailto:ada@example.org\n\
         ATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@example.org\nATTENDEE:mailto:bob@example.org";
    event(&format!("tea{number}"), lines)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_first_meeting_is_off_nothing_keeps_the_account_any_more() {
    let world = World::new().await;
    let (ada, eve) = (world.sign_up("ada").await, world.sign_up("eve").await);
    let bob = App::of(&world, "bob").await;
    world.chat(&ada, json!({})).await;
    let app = App::of_person(&world, &ada, "caldav").await;
    for number in 0..12 {
        app.put(&format!("/dav/calendars/ada/personal/tea{number}.ics"), &meeting(number)).await.is(201);
    }

    let a_guest_comes_late = async {
        let query = "<C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\"><C:prop-filter name=\"STATUS\">\
            <C:text-match>CANCELLED</C:text-match></C:prop-filter></C:comp-filter></C:comp-filter>";
        let inside = format!("<D:prop><D:getetag/></D:prop><C:filter>{query}</C:filter>");
        while bob.report("/dav/calendars/bob/personal/", "calendar-query", &inside).await.hrefs().is_empty() {}
        world.book(&eve, "ada/chat", "2026-12-01T08:00:00Z").await
    };
    let a_guest_comes_late = tokio::time::timeout(PATIENCE, a_guest_comes_late);
    let (deleted, booked) = tokio::join!(world.delete(&ada, "/me"), a_guest_comes_late);

    assert_eq!(booked.expect("a meeting is off").code(), "not-found");
    assert_eq!(deleted.status, StatusCode::NO_CONTENT, "{deleted:?}");
}
