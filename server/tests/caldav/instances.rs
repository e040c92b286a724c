//! Meetings that recur: instances taken out, moved, answered to alone, and people invited to some of them.

use super::kit::{App, event};
use super::meetings::{answers, only, unfolded, within};
use crate::http::world::World;

const ADA: &str = "mailto:ada@example.org";
const BOB: &str = "mailto:bob@example.org";
const CLEO: &str = "mailto:cleo@example.org";
const MEETING: &str = "/dav/calendars/ada/personal/daily.ics";

/// A meeting on every day of December 2026 at nine, with more lines and more components.
fn daily(people: &[&str], lines: &str, instances: &str) -> String {
    let people: String = people.iter().map(|who| format!("ATTENDEE;PARTSTAT=NEEDS-ACTION:{who}\n")).collect();
    let head = format!("DTSTART:20261201T090000Z\nDURATION:PT1H\nSUMMARY:Daily\nORGANIZER:{ADA}\n{people}");
    event("daily", &format!("{head}RRULE:FREQ=DAILY;COUNT=31\n{lines}"))
        .replace("END:VCALENDAR", &format!("{instances}END:VCALENDAR"))
}

/// The instance of one day, at an hour.
fn instance(day: u32, hour: u32, people: &[&str]) -> String {
    let people: String = people.iter().map(|who| format!("ATTENDEE;PARTSTAT=NEEDS-ACTION:{who}\r\n")).collect();
    format!(
        "BEGIN:VEVENT\r\nUID:daily\r\nDTSTAMP:20261101T000000Z\r\nRECURRENCE-ID:202612{day:02}T090000Z\r\n\
         DTSTART:202612{day:02}T{hour:02}0000Z\r\nDURATION:PT1H\r\nSUMMARY:Daily\r\nORGANIZER:{ADA}\r\n{people}\
         END:VEVENT\r\n"
    )
}

/// The newest message in an inbox.
async fn newest(app: &App<'_>) -> String {
    let path = format!("/dav/calendars/{}/inbox/", app.name);
    let news = app.sync(&path, "", "").await.is(207).hrefs();
    unfolded(&app.get(news.last().expect("a message")).await)
}

#[tokio::test]
async fn an_instance_that_is_taken_out_is_cancelled_for_everybody_and_no_more_than_that() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    ada.put(MEETING, &daily(&[BOB], "", "")).await.is(201);
    answers(&bob, "ACCEPTED").await.is(204);

    ada.put(MEETING, &daily(&[BOB], "EXDATE:20261203T090000Z\n", "")).await.is(204);

    let message = newest(&bob).await;
    assert!(message.contains("METHOD:CANCEL") && message.contains("RECURRENCE-ID:20261203T090000Z"), "{message}");
    assert!(!message.contains("RRULE"), "{message}");
    let (_, copy) = only(&bob, "personal").await;
    assert!(copy.contains("EXDATE:20261203T090000Z") && copy.contains("PARTSTAT=ACCEPTED"), "{copy}");
    // The answer to what is left is heard, though SEQUENCE went up.
    answers(&bob, "TENTATIVE").await.is(204);
    assert!(unfolded(&ada.get(MEETING).await).contains(&format!("PARTSTAT=TENTATIVE;SCHEDULE-STATUS=2.0:{BOB}")));
}

#[tokio::test]
async fn an_instance_that_moves_is_answered_anew_and_the_others_are_not() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    ada.put(MEETING, &daily(&[BOB], "", "")).await.is(201);
    answers(&bob, "ACCEPTED").await.is(204);

    ada.put(MEETING, &daily(&[BOB], "", &instance(3, 15, &[BOB]))).await.is(204);

    let (_, copy) = only(&bob, "personal").await;
    let (general, moved) = copy.split_once("RECURRENCE-ID").expect("an instance");
    assert!(general.contains("PARTSTAT=ACCEPTED") && copy.matches("PARTSTAT=ACCEPTED").count() == 1, "{copy}");
    assert!(moved.contains("DTSTART:20261203T150000Z") && moved.contains("PARTSTAT=NEEDS-ACTION"), "{copy}");
}

#[tokio::test]
async fn who_is_invited_to_one_instance_sees_that_one() {
    let world = World::new().await;
    let (ada, bob, cleo) = (App::of(&world, "ada").await, App::of(&world, "bob").await, App::of(&world, "cleo").await);

    ada.put(MEETING, &daily(&[BOB], "", &instance(3, 9, &[BOB, CLEO]))).await.is(201);

    let (href, copy) = only(&cleo, "personal").await;
    assert!(!copy.contains("RRULE") && copy.contains("RECURRENCE-ID:20261203T090000Z"), "{copy}");
    answers(&cleo, "ACCEPTED").await.is(204);
    let kept = unfolded(&ada.get(MEETING).await);
    assert!(kept.contains(&format!("PARTSTAT=ACCEPTED;SCHEDULE-STATUS=2.0:{CLEO}")), "{kept}");
    let (_, bobs) = only(&bob, "personal").await;
    assert!(bobs.contains(&format!("PARTSTAT=ACCEPTED:{CLEO}")), "{bobs}");

    // And is told when that is not so any more, while Bob's series goes on.
    ada.put(MEETING, &daily(&[BOB], "", &instance(3, 9, &[BOB]))).await.is(204);
    assert!(newest(&cleo).await.contains("METHOD:CANCEL"));
    assert!(unfolded(&cleo.get(&href).await).contains("STATUS:CANCELLED"));
    assert!(!only(&bob, "personal").await.1.contains("CANCELLED"));
}

#[tokio::test]
async fn one_instance_is_declined_by_taking_it_out_and_stays_out() {
    let world = World::new().await;
    let (ada, bob, cleo) = (App::of(&world, "ada").await, App::of(&world, "bob").await, App::of(&world, "cleo").await);
    ada.put(MEETING, &daily(&[BOB, CLEO], "", "")).await.is(201);
    answers(&bob, "ACCEPTED").await.is(204);
    let (href, copy) = only(&bob, "personal").await;

    let without = copy.replace("RRULE:", "EXDATE:20261204T090000Z\r\nRRULE:");
    bob.put(&href, &without).await.is(204);

    let message = newest(&ada).await;
    assert!(message.contains("METHOD:REPLY") && message.contains("RECURRENCE-ID:20261204T090000Z"), "{message}");
    assert!(message.contains("PARTSTAT=DECLINED") && !message.contains("PARTSTAT=ACCEPTED"), "{message}");
    let kept = unfolded(&ada.get(MEETING).await);
    assert!(kept.contains("RECURRENCE-ID:20261204T090000Z"), "{kept}");
    assert!(kept.contains(&format!("PARTSTAT=DECLINED;SCHEDULE-STATUS=2.0:{BOB}")), "{kept}");
    let (_, cleos) = only(&cleo, "personal").await;
    assert!(cleos.contains(&format!("PARTSTAT=DECLINED:{BOB}")), "{cleos}");
    // An organizer's app that does not know of it yet writes other words: the no stays, and so does the gap.
    ada.put(MEETING, &daily(&[BOB, CLEO], "LOCATION:here\n", "")).await.is(204);
    let kept = unfolded(&ada.get(MEETING).await);
    assert!(kept.contains(&format!("PARTSTAT=ACCEPTED;SCHEDULE-STATUS=1.2:{BOB}")), "{kept}");
    assert_eq!((kept.matches("PARTSTAT=DECLINED").count(), kept.matches("LOCATION:here").count()), (1, 2), "{kept}");
    let (_, bobs) = only(&bob, "personal").await;
    assert!(bobs.contains("LOCATION:here") && bobs.contains("PARTSTAT=ACCEPTED"), "{bobs}");
    assert!(bobs.contains("EXDATE:20261204T090000Z") && !bobs.contains("RECURRENCE-ID"), "{bobs}");
}

#[tokio::test]
async fn an_answer_over_again_tells_nothing_new() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    ada.put(MEETING, &daily(&[BOB], "", "")).await.is(201);
    answers(&bob, "ACCEPTED").await.is(204);
    let before = (ada.get(MEETING).await.etag(), within(&ada, "inbox").await.len());

    answers(&bob, "ACCEPTED").await.is(204);

    assert_eq!((ada.get(MEETING).await.etag(), within(&ada, "inbox").await.len()), before);
    // Unless it is asked for.
    let (href, copy) = only(&bob, "personal").await;
    let forced = copy.replace("ORGANIZER;", "ORGANIZER;SCHEDULE-FORCE-SEND=REPLY;");
    bob.put(&href, &forced).await.is(204);
    assert_eq!(within(&ada, "inbox").await.len(), before.1 + 1);
    assert!(!bob.get(&href).await.body.contains("FORCE-SEND"));
}

#[tokio::test]
async fn a_to_do_is_given_to_somebody_too() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    let lines = format!("DUE:20261205T090000Z\nSUMMARY:Sweep\nORGANIZER:{ADA}\nATTENDEE:{BOB}");
    let todo = event("sweep", &lines).replace("VEVENT", "VTODO");

    ada.put("/dav/calendars/ada/personal/sweep.ics", &todo).await.is(201);

    let (_, copy) = only(&bob, "personal").await;
    assert!(copy.contains("BEGIN:VTODO") && copy.contains("SUMMARY:Sweep"), "{copy}");
    answers(&bob, "COMPLETED").await.is(204);
    let kept = unfolded(&ada.get("/dav/calendars/ada/personal/sweep.ics").await);
    assert!(kept.contains("PARTSTAT=COMPLETED"), "{kept}");
}
