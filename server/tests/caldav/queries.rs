//! Reports on calendars (RFC 4791 7).

use super::kit::{App, CAL, event, hour};
use crate::http::world::World;

fn range(start: &str, end: &str) -> String {
    format!("<C:time-range start=\"{start}\" end=\"{end}\"/>")
}

#[tokio::test]
async fn counts_exceptions_and_overrides_decide_what_is_in_a_range() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let daily =
        event("count", "DTSTART:20261201T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261202T090000Z");
    ada.put(&format!("{CAL}count.ics"), &daily).await.is(201);
    let moved = event("moved", "DTSTART:20261201T120000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2").replace(
        "END:VCALENDAR",
        "BEGIN:VEVENT\r\nUID:moved\r\nRECURRENCE-ID:20261202T120000Z\r\nDTSTART:20261210T120000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR",
    );
    ada.put(&format!("{CAL}moved.ics"), &moved).await.is(201);

    let found = async |start: &str, end: &str| ada.query(CAL, "VEVENT", &range(start, end)).await;
    assert_eq!(found("20261201T000000Z", "20261202T000000Z").await, ["count.ics", "moved.ics"]);
    assert_eq!(found("20261202T000000Z", "20261203T000000Z").await, Vec::<String>::new());
    assert_eq!(found("20261203T000000Z", "20261204T000000Z").await, ["count.ics"]);
    assert_eq!(found("20261204T000000Z", "20261210T000000Z").await, Vec::<String>::new());
    assert_eq!(found("20261210T120000Z", "20261210T130000Z").await, ["moved.ics"]);
}

#[tokio::test]
async fn days_and_floating_times_are_those_of_the_calendars_zone() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let zone = "<D:propertyupdate xmlns:D='DAV:' xmlns='urn:ietf:params:xml:ns:caldav'><D:set><D:prop>\
        <calendar-timezone-id>America/New_York</calendar-timezone-id></D:prop></D:set></D:propertyupdate>";
    ada.put(&format!("{CAL}day.ics"), &event("day", "DTSTART;VALUE=DATE:20261201")).await.is(201);
    ada.put(&format!("{CAL}float.ics"), &event("float", "DTSTART:20261201T090000\nDURATION:PT1H")).await.is(201);
    let nine_in_new_york = range("20261201T143000Z", "20261201T144500Z");
    let late_there = range("20261202T030000Z", "20261202T040000Z");
    assert_eq!(ada.query(CAL, "VEVENT", &late_there).await, Vec::<String>::new());

    ada.send("PROPPATCH", CAL, &[], zone).await.is(207);

    assert_eq!(ada.query(CAL, "VEVENT", &nine_in_new_york).await, ["day.ics", "float.ics"]);
    assert_eq!(ada.query(CAL, "VEVENT", &late_there).await, ["day.ics"]);
}

#[tokio::test]
async fn filters_look_at_components_properties_parameters_and_texts() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let meeting =
        "DTSTART:20261201T090000Z\nSUMMARY:Bernard's B\u{fc}ro\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:lisa@example.com";
    ada.put(&format!("{CAL}a.ics"), &event("a", meeting)).await.is(201);
    ada.put(&format!("{CAL}b.ics"), &event("b", "DTSTART:20261201T090000Z\nSUMMARY:Lunch\nLOCATION:Cafe"))
        .await
        .is(201);
    let todo = event("t", "SUMMARY:Pay\nDUE:20261201T090000Z").replace("VEVENT", "VTODO");
    ada.put(&format!("{CAL}t.ics"), &todo).await.is(201);

    let asks = [
        ("VEVENT", "<C:prop-filter name=\"LOCATION\"/>", vec!["b.ics"]),
        ("VEVENT", "<C:prop-filter name=\"LOCATION\"><C:is-not-defined/></C:prop-filter>", vec!["a.ics"]),
        (
            "VEVENT",
            "<C:prop-filter name=\"SUMMARY\"><C:text-match>bernard</C:text-match></C:prop-filter>",
            vec!["a.ics"],
        ),
        (
            "VEVENT",
            "<C:prop-filter name=\"SUMMARY\"><C:text-match collation=\"i;octet\">bernard</C:text-match></C:prop-filter>",
            vec![],
        ),
        (
            "VEVENT",
            "<C:prop-filter name=\"SUMMARY\"><C:text-match negate-condition=\"yes\">lunch</C:text-match></C:prop-filter>",
            vec!["a.ics"],
        ),
        (
            "VEVENT",
            "<C:prop-filter name=\"ATTENDEE\"><C:text-match>mailto:lisa@example.com</C:text-match>\
             <C:param-filter name=\"PARTSTAT\"><C:text-match>NEEDS-ACTION</C:text-match></C:param-filter></C:prop-filter>",
            vec!["a.ics"],
        ),
        ("VTODO", "", vec!["t.ics"]),
        ("VTODO", "<C:prop-filter name=\"COMPLETED\"><C:is-not-defined/></C:prop-filter>", vec!["t.ics"]),
        ("VJOURNAL", "", vec![]),
    ];
    for (component, filter, expected) in asks {
        assert_eq!(ada.query(CAL, component, filter).await, expected, "{component} {filter}");
    }
}

#[tokio::test]
async fn data_comes_whole_in_part_or_expanded() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let weekly = event(
        "w",
        "DTSTART:20261201T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=10\nSUMMARY:Standup\nDESCRIPTION:long",
    );
    ada.put(&format!("{CAL}w.ics"), &weekly).await.is(201);
    let ask = async |data: &str| {
        let inside = format!(
            "<D:prop><D:getetag/><C:calendar-data>{data}</C:calendar-data></D:prop><D:href>{CAL}w.ics</D:href>"
        );
        let reply = ada.report(CAL, "calendar-multiget", &inside).await.is(207);
        reply.value("C:calendar-data").unwrap().replace("&#13;", "")
    };

    assert_eq!(ask("").await, weekly.replace("\r\n", "\n"));
    let expanded = ask("<C:expand start=\"20261202T000000Z\" end=\"20261204T000000Z\"/>").await;
    assert_eq!(expanded.matches("BEGIN:VEVENT").count(), 2, "{expanded}");
    assert!(expanded.contains("RECURRENCE-ID:20261202T090000Z") && !expanded.contains("RRULE"), "{expanded}");
    let part =
        ask("<C:comp name=\"VCALENDAR\"><C:prop name=\"VERSION\"/><C:comp name=\"VEVENT\"><C:prop name=\"SUMMARY\"/>\
        <C:prop name=\"UID\"/></C:comp></C:comp>")
        .await;
    assert!(part.contains("SUMMARY:Standup") && !part.contains("DESCRIPTION") && !part.contains("PRODID"), "{part}");
    // DAVx5 leaves the VCALENDAR out.
    let unwrapped = ask("<C:comp name=\"VEVENT\"><C:prop name=\"UID\"/></C:comp>").await;
    assert!(unwrapped.contains("UID:w") && !unwrapped.contains("SUMMARY"), "{unwrapped}");
}

#[tokio::test]
async fn a_multiget_tells_what_is_not_there_and_nothing_of_others() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let bob = App::of(&world, "bob").await;
    ada.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);
    bob.put("/dav/calendars/bob/personal/b.ics", &hour("b", 1, 9)).await.is(201);

    let inside = format!(
        "<D:prop><D:getetag/></D:prop><D:href>{CAL}a.ics</D:href><D:href>{CAL}none.ics</D:href>\
         <D:href>/dav/calendars/bob/personal/b.ics</D:href><D:href>http://{}{CAL}a.ics</D:href>",
        world.server().address()
    );
    let reply = ada.report(CAL, "calendar-multiget", &inside).await.is(207);

    let statuses: Vec<bool> = reply.body.split("<D:response>").skip(1).map(|part| part.contains("200 OK")).collect();
    assert_eq!(statuses, [true, false, false, true]);
}

#[tokio::test]
async fn a_limit_tells_that_there_is_more() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    for i in 1..=5 {
        ada.put(&format!("{CAL}{i}.ics"), &hour(&format!("u{i}"), i, 9)).await.is(201);
    }
    let inside = "<D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name=\"VCALENDAR\"/></C:filter>\
        <D:limit><D:nresults>3</D:nresults></D:limit>";

    let reply = ada.report(CAL, "calendar-query", inside).await.is(207);

    assert_eq!(reply.hrefs().len(), 4);
    reply.says("507").says("number-of-matches-within-limits");
}

#[tokio::test]
async fn free_busy_tells_when_and_not_why() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let daily = event("d", "DTSTART:20261201T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:Secret");
    ada.put(&format!("{CAL}d.ics"), &daily).await.is(201);
    ada.put(&format!("{CAL}t.ics"), &event("t", "DTSTART:20261201T120000Z\nDURATION:PT1H\nSTATUS:TENTATIVE"))
        .await
        .is(201);
    ada.put(&format!("{CAL}f.ics"), &event("f", "DTSTART:20261201T140000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT"))
        .await
        .is(201);

    let reply = ada.report(CAL, "free-busy-query", &range("20261201T000000Z", "20261203T000000Z")).await.is(200);

    let reply = reply.says("BEGIN:VFREEBUSY").says("20261201T090000Z/").says("20261202T090000Z/");
    let reply = reply.says("FBTYPE=BUSY-TENTATIVE:20261201T120000Z/");
    reply.says_not("20261203T09").says_not("T140000Z").says_not("Secret");
}
