//! What calendar servers get wrong, one rule each, where it is not a test of its own elsewhere.

use super::kit::{App, CAL, event, hour};
use crate::http::world::{World, at};

fn range(start: &str, end: &str) -> String {
    format!("<C:time-range start=\"{start}\" end=\"{end}\"/>")
}

async fn data(ada: &App<'_>, shape: &str, range: &str) -> String {
    let inside = format!(
        "<D:prop><C:calendar-data>{shape}</C:calendar-data></D:prop><C:filter><C:comp-filter name=\"VCALENDAR\">\
         <C:comp-filter name=\"VEVENT\">{range}</C:comp-filter></C:comp-filter></C:filter>"
    );
    ada.report(CAL, "calendar-query", &inside).await.is(207).body.replace("&#13;", "")
}

#[tokio::test]
async fn a_token_behind_what_was_forgotten_is_refused_and_never_answered_in_full() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);
    ada.put(&format!("{CAL}b.ics"), &hour("b", 1, 10)).await.is(201);
    let token = ada.sync(CAL, "", "").await.value("D:sync-token").unwrap();
    ada.send("DELETE", &format!("{CAL}a.ics"), &[], "").await.is(204);
    ada.sync(CAL, &token, "").await.is(207).says("404");

    world.server().app().store.forget_gone(at("2027-11-29T12:00:00Z")).await.unwrap();

    ada.sync(CAL, &token, "").await.refuses("D:valid-sync-token").says_not("b.ics");
    assert_eq!(ada.sync(CAL, "", "").await.is(207).hrefs(), [format!("{CAL}b.ics")]);
}

#[tokio::test]
async fn a_limit_of_one_leads_through_everything() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    for i in 1..=4 {
        ada.put(&format!("{CAL}{i}.ics"), &hour(&format!("u{i}"), i, 9)).await.is(201);
    }
    let (mut token, mut found) = (String::new(), Vec::new());

    for _ in 0..4 {
        let page = ada.sync(CAL, &token, "<D:limit><D:nresults>1</D:nresults></D:limit>").await.is(207);
        token = page.value("D:sync-token").unwrap();
        found.extend(page.hrefs().into_iter().filter(|href| href != CAL));
    }

    assert_eq!(found, [1, 2, 3, 4].map(|i| format!("{CAL}{i}.ics")));
    ada.sync(CAL, &token, "").await.is(207).says_not("507").says_not("href");
}

#[tokio::test]
async fn a_zone_of_an_objects_own_is_honoured() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let zone = "BEGIN:VTIMEZONE\r\nTZID:Here\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0530\r\n\
        TZOFFSETTO:+0530\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT";
    let here = event("h", "DTSTART;TZID=Here:20261201T090000\nDURATION:PT30M").replace("BEGIN:VEVENT", zone);
    ada.put(&format!("{CAL}h.ics"), &here).await.is(201);

    // Nine there is half past three in UTC.
    let at_half_past_three = ada.query(CAL, "VEVENT", &range("20261201T033000Z", "20261201T040000Z")).await;

    assert_eq!(at_half_past_three, ["h.ics"]);
    assert!(ada.query(CAL, "VEVENT", &range("20261201T090000Z", "20261201T093000Z")).await.is_empty());
}

#[tokio::test]
async fn expanded_instances_are_named_as_dtstart_is_written() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let rule = "DURATION:P1D\nRRULE:FREQ=DAILY;COUNT=3";
    ada.put(&format!("{CAL}d.ics"), &event("d", &format!("DTSTART;VALUE=DATE:20261201\n{rule}"))).await.is(201);
    let zoned = "DTSTART;TZID=Europe/Berlin:20261201T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3";
    ada.put(&format!("{CAL}z.ics"), &event("z", zoned)).await.is(201);
    let within = "start=\"20261202T000000Z\" end=\"20261203T000000Z\"";

    let expanded = data(&ada, &format!("<C:expand {within}/>"), &format!("<C:time-range {within}/>")).await;

    assert!(expanded.contains("DTSTART;VALUE=DATE:20261202\nRECURRENCE-ID;VALUE=DATE:20261202\n"), "{expanded}");
    assert!(expanded.contains("DTSTART:20261202T080000Z\nRECURRENCE-ID:20261202T080000Z\n"), "{expanded}");
    assert!(!expanded.contains("RRULE") && !expanded.contains("TZID"), "{expanded}");
}

#[tokio::test]
async fn a_floating_until_is_read_in_the_zone_of_its_dtstart() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let until = "DTSTART;TZID=America/New_York:20261201T200000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20261203T200000";
    ada.put(&format!("{CAL}u.ics"), &event("u", until)).await.is(201);
    let day = "DTSTART;TZID=America/New_York:20261201T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20261203";
    ada.put(&format!("{CAL}d.ics"), &event("d", day)).await.is(201);

    // Eight in the evening there is one in the morning of the next day.
    let last = ada.query(CAL, "VEVENT", &range("20261204T010000Z", "20261204T020000Z")).await;
    let behind = ada.query(CAL, "VEVENT", &range("20261204T030000Z", "20261231T000000Z")).await;

    assert_eq!(last, ["u.ics"]);
    assert!(!behind.contains(&"u.ics".to_owned()), "{behind:?}");
}

#[tokio::test]
async fn overrides_are_sent_only_as_far_as_they_matter() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let moved = |day: u32| {
        format!(
            "BEGIN:VEVENT\r\nUID:m\r\nRECURRENCE-ID:202612{day:02}T090000Z\r\nDTSTART:202612{day:02}T110000Z\r\n\
             SUMMARY:moved {day}\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
        )
    };
    let object = event("m", "DTSTART:20261201T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=9")
        .replace("END:VCALENDAR", &format!("{}{}END:VCALENDAR", moved(2), moved(5)));
    ada.put(&format!("{CAL}m.ics"), &object).await.is(201);
    let within = "start=\"20261202T000000Z\" end=\"20261203T000000Z\"";

    let sent = data(&ada, &format!("<C:limit-recurrence-set {within}/>"), &format!("<C:time-range {within}/>")).await;

    assert!(sent.contains("RRULE") && sent.contains("moved 2") && !sent.contains("moved 5"), "{sent}");
}

#[tokio::test]
async fn davx5_may_leave_the_vcalendar_around_a_comp_out() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.put(&format!("{CAL}a.ics"), &event("a", "DTSTART:20261201T090000Z\nSUMMARY:Tea\nLOCATION:Home")).await.is(201);

    let sent = data(&ada, "<C:comp name=\"VEVENT\"><C:prop name=\"SUMMARY\"/></C:comp>", "").await;

    assert!(sent.contains("SUMMARY:Tea") && !sent.contains("LOCATION"), "{sent}");
}

#[tokio::test]
async fn a_component_set_is_told_of_a_calendar_that_was_made_without_one() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.send("MKCALENDAR", "/dav/calendars/ada/plain/", &[], "").await.is(201);

    for path in ["/dav/calendars/ada/plain/", CAL] {
        let told = ada.propfind(path, "0", "<C:supported-calendar-component-set/>").await.is(207);
        let set = told.value("C:supported-calendar-component-set").unwrap();
        assert!(set.contains("<C:comp name=\"VEVENT\"/>") && set.contains("<C:comp name=\"VTODO\"/>"), "{set}");
    }
}

#[tokio::test]
async fn hrefs_that_are_told_can_be_asked_for_and_are_the_same_everywhere() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    for (i, name) in ["a@b.ics", "50%25.ics", "a%20b.ics", "%C3%BC.ics", "%2B;=.ics"].iter().enumerate() {
        ada.put(&format!("{CAL}{name}"), &hour(&format!("u{i}"), 1, 9)).await.is(201);
    }
    let within = |hrefs: Vec<String>| hrefs.into_iter().filter(|href| href != CAL).collect::<Vec<_>>();
    let mut listed = within(ada.propfind(CAL, "1", "<getetag/>").await.hrefs());

    let wanted: String = listed.iter().map(|href| format!("<D:href>{href}</D:href>")).collect();
    let got = ada.report(CAL, "calendar-multiget", &format!("<D:prop><D:getetag/></D:prop>{wanted}")).await.is(207);
    assert_eq!(got.hrefs(), listed);
    for href in &listed {
        ada.get(href).await.is(200);
    }
    let mut synced = ada.sync(CAL, "", "").await.hrefs();
    synced.sort_unstable();
    listed.sort_unstable();
    assert_eq!(synced, listed);
}
