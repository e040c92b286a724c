//! Where the demo plays: a server in a temporary directory, and what is told of each step.

use std::fmt::Write as _;
use std::sync::Arc;

use meetme_core::time::Instant;
use meetme_server::Server;
use meetme_server::clock::{Stopwatch, SystemClock};
use meetme_server::config::{Config, Durability, Limits, RateLimits};
use serde::Serialize;
use tempfile::TempDir;

use crate::error::CliError;
use crate::output::{FAINT, GOOD, Output, Report, STRONG, styled};

/// All that was played and measured.
#[derive(Debug, Default, Serialize)]
pub(super) struct Demo {
    steps: Vec<Step>,
    measured: Vec<Measured>,
    seconds: f64,
}

/// One step of the story.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Step {
    title: String,
    /// How one would do it in the shell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    commands: Vec<String>,
    /// What came of it.
    outcome: Vec<String>,
    milliseconds: f64,
}

/// A number worth remembering.
#[derive(Debug, Clone, Serialize)]
struct Measured {
    what: String,
    value: f64,
    unit: &'static str,
}

/// A step that is being played.
pub(super) struct Playing {
    step: Step,
    watch: Stopwatch,
}

/// The server, and the book of what happened.
pub(super) struct Stage<'a> {
    out: &'a mut Output,
    data: TempDir,
    server: Option<Server>,
    address: std::net::SocketAddr,
    began: Stopwatch,
    demo: Demo,
    /// When the demo plays.
    pub(super) now: Instant,
}

impl<'a> Stage<'a> {
    /// Starts the server: the first step.
    pub(super) async fn open(out: &'a mut Output, now: Instant) -> Result<Self, CliError> {
        let began = Stopwatch::start();
        let data = TempDir::with_prefix("meetme-demo-").map_err(CliError::io("make a temporary directory"))?;
        let server = start(&data, ([127, 0, 0, 1], 0).into()).await?;
        let address = server.address();
        let mut stage = Self { out, data, server: Some(server), address, began, demo: Demo::default(), now };
        stage.say(&format!(
            "{}\n",
            styled(STRONG, "meetme demo: one server, a host, her guests, and nothing set up beforehand")
        ))?;
        let mut playing = Playing { watch: began, ..stage.play("A server starts", &["meetme serve"]) };
        playing.told(format!("it listens on http://{address}, its data is in a temporary directory"));
        stage.done(playing)?;
        Ok(stage)
    }

    /// The server's address as a URL.
    pub(super) fn url(&self) -> url::Url {
        format!("http://{}/", self.address).parse().expect("an address makes a URL")
    }

    /// Begins a step; `commands` are what one would type.
    pub(super) fn play(&self, title: &str, commands: &[&str]) -> Playing {
        let commands = commands.iter().map(|line| (*line).to_owned()).collect();
        let step = Step { title: title.to_owned(), commands, outcome: Vec::new(), milliseconds: 0.0 };
        Playing { step, watch: Stopwatch::start() }
    }

    /// Ends a step and tells of it.
    pub(super) fn done(&mut self, playing: Playing) -> Result<(), CliError> {
        let milliseconds = playing.watch.elapsed().as_secs_f64() * 1e3;
        let step = Step { milliseconds, ..playing.step };
        let number = self.demo.steps.len() + 1;
        self.say(&text_of(number, &step))?;
        self.demo.steps.push(step);
        Ok(())
    }

    /// Keeps a number for the end.
    pub(super) fn measured(&mut self, what: impl Into<String>, value: f64, unit: &'static str) {
        self.demo.measured.push(Measured { what: what.into(), value, unit });
    }

    /// Stops the server as SIGTERM would, and starts it again where it was.
    pub(super) async fn restart(&mut self) -> Result<(), CliError> {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
        self.server = Some(start(&self.data, self.address).await?);
        Ok(())
    }

    /// Commits made and changes in them since the server started.
    pub(super) fn commits(&self) -> (u64, u64) {
        let stats = self.server.as_ref().map(|server| server.app().store.writer_stats());
        stats.map_or((0, 0), |stats| (stats.commits, stats.changes))
    }

    /// Ends the play: the server stops, its data goes.
    pub(super) async fn close(mut self) -> Result<Demo, CliError> {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
        self.demo.seconds = self.began.elapsed().as_secs_f64();
        let text = self.demo.closing();
        self.say(&text)?;
        self.data.close().map_err(CliError::io("remove the temporary directory"))?;
        Ok(self.demo)
    }

    fn say(&mut self, text: &str) -> Result<(), CliError> {
        if self.out.is_json() { Ok(()) } else { self.out.raw(text.as_bytes()) }
    }
}

impl Playing {
    /// Adds a line to what came of the step.
    pub(super) fn told(&mut self, line: impl Into<String>) {
        self.step.outcome.push(line.into());
    }

    /// How long the step has taken so far, in milliseconds.
    pub(super) fn so_far(&self) -> f64 {
        self.watch.elapsed().as_secs_f64() * 1e3
    }
}

impl Report for Demo {
    fn text(&self) -> String {
        let steps = self.steps.iter().enumerate().map(|(i, step)| text_of(i + 1, step));
        steps.chain([self.closing()]).collect()
    }
}

impl Demo {
    fn closing(&self) -> String {
        let mut text = format!("\n{}\n", styled(STRONG, "What it measured"));
        for Measured { what, value, unit } in &self.measured {
            let _ = writeln!(text, "  {value:>9.1} {unit:<10} {what}");
        }
        let all = format!("all {} steps held, in {:.1} s", self.steps.len(), self.seconds);
        let _ = writeln!(text, "\n{}", styled(GOOD, all));
        text
    }
}

fn text_of(number: usize, step: &Step) -> String {
    let took = styled(FAINT, format!("({:.0} ms)", step.milliseconds));
    let mut text = format!("\n{number:>2}. {} {took}\n", styled(STRONG, &step.title));
    for command in &step.commands {
        let _ = writeln!(text, "    {}", styled(FAINT, format!("$ {command}")));
    }
    for line in &step.outcome {
        let _ = writeln!(text, "    {line}");
    }
    text
}

async fn start(data: &TempDir, listen: std::net::SocketAddr) -> Result<Server, CliError> {
    let config = Config {
        listen,
        public_url: None,
        data: data.path().to_owned(),
        database: None,
        bus: None,
        turn: None,
        trusted_proxies: Vec::new(),
        // The people of the demo are in a hurry, and all at one address.
        rate_limits: RateLimits::off(),
        limits: Limits::default(),
        durability: Durability::Full,
    };
    let server = Server::start(config, Arc::new(SystemClock)).await;
    server.map_err(|error| CliError::Serve { message: error.to_string() })
}
