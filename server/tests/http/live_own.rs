//! News of everything of one's own.

use reqwest::StatusCode;
use serde_json::json;

use super::stream::{Stream, Told, next_of};
use super::world::World;

fn words(told: &[Told]) -> Vec<&str> {
    told.iter().map(|told| told.name.as_str()).collect()
}

async fn next_some(stream: &mut Stream, count: usize) -> Vec<Told> {
    let mut told = Vec::new();
    for _ in 0..count {
        told.push(next_of(stream).await);
    }
    told
}

#[tokio::test]
async fn host_and_guest_follow_all_that_is_theirs_and_nothing_else() {
    let world = World::new().await;
    let (ada, bob, eve) = (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("eve").await);
    let mut host = Stream::own(&world, &ada, None).await;
    let mut guest = Stream::own(&world, &bob, None).await;
    let mut other = Stream::own(&world, &eve, None).await;

    world.chat(&ada, json!({})).await;
    let hold = world.post(&bob, "/events/ada/chat/holds", json!({"start": "2026-12-01T09:00:00Z"})).await.ok();
    world.delete(&bob, &format!("/events/ada/chat/holds/{}", hold["id"].as_str().unwrap())).await.ok();
    let booking = world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    let path = format!("/bookings/{}", booking["id"].as_str().unwrap());
    world.patch(&bob, &path, json!({"start": "2026-12-02T08:00:00Z"})).await.ok();
    world.patch(&ada, "/me", json!({"max_per_day": 3})).await.ok();
    world.delete(&ada, "/events/ada/chat?cancel_bookings=true").await.ok();
    world.chat(&eve, json!({"slug": "tea"})).await;

    let told = next_some(&mut host, 8).await;
    let all = ["event_created", "windows_changed", "held", "released", "booked", "rescheduled", "cancelled"];
    assert_eq!(words(&told)[..7], all);
    assert_eq!(told[7].name, "event_deleted");
    assert!(told.iter().all(|told| told.data["event"] == json!({"owner": "ada", "slug": "chat", "title": "Chat"})));
    assert_eq!(told[5].data["spans"].as_array().map(Vec::len), Some(2), "from where, and where to");
    assert_eq!(told[6].data["booking"]["guest"]["username"], "bob");
    assert_eq!(told[7].data.get("booking"), None);
    let told = next_some(&mut guest, 5).await;
    assert_eq!(words(&told), ["held", "released", "booked", "rescheduled", "cancelled"]);
    assert_eq!(told[2].data["booking"]["id"], booking["id"]);
    let told = next_some(&mut other, 2).await;
    assert_eq!(words(&told), ["event_created", "windows_changed"]);
    // With their quotes: the letters of a name may stand in a cursor by chance.
    assert!(["\"ada\"", "\"bob\""].iter().all(|name| !other.all.contains(name)), "{}", other.all);
}

#[tokio::test]
async fn ones_own_news_goes_on_where_it_ended_and_can_be_waited_for() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let begin = Stream::own(&world, &ada, None).await.last_id;
    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();

    let mut again = Stream::own(&world, &ada, Some(&begin)).await;
    let booked = next_of(&mut again).await;
    assert_eq!((booked.name.as_str(), &booked.data["booking"]["start"]), ("booked", &json!("2026-12-01T08:00:00Z")));
    let poll = world.get(Some(&ada), &format!("/me/changes?wait=30&cursor={begin}")).await.ok();
    assert_eq!((poll["changes"].as_array().map(Vec::len), &poll["cursor"]), (Some(1), &json!(booked.id)));
    let theirs = Stream::own(&world, &bob, None).await.last_id;
    let lost = world.get(Some(&bob), "/me/changes?wait=0&cursor=1-1").await.ok();
    assert_eq!((&lost["reset"], &lost["cursor"]), (&json!(true), &json!(theirs)));
}

#[tokio::test]
async fn ones_own_news_ends_with_the_account() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    let mut own = Stream::own(&world, &ada, None).await;

    world.delete(&ada, "/me").await.ok();

    assert_eq!(own.next().await, None);
    assert_eq!(world.get(Some(&ada), "/me/changes").await.status, StatusCode::UNAUTHORIZED);
}
