//! Long answers: told a piece at a time, whole, and from one moment.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::kit::{App, CAL, event};
use crate::http::world::World;

/// More than a page of the store holds.
const MANY: usize = 1_050;

fn text(number: usize) -> String {
    event(&format!("u{number}"), &format!("DTSTART:20261201T090000Z\nDURATION:PT1H\nSUMMARY:Number {number}"))
}

async fn fill(ada: &App<'_>) {
    for numbers in (0..MANY).collect::<Vec<_>>().chunks(50) {
        let puts = numbers.iter().map(|number| async move {
            ada.put(&format!("{CAL}{number}.ics"), &text(*number)).await.is(201);
        });
        join_all(puts).await;
    }
}

fn all() -> BTreeSet<String> {
    (0..MANY).map(|number| format!("{CAL}{number}.ics")).collect()
}

#[tokio::test]
async fn a_long_answer_flows_and_tells_everything_once() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    fill(&ada).await;
    let data = "<D:prop><C:calendar-data/></D:prop>";
    let hrefs: String = all().iter().map(|href| format!("<D:href>{href}</D:href>")).collect();

    let listed = ada.propfind(CAL, "1", "<getetag/>").await.is(207);
    let synced = ada.sync(CAL, "", "").await.is(207);
    let filter = "<C:filter><C:comp-filter name=\"VCALENDAR\"/></C:filter>";
    let found = ada.report(CAL, "calendar-query", &format!("{data}{filter}")).await.is(207);
    let got = ada.report(CAL, "calendar-multiget", &format!("{data}{hrefs}")).await.is(207);

    for (reply, own) in [(&listed, 1), (&synced, 0), (&found, 0), (&got, 0)] {
        assert_eq!((reply.header("transfer-encoding"), reply.header("content-length")), (Some("chunked"), None));
        assert!(reply.body.ends_with("</D:multistatus>\n"));
        let hrefs = reply.hrefs();
        assert_eq!(hrefs.len(), MANY + own);
        assert_eq!(hrefs.into_iter().filter(|href| href != CAL).collect::<BTreeSet<_>>(), all());
    }
    for reply in [&found, &got] {
        let body = reply.body.replace("&#13;", "\r");
        assert!((0..MANY).all(|number| body.contains(&text(number))));
    }
    assert!(listed.hrefs()[0] == CAL && synced.value("D:sync-token").is_some());
    assert_eq!(got.hrefs(), all().into_iter().collect::<Vec<_>>(), "in the order of the hrefs");
}

#[tokio::test]
async fn large_entries_are_got_a_page_at_a_time_and_each_is_told() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.send("MKCALENDAR", "/dav/calendars/ada/other/", &[], "").await.is(201);
    let large = "x".repeat(900_000);
    let (here, there) =
        (|name: &str| format!("{CAL}{name}.ics"), |name: &str| format!("/dav/calendars/ada/other/{name}.ics"));
    for name in ["a", "b", "c", "d", "e", "f", "g"] {
        let body = event(name, &format!("DTSTART:20261201T090000Z\nDESCRIPTION:{large}"));
        ada.put(&here(name), &body).await.is(201);
    }
    ada.put(&there("z"), &text(1)).await.is(201);
    let wanted =
        [here("g"), here("none"), here("f"), there("z"), here("a"), here("b"), here("g"), here("c"), here("d")];
    let hrefs: String = wanted.iter().map(|href| format!("<D:href>{href}</D:href>")).collect();

    let got =
        ada.report(CAL, "calendar-multiget", &format!("<D:prop><C:calendar-data/></D:prop>{hrefs}")).await.is(207);

    let in_order = ["g", "none", "f", "a", "b", "g", "c", "d"].map(here).into_iter().chain([there("z")]);
    assert_eq!(got.hrefs(), in_order.collect::<Vec<_>>(), "one calendar after the other");
    assert_eq!(got.body.matches(&large).count(), 7);
    assert_eq!(got.body.matches("404 Not Found").count(), 1);
}

#[tokio::test]
async fn a_short_answer_has_a_length_and_a_refusal_its_status() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.put(&format!("{CAL}1.ics"), &text(1)).await.is(201);

    let listed = ada.propfind(CAL, "1", "<getetag/>").await.is(207);

    assert_eq!(listed.header("content-length"), Some(listed.body.len().to_string().as_str()));
    ada.sync(CAL, "nonsense", "").await.is(403);
}

#[tokio::test]
async fn what_changes_while_an_answer_flows_is_told_by_the_next_one() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    fill(&ada).await;
    let stale = ada.sync(CAL, "", "").await.value("D:sync-token").unwrap();
    join_all((0..MANY).step_by(3).map(|number| {
        let ada = &ada;
        async move { ada.put(&format!("{CAL}{number}.ics"), &text(number).replace("Number", "No.")).await.is(204) }
    }))
    .await;

    for token in ["", stale.as_str()] {
        // One reader and one writer at once, however they meet.
        let read = ada.sync(CAL, token, "");
        let write = async {
            for number in (0..MANY).step_by(97) {
                ada.put(&format!("{CAL}{number}.ics"), &text(number).replace("Number", token)).await;
                ada.send("DELETE", &format!("{CAL}{}.ics", number + 1), &[], "").await;
            }
        };
        let (first, ()) = tokio::join!(read, write);
        let next = ada.sync(CAL, &first.value("D:sync-token").unwrap(), "").await.is(207);

        let mut known: BTreeSet<String> = if token.is_empty() { BTreeSet::new() } else { all() };
        for reply in [&first, &next] {
            for response in reply.body.split("<D:response>").skip(1) {
                let href = response.split("</D:href>").next().unwrap().replace("<D:href>", "");
                if response.contains("404 Not Found") {
                    known.remove(&href);
                } else {
                    known.insert(href);
                }
            }
        }
        let there: BTreeSet<String> =
            ada.propfind(CAL, "1", "<getetag/>").await.hrefs().into_iter().filter(|href| href != CAL).collect();
        assert_eq!(known, there);
    }
}
