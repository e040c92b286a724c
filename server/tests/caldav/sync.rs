//! What is new (RFC 6578).

use super::kit::{App, CAL, hour};
use crate::http::world::World;

#[tokio::test]
async fn a_token_leads_to_what_came_changed_and_went() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    for name in ["a", "b", "c"] {
        ada.put(&format!("{CAL}{name}.ics"), &hour(name, 1, 9)).await.is(201);
    }
    let first = ada.sync(CAL, "", "").await.is(207);
    assert_eq!(first.hrefs().len(), 3);
    let token = first.value("D:sync-token").unwrap();
    assert_eq!(ada.sync(CAL, &token, "").await.is(207).hrefs(), Vec::<String>::new());

    ada.put(&format!("{CAL}d.ics"), &hour("d", 1, 9)).await.is(201);
    ada.put(&format!("{CAL}a.ics"), &hour("a", 2, 9)).await.is(204);
    ada.send("DELETE", &format!("{CAL}b.ics"), &[], "").await.is(204);

    let news = ada.sync(CAL, &token, "").await.is(207);
    assert_eq!(news.hrefs(), ["d.ics", "a.ics", "b.ics"].map(|name| format!("{CAL}{name}")));
    news.says("404 Not Found");
}

#[tokio::test]
async fn a_limited_answer_goes_on_where_it_stopped_and_loses_nothing() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    for i in 1..=7 {
        ada.put(&format!("{CAL}{i}.ics"), &hour(&format!("u{i}"), i, 9)).await.is(201);
    }
    let limit = "<D:limit><D:nresults>3</D:nresults></D:limit>";
    let mut found = Vec::new();
    let mut token = String::new();
    for round in 0.. {
        assert!(round < 10, "it never ends");
        let page = ada.sync(CAL, &token, limit).await.is(207);
        if round == 0 {
            // What changes meanwhile comes again, what goes is told.
            ada.send("DELETE", &format!("{CAL}1.ics"), &[], "").await.is(204);
        }
        token = page.value("D:sync-token").unwrap();
        let more = page.body.contains(" 507 ");
        found.extend(page.hrefs().into_iter().filter(|href| href != CAL));
        if !more {
            break;
        }
    }

    let names: Vec<&str> = found.iter().map(|href| href.rsplit('/').next().unwrap()).collect();
    assert_eq!(names, ["1.ics", "2.ics", "3.ics", "4.ics", "5.ics", "6.ics", "7.ics", "1.ics"]);
    assert_eq!(ada.sync(CAL, &token, "").await.is(207).hrefs(), Vec::<String>::new());
}

#[tokio::test]
async fn a_foreign_token_is_refused_and_never_answered_in_full() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.send("MKCALENDAR", "/dav/calendars/ada/work/", &[], "").await.is(201);
    let other = ada.sync("/dav/calendars/ada/work/", "", "").await.value("D:sync-token").unwrap();
    let own = ada.sync(CAL, "", "").await.value("D:sync-token").unwrap();
    let (before, seq) = own.rsplit_once('-').unwrap();
    let future = format!("{before}-{}", seq.parse::<u64>().unwrap() + 1000);
    let epoch = own.replace(&format!(":{}", before.rsplit(':').next().unwrap()), ":abc");

    for token in ["nonsense", "http://radicale.org/ns/sync/1", &other, &future, &epoch, "urn:meetme:sync:"] {
        ada.sync(CAL, token, "").await.refuses("D:valid-sync-token");
    }
}

#[tokio::test]
async fn a_calendar_made_anew_under_an_old_name_is_another_one() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let work = "/dav/calendars/ada/work/";
    ada.send("MKCALENDAR", work, &[], "").await.is(201);
    let token = ada.sync(work, "", "").await.value("D:sync-token").unwrap();
    ada.send("DELETE", work, &[], "").await.is(204);
    ada.sync(work, &token, "").await.is(404);

    ada.send("MKCALENDAR", work, &[], "").await.is(201);

    ada.sync(work, &token, "").await.refuses("D:valid-sync-token");
}

#[tokio::test]
async fn depth_one_is_taken_as_thunderbird_sends_it() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);
    let body = "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level><prop><getcontenttype/><getetag/></prop></sync-collection>";

    let reply = ada.send("REPORT", CAL, &[("depth", "1")], body).await.is(207);

    assert_eq!(reply.hrefs(), [format!("{CAL}a.ics")]);
}

#[tokio::test]
async fn a_report_without_a_token_is_no_first_listing_rfc_6578_6_1() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);
    for path in [CAL, "/dav/calendars/ada/bookings/"] {
        let ask = async |inside: &str| {
            let body = format!("<sync-collection xmlns='DAV:'>{inside}<prop><getetag/></prop></sync-collection>");
            ada.send("REPORT", path, &[("depth", "0")], body).await
        };

        // eM Client says no level.
        for good in ["<sync-token/>", "<sync-token/><sync-level> 1 </sync-level>"] {
            ask(good).await.is(207).says("<D:sync-token>");
        }
        let infinite = ask("<sync-token/><sync-level>infinite</sync-level>").await.is(207);
        assert_eq!(infinite.body, ask("<sync-token/><sync-level>1</sync-level>").await.body);
        for bad in ["", "<sync-level>1</sync-level>", "<sync-token/><sync-level>0</sync-level>"] {
            ask(bad).await.is(400);
        }
        ask("<sync-token/><sync-level/>").await.is(400);
    }
}
