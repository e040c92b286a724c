//! When somebody said that they can be met (VAVAILABILITY, RFC 7953), and what that closes.

use serde_json::json;

use super::kit::{App, Reply};
use crate::http::world::World;

const CAL: &str = "/dav/calendars/ada/hours/";
const INBOX: &str = "/dav/calendars/ada/inbox/";

/// A VAVAILABILITY with one AVAILABLE of each of these times of day on every day of December 2026, in UTC.
fn hours(uid: &str, more: &str, available: &[(u32, u32)]) -> String {
    let available: String = available
        .iter()
        .enumerate()
        .map(|(number, (from, to))| {
            format!(
                "BEGIN:AVAILABLE\r\nUID:{uid}-{number}\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:20261201T{from:02}0000Z\r\n\
                 DTEND:20261201T{to:02}0000Z\r\nRRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\n"
            )
        })
        .collect();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VAVAILABILITY\r\nUID:{uid}\r\n\
         DTSTAMP:20261101T000000Z\r\n{more}{available}END:VAVAILABILITY\r\nEND:VCALENDAR\r\n"
    )
}

const DECEMBER: &str = "DTSTART:20261201T000000Z\r\nDTEND:20270101T000000Z\r\n";
const FIRST: &str = "PRIORITY:1\r\nDTSTART:20261202T000000Z\r\nDTEND:20261203T000000Z\r\n";

/// Ada offers chats on weekdays from 9 to 12 in Berlin, which is from 8 to 11 UTC, and says in a calendar of its own when
/// she can be met.
async fn offering(world: &World) -> App<'_> {
    let ada = world.sign_up("ada").await;
    world.chat(&ada, json!({})).await;
    let app = App::of_person(world, &ada, "caldav").await;
    let made = "<C:mkcalendar xmlns:C='urn:ietf:params:xml:ns:caldav' xmlns:D='DAV:'><D:set><D:prop>\
        <C:supported-calendar-component-set><C:comp name='VAVAILABILITY'/></C:supported-calendar-component-set>\
        </D:prop></D:set></C:mkcalendar>";
    app.send("MKCALENDAR", CAL, &[], made).await.is(201);
    app
}

async fn open(world: &World, day: &str) -> usize {
    world.slots(None, "ada/chat", day).await.into_iter().filter(|(_, state)| state == "open").count()
}

#[tokio::test]
async fn slots_are_open_when_their_host_can_be_met_and_the_higher_priority_decides() {
    let world = World::new().await;
    let ada = offering(&world).await;
    assert_eq!(open(&world, "2026-12-02").await, 3);

    ada.put(&format!("{CAL}usual.ics"), &hours("usual", DECEMBER, &[(9, 17)])).await.is(201);
    assert_eq!((open(&world, "2026-12-01").await, open(&world, "2026-12-02").await), (2, 2));
    assert_eq!(open(&world, "2027-01-04").await, 3, "nothing is said of January");
    let bob = world.sign_up("bob").await;
    assert_eq!(world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.code(), "slot-taken");

    // On one day she comes early and leaves early, whatever is usual.
    ada.put(&format!("{CAL}early.ics"), &hours("early", FIRST, &[(7, 9)])).await.is(201);
    assert_eq!((open(&world, "2026-12-01").await, open(&world, "2026-12-02").await), (2, 1));
    world.book(&bob, "ada/chat", "2026-12-02T08:00:00Z").await.ok();

    ada.send("DELETE", &format!("{CAL}usual.ics"), &[], "").await.is(204);
    assert_eq!((open(&world, "2026-12-01").await, open(&world, "2026-12-02").await), (3, 0));
    ada.send("DELETE", &format!("{CAL}early.ics"), &[], "").await.is(204);
    assert_eq!(open(&world, "2026-12-02").await, 2);
}

#[tokio::test]
async fn free_busy_tells_what_is_not_available() {
    let world = World::new().await;
    let ada = offering(&world).await;
    ada.put(&format!("{CAL}usual.ics"), &hours("usual", DECEMBER, &[(9, 17)])).await.is(201);
    let range = "<C:time-range start='20261202T000000Z' end='20261203T000000Z'/>";

    let told = ada.report(CAL, "free-busy-query", range).await.is(200);

    let told = told.says("FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:").says("20261202T000000Z/20261202T090000Z");
    told.says("20261202T170000Z/20261203T000000Z");
    let ask = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nMETHOD:REQUEST\r\nBEGIN:VFREEBUSY\r\nUID:ask\r\n\
        DTSTAMP:20261101T000000Z\r\nDTSTART:20261202T000000Z\r\nDTEND:20261203T000000Z\r\n\
        ORGANIZER:mailto:ada@example.org\r\nATTENDEE:mailto:ada@example.org\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n";
    let told = ada.send("POST", "/dav/calendars/ada/outbox/", &[], ask).await.is(200);
    told.says("20261202T000000Z/20261202T090000Z");
}

#[tokio::test]
async fn an_inbox_says_it_too_as_apple_does() {
    let world = World::new().await;
    let ada = offering(&world).await;
    let set = async |space: &str, text: &str| -> Reply {
        let body = format!(
            "<propertyupdate xmlns='DAV:'><set><prop><calendar-availability xmlns='{space}'>{text}\
             </calendar-availability></prop></set></propertyupdate>"
        );
        ada.send("PROPPATCH", INBOX, &[], body).await.is(207)
    };
    let standard = "urn:ietf:params:xml:ns:caldav";
    set(standard, "nonsense").await.says("valid-calendar-data");
    assert_eq!(open(&world, "2026-12-02").await, 3);

    set(standard, &hours("usual", DECEMBER, &[(9, 17)])).await.says("200 OK");
    assert_eq!(open(&world, "2026-12-02").await, 2);
    ada.propfind(INBOX, "0", "<C:calendar-availability/>").await.says("BEGIN:VAVAILABILITY").says_not("M:availability");
    set("http://calendarserver.org/ns/", &hours("usual", DECEMBER, &[(10, 17)])).await.says("200 OK");
    assert_eq!(open(&world, "2026-12-02").await, 1);

    let remove = "<propertyupdate xmlns='DAV:'><remove><prop><calendar-availability \
        xmlns='urn:ietf:params:xml:ns:caldav'/></prop></remove></propertyupdate>";
    ada.send("PROPPATCH", INBOX, &[], remove).await.is(207);
    assert_eq!(open(&world, "2026-12-02").await, 3);
}

#[tokio::test]
async fn what_closes_time_is_seen_nowhere_else_and_goes_on_with_time() {
    let world = World::new().await;
    let ada = offering(&world).await;
    let for_ever = "DTSTART:20261201T000000Z\r\n";
    ada.put(&format!("{CAL}usual.ics"), &hours("usual", for_ever, &[(9, 17)])).await.is(201);

    let home = ada.propfind("/dav/calendars/ada/", "1", "<resourcetype/>").await.is(207);
    assert!(home.hrefs().iter().all(|href| !href.contains("vailab")), "{home:?}");
    ada.get("/dav/calendars/ada/%2Favailability/closed").await.is(404);
    assert_eq!(open(&world, "2029-01-03").await, 0, "farther than is worked out");
    world.clock.set("2027-11-29T12:00:00Z".parse().unwrap());
    meetme_server::workers::due(world.server().app()).await.unwrap();
    assert_eq!(open(&world, "2029-01-03").await, 2);

    ada.send("DELETE", CAL, &[], "").await.is(204);
    assert_eq!(open(&world, "2028-12-06").await, 3);
}
