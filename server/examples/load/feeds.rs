//! A large feed: rendered, told to be unchanged, and asked for all day long.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use meetme_server::Server;
use meetme_server::clock::{Clock as _, ManualClock, Stopwatch, SystemClock};
use serde_json::json;

use crate::child::{ServerProcess, config};
use crate::figures::Durations;
use crate::setting::sign_up;
use crate::wire::Wire;
use crate::{Outcome, on_one_thread};

const FEED: &str = "/feeds/ada/long.ics";
const GZIP: &str = "accept-encoding: gzip\r\n";
/// How often a feed is rendered anew.
const RENDERS: u32 = 20;
/// How long apps that have it already ask again, and how many.
const ASKING: Duration = Duration::from_secs(5);
const APPS: usize = 8;
/// How often an app asks in a day.
const POLLS: u32 = 96;
/// When the day begins that is counted: a Monday.
const MONDAY: &str = "2026-11-30T00:00:00Z";

pub fn measure() -> Outcome<()> {
    let server = ServerProcess::start("full")?;
    on_one_thread(async {
        let token = sign_up(server.address, "ada").await?;
        // Slots of ten minutes, around the clock, from four days ahead: time alone changes nothing meanwhile.
        let from = SystemClock.now() + TimeDelta::days(4);
        offer(&mut Wire::connect(server.address, &token).await?, "long", &from.format("%Y-%m-%d").to_string()).await?;
        render(&server).await?;
        ask_again(&server).await
    })?;
    on_one_thread(day())
}

/// An event of ten minutes around the clock, of which a feed shows ten thousand slots.
async fn offer(wire: &mut Wire, slug: &str, from: &str) -> Outcome<()> {
    let event = json!({"title": "Long", "slug": slug, "time_zone": "Europe/Berlin", "first_day": from,
        "slot_minutes": 10, "description": "What there is to say about it, in a sentence."});
    wire.post("/api/v1/events", &event.to_string()).await?.check()?;
    let window = json!({"start": format!("{from}T00:00:00"), "duration_minutes": 1440, "rrule": "FREQ=DAILY"});
    wire.post(&format!("/api/v1/events/ada/{slug}/windows"), &window.to_string()).await?.check()
}

async fn render(server: &ServerProcess) -> Outcome<()> {
    let guest = sign_up(server.address, "bob").await?;
    let (mut app, mut guest) = (Wire::connect(server.address, "").await?, Wire::connect(server.address, &guest).await?);
    let watch = Stopwatch::start();
    let first = app.get(FEED).await?;
    first.check()?;
    let took = watch.elapsed().as_secs_f64() * 1e3;
    let entries = first.body.windows(13).filter(|line| line == b"BEGIN:VEVENT\r").count();
    println!("{entries} entries, {} bytes, rendered and packed for the first time in {took:.1} ms", first.body.len());
    let start = SystemClock.now() + TimeDelta::days(6);
    let mut times = Durations::default();
    for n in 0..RENDERS {
        let at = format!("{}T{:02}:{}0:00Z", start.format("%Y-%m-%d"), n / 6, n % 6);
        guest.post("/api/v1/events/ada/long/bookings", &json!({"start": at}).to_string()).await?.check()?;
        let watch = Stopwatch::start();
        app.send("GET", FEED, GZIP, "").await?.check()?;
        times.add(watch.elapsed());
    }
    let figures = times.figures();
    println!("anew after a booking: p50 {:.1} ms, max {:.1} ms", figures.p50, figures.max);
    let mut kept = Durations::default();
    for _ in 0..RENDERS {
        let watch = Stopwatch::start();
        app.send("GET", FEED, GZIP, "").await?.check()?;
        kept.add(watch.elapsed());
    }
    println!("from what is kept, packed: p50 {:.2} ms", kept.figures().p50);
    Ok(())
}

/// Apps that have it already, on a connection each.
async fn ask_again(server: &ServerProcess) -> Outcome<()> {
    let mut first = Wire::connect(server.address, "").await?;
    let tag = first.send("GET", FEED, GZIP, "").await?.header("etag").ok_or("no tag")?;
    let headers = format!("{GZIP}if-none-match: {tag}\r\n");
    let (watch, before) = (Arc::new(Stopwatch::start()), server.cpu()?);
    let mut apps = tokio::task::JoinSet::new();
    for _ in 0..APPS {
        let (headers, watch, address) = (headers.clone(), watch.clone(), server.address);
        apps.spawn(async move {
            let mut times = Durations::default();
            let Ok(mut wire) = Wire::connect(address, "").await else { return Err("no connection") };
            while watch.elapsed() < ASKING {
                let asked = Stopwatch::start();
                match wire.send("GET", FEED, &headers, "").await {
                    Ok(answer) if answer.status == 304 => times.add(asked.elapsed()),
                    _ => return Err("it was something else than unchanged"),
                }
            }
            Ok(times)
        });
    }
    let mut all = Durations::default();
    while let Some(times) = apps.join_next().await {
        all.extend(times??);
    }
    let seconds = watch.elapsed().as_secs_f64();
    let (count, figures) = (all.count(), all.figures());
    println!(
        "unchanged, {APPS} apps: {:.0}/s, p50 {:.2} ms, p99 {:.2} ms, server cpu {:.0} %",
        count as f64 / seconds,
        figures.p50,
        figures.p99,
        (server.cpu()? - before) / seconds * 100.0
    );
    Ok(())
}

/// A day of an app that asks every quarter of an hour, by a clock that is turned on.
async fn day() -> Outcome<()> {
    let data = tempfile::tempdir()?;
    let clock = Arc::new(ManualClock::new(MONDAY.parse()?));
    let server = Server::start(config(data.path(), "off"), clock.clone()).await?;
    let token = sign_up(server.address(), "ada").await?;
    let mut wire = Wire::connect(server.address(), &token).await?;
    offer(&mut wire, "long", "2026-11-01").await?;
    let event = json!({"title": "Chat", "slug": "chat", "time_zone": "Europe/Berlin", "first_day": "2026-11-01",
        "slot_minutes": 30, "notice_minutes": 60, "horizon_days": 30});
    wire.post("/api/v1/events", &event.to_string()).await?.check()?;
    let window =
        json!({"start": "2026-11-02T09:00:00", "duration_minutes": 180, "rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"});
    wire.post("/api/v1/events/ada/chat/windows", &window.to_string()).await?.check()?;
    let mut app = Wire::connect(server.address(), "").await?;
    println!("a day of an app that asks every 15 minutes, in bytes both ways:");
    for (slug, what) in
        [("chat", "weekdays 9 to 12, half hours"), ("long", "10,000 entries, one gone every 10 minutes")]
    {
        clock.set(MONDAY.parse()?);
        let path = format!("/feeds/ada/{slug}.ics");
        let (mut bytes, mut whole, mut unpacked, mut tag) = (0, 0, 0, String::new());
        for _ in 0..POLLS {
            let headers = format!("{GZIP}if-none-match: {tag}\r\n");
            let answer = app.send("GET", &path, &headers, "").await?;
            bytes += answer.sent + answer.received();
            whole += u32::from(answer.status == 200);
            tag = answer.header("etag").ok_or("no tag")?;
            if answer.status == 200 && unpacked == 0 {
                unpacked = answer.body.len();
            }
            clock.advance(Duration::from_secs(15 * 60));
        }
        println!("  {what}: {bytes} bytes, {whole} of {POLLS} answers whole, the first {unpacked} bytes packed");
    }
    server.stop().await;
    Ok(())
}
