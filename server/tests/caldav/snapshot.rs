//! Whole answers beside the files that say what they are.
//!
//! `MEETME_WRITE_SNAPSHOTS=1` writes the files anew: read the difference before it is kept.

use std::path::Path;

use super::kit::Reply;

/// Headers that belong to an answer; the others are of the connection or of the moment.
const HEADERS: [&str; 6] = ["allow", "cache-control", "content-type", "etag", "location", "preference-applied"];

/// Asserts that an answer is what `rfc/{name}.txt` says, an element a line.
#[track_caller]
pub fn is_as_kept(name: &str, reply: &Reply) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/caldav/rfc").join(format!("{name}.txt"));
    let told = told(reply);
    if std::env::var_os("MEETME_WRITE_SNAPSHOTS").is_some() {
        std::fs::write(&file, &told).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}\n{told}", file.display()));
    assert!(kept == told, "{}: kept\n{kept}\ntold\n{told}", file.display());
}

fn told(reply: &Reply) -> String {
    let mut text = format!("{}\n", reply.status);
    for name in HEADERS {
        if let Some(value) = reply.header(name) {
            text.push_str(&format!("{name}: {value}\n"));
        }
    }
    text.push('\n');
    let body = without_ids(&reply.body).replace("><", ">\n<").replace("&#13;", "\u{240d}");
    text.push_str(&body);
    text
}

/// Ids of calendars and the life of a database are others every time.
fn without_ids(body: &str) -> String {
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("urn:meetme:sync:") {
        text.push_str(before);
        text.push_str("urn:meetme:sync:…");
        let end = after.find('<').unwrap_or(after.len());
        // What remains is the place in the log.
        let place = after[..end].rsplit_once('-').map_or("", |(_, place)| place);
        text.push_str(place);
        rest = &after[end..];
    }
    text.push_str(rest);
    text
}
