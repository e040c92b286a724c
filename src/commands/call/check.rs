//! `meetme call --check`: whether a call could be held from here, and if not, what is in the way.

use std::fmt::Write as _;

use meetme_call::clock::Clock;
use meetme_call::media::devices::{self, Looked};
use meetme_call::media::sound::Sound;
use meetme_core::api::{Booking, CallState, IceServer};
use meetme_core::time::Zone;
use serde::Serialize;

use crate::client::stun::{Answer, ask};
use crate::context::Context;
use crate::error::CliError;
use crate::output::{BAD, FAINT, GOOD, Report, WAITING, clean, styled, times};

/// What was looked at, in order.
#[derive(Debug, Default, Serialize)]
struct Checked {
    checks: Vec<Check>,
}

#[derive(Debug, Serialize)]
struct Check {
    what: String,
    how: How,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<&'static str>,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum How {
    /// As it should.
    Good,
    /// A call may still be held.
    Doubtful,
    /// No call can be held.
    Bad,
}

/// Looks, tells, and fails if no call could be held.
pub(super) async fn run(ctx: &mut Context<'_>, booking: Option<Booking>, zone: Zone) -> Result<(), CliError> {
    let mut checked = Checked::default();
    let client = ctx.session().await?;
    let servers = match client.call_check().await {
        Ok(check) => {
            checked.add("server", How::Good, "it knows you, and your token may join calls", None);
            check.ice_servers
        }
        Err(error) => {
            let mend = "log in, or make a token with the scope `call`";
            checked.add("server", How::Bad, error.to_string(), Some(mend));
            Vec::new()
        }
    };
    match client.check_relay().await {
        Ok(took) => {
            checked.add("relay", How::Good, format!("a message takes {} ms there and back", took.as_millis()), None);
        }
        Err(error) => {
            let mend = "let the proxy before the server pass WebSockets on (Upgrade and Connection headers)";
            checked.add("relay", How::Bad, error.to_string(), Some(mend));
        }
    }
    if let Some(booking) = booking {
        let call = client.call(booking.id).await?;
        let (how, detail) = match call.state {
            CallState::Open => (How::Good, format!("open until {}", times::exact(call.closes_at, zone))),
            CallState::Early => (How::Doubtful, format!("opens at {}", times::exact(call.opens_at, zone))),
            CallState::Over => (How::Bad, format!("closed at {}", times::exact(call.closes_at, zone))),
            CallState::Unconfirmed => (How::Bad, "the booking waits for the host's yes".to_owned()),
            CallState::Cancelled => (How::Bad, "the booking is cancelled".to_owned()),
        };
        checked.add("call", how, detail, None);
    }
    ask_helpers(&mut checked, &servers).await;
    look_at_devices(&mut checked).await;
    let bad = checked.checks.iter().filter(|check| check.how == How::Bad).count();
    ctx.out.show(&checked)?;
    if bad == 0 { Ok(()) } else { Err(CliError::Unwell { count: bad }) }
}

/// Asks each STUN and TURN server over UDP.
async fn ask_helpers(checked: &mut Checked, servers: &[IceServer]) {
    if servers.is_empty() {
        checked.add(
            "STUN, TURN",
            How::Doubtful,
            "this server has none: a call connects where both can reach each other, as in one network",
            Some("start the server with `meetme serve --turn 0.0.0.0:3478`"),
        );
        return;
    }
    let mut answered = 0;
    for url in servers.iter().flat_map(|server| &server.urls) {
        let (how, detail, mend) = match ask(url).await {
            Answer::SeenAs(seen) => (How::Good, format!("it sees you as {seen}"), None),
            Answer::WantsCredentials => {
                (How::Good, "it answers; calls bring it credentials of their own".to_owned(), None)
            }
            Answer::Nothing => (
                How::Doubtful,
                "nothing comes back over UDP".to_owned(),
                Some("let UDP out to it here, and in at the server: its port and the relayed range"),
            ),
            Answer::Other(why) => (How::Doubtful, why, Some("look at `--turn` and `--turn-public` of the server")),
        };
        answered += usize::from(how == How::Good);
        checked.add(url, how, detail, mend);
    }
    if answered == 0 {
        let detail = "no UDP gets through to them, so only somebody in your own network can be reached";
        checked.add("UDP", How::Bad, detail, Some("try another network, or ask who runs this one to let UDP out"));
    }
}

/// Cameras, microphones and speakers, each tried. A call without them is a call.
async fn look_at_devices(checked: &mut Checked) {
    let report = tokio::task::spawn_blocking(|| devices::report(&Sound::Usual, Clock::start())).await;
    for Looked { what, works, how } in report.unwrap_or_default() {
        checked.add(what, if works { How::Good } else { How::Doubtful }, clean(&how), None);
    }
}

impl Checked {
    fn add(&mut self, what: impl Into<String>, how: How, detail: impl Into<String>, mend: Option<&'static str>) {
        self.checks.push(Check { what: what.into(), how, detail: detail.into(), mend });
    }
}

impl Report for Checked {
    fn text(&self) -> String {
        let mut text = String::new();
        for Check { what, how, detail, mend } in &self.checks {
            let mark = match how {
                How::Good => styled(GOOD, "ok  "),
                How::Doubtful => styled(WAITING, "hm  "),
                How::Bad => styled(BAD, "bad "),
            };
            let _ = writeln!(text, "{mark} {what}: {detail}");
            if let Some(mend) = mend {
                let _ = writeln!(text, "     {}", styled(FAINT, mend));
            }
        }
        text
    }
}
