//! Short sessions with other programs: find the calendar, put, get, list, delete.

use std::path::Path;

use super::{Desk, installed, run, said};
use crate::caldav::kit::{App, CAL, hour};
use crate::http::world::World;
use crate::services::program;

/// What `calcurse-caldav` and `calcurse` share.
struct Calcurse {
    sync: Desk,
    program: std::path::PathBuf,
}

impl Calcurse {
    fn at(world: &World, path: &str) -> Option<Self> {
        let (sync, program) = (Desk::of_system("calcurse-caldav")?, program("calcurse")?);
        let address = world.server().address();
        sync.write(
            "config",
            format!(
                "[General]\nBinary = {}\nHostname = {address}\nPath = {path}\nHTTPS = No\nDryRun = No\n\
                 [Auth]\nUsername = ada\nPassword = correct horse\n",
                program.display()
            ),
        );
        std::fs::create_dir(sync.path("data")).unwrap();
        Some(Self { sync, program })
    }

    async fn sync(&self, more: &[&str]) -> String {
        said(&self.try_sync(more).await)
    }

    async fn try_sync(&self, more: &[&str]) -> std::process::Output {
        let files = ["--config", "config", "--datadir", "data", "--lockfile", "lock", "--syncdb", "sync.db"];
        self.sync.run(&[files.as_slice(), &["--hookdir", "hooks"], more].concat()).await
    }

    async fn calcurse(&self, arguments: &[&str]) -> String {
        let arguments = [&["-D", "data", "-q"], arguments].concat();
        said(&run(&self.program, self.sync.dir.path(), &arguments, "").await)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calcurse_books_and_is_clean_again_once_what_was_refused_is_removed() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&bob, serde_json::json!({"last_day": "2026-12-02"})).await;
    world.send(Some(&ada), reqwest::Method::PUT, "/me/added/bob/chat", None, &[]).await.ok();
    let Some(calcurse) = Calcurse::at(&world, "/dav/calendars/ada/book-bob-chat/") else { return };
    calcurse.sync(&["--init", "keep-remote"]).await;
    let entry =
        |start: &str| crate::caldav::kit::event(start, &format!("DTSTART:{start}\nDURATION:PT1H\nSUMMARY:{start}"));

    let open = calcurse.sync.write("open.ics", entry("20261201T090000Z"));
    calcurse.calcurse(&["--import", &open]).await;
    calcurse.sync(&[]).await;
    let booked = world.get(Some(&bob), "/bookings").await.ok();
    assert_eq!(booked["items"][0]["start"], "2026-12-01T09:00:00Z");

    let cyd = world.sign_up("cyd").await;
    world.book(&cyd, "bob/chat", "2026-12-02T09:00:00Z").await.ok();
    let taken = calcurse.sync.write("taken.ics", entry("20261202T090000Z"));
    calcurse.calcurse(&["--import", &taken]).await;
    for _ in 0..2 {
        let refused = calcurse.try_sync(&[]).await;
        let told = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && told.contains("403"), "{refused:?}");
    }
    assert_eq!(world.get(Some(&ada), "/bookings").await.ok()["items"].as_array().unwrap().len(), 1);

    calcurse.calcurse(&["--purge", "--filter-pattern", "20261202T090000Z"]).await;
    calcurse.sync(&[]).await;
    let clean = calcurse.sync(&[]).await;
    assert!(clean.contains("0 items imported") && clean.contains("0 items exported"), "{clean}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calcurse_brings_entries_here_and_there_and_takes_them_away() {
    let world = World::new().await;
    let Some(calcurse) = Calcurse::at(&world, CAL) else { return };
    let ada = App::of(&world, "ada").await;
    let listed = async || ada.propfind(CAL, "1", "<getetag/>").await.is(207).hrefs().split_off(1);
    ada.put(&format!("{CAL}far.ics"), &hour("far", 2, 10)).await.is(201);

    calcurse.sync(&["--init", "keep-remote"]).await;
    assert!(calcurse.calcurse(&["--export"]).await.contains("SUMMARY:far"));

    let near = calcurse.sync.write("near.ics", hour("near", 3, 10));
    calcurse.calcurse(&["--import", &near]).await;
    let pushed = calcurse.sync(&[]).await;
    assert!(pushed.contains("1 items exported"), "{pushed}");
    let hrefs = listed().await;
    assert_eq!(hrefs.len(), 2, "{hrefs:?}");
    let own = hrefs.iter().find(|href| !href.ends_with("/far.ics")).unwrap();
    ada.get(own).await.is(200).says("SUMMARY:near");

    ada.send("DELETE", &format!("{CAL}far.ics"), &[], "").await.is(204);
    let pulled = calcurse.sync(&[]).await;
    assert!(pulled.contains("1 items removed locally"), "{pulled}");
    assert!(!calcurse.calcurse(&["--export"]).await.contains("SUMMARY:far"));

    calcurse.sync.write("data/apts", "");
    let deleted = calcurse.sync(&[]).await;
    assert!(deleted.contains("1 items removed from the server"), "{deleted}");
    assert_eq!(listed().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cadaver_treats_a_calendar_as_a_folder() {
    let Some(cadaver) = Desk::of_system("cadaver") else { return };
    let world = World::new().await;
    world.sign_up("ada").await;
    let address = world.server().address();
    cadaver.write(".netrc", format!("machine {} login ada password \"correct horse\"\n", address.ip()));
    cadaver.write("here.ics", hour("here", 2, 10));
    let session = async |typed: &str| {
        let told = said(&cadaver.tell(&[&format!("http://{address}{CAL}")], &format!("{typed}quit\n")).await);
        assert!(!told.contains("failed"), "{told}");
        told
    };

    let put = session("put here.ics a.ics\nls\n").await;
    assert!(put.contains("a.ics  "), "{put}");
    session("get a.ics back.ics\nmove a.ics b.ics\n").await;
    let read = |name: &str| std::fs::read(cadaver.path(name)).unwrap();
    assert_eq!(read("here.ics"), read("back.ics"), "byte for byte");
    let gone = session("delete b.ics\nls\n").await;
    assert!(gone.contains("collection is empty"), "{gone}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tsdav_finds_the_calendar_and_keeps_objects_in_it() {
    let (Some(node), Some(library)) = (Desk::of_system("node"), installed("node/node_modules/tsdav")) else { return };
    let world = World::new().await;
    world.sign_up("ada").await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps/tsdav.cjs").display().to_string();
    let server = format!("http://{}/", world.server().address());

    let told = said(&node.run(&[&script, &library.display().to_string(), &server]).await);

    let steps =
        ["found personal", "put 201", "listed 1", "changed 204", "stale 412", "synced 1", "deleted 204", "left 0"];
    assert_eq!(told.lines().collect::<Vec<_>>(), steps);
}
