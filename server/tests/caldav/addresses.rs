//! Mail addresses change hands; meetings do not go with them.

use rusqlite::Connection;
use serde_json::json;

use super::kit::App;
use super::meetings::{answers, only, tea, unfolded, within};
use crate::http::world::{Person, World};

const BOB: &str = "mailto:bob@example.org";
const EVES: &str = "/dav/calendars/eve/personal/tea.ics";

/// Gives somebody's address up for another one, and lets somebody else have it.
async fn hand_over(world: &World, from: &Person, to: &Person) {
    let address = format!("{}@example.org", from.name);
    world.patch(from, "/me", json!({"email": format!("{}@elsewhere.example", from.name)})).await.ok();
    world.patch(to, "/me", json!({ "email": address })).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_gets_a_freed_address_organizes_none_of_the_meetings_that_were_made_under_it() {
    for world in World::on_each_store(|_| {}).await {
        let (ada, eve) = (world.sign_up("ada").await, world.sign_up("eve").await);
        let (adas, bob) = (App::of_person(&world, &ada, "caldav").await, App::of(&world, "bob").await);
        adas.put("/dav/calendars/ada/personal/tea.ics", &tea(&[BOB], "")).await.is(201);
        let (href, invited) = only(&bob, "personal").await;

        hand_over(&world, &ada, &eve).await;
        let eve = App::of_person(&world, &eve, "caldav").await;
        eve.put(EVES, &tea(&[BOB], "LOCATION:a dark alley")).await.is(201);

        assert_eq!(unfolded(&bob.get(&href).await), invited, "nothing of it was written anew");
        let told = unfolded(&eve.get(EVES).await);
        assert!(told.contains(&format!("SCHEDULE-STATUS=5.3:{BOB}")), "{told}");
        // What Bob says to whoever asked him is none of Eve's business.
        answers(&bob, "ACCEPTED").await.is(204);
        let told = unfolded(&bob.get(&href).await);
        assert!(told.contains("SCHEDULE-STATUS=3.7:mailto:ada@example.org"), "{told}");
        assert!(!unfolded(&eve.get(EVES).await).contains("ACCEPTED:mailto:bob"));
        assert_eq!(within(&eve, "inbox").await.len(), 0);
        eve.send("DELETE", EVES, &[], "").await.is(204);
        assert!(!bob.get(&href).await.body.contains("CANCELLED"));
    }
}

#[tokio::test]
async fn who_gets_the_address_of_a_deleted_account_does_not_bring_its_meetings_back() {
    let world = World::new().await;
    let (ada, eve) = (world.sign_up("ada").await, world.sign_up("eve").await);
    let (adas, bob) = (App::of_person(&world, &ada, "caldav").await, App::of(&world, "bob").await);
    adas.put("/dav/calendars/ada/personal/tea.ics", &tea(&[BOB], "")).await.is(201);
    let (href, _) = only(&bob, "personal").await;

    world.delete(&ada, "/me").await.ok();
    world.patch(&eve, "/me", json!({"email": "ada@example.org"})).await.ok();
    let eve = App::of_person(&world, &eve, "caldav").await;
    eve.put(EVES, &tea(&[BOB], "SEQUENCE:7\nLOCATION:a dark alley")).await.is(201);

    bob.get(&href).await.is(200).says("STATUS:CANCELLED").says_not("alley");
}

#[tokio::test]
async fn an_invitation_that_came_another_way_is_not_changed_by_who_takes_its_organizers_address_later() {
    let world = World::new().await;
    let bob = App::of(&world, "bob").await;
    let path = "/dav/calendars/bob/personal/mailed.ics";
    bob.put(path, &tea(&[BOB], "")).await.is(201);
    let mailed = bob.get(path).await.body;

    let ada = App::of(&world, "ada").await;
    ada.put("/dav/calendars/ada/personal/tea.ics", &tea(&[BOB], "LOCATION:here")).await.is(201);
    assert_eq!(bob.get(path).await.body, mailed);

    // To take it in again says that it is Ada's.
    bob.send("DELETE", path, &[("schedule-reply", "F")], "").await.is(204);
    bob.put(path, &tea(&[BOB], "")).await.is(201);
    ada.put("/dav/calendars/ada/personal/tea.ics", &tea(&[BOB], "LOCATION:there")).await.is(204);
    bob.get(path).await.says("LOCATION:there");
}

#[tokio::test]
async fn a_copy_from_before_it_was_kept_whose_it_is_follows_the_address_until_it_is_written() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    let path = "/dav/calendars/ada/personal/tea.ics";
    ada.put(path, &tea(&[BOB], "")).await.is(201);
    let (href, _) = only(&bob, "personal").await;
    let database = Connection::open(world.data().join("meetme.db")).unwrap();
    let known = || database.query_row("SELECT count(organizer) FROM entries", [], |row| row.get(0)).unwrap();
    database.execute("UPDATE entries SET organizer = NULL", []).unwrap();

    ada.put(path, &tea(&[BOB], "LOCATION:here")).await.is(204);

    bob.get(&href).await.says("LOCATION:here");
    let known: i64 = known();
    assert_eq!(known, 3, "both copies and the newer message");
}
