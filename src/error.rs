//! What goes wrong, which exit code it has, and what to do about it. The only place that says so; what the server
//! refuses is in `refused`.

mod exit;
mod refused;

use meetme_core::api::Slot;
use meetme_core::refusal::Invalid;
use serde::Serialize;

pub use self::exit::Exit;
use self::refused::{exit_of, hint_for};
use crate::client::Error as ClientError;
use crate::clock::BadNow;
use crate::config::ConfigError;
use crate::output::times;
use crate::secrets::SecretError;
use crate::when::{BadWords, NotOneTime};

/// Why a command ends without having done what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The server says no, or does not answer.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// There is no session, and nobody to ask.
    #[error("you are not logged in to {server}")]
    NotLoggedIn {
        /// Where.
        server: String,
    },
    /// Something typed cannot be read.
    #[error(transparent)]
    Words(#[from] BadWords),
    /// A time typed is none, or two.
    #[error(transparent)]
    NotOneTime(#[from] NotOneTime),
    /// A value breaks a rule, so it was not sent.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Something must be said that was not, and nobody can be asked.
    #[error("{missing} is missing")]
    Missing {
        /// What.
        missing: &'static str,
        /// How to say it.
        say: String,
    },
    /// What was typed cannot be done, in words.
    #[error("{message}")]
    Usage {
        /// Why.
        message: String,
        /// What to do instead.
        hint: Option<String>,
    },
    /// Something named does not exist.
    #[error("there is no {what}")]
    NotFound {
        /// What was named.
        what: String,
        /// Where to look.
        hint: String,
    },
    /// Only the host learns that.
    #[error("only the host of {event} learns why its slots are closed")]
    HostOnly {
        /// As owner/slug.
        event: String,
    },
    /// No booking is ahead.
    #[error("no booking of yours is ahead")]
    NoBookingAhead,
    /// No call is open, or will be.
    #[error("no call of yours is open, or will open")]
    NoCallAhead,
    /// There is no booking that begins so.
    #[error("you have no booking `{given}`")]
    NoSuchBooking {
        /// What was typed.
        given: String,
    },
    /// More than one booking begins so.
    #[error("`{given}` begins the id of {count} bookings")]
    AmbiguousBooking {
        /// What was typed.
        given: String,
        /// How many.
        count: usize,
    },
    /// No open slot matches.
    #[error("no open slot matches `{filter}` up to {until}")]
    NothingMatched {
        /// Of which event, as owner/slug.
        event: String,
        /// What was asked for.
        filter: String,
        /// How far was looked.
        until: String,
    },
    /// The command that a watch was to run once came to no good end.
    #[error("the command failed for `{kind}`: {why}")]
    CommandFailed {
        /// Which change it was run for.
        kind: &'static str,
        /// How it ended.
        why: String,
    },
    /// A watch that was to see one change saw none.
    #[error("nothing happened in that time")]
    NothingHappened,
    /// The set-up is not as it should be, and each thing that is wrong was told.
    #[error("not all is well: {count} of what was looked at")]
    Unwell {
        /// How many.
        count: usize,
    },
    /// A call cannot be joined now.
    #[error("{message}")]
    NotNow {
        /// Why, with the time if there is one to wait for.
        message: String,
        /// When it can be.
        opens_at: Option<meetme_core::time::Instant>,
    },
    /// A call did not come about, or was lost.
    #[error("{message}")]
    Call {
        /// Why.
        message: String,
    },
    /// Every slot that matched was taken by others first.
    #[error("{tries} matching slots were taken by others first")]
    AlwaysTaken {
        /// How many were tried.
        tries: usize,
    },
    /// The person said no.
    #[error("nothing was changed")]
    SaidNo,
    /// The configuration cannot be read or written.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A secret cannot be read or kept.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The clock cannot be read.
    #[error(transparent)]
    Clock(#[from] BadNow),
    /// Something on this machine cannot be read or written.
    #[error("cannot {what}: {}", plain(.source))]
    Io {
        /// What was tried.
        what: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Whoever read the output has gone.
    #[error("the reader has gone")]
    BrokenPipe,
    /// The server cannot run.
    #[error("the server cannot run: {message}")]
    Serve {
        /// Why.
        message: String,
    },
    /// An installation cannot be looked after.
    #[error("{message}")]
    Admin {
        /// Why.
        message: String,
    },
    /// A step of the demo came to something else than it should have.
    #[error("the demo did not hold: {expected}")]
    Demo {
        /// What should have been.
        expected: String,
    },
}

/// What the system says, without its numbers and without the names that are only ours.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    let end = [" (os error", " at path"].iter().filter_map(|end| text.find(end)).min();
    text[..end.unwrap_or(text.len())].to_owned()
}

/// An error as `--json` writes it to stderr, on one line: `{"error": {…}}`.
#[derive(Debug, Serialize)]
struct Document<'a> {
    error: Body<'a>,
}

#[derive(Debug, Serialize)]
struct Body<'a> {
    code: &'a str,
    detail: String,
    exit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_at: Option<meetme_core::time::Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotency_key: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Slot]>::is_empty")]
    nearest: &'a [Slot],
}

impl CliError {
    /// A wish that cannot be, and what to do instead.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: Some(hint.into()) }
    }

    /// A step of the demo did not come to what was expected.
    pub fn demo(expected: &str) -> Self {
        Self::Demo { expected: expected.to_owned() }
    }

    /// Something on this machine could not be read or written.
    pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        |source| match source.kind() {
            std::io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Io { what, source },
        }
    }

    /// The stable word for it: the server's code, or one of the command line's own.
    pub fn code(&self) -> &str {
        match self {
            Self::Client(ClientError::Refused(problem) | ClientError::TooFast(problem)) => &problem.code,
            Self::Client(ClientError::Unreachable { .. }) => "unreachable",
            Self::Client(ClientError::OutcomeUnknown { .. }) => "outcome-unknown",
            Self::Client(ClientError::Unreadable { .. }) => "unreadable-answer",
            Self::Client(ClientError::TooMuch { .. }) => "too-much",
            Self::Client(ClientError::BadServer { .. }) => "bad-server",
            Self::NotLoggedIn { .. } => "unauthenticated",
            Self::HostOnly { .. } => "host-only",
            Self::Words(_) | Self::Usage { .. } => "usage",
            Self::NotOneTime(NotOneTime::Skipped { .. }) => "skipped-time",
            Self::NotOneTime(NotOneTime::Twice { .. }) => "doubled-time",
            Self::Invalid(_) => "invalid",
            Self::Missing { .. } => "missing",
            Self::NotFound { .. } | Self::NoSuchBooking { .. } | Self::NoBookingAhead | Self::NoCallAhead => {
                "not-found"
            }
            Self::AmbiguousBooking { .. } => "ambiguous",
            Self::NothingMatched { .. } => "nothing-matched",
            Self::CommandFailed { .. } => "command-failed",
            Self::NothingHappened => "nothing-happened",
            Self::NotNow { opens_at: Some(_), .. } => "call-not-open",
            Self::NotNow { opens_at: None, .. } => "not-now",
            Self::Call { .. } => "call",
            Self::Unwell { .. } => "unwell",
            Self::AlwaysTaken { .. } => "slot-taken",
            Self::SaidNo => "said-no",
            Self::Config(_) => "config",
            Self::Secret(_) => "secrets",
            Self::Clock(_) => "clock",
            Self::Io { .. } | Self::BrokenPipe => "io",
            Self::Serve { .. } => "serve",
            Self::Admin { .. } => "admin",
            Self::Demo { .. } => "demo",
        }
    }

    /// How the command ends.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Client(ClientError::Refused(problem)) => exit_of(problem),
            Self::Client(ClientError::Unreachable { .. }) => Exit::Unreachable,
            Self::Client(ClientError::OutcomeUnknown { .. } | ClientError::TooFast(_)) => Exit::TryAgain,
            Self::Client(ClientError::BadServer { .. })
            | Self::Words(_)
            | Self::NotOneTime(_)
            | Self::Invalid(_)
            | Self::Missing { .. }
            | Self::Usage { .. }
            | Self::AmbiguousBooking { .. }
            | Self::Clock(_) => Exit::Usage,
            Self::NotLoggedIn { .. } | Self::HostOnly { .. } => Exit::NotAllowed,
            Self::NotFound { .. } | Self::NoSuchBooking { .. } | Self::NoBookingAhead | Self::NoCallAhead => {
                Exit::NotFound
            }
            Self::AlwaysTaken { .. } => Exit::Conflict,
            Self::NothingMatched { .. } | Self::NothingHappened | Self::NotNow { .. } => Exit::NothingMatched,
            Self::BrokenPipe => Exit::Done,
            Self::Client(ClientError::Unreadable { .. } | ClientError::TooMuch { .. })
            | Self::SaidNo
            | Self::Unwell { .. }
            | Self::CommandFailed { .. }
            | Self::Call { .. }
            | Self::Config(_)
            | Self::Secret(_)
            | Self::Io { .. }
            | Self::Serve { .. }
            | Self::Admin { .. }
            | Self::Demo { .. } => Exit::Failure,
        }
    }

    /// What to do about it, if that is known. What stands between backticks works when pasted.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Client(ClientError::Refused(problem)) => hint_for(problem),
            Self::Client(ClientError::Unreachable { .. }) => Some(
                "nothing was changed; `meetme doctor` looks at what is wrong, `meetme serve` starts a server here"
                    .into(),
            ),
            Self::Client(ClientError::OutcomeUnknown { key: Some(key), .. }) => {
                Some(format!("say the same again with `--idempotency-key {key}`: it is never done twice"))
            }
            Self::Client(ClientError::OutcomeUnknown { key: None, .. }) => {
                Some("look whether it was done before you say it again: `meetme agenda`, `meetme event list`".into())
            }
            Self::Client(ClientError::Unreadable { .. }) => Some("check the address given with `--server`".into()),
            Self::Client(ClientError::TooFast(_)) => Some("nothing was changed; try again in a while".into()),
            Self::NotLoggedIn { server } => {
                Some(format!("`meetme login --server {server}`; scripts set MEETME_SERVER and MEETME_TOKEN"))
            }
            Self::HostOnly { .. } => Some("leave `--explain` out".into()),
            Self::NotOneTime(NotOneTime::Twice { .. }) => Some("say which with `--earlier` or `--later`".into()),
            Self::Missing { say, .. } => Some(say.clone()),
            Self::Usage { hint, .. } => hint.clone(),
            Self::NotFound { hint, .. } => Some(hint.clone()),
            Self::NoSuchBooking { .. } | Self::NoBookingAhead | Self::NoCallAhead => {
                Some("`meetme agenda` lists yours with their ids".into())
            }
            Self::AmbiguousBooking { .. } => Some("type more of the id; `meetme agenda` lists them".into()),
            Self::NothingMatched { event, .. } => Some(format!("`meetme slots {event}` lists what is open")),
            Self::Call { .. } => Some("`meetme call --check` looks at what is in the way".into()),
            Self::AlwaysTaken { .. } => Some("try again".into()),
            _ => None,
        }
    }

    /// The open slots nearest to one that could not be had.
    pub fn nearest(&self) -> &[Slot] {
        match self {
            Self::Client(ClientError::Refused(problem)) => problem.nearest.as_deref().unwrap_or_default(),
            _ => &[],
        }
    }

    /// The error as one JSON line.
    pub fn to_json(&self) -> String {
        let (field, key) = match self {
            Self::Client(ClientError::Refused(problem)) => (problem.field.as_deref(), None),
            Self::Client(ClientError::OutcomeUnknown { key, .. }) => (None, key.as_deref()),
            Self::Invalid(invalid) => (Some(invalid.field), None),
            _ => (None, None),
        };
        let error = Body {
            opens_at: match self {
                Self::NotNow { opens_at, .. } => *opens_at,
                _ => None,
            },
            code: self.code(),
            detail: self.to_string(),
            exit: self.exit() as u8,
            field,
            hint: self.hint(),
            idempotency_key: key,
            nearest: self.nearest(),
        };
        serde_json::to_string(&Document { error }).expect("an error is JSON")
    }

    /// The nearest open slots as one line of text.
    pub fn nearest_line(&self, zone: meetme_core::time::Zone) -> Option<String> {
        let slots = self.nearest();
        let shown: Vec<String> = slots.iter().take(3).map(|slot| times::start(slot.start, zone)).collect();
        (!shown.is_empty()).then(|| format!("nearest open slots: {} ({zone})", shown.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_of_json() {
        let lost = CliError::Client(ClientError::OutcomeUnknown {
            server: "http://localhost".into(),
            reason: "it took too long".into(),
            key: Some("k1".into()),
        });

        let json: serde_json::Value = serde_json::from_str(&lost.to_json()).expect("JSON");

        assert_eq!(json["error"]["code"], "outcome-unknown");
        assert_eq!(json["error"]["exit"], 75);
        assert_eq!(json["error"]["idempotency_key"], "k1");
        assert!(!lost.to_json().contains('\n'));
    }
}
