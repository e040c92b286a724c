//! What is told of bookings, to host and guest, on every store.

use serde_json::json;

use super::kit::App;
use super::mirror::Mirror;
use crate::http::world::World;

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
