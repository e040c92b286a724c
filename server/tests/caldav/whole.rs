//! Calendars as a whole, in the place of others: what cannot come takes nothing away.

use meetme_core::change::Change;
use meetme_core::entry::Collection;
use meetme_core::id::CollectionId;
use meetme_server::store::{Decision, Found, Scope, Subject};

use super::kit::{App, CAL, hour};
use super::limits::store_as_it_is;
use crate::http::world::{START, World, at};

const WORK: &str = "/dav/calendars/ada/work/";
const OLD: &str = "/dav/calendars/ada/old/";

/// A meeting with bob.
fn meeting(uid: &str, day: u32) -> String {
    let people = format!("SUMMARY:{uid}\r\nORGANIZER:mailto:ada@example.org\r\nATTENDEE:mailto:bob@example.org");
    hour(uid, day, 9).replace(&format!("SUMMARY:{uid}"), &people)
}

/// Two calendars of ada's, each with a meeting with bob and an entry.
async fn two_calendars(ada: &App<'_>) {
    for (path, uid, day) in [(WORK, "work", 3), (OLD, "old", 4)] {
        ada.send("MKCALENDAR", path, &[], "").await.is(201);
        ada.put(&format!("{path}meeting.ics"), &meeting(&format!("m-{uid}"), day)).await.is(201);
        ada.put(&format!("{path}entry.ics"), &hour(uid, day, 12)).await.is(201);
    }
}

async fn within(app: &App<'_>, path: &str) -> Vec<String> {
    let listed = app.propfind(path, "1", "<getetag/>").await.is(207).hrefs();
    listed.into_iter().filter(|href| href != path).collect()
}

#[tokio::test]
async fn what_cannot_be_copied_takes_nothing_away() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    two_calendars(&ada).await;
    let told = within(&bob, "/dav/calendars/bob/inbox/").await;
    let (old, store) = (within(&ada, OLD).await, &world.server().app().store);
    let user = store.user_by_name("ada").await.unwrap().unwrap().id;

    // A meeting is in one calendar alone.
    let refused = ada.send("COPY", WORK, &[("destination", OLD), ("overwrite", "T")], "").await;
    refused.refuses("C:unique-scheduling-object-resource");
    // An entry that came under other limits is found when it is its turn.
    ada.send("DELETE", &format!("{WORK}meeting.ics"), &[], "").await.is(204);
    let work = store.collection(user, "work").await.unwrap().unwrap().collection.id;
    let bomb = hour("bomb", 1, 9).replace("SUMMARY", "RRULE:FREQ=SECONDLY\r\nSUMMARY");
    store_as_it_is(&world, user, work, "z.ics", &bomb).await;
    ada.send("COPY", WORK, &[("destination", OLD)], "").await.refuses("C:max-instances");
    ada.send("COPY", WORK, &[("destination", OLD), ("overwrite", "F")], "").await.is(412);

    assert_eq!(within(&ada, OLD).await, old);
    let told_then = within(&bob, "/dav/calendars/bob/inbox/").await;
    assert_eq!(told_then.len(), told.len() + 1, "the meeting that was deleted is cancelled, and no other one");
    let calendars = store.collections(user).await.unwrap();
    assert!(calendars.iter().all(|file| !file.collection.name.contains('/')), "nothing is left of what was begun");
}

#[tokio::test]
async fn what_is_replaced_is_cancelled_and_what_comes_is_whole() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    two_calendars(&ada).await;
    ada.send("DELETE", &format!("{WORK}meeting.ics"), &[], "").await.is(204);
    let told = within(&bob, "/dav/calendars/bob/inbox/").await.len();
    let mark = "<propertyupdate xmlns='DAV:'><set><prop><mark xmlns='urn:x'>here</mark></prop></set></propertyupdate>";
    ada.send("PROPPATCH", &format!("{OLD}entry.ics"), &[], mark).await.is(207);

    ada.send("COPY", WORK, &[("destination", OLD)], "").await.is(204);

    assert_eq!(within(&ada, OLD).await, [format!("{OLD}entry.ics")]);
    ada.get(&format!("{OLD}entry.ics")).await.is(200).says("UID:work");
    ada.propfind(&format!("{OLD}entry.ics"), "0", "<mark xmlns='urn:x'/>").await.says_not("here");
    assert_eq!(within(&bob, "/dav/calendars/bob/inbox/").await.len(), told + 1, "the old meeting is off");
    // The copy takes time as the original does.
    let free =
        ada.report(OLD, "free-busy-query", "<C:time-range start=\"20261203T000000Z\" end=\"20261204T000000Z\"/>");
    free.await.is(200).says("20261203T120000Z/20261203T130000Z");
    ada.propfind(OLD, "0", "<C:schedule-calendar-transp/>").await.says("C:opaque");

    ada.send("MOVE", WORK, &[("destination", OLD)], "").await.is(204);
    ada.propfind(WORK, "0", "<getetag/>").await.is(404);
    assert_eq!(within(&ada, OLD).await, [format!("{OLD}entry.ics")]);
}

#[tokio::test]
async fn what_a_crash_left_of_a_copy_is_seen_by_nobody_and_goes_with_the_next() {
    let world = World::new().await;
    let person = world.sign_up("ada").await;
    let ada = App::of_person(&world, &person, "caldav").await;
    ada.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);
    let store = &world.server().app().store;
    let owner = store.user_by_name("ada").await.unwrap().unwrap().id;
    let begun = at(START).timestamp();
    // One of two hours ago, and one that may be under way.
    for (name, id) in [(format!("/copy-{}-x", begun - 7_200), 1), (format!("/copy-{begun}-y"), 2)] {
        let subject = Subject::Collection { owner, name: name.clone() };
        let id = CollectionId::from_bytes([id; 16]);
        let components = vec!["VEVENT".to_owned()];
        let collection = Collection { id, owner, name, components, counts: false, timezone: None, zone: None };
        let put = Change::CollectionPut { collection, touched: Vec::new() };
        let decide = move |_: &Found| Ok(Decision { changes: vec![put.clone()], answer: Vec::new() });
        store.change(Scope { subject, now: at(START), key: None }, Box::new(decide)).await.unwrap();
    }

    ada.propfind("/dav/calendars/ada/", "1", "<displayname/>").await.is(207).says_not("copy-");
    let export = world.get(Some(&person), "/me/export").await.ok();
    assert!(!export.to_string().contains("copy-"), "{export}");
    ada.send("COPY", CAL, &[("destination", WORK)], "").await.is(201);

    let all = store.collections(owner).await.unwrap().into_iter().map(|file| file.collection.name);
    let left: Vec<String> = all.filter(|name| name.starts_with('/')).collect();
    assert_eq!(left, [format!("/copy-{begun}-y")]);
}
