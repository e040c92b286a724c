//! What costs more the more of it is sent has a limit with a name, and beyond it a refusal.

use super::kit::{App, CAL, event, hour};
use crate::http::world::World;

/// Something a thousand times and more, each with a number.
fn many(times: usize, one: impl Fn(usize) -> String) -> String {
    (0..times).map(one).collect()
}

#[tokio::test]
async fn properties_are_asked_for_and_kept_in_reason() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);
    let distinct = many(501, |number| format!("<x{number} xmlns='urn:x'/>"));
    let same = "<getetag/>".repeat(10_000);

    ada.propfind(CAL, "1", &distinct).await.is(400);
    let told = ada.propfind(CAL, "1", &same).await.is(207);
    assert_eq!(told.body.matches("<D:getetag>").count(), 1, "each once");
    let include = format!("<propfind xmlns='DAV:'><allprop/><include>{distinct}</include></propfind>");
    ada.send("PROPFIND", CAL, &[("depth", "0")], include).await.is(400);
    let query = "<C:filter><C:comp-filter name=\"VCALENDAR\"/></C:filter>";
    ada.report(CAL, "calendar-query", &format!("<D:prop>{distinct}</D:prop>{query}")).await.is(400);

    let patch = |inside: String| format!("<propertyupdate xmlns='DAV:'>{inside}</propertyupdate>");
    for verb in ["set", "remove"] {
        let named = many(201, |number| format!("<x{number} xmlns='urn:x'/>"));
        ada.send("PROPPATCH", CAL, &[], patch(format!("<{verb}><prop>{named}</prop></{verb}>"))).await.is(400);
    }
    let large = "y".repeat(60_000);
    let value = |number: usize| format!("<set><prop><x{number} xmlns='urn:x'>{large}</x{number}></prop></set>");
    for number in 0..17 {
        ada.send("PROPPATCH", CAL, &[], patch(value(number))).await.is(207).says("200 OK");
    }
    ada.send("PROPPATCH", CAL, &[], patch(value(17))).await.is(507).says("D:quota-not-exceeded");
    // What is there already may change, and go.
    ada.send("PROPPATCH", CAL, &[], patch(value(3))).await.is(207).says("200 OK");
    let gone = patch("<remove><prop><x3 xmlns='urn:x'/></prop></remove>".to_owned());
    ada.send("PROPPATCH", CAL, &[], gone).await.is(207);
    ada.send("PROPPATCH", CAL, &[], patch(value(17))).await.is(207);
}

#[tokio::test]
async fn a_new_calendar_takes_each_component_once() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let comps = "<C:comp name='VEVENT'/><C:comp name='vtodo'/>".repeat(5_000);
    let body = format!(
        "<C:mkcalendar xmlns:C='urn:ietf:params:xml:ns:caldav' xmlns='DAV:'><set><prop>\
         <C:supported-calendar-component-set>{comps}</C:supported-calendar-component-set></prop></set></C:mkcalendar>"
    );
    let made = "/dav/calendars/ada/made/";
    ada.send("MKCALENDAR", made, &[], body).await.is(201);

    let told = ada.propfind(made, "0", "<C:supported-calendar-component-set/>").await.is(207);

    let set = told.value("C:supported-calendar-component-set").unwrap();
    assert_eq!(set, "<C:comp name=\"VEVENT\"/><C:comp name=\"VTODO\"/>");
}

#[tokio::test]
async fn what_is_compared_with_each_other_is_little() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);
    let attributes = many(50_000, |number| format!(" a{number}=''"));
    let prefixes = many(20_000, |number| format!(" xmlns:p{number}='urn:x'"));
    for crowd in [attributes, prefixes] {
        let body = format!("<propfind xmlns='DAV:'><prop><getetag{crowd}/></prop></propfind>");
        ada.send("PROPFIND", CAL, &[("depth", "0")], body).await.is(400);
    }
    let wanted = many(600, |number| format!("<C:prop name='X-{number}'/>"));
    let data =
        format!("<D:prop><C:calendar-data><C:comp name='VCALENDAR'>{wanted}</C:comp></C:calendar-data></D:prop>");
    let query = "<C:filter><C:comp-filter name=\"VCALENDAR\"/></C:filter>";
    ada.report(CAL, "calendar-query", &format!("{data}{query}")).await.is(400);
    let hrefs = format!("<D:href>{CAL}a.ics</D:href>").repeat(10_001);
    ada.report(CAL, "calendar-multiget", &hrefs).await.refuses("D:number-of-matches-within-limits");
    let lists = "([\"a\"])".repeat(1_000);
    ada.send("DELETE", &format!("{CAL}a.ics"), &[("if", lists.as_str())], "").await.is(400);
}

#[tokio::test]
async fn entries_name_only_so_many_people_and_zones() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let people = many(10_000, |number| format!("ATTENDEE:mailto:p{number}@example.org\n"));
    let crowd = event("crowd", &format!("DTSTART:20261201T090000Z\nORGANIZER:mailto:x@example.org\n{people}"));
    let zone = "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD";
    let zones = many(101, |number| format!("BEGIN:VTIMEZONE\r\nTZID:Z{number}\r\n{zone}\r\nEND:VTIMEZONE\r\n"));
    let zoned = hour("zoned", 1, 9).replace("BEGIN:VEVENT", &format!("{zones}BEGIN:VEVENT"));
    let observances = format!("{zone}\r\n").repeat(3_000);
    let observed = format!("BEGIN:VTIMEZONE\r\nTZID:Here\r\n{observances}END:VTIMEZONE\r\nBEGIN:VEVENT");
    let observed = hour("observed", 1, 9).replace("BEGIN:VEVENT", &observed);

    ada.put(&format!("{CAL}crowd.ics"), &crowd).await.refuses("C:max-attendees-per-instance");
    for text in [zoned, observed] {
        ada.put(&format!("{CAL}zones.ics"), &text).await.refuses("C:valid-calendar-data");
    }
}
