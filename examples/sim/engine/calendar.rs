//! What clients ask for as calendar apps do it: entries that book, move, end and answer bookings, and windows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::client::{ANSWER_WITHIN, Client, Known, Task, name, slug};
use super::history::{Attempt, Outcome, instant};
use super::http::{AsApp, Request};
use super::model::{Action, DAY, Minute, Offer};
use super::plan::Wish;

/// What an app says who it is (RFC 7617).
pub fn basic(name: &str, token: &str) -> String {
    STANDARD.encode(format!("{name}:{token}"))
}

/// The request that puts an event's window on a day.
pub fn open_day(app: &str, offer: &Offer, day: u32) -> Request {
    let lines = format!("DTSTART:{}\r\nDURATION:PT{}M", wall(day * DAY + offer.begins), offer.slots * offer.length);
    request("PUT", day_path(offer, day), app, None, entry(&format!("day-{day}"), &lines))
}

fn day_path(offer: &Offer, day: u32) -> String {
    format!("/dav/calendars/{}/event-{}/day-{day}.ics", name(offer.host), slug(offer.nth))
}

fn wall(minute: Minute) -> String {
    instant(minute).replace(['-', ':'], "")
}

fn entry(uid: &str, lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//sim//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:20261101T000000Z\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn request(method: &'static str, path: String, app: &str, condition: Option<String>, entry: String) -> Request {
    let calendar = Some(AsApp { basic: app.to_owned(), condition, entry });
    Request { method, path, token: None, key: None, body: None, calendar }
}

/// An entry as it was read.
struct Read {
    text: String,
    etag: String,
}

impl Read {
    /// The value of the first line of this name.
    fn value(&self, name: &str) -> &str {
        let lines = self.text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        lines.map(str::trim).next().unwrap_or_default()
    }

    /// With other lines in place of those that begin so.
    fn with(&self, edit: impl Fn(&str) -> Option<String>) -> String {
        let lines = self.text.lines().filter_map(|line| edit(line.trim_end()));
        lines.map(|line| line + "\r\n").collect()
    }
}

impl Client<'_> {
    /// What a wish comes to in the person's calendars; nothing if it is none for there.
    pub(super) async fn task_of_app(&mut self, op: u32, wish: Wish) -> Option<Task> {
        match wish {
            Wish::Book { offer, start, anyway: false } if self.world.offers[offer].host != self.person => {
                let Offer { host, nth, .. } = self.world.offers[offer];
                let path = format!("/book-{}-{}/op-{op}.ics", name(host), slug(nth));
                // The note ties whatever is found later to the operation that asked for it.
                let lines = format!("DTSTART:{}\r\nDURATION:PT5M\r\nDESCRIPTION:op {op}", wall(start));
                let action = Action::Book { id: op, offer, start, guest: self.person, anyway: false };
                let new = Some("if-none-match: *".to_owned());
                Some(Task { action, request: self.in_home("PUT", &path, new, entry(&format!("op-{op}"), &lines)) })
            }
            Wish::Cancel { pick } => {
                let booking = self.pick(pick, |known| self.is_mine(known))?;
                let request = self.in_home("DELETE", &path_of(&booking), None, String::new());
                Some(Task { action: Action::Cancel { id: booking.id }, request })
            }
            Wish::Move { pick, slot, other_day } => {
                let booking = self.pick(pick, |known| self.is_mine(known))?;
                let start = self.whither(&booking, slot, other_day);
                let read = self.read(&path_of(&booking)).await?;
                if read.value("DTSTART") == wall(start) {
                    // In a calendar, what stays where it is asks for nothing.
                    return None;
                }
                let text = read.with(|line| match line {
                    line if line.starts_with("DTEND") => None,
                    line if line.starts_with("DTSTART") => Some(format!(
                        "DTSTART:{}\r\nDURATION:PT{}M",
                        wall(start),
                        self.world.offers[booking.offer].length
                    )),
                    line => Some(line.to_owned()),
                });
                let action = Action::Move { id: booking.id, start, by_guest: booking.guest == self.person };
                Some(Task { action, request: self.change(&booking, &read, text) })
            }
            Wish::Confirm { pick } => self.answer(pick, "ACCEPTED", |id| Action::Confirm { id }).await,
            Wish::Decline { pick } => self.answer(pick, "DECLINED", |id| Action::Decline { id }).await,
            Wish::Window { pick, day, open } => {
                let own = (0..self.world.offers.len()).filter(|n| self.world.offers[*n].host == self.person);
                let own: Vec<usize> = own.collect();
                let offer = *own.get(usize::try_from(pick % own.len().max(1) as u64).ok()?)?;
                let (terms, app) = (&self.world.offers[offer], &self.world.apps[self.person]);
                if open {
                    return Some(Task { action: Action::Open { offer, day }, request: open_day(app, terms, day) });
                }
                let request = request("DELETE", day_path(terms, day), app, None, String::new());
                Some(Task { action: Action::Close { offer, day }, request })
            }
            _ => None,
        }
    }

    /// The host's answer to a booking that waits.
    async fn answer(&mut self, pick: u64, word: &str, action: impl Fn(u32) -> Action) -> Option<Task> {
        let booking = self.pick_waiting(pick)?;
        let read = self.read(&path_of(&booking)).await.filter(|read| read.value("STATUS") == "TENTATIVE")?;
        let text = read.with(|line| {
            let says = line.starts_with("ATTENDEE") && line.contains("PARTSTAT=NEEDS-ACTION");
            Some(if says { line.replace("NEEDS-ACTION", word) } else { line.to_owned() })
        });
        Some(Task { action: action(booking.id), request: self.change(&booking, &read, text) })
    }

    /// Tells what came of a request as the API would have told it.
    pub(super) async fn learn_of_app(&mut self, task: &Task, attempts: &mut [Attempt]) {
        let new = matches!(task.action, Action::Book { .. });
        for attempt in attempts.iter_mut() {
            match &attempt.outcome {
                // The name is the operation's own: what stands there was made by an attempt before.
                Outcome::Refused(code) if new && code == "stale" => attempt.outcome = Outcome::Done(Value::Null),
                // Folders show no booking that has ended.
                Outcome::Refused(code) if task.action.claim().is_some() && code == "not-found" => {
                    attempt.outcome = Outcome::Refused("already-cancelled".to_owned());
                }
                Outcome::Done(_) => attempt.outcome = Outcome::Done(Value::Null),
                _ => {}
            }
        }
        if !new || !attempts.iter().any(|attempt| matches!(attempt.outcome, Outcome::Done(_))) {
            return;
        }
        // Nobody else knows of it yet, so it is as it was made.
        let made = self.read_at(&task.request.path).await;
        let body = made.map_or(json!({}), |read| {
            let status = if read.value("STATUS") == "TENTATIVE" { "pending" } else { "confirmed" };
            let Action::Book { start, .. } = task.action else { return json!({}) };
            json!({"id": read.value("URL").rsplit('/').next(), "status": status, "start": instant(start)})
        });
        for attempt in attempts.iter_mut().filter(|attempt| matches!(attempt.outcome, Outcome::Done(_))) {
            attempt.outcome = Outcome::Done(body.clone());
        }
    }

    fn in_home(&self, method: &'static str, path: &str, condition: Option<String>, entry: String) -> Request {
        let path = format!("/dav/calendars/{}{path}", name(self.person));
        request(method, path, &self.world.apps[self.person], condition, entry)
    }

    /// The request that writes an entry anew, if it is still as it was read.
    fn change(&self, booking: &Known, read: &Read, text: String) -> Request {
        self.in_home("PUT", &path_of(booking), Some(format!("if-match: {}", read.etag)), text)
    }

    async fn read(&mut self, path: &str) -> Option<Read> {
        let path = format!("/dav/calendars/{}{path}", name(self.person));
        self.read_at(&path).await
    }

    /// Reads an entry from whichever node answers; none if it is not there.
    async fn read_at(&mut self, path: &str) -> Option<Read> {
        let began = self.world.journal.now();
        let limit = u64::try_from(ANSWER_WITHIN.as_micros()).expect("it is a short time");
        let request = request("GET", path.to_owned(), &self.world.apps[self.person], None, String::new());
        for nth in 0.. {
            match self.attempt(&request, nth).await.outcome {
                Outcome::Done(body) => {
                    let text = body["text"].as_str()?.replace("\r\n ", "");
                    return Some(Read { text, etag: body["etag"].as_str()?.to_owned() });
                }
                Outcome::Refused(_) => return None,
                _ if self.world.journal.now() - began > limit => return None,
                _ => tokio::time::sleep(super::client::REST).await,
            }
        }
        None
    }
}

fn path_of(booking: &Known) -> String {
    format!("/bookings/{}.ics", booking.wire_id)
}
