//! What is said when the data cannot be used, before a server starts and while it runs.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use meetme_server::Server;
use meetme_server::clock::ManualClock;
use reqwest::StatusCode;
use rusqlite::Connection;
use serde_json::json;

use super::world::{Answer, START, World, at, config};
use crate::power_loss::disk::Disk;

/// Why a server does not start on `data`, as the person who starts it reads it.
async fn refusal(data: &Path) -> String {
    match Server::start(config(data), Arc::new(ManualClock::new(at(START)))).await {
        Ok(_) => panic!("it started on {}", data.display()),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn two_servers_do_not_share_a_directory() {
    let world = World::new().await;

    let refused = refusal(world.data()).await;

    let lock = world.data().join("meetme.lock");
    let expected =
        format!("another server uses {}: stop it, or give this one another --data directory", lock.display());
    assert_eq!(refused, expected);
    world.sign_up("ada").await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_to_it() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path();
    Server::start(config(data), Arc::new(ManualClock::new(at(START)))).await.unwrap().stop().await;
    let known: u32 = {
        let conn = Connection::open(data.join("meetme.db")).unwrap();
        let known = conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        conn.pragma_update(None, "user_version", 99).unwrap();
        known
    };
    let before = std::fs::read(data.join("meetme.db")).unwrap();

    let refused = refusal(data).await;

    let expected = format!(
        "the database has schema 99, this meetme knows up to {known}: run the newer meetme, or restore a backup"
    );
    assert_eq!(refused, expected);
    assert!(std::fs::read(data.join("meetme.db")).unwrap() == before, "the file was changed");
}

#[tokio::test]
async fn a_file_in_place_of_the_directory_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    std::fs::write(&data, "").unwrap();

    let refused = refusal(&data).await;

    assert_eq!(refused, format!("cannot use {}: File exists (os error 17)", data.display()));
}

/// A directory on a disk that cannot be written, as far as the system lets us have one.
struct ReadOnly(tempfile::TempDir);

impl ReadOnly {
    fn new() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "ro", "tmpfs"]).arg(dir.path()).output();
        mount.is_ok_and(|output| output.status.success()).then(|| Self(dir))
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(self.0.path()).output());
    }
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
async fn a_read_only_disk_is_named() {
    let Some(disk) = ReadOnly::new() else {
        println!("skipped: needs the right to mount a read-only disk");
        return;
    };

    let refused = refusal(disk.0.path()).await;

    let lock = disk.0.path().join("meetme.lock");
    assert_eq!(refused, format!("cannot use {}: Read-only file system (os error 30)", lock.display()));
}

#[tokio::test]
async fn however_many_ask_whether_the_server_is_ready_it_writes_once() {
    let world = World::with(|config| config.limits.probe_kept = Duration::from_secs(3600)).await;
    let written = || -> Option<i64> {
        let conn = Connection::open(world.data().join("meetme.db")).unwrap();
        conn.query_row("SELECT max(value) FROM meta WHERE name = 'probe'", [], |row| row.get(0)).unwrap()
    };
    let before = written();
    let ready = || world.get(None, "/readyz");

    let (a, b, c, d) = tokio::join!(ready(), ready(), ready(), ready());

    for answer in [a, b, c, d, ready().await] {
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    }
    assert_eq!((before, written()), (None, Some(1)));
}

fn is_full(answer: &Answer) -> bool {
    let said = (answer.status, answer.body["code"].as_str(), answer.retry_after.as_deref());
    said == (StatusCode::SERVICE_UNAVAILABLE, Some("disk-full"), Some("5"))
}

#[tokio::test]
async fn a_full_disk_refuses_what_is_new_and_goes_on_showing_what_is_there() {
    let disk = Disk::install("full-over-http");
    let world = World::on("full-over-http").await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let booked = world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    let booking = format!("/bookings/{}", booked["id"].as_str().unwrap());
    let ready = world.get(None, "/readyz").await;

    disk.set_full(true);
    let refused = world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await;
    let moved = world.patch(&bob, &booking, json!({"start": "2026-12-01T09:00:00Z"})).await;
    let signed_up = json!({"username": "cy", "email": "cy@example.org", "password": "correct horse"});
    let signed_up = world.send(None, reqwest::Method::POST, "/users", Some(signed_up), &[]).await;
    let not_ready = world.get(None, "/readyz").await;
    // A session that is due to be extended, and was not looked at just before.
    world.clock.advance(Duration::from_secs(2 * 60 * 60));
    world.server().app().credentials.forget_all();
    let read = world.get(Some(&bob), &booking).await;
    let slots = world.slots(None, "ada/chat", "2026-12-01").await;
    disk.set_full(false);
    let booked_again = world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await;
    let ready_again = world.get(None, "/readyz").await;

    for answer in [&refused, &moved, &signed_up, &not_ready] {
        assert!(is_full(answer), "{answer:?}");
    }
    assert_eq!(refused.body["hint"], "nothing was changed; try again later");
    assert_eq!(read.ok(), booked);
    assert_eq!((slots[0].1.as_str(), slots[1].1.as_str()), ("unavailable", "open"));
    assert_eq!(booked_again.status, StatusCode::CREATED, "{booked_again:?}");
    assert_eq!((ready.status, ready_again.status), (StatusCode::OK, StatusCode::OK), "{ready_again:?}");
    world.sign_up("cy").await;
}
