//! What bad input gets: the standard's element and a sentence, and nothing is stored.

use super::kit::{App, CAL, hour};
use crate::http::world::World;

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

#[tokio::test]
async fn paths_that_name_nothing_are_not_found() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;

    for path in [
        "/dav/calendars/ada/personal/a%00b.ics",
        "/dav/calendars/ada/%2e%2e/bob/personal/x.ics",
        "/dav/calendars/ada/personal/a%2Fb.ics",
        "/dav/calendars/ada/personal/%ff.ics",
        "/dav/calendars/ada/a/b/c/d",
        "/dav/nothing/",
    ] {
        ada.send("PUT", path, &[], hour("x", 1, 9)).await.is(404);
        ada.send("PROPFIND", path, &[("depth", "0")], "").await.is(404);
    }
    // Encoded twice it is another name, and no way to anywhere.
    ada.send("PUT", &format!("{CAL}%252e%252e.ics"), &[], hour("x", 1, 9)).await.is(201);
    let listed = ada.propfind(CAL, "1", "<getetag/>").await.hrefs();
    assert_eq!(listed[1], format!("{CAL}%252e%252e.ics"));
}

#[tokio::test]
async fn a_rule_bomb_costs_its_sender_a_refusal() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let began = meetme_server::clock::Stopwatch::start();
    for rule in
        ["FREQ=SECONDLY", "FREQ=SECONDLY;INTERVAL=1;BYMONTH=2;BYMONTHDAY=30", "FREQ=MINUTELY;BYSECOND=0,1,2,3,4,5"]
    {
        let bomb = super::kit::event("bomb", &format!("DTSTART:20261201T090000Z\nRRULE:{rule}"));
        let reply = ada.put(&format!("{CAL}bomb.ics"), &bomb).await;
        assert!(reply.status.as_u16() == 403 || reply.status.is_success(), "{reply:?}");
        ada.query(CAL, "VEVENT", "<C:time-range start=\"20300101T000000Z\" end=\"20300102T000000Z\"/>").await;
    }
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}
