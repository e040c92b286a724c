//! Many want the same time at the same moment, over real sockets: one gets it, the others are told, nobody else fails.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use meetme_core::time::text_of;
use reqwest::StatusCode;
use serde_json::json;

use super::world::{Answer, Person, World, at};

const CLIENTS: usize = 64;
const ROUNDS: usize = 1000;

/// Slots of ten minutes, all day for a fortnight, from `begin` past midnight on.
async fn offer(world: &World, host: &Person, slug: &str, begin: u32) {
    let event = json!({"title": slug, "slug": slug, "time_zone": "UTC", "first_day": "2026-12-01",
        "last_day": "2026-12-14", "slot_minutes": 10});
    world.post(host, "/events", event).await.ok();
    let start = format!("2026-12-01T00:{begin:02}:00");
    let window = json!({"start": start, "duration_minutes": 1440 - begin, "rrule": "FREQ=DAILY"});
    world.post(host, &format!("/events/{}/{slug}/windows", host.name), window).await.ok();
}

async fn crowd(world: &World) -> Vec<Person> {
    let mut crowd = Vec::with_capacity(CLIENTS);
    for i in 0..CLIENTS {
        crowd.push(world.sign_up(&format!("guest{i}")).await);
    }
    crowd
}

/// A start every twenty minutes, so that no round is in another's way.
fn start(round: usize, shift: i64) -> String {
    let minutes = i64::try_from(round).expect("a small number") * 20 + shift;
    text_of(at("2026-12-01T00:00:00Z") + TimeDelta::minutes(minutes))
}

/// Everybody asks at once; how many got which answer.
async fn rush(
    world: &Arc<World>,
    crowd: &[Person],
    ask: impl Fn(usize) -> (String, String),
) -> BTreeMap<String, usize> {
    let mut tasks = Vec::with_capacity(crowd.len());
    for (i, guest) in crowd.iter().enumerate() {
        let (world, guest, (event, start)) = (world.clone(), guest.clone(), ask(i));
        tasks.push(tokio::spawn(async move { world.book(&guest, &event, &start).await }));
    }
    let mut answers = BTreeMap::new();
    for task in tasks {
        *answers.entry(said(&task.await.expect("a client"))).or_default() += 1;
    }
    answers
}

fn said(answer: &Answer) -> String {
    if answer.status == StatusCode::CREATED { "booked".to_owned() } else { answer.code().to_owned() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_clients_on_one_slot_exactly_one_gets_it() {
    let world = Arc::new(World::new().await);
    let host = world.sign_up("host").await;
    let crowd = crowd(&world).await;
    offer(&world, &host, "race", 0).await;

    for round in 0..ROUNDS {
        let answers = rush(&world, &crowd, |_| ("host/race".to_owned(), start(round, 0))).await;

        assert_eq!(answers, one_winner(), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_clients_on_overlapping_slots_of_two_events_exactly_one_gets_its_own() {
    let world = Arc::new(World::new().await);
    let host = world.sign_up("host").await;
    let crowd = crowd(&world).await;
    offer(&world, &host, "left", 0).await;
    offer(&world, &host, "right", 5).await;

    for round in 0..ROUNDS {
        let sides = [("host/left", start(round, 0)), ("host/right", start(round, 5))];
        let answers = rush(&world, &crowd, |i| (sides[i % 2].0.to_owned(), sides[i % 2].1.clone())).await;

        assert_eq!(answers, one_winner(), "round {round}");
    }
}

fn one_winner() -> BTreeMap<String, usize> {
    BTreeMap::from([("booked".to_owned(), 1), ("slot-taken".to_owned(), CLIENTS - 1)])
}
