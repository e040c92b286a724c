//! What calendar apps and the test suites of other servers ask beside the standards' own examples.

use std::io::Read as _;

use reqwest::Method;

use super::kit::{App, CAL, hour};
use crate::http::world::World;

#[tokio::test]
async fn the_root_is_told_by_the_name_it_was_asked_by() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;

    for (asked, told) in [
        ("/", "/"),
        ("/.well-known/caldav", "/.well-known/caldav"),
        ("/.well-known/caldav/", "/.well-known/caldav/"),
        ("/dav", "/dav/"),
        ("/dav/", "/dav/"),
    ] {
        let reply = ada.propfind(asked, "0", "<current-user-principal/>").await.is(207);
        assert_eq!(reply.hrefs(), [told], "{asked}");
    }
}

#[tokio::test]
async fn a_collection_without_its_last_slash_is_answered_with_where_it_is_rfc_4918_5_2() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let location = async |path: &str| {
        let reply = ada.propfind(path, "0", "<resourcetype/>").await.is(207);
        reply.header("content-location").map(str::to_owned)
    };

    assert_eq!(location("/dav/calendars/ada/personal").await.as_deref(), Some(CAL));
    assert_eq!(location("/dav/principals/ada").await.as_deref(), Some("/dav/principals/ada/"));
    assert_eq!(location(CAL).await, None);
    assert_eq!(location("/.well-known/caldav").await, None);
}

#[tokio::test]
async fn a_head_has_the_length_of_its_get() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);

    for path in ["/dav/", CAL, &format!("{CAL}a.ics")] {
        let length = ada.get(path).await.is(200).body.len().to_string();
        let head = ada.send("HEAD", path, &[], "").await.is(200);
        assert_eq!(head.header("content-length"), Some(length.as_str()), "{path}");
    }
}

#[tokio::test]
async fn a_coded_body_is_refused_with_what_is_taken_instead() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let path = format!("{CAL}a.ics");

    let refused = ada.send("PUT", &path, &[("content-encoding", "gzip")], vec![0x1f_u8, 0x8b, 8, 0]).await.is(415);

    assert_eq!(refused.header("accept-encoding"), Some("identity"));
    ada.send("PUT", &path, &[("content-encoding", "identity")], hour("a", 1, 9)).await.is(201);
}

#[tokio::test]
async fn what_comes_back_says_what_it_is_rfc_7240() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let prefer = [("prefer", "return=representation"), ("content-type", "text/calendar")];
    let path = format!("{CAL}a.ics");

    for status in [201, 200] {
        let put = ada.send("PUT", &path, &prefer, hour("a", 1, 9)).await.is(status);
        assert_eq!(put.header("content-location"), Some(path.as_str()));
    }
    let added = ada.send("POST", CAL, &prefer, hour("b", 2, 9)).await.is(201);
    assert_eq!(added.header("content-location"), added.header("location"));
    assert_eq!(ada.put(&path, &hour("a", 1, 10)).await.is(204).header("content-location"), None);
}

#[tokio::test]
async fn what_is_kept_on_a_principal_is_told_and_expanded() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let principal = "/dav/principals/ada/";
    let body = "<propertyupdate xmlns='DAV:'><set><prop><x xmlns='urn:x'>kept</x></prop></set></propertyupdate>";
    for path in [principal, "/dav/calendars/ada/"] {
        ada.send("PROPPATCH", path, &[], body).await.is(207).says("200 OK");
        ada.propfind(path, "0", "<x xmlns='urn:x'/>").await.is(207).says("kept");
    }
    ada.propfind("/dav/principals/", "1", "<x xmlns='urn:x'/>").await.says("kept");
    let expand = "<expand-property xmlns='DAV:'><property name='current-user-principal'>\
        <property name='x' namespace='urn:x'/><property name='calendar-home-set' \
        namespace='urn:ietf:params:xml:ns:caldav'><property name='x' namespace='urn:x'/></property>\
        </property></expand-property>";

    let reply = ada.send("REPORT", "/dav/", &[("depth", "0")], expand).await.is(207);

    assert_eq!(reply.body.matches(">kept<").count(), 2, "{reply:#?}");
}

#[tokio::test]
async fn a_search_for_principals_judges_what_it_names_and_finds_nobody_else() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    App::of(&world, "bob").await;
    let one = |property: &str, how: &str, text: &str| {
        format!("<D:property-search><D:prop>{property}</D:prop><D:match {how}>{text}</D:match></D:property-search>")
    };
    let found = async |test: &str, searches: String| {
        let body = format!(
            "<D:principal-property-search xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav' {test}>{searches}\
             <D:prop><D:displayname/></D:prop></D:principal-property-search>"
        );
        ada.send("REPORT", "/dav/principals/", &[("depth", "0")], body).await.is(207).hrefs()
    };
    let own = ["/dav/principals/ada/"];
    let nobody: [&str; 0] = [];
    let (name, address) = ("<D:displayname/>", "<C:calendar-user-address-set/>");
    let both = one(name, "", "zzz") + &one(address, "match-type='equals'", "mailto:ada@example.org");

    assert_eq!(found("test='anyof'", both.clone()).await, own);
    assert_eq!(found("", both).await, nobody);
    assert_eq!(found("", one("<C:calendar-user-type/>", "", "INDIVIDUAL")).await, own);
    assert_eq!(found("", one("<C:calendar-user-type/>", "", "ROOM")).await, nobody);
    assert_eq!(found("", one(name, "match-type='starts-with'", "da")).await, nobody);
    assert_eq!(found("", one("<D:getetag/>", "", "ada")).await, nobody);
    for text in ["bob", "mailto:bob@example.org"] {
        assert_eq!(found("test='anyof'", one(name, "", text) + &one(address, "", text)).await, nobody);
    }
}

#[tokio::test]
async fn a_calendar_may_name_the_zones_and_alarms_that_go_with_entries() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let work = "/dav/calendars/ada/work/";
    let body = "<C:mkcalendar xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set><D:prop>\
        <C:supported-calendar-component-set><C:comp name='VEVENT'/><C:comp name='VTIMEZONE'/><C:comp name='VALARM'/>\
        </C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>";

    ada.send("MKCALENDAR", work, &[], body).await.is(201);

    let told = ada.propfind(work, "0", "<C:supported-calendar-component-set/>").await;
    assert_eq!(told.value("C:supported-calendar-component-set").unwrap(), "<C:comp name=\"VEVENT\"/>");
    ada.send("MKCALENDAR", "/dav/calendars/ada/nowhere/within/", &[], "").await.is(409);
}

#[tokio::test]
async fn every_set_of_components_that_a_home_names_can_be_made() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let home = "/dav/calendars/ada/";
    let sets = ada.propfind(home, "0", "<C:supported-calendar-component-sets/>").await.is(207);
    let sets = sets.value("C:supported-calendar-component-sets").unwrap();
    let sets: Vec<&str> = sets.split("<C:supported-calendar-component-set>").skip(1).collect();
    assert!(sets.iter().any(|set| set.starts_with("<C:comp name=\"VTODO\"/></")), "lists of tasks: {sets:?}");

    for (i, set) in sets.into_iter().enumerate() {
        let set = format!("<C:supported-calendar-component-set>{set}");
        let body = format!(
            "<C:mkcalendar xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set><D:prop>{set}</D:prop></D:set>\
             </C:mkcalendar>"
        );
        let path = format!("{home}made-{i}/");
        ada.send("MKCALENDAR", &path, &[], body).await.is(201);
        ada.propfind(&path, "0", "<C:supported-calendar-component-set/>").await.says(&set);
    }
}

#[tokio::test]
async fn long_answers_are_packed_for_those_who_take_it_and_entries_never() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let words = (0..2_000).map(|i| format!("word{i} ")).collect::<String>();
    for day in 1..20 {
        let long = hour(&day.to_string(), day, 9).replace("END:VEVENT", &format!("DESCRIPTION:{words}\r\nEND:VEVENT"));
        ada.put(&format!("{CAL}{day}.ics"), &long).await.is(201);
    }
    let url = format!("http://{}", world.server().address());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let ask = async |method: &str, path: &str, depth: &str, coding: &str| {
        let request = client.request(Method::from_bytes(method.as_bytes()).unwrap(), format!("{url}{path}"));
        let request = request.header("depth", depth).header("accept-encoding", coding);
        let query = "<C:calendar-query xmlns:C='urn:ietf:params:xml:ns:caldav' xmlns:D='DAV:'>\
            <D:prop><C:calendar-data/></D:prop></C:calendar-query>";
        let request = request.body(if method == "REPORT" { query } else { "" });
        let response = request.basic_auth(&ada.name, Some(&ada.secret)).send().await.unwrap();
        let packed = response.headers().get("content-encoding").is_some_and(|coding| coding == "gzip");
        (packed, response.bytes().await.unwrap())
    };

    for (method, least) in [("PROPFIND", 5_000), ("REPORT", 200_000)] {
        let (is_packed, packed) = ask(method, CAL, "1", "gzip, deflate").await;
        let (is_plain, plain) = ask(method, CAL, "1", "deflate, gzip;q=0").await;

        assert_eq!((is_packed, is_plain), (true, false), "{method}");
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == plain && plain.len() > least, "{method}: {} of {}", unpacked.len(), plain.len());
        assert!(packed.len() * 3 < plain.len(), "{method}: {} of {}", packed.len(), plain.len());
    }
    assert!(!ask("PROPFIND", CAL, "0", "gzip").await.0, "what is short is not worth it");
    assert!(!ask("GET", &format!("{CAL}1.ics"), "0", "gzip").await.0);
}

#[tokio::test]
async fn who_forgets_the_depth_is_told_one_level_and_all_levels_are_refused() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let body = "<propfind xmlns='DAV:'><prop><resourcetype/></prop></propfind>";

    for path in ["/dav/", "/dav/principals/", "/dav/principals/ada/", "/dav/calendars/ada/"] {
        let forgotten = ada.send("PROPFIND", path, &[], body).await.is(207);
        let one = ada.send("PROPFIND", path, &[("depth", "1")], body).await.is(207);
        assert_eq!(forgotten.hrefs(), one.hrefs(), "{path}");
        ada.send("PROPFIND", path, &[("depth", "infinity")], body).await.refuses("D:propfind-finite-depth");
    }
}
