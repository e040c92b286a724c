//! Meetings over many rounds of changes and answers: everybody has the same, whatever happened before.

use std::collections::{BTreeMap, BTreeSet};

use meetme_core::object::Object;
use meetme_core::object::schedule::{
    Message, Method, attendee_message, attendees_copy, organizer_messages, organizers_copy, with_cancel, with_reply,
    with_request,
};
use meetme_core::time::Instant;

use super::read;
use crate::kit::at;

const ADA: &str = "mailto:ada@example.org";
const GUESTS: [&str; 3] = ["mailto:bob@example.org", "mailto:cleo@example.org", "mailto:dora@example.org"];
const DAYS: u32 = 6;

/// Small numbers in an order of their own.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(sides)).expect("less than a number of sides")
    }
}

/// What the organizer's app shows. It never hears of answers, and writes everything anew each time.
#[derive(Clone)]
struct Plan {
    words: u32,
    hour: u32,
    out: BTreeSet<u32>,
    moved: BTreeMap<u32, u32>,
    guests: BTreeSet<&'static str>,
}

impl Plan {
    fn text(&self) -> String {
        let people: String =
            self.guests.iter().map(|guest| format!("ATTENDEE;PARTSTAT=NEEDS-ACTION:{guest}\r\n")).collect();
        let component = |times: &str, more: &str| {
            format!(
                "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n{times}DURATION:PT30M\r\nSUMMARY:words {}\r\n\
                 ORGANIZER:{ADA}\r\n{people}{more}END:VEVENT\r\n",
                self.words
            )
        };
        let out: String =
            self.out.iter().map(|day| format!("EXDATE:202603{day:02}T{:02}0000Z\r\n", self.hour)).collect();
        let mut text = component(
            &format!("DTSTART:20260301T{:02}0000Z\r\n", self.hour),
            &format!("RRULE:FREQ=DAILY;COUNT={DAYS}\r\n{out}"),
        );
        for (day, hour) in &self.moved {
            let id = format!("RECURRENCE-ID:202603{day:02}T{:02}0000Z\r\n", self.hour);
            text.push_str(&component(&format!("{id}DTSTART:202603{day:02}T{hour:02}3000Z\r\n"), ""));
        }
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{text}END:VCALENDAR\r\n")
    }

    fn change(&mut self, dice: &mut Dice) {
        let day = 1 + dice.roll(DAYS);
        match dice.roll(5) {
            0 => self.words += 1,
            1 => {
                // Apps forget what differed when the whole moves.
                self.hour = 8 + dice.roll(8);
                self.out.clear();
                self.moved.clear();
            }
            2 if self.out.len() + 2 < DAYS as usize => {
                self.moved.remove(&day);
                self.out.insert(day);
            }
            3 => {
                let guest = GUESTS[dice.roll(3) as usize];
                if !self.guests.remove(guest) {
                    self.guests.insert(guest);
                }
            }
            _ if !self.out.contains(&day) => drop(self.moved.insert(day, 8 + dice.roll(8))),
            _ => self.words += 1,
        }
    }
}

/// Everybody's copies.
struct World {
    organizer: String,
    copies: BTreeMap<&'static str, String>,
}

fn own(address: &str) -> Vec<String> {
    vec![address.to_owned()]
}

fn stamp() -> Instant {
    at("2026-02-01T00:00:00Z")
}

impl World {
    fn deliver(&mut self, messages: &[Message], but: Option<&str>) {
        for message in messages.iter().filter(|message| Some(message.to.as_str()) != but) {
            let guest = *GUESTS.iter().find(|guest| **guest == message.to).expect("a guest");
            let copy = self.copies.get(guest).cloned();
            let copy = copy.as_deref().map(read);
            let text = read(&message.text);
            let renewed = match (message.method, &copy) {
                (Method::Request, None) if message.quiet => None,
                (Method::Request, copy) => with_request(copy.as_ref(), &text, &own(guest)),
                (_, Some(copy)) => with_cancel(copy, &text),
                (_, None) => None,
            };
            self.copies.extend(renewed.map(|text| (guest, text)));
        }
    }

    fn organize(&mut self, new: &str) {
        let (old, new) = (read(&self.organizer), read(new));
        let kept = organizers_copy(Some(&old), &new, &own(ADA), false).expect("allowed");
        let messages = organizer_messages(Some(&old), Some(&read(&kept)), &own(ADA), stamp());
        self.deliver(&messages, None);
        self.organizer = kept;
    }

    /// A guest answers to everything, or takes one day out.
    fn answer(&mut self, guest: &'static str, dice: &mut Dice, hour: u32) {
        let Some(copy) = self.copies.get(guest).filter(|copy| !copy.contains("STATUS:CANCELLED")).cloned() else {
            return;
        };
        let unfolded = copy.replace("\r\n ", "");
        let day = 1 + dice.roll(DAYS);
        let id = format!("202603{day:02}T{hour:02}0000Z");
        let new = if dice.roll(3) == 0 && !unfolded.contains(&id) {
            unfolded.replacen("RRULE", &format!("EXDATE:{id}\r\nRRULE"), 1)
        } else {
            let says = ["ACCEPTED", "DECLINED", "TENTATIVE"][dice.roll(3) as usize];
            let lines = unfolded.lines().map(|line| {
                if line.ends_with(guest) { format!("ATTENDEE;PARTSTAT={says}:{guest}") } else { line.to_owned() }
            });
            lines.collect::<Vec<_>>().join("\r\n") + "\r\n"
        };
        let (old, new) = (read(&copy), read(&new));
        let kept = attendees_copy(Some(&old), &new, &own(guest)).expect("answers are allowed");
        let reply = attendee_message(Some(&old), &read(&kept), &own(guest), stamp());
        self.copies.insert(guest, kept);
        let Some(reply) = reply else { return };
        let organizer = self.organizer.clone();
        let organizer = read(&organizer);
        if let Some(answered) = with_reply(&organizer, &read(&reply.text)) {
            let quiet = organizer_messages(Some(&organizer), Some(&read(&answered)), &own(ADA), stamp());
            assert!(quiet.iter().all(|message| message.quiet), "{quiet:?}");
            self.deliver(&quiet, Some(guest));
            self.organizer = answered;
        }
    }

    /// Everybody who is invited has what the organizer has, their own answers included; who is not has nothing that happens.
    fn check(&self, story: &str) {
        let organizer = read(&self.organizer);
        for guest in GUESTS {
            let Some(copy) = self.copies.get(guest) else { continue };
            let copy = read(copy);
            let (theirs, invited) = (seen(&copy, guest), seen(&organizer, guest));
            if invited.is_empty() {
                let cancelled = copy.components().all(|one| one.value("STATUS") == Some("CANCELLED"));
                assert!(cancelled, "{story}\n{guest} is not invited\n{}", self.told(guest));
                continue;
            }
            for (id, entry) in &invited {
                let taken_out = out(&copy).contains(id);
                let same = theirs.get(id) == Some(entry);
                assert!(same || taken_out, "{story}\n{guest} has another {id}\n{}", self.told(guest));
            }
            for id in theirs.keys() {
                assert!(invited.contains_key(id), "{story}\n{guest} has {id}\n{}", self.told(guest));
            }
        }
    }

    fn told(&self, guest: &str) -> String {
        format!("organizer:\n{}\ncopy:\n{}", self.organizer, self.copies[guest])
    }
}

/// What somebody sees: by instance its start, words, and their own answer.
fn seen(object: &Object<'_>, guest: &str) -> BTreeMap<String, (String, String, String)> {
    let mut seen = BTreeMap::new();
    for component in object.components() {
        let value = |name: &str| component.value(name).unwrap_or_default().to_owned();
        if component.value("STATUS") == Some("CANCELLED") {
            continue;
        }
        if let Some(line) = component.all("ATTENDEE").find(|line| line.value() == guest) {
            let says = line.param("PARTSTAT").unwrap_or("NEEDS-ACTION").to_owned();
            seen.insert(value("RECURRENCE-ID"), (value("DTSTART"), value("SUMMARY"), says));
        }
    }
    seen
}

/// The instances that are taken out.
fn out(object: &Object<'_>) -> BTreeSet<String> {
    let dates = object.components().flat_map(|one| one.all("EXDATE")).map(|line| line.value().to_owned());
    dates.flat_map(|dates| dates.split(',').map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn everybody_has_the_same_whatever_was_changed_and_answered_before() {
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let mut plan = Plan { words: 0, hour: 9, out: BTreeSet::new(), moved: BTreeMap::new(), guests: GUESTS.into() };
        let first = plan.text();
        let mut world = World { organizer: first.clone(), copies: BTreeMap::new() };
        world.deliver(&organizer_messages(None, Some(&read(&first)), &own(ADA), stamp()), None);
        let mut story = format!("seed {seed}");
        for round in 0..12 {
            if dice.roll(2) == 0 {
                plan.change(&mut dice);
                world.organize(&plan.text());
                story.push_str(&format!("\n{round}: ada writes {}", plan.words));
            } else {
                let guest = GUESTS[dice.roll(3) as usize];
                world.answer(guest, &mut dice, plan.hour);
                story.push_str(&format!("\n{round}: {guest} answers"));
            }
            world.check(&story);
        }
    }
}
