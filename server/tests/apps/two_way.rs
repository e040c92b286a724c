//! vdirsyncer and khal together: a calendar app that keeps a copy of calendars, and changes it.

use std::path::PathBuf;

use serde_json::json;

use super::{Desk, said};
use crate::caldav::kit::{App, CAL};
use crate::http::world::{Person, World};

/// The copies, one directory for each calendar.
const COLLECTIONS: [&str; 2] = ["personal", "bookings"];
const BOOK: &str = "book-bob-chat";

/// Ada's desk, with a copy of her calendars.
struct Copy {
    vdirsyncer: Desk,
    khal: Desk,
}

impl Copy {
    async fn of(world: &World, collections: &[&str]) -> Option<Self> {
        let copy = Self { vdirsyncer: Desk::of("vdirsyncer")?, khal: Desk::of("khal")? };
        let mut calendars = String::new();
        for name in collections {
            std::fs::create_dir_all(copy.dir(name)).unwrap();
            calendars += &format!("[[{name}]]\npath = {}\n", copy.dir(name).display());
        }
        copy.khal.write(
            "config",
            format!(
                "[calendars]\n{calendars}[sqlite]\npath = {}\n\
                 [locale]\nlocal_timezone = Europe/Berlin\ndefault_timezone = Europe/Berlin\n\
                 timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n\
                 datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n",
                copy.khal.path("khal.db").display()
            ),
        );
        copy.configure(world, collections, "");
        said(&copy.vdirsyncer.run(&["-c", "config", "discover"]).await);
        said(&copy.sync().await);
        Some(copy)
    }

    fn configure(&self, world: &World, collections: &[&str], more: &str) {
        // Only the host's name: the rest is found.
        let url = format!("http://{}/", world.server().address());
        let config = format!(
            "[general]\nstatus_path = \"status/\"\n\
             [pair all]\na = \"here\"\nb = \"there\"\ncollections = {}\n{more}\n\
             [storage here]\ntype = \"filesystem\"\npath = \"{}\"\nfileext = \".ics\"\n\
             [storage there]\ntype = \"caldav\"\nurl = \"{url}\"\nusername = \"ada\"\npassword = \"correct horse\"\n",
            json!(collections),
            self.vdirsyncer.path("copy").display()
        );
        self.vdirsyncer.write("config", config);
    }

    fn dir(&self, name: &str) -> PathBuf {
        self.vdirsyncer.path("copy").join(name)
    }

    async fn sync(&self) -> std::process::Output {
        self.vdirsyncer.run(&["-c", "config", "sync"]).await
    }

    /// The same where the last entry of a calendar went: the program wants to be told that this was meant.
    async fn sync_emptied(&self, calendar: &str) -> std::process::Output {
        self.vdirsyncer.run(&["-c", "config", "sync", "--force-delete", &format!("all/{calendar}")]).await
    }

    async fn enter(&self, calendar: &str, start: &str, title: &str) {
        let (day, time) = start.split_once(' ').unwrap();
        said(&self.khal.run(&["-c", "config", "new", "-a", calendar, day, time, "1h", title]).await);
    }

    /// Answers what khal asks when an entry is edited.
    async fn edit(&self, title: &str, typed: &str) {
        said(&self.khal.tell(&["-c", "config", "edit", "--show-past", title], typed).await);
    }

    async fn list(&self, calendar: &str) -> Vec<String> {
        let format = ["--format", "{start-date} {start-time} {title}", "--day-format", ""];
        let arguments = [&["-c", "config", "list", "-a", calendar], format.as_slice(), &["2026-12-01", "2026-12-04"]];
        let listed = said(&self.khal.run(&arguments.concat()).await);
        listed.lines().filter(|line| line.starts_with("2026")).map(str::to_owned).collect()
    }

    /// Where the only entry of a calendar whose text contains this is.
    fn file(&self, calendar: &str, text: &str) -> PathBuf {
        let files = std::fs::read_dir(self.dir(calendar)).unwrap().map(|file| file.unwrap().path());
        let mut found = files.filter(|path| std::fs::read_to_string(path).unwrap().contains(text));
        let one = found.next().unwrap_or_else(|| panic!("no {text} in {calendar}"));
        assert_eq!(found.next(), None, "{text}");
        one
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_made_changed_and_deleted_with_khal_reach_the_server_and_a_conflict_is_told() {
    let world = World::new().await;
    let app = App::of(&world, "ada").await;
    let Some(copy) = Copy::of(&world, &COLLECTIONS).await else { return };
    let listed = async || app.propfind(CAL, "1", "<getetag/>").await.is(207).hrefs().split_off(1);

    copy.enter("personal", "2026-12-02 10:00", "Tea").await;
    said(&copy.sync().await);
    let hrefs = listed().await;
    assert_eq!(hrefs.len(), 1, "{hrefs:?}");
    let href = &hrefs[0];
    let first = app.get(href).await.is(200).says("SUMMARY:Tea").says("DTSTART;TZID=Europe/Berlin:20261202T100000");

    copy.edit("Tea", "s\nCoffee\nq\n").await;
    said(&copy.sync().await);
    let second = app.get(href).await.is(200).says("SUMMARY:Coffee");
    assert_ne!(first.etag(), second.etag());

    app.put(href, &second.body.replace("Coffee", "Water")).await.is(204);
    copy.edit("Coffee", "s\nJuice\nq\n").await;
    let conflict = copy.sync().await;
    assert!(!conflict.status.success() && String::from_utf8_lossy(&conflict.stderr).contains("changed on both sides"));
    app.get(href).await.says("SUMMARY:Water");
    copy.configure(&world, &COLLECTIONS, "conflict_resolution = \"b wins\"");
    said(&copy.sync().await);
    assert_eq!(copy.list("personal").await, ["2026-12-02 10:00 Water"]);

    copy.edit("Water", "D\ny\n").await;
    said(&copy.sync_emptied("personal").await);
    assert_eq!(listed().await, Vec::<String>::new());
    let clean = said(&copy.sync().await);
    assert!(!clean.contains("Copying") && !clean.contains("Deleting"), "{clean}");
}

/// Bob's chats on the first two days of December, 9 to 12 in Berlin, which Ada has added.
async fn chats(world: &World) -> (Person, Person) {
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&bob, json!({"last_day": "2026-12-02"})).await;
    world.send(Some(&ada), reqwest::Method::PUT, "/me/added/bob/chat", None, &[]).await.ok();
    (ada, bob)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_put_on_an_open_slot_with_khal_is_a_booking_and_one_on_a_taken_slot_is_refused() {
    let world = World::new().await;
    let (ada, bob) = chats(&world).await;
    let Some(copy) = Copy::of(&world, &["personal", "bookings", BOOK]).await else { return };
    assert_eq!(copy.list(BOOK).await.len(), 6);

    copy.enter(BOOK, "2026-12-01 10:00", "Talk to Bob").await;
    said(&copy.sync().await);
    let booked = world.get(Some(&bob), "/bookings").await.ok();
    let of_booking = |key: &str| booked["items"][0][key].as_str().unwrap().to_owned();
    assert_eq!((of_booking("start"), of_booking("status")), ("2026-12-01T09:00:00Z".into(), "confirmed".into()));
    said(&copy.sync().await);
    let bookings = copy.list("bookings").await;
    assert!(matches!(&bookings[..], [one] if one.starts_with("2026-12-01 10:00")), "{bookings:?}");
    let open = copy.list(BOOK).await;
    assert!(!open.contains(&"2026-12-01 10:00 Open: Chat".to_owned()), "{open:?}");

    let cyd = world.sign_up("cyd").await;
    world.book(&cyd, "bob/chat", "2026-12-02T09:00:00Z").await.ok();
    copy.enter(BOOK, "2026-12-02 10:00", "Too late").await;
    let refused = copy.sync().await;
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && told.contains("403"), "{told}");
    assert_eq!(world.get(Some(&ada), "/bookings").await.ok()["items"].as_array().unwrap().len(), 1);
    std::fs::remove_file(copy.file(BOOK, "SUMMARY:Too late")).unwrap();
    said(&copy.sync().await);
    let clean = said(&copy.sync().await);
    assert!(!clean.contains("Copying") && !clean.contains("Deleting"), "{clean}");

    std::fs::remove_file(copy.file("bookings", "BEGIN:VEVENT")).unwrap();
    said(&copy.sync_emptied("bookings").await);
    let booked = world.get(Some(&ada), "/bookings").await.ok();
    assert_eq!(booked["items"][0]["status"], "cancelled");
}
