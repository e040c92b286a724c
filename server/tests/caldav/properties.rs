//! Calendars and what is kept on them: MKCALENDAR, MKCOL, PROPPATCH, PROPFIND.

use reqwest::Method;
use serde_json::json;

use super::kit::{App, CAL, hour};
use crate::http::world::World;

const WORK: &str = "/dav/calendars/ada/work/";

#[tokio::test]
async fn a_calendar_is_made_with_what_it_is_given_rfc_4791_5_3_1() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let body = "<C:mkcalendar xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav' xmlns:A='http://apple.com/ns/ical/'>\
        <D:set><D:prop><D:displayname>Lisa's Events</D:displayname><C:calendar-description xml:lang='en'>Only work\
        </C:calendar-description><C:supported-calendar-component-set><C:comp name='VEVENT'/>\
        </C:supported-calendar-component-set><A:calendar-color>#FF0000FF</A:calendar-color></D:prop></D:set></C:mkcalendar>";

    ada.send("MKCALENDAR", WORK, &[], body).await.is(201);

    let told = ada
        .propfind(WORK, "0", "<displayname/><C:calendar-description/><A:calendar-color/><C:supported-calendar-component-set/><resourcetype/>")
        .await
        .is(207);
    let told =
        told.says("Lisa's Events").says("Only work").says("xml:lang=\"en\"").says("#FF0000FF").says("<C:calendar/>");
    assert_eq!(told.value("C:supported-calendar-component-set").unwrap(), "<C:comp name=\"VEVENT\"/>");
    ada.send("MKCALENDAR", WORK, &[], "").await.refuses("D:resource-must-be-null");
}

#[tokio::test]
async fn an_empty_body_and_an_extended_mkcol_make_calendars_too() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.send("MKCALENDAR", "/dav/calendars/ada/empty", &[], "").await.is(201);
    let body = "<D:mkcol xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set><D:prop><D:resourcetype>\
        <D:collection/><C:calendar/></D:resourcetype><D:displayname>Five</D:displayname></D:prop></D:set></D:mkcol>";
    ada.send("MKCOL", WORK, &[], body).await.is(201);

    ada.propfind(WORK, "0", "<displayname/>").await.says("Five");
    let book = body.replace("<C:calendar/>", "<C:addressbook/>");
    ada.send("MKCOL", "/dav/calendars/ada/other/", &[], book).await.refuses("D:valid-resourcetype");
    ada.send("MKCOL", "/dav/calendars/ada/other/", &[("content-type", "text/plain")], "hello").await.is(415);
    ada.get("/dav/calendars/ada/other/").await.is(404);
}

#[tokio::test]
async fn names_of_the_servers_own_cannot_be_made_or_deleted() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;

    for name in ["personal", "inbox", "outbox", "bookings", "event-chat", "book-bob-chat"] {
        let path = format!("/dav/calendars/ada/{name}/");
        ada.send("MKCALENDAR", &path, &[], "").await.refuses("D:need-privileges");
    }
    ada.send("DELETE", CAL, &[], "").await.refuses("C:default-calendar-needed");
    ada.send("DELETE", "/dav/calendars/ada/", &[], "").await.refuses("D:need-privileges");
    ada.send("MKCALENDAR", &format!("{CAL}within/"), &[], "").await.refuses("C:calendar-collection-location-ok");
}

#[tokio::test]
async fn what_cannot_be_set_leaves_everything_as_it_was() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let body = "<propertyupdate xmlns='DAV:'><set><prop><displayname>New</displayname></prop></set>\
        <set><prop><getetag>mine</getetag></prop></set></propertyupdate>";

    let reply = ada.send("PROPPATCH", CAL, &[], body).await.is(207);

    reply.says("424 Failed Dependency").says("403 Forbidden").says("cannot-modify-protected-property");
    ada.propfind(CAL, "0", "<displayname/>").await.says("personal").says_not("New");
}

#[tokio::test]
async fn dead_properties_are_kept_as_they_are_and_told_by_allprop() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let value = "<x:a xmlns:x='urn:x' x:b='1'>t<c xmlns=''>&lt;</c></x:a>";
    let set = format!("<propertyupdate xmlns='DAV:'><set><prop>{value}</prop></set></propertyupdate>");
    ada.send("PROPPATCH", CAL, &[], set).await.is(207).says("200 OK");

    let all = ada.send("PROPFIND", CAL, &[("depth", "0")], "").await.is(207);

    all.says("t<c xmlns=\"\">&lt;</c>").says("displayname").says_not("calendar-timezone");
    let names = "<propfind xmlns='DAV:'><propname/></propfind>";
    ada.send("PROPFIND", CAL, &[("depth", "0")], names).await.says("xmlns=\"urn:x\"").says("C:calendar-timezone");
    let remove = "<propertyupdate xmlns='DAV:'><remove><prop><a xmlns='urn:x'/></prop></remove></propertyupdate>";
    ada.send("PROPPATCH", CAL, &[], remove).await.is(207).says("200 OK");
    ada.propfind(CAL, "0", "<a xmlns='urn:x'/>").await.says("404");
}

#[tokio::test]
async fn an_app_that_keeps_too_much_on_a_thing_is_told_so() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let set = |numbers: std::ops::Range<usize>| {
        let props: String = numbers.map(|number| format!("<x:p{number}/>")).collect();
        format!("<propertyupdate xmlns='DAV:' xmlns:x='urn:x'><set><prop>{props}</prop></set></propertyupdate>")
    };
    ada.send("PROPPATCH", CAL, &[], set(0..150)).await.is(207).says("200 OK");

    ada.send("PROPPATCH", CAL, &[], set(150..300)).await.is(507).says("quota-not-exceeded");

    ada.propfind(CAL, "0", "<x:p150 xmlns:x='urn:x'/>").await.says("404");
    ada.send("PROPPATCH", CAL, &[], set(0..200)).await.is(207).says("200 OK");
}

#[tokio::test]
async fn privileges_are_told_as_they_are() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let privileges = async |path: &str| {
        ada.propfind(path, "0", "<current-user-privilege-set/>").await.value("D:current-user-privilege-set").unwrap()
    };

    assert!(privileges(CAL).await.contains("<D:write-content/>"));
    assert!(!privileges("/dav/calendars/ada/inbox/").await.contains("<D:write-content/>"));
    assert!(!privileges("/dav/").await.contains("<D:write"));
    assert!(privileges("/dav/calendars/ada/").await.contains("<D:bind/>"));
    ada.put("/dav/calendars/ada/inbox/x.ics", &hour("x", 1, 9)).await.refuses("D:need-privileges");
}

#[tokio::test]
async fn time_zones_are_set_by_their_data_or_their_name_rfc_7809() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let set = |inside: &str| {
        format!(
            "<D:propertyupdate xmlns:D='DAV:' xmlns='urn:ietf:params:xml:ns:caldav'><D:set><D:prop>{inside}\
             </D:prop></D:set></D:propertyupdate>"
        )
    };

    let bad = ada.send("PROPPATCH", CAL, &[], set("<calendar-timezone>nonsense</calendar-timezone>")).await.is(207);
    bad.says("valid-calendar-data");
    let unknown = ada.send("PROPPATCH", CAL, &[], set("<calendar-timezone-id>Moon/Sea</calendar-timezone-id>")).await;
    unknown.is(207).says("valid-timezone");
    let named = set("<calendar-timezone-id>America/New_York</calendar-timezone-id>");
    ada.send("PROPPATCH", CAL, &[], named).await.is(207).says("200 OK");

    let told = ada.propfind(CAL, "0", "<C:calendar-timezone/><C:calendar-timezone-id/>").await.is(207);
    assert_eq!(told.value("C:calendar-timezone-id").unwrap(), "America/New_York");
    told.says("TZID:America/New_York");
}

#[tokio::test]
async fn a_collection_tag_changes_with_its_entries_and_the_token_with_it() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let tags = async || {
        let told = ada.propfind(CAL, "0", "<CS:getctag/><sync-token/>").await.is(207);
        (told.value("CS:getctag").unwrap(), told.value("D:sync-token").unwrap())
    };
    let before = tags().await;
    ada.send("MKCALENDAR", WORK, &[], "").await.is(201);
    ada.put(&format!("{WORK}w.ics"), &hour("w", 1, 9)).await.is(201);
    assert_eq!(tags().await, before, "what happens in another calendar is no news");

    ada.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);

    let after = tags().await;
    assert!(after.0 != before.0 && after.1 != before.1);
}

#[tokio::test]
async fn what_an_app_keeps_on_an_entry_is_told_by_every_report() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    world.chat(&bob, json!({})).await;
    world.send(Some(&ada), Method::PUT, "/me/added/bob/chat", None, &[]).await.ok();
    world.book(&ada, "bob/chat", "2026-12-01T09:00:00Z").await.ok();
    let ada = App::of_person(&world, &ada, "caldav").await;
    ada.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);
    let set = "<propertyupdate xmlns='DAV:'><set><prop><mark xmlns='urn:x'>seen</mark></prop></set></propertyupdate>";
    let prop = "<D:prop><D:getetag/><mark xmlns='urn:x'/></D:prop>";
    let query = format!("{prop}<C:filter><C:comp-filter name='VCALENDAR'/></C:filter>");
    let sync = format!(
        "<D:sync-collection xmlns:D='DAV:'><D:sync-token/><D:sync-level>1</D:sync-level>{prop}</D:sync-collection>"
    );

    for folder in ["personal", "bookings", "event-chat", "book-bob-chat"] {
        let folder = format!("/dav/calendars/ada/{folder}/");
        let entry = ada.propfind(&folder, "1", "<getetag/>").await.is(207).hrefs()[1].clone();
        ada.send("PROPPATCH", &entry, &[], set).await.is(207).says("200 OK");

        for reply in [
            ada.propfind(&folder, "1", "<mark xmlns='urn:x'/>").await,
            ada.report(&folder, "calendar-multiget", &format!("{prop}<D:href>{entry}</D:href>")).await,
            ada.report(&folder, "calendar-query", &query).await,
            ada.report(&entry, "calendar-query", &query).await,
            ada.report("/dav/calendars/ada/", "calendar-query", &query).await,
            ada.send("REPORT", &folder, &[], sync.clone()).await,
        ] {
            let reply = reply.is(207);
            let (_, told) = reply.body.split_once(&format!("<D:href>{entry}</D:href>")).expect("the entry is told");
            let (told, _) = told.split_once("</D:response>").unwrap();
            assert!(told.contains("<mark xmlns=\"urn:x\">seen</mark>"), "{told}");
        }
    }
}

#[tokio::test]
async fn a_copy_over_an_entry_has_the_properties_of_what_was_copied_and_no_others() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let (from, to) = (format!("{CAL}a.ics"), format!("{WORK}b.ics"));
    ada.send("MKCALENDAR", WORK, &[], "").await.is(201);
    for (path, name) in [(&from, "mine"), (&to, "old")] {
        ada.put(path, &hour("a", 1, 9)).await.is(201);
        let set = format!(
            "<propertyupdate xmlns='DAV:'><set><prop><{name} xmlns='urn:x'>1</{name}></prop></set></propertyupdate>"
        );
        ada.send("PROPPATCH", path, &[], set).await.is(207).says("200 OK");
    }

    ada.send("COPY", &from, &[("destination", &to), ("if-match", "\"other\"")], "").await.is(412);
    ada.send("COPY", &from, &[("destination", &to)], "").await.is(204);

    let told = ada.propfind(&to, "0", "<mine xmlns='urn:x'/>").await.is(207);
    told.says("<mine xmlns=\"urn:x\">1</mine>");
    ada.propfind(&to, "0", "<old xmlns='urn:x'/>").await.is(207).says("404 Not Found");
}
