//! Calendar apps of other people, with the feeds and the calendars of a real server.

mod evolution;
mod litmus;
mod sessions;
mod storage;
mod suite;
mod tester;
mod two_way;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;

use crate::caldav::kit::{App, CAL, event};
use crate::http::world::{Person, World};
use crate::services::{installed, program, tethered, tool};

/// How long a program may take. Python needs a second to wake up, more on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A place for what a program keeps.
struct Desk {
    dir: TempDir,
    program: PathBuf,
}

impl Desk {
    /// None where the program is missing and may be.
    fn of(program: &str) -> Option<Self> {
        Some(Self { program: tool(program)?, dir: tempfile::tempdir().unwrap() })
    }

    /// The same for a program of the system.
    fn of_system(name: &str) -> Option<Self> {
        Some(Self { program: program(name)?, dir: tempfile::tempdir().unwrap() })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), content).unwrap();
        self.path(name).display().to_string()
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        run(&self.program, self.dir.path(), arguments, "").await
    }

    /// Runs it, and types what it asks for.
    async fn tell(&self, arguments: &[&str], typed: &str) -> Output {
        run(&self.program, self.dir.path(), arguments, typed).await
    }
}

async fn run(program: &Path, home: &Path, arguments: &[&str], typed: &str) -> Output {
    let mut command = tokio::process::Command::from(tethered(program));
    command.args(arguments).current_dir(home);
    command.env_clear().env("HOME", home).env("LC_ALL", "C.UTF-8").env("PATH", "/usr/bin:/bin");
    ended(command, typed, PATIENCE).await
}

async fn ended(mut command: tokio::process::Command, typed: &str, patience: Duration) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.kill_on_drop(true).spawn().expect("the program starts");
    let mut input = child.stdin.take().unwrap();
    // A program that asks nothing may end before it has been told.
    let _ = input.write_all(typed.as_bytes()).await;
    drop(input);
    let ended = tokio::time::timeout(patience, child.wait_with_output()).await;
    ended.expect("the program ends").expect("the program runs")
}

#[track_caller]
fn said(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    format!("{out}{err}")
}

/// An event in a zone with an hour's slot at 9 on every Monday of a year.
async fn mondays(world: &World, host: &Person, slug: &str, zone: &str, more: Value) {
    let mut event = json!({"title": "Tea; or, coffee", "slug": slug, "time_zone": zone,
        "first_day": "2026-12-01", "last_day": "2027-11-20", "slot_minutes": 60, "description": "Grüße\nfrom ada"});
    for (key, value) in more.as_object().unwrap() {
        event[key] = value.clone();
    }
    world.post(host, "/events", event).await.ok();
    let window = json!({"start": "2026-12-07T09:00:00", "duration_minutes": 60, "rrule": "FREQ=WEEKLY;BYDAY=MO"});
    world.post(host, &format!("/events/{}/{slug}/windows", host.name), window).await.ok();
}

async fn fetch(world: &World, path: &str) -> String {
    let response = world.open(None, path, &[]).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.text().await.unwrap()
}

fn files(dir: &Path) -> usize {
    std::fs::read_dir(dir).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vdirsyncer_keeps_a_copy_of_a_feed() {
    let Some(desk) = Desk::of("vdirsyncer") else { return };
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    mondays(&world, &ada, "tea", "Europe/Berlin", json!({"last_day": "2027-02-28"})).await;
    let copy = desk.path("copy");
    let home = desk.dir.path().display();
    let url = world.url("/feeds/ada/tea.ics");
    let config = desk.write(
        "config",
        format!(
            "[general]\nstatus_path = \"{home}/status/\"\n\
             [pair tea]\na = \"feed\"\nb = \"copy\"\ncollections = null\n\
             [storage feed]\ntype = \"http\"\nurl = \"{url}\"\n\
             [storage copy]\ntype = \"filesystem\"\npath = \"{}\"\nfileext = \".ics\"\n",
            copy.display()
        ),
    );
    std::fs::create_dir(&copy).unwrap();
    said(&desk.run(&["-c", &config, "discover"]).await);

    let first = said(&desk.run(&["-c", &config, "sync"]).await);
    assert_eq!(files(&copy), 12, "{first}");
    let second = said(&desk.run(&["-c", &config, "sync"]).await);
    assert!(!second.contains("Copying") && !second.contains("Deleting"), "nothing to do the second time: {second}");

    world.book(&bob, "ada/tea", "2026-12-14T08:00:00Z").await.ok();
    let third = said(&desk.run(&["-c", &config, "sync"]).await);
    assert_eq!(
        (files(&copy), third.matches("Deleting").count(), third.matches("Copying").count()),
        (11, 1, 0),
        "{third}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn khal_shows_slots_at_the_readers_time_across_changes_of_the_clock() {
    let Some(desk) = Desk::of("khal") else { return };
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    mondays(&world, &ada, "tea", "Europe/Berlin", json!({})).await;
    let feed = desk.write("tea.ics", fetch(&world, "/feeds/ada/tea.ics").await);
    let list = async |zone: &str, from: &str, to: &str| {
        let formats = "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n\
            datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n";
        let config = desk.write(
            "config",
            format!(
                "[calendars]\n[[feed]]\npath = {}\n[sqlite]\npath = {}\n\
                 [locale]\nlocal_timezone = {zone}\ndefault_timezone = {zone}\n{formats}",
                desk.path("feed").display(),
                desk.path(&zone.replace('/', "-")).display()
            ),
        );
        if std::fs::create_dir(desk.path("feed")).is_ok() {
            said(&desk.run(&["-c", &config, "import", "--batch", &feed]).await);
        }
        let format = ["--format", "{start-date-long} {start-time}-{end-time} {title}", "--day-format", ""];
        let arguments = [&["-c", &config, "list"], format.as_slice(), &[from, to]].concat();
        said(&desk.run(&arguments).await).lines().filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };

    // Berlin's clock goes forward on the 28th of March, New York's on the 14th.
    let at_home = list("Europe/Berlin", "2027-03-08", "2027-04-06").await;
    let open = |start: &str| format!("{start} Open: Tea; or, coffee");
    let mondays = ["2027-03-08", "2027-03-15", "2027-03-22", "2027-03-29", "2027-04-05"];
    assert_eq!(at_home, mondays.map(|day| open(&format!("{day} 09:00-10:00"))));
    let abroad = list("America/New_York", "2027-03-08", "2027-04-06").await;
    let hours = ["03:00-04:00", "04:00-05:00", "04:00-05:00", "03:00-04:00", "03:00-04:00"];
    let expected: Vec<String> = mondays.iter().zip(hours).map(|(day, hour)| open(&format!("{day} {hour}"))).collect();
    assert_eq!(abroad, expected);
    // And back: Berlin's on the 31st of October, New York's on the 7th of November.
    let back = list("America/New_York", "2027-10-25", "2027-11-09").await;
    let expected = [("2027-10-25", "03:00-04:00"), ("2027-11-01", "04:00-05:00"), ("2027-11-08", "03:00-04:00")];
    assert_eq!(back, expected.map(|(day, hour)| open(&format!("{day} {hour}"))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_reader_of_icalendar_takes_every_feed_without_complaint() {
    let Some(desk) = Desk::of("python") else { return };
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    // The last one goes back by half an hour, in April.
    let zones =
        [("berlin", "Europe/Berlin"), ("york", "America/New_York"), ("utc", "UTC"), ("howe", "Australia/Lord_Howe")];
    for (slug, zone) in zones {
        mondays(&world, &ada, slug, zone, json!({})).await;
    }
    world.book(&bob, "ada/berlin", "2026-12-14T08:00:00Z").await.ok();
    world.post(&bob, "/events/ada/york/holds", json!({"start": "2026-12-21T14:00:00Z"})).await.ok();
    world.patch(&ada, "/me/feeds", json!({"free_busy": true})).await.ok();
    let private = world.post(&bob, "/me/feeds/private", json!(null)).await.ok();
    let private = private["private"]["url"].as_str().unwrap().replace("https://meet.example", "");
    let read = async |path: &str| {
        let document = desk.write("document.ics", fetch(&world, path).await);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps/read.py");
        said(&desk.run(&[&script.display().to_string(), &document]).await)
    };

    for (slug, _) in zones {
        let mut open = String::new();
        let mut from = "2026-11-29T12:00:00Z".to_owned();
        while from.as_str() < "2028" {
            let page = world
                .get(None, &format!("/events/ada/{slug}/slots?from={from}&to=2027-11-21T00:00:00Z&open=true"))
                .await
                .ok();
            for slot in page["slots"].as_array().unwrap() {
                let text = |key: &str| slot[key].as_str().unwrap().to_owned();
                writeln!(open, "{} {} Open: Tea; or, coffee", text("start"), text("end")).unwrap();
            }
            from = page["next"].as_str().unwrap_or("2028").to_owned();
        }
        assert!(open.lines().count() >= 48, "{open}");
        assert_eq!(read(&format!("/feeds/ada/{slug}.ics")).await, open, "{slug}");
    }
    let busy =
        "2026-12-14T08:00:00Z 2026-12-14T09:00:00Z BUSY\n2026-12-21T14:00:00Z 2026-12-21T15:00:00Z BUSY-TENTATIVE\n";
    assert_eq!(read("/feeds/ada.ifb").await, busy);
    let app = App::of_person(&world, &ada, "caldav").await;
    for (name, zone) in [("one", "Europe/Berlin"), ("two", "America/New_York")] {
        let start = format!("DTSTART;TZID={zone}:20261202T090000\r\nDURATION:PT1H\r\nSUMMARY:Own {name}");
        app.put(&format!("{CAL}{name}.ics"), &event(name, &start)).await.is(201);
    }
    let export = world.get(Some(&ada), "/me/export?format=ics").await.ok();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps/read.py");
    let export = desk.write("export.ics", export.as_str().unwrap());
    let all = said(&desk.run(&[&script.display().to_string(), &export]).await);
    assert_eq!(all.matches("Offered: Tea; or, coffee").count(), 4, "{all}");
    assert!(all.contains("2026-12-02T08:00:00Z 2026-12-02T09:00:00Z Own one"), "{all}");
    assert!(all.contains("2026-12-02T14:00:00Z 2026-12-02T15:00:00Z Own two"), "{all}");
    if let Some(khal) = tool("khal") {
        let (mine, cache) = (desk.path("mine"), desk.path("cache"));
        let config = format!(
            "[calendars]\n[[mine]]\npath = {}\n[sqlite]\npath = {}\n\
             [locale]\nlocal_timezone = UTC\ndefault_timezone = UTC\n",
            mine.display(),
            cache.display()
        );
        let config = desk.write("khal", config);
        std::fs::create_dir(desk.path("mine")).unwrap();
        let arguments = ["-c", &config, "import", "--batch", &export];
        let imported = said(&run(&khal, desk.dir.path(), &arguments, "").await);
        assert_eq!(files(&desk.path("mine")), all.lines().count(), "{imported}");
    }
    assert_eq!(read(&private).await, "2026-12-14T08:00:00Z 2026-12-14T09:00:00Z Tea; or, coffee with ada\n");
}
