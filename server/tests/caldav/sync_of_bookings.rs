//! What is told of bookings, to host and guest, on every store.

use serde_json::json;

use super::kit::App;
use super::mirror::Mirror;
use crate::http::world::World;

/// The names of everything that is listed.
async fn listed(app: &App<'_>) -> Vec<String> {
    app.propfind(BOOKINGS, "1", "<getetag/>")
        .await
        .is(207)
        .hrefs()
        .into_iter()
        .filter(|href| href != BOOKINGS)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_to_come_is_shown_first_and_every_answer_shows_the_same() {
    for world in World::on_each_store(|config| config.limits.shown_bookings = 3).await {
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        world.chat(&ada, json!({})).await;
        let guest = App::of_person(&world, &bob, "caldav").await;
        let book = async |start: &str| {
            let booked = world.book(&bob, "ada/chat", start).await.ok();
            format!("{BOOKINGS}{}.ics", booked["id"].as_str().unwrap())
        };
        let mut all = Vec::new();
        for start in ["2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z", "2026-12-02T08:00:00Z", "2026-12-03T08:00:00Z"] {
            all.push(book(start).await);
        }
        let agree = async |shown: &[&String]| {
            let mut shown: Vec<String> = shown.iter().map(|&href| href.clone()).collect();
            shown.sort_unstable();
            let hrefs: String = all.iter().map(|href| format!("<D:href>{href}</D:href>")).collect();
            let wanted = format!("<D:prop><D:getetag/></D:prop>{hrefs}");
            let got = guest.report(BOOKINGS, "calendar-multiget", &wanted).await.is(207);
            for href in &all {
                let there = shown.contains(href);
                guest.get(href).await.is(if there { 200 } else { 404 });
                let told = got.body.split("<D:response>").find(|response| response.contains(href.as_str())).unwrap();
                assert_eq!(told.contains("404 Not Found"), !there, "{told}");
            }
            assert_eq!(listed(&guest).await, shown);
            let synced = guest.sync(BOOKINGS, "", "").await.is(207);
            assert_eq!(synced.hrefs(), shown);
            synced.value("D:sync-token").unwrap()
        };

        let token = agree(&[&all[0], &all[1], &all[2]]).await;
        let id = all[1].rsplit('/').next().unwrap().trim_end_matches(".ics");
        world.delete(&ada, &format!("/bookings/{id}")).await.ok();
        // What comes into sight stands in no log.
        guest.sync(BOOKINGS, &token, "").await.refuses("D:valid-sync-token");
        let token = agree(&[&all[0], &all[2], &all[3]]).await;
        guest.sync(BOOKINGS, &token, "").await.is(207).says_not("<D:response>");

        world.clock.set("2026-12-20T12:00:00Z".parse().unwrap());
        for start in ["2026-12-21T08:00:00Z", "2026-12-22T08:00:00Z"] {
            all.push(book(start).await);
        }
        let shown = listed(&guest).await;
        assert!([&all[3], &all[4], &all[5]].iter().all(|href| shown.contains(href)), "{shown:?}");
        assert_eq!(shown.len(), 3);
    }
}

const BOOKINGS: &str = "/dav/calendars/bob/bookings/";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bookings_and_what_one_keeps_on_them_are_told_on_every_device() {
    for world in World::on_each_store(|_| {}).await {
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        world.chat(&ada, json!({})).await;
        let guest = App::of_person(&world, &bob, "caldav").await;
        let mut copy = Mirror::of(&guest, BOOKINGS).await;

        let booked = world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
        let id = booked["id"].as_str().unwrap();
        let name = format!("{id}.ics");
        assert_eq!(copy.sync().await.parts(), (vec![name.as_str()], vec![], vec![]));

        let href = format!("{BOOKINGS}{name}");
        let entry = guest.get(&href).await.is(200);
        let alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT10M\r\nDESCRIPTION:soon\r\nEND:VALARM\r\nEND:VEVENT";
        guest.put(&href, &entry.body.replace("END:VEVENT", alarm)).await.is(204);
        assert_eq!(copy.sync().await.parts(), (vec![], vec![name.as_str()], vec![]));

        world.patch(&ada, &format!("/bookings/{id}"), json!({"start": "2026-12-01T10:00:00Z"})).await.ok();
        assert_eq!(copy.sync().await.parts(), (vec![], vec![name.as_str()], vec![]));
        world.delete(&ada, &format!("/bookings/{id}")).await.ok();
        assert_eq!(copy.sync().await.parts(), (vec![], vec![], vec![name.as_str()]));
    }
}
