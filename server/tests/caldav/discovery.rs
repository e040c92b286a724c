//! How apps find their calendars (RFC 6764, RFC 5397), as they really do it.

use super::kit::{App, CAL};
use crate::http::world::World;

#[tokio::test]
async fn every_place_where_apps_begin_leads_to_the_principal() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;

    for path in ["/", "/dav", "/dav/", "/.well-known/caldav", "/dav/principals/", "/dav/calendars/ada/", CAL] {
        let reply = ada.propfind(path, "0", "<current-user-principal/><resourcetype/>").await.is(207);
        let principal = reply.value("D:current-user-principal").unwrap();
        assert_eq!(principal, "<D:href>/dav/principals/ada/</D:href>", "{path}");
    }
}

#[tokio::test]
async fn the_well_known_path_redirects_what_is_not_a_propfind() {
    let world = World::new().await;
    let nobody = App::with(&world, "", "");

    let reply = nobody.get("/.well-known/caldav").await.is(301);

    assert_eq!(reply.header("location"), Some("/dav/"));
}

#[tokio::test]
async fn a_principal_leads_to_the_home_and_the_boxes() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;

    let reply = ada
        .propfind(
            "/dav/principals/ada/",
            "0",
            "<C:calendar-home-set/><C:calendar-user-address-set/><C:schedule-inbox-URL/><C:schedule-outbox-URL/><displayname/>",
        )
        .await
        .is(207);

    assert_eq!(reply.value("C:calendar-home-set").unwrap(), "<D:href>/dav/calendars/ada/</D:href>");
    assert_eq!(reply.value("C:schedule-inbox-URL").unwrap(), "<D:href>/dav/calendars/ada/inbox/</D:href>");
    assert_eq!(reply.value("C:schedule-outbox-URL").unwrap(), "<D:href>/dav/calendars/ada/outbox/</D:href>");
    reply.says("mailto:ada@example.org").says_not("404");
}

#[tokio::test]
async fn a_home_is_no_calendar_and_holds_one_from_the_start() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;

    let reply = ada.propfind("/dav/calendars/ada/", "1", "<resourcetype/><C:supported-calendar-component-set/>").await;

    let reply = reply.is(207);
    let hrefs = reply.hrefs();
    assert!(hrefs.starts_with(&["/dav/calendars/ada/".to_owned(), CAL.to_owned()]), "{hrefs:?}");
    let parts: Vec<&str> = reply.body.split("<D:response>").skip(1).collect();
    assert!(!parts[0].contains("C:calendar/"), "{}", parts[0]);
    assert!(parts[1].contains("<C:calendar/>") && parts[1].contains("<C:comp name=\"VEVENT\"/>"), "{}", parts[1]);
}

#[tokio::test]
async fn options_says_what_the_server_can_do() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;

    let reply = ada.send("OPTIONS", CAL, &[], "").await.is(200);

    let dav = reply.header("dav").unwrap();
    for class in ["1", "3", "calendar-access", "extended-mkcol"] {
        assert!(dav.split(", ").any(|word| word == class), "{dav}");
    }
    assert!(!dav.split(", ").any(|word| word == "2"), "locks are not offered");
    assert!(reply.header("allow").unwrap().contains("MKCALENDAR"));
}

#[tokio::test]
async fn expand_property_follows_hrefs() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let body = "<expand-property xmlns='DAV:'><property name='current-user-principal'>\
        <property name='displayname'/><property name='calendar-home-set' namespace='urn:ietf:params:xml:ns:caldav'/>\
        </property></expand-property>";

    let reply = ada.send("REPORT", "/dav/", &[("depth", "0")], body).await.is(207);

    reply.says("/dav/principals/ada/").says("ada</").says("/dav/calendars/ada/");
}

#[tokio::test]
async fn principals_are_searched_and_nobody_finds_another() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    App::of(&world, "bob").await;
    let search = |text: &str| {
        format!(
            "<principal-property-search xmlns='DAV:'><property-search><prop><displayname/></prop><match>{text}</match>\
             </property-search><prop><displayname/></prop></principal-property-search>"
        )
    };

    let own = ada.send("REPORT", "/dav/principals/", &[], search("ada")).await.is(207);
    let other = ada.send("REPORT", "/dav/principals/", &[], search("bob")).await.is(207);

    assert_eq!(own.hrefs(), ["/dav/principals/ada/"]);
    assert_eq!(other.hrefs(), Vec::<String>::new());
}
