//! News of an event: who is told what, from where on, and until when.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use meetme_core::time::text_of;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::stream::{PATIENCE, Stream, Told, next_of};
use super::world::{Person, World, at};

fn spans(told: &Told) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let spans = told.data["spans"].as_array().into_iter().flatten();
    spans.map(|span| (text(&span["start"]), text(&span["end"]))).collect()
}

fn span(start: &str, end: &str) -> (String, String) {
    (start.to_owned(), end.to_owned())
}

/// What a stream tells, up to the first of this name.
async fn up_to(stream: &mut Stream, last: &str) -> Vec<Told> {
    let mut told = vec![next_of(stream).await];
    while told.last().is_some_and(|told| told.name != last) {
        told.push(next_of(stream).await);
    }
    told
}

#[tokio::test]
async fn host_and_guest_see_their_meeting_and_strangers_see_slots() {
    let world = World::new().await;
    let (ada, bob, eve) = (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("eve").await);
    world.chat(&ada, json!({})).await;
    let mut host = Stream::begun(&world, Some(&ada), "ada/chat", None).await;
    let mut guest = Stream::begun(&world, Some(&bob), "ada/chat", None).await;
    let mut other = Stream::begun(&world, Some(&eve), "ada/chat", None).await;
    let mut nobody = Stream::begun(&world, None, "ada/chat", None).await;

    let booking = world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();

    for stream in [&mut host, &mut guest] {
        let told = next_of(stream).await;
        assert_eq!(told.name, "booked");
        assert_eq!(told.data["kind"], "booked");
        assert_eq!(told.data["cursor"], json!(told.id));
        assert_eq!(told.data["at"], "2026-11-29T12:00:00Z");
        assert_eq!(told.data["event"], json!({"owner": "ada", "slug": "chat", "title": "Chat"}));
        assert_eq!(told.data["booking"], booking);
    }
    for stream in [&mut other, &mut nobody] {
        let told = next_of(stream).await;
        assert_eq!(told.name, "slots_changed");
        assert_eq!(spans(&told), [span("2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z")]);
        assert_eq!(told.data.get("booking"), None);
    }
}

#[tokio::test]
async fn every_step_of_a_booking_is_told_by_its_name() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({"needs_confirmation": true})).await;
    let mut host = Stream::begun(&world, Some(&ada), "ada/chat", None).await;
    let mut nobody = Stream::begun(&world, None, "ada/chat", None).await;

    let first = world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    let first = format!("/bookings/{}", first["id"].as_str().unwrap());
    world.patch(&ada, &first, json!({"status": "confirmed"})).await.ok();
    world.patch(&bob, &first, json!({"start": "2026-12-02T08:00:00Z"})).await.ok();
    let second = world.book(&bob, "ada/chat", "2026-12-03T08:00:00Z").await.ok();
    let second = format!("/bookings/{}", second["id"].as_str().unwrap());
    world.patch(&ada, &second, json!({"status": "declined"})).await.ok();
    world.delete(&bob, &first).await.ok();
    let hold = world.post(&bob, "/events/ada/chat/holds", json!({"start": "2026-12-04T08:00:00Z"})).await.ok();
    let hold = format!("/events/ada/chat/holds/{}", hold["id"].as_str().unwrap());
    world.delete(&bob, &hold).await.ok();
    world.patch(&ada, "/events/ada/chat", json!({"title": "Talk"})).await.ok();
    let window = json!({"start": "2026-12-05T09:00:00", "duration_minutes": 60});
    world.post(&ada, "/events/ada/chat/windows", window).await.ok();
    let to_host = up_to(&mut host, "windows_changed").await;
    let to_nobody = up_to(&mut nobody, "windows_changed").await;
    // Not before that was read: of an event that is gone nothing is told but that.
    world.delete(&ada, "/events/ada/chat").await.ok();
    assert_eq!((next_of(&mut host).await.name.as_str(), host.next().await), ("event_deleted", None));
    assert_eq!((next_of(&mut nobody).await.name.as_str(), nobody.next().await), ("event_deleted", None));

    let moved = to_host.iter().find(|told| told.name == "rescheduled").unwrap();
    let (old, new) =
        (("2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z"), ("2026-12-02T08:00:00Z", "2026-12-02T09:00:00Z"));
    assert_eq!(spans(moved), [span(old.0, old.1), span(new.0, new.1)]);
    let words = |told: &[Told]| told.iter().map(|told| told.name.clone()).collect::<Vec<_>>().join(" ");
    let all = "booked confirmed rescheduled booked declined cancelled held released event_changed windows_changed";
    assert_eq!(words(&to_host), all);
    let slots = "slots_changed ".repeat(7);
    assert_eq!(words(&to_nobody), format!("{slots}event_changed windows_changed"));
}

#[tokio::test]
async fn a_strangers_stream_tells_nothing_of_other_events_but_the_slots_they_shut() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let secret = json!({"title": "Surgery", "slug": "surgery", "time_zone": "UTC", "first_day": "2026-12-01",
        "slot_minutes": 20, "visibility": "private", "invited": ["bob"]});
    world.post(&ada, "/events", secret).await.ok();
    let day = json!({"start": "2026-12-01T00:00:00", "duration_minutes": 1440, "rrule": "FREQ=DAILY"});
    world.post(&ada, "/events/ada/surgery/windows", day).await.ok();
    let mut nobody = Stream::begun(&world, None, "ada/chat", None).await;

    let far = json!({"start": "2026-12-01T20:00:00Z", "note": "appendix"});
    let near = json!({"start": "2026-12-01T08:40:00Z", "note": "appendix"});
    let far = world.post(&bob, "/events/ada/surgery/bookings", far).await.ok();
    let near = world.post(&bob, "/events/ada/surgery/bookings", near).await.ok();

    let told = next_of(&mut nobody).await;
    assert_eq!(told.name, "slots_changed");
    assert_eq!(spans(&told), [span("2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z")], "the whole slot, and no more");
    let bytes = nobody.all.to_lowercase();
    let ids = [&far, &near].map(|booking| booking["id"].as_str().unwrap().to_owned());
    for word in ["surgery", "bob", "appendix", "example.org", "08:40", "20:00", "booked", "held", "private"] {
        assert!(!bytes.contains(word), "{word} in {bytes}");
    }
    assert!(ids.iter().all(|id| !bytes.contains(id)), "{bytes}");
}

#[tokio::test]
async fn what_a_hosts_own_limit_shuts_is_told_to_whoever_watched_before_it_was_set() {
    let world = World::new().await;
    let (ada, bob, eve) = (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("eve").await);
    world.chat(&ada, json!({})).await;
    let mut nobody = Stream::begun(&world, None, "ada/chat", None).await;
    let mut other = Stream::begun(&world, Some(&eve), "ada/chat", None).await;

    world.patch(&ada, "/me", json!({"max_per_day": 1})).await.ok();
    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();

    // Limits are counted by day and by week.
    let week: Vec<_> = ["01", "02", "03", "04"]
        .map(|day| span(&format!("2026-12-{day}T08:00:00Z"), &format!("2026-12-{day}T11:00:00Z")))
        .into();
    let mut from = String::new();
    for stream in [&mut nobody, &mut other] {
        let limits = next_of(stream).await;
        assert_eq!((limits.name.as_str(), spans(&limits)), ("slots_changed", Vec::new()), "any slot");
        from = limits.id;
        assert_eq!(spans(&next_of(stream).await), week, "not the slot alone");
    }
    let mut late = Stream::begun(&world, None, "ada/chat", Some(from.as_str())).await;
    assert_eq!(spans(&next_of(&mut late).await), week);
}

#[tokio::test]
async fn slots_that_a_buffer_or_a_limit_shuts_are_told_too() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({"buffer_before_minutes": 15})).await;
    let mut nobody = Stream::begun(&world, None, "ada/chat", None).await;

    world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
    assert_eq!(spans(&next_of(&mut nobody).await), [span("2026-12-01T08:00:00Z", "2026-12-01T11:00:00Z")]);

    world.patch(&ada, "/events/ada/chat", json!({"max_per_week": 2})).await.ok();
    assert_eq!(next_of(&mut nobody).await.name, "event_changed");
    world.book(&bob, "ada/chat", "2026-12-02T08:00:00Z").await.ok();
    let week: Vec<_> = ["01", "02", "03", "04"]
        .map(|day| span(&format!("2026-12-{day}T08:00:00Z"), &format!("2026-12-{day}T11:00:00Z")))
        .into();
    assert_eq!(spans(&next_of(&mut nobody).await), week, "the limit of the week is reached");
}

#[tokio::test]
async fn a_stream_goes_on_where_it_ended() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let mut first = Stream::begun(&world, None, "ada/chat", None).await;
    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    let told = next_of(&mut first).await;
    drop(first);

    world.book(&bob, "ada/chat", "2026-12-02T08:00:00Z").await.ok();
    let mut second = Stream::begun(&world, None, "ada/chat", Some(&told.id)).await;
    assert_eq!(spans(&next_of(&mut second).await), [span("2026-12-02T08:00:00Z", "2026-12-02T09:00:00Z")]);
    world.book(&bob, "ada/chat", "2026-12-03T08:00:00Z").await.ok();
    assert_eq!(spans(&next_of(&mut second).await), [span("2026-12-03T08:00:00Z", "2026-12-03T09:00:00Z")]);
}

#[tokio::test]
async fn a_cursor_that_leads_nowhere_is_reset_to_now() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let now = Stream::begun(&world, None, "ada/chat", None).await.last_id;
    let (epoch, seq) = now.split_once('-').unwrap();

    for lost in ["1-1", "nonsense", &format!("{epoch}-999"), &format!("{epoch}0-{seq}")] {
        let mut stream = Stream::open(&world, None, "ada/chat", Some(lost)).await;
        let told = next_of(&mut stream).await;
        assert_eq!((told.name.as_str(), told.id.as_str()), ("reset", now.as_str()), "{lost}");
    }
    let mut stream = Stream::open(&world, None, "ada/chat", Some("1-1")).await;
    assert_eq!(next_of(&mut stream).await.name, "reset");
    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    assert_eq!(next_of(&mut stream).await.name, "slots_changed");
}

#[tokio::test]
async fn what_a_reader_does_not_see_moves_their_cursor_all_the_same() {
    let world = World::with(|config| config.limits.stream_heartbeat = Duration::from_millis(50)).await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let mut nobody = Stream::begun(&world, None, "ada/chat", None).await;
    let hello = nobody.last_id.clone();
    world
        .post(
            &ada,
            "/events",
            json!({"title": "Other", "time_zone": "UTC", "first_day": "2026-12-01", "slot_minutes": 30}),
        )
        .await
        .ok();
    let silent = Stream::begun(&world, None, "ada/chat", None).await.last_id;
    assert_ne!(hello, silent);

    // Heartbeats carry the id: reading on for an event shows them.
    while nobody.last_id != silent {
        let part = nobody.response.chunk().await.unwrap().expect("a heartbeat");
        nobody.bytes.extend_from_slice(&part);
        let block = String::from_utf8(std::mem::take(&mut nobody.bytes)).unwrap();
        nobody.read(&block);
    }
    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    assert_eq!(next_of(&mut nobody).await.name, "slots_changed");
}

#[tokio::test]
async fn a_poll_waits_for_a_change_and_no_longer() {
    let world = Arc::new(World::new().await);
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;

    let now = world.get(None, "/events/ada/chat/changes?wait=0").await.ok();
    assert_eq!(now["changes"], json!([]));
    let cursor = now["cursor"].as_str().unwrap().to_owned();
    let poll = format!("/events/ada/chat/changes?wait=30&cursor={cursor}");
    let waiting = tokio::spawn({
        let (world, poll) = (world.clone(), poll.clone());
        async move { world.get(None, &poll).await.ok() }
    });
    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();

    let waited = waiting.await.unwrap();
    assert_eq!(waited["changes"][0]["kind"], "slots_changed");
    let again = world.get(None, &poll).await.ok();
    assert_eq!(again, waited, "the same question, the same answer");
    let lost = world.get(None, "/events/ada/chat/changes?wait=30&cursor=1-1").await.ok();
    assert_eq!((&lost["reset"], &lost["cursor"]), (&json!(true), &waited["cursor"]));
    assert_eq!(world.get(None, "/events/ada/chat/changes?wait=61").await.code(), "invalid");
}

#[tokio::test]
async fn streams_have_a_limit_and_give_their_places_back() {
    let world = World::with(|config| config.limits.streams_of_account = 2).await;
    let ada = world.sign_up("ada").await;
    world.chat(&ada, json!({})).await;
    let first = Stream::begun(&world, Some(&ada), "ada/chat", None).await;
    let _second = Stream::begun(&world, Some(&ada), "ada/chat", None).await;

    let third = world.get(Some(&ada), "/events/ada/chat/changes").await;
    assert_eq!((third.status, third.code()), (StatusCode::TOO_MANY_REQUESTS, "too-many-streams"));

    drop(first);
    let app = world.server().app().clone();
    tokio::time::timeout(PATIENCE, async {
        while app.streams.open() > 1 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("a client that goes gives its place back at once");
    Stream::begun(&world, Some(&ada), "ada/chat", None).await;
}

/// How many bookings the writers of the long test make, and how many readers look on.
const BOOKINGS: usize = 120;
const READERS: u64 = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_often_a_stream_is_resumed_it_tells_every_change_once_and_in_order() {
    let world = Arc::new(
        World::with(|config| {
            // Small, so that readers fall behind, read pages and come level again all the time.
            (config.limits.stream_page, config.limits.stream_behind, config.limits.stream_buffer) = (5, 4, 2);
        })
        .await,
    );
    let (ada, bob, eve) = (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("eve").await);
    let event =
        json!({"title": "Race", "slug": "race", "time_zone": "UTC", "first_day": "2026-12-01", "slot_minutes": 10});
    world.post(&ada, "/events", event).await.ok();
    let window = json!({"start": "2026-12-01T00:00:00", "duration_minutes": 1440, "rrule": "FREQ=DAILY"});
    world.post(&ada, "/events/ada/race/windows", window).await.ok();
    let begin = Stream::begun(&world, Some(&ada), "ada/race", None).await.last_id;

    let readers: Vec<_> =
        (0..READERS).map(|seed| tokio::spawn(read_all(world.clone(), ada.clone(), begin.clone(), seed))).collect();
    let writers = [bob, eve].into_iter().enumerate().map(|(who, guest)| {
        let world = world.clone();
        tokio::spawn(async move {
            for i in 0..BOOKINGS / 2 {
                let minutes = i64::try_from(i * 20 + who * 10).unwrap();
                let start = text_of(at("2026-12-01T00:00:00Z") + TimeDelta::minutes(minutes));
                world.book(&guest, "ada/race", &start).await.ok();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }

    let mut logs = Vec::new();
    for reader in readers {
        logs.push(tokio::time::timeout(PATIENCE, reader).await.expect("a reader comes to the end").unwrap());
    }
    let poll = format!("/events/ada/race/changes?wait=0&cursor={begin}");
    let page = world.send(Some(&ada), Method::GET, &poll, None, &[]).await.ok();
    assert_eq!(page["changes"].as_array().unwrap().len(), 5, "a page");
    for (seed, log) in logs.iter().enumerate() {
        assert_eq!(log.len(), BOOKINGS, "seed {seed}");
        assert_eq!(log, &logs[0], "seed {seed}");
        let seqs: Vec<u64> = log.iter().map(|(id, _)| id.split_once('-').unwrap().1.parse().unwrap()).collect();
        assert!(seqs.windows(2).all(|two| two[1] == two[0] + 1), "seed {seed}: {seqs:?}");
    }
}

/// Reads all bookings, going away after a few and coming back with the last id; sometimes with one before it,
/// and then is told again exactly what came behind that.
async fn read_all(world: Arc<World>, who: Person, begin: String, seed: u64) -> Vec<(String, String)> {
    let mut dice = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut throw = move |sides: u64| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice % sides
    };
    let mut read: Vec<(String, String)> = Vec::new();
    while read.len() < BOOKINGS {
        let back = usize::try_from(throw(4)).unwrap().min(read.len());
        read.truncate(read.len() - back);
        let from = read.last().map_or(begin.clone(), |(id, _)| id.clone());
        let mut stream = Stream::begun(&world, Some(&who), "ada/race", Some(&from)).await;
        for _ in 0..=throw(15) {
            if read.len() == BOOKINGS {
                break;
            }
            let told = next_of(&mut stream).await;
            assert_eq!(told.name, "booked");
            read.push((told.id, told.data["booking"]["id"].as_str().unwrap().to_owned()));
        }
    }
    read
}
