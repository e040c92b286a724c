//! caldav-server-tester, which probes a server for all that python-caldav knows servers to do differently.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Desk, said};
use crate::http::world::World;

/// What it does not find, and why that is so here.
const NOT_FULL: [(&str, &str, &str); 5] = [
    (
        "search.text.comp-type-optional",
        "unsupported",
        "RFC 4791 9.7.1: a property filter directly below VCALENDAR is about VCALENDAR's own properties",
    ),
    (
        "search.time-range.comp-type-optional",
        "unsupported",
        "RFC 4791 9.7.1, 9.9: a VCALENDAR has no time, so a range of it is no valid filter",
    ),
    (
        "url.encode-at.identity",
        "unsupported",
        "RFC 3986 2.2 lets `@` and `%40` be two names; clients write both for one, so they are one here",
    ),
    ("url.encode-at.literal.principal", "unknown", "it wants a username with `@`, and none has one here"),
    ("well-known", "unknown", "it does not look on a machine of its own"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn caldav_server_tester_finds_everything_but_what_the_standard_has_otherwise() {
    let Some(desk) = Desk::of("caldav-server-tester") else { return };
    let world = World::new().await;
    let url = format!("http://{}/dav/", world.server().address());
    let mut people = serde_json::Map::new();
    for (section, name) in [("default", "ada"), ("other", "bob")] {
        world.sign_up(name).await;
        let person = json!({"caldav_url": url, "caldav_username": name, "caldav_password": "correct horse"});
        people.insert(section.to_owned(), person);
    }
    std::fs::create_dir_all(desk.path(".config/caldav")).unwrap();
    desk.write(".config/caldav/calendar.conf", Value::from(people).to_string());

    let output = desk.run(&["--config-section", "default", "--config-section", "other", "--format", "json"]).await;

    let told = said(&output);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"));
    let features = report["features"].as_object().unwrap().iter();
    let support = features.map(|(name, found)| (name.as_str(), found["support"].as_str().unwrap()));
    let not_full: BTreeMap<&str, &str> = support.filter(|(_, support)| *support != "full").collect();
    let expected: BTreeMap<&str, &str> = NOT_FULL.iter().map(|(name, support, _)| (*name, *support)).collect();
    assert_eq!(not_full, expected, "{told}");
}
