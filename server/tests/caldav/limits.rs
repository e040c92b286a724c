//! What bad input gets: the standard's element and a sentence, and nothing is stored.

use std::time::Duration;

use meetme_core::change::Change;
use meetme_core::entry::Entry;
use meetme_core::id::{CollectionId, UserId};
use meetme_server::store::{Decision, Found, Scope, Subject};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::kit::{App, CAL, event, hour};
use crate::http::world::{START, World, at};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn xml_that_grows_or_digs_is_refused() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let bomb = "<!DOCTYPE a [<!ENTITY b \"ccc\">]><propfind xmlns='DAV:'><prop><a>&b;</a></prop></propfind>";
    let deep = "<a>".repeat(10_000);

    ada.send("PROPFIND", CAL, &[("depth", "0")], bomb).await.refuses("D:no-external-entities");
    ada.send("PROPFIND", CAL, &[("depth", "0")], deep).await.is(400);
    ada.send("PROPFIND", CAL, &[("depth", "0")], "<propfind").await.is(400);
    ada.send("PROPFIND", CAL, &[("depth", "2")], "").await.is(400);
    ada.send("PROPFIND", "/dav/", &[("depth", "infinity")], "").await.refuses("D:propfind-finite-depth");
    ada.send("REPORT", CAL, &[], "<x xmlns='DAV:'/>").await.refuses("D:supported-report");
}

#[tokio::test]
async fn filters_are_bounded_and_unknown_ones_refused_by_name() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let filter = |inside: &str| {
        format!("<D:prop/><C:filter><C:comp-filter name=\"VCALENDAR\">{inside}</C:comp-filter></C:filter>")
    };
    let wide = filter(&"<C:prop-filter name=\"X\"/>".repeat(20_000));
    let million = filter(&"<C:a/>".repeat(150_000));
    let deep = filter(&("<C:comp-filter name=\"VEVENT\">".repeat(30) + &"</C:comp-filter>".repeat(30)));
    let range = filter("<C:comp-filter name=\"VEVENT\"><C:time-range start=\"yesterday\"/></C:comp-filter>");
    let collation = filter(
        "<C:comp-filter name=\"VEVENT\"><C:prop-filter name=\"SUMMARY\"><C:text-match collation=\"x\">a</C:text-match></C:prop-filter></C:comp-filter>",
    );

    ada.report(CAL, "calendar-query", &wide).await.refuses("C:valid-filter");
    ada.report(CAL, "calendar-query", &million).await.is(400);
    ada.report(CAL, "calendar-query", &deep).await.refuses("C:valid-filter");
    ada.report(CAL, "calendar-query", &range).await.refuses("C:valid-filter");
    ada.report(CAL, "calendar-query", &collation).await.refuses("C:supported-collation");
    ada.report(CAL, "calendar-query", &filter("<C:other/>")).await.refuses("C:supported-filter");
}

/// What is answered to a request of which this has been sent so far.
async fn answer_to(connection: &mut TcpStream, sent: &str) -> String {
    connection.write_all(sent.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"</D:error>\n") {
        let read = timeout(PATIENCE, connection.read_buf(&mut answer)).await.expect("it does not wait for more");
        assert!(read.unwrap() > 0, "closed behind {}", String::from_utf8_lossy(&answer));
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_strangers_body_is_not_waited_for_unless_it_could_be_an_object() {
    let world = World::new().await;
    let head =
        |length: usize| format!("PUT {CAL}a.ics HTTP/1.1\r\nHost: meet.example\r\nContent-Length: {length}\r\n\r\n");
    let limit = world.server().app().config.limits.object_bytes;

    let mut connection = TcpStream::connect(world.server().address()).await.unwrap();
    for _ in 0..2 {
        let whole = head(limit) + &"x".repeat(limit);
        assert!(answer_to(&mut connection, &whole).await.starts_with("HTTP/1.1 401 "), "and the connection goes on");
    }
    assert!(answer_to(&mut connection, &head(limit + 1)).await.starts_with("HTTP/1.1 401 "));
}

#[tokio::test]
async fn paths_that_name_nothing_are_not_found() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;

    for path in [
        "/dav/calendars/ada/personal/a%00b.ics",
        "/dav/calendars/ada/%2e%2e/bob/personal/x.ics",
        "/dav/calendars/ada/personal/a%2Fb.ics",
        "/dav/calendars/ada/personal/%ff.ics",
        "/dav/calendars/bob/a/b/c/d",
        "/dav/nothing/",
    ] {
        ada.send("PUT", path, &[], hour("x", 1, 9)).await.is(404);
        ada.send("PROPFIND", path, &[("depth", "0")], "").await.is(404);
    }
    for method in ["PUT", "MKCOL", "MKCALENDAR"] {
        ada.send(method, "/dav/calendars/ada/a/b/c", &[], hour("x", 1, 9)).await.is(409);
    }
    ada.send("PROPFIND", "/dav/calendars/ada/a/b/c", &[("depth", "0")], "").await.is(404);
    // Encoded twice it is another name, and no way to anywhere.
    ada.send("PUT", &format!("{CAL}%252e%252e.ics"), &[], hour("x", 1, 9)).await.is(201);
    let listed = ada.propfind(CAL, "1", "<getetag/>").await.hrefs();
    assert_eq!(listed[1], format!("{CAL}%252e%252e.ics"));
}

/// A request: method, path, a header, body. Then what is answered: status, the standard's element, words.
type Row<'a> = (&'a str, String, (&'a str, String), &'a str, (u16, &'a str, &'a str));

#[tokio::test]
async fn what_is_asked_of_the_wrong_place_is_refused_with_words_that_help_and_changes_nothing() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    world.sign_up("bob").await;
    let (one, new) = (hour("one", 1, 9), hour("new", 2, 9));
    let (json, ics) = ("application/json", "text/plain");
    let (home, a) = ("/dav/calendars/ada/", "/dav/calendars/ada/personal/a.ics");
    let long = "a".repeat(256);
    let sync = "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level><prop/></sync-collection>";
    let unknown = "<x:addressbook-query xmlns:x='urn:ietf:params:xml:ns:carddav'/>";
    let multiget = "<C:calendar-multiget xmlns:C='urn:ietf:params:xml:ns:caldav'/>";
    ada.send("MKCALENDAR", &format!("{home}work/"), &[], "").await.is(201);
    ada.put(a, &one).await.is(201);
    let none = || ("x-nothing", String::new());
    let to = |path: &str| ("destination", path.to_owned());
    let at = |path: &str| format!("{home}{path}");
    let state = async || {
        let mut told = String::new();
        for path in [home, CAL, "/dav/calendars/ada/work/"] {
            told += &ada.propfind(path, "1", "<getetag/><displayname/>").await.is(207).body;
        }
        told
    };
    let before = state().await;

    let rows: Vec<Row<'_>> = vec![
        // What would hold it is missing (RFC 4918 9.3.1, 9.7.1, 9.8.5).
        ("PUT", at("none/x.ics"), none(), &new, (409, "", "make it first")),
        ("PUT", at("personal/b/c.ics"), none(), &new, (409, "", "nothing lies so deep")),
        ("MKCALENDAR", at("none/x/"), none(), "", (409, "", "no such collection")),
        ("MKCOL", at("none/x/y/"), none(), "", (409, "", "nothing lies so deep")),
        ("COPY", a.to_owned(), to("/dav/calendars/ada/none/x.ics"), "", (409, "", "make it first")),
        ("MOVE", a.to_owned(), to("/dav/calendars/ada/personal/b/c.ics"), "", (409, "", "make it first")),
        ("MOVE", a.to_owned(), to("/dav/calendars/bob/personal/a.ics"), "", (404, "", "nothing here")),
        ("MOVE", at("work/"), to("/dav/calendars/ada/none/x/"), "", (409, "", "make it first")),
        // Paths that name nothing.
        ("PUT", at("personal//x.ics"), none(), &new, (404, "", "one of two slashes")),
        ("PROPFIND", at("personal//"), none(), "", (404, "", "one of two slashes")),
        ("PUT", at("personal/a%2Fb.ics"), none(), &new, (404, "", "a slash or a NUL")),
        ("PUT", at(&format!("personal/{long}")), none(), &new, (414, "", "255 bytes")),
        ("MKCALENDAR", at(&format!("{long}/")), none(), "", (414, "", "255 bytes")),
        ("MKCALENDAR", "/dav/other/".to_owned(), none(), "", (403, "C:calendar-collection-location-ok", home)),
        // Methods where they mean nothing.
        ("PUT", home.to_owned(), none(), &new, (405, "", "only entries of calendars")),
        ("PUT", at("work/"), none(), &new, (405, "", "only entries of calendars")),
        ("DELETE", "/dav/principals/ada/".to_owned(), none(), "", (403, "D:need-privileges", "cannot be deleted")),
        ("DELETE", at("work/"), ("depth", "0".to_owned()), "", (400, "", "Depth is infinity")),
        ("MKCALENDAR", at("work/"), none(), "", (403, "D:resource-must-be-null", "of this name already")),
        ("MKCALENDAR", home.to_owned(), none(), "", (403, "D:resource-must-be-null", "in a calendar home")),
        ("MKCOL", at("work/"), none(), "", (405, "D:resource-must-be-null", "of this name already")),
        ("MKCOL", at("personal/x/"), none(), "", (403, "C:calendar-collection-location-ok", "holds no collections")),
        ("MOVE", a.to_owned(), to(a), "", (403, "", "it is there already")),
        ("COPY", at("work/"), to("/dav/calendars/ada/work/"), "", (403, "", "it is there already")),
        ("COPY", a.to_owned(), none(), "", (400, "", "a Destination is missing")),
        ("COPY", a.to_owned(), to("http://other.example/a.ics"), "", (502, "", "another server")),
        ("PATCH", a.to_owned(), none(), &new, (405, "", "does not take that method")),
        ("LOCK", a.to_owned(), none(), "", (405, "", "does not take that method")),
        ("POST", home.to_owned(), none(), &new, (405, "", "nothing can be posted here")),
        // Questions that make no sense.
        ("PROPFIND", home.to_owned(), ("depth", "2".to_owned()), "", (400, "", "0, 1 or infinity")),
        ("PROPFIND", home.to_owned(), none(), "{}", (400, "", "not well-formed XML")),
        ("REPORT", CAL.to_owned(), none(), unknown, (403, "D:supported-report", "not known here")),
        ("REPORT", a.to_owned(), none(), sync, (403, "D:supported-report", "ask this of a calendar")),
        ("REPORT", at("none/"), none(), sync, (404, "", "nothing here")),
        ("REPORT", at("none/"), none(), multiget, (404, "", "nothing here")),
        (
            "PUT",
            at("personal/x.ics"),
            ("content-type", json.to_owned()),
            "{}",
            (403, "C:supported-calendar-data", json),
        ),
        (
            "PUT",
            at("personal/x.ics"),
            ("content-type", ics.to_owned()),
            "hello",
            (403, "C:supported-calendar-data", ics),
        ),
        ("PUT", at("personal/x.ics"), none(), "hello", (403, "C:valid-calendar-data", "line 1")),
    ];
    for (method, path, (header, value), body, (status, element, words)) in rows {
        let what = format!("{method} {path} {header}: {value}");
        let reply = ada.send(method, &path, &[(header, &value)], body.to_owned()).await;
        assert_eq!(reply.status.as_u16(), status, "{what}: {reply:#?}");
        assert!(element.is_empty() || reply.body.contains(&format!("<{element}/>")), "{what}: {reply:#?}");
        assert!(reply.value("M:message").is_some_and(|told| told.contains(words)), "{what}: {reply:#?}");
        let allowed = reply.header("allow").map(|allowed| allowed.split(", ").any(|other| other == method));
        assert_eq!(allowed, (status == 405).then_some(false), "{what}: {reply:#?}");
    }
    for (path, header) in
        [("work/", ("depth", "1")), ("work/", ("overwrite", "maybe")), ("personal/a.ics", ("overwrite", ""))]
    {
        let headers = [("destination", "/dav/calendars/ada/copy/"), ("destination", "/dav/calendars/ada/work/a.ics")];
        let headers = [headers[usize::from(path.ends_with("ics"))], header];
        ada.send("COPY", &at(path), &headers, "").await.is(400).says("<M:message>");
    }

    assert_eq!(state().await, before);
}

#[tokio::test]
async fn a_rule_bomb_costs_its_sender_a_refusal() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let bomb = |rule: &str| event("bomb", &format!("DTSTART:20261201T090000Z\nRRULE:{rule}"));
    for rule in ["FREQ=SECONDLY", "FREQ=SECONDLY;COUNT=100000", "FREQ=MINUTELY;BYSECOND=0,1,2,3,4,5"] {
        ada.put(&format!("{CAL}bomb.ics"), &bomb(rule)).await.refuses("C:max-instances").says("<M:message>");
    }
    assert!(ada.propfind(CAL, "1", "<getetag/>").await.hrefs() == [CAL], "nothing is stored");
    // It happens once: no day is the 30th of February.
    let never_again = bomb("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30");
    ada.put(&format!("{CAL}once.ics"), &never_again).await.is(201);
    let before = steps(&world).await;

    let later = "<C:time-range start=\"20300101T000000Z\" end=\"20300102T000000Z\"/>";
    ada.query(CAL, "VEVENT", later).await;

    assert!(steps(&world).await - before <= u64::from(meetme_core::recurrence::Steps::default().left()));
}

/// Steps that questions of calendar apps have taken so far.
async fn steps(world: &World) -> u64 {
    let metrics = world.get(None, "/metrics").await.ok();
    let count = metrics.as_str().unwrap().lines().find_map(|line| line.strip_prefix("meetme_calendar_steps_total "));
    count.unwrap().parse().unwrap()
}

#[tokio::test]
async fn bombs_that_are_there_cost_an_answer_so_many_steps_and_hide_nothing_else() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.put(&format!("{CAL}good.ics"), &hour("good", 1, 9)).await.is(201);
    let user = world.server().app().store.user_by_name("ada").await.unwrap().unwrap().id;
    let calendar = world.server().app().store.collection(user, "personal").await.unwrap().unwrap().collection.id;
    // A limit that was another one when they came.
    for i in 0..40 {
        let text = event(&format!("bomb{i}"), "DTSTART:20261101T090000Z\nRRULE:FREQ=SECONDLY");
        store_as_it_is(&world, user, calendar, &format!("bomb{i}.ics"), &text).await;
    }
    let before = steps(&world).await;

    let day = "<C:time-range start=\"20261201T000000Z\" end=\"20261202T000000Z\"/>";
    let found = ada.query(CAL, "VEVENT", day).await;

    assert!(found.contains(&"good.ics".to_owned()) && found.len() == 41, "{found:?}");
    let one = u64::from(meetme_core::recurrence::Steps::default().left());
    let taken = steps(&world).await - before;
    assert!(taken <= 20 * one, "{taken} steps");
    let expand = "<D:prop><C:calendar-data><C:expand start=\"20261201T000000Z\" end=\"20261202T000000Z\"/></C:calendar-data></D:prop>";
    let filter = "<C:filter><C:comp-filter name=\"VCALENDAR\"/></C:filter>";
    let reply = ada.report(CAL, "calendar-query", &format!("{expand}{filter}")).await.is(207);
    reply.says("RRULE:FREQ=SECONDLY").says("UID:good");
    assert!(steps(&world).await - before - taken <= 20 * one);
}

#[tokio::test]
async fn free_busy_of_too_much_is_refused_and_that_of_one_bomb_is_closed() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.propfind(CAL, "0", "<getetag/>").await.is(207);
    let user = world.server().app().store.user_by_name("ada").await.unwrap().unwrap().id;
    let calendar = world.server().app().store.collection(user, "personal").await.unwrap().unwrap().collection.id;
    let bomb = event("bomb", "DTSTART:20261101T090000Z\nRRULE:FREQ=SECONDLY");
    let ask = async |start: &str, end: &str| {
        let range = format!("<C:time-range start=\"{start}\" end=\"{end}\"/>");
        ada.report(CAL, "free-busy-query", &range).await
    };
    let before = steps(&world).await;

    store_as_it_is(&world, user, calendar, "bomb.ics", &bomb).await;
    ask("20261201T000000Z", "20261202T000000Z")
        .await
        .is(200)
        .says("BUSY-UNAVAILABLE:20261201T000000Z/20261202T000000Z");
    for i in 0..40 {
        store_as_it_is(&world, user, calendar, &format!("bomb{i}.ics"), &bomb).await;
    }
    let refused = ask("20261201T000000Z", "20261202T000000Z").await;
    refused.refuses("D:number-of-matches-within-limits");
    ask("00010101T000000Z", "99991231T235959Z").await.refuses("D:number-of-matches-within-limits");

    let one = u64::from(meetme_core::recurrence::Steps::default().left());
    let taken = steps(&world).await - before;
    assert!((20 * one..=21 * one).contains(&taken), "{taken} steps");
}

#[tokio::test]
async fn properties_are_expanded_once_each_and_only_so_many() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let nested = |names: &[&str], times: usize, levels: usize| {
        let level = |inside: String, _| {
            let one = |name: &&str| format!("<D:property name=\"{name}\">{inside}</D:property>");
            names.iter().map(one).collect::<String>().repeat(times)
        };
        let inside = (0..levels).fold(String::new(), level);
        format!("<D:expand-property xmlns:D=\"DAV:\">{inside}</D:expand-property>")
    };
    let names = [
        "principal-URL",
        "owner",
        "current-user-principal",
        "calendar-user-address-set\" namespace=\"urn:ietf:params:xml:ns:caldav",
    ];
    let ask = async |body: String| ada.send("REPORT", "/dav/principals/ada/", &[("depth", "0")], body).await;

    let often = ask(nested(&names[..1], 6, 4)).await.is(207);
    assert_eq!(often.body.matches("<response").count(), 4);
    let wide = ask(nested(&names[..3], 1, 4)).await.is(207);
    assert_eq!(wide.body.matches("<response").count(), 1 + 3 + 9 + 27);
    ask(nested(&names, 1, 5)).await.refuses("D:number-of-matches-within-limits");
}

/// Writes an entry past what would refuse it.
pub async fn store_as_it_is(world: &World, owner: UserId, collection: CollectionId, name: &str, text: &str) {
    let entry = Entry {
        collection,
        name: name.to_owned(),
        uid: name.to_owned(),
        component: "VEVENT".to_owned(),
        etag: name.to_owned(),
        schedule_tag: None,
        first: None,
        last: None,
        recurring: true,
        busy: Vec::new(),
        known_to: None,
        changed_at: at(START),
        bytes: text.as_bytes().to_vec(),
        message: false,
        organizer: None,
    };
    let put = Change::EntryPut { owner, entry: Box::new(entry), freed: Vec::new() };
    let decide = move |_: &Found| Ok(Decision { changes: vec![put.clone()], answer: Vec::new() });
    let subject = Subject::Entry { owner, collection, name: name.to_owned(), uid: Some(name.to_owned()) };
    let scope = Scope { subject, now: at(START), key: None };
    world.server().app().store.change(scope, Box::new(decide)).await.unwrap();
}
