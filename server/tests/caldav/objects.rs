//! Entries: written, read, removed, moved; what is kept and what is refused.

use super::kit::{App, CAL, event, hour};
use crate::http::world::World;

#[tokio::test]
async fn an_entry_comes_back_byte_for_byte_with_one_etag_everywhere() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let odd = event("odd", "DTSTART:20261201T090000Z\nX-ODD;b=2;a=\"1\":x\\,y\nSUMMARY:\u{fc}").replace("\r\n", "\n");
    let path = format!("{CAL}odd.ics");

    let put = ada.put(&path, &odd).await.is(201);

    let got = ada.get(&path).await.is(200);
    assert_eq!(got.body, odd);
    let listed = ada.propfind(CAL, "1", "<getetag/>").await.is(207);
    let told = listed.value("D:getetag").unwrap().replace("&quot;", "\"");
    assert_eq!([put.etag(), told], [got.etag(), got.etag()]);
    assert_eq!(ada.put(&path, &odd).await.is(204).etag(), got.etag());
    let known = [("if-none-match", got.header("etag").unwrap())];
    ada.send("GET", &path, &known, "").await.is(304);
    assert_eq!(ada.send("HEAD", &path, &[], "").await.is(200).body, "");
}

#[tokio::test]
async fn conditions_are_kept() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let path = format!("{CAL}a.ics");
    let first = ada.put(&path, &hour("a", 1, 9)).await.is(201).etag();

    let kind = ("content-type", "text/calendar");
    ada.send("PUT", &path, &[kind, ("if-none-match", "*")], hour("a", 1, 10)).await.is(412);
    ada.send("PUT", &path, &[kind, ("if-match", "\"other\"")], hour("a", 1, 10)).await.is(412);
    let second = ada.send("PUT", &path, &[kind, ("if-match", &first)], hour("a", 1, 10)).await.is(204).etag();
    ada.send("DELETE", &path, &[("if-match", &first)], "").await.is(412);
    ada.send("PUT", &format!("{CAL}b.ics"), &[kind, ("if-match", "*")], hour("b", 1, 10)).await.is(412);
    ada.send("DELETE", &path, &[("if-match", &second)], "").await.is(204);

    ada.get(&path).await.is(404);
    ada.send("DELETE", &path, &[], "").await.is(404);
}

#[tokio::test]
async fn a_uid_is_once_in_a_calendar_and_free_again_when_its_entry_is_gone() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.put(&format!("{CAL}a%20b.ics"), &hour("same", 1, 9)).await.is(201);

    let refused = ada.put(&format!("{CAL}c.ics"), &hour("same", 1, 9)).await.refuses("C:no-uid-conflict");
    refused.says(&format!("<D:href>{CAL}a%20b.ics</D:href>"));
    ada.put(&format!("{CAL}a%20b.ics"), &hour("another", 1, 9)).await.refuses("C:no-uid-conflict");
    ada.send("DELETE", &format!("{CAL}a%20b.ics"), &[], "").await.is(204);

    ada.put(&format!("{CAL}c.ics"), &hour("same", 1, 9)).await.is(201);
}

#[tokio::test]
async fn what_is_no_entry_is_refused_by_name_and_not_stored() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let todo_only = "<mkcalendar xmlns='urn:ietf:params:xml:ns:caldav' xmlns:D='DAV:'><D:set><D:prop>\
        <supported-calendar-component-set><comp name='VTODO'/></supported-calendar-component-set></D:prop></D:set></mkcalendar>";
    ada.send("MKCALENDAR", "/dav/calendars/ada/todo/", &[], todo_only).await.is(201);
    let two = hour("one", 1, 9).replace(
        "END:VEVENT\r\n",
        "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:two\r\nDTSTART:20261201T090000Z\r\nEND:VEVENT\r\n",
    );
    let secondly = event("s", "DTSTART:20261201T090000Z\nRRULE:FREQ=SECONDLY");
    let many = event("m", "DTSTART:20261201T090000Z\nRRULE:FREQ=MINUTELY;COUNT=100000");
    let big = event("b", &format!("DTSTART:20261201T090000Z\nDESCRIPTION:{}", "x".repeat(10_000_000)));

    for (place, bytes, condition) in [
        (CAL, "nonsense", "C:valid-calendar-data"),
        (CAL, "", "C:valid-calendar-data"),
        (CAL, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "C:valid-calendar-object-resource"),
        (CAL, &two, "C:valid-calendar-object-resource"),
        ("/dav/calendars/ada/todo/", &hour("e", 1, 9), "C:supported-calendar-component"),
        (CAL, &secondly, "C:max-instances"),
        (CAL, &many, "C:max-instances"),
        (CAL, &big, "C:max-resource-size"),
    ] {
        let path = format!("{place}x.ics");
        let reply = ada.put(&path, bytes).await.refuses(condition);
        reply.says("<M:message>");
        ada.get(&path).await.is(404);
    }
    let json = [("content-type", "application/calendar+json")];
    ada.send("PUT", &format!("{CAL}x.ics"), &json, "[]").await.refuses("C:supported-calendar-data");
    ada.send("PUT", "/dav/calendars/ada/nowhere/x.ics", &[], hour("x", 1, 9)).await.is(409);
}

#[tokio::test]
async fn what_apps_really_send_is_taken() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let no_stamp = hour("a", 1, 9).replace("DTSTAMP:20261101T000000Z\r\n", "");
    let method = hour("b", 1, 9).replace("VERSION:2.0\r\n", "VERSION:2.0\r\nMETHOD:REQUEST\r\n");
    let bom = format!("\u{feff}{}", hour("c", 1, 9));
    let override_only = event("d", "RECURRENCE-ID:20261201T090000Z\nDTSTART:20261201T100000Z\nDURATION:PT1H");
    let windows = event("e", "DTSTART;TZID=W. Europe Standard Time:20261201T090000\nDURATION:PT1H");

    for (i, bytes) in [no_stamp, method, bom, override_only, windows].iter().enumerate() {
        let path = format!("{CAL}{i}.ics");
        ada.put(&path, bytes).await.is(201);
        assert_eq!(ada.get(&path).await.body, *bytes);
    }
    // Chunked, without a Content-Length.
    let chunk = hyper::body::Frame::data(bytes::Bytes::from(hour("chunked", 2, 9)));
    let chunks = futures_util::stream::iter([Ok::<_, std::io::Error>(chunk)]);
    let body = reqwest::Body::wrap(http_body_util::StreamBody::new(chunks));
    ada.send("PUT", &format!("{CAL}chunked.ics"), &[("content-type", "text/calendar")], body).await.is(201);
}

#[tokio::test]
async fn names_of_any_kind_are_encoded_in_one_way() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    for (i, name) in ["a@b.ics", "50%25.ics", "a%20b.ics", "%C3%BC.ics", "a+b&c.ics"].iter().enumerate() {
        ada.put(&format!("{CAL}{name}"), &hour(&format!("n{i}"), 1, 9)).await.is(201);
    }

    let listed = ada.propfind(CAL, "1", "<getetag/>").await.is(207).hrefs();

    let names: Vec<&str> = listed.iter().skip(1).map(|href| href.strip_prefix(CAL).unwrap()).collect();
    assert_eq!(names, ["50%25.ics", "a%20b.ics", "a%2Bb%26c.ics", "a@b.ics", "%C3%BC.ics"]);
    for href in &listed[1..] {
        ada.get(href).await.is(200);
    }
    let encoded = format!("<D:prop><D:getetag/></D:prop><D:href>{CAL}a%40b.ics</D:href>");
    assert_eq!(ada.report(CAL, "calendar-multiget", &encoded).await.hrefs(), [format!("{CAL}a@b.ics")]);
}

#[tokio::test]
async fn post_adds_a_member_rfc_5995() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let told = ada.propfind(CAL, "0", "<add-member/>").await.value("D:add-member").unwrap();
    assert_eq!(told, format!("<D:href>{CAL}</D:href>"));

    let added = ada.send("POST", CAL, &[("content-type", "text/calendar")], hour("a", 1, 9)).await.is(201);

    let path = added.header("location").unwrap().to_owned();
    assert_eq!(ada.get(&path).await.is(200).etag(), added.etag());
    ada.send("POST", CAL, &[("content-type", "text/calendar")], hour("a", 1, 9)).await.refuses("C:no-uid-conflict");
}

#[tokio::test]
async fn a_representation_comes_back_when_preferred_rfc_7240() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let (path, prefer) = (format!("{CAL}a.ics"), [("prefer", "return=representation")]);

    let made = ada.send("PUT", &path, &prefer, hour("a", 1, 9)).await.is(201);
    let again = ada.send("PUT", &path, &prefer, hour("a", 1, 10)).await.is(200);

    assert_eq!((made.body, again.body.clone()), (hour("a", 1, 9), hour("a", 1, 10)));
    assert_eq!(again.header("preference-applied"), Some("return=representation"));
    let minimal = "<propfind xmlns='DAV:'><prop><getetag/><nothing/></prop></propfind>";
    let headers = [("depth", "0"), ("prefer", "return=minimal")];
    ada.send("PROPFIND", &path, &headers, minimal).await.is(207).says("getetag").says_not("404");
    let headers = [("depth", "1"), ("prefer", "depth-noroot")];
    assert_eq!(ada.send("PROPFIND", CAL, &headers, minimal).await.is(207).hrefs(), [path]);
}

#[tokio::test]
async fn entries_are_copied_and_moved_with_what_is_kept_on_them() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.send("MKCALENDAR", "/dav/calendars/ada/work/", &[], "").await.is(201);
    let (from, to) = (format!("{CAL}a.ics"), "/dav/calendars/ada/work/b%20c.ics");
    ada.put(&from, &hour("a", 1, 9)).await.is(201);
    let note = "<propertyupdate xmlns='DAV:'><set><prop><x xmlns='urn:n'>kept</x></prop></set></propertyupdate>";
    ada.send("PROPPATCH", &from, &[], note).await.is(207);
    let host = format!("http://{}", world.server().address());

    let there = format!("{host}{to}");
    ada.send("COPY", &from, &[("destination", &there)], "").await.is(201);
    ada.send("COPY", &from, &[("destination", to), ("overwrite", "F")], "").await.is(412);
    ada.send("MOVE", &from, &[("destination", to), ("overwrite", "T")], "").await.is(204);

    ada.get(&from).await.is(404);
    assert_eq!(ada.get(to).await.is(200).body, hour("a", 1, 9));
    ada.propfind(to, "0", "<x xmlns='urn:n'/>").await.says("kept");
    let within = "/dav/calendars/ada/work/d.ics";
    ada.send("MOVE", to, &[("destination", within)], "").await.is(201);
    ada.send("COPY", within, &[("destination", to)], "").await.refuses("C:no-uid-conflict");
    ada.send("MOVE", within, &[("destination", "http://elsewhere.example/x")], "").await.is(502);
    ada.send("MOVE", within, &[("destination", "/dav/calendars/bob/personal/x.ics")], "").await.is(404);
    ada.send("MOVE", within, &[("destination", "/dav/calendars/ada/nowhere/x.ics")], "").await.is(409);
    ada.send("MOVE", within, &[], "").await.is(400);
}

/// Keeps a property on something.
async fn mark(app: &App<'_>, path: &str) {
    let body = "<propertyupdate xmlns='DAV:'><set><prop><mark xmlns='urn:x'>here</mark></prop></set></propertyupdate>";
    app.send("PROPPATCH", path, &[], body).await.is(207).says("200 OK");
}

#[tokio::test]
async fn a_calendar_moves_with_everything_in_it() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let (old, new) = ("/dav/calendars/ada/old/", "/dav/calendars/ada/new/");
    ada.send("MKCALENDAR", old, &[], "").await.is(201);
    ada.put(&format!("{old}a.ics"), &hour("a", 1, 9)).await.is(201);
    mark(&ada, old).await;
    mark(&ada, &format!("{old}a.ics")).await;
    let token = ada.sync(old, "", "").await.is(207).value("D:sync-token").unwrap();

    ada.send("MOVE", old, &[("destination", new)], "").await.is(201);

    ada.propfind(old, "0", "<getetag/>").await.is(404);
    ada.get(&format!("{new}a.ics")).await.is(200).says("UID:a");
    for path in [new.to_owned(), format!("{new}a.ics")] {
        ada.propfind(&path, "0", "<mark xmlns='urn:x'/>").await.is(207).says("here</mark>");
    }
    ada.put(&format!("{new}b.ics"), &hour("b", 1, 10)).await.is(201);
    assert_eq!(ada.sync(new, &token, "").await.is(207).hrefs(), [format!("{new}b.ics")], "whoever reads along goes on");
    // The old name is free, and empty.
    ada.send("MKCALENDAR", old, &[], "").await.is(201);
    ada.propfind(old, "0", "<mark xmlns='urn:x'/>").await.is(207).says("404");
    ada.send("MOVE", old, &[("destination", new), ("overwrite", "F")], "").await.is(412);
    ada.send("MOVE", old, &[("destination", new), ("overwrite", "T")], "").await.is(204);
    ada.get(&format!("{new}a.ics")).await.is(404);
    for (from, to, condition) in [
        (CAL, new, "D:need-privileges"),
        (new, "/dav/calendars/ada/inbox/", "D:need-privileges"),
        (new, "/dav/calendars/ada/", "C:calendar-collection-location-ok"),
        ("/dav/calendars/ada/inbox/", "/dav/calendars/ada/x/", "D:need-privileges"),
    ] {
        ada.send("MOVE", from, &[("destination", to)], "").await.refuses(condition);
    }
    ada.send("MOVE", new, &[("destination", "/dav/calendars/bob/x/")], "").await.is(404);
}

#[tokio::test]
async fn a_calendar_is_copied_with_everything_in_it_or_with_nothing() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    for number in 0..3 {
        ada.put(&format!("{CAL}{number}.ics"), &hour(&format!("u{number}"), 1, 9 + number)).await.is(201);
    }
    mark(&ada, CAL).await;
    mark(&ada, &format!("{CAL}1.ics")).await;
    let (deep, shallow) = ("/dav/calendars/ada/deep/", "/dav/calendars/ada/shallow/");

    ada.send("COPY", CAL, &[("destination", deep)], "").await.is(201);
    ada.send("COPY", CAL, &[("destination", shallow), ("depth", "0")], "").await.is(201);

    assert_eq!(ada.propfind(deep, "1", "<getetag/>").await.is(207).hrefs().len(), 4);
    assert_eq!(ada.propfind(shallow, "1", "<getetag/>").await.is(207).hrefs().len(), 1);
    assert_eq!(ada.get(&format!("{deep}2.ics")).await.etag(), ada.get(&format!("{CAL}2.ics")).await.etag());
    for path in [deep.to_owned(), format!("{deep}1.ics"), shallow.to_owned()] {
        ada.propfind(&path, "0", "<mark xmlns='urn:x'/>").await.is(207).says("here</mark>");
    }
    ada.send("COPY", shallow, &[("destination", deep), ("overwrite", "F")], "").await.is(412);
    ada.send("COPY", shallow, &[("destination", deep)], "").await.is(204);
    assert_eq!(ada.propfind(deep, "1", "<getetag/>").await.is(207).hrefs().len(), 1);
    // A meeting is in one calendar alone.
    let meeting = hour("m", 3, 9)
        .replace("SUMMARY:m", "SUMMARY:m\r\nORGANIZER:mailto:ada@example.org\r\nATTENDEE:mailto:bob@example.org");
    ada.put(&format!("{CAL}m.ics"), &meeting).await.is(201);
    let refused = ada.send("COPY", CAL, &[("destination", "/dav/calendars/ada/x/")], "").await;
    refused.refuses("C:unique-scheduling-object-resource").says("/dav/calendars/ada/personal/m.ics");
    ada.propfind("/dav/calendars/ada/x/", "0", "<getetag/>").await.is(404);
}
