//! How long commands take, from start to end, against a server on this machine.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::child::ServerProcess;
use crate::figures::Durations;
use crate::setting::sign_up;
use crate::wire::Wire;
use crate::{Outcome, on_one_thread};
use meetme_server::clock::Stopwatch;

const RUNS: usize = 50;
/// The month that is listed.
const MONTH: [&str; 2] = ["2040-01-02", "2040-02-02"];

pub fn measure(binary: &str) -> Outcome<()> {
    let server = ServerProcess::start("full")?;
    let token = on_one_thread(async {
        let token = sign_up(server.address, "ada").await?;
        let mut wire = Wire::connect(server.address, &token).await?;
        let event = json!({"title": "Chat", "slug": "chat", "time_zone": "Europe/Berlin", "first_day": MONTH[0],
            "slot_minutes": 30});
        wire.post("/api/v1/events", &event.to_string()).await?.check()?;
        let window = json!({"start": format!("{}T09:00:00", MONTH[0]), "duration_minutes": 480,
            "rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"});
        wire.post("/api/v1/events/ada/chat/windows", &window.to_string()).await?.check()?;
        Ok(token)
    })?;
    let home = tempfile::tempdir()?;
    println!("{RUNS} runs each");
    println!("{:<40} {:>8} {:>8} {:>8}", "", "p50 ms", "p99 ms", "max ms");
    let list = ["slots", "ada/chat", "--from", MONTH[0], "--to", MONTH[1]];
    for arguments in [&["--version"][..], &list] {
        let mut took = Durations::default();
        for _ in 0..RUNS {
            let mut command = Command::new(Path::new(binary));
            command.args(arguments).env("MEETME_CONFIG_DIR", home.path());
            command.env("MEETME_SERVER", format!("http://{}", server.address)).env("MEETME_TOKEN", &token);
            let watch = Stopwatch::start();
            let ended = command.stdout(Stdio::null()).stdin(Stdio::null()).status()?;
            took.add(watch.elapsed());
            if !ended.success() {
                return Err(format!("{binary} {} ended with {ended}", arguments.join(" ")).into());
            }
        }
        let figures = took.figures();
        println!("{:<40} {:>8.2} {:>8.2} {:>8.2}", arguments.join(" "), figures.p50, figures.p99, figures.max);
    }
    Ok(())
}
