//! Evolution's data server as a guest's calendar app: it finds, reads, books, and hears why not.

use std::path::Path;
use std::process::Stdio;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::PATIENCE;
use crate::caldav::kit::App;
use crate::http::world::World;
use crate::services::{beside_path, program, tethered};

/// The bus of a desktop on which nothing else can be started: no keyring that would ask somebody for a password.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <servicedir>SERVICES</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;
/// The parts of it that keep accounts and read calendars, and the services that start them.
const PARTS: [(&str, &str); 2] = [
    ("/usr/libexec/evolution-source-registry", "org.gnome.evolution.dataserver.Sources5.service"),
    ("/usr/libexec/evolution-calendar-factory", "org.gnome.evolution.dataserver.Calendar8.service"),
];

/// A desktop of its own, in which the data server runs, and somebody who speaks to it.
struct Evolution {
    _home: TempDir,
    child: Child,
    words: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Evolution {
    /// None where it is not installed and need not be.
    fn start(world: &World, app: &App<'_>) -> Option<Self> {
        let session = program("dbus-run-session")?;
        let home = tempfile::tempdir().unwrap();
        for (part, service) in PARTS {
            let part = beside_path(part)?;
            std::fs::copy(Path::new("/usr/share/dbus-1/services").join(service), home.path().join(service))
                .unwrap_or_else(|error| panic!("{} has no {service}: {error}", part.display()));
        }
        let bus = home.path().join("bus.conf");
        std::fs::write(&bus, BUS.replace("SERVICES", &home.path().display().to_string())).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps/evolution.py");
        let server = format!("http://{}/", world.server().address());
        let mut command = Command::from(tethered(&session));
        command.arg("--config-file").arg(bus).args(["--", "/usr/bin/python3"]).arg(script).args([
            &server,
            &app.name,
            &app.secret,
        ]);
        command.env_clear().env("HOME", home.path()).env("XDG_RUNTIME_DIR", home.path());
        command.env("LC_ALL", "C.UTF-8").env("PATH", "/usr/bin:/bin").env("GSETTINGS_BACKEND", "memory");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let (words, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Some(Self { _home: home, child, words, answers: BufReader::new(answers).lines() })
    }

    /// Says a word, and hears what came of it.
    async fn tell(&mut self, word: &str) -> Value {
        self.words.write_all(format!("{word}\n").as_bytes()).await.unwrap();
        let line = tokio::time::timeout(PATIENCE, self.answers.next_line()).await.expect("an answer in time");
        let line = line.unwrap().unwrap_or_else(|| panic!("it ended at `{word}`"));
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    async fn does(&mut self, word: &str) -> Value {
        let answer = self.tell(word).await;
        assert_eq!(answer.get("error"), None, "{word}: {answer}");
        answer["ok"].clone()
    }

    /// Ends it, and with it the desktop.
    async fn stop(mut self) {
        drop(self.words);
        tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it ends").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn evolution_books_by_an_entry_and_keeps_nothing_of_one_that_is_refused() {
    let world = World::new().await;
    let (ada, bob, cyd) = (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("cyd").await);
    world.chat(&ada, json!({"last_day": "2026-12-02"})).await;
    world.send(Some(&bob), Method::PUT, "/me/added/ada/chat", None, &[]).await.ok();
    let app = App::of_person(&world, &bob, "caldav").await;
    let Some(mut evolution) = Evolution::start(&world, &app) else { return };
    let book = "/dav/calendars/bob/book-ada-chat/";

    let found = evolution.does("discover").await;
    for calendar in [book, "/dav/calendars/bob/bookings/", "/dav/calendars/bob/personal/"] {
        assert!(found.as_array().unwrap().contains(&json!(calendar)), "{calendar} in {found}");
    }
    evolution.does(&format!("open {book}")).await;
    evolution.does("refresh").await;
    evolution.does("await 6").await;

    evolution.does("put mine 20261201T090000Z").await;
    let booked = world.get(Some(&ada), "/bookings").await.ok();
    let booked = (&booked["items"][0]["start"], &booked["items"][0]["status"]);
    assert_eq!(booked, (&json!("2026-12-01T09:00:00Z"), &json!("confirmed")));
    let adopted = evolution.does("list").await.to_string();
    assert!(adopted.contains("mine 20261201T090000Z Chat with ada"), "{adopted}");

    world.book(&cyd, "ada/chat", "2026-12-02T09:00:00Z").await.ok();
    for word in ["put late 20261202T090000Z", "move mine 20261202T090000Z"] {
        let refused = evolution.tell(word).await;
        let told = refused["error"].as_str().unwrap_or_else(|| panic!("{word}: {refused}"));
        assert!(told.contains("the slot from 2026-12-02T09:00:00Z to 2026-12-02T10:00:00Z is taken"), "{told}");
    }
    evolution.does("refresh").await;
    // Four are open, one is booked, and nothing is left of what was refused.
    let listed = evolution.does("await 5").await.to_string();
    assert!(!listed.contains("late") && listed.contains("mine 20261201T090000Z"), "{listed}");
    assert_eq!(world.get(Some(&bob), "/bookings").await.ok()["items"].as_array().unwrap().len(), 1);

    evolution.does("remove mine").await;
    let booked = world.get(Some(&bob), "/bookings").await.ok();
    assert_eq!(booked["items"][0]["status"], "cancelled");
    evolution.stop().await;
}
