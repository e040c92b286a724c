use meetme_core::booking::Status;
use meetme_core::change::Change;
use meetme_core::id::BookingId;
use meetme_server::store::{BookingFile, BookingQuery, PersonCard, Role, Subject};
use uuid::Uuid;

use super::world::{Ask, World, ask, at, booking_id, event, event_id, hour, user_id};

fn card(name: &str) -> PersonCard {
    PersonCard {
        username: name.parse().unwrap(),
        display_name: format!("Dr {name}"),
        email: Some(format!("{name}@example.org")),
    }
}

/// ann meets bob, cyd and ada; ann is ada's guest once, and one of her bookings is cancelled.
async fn fill(w: &World<'_>) {
    for (id, guest, event, start) in [
        ("b3", "bob", "chat", "2026-03-04T09:00:00Z"),
        ("b1", "bob", "chat", "2026-03-02T09:00:00Z"),
        ("b2", "cyd", "chat", "2026-03-03T09:00:00Z"),
        ("b5", "ada", "chat", "2026-03-06T09:00:00Z"),
        ("b4", "ann", "tea", "2026-03-05T09:00:00Z"),
    ] {
        w.book(&ask(id, guest, event, hour(start))).await.unwrap();
    }
    w.cancel("b3").await.unwrap();
}

fn ids(files: &[BookingFile]) -> Vec<String> {
    let name = |file: &BookingFile| String::from_utf8_lossy(&file.booking.id.as_bytes()[..2]).into_owned();
    files.iter().map(name).collect()
}

async fn listed(w: &World<'_>, query: BookingQuery) -> Vec<String> {
    ids(&w.store.bookings(query, 100).await.unwrap())
}

fn of(person: &str) -> BookingQuery {
    BookingQuery::all_of(user_id(person))
}

pub(super) async fn a_booking_is_shown_with_its_people(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour("2026-03-02T09:00:00Z"))).await.unwrap();

    let file = w.store.booking(booking_id("b1")).await.unwrap().unwrap();

    let chat = event("ann", "chat");
    let expected = BookingFile {
        booking: w.booking("b1").await,
        owner: "ann".parse().unwrap(),
        slug: "chat".parse().unwrap(),
        title: "A chat with ann".to_owned(),
        location: chat.location.clone(),
        host: card("ann"),
        guest: card("bob"),
    };
    assert_eq!(file, expected);
    assert_eq!(w.store.bookings(of("bob"), 9).await.unwrap(), [expected]);
}

pub(super) async fn bookings_are_listed_by_role_status_event_and_time(w: &World<'_>) {
    fill(w).await;

    assert_eq!(listed(w, of("ann")).await, ["b1", "b2", "b3", "b4", "b5"]);
    assert_eq!(listed(w, BookingQuery { role: Some(Role::Host), ..of("ann") }).await, ["b1", "b2", "b3", "b5"]);
    assert_eq!(listed(w, BookingQuery { role: Some(Role::Guest), ..of("ann") }).await, ["b4"]);
    assert_eq!(listed(w, BookingQuery { statuses: vec![Status::Cancelled], ..of("ann") }).await, ["b3"]);
    let alive = vec![Status::Pending, Status::Confirmed];
    assert_eq!(listed(w, BookingQuery { statuses: alive, ..of("bob") }).await, ["b1"]);
    assert_eq!(listed(w, BookingQuery { event: Some(event_id("tea")), ..of("ann") }).await, ["b4"]);
    let from = Some(at("2026-03-03T09:30:00Z"));
    assert_eq!(listed(w, BookingQuery { from, ..of("ann") }).await, ["b2", "b3", "b4", "b5"]);
    let from = Some(at("2026-03-03T10:00:00Z"));
    let to = Some(at("2026-03-05T09:00:00Z"));
    assert_eq!(listed(w, BookingQuery { from, to, ..of("ann") }).await, ["b3"]);
    assert!(listed(w, of("nobody")).await.is_empty());
    // The last ones, still in order, and where they stand.
    let last = BookingQuery { last: true, ..of("ann") };
    let files = w.store.bookings(last.clone(), 3).await.unwrap();
    assert_eq!(ids(&files), ["b3", "b4", "b5"]);
    let places = w.store.booking_places(last, 3).await.unwrap();
    let place = |file: &BookingFile| (file.booking.span.start(), file.booking.id);
    assert_eq!(places, files.iter().map(place).collect::<Vec<_>>());
}

pub(super) async fn bookings_are_paged_without_gap_or_double(w: &World<'_>) {
    fill(w).await;
    w.book(&ask("b0", "cyd", "tea", hour("2026-03-02T09:00:00Z"))).await.unwrap();
    let (mut pages, mut after) = (Vec::new(), None);

    for _ in 0..4 {
        let page = w.store.bookings(BookingQuery { after, ..of("ann") }, 2).await.unwrap();
        after = page.last().map(|file| (file.booking.span.start(), file.booking.id)).or(after);
        pages.push(ids(&page).join(" "));
    }

    assert_eq!(pages, ["b1 b2", "b3 b4", "b5", ""]);
}

pub(super) async fn a_prefix_of_an_id_finds_its_booking(w: &World<'_>) {
    for (id, start) in [
        ("0a1b2c3d-4000-0000-0000-000000000001", "2026-03-02T09:00:00Z"),
        ("0a1b2c3d-5000-0000-0000-000000000002", "2026-03-03T09:00:00Z"),
        ("0affffff-0000-0000-0000-000000000003", "2026-03-04T09:00:00Z"),
    ] {
        let id = BookingId::new(id.parse::<Uuid>().unwrap());
        w.book(&Ask { id, ..ask("b", "bob", "chat", hour(start)) }).await.unwrap();
    }
    let mut found = Vec::new();

    for prefix in ["0a", "0A1", "0a1b2c3d", "0a1b2c3d-5", "0b", "0a1b2c3d5", "", "zz"] {
        let query = BookingQuery { id_prefix: Some(prefix.to_owned()), ..of("bob") };
        found.push(w.store.bookings(query, 9).await.unwrap().len());
    }

    assert_eq!(found, [3, 2, 2, 1, 0, 0, 3, 0]);
    let strangers = BookingQuery { id_prefix: Some("0a1b2c3d".to_owned()), ..of("cyd") };
    assert!(w.store.bookings(strangers, 9).await.unwrap().is_empty());
}

pub(super) async fn bookings_keep_the_name_of_a_deleted_event(w: &World<'_>) {
    fill(w).await;
    let chat = event("ann", "chat");

    w.force(Subject::Event(chat.id), vec![Change::EventDeleted { event: chat }]).await.unwrap();

    let file = w.store.booking(booking_id("b1")).await.unwrap().unwrap();
    assert_eq!((file.slug.as_str(), file.title.as_str()), ("chat", "A chat with ann"));
    assert_eq!(listed(w, of("bob")).await, ["b1", "b3"]);
    assert_eq!(w.in_use("ann").await.len(), 3);
}

pub(super) async fn bookings_show_a_deleted_account_without_its_data(w: &World<'_>) {
    fill(w).await;
    let bob = user_id("bob");

    w.force(Subject::Account(bob), vec![Change::AccountDeleted { user: bob }]).await.unwrap();

    let file = w.store.booking(booking_id("b1")).await.unwrap().unwrap();
    let wiped = PersonCard { display_name: "deleted account".to_owned(), email: None, ..card("bob") };
    assert_eq!(file.guest, wiped);
    assert_eq!(file.host, card("ann"));
}
