//! What is asked, and what is right as an answer.

use std::collections::BTreeSet;

use meetme_core::time::Span;

use super::objects::{Object, busy_minutes, hits, starts};

/// A request of which the same answer is due every time.
pub struct Question {
    pub name: String,
    pub clients: usize,
    pub method: &'static str,
    pub path: String,
    pub depth: &'static str,
    pub body: String,
    pub right: Right,
}

/// What must be so about an answer.
pub enum Right {
    /// It tells exactly these members.
    Members(Vec<String>),
    /// The same, each with its object as it was written.
    Objects(Vec<String>),
    /// It tells these members and instances.
    Instances(Vec<String>, Vec<String>),
    /// Free-busy of so many minutes.
    Minutes(i64),
}

const SPACES: &str = "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"";
const DATA: &str = "<D:prop><D:getetag/><C:calendar-data/></D:prop>";

fn utc(range: &Span) -> (String, String) {
    let text = |at: meetme_core::time::Instant| at.format("%Y%m%dT%H%M%SZ").to_string();
    (text(range.start()), text(range.end()))
}

fn query(range: &Span, prop: &str) -> String {
    let (start, end) = utc(range);
    format!(
        "<C:calendar-query {SPACES}>{prop}<C:filter><C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">\
         <C:time-range start=\"{start}\" end=\"{end}\"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
    )
}

/// Everything in the calendar, with what apps ask of each.
pub fn listing(calendar: &str, objects: &[Object]) -> Question {
    Question {
        name: format!("PROPFIND depth 1 over {}", objects.len()),
        clients: 1,
        method: "PROPFIND",
        path: calendar.to_owned(),
        depth: "1",
        body: "<D:propfind xmlns:D=\"DAV:\"><D:prop><D:getetag/><D:getcontenttype/><D:resourcetype/></D:prop></D:propfind>"
            .to_owned(),
        right: Right::Members(objects.iter().map(|object| object.name.clone()).collect()),
    }
}

/// A hundred entries by their hrefs.
pub fn multiget(calendar: &str, objects: &[Object]) -> Question {
    let step = objects.len() / 100;
    let names: Vec<String> = objects.iter().step_by(step).take(100).map(|object| object.name.clone()).collect();
    let hrefs: String = names.iter().map(|name| format!("<D:href>{calendar}{name}</D:href>")).collect();
    Question {
        name: "multiget 100".to_owned(),
        clients: 4,
        method: "REPORT",
        path: calendar.to_owned(),
        depth: "1",
        body: format!("<C:calendar-multiget {SPACES}>{DATA}{hrefs}</C:calendar-multiget>"),
        right: Right::Objects(names),
    }
}

/// The entries of a week.
pub fn week(calendar: &str, objects: &[Object], range: &Span) -> Question {
    let names = hits(objects, range);
    Question {
        name: format!("7-day query ({} hits)", names.len()),
        clients: 4,
        method: "REPORT",
        path: calendar.to_owned(),
        depth: "1",
        body: query(range, DATA),
        right: Right::Objects(names),
    }
}

/// The instances of a month.
pub fn expanded(calendar: &str, objects: &[Object], range: &Span) -> Question {
    let (start, end) = utc(range);
    let prop = format!(
        "<D:prop><D:getetag/><C:calendar-data><C:expand start=\"{start}\" end=\"{end}\"/></C:calendar-data></D:prop>"
    );
    let (names, starts) = (hits(objects, range), starts(objects, range));
    Question {
        name: format!("30-day query with expand ({} hits, {} instances)", names.len(), starts.len()),
        clients: 4,
        method: "REPORT",
        path: calendar.to_owned(),
        depth: "1",
        body: query(range, &prop),
        right: Right::Instances(names, starts.iter().map(|at| at.format("%Y%m%dT%H%M%SZ").to_string()).collect()),
    }
}

/// What changed since `token`, all of it or these.
pub fn sync(calendar: &str, token: &str, names: Vec<String>, all: bool) -> Question {
    Question {
        name: if all {
            "sync-collection, all".to_owned()
        } else {
            format!("sync-collection after {} changes", names.len())
        },
        clients: if all { 1 } else { 4 },
        method: "REPORT",
        path: calendar.to_owned(),
        depth: "0",
        body: format!(
            "<D:sync-collection xmlns:D=\"DAV:\"><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>\
             <D:prop><D:getetag/></D:prop></D:sync-collection>"
        ),
        right: Right::Members(names),
    }
}

/// When somebody is busy in a month.
pub fn free_busy(calendar: &str, objects: &[Object], range: &Span) -> Question {
    let (start, end) = utc(range);
    let minutes = busy_minutes(objects, range);
    Question {
        name: format!("free-busy 30 days ({minutes} minutes)"),
        clients: 4,
        method: "REPORT",
        path: calendar.to_owned(),
        depth: "1",
        body: format!(
            "<C:free-busy-query {SPACES}><C:time-range start=\"{start}\" end=\"{end}\"/></C:free-busy-query>"
        ),
        right: Right::Minutes(minutes),
    }
}

impl Question {
    /// What is wrong with an answer, if anything is. Bytes of others' servers are not compared: they write anew.
    pub fn wrong(&self, status: u16, body: &str, objects: &[Object], ours: bool) -> Option<String> {
        if !(200..300).contains(&status) {
            return Some(format!("status {status}"));
        }
        match &self.right {
            Right::Members(names) => wrong_members(names, &self.path, body),
            Right::Objects(names) => wrong_members(names, &self.path, body).or_else(|| {
                let missing = names.iter().find(|name| ours && !holds(body, name, objects));
                missing.map(|name| format!("{name} is not what was written"))
            }),
            Right::Instances(names, starts) => wrong_members(names, &self.path, body).or_else(|| {
                let mut told: Vec<&str> = values(body, "DTSTART").collect();
                told.sort_unstable();
                (told != *starts).then(|| format!("{} instances instead of {}", told.len(), starts.len()))
            }),
            Right::Minutes(minutes) => {
                let told = minutes_of(body);
                (told != Some(*minutes)).then(|| format!("{told:?} minutes instead of {minutes}"))
            }
        }
    }
}

/// Names of members of which something is told, the calendar itself left out.
fn wrong_members(names: &[String], calendar: &str, body: &str) -> Option<String> {
    let ends =
        body.split("href>").filter_map(|part| part.strip_suffix("</").or_else(|| Some(part.rsplit_once("</")?.0)));
    let told: BTreeSet<&str> =
        ends.filter_map(|href| href.strip_prefix(calendar)).filter(|name| !name.is_empty()).collect();
    let due: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    (told != due).then(|| format!("{} members instead of {}", told.len(), due.len()))
}

/// Whether an object's bytes are in an answer, as XML has them.
fn holds(body: &str, name: &str, objects: &[Object]) -> bool {
    let object = objects.iter().find(|object| object.name == name);
    object.is_some_and(|object| body.replace("&#13;", "\r").contains(&object.text))
}

/// What stands behind a property's name and parameters, line by line; those of time zones, before 2000, left out.
fn values<'a>(body: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = body.lines().map(|line| line.trim_end_matches("&#13;").trim());
    let values = lines.filter_map(move |line| line.strip_prefix(name)?.rsplit_once(':').map(|(_, value)| value));
    values.filter(|value| *value > "2000")
}

/// The minutes of all FREEBUSY periods.
fn minutes_of(body: &str) -> Option<i64> {
    let unfolded = body.replace("\r\n ", "");
    let at = |text: &str| chrono::NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").ok();
    let mut minutes = 0;
    for value in unfolded.lines().filter(|line| line.starts_with("FREEBUSY")) {
        for period in value.trim().rsplit_once(':')?.1.split(',') {
            let (start, end) = period.split_once('/')?;
            let start = at(start)?;
            minutes += match at(end) {
                Some(end) => (end - start).num_minutes(),
                None => period_minutes(end)?,
            };
        }
    }
    Some(minutes)
}

/// `PT1H30M` in minutes.
fn period_minutes(text: &str) -> Option<i64> {
    let (mut minutes, mut number) = (0, String::new());
    for c in text.strip_prefix("PT")?.chars() {
        match c {
            'H' => minutes += 60 * std::mem::take(&mut number).parse::<i64>().ok()?,
            'M' => minutes += std::mem::take(&mut number).parse::<i64>().ok()?,
            'S' => number.clear(),
            digit => number.push(digit),
        }
    }
    Some(minutes)
}
