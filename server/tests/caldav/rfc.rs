//! The examples of the standards by section, asked over HTTP: whole answers stand in `rfc/`.

use super::kit::{App, CAL, Reply};
use super::snapshot::is_as_kept;
use crate::http::world::World;

const SPACES: &str = "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"";
const WORK: &str = "/dav/calendars/ada/work/";

const EASTERN: &str = "BEGIN:VTIMEZONE\nLAST-MODIFIED:20040110T032845Z\nTZID:US/Eastern\nBEGIN:DAYLIGHT\nDTSTART:20000404T020000\n\
    RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4\nTZNAME:EDT\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400\nEND:DAYLIGHT\nBEGIN:STANDARD\n\
    DTSTART:20001026T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nTZNAME:EST\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\n\
    END:STANDARD\nEND:VTIMEZONE\n";

fn calendar(lines: &str) -> String {
    let text =
        format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example Corp.//CalDAV Client//EN\n{lines}END:VCALENDAR\n");
    text.replace('\n', "\r\n")
}

/// RFC 4791 appendix B: `abcd1.ics` to `abcd8.ics`.
fn objects() -> [String; 8] {
    let todo = |lines: &str| calendar(&format!("BEGIN:VTODO\nDTSTAMP:20060205T235335Z\n{lines}END:VTODO\n"));
    let alarm = "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER;RELATED=START:-PT10M\nEND:VALARM\n";
    let two = |lines: &str| {
        format!("BEGIN:VEVENT\nDTSTAMP:20060206T001121Z\n{lines}UID:00959BC664CA650E933C892C@example.com\nEND:VEVENT\n")
    };
    [
        calendar(&format!(
            "{EASTERN}BEGIN:VEVENT\nDTSTAMP:20060206T001102Z\nDTSTART;TZID=US/Eastern:20060102T100000\nDURATION:PT1H\n\
             SUMMARY:Event #1\nDescription:Go Steelers!\nUID:74855313FA803DA593CD579A@example.com\nEND:VEVENT\n"
        )),
        calendar(&format!(
            "{EASTERN}{}{}{}",
            two("DTSTART;TZID=US/Eastern:20060102T120000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5\nSUMMARY:Event #2\n"),
            two(
                "DTSTART;TZID=US/Eastern:20060104T140000\nDURATION:PT1H\nRECURRENCE-ID;TZID=US/Eastern:20060104T120000\nSUMMARY:Event #2 bis\n"
            ),
            two(
                "DTSTART;TZID=US/Eastern:20060106T140000\nDURATION:PT1H\nRECURRENCE-ID;TZID=US/Eastern:20060106T120000\nSUMMARY:Event #2 bis bis\n"
            ),
        )),
        calendar(&format!(
            "{EASTERN}BEGIN:VEVENT\nATTENDEE;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:cyrus@example.com\n\
             ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:lisa@example.com\nDTSTAMP:20060206T001220Z\n\
             DTSTART;TZID=US/Eastern:20060104T100000\nDURATION:PT1H\nLAST-MODIFIED:20060206T001330Z\n\
             ORGANIZER:mailto:cyrus@example.com\nSEQUENCE:1\nSTATUS:TENTATIVE\nSUMMARY:Event #3\n\
             UID:DC6C50A017428C5216A2F1CD@example.com\nX-ABC-GUID:E1CX5Dr-0007ym-Hz@example.com\nEND:VEVENT\n"
        )),
        todo(&format!(
            "DUE;VALUE=DATE:20060104\nSTATUS:NEEDS-ACTION\nSUMMARY:Task #1\nUID:DDDEEB7915FA61233B861457@example.com\n{alarm}"
        )),
        todo(&format!(
            "DUE;VALUE=DATE:20060106\nLAST-MODIFIED:20060205T235308Z\nSEQUENCE:1\nSTATUS:NEEDS-ACTION\nSUMMARY:Task #2\n\
             UID:E10BA47467C5C69BB74E8720@example.com\n{alarm}"
        )),
        todo(
            "COMPLETED:20051223T122322Z\nDUE;VALUE=DATE:20051225\nSTATUS:COMPLETED\nSUMMARY:Task #3\nUID:E10BA47467C5C69BB74E8722@example.com\n",
        ),
        todo("DUE;VALUE=DATE:20060101\nSTATUS:CANCELLED\nSUMMARY:Task #4\nUID:E10BA47467C5C69BB74E8725@example.com\n"),
        calendar(
            "BEGIN:VFREEBUSY\nORGANIZER;CN=\"Bernard Desruisseaux\":mailto:bernard@example.com\n\
             UID:76ef34-54a3d2@example.com\nDTSTAMP:20050530T123421Z\nDTSTART:20060101T000000Z\nDTEND:20060108T000000Z\n\
             FREEBUSY:20050531T230000Z/20050601T010000Z\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20060102T100000Z/20060102T120000Z\n\
             FREEBUSY:20060103T100000Z/20060103T120000Z\nFREEBUSY:20060104T100000Z/20060104T120000Z\n\
             FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20060105T100000Z/20060105T120000Z\n\
             FREEBUSY:20060106T100000Z/20060106T120000Z\nEND:VFREEBUSY\n",
        ),
    ]
}

/// A calendar `work` that takes everything, with the eight objects.
async fn filled(ada: &App<'_>) {
    let components: String = ["VEVENT", "VTODO", "VFREEBUSY"].map(|name| format!("<C:comp name=\"{name}\"/>")).concat();
    let body = format!(
        "<C:mkcalendar {SPACES}><D:set><D:prop><C:supported-calendar-component-set>{components}\
         </C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>"
    );
    ada.send("MKCALENDAR", WORK, &[], body).await.is(201);
    for (i, object) in objects().iter().enumerate() {
        ada.put(&format!("{WORK}abcd{}.ics", i + 1), object).await.is(201);
    }
}

async fn query(ada: &App<'_>, prop: &str, filter: &str) -> Reply {
    let inside = format!("{prop}<C:filter><C:comp-filter name=\"VCALENDAR\">{filter}</C:comp-filter></C:filter>");
    ada.report(WORK, "calendar-query", &inside).await
}

const DATA: &str = "<D:prop><D:getetag/><C:calendar-data/></D:prop>";

#[tokio::test]
async fn rfc_4791_7_8_calendar_query() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    filled(&ada).await;
    let events = |inside: &str| format!("<C:comp-filter name=\"VEVENT\">{inside}</C:comp-filter>");
    let days = "<C:time-range start=\"20060104T000000Z\" end=\"20060105T000000Z\"/>";
    let partial = "<D:prop><D:getetag/><C:calendar-data><C:comp name=\"VCALENDAR\"><C:prop name=\"VERSION\"/>\
        <C:comp name=\"VEVENT\"><C:prop name=\"SUMMARY\"/><C:prop name=\"UID\"/><C:prop name=\"DTSTART\"/><C:prop name=\"DTEND\"/>\
        <C:prop name=\"DURATION\"/><C:prop name=\"RRULE\"/><C:prop name=\"RDATE\"/><C:prop name=\"EXRULE\"/><C:prop name=\"EXDATE\"/>\
        <C:prop name=\"RECURRENCE-ID\"/></C:comp><C:comp name=\"VTIMEZONE\"/></C:comp></C:calendar-data></D:prop>";
    let limited = "<D:prop><C:calendar-data><C:limit-recurrence-set start=\"20060103T000000Z\" end=\"20060105T000000Z\"/>\
        </C:calendar-data></D:prop>";
    let expanded = "<D:prop><C:calendar-data><C:expand start=\"20060103T000000Z\" end=\"20060105T000000Z\"/></C:calendar-data></D:prop>";
    let busy = "<D:prop><C:calendar-data><C:limit-freebusy-set start=\"20060102T000000Z\" end=\"20060103T000000Z\"/></C:calendar-data></D:prop>";
    let two_days = "<C:time-range start=\"20060103T000000Z\" end=\"20060105T000000Z\"/>";
    let alarm = "<C:comp-filter name=\"VTODO\"><C:comp-filter name=\"VALARM\"><C:time-range start=\"20060106T100000Z\" end=\"20060107T100000Z\"/>\
        </C:comp-filter></C:comp-filter>";
    let uid = "<C:prop-filter name=\"UID\"><C:text-match collation=\"i;octet\">DC6C50A017428C5216A2F1CD@example.com</C:text-match></C:prop-filter>";
    let attendee = "<C:prop-filter name=\"ATTENDEE\"><C:text-match collation=\"i;ascii-casemap\">mailto:lisa@example.com</C:text-match>\
        <C:param-filter name=\"PARTSTAT\"><C:text-match collation=\"i;ascii-casemap\">NEEDS-ACTION</C:text-match></C:param-filter></C:prop-filter>";
    let pending = "<C:comp-filter name=\"VTODO\"><C:prop-filter name=\"COMPLETED\"><C:is-not-defined/></C:prop-filter>\
        <C:prop-filter name=\"STATUS\"><C:text-match negate-condition=\"yes\">CANCELLED</C:text-match></C:prop-filter></C:comp-filter>";
    let guid = "<C:prop-filter name=\"X-ABC-GUID\"><C:text-match>ABC</C:text-match></C:prop-filter>";
    let free_busy = "<C:comp-filter name=\"VFREEBUSY\"><C:time-range start=\"20060102T000000Z\" end=\"20060103T000000Z\"/></C:comp-filter>";

    for (section, prop, filter) in [
        ("7.8.1-partial-retrieval", partial, events(days)),
        ("7.8.2-limit-recurrence-set", limited, events(two_days)),
        ("7.8.3-expand", expanded, events(two_days)),
        ("7.8.4-limit-freebusy-set", busy, free_busy.to_owned()),
        ("7.8.5-to-dos-by-alarm", DATA, alarm.to_owned()),
        ("7.8.6-by-uid", DATA, events(uid)),
        ("7.8.7-by-partstat", DATA, events(attendee)),
        ("7.8.8-events-only", "<D:prop><D:getetag/></D:prop>", events("")),
        ("7.8.9-pending-to-dos", DATA, pending.to_owned()),
        ("7.8.10-by-own-property", DATA, events(guid)),
    ] {
        is_as_kept(&format!("4791-{section}"), &query(&ada, prop, &filter).await);
    }
}

#[tokio::test]
async fn rfc_4791_7_9_calendar_multiget_and_7_10_free_busy_query() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    filled(&ada).await;
    let hrefs = ["abcd1.ics", "mtg1.ics"].map(|name| format!("<D:href>{WORK}{name}</D:href>")).concat();
    let range = "<C:time-range start=\"20060104T140000Z\" end=\"20060105T220000Z\"/>";

    is_as_kept("4791-7.9.1-multiget", &ada.report(WORK, "calendar-multiget", &format!("{DATA}{hrefs}")).await);
    is_as_kept("4791-7.10.1-free-busy", &ada.report(WORK, "free-busy-query", range).await);
}

#[tokio::test]
async fn rfc_4791_5_3_making_and_writing() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let made = format!(
        "<C:mkcalendar {SPACES}><D:set><D:prop><D:displayname>Lisa's Events</D:displayname>\
         <C:calendar-description xml:lang=\"en\">Calendar restricted to events.</C:calendar-description>\
         <C:supported-calendar-component-set><C:comp name=\"VEVENT\"/></C:supported-calendar-component-set>\
         <C:calendar-timezone><![CDATA[{}]]></C:calendar-timezone></D:prop></D:set></C:mkcalendar>",
        calendar(EASTERN)
    );
    let told = "<displayname/><C:calendar-description/><C:supported-calendar-component-set/><C:calendar-timezone/>\
        <C:supported-calendar-data/><C:max-resource-size/><C:min-date-time/><C:max-date-time/><C:max-instances/>\
        <C:max-attendees-per-instance/><C:supported-collation-set/><resourcetype/><supported-report-set/>";
    let path = format!("{WORK}qwue23489.ics");
    let headers = [("if-none-match", "*"), ("content-type", "text/calendar")];
    let party = calendar(
        "BEGIN:VEVENT\nUID:20010712T182145Z-123401@example.com\nDTSTAMP:20060712T182145Z\nDTSTART:20060714T170000Z\n\
         DTEND:20060715T040000Z\nSUMMARY:Bastille Day Party\nEND:VEVENT\n",
    );

    is_as_kept("4791-5.3.1.2-mkcalendar", &ada.send("MKCALENDAR", WORK, &[], made.clone()).await);
    is_as_kept("4791-5.2-properties", &ada.propfind(WORK, "0", told).await);
    is_as_kept("4791-5.3.1-twice", &ada.send("MKCALENDAR", WORK, &[], made.clone()).await);
    let protected = made.replace("<D:displayname>", "<D:getetag>mine</D:getetag><D:displayname>");
    is_as_kept("4791-5.3.1.1-refused", &ada.send("MKCALENDAR", "/dav/calendars/ada/other/", &[], protected).await);
    ada.get("/dav/calendars/ada/other/").await.is(404);
    is_as_kept("4791-5.3.2.2-put", &ada.send("PUT", &path, &headers, party.clone()).await);
    is_as_kept("4791-5.3.2.2-put-again", &ada.send("PUT", &path, &headers, party.clone()).await);
    is_as_kept("4791-5.3.2.1-no-uid-conflict", &ada.put(&format!("{WORK}other.ics"), &party).await);
}

#[tokio::test]
async fn rfc_5689_3_extended_mkcol() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let body = |more: &str| {
        format!(
            "<D:mkcol {SPACES}><D:set><D:prop><D:resourcetype><D:collection/><C:calendar/></D:resourcetype>\
             <D:displayname>Special Resource</D:displayname>{more}</D:prop></D:set></D:mkcol>"
        )
    };

    is_as_kept("5689-3.4-refused", &ada.send("MKCOL", WORK, &[], body("<D:getetag>mine</D:getetag>")).await);
    is_as_kept("5689-3.4-nothing-made", &ada.propfind(WORK, "0", "<displayname/>").await);
    is_as_kept("5689-3.3-made", &ada.send("MKCOL", WORK, &[], body("")).await);
}

#[tokio::test]
async fn rfc_6578_3_sync_collection() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    filled(&ada).await;

    let first = ada.sync(WORK, "", "").await;
    is_as_kept("6578-3.8-first", &first);
    let token = first.value("D:sync-token").unwrap();
    ada.put(&format!("{WORK}abcd1.ics"), &objects()[0].replace("Event #1", "Event #1 changed")).await.is(204);
    ada.send("DELETE", &format!("{WORK}abcd2.ics"), &[], "").await.is(204);
    is_as_kept("6578-3.9-changes", &ada.sync(WORK, &token, "").await);
    let limit = "<D:limit><D:nresults>2</D:nresults></D:limit>";
    is_as_kept("6578-3.10-limit", &ada.sync(WORK, "", limit).await);
    is_as_kept("6578-3.2-foreign-token", &ada.sync(WORK, "http://example.com/ns/sync/1234", "").await);
}

#[tokio::test]
async fn rfc_4918_9_properties_copy_and_move() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    filled(&ada).await;
    let boxtype = "<R:bigbox xmlns:R=\"http://ns.example.com/boxschema/\"><R:BoxType>Box type A</R:BoxType></R:bigbox>";
    let set = format!("<D:propertyupdate {SPACES}><D:set><D:prop>{boxtype}</D:prop></D:set></D:propertyupdate>");
    let wanted = "<R:bigbox xmlns:R=\"http://ns.example.com/boxschema/\"/><R:DingALing xmlns:R=\"http://ns.example.com/boxschema/\"/>";
    let asked = |inside: &str| format!("<D:propfind {SPACES}>{inside}</D:propfind>");
    let path = format!("{WORK}abcd1.ics");
    let to = |name: &str| format!("http://{}{WORK}{name}", world.server().address());
    let (copy, moved) = (to("copy.ics"), to("abcd3.ics"));

    is_as_kept("4918-9.2-proppatch", &ada.send("PROPPATCH", WORK, &[], set).await);
    is_as_kept("4918-9.1.3-named", &ada.propfind(WORK, "0", wanted).await);
    is_as_kept("4918-9.1.4-propname", &ada.send("PROPFIND", &path, &[("depth", "0")], asked("<D:propname/>")).await);
    is_as_kept("4918-9.1.5-allprop", &ada.send("PROPFIND", WORK, &[("depth", "1")], asked("<D:allprop/>")).await);
    is_as_kept("4918-9.8-copy-same-uid", &ada.send("COPY", &path, &[("destination", &copy)], "").await);
    is_as_kept("4918-9.9-move", &ada.send("MOVE", &path, &[("destination", &copy)], "").await);
    let keep = [("destination", moved.as_str()), ("overwrite", "F")];
    let kept = ada.send("MOVE", &format!("{WORK}copy.ics"), &keep, "").await;
    is_as_kept("4918-9.9-no-overwrite", &kept);
    is_as_kept("4918-9.6-delete", &ada.send("DELETE", &format!("{WORK}copy.ics"), &[], "").await);
    is_as_kept("4918-9.6-gone", &ada.send("DELETE", &format!("{WORK}copy.ics"), &[], "").await);
    is_as_kept(
        "4918-8.1-well-formed",
        &ada.send("PROPFIND", CAL, &[("depth", "0")], "<D:propfind xmlns:D=\"DAV:\">").await,
    );
}
