//! Random entries, filters and ranges over HTTP and through both stores, beside a walk hour by hour in memory that
//! shares no code with the reader or the index.
//!
//! The seed is printed when something differs; `MEETME_TEST_SEED=n` plays that one again.

use std::collections::BTreeMap;

use meetme_core::time::Instant;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use self::sketch::{HOME, Seen, Sketch, overlaps, ranges, sketches};
use super::kit::{App, CAL};
use crate::http::world::World;
use crate::services::postgres::shared;

#[path = "../../../core/tests/objects/sketch.rs"]
mod sketch;

/// Seeds that are always tried.
const SEEDS: [u64; 2] = [1, 2];
/// Entries at once, and questions about them.
const ENTRIES: usize = 40;
const QUESTIONS: usize = 25;

/// A calendar and what is known of it.
struct Scene<'a> {
    ada: App<'a>,
    runner: TestRunner,
    /// Entries and when they happen.
    there: BTreeMap<String, (Sketch, Vec<Seen>)>,
    seed: u64,
}

type Ends = (Option<Instant>, Option<Instant>);

fn utc(at: Instant) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

fn time_range((start, end): Ends) -> String {
    let end_of = |name: &str, at: Option<Instant>| at.map(|at| format!(" {name}=\"{}\"", utc(at))).unwrap_or_default();
    format!("<C:time-range{}{}/>", end_of("start", start), end_of("end", end))
}

impl Scene<'_> {
    fn draw<T: std::fmt::Debug>(&mut self, from: impl Strategy<Value = T>) -> T {
        from.new_tree(&mut self.runner).unwrap().current()
    }

    /// Writes another entry under a number's name.
    async fn write(&mut self, number: usize) {
        let (sketch, name) = (self.draw(sketches()), format!("{number}.ics"));
        let text = sketch.text().replace("UID:1\r\n", &format!("UID:{number}\r\n"));
        let reply = self.ada.put(&format!("{CAL}{name}"), &text).await;
        assert!(reply.status.is_success(), "seed {}: {reply:?}\n{text}", self.seed);
        let seen = sketch.seen();
        self.there.insert(name, (sketch, seen));
    }

    async fn remove(&mut self, number: usize) {
        let name = format!("{number}.ics");
        self.ada.send("DELETE", &format!("{CAL}{name}"), &[], "").await.is(204);
        self.there.remove(&name);
    }

    /// Names of entries with an instance in the range whose SUMMARY holds a text. The walk ends somewhere: what
    /// an open range would find behind that is left out.
    fn names(&self, ends: Ends, says: Option<&str>) -> Vec<String> {
        let is_told = |seen: &Seen| says.is_none_or(|says| (if seen.moved { "moved" } else { "main" }).contains(says));
        let matches = |all: &[Seen]| all.iter().any(|seen| is_told(seen) && overlaps(seen, ends));
        self.there.iter().filter(|(_, (_, seen))| matches(seen)).map(|(name, _)| name.clone()).collect()
    }

    /// Whether the walk can tell what an open range finds.
    fn is_decided(&self, name: &str, ends: Ends) -> bool {
        let endless = |sketch: &Sketch| sketch.rule.as_ref().is_some_and(|rule| rule.until.is_none());
        ends.1.is_some() || self.there.get(name).is_some_and(|(sketch, _)| !endless(sketch))
    }

    async fn asks_what_is_in_a_range(&mut self) {
        let ends = self.draw(ranges());
        let says = self.draw(proptest::option::of("main|moved|o"));
        let text = says
            .as_ref()
            .map(|says| format!("<C:prop-filter name=\"SUMMARY\"><C:text-match>{says}</C:text-match></C:prop-filter>"));
        let filter = format!("{}{}", time_range(ends), text.unwrap_or_default());

        let mut found = self.ada.query(CAL, "VEVENT", &filter).await;

        found.sort_unstable();
        found.retain(|name| self.is_decided(name, ends));
        let mut right = self.names(ends, says.as_deref());
        right.retain(|name| self.is_decided(name, ends));
        assert_eq!(found, right, "seed {}: {filter}", self.seed);
    }

    async fn asks_for_instances(&mut self) {
        let (Some(start), Some(end)) = self.draw(ranges()) else { return };
        let ends = (Some(start), Some(end));
        let inside = format!(
            "<D:prop><C:calendar-data><C:expand start=\"{}\" end=\"{}\"/></C:calendar-data></D:prop><C:filter>\
             <C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">{}</C:comp-filter></C:comp-filter></C:filter>",
            utc(start),
            utc(end),
            time_range(ends)
        );

        let reply = self.ada.report(CAL, "calendar-query", &inside).await.is(207);

        let mut told = BTreeMap::new();
        for response in reply.body.split("<D:response>").skip(1) {
            let name = response.split("</D:href>").next().unwrap().rsplit('/').next().unwrap();
            told.insert(name.to_owned(), response.matches("BEGIN:VEVENT").count());
        }
        let count = |all: &[Seen]| all.iter().filter(|seen| overlaps(seen, ends)).count();
        let right = self.there.iter().map(|(name, (_, seen))| (name.clone(), count(seen)));
        let right: BTreeMap<String, usize> = right.filter(|(_, count)| *count > 0).collect();
        assert_eq!(told, right, "seed {}: {inside}", self.seed);
    }

    async fn asks_when_it_is_busy(&mut self) {
        let (Some(start), Some(end)) = self.draw(ranges()) else { return };

        let reply = self.ada.report(CAL, "free-busy-query", &time_range((Some(start), Some(end)))).await.is(200);

        let unfolded = reply.body.replace("\r\n ", "");
        let values = unfolded
            .lines()
            .filter(|line| line.starts_with("FREEBUSY"))
            .flat_map(|line| line.rsplit_once(':').unwrap().1.split(',').map(str::to_owned).collect::<Vec<_>>());
        let told: Vec<String> = values.collect();
        let seen = self.there.values().flat_map(|(_, seen)| seen).filter(|seen| !seen.cancelled);
        let mut spans: Vec<(Instant, Instant)> =
            seen.map(|seen| (seen.start.max(start), seen.end.min(end))).filter(|(start, end)| start < end).collect();
        spans.sort_unstable();
        let mut right: Vec<(Instant, Instant)> = Vec::new();
        for (start, end) in spans {
            match right.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => right.push((start, end)),
            }
        }
        let right: Vec<String> = right.into_iter().map(|(start, end)| format!("{}/{}", utc(start), utc(end))).collect();
        assert_eq!(told, right, "seed {}: {start} to {end}", self.seed);
    }

    async fn asks(&mut self) {
        for _ in 0..QUESTIONS {
            self.asks_what_is_in_a_range().await;
            self.asks_for_instances().await;
            self.asks_when_it_is_busy().await;
        }
    }
}

/// A story of one seed.
async fn play(world: &World, seed: u64) {
    let ada = App::of(world, "ada").await;
    let zone = format!(
        "<D:propertyupdate xmlns:D='DAV:' xmlns='urn:ietf:params:xml:ns:caldav'><D:set><D:prop>\
         <calendar-timezone-id>{HOME}</calendar-timezone-id></D:prop></D:set></D:propertyupdate>"
    );
    ada.send("PROPPATCH", CAL, &[], zone).await.is(207).says("200 OK");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
    let mut scene = Scene { ada, runner, there: BTreeMap::new(), seed };
    for number in 0..ENTRIES {
        scene.write(number).await;
    }
    scene.asks().await;
    for number in 0..ENTRIES {
        match number % 4 {
            0 => scene.write(number).await,
            1 => scene.remove(number).await,
            _ => {}
        }
    }
    scene.asks().await;
}

fn seeds() -> Vec<u64> {
    let wanted = std::env::var("MEETME_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    wanted.map_or(SEEDS.to_vec(), |seed| vec![seed])
}

#[tokio::test]
async fn questions_to_sqlite_are_answered_as_a_walk_hour_by_hour_has_it() {
    for seed in seeds() {
        play(&World::new().await, seed).await;
    }
}

#[tokio::test]
async fn questions_to_postgresql_are_answered_as_a_walk_hour_by_hour_has_it() {
    let Some(cluster) = shared() else { return };
    for seed in seeds() {
        let url = cluster.database().await;
        play(&World::with(|config| config.database = Some(url)).await, seed).await;
    }
}
