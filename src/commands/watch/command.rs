//! The command of `--exec`: run for one change, in bounded time.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use meetme_core::api::LiveChange;
use meetme_core::booking::Status;
use meetme_core::time::text_of;
use serde::Serialize;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep_until};

use super::show::Reset;
use crate::commands::stop::Stop;

/// Runs a command for each change.
#[derive(Debug)]
pub(super) struct Runner {
    command: String,
    limit: Duration,
}

/// How a command ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// With success.
    Well,
    /// With success, and the watch was told to stop meanwhile.
    WellAndStop,
    /// Without; why, in words.
    Badly(String),
    /// It was cut short because the watch was told twice to stop.
    Stopped,
}

impl Ended {
    /// Why it was no success, if it was none.
    pub(super) fn failure(&self) -> Option<&str> {
        match self {
            Self::Well | Self::WellAndStop => None,
            Self::Badly(why) => Some(why),
            Self::Stopped => Some("it was ended with the watch"),
        }
    }
}

impl Runner {
    pub(super) fn new(command: String, limit: Duration) -> Self {
        Self { command, limit }
    }

    /// Runs it for a change, and waits until it is done or its time is up.
    pub(super) async fn run(&self, change: &LiveChange, stop: &mut Stop) -> Ended {
        self.start(change, environment(change), stop).await
    }

    /// Runs it for what was missed.
    pub(super) async fn run_reset(&self, reset: &Reset, stop: &mut Stop) -> Ended {
        let environment = vec![("KIND", "reset".to_owned()), ("CURSOR", reset.cursor.to_string())];
        self.start(reset, environment, stop).await
    }

    async fn start(&self, document: &impl Serialize, environment: Vec<(&str, String)>, stop: &mut Stop) -> Ended {
        let mut command = Command::new("sh");
        command.arg("-c").arg(&self.command).stdin(Stdio::piped()).stdout(to_stderr()).kill_on_drop(true);
        // A group of its own: what it starts can be ended with it, and Ctrl-C at the terminal is the watch's.
        #[cfg(unix)]
        command.process_group(0);
        for (name, value) in environment {
            // No variable can hold a NUL.
            command.env(format!("MEETME_CHANGE_{name}"), value.replace('\0', " "));
        }
        match command.spawn() {
            Ok(child) => self.wait(child, document, stop).await,
            Err(error) => Ended::Badly(format!("it cannot be started: {error}")),
        }
    }

    async fn wait(&self, mut child: Child, document: &impl Serialize, stop: &mut Stop) -> Ended {
        let mut document = serde_json::to_vec(document).expect("a change is JSON");
        document.push(b'\n');
        let stdin = child.stdin.take();
        let write = async move {
            if let Some(mut stdin) = stdin {
                // A command need not read what it is told.
                let _ = stdin.write_all(&document).await;
            }
        };
        let until = Instant::now() + self.limit;
        let mut told_to_stop = false;
        let ended = {
            let mut done = std::pin::pin!(async { tokio::join!(child.wait(), write).0 });
            loop {
                tokio::select! {
                    ended = &mut done => break Some(ended),
                    () = sleep_until(until) => break None,
                    // What was begun is finished, so that it need not be done again; whoever insists is heard.
                    () = stop.told() => {
                        if std::mem::replace(&mut told_to_stop, true) {
                            break None;
                        }
                    }
                }
            }
        };
        match ended {
            Some(Ok(status)) if status.success() && told_to_stop => Ended::WellAndStop,
            Some(Ok(status)) if status.success() => Ended::Well,
            Some(Ok(status)) => Ended::Badly(in_words(status)),
            Some(Err(error)) => Ended::Badly(error.to_string()),
            None => {
                kill(&mut child).await;
                if told_to_stop {
                    Ended::Stopped
                } else {
                    Ended::Badly(format!("it took longer than {:?}", self.limit))
                }
            }
        }
    }
}

/// Ends a command and everything it started.
async fn kill(child: &mut Child) {
    #[cfg(unix)]
    if let Some(id) = child.id() {
        // Its group has its id. The shell can send to groups, and is there: it ran the command.
        let ended = Command::new("sh").arg("-c").arg(format!("kill -KILL -{id}")).status().await;
        tracing::debug!(?ended, "the command's group was ended");
    }
    // Already gone, as a rule; waited for so that nothing stays behind.
    let _ = child.kill().await;
}

/// Results alone go to stdout: a command's output goes beside them.
fn to_stderr() -> Stdio {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        std::io::stderr().as_fd().try_clone_to_owned().map_or_else(|_| Stdio::null(), Stdio::from)
    }
    #[cfg(not(unix))]
    Stdio::null()
}

fn in_words(status: ExitStatus) -> String {
    // `exit status: 3`, `signal: 9 (SIGKILL)`
    status.to_string()
}

/// What a command finds in its environment, behind `MEETME_CHANGE_`.
fn environment(change: &LiveChange) -> Vec<(&'static str, String)> {
    let event = &change.event;
    let mut found = vec![
        ("KIND", change.kind.word().to_owned()),
        ("EVENT", format!("{}/{}", event.owner, event.slug)),
        ("TITLE", event.title.clone()),
        ("AT", text_of(change.at)),
        ("CURSOR", change.cursor.to_string()),
    ];
    if let Some(booking) = &change.booking {
        let status = match booking.status {
            Status::Pending => "pending",
            Status::Confirmed => "confirmed",
            Status::Cancelled => "cancelled",
        };
        found.extend([
            ("BOOKING", booking.id.to_string()),
            ("STATUS", status.to_owned()),
            ("START", text_of(booking.start)),
            ("END", text_of(booking.end)),
            ("HOST", booking.host.username.to_string()),
            ("GUEST", booking.guest.username.to_string()),
        ]);
    } else if let Some(span) = change.spans.first() {
        found.extend([("START", text_of(span.start())), ("END", text_of(span.end()))]);
    }
    found
}
