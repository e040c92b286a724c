//! The last act: two people meet, each in a process of their own, as they would on two machines.

use std::process::{Output, Stdio};
use std::time::Duration;

use chrono::{DurationRound as _, TimeDelta};
use meetme_core::api;
use meetme_core::time::{Minutes, Zone};
use serde_json::Value;
use tokio::process::Command;

use super::cast::{EventName, Person};
use super::stage::Stage;
use crate::error::CliError;
use crate::ids;

/// How long each of them stays.
const STAYS: &str = "8s";
/// How long a process may take in all.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many pictures and how much sound each of them must have seen and heard, to call it a call.
const LEAST: (u64, u64) = (30, 1000);

/// What one of the two saw and heard.
struct Seen {
    phrase: String,
    connect_ms: u64,
    frames: u64,
    sent: u64,
    audio_ms: u64,
}

/// Ada offers a quarter of an hour at once, Ben takes it, and they meet.
pub(super) async fn meet(stage: &mut Stage<'_>, ada: &Person, ben: &Person, zone: Zone) -> Result<(), CliError> {
    let mut step = stage.play(
        "Ben takes Ada's next quarter of an hour, and they meet: two processes, peer to peer",
        &["meetme book ada/quick-call --first today", "meetme call next --headless --for 8s"],
    );
    let booking = book_now(stage, ada, ben, zone).await?;
    let id = booking.id.to_string();
    let (hers, his) = tokio::join!(join(ada, &id), join(ben, &id));
    let (hers, his) = (seen(ada.name, &hers?)?, seen(ben.name, &his?)?);
    for (who, of) in [(ada.name, &hers), (ben.name, &his)] {
        let told = format!(
            "{who} connected after {} ms, sent {} pictures, saw {}, heard {:.1} s",
            of.connect_ms,
            of.sent,
            of.frames,
            Duration::from_millis(of.audio_ms).as_secs_f64()
        );
        hold(of.frames >= LEAST.0 && of.audio_ms >= LEAST.1, &told)?;
        step.told(told);
    }
    hold(hers.phrase == his.phrase && !hers.phrase.is_empty(), "both see the same words")?;
    step.told(format!("both see the words `{}`: nobody sits in between", hers.phrase));
    stage.done(step)?;
    let slower = u32::try_from(hers.connect_ms.max(his.connect_ms)).unwrap_or(u32::MAX);
    stage.measured("from both being there to being connected", f64::from(slower), "ms");
    Ok(())
}

async fn book_now(stage: &Stage<'_>, ada: &Person, ben: &Person, zone: Zone) -> Result<api::Booking, CliError> {
    let minute = stage.now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(stage.now);
    let start = zone.wall_at(minute + TimeDelta::minutes(2));
    let event = serde_json::json!({
        "title": "Quick call", "time_zone": zone, "first_day": start.date(), "slot_minutes": 15,
    });
    let event = serde_json::from_value(event).expect("these are an event's fields");
    let event = ada.client.create_event(&event).await?;
    let window =
        api::NewWindow { start, duration_minutes: Minutes(15), rrule: None, exdates: Vec::new(), whole: false };
    ada.client.add_window(&event.owner, &event.slug, &window).await?;
    let name = EventName { owner: event.owner, slug: event.slug };
    let open = ben.open_slots(&name, stage.now).await?;
    let slot = open.first().ok_or_else(|| CliError::demo("the next quarter of an hour is open"))?;
    Ok(ben.book(&name, slot.start, &ids::idempotency_key()).await?)
}

/// Runs this program once more, as one of the two.
async fn join(person: &Person, booking: &str) -> Result<Output, CliError> {
    let program = std::env::current_exe().map_err(CliError::io("find this program"))?;
    let config = tempfile::TempDir::with_prefix("meetme-demo-").map_err(CliError::io("make a temporary directory"))?;
    let mut command = Command::new(program);
    command
        .args(["--json", "--no-input", "call", booking, "--headless", "--loopback-only", "--for", STAYS])
        .envs(person.environment())
        .env("MEETME_CONFIG_DIR", config.path())
        .env_remove("MEETME_PROFILE")
        .env_remove("MEETME_TOKEN_FILE")
        .env_remove("MEETME_NOW")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let ended = tokio::time::timeout(PATIENCE, command.output()).await;
    ended.map_err(|_| CliError::demo("a call ends"))?.map_err(CliError::io("start this program once more"))
}

/// Reads what one of the two told.
fn seen(who: &str, output: &Output) -> Result<Seen, CliError> {
    let text = String::from_utf8_lossy(&output.stdout);
    let events: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let last = |name: &str| events.iter().rev().find(|event| event["event"] == name).cloned().unwrap_or_default();
    let (phrase, ended) = (last("phrase"), last("ended"));
    let number = |name: &str| ended[name].as_u64();
    let connected = output.status.success().then(|| number("connect_ms")).flatten();
    let Some(connect_ms) = connected else {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(CliError::demo(&format!("{who}'s call connects ({})", why.trim())));
    };
    Ok(Seen {
        phrase: words(&phrase["words"]),
        connect_ms,
        frames: number("frames_counted").unwrap_or(0),
        sent: number("frames_sent").unwrap_or(0),
        audio_ms: number("audio_ms_received").unwrap_or(0),
    })
}

/// The phrase, whether it is told as one text or word by word.
fn words(value: &Value) -> String {
    match value {
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}

fn hold(true_enough: bool, what: &str) -> Result<(), CliError> {
    if true_enough { Ok(()) } else { Err(CliError::demo(what)) }
}
