//! What is in one's own calendars is part of what one takes along.

use serde_json::json;

use super::kit::{App, CAL, event, hour};
use crate::http::world::World;

#[tokio::test]
async fn own_calendars_are_taken_along_byte_for_byte() {
    let world = World::new().await;
    let person = world.sign_up("ada").await;
    let ada = App::of_person(&world, &person, "caldav").await;
    let odd = event("odd", "DTSTART:20261201T090000Z\nX-ODD;b=2;a=\"1\":x\\,y\nSUMMARY:\u{fc}").replace("\r\n", "\n");
    ada.put(&format!("{CAL}odd.ics"), &odd).await.is(201);
    ada.send("MKCALENDAR", "/dav/calendars/ada/work/", &[], "").await.is(201);
    // More than are read at once.
    for number in 0..40 {
        ada.put(&format!("/dav/calendars/ada/work/{number:02}.ics"), &hour(&format!("w{number}"), 1, 9)).await.is(201);
    }

    let export = world.get(Some(&person), "/me/export").await.ok();
    let ics = world.get(Some(&person), "/me/export?format=ics").await.ok();

    let calendar = |name: &str| {
        let all = export["calendars"].as_array().expect("calendars");
        all.iter().find(|calendar| calendar["name"] == name).unwrap_or_else(|| panic!("no {name} in {export}"))
    };
    assert_eq!(calendar("personal")["entries"][0]["data"], odd);
    let names: Vec<&str> =
        calendar("work")["entries"].as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    assert_eq!(names, (0..40).map(|number| format!("{number:02}.ics")).collect::<Vec<_>>());
    assert_eq!(export["user"]["username"], "ada");
    let ics = ics.as_str().expect("text");
    assert_eq!(ics.matches("BEGIN:VEVENT").count(), 41, "{ics}");
    assert_eq!((ics.matches("BEGIN:VCALENDAR").count(), ics.matches("END:VCALENDAR\r\n").count()), (1, 1));
    assert!(ics.contains("X-ODD;b=2;a=\"1\":x\\,y\r\n"), "{ics}");
}

#[tokio::test]
async fn an_export_may_be_larger_than_any_answer_that_is_held() {
    const ENTRIES: usize = 32;
    let world = World::new().await;
    let person = world.sign_up("ada").await;
    let ada = App::of_person(&world, &person, "caldav").await;
    let line = format!("X-LARGE:{}\n", "x".repeat(1000));
    let large = line.repeat(655);
    for number in 0..ENTRIES {
        let entry = event(&format!("w{number}"), &format!("DTSTART:20261201T090000Z\n{large}"));
        ada.put(&format!("{CAL}{number:02}.ics"), &entry).await.is(201);
    }

    for format in ["json", "ics"] {
        let export = world.open(Some(&person), &format!("/me/export?format={format}"), &[]).await;
        assert_eq!(export.status(), 200);
        let text = export.text().await.unwrap();
        assert!(text.len() > 20 * 1024 * 1024, "{format} has {} bytes", text.len());
        assert_eq!(text.matches("BEGIN:VEVENT").count(), ENTRIES, "{format}");
    }
}

#[tokio::test]
async fn nobody_takes_along_what_is_another_ones() {
    let world = World::new().await;
    let (person, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    let ada = App::of_person(&world, &person, "caldav").await;
    ada.put(&format!("{CAL}a.ics"), &hour("secret", 1, 9)).await.is(201);

    let export = world.get(Some(&bob), "/me/export").await.ok();
    let ics = world.get(Some(&bob), "/me/export?format=ics").await.ok();

    assert!(!export.to_string().contains("secret") && !ics.to_string().contains("secret"), "{export} {ics}");
    assert_eq!(export["bookings"], json!([]));
}
