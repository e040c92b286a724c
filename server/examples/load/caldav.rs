//! What a calendar costs over CalDAV: one row for each thing that apps ask, on each server in turn.
//!
//! Reading order: [`places`] starts servers, [`objects`] is the calendar,
//! [`questions`] what is asked of it and which answer is right.

mod objects;
mod places;
mod questions;

use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use futures_util::future::try_join_all;
use meetme_core::time::Span;
use meetme_server::clock::Stopwatch;

use self::objects::{OBJECTS, Object, Recurring};
use self::places::Place;
use self::questions::Question;
use crate::setting::today;
use crate::wire::Wire;
use crate::{Outcome, on_one_thread};

/// How long each thing is asked.
const ASKING: Duration = Duration::from_secs(3);
/// How many write and read entries one by one.
const WRITERS: usize = 16;
/// How many entries happen in the week that is asked for.
const HITS: usize = 51;
/// Entries that change between two syncs.
const CHANGES: usize = 10;
/// How many entries happen in any week where 200 of them recur for ever.
const ENDLESS_HITS: usize = 228;
/// Weeks of what recurs for ever that are worked out here.
const WEEKS: i64 = 45;
/// Sizes of calendars beside which the same is asked.
const SIZES: [usize; 3] = [2_000, 20_000, 200_000];
const CALENDAR: &str = "content-type: text/calendar; charset=utf-8\r\n";

/// Prints the table.
pub fn measure(venv: Option<&Path>) -> Outcome<()> {
    on_one_thread(async {
        let first = first_day()?;
        rows(Place::sqlite().await?, first, OBJECTS, Recurring::TenTimes).await?;
        rows(Place::postgres().await?, first, OBJECTS, Recurring::TenTimes).await?;
        rows(Place::sqlite().await?, first, OBJECTS, Recurring::ForEver(WEEKS)).await?;
        if let Some(venv) = venv {
            rows(Place::radicale(venv).await?, first, OBJECTS, Recurring::TenTimes).await?;
            rows(Place::xandikos(venv).await?, first, OBJECTS, Recurring::TenTimes).await?;
        }
        Ok(())
    })
}

/// Prints what the same costs beside more and more.
pub fn measure_sizes() -> Outcome<()> {
    on_one_thread(async {
        for size in SIZES {
            rows(Place::sqlite().await?, first_day()?, size, Recurring::TenTimes).await?;
        }
        rows(Place::postgres().await?, first_day()?, SIZES[1], Recurring::TenTimes).await
    })
}

/// A Monday at least a week ahead: what is busy is kept from now on.
fn first_day() -> Outcome<NaiveDate> {
    let ahead: NaiveDate = today().parse::<NaiveDate>()? + TimeDelta::days(7);
    Ok(ahead + TimeDelta::days(7 - i64::from(ahead.weekday().num_days_from_monday())))
}

/// All rows of one server.
async fn rows(place: Place, first: NaiveDate, count: usize, recurring: Recurring) -> Outcome<()> {
    let objects = objects::objects(first, count, recurring);
    let endless = recurring != Recurring::TenTimes;
    let hits = if endless { ENDLESS_HITS } else { HITS };
    let week = objects::week_of(&objects, first, hits).ok_or("no week has so many hits")?;
    let month = Span::new(week.start(), week.start() + TimeDelta::days(30))?;
    println!("{}, {count} entries{}", place.name, if endless { ", 200 of them for ever" } else { "" });
    println!("| | /s | ms cpu | of the database | bytes | |");
    println!("|---|---|---|---|---|---|");
    write(&place, &objects).await?;
    read(&place, &objects).await?;
    let path = place.calendar.clone();
    for question in [
        questions::listing(&path, &objects),
        questions::multiget(&path, &objects),
        questions::week(&path, &objects, &week),
        questions::expanded(&path, &objects, &month),
        questions::free_busy(&path, &objects, &month),
        questions::sync(&path, "", objects.iter().map(|object| object.name.clone()).collect(), true),
    ] {
        ask(&place, &question, &objects).await?;
    }
    let (token, names) = change_some(&place, &objects).await?;
    ask(&place, &questions::sync(&path, &token, names, false), &objects).await?;
    println!("\nmemory: {:.0} → {:.0} MiB\n", place.idle, place.peak()?);
    Ok(())
}

/// Some clients do one thing again and again, and what that costs.
struct Row<'a> {
    place: &'a Place,
    name: String,
    watch: Stopwatch,
    cpu: (f64, f64),
    count: Cell<u32>,
    bytes: Cell<usize>,
    wrong: Cell<Option<String>>,
}

impl<'a> Row<'a> {
    fn begin(place: &'a Place, name: &str) -> Outcome<Self> {
        let (count, bytes, wrong) = (Cell::new(0), Cell::new(0), Cell::new(None));
        Ok(Self { place, name: name.to_owned(), watch: Stopwatch::start(), cpu: place.cpu()?, count, bytes, wrong })
    }

    fn is_over(&self) -> bool {
        self.watch.elapsed() >= ASKING
    }

    /// Counts one answer of so many bytes; what was wrong with it is told at the end.
    fn add(&self, bytes: usize, wrong: Option<String>) {
        self.count.set(self.count.get() + 1);
        self.bytes.set(bytes);
        if wrong.is_some() {
            self.wrong.set(wrong);
        }
    }

    fn end(self) -> Outcome<()> {
        let (seconds, count) = (self.watch.elapsed().as_secs_f64(), f64::from(self.count.get()));
        let (server, database) = self.place.cpu()?;
        let each = |after: f64, before: f64| (after - before) * 1e3 / count;
        println!(
            "| {} | {:.1} | {:.2} | {:.2} | {} | {} |",
            self.name,
            count / seconds,
            each(server, self.cpu.0),
            each(database, self.cpu.1),
            self.bytes.get(),
            self.wrong.take().map(|wrong| format!("wrong: {wrong}")).unwrap_or_default(),
        );
        Ok(())
    }
}

/// Everybody writes entries until all are there.
async fn write(place: &Place, objects: &[Object]) -> Outcome<()> {
    let row = Row::begin(place, &format!("PUT, {WRITERS} clients"))?;
    let next = Cell::new(0);
    let writer = async || -> Outcome<()> {
        let mut wire = Wire::connect_as(place.address, &place.authorization).await?;
        while let Some(object) = objects.get(next.get()) {
            next.set(next.get() + 1);
            let answer =
                wire.send("PUT", &format!("{}{}", place.calendar, object.name), CALENDAR, &object.text).await?;
            row.add(object.text.len(), (answer.status != 201).then(|| format!("status {}", answer.status)));
        }
        Ok(())
    };
    try_join_all((0..WRITERS).map(|_| writer())).await?;
    row.end()
}

/// Everybody reads entries, each another one.
async fn read(place: &Place, objects: &[Object]) -> Outcome<()> {
    let row = Row::begin(place, &format!("GET, {WRITERS} clients"))?;
    let next = Cell::new(0);
    let reader = async || -> Outcome<()> {
        let mut wire = Wire::connect_as(place.address, &place.authorization).await?;
        while !row.is_over() {
            // As far apart as they can be.
            let object = &objects[(next.get() * 7_919) % objects.len()];
            next.set(next.get() + 1);
            let answer = wire.get(&format!("{}{}", place.calendar, object.name)).await?;
            let own = answer.body == object.text.as_bytes();
            let same = own || (!place.ours && String::from_utf8_lossy(answer.body).contains("BEGIN:VEVENT"));
            row.add(answer.body.len(), (!same).then(|| format!("status {}, other bytes", answer.status)));
        }
        Ok(())
    };
    try_join_all((0..WRITERS).map(|_| reader())).await?;
    row.end()
}

/// Everybody asks one thing. The first answer is looked at whole, and all others must be like it.
async fn ask(place: &Place, question: &Question, objects: &[Object]) -> Outcome<()> {
    let mut wire = Wire::connect_as(place.address, &place.authorization).await?;
    let mut text = String::new();
    let first = answered(&mut wire, question, &mut text).await?;
    let row = Row::begin(place, &question.name)?;
    row.wrong.set(question.wrong(first.0, &text, objects, place.ours));
    let client = async || -> Outcome<()> {
        let mut wire = Wire::connect_as(place.address, &place.authorization).await?;
        let mut text = String::new();
        while !row.is_over() {
            text.clear();
            let answer = answered(&mut wire, question, &mut text).await?;
            row.add(answer.1, (answer != first).then(|| "not the same every time".to_owned()));
        }
        Ok(())
    };
    try_join_all((0..question.clients).map(|_| client())).await?;
    row.end()
}

/// What is answered: status and length, the text behind `text`. A sync that is told in pieces (RFC 6578 3.6) is asked for
/// all of them.
async fn answered(wire: &mut Wire, question: &Question, text: &mut String) -> Outcome<(u16, usize)> {
    let headers = format!("content-type: application/xml; charset=utf-8\r\ndepth: {}\r\n", question.depth);
    let (mut body, mut length) = (question.body.clone(), 0);
    loop {
        let answer = wire.send(question.method, &question.path, &headers, &body).await?;
        let part = String::from_utf8_lossy(answer.body);
        length += answer.body.len();
        text.push_str(&part);
        if !part.contains("number-of-matches-within-limits") {
            return Ok((answer.status, length));
        }
        body = questions::sync(&question.path, token_of(&part)?, Vec::new(), true).body;
    }
}

/// The last token of an answer: of several pieces it says where all of them lead.
fn token_of(answer: &str) -> Outcome<&str> {
    Ok(answer.rsplit("sync-token>").nth(1).and_then(|rest| rest.split("</").next()).ok_or("no sync-token")?)
}

/// A sync-token, and the entries that changed behind it.
async fn change_some(place: &Place, objects: &[Object]) -> Outcome<(String, Vec<String>)> {
    let mut wire = Wire::connect_as(place.address, &place.authorization).await?;
    let all = questions::sync(&place.calendar, "", Vec::new(), true);
    let mut text = String::new();
    answered(&mut wire, &all, &mut text).await?;
    let token = token_of(&text)?.to_owned();
    let mut names = Vec::new();
    for object in objects.iter().step_by(objects.len() / CHANGES).take(CHANGES) {
        let other = object.text.replace("Tea with", "Coffee with");
        wire.send("PUT", &format!("{}{}", place.calendar, object.name), CALENDAR, &other).await?.check()?;
        names.push(object.name.clone());
    }
    Ok((token, names))
}
