//! What the shell completes: events, slots, bookings and more, asked for while somebody types.
//!
//! Quick and silent: whatever goes wrong or takes longer than [`LIMIT`], there
//! is nothing to complete. The only user of clap_complete's engine.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use chrono::TimeDelta;
use clap::{ArgMatches, CommandFactory};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate as Candidate};
use clap_complete::env::{CompleteEnv, Shells};
use meetme_core::api::{Booking, LiveKind};
use meetme_core::time::Zone;

use crate::cli::{Cli, Global};
use crate::client::{BookingQuery, SlotQuery};
use crate::commands::refs::{BookingRef, EventRef};
use crate::config::{self, Config};
use crate::context::Context;
use crate::error::CliError;
use crate::output::{Output, clean, short_ids, times};
use crate::secrets::Logins;

/// Tells the binary for which shell it completes; set by the script of `meetme completions`.
pub const VARIABLE: &str = "MEETME_COMPLETE";
/// How long completing one word may take, the server's answer included.
pub const LIMIT: Duration = Duration::from_millis(800);
/// The most candidates that are offered.
const MAX_CANDIDATES: usize = 200;
/// How far ahead slots are offered.
const SLOTS_AHEAD: TimeDelta = TimeDelta::days(14);

/// Answers a shell that completes a word, if this process was started for that.
pub fn answer(arguments: &[OsString]) -> Option<ExitCode> {
    std::env::var_os(VARIABLE).filter(|shell| !shell.is_empty())?;
    let here = std::env::current_dir().ok();
    let completed = CompleteEnv::with_factory(Cli::command).var(VARIABLE).try_complete(arguments, here.as_deref());
    Some(if completed.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The script that makes a shell ask this binary; None for a shell that cannot.
pub fn script(shell: &str) -> Option<Vec<u8>> {
    let mut script = Vec::new();
    Shells::builtins()
        .completer(shell)?
        .write_registration(VARIABLE, "meetme", "meetme", "meetme", &mut script)
        .ok()?;
    Some(script)
}

/// Events: one's own, those of bookings, and behind `owner/` that owner's public ones.
pub fn events() -> ArgValueCompleter {
    ArgValueCompleter::new(|word: &OsStr| offer(word, |line, word| line.wait(find_events(word))))
}

/// Bookings that lie ahead.
pub fn bookings() -> ArgValueCompleter {
    ArgValueCompleter::new(|word: &OsStr| offer(word, |line, _| line.wait(find_bookings)))
}

/// Open slots of the event or booking that stands on the line. Without a colon: bash would split the word there.
pub fn slots() -> ArgValueCompleter {
    ArgValueCompleter::new(|word: &OsStr| offer(word, |line, _| line.find_slots()))
}

/// Profiles.
pub fn profiles() -> ArgValueCompleter {
    ArgValueCompleter::new(|word: &OsStr| {
        offer(word, |_, _| {
            let dir = config::dir().ok()?;
            let (config, logins) = (Config::read(&dir).ok()?, Logins::read(&dir).ok()?);
            let mut names: Vec<String> =
                logins.profiles().map(|(name, _)| name.to_owned()).chain(config.profiles.into_keys()).collect();
            names.sort();
            names.dedup();
            Some(names.into_iter().map(Candidate::new).collect())
        })
    })
}

/// Time zones.
pub fn zones() -> ArgValueCompleter {
    ArgValueCompleter::new(|word: &OsStr| {
        offer(word, |_, _| Some(Zone::all().map(|zone| Candidate::new(zone.name())).collect()))
    })
}

/// Kinds of changes.
pub fn kinds() -> ArgValueCompleter {
    ArgValueCompleter::new(|word: &OsStr| {
        offer(word, |_, _| Some(LiveKind::ALL.map(|kind| Candidate::new(kind.word())).into()))
    })
}

/// The candidates that begin with `word`, as `find` gives them in time.
fn offer(word: &OsStr, find: impl FnOnce(Line, &str) -> Option<Vec<Candidate>> + Send + 'static) -> Vec<Candidate> {
    let Some(word) = word.to_str().map(str::to_owned) else { return Vec::new() };
    let (tell, told) = mpsc::channel();
    let begins = word.clone();
    // The process ends with what is still asked for.
    std::thread::spawn(move || tell.send(find(Line::typed(), &word)));
    let mut found = told.recv_timeout(LIMIT).ok().flatten().unwrap_or_default();
    found.retain(|candidate| candidate.get_value().to_str().is_some_and(|value| value.starts_with(&begins)));
    found.truncate(MAX_CANDIDATES);
    found
}

/// The line that is typed, as far as it can be read.
struct Line {
    matches: Option<ArgMatches>,
}

impl Line {
    fn typed() -> Self {
        let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
        let command = Cli::command().ignore_errors(true);
        Self { matches: command.try_get_matches_from(words).ok() }
    }

    /// The innermost command's value of an argument.
    fn value<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Option<T> {
        let mut matches = self.matches.as_ref()?;
        while let Some((_, inner)) = matches.subcommand() {
            matches = inner;
        }
        matches.try_get_one::<T>(name).ok().flatten().cloned()
    }

    fn wait<F>(&self, find: F) -> Option<Vec<Candidate>>
    where
        F: AsyncFnOnce(&mut Context<'_>) -> Result<Vec<Candidate>, CliError>,
    {
        let global = Global {
            quiet: true,
            no_input: true,
            profile: self.value("profile"),
            server: self.value("server"),
            ..Global::default()
        };
        let mut out = Output::of_process(&global);
        let mut context = Context::new(&global, &mut out).ok()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        runtime.block_on(find(&mut context)).ok()
    }

    fn find_slots(&self) -> Option<Vec<Candidate>> {
        let (event, booking) = (self.value::<EventRef>("event"), self.value::<BookingRef>("booking"));
        let zone = self.value::<Zone>("zone");
        self.wait(async move |ctx| {
            let (owner, slug) = match (&event, &booking) {
                (None, Some(booking)) => {
                    let booking = ctx.booking(booking).await?;
                    (booking.event.owner, booking.event.slug)
                }
                (event, _) => ctx.event(event.as_ref()).await?,
            };
            let zone = ctx.zone(zone).await?;
            let now = ctx.now;
            let query = SlotQuery { from: Some(now), to: Some(now + SLOTS_AHEAD), open: true, explain: false };
            let slots = ctx.client()?.slots(&owner, &slug, &query).await?.slots;
            let candidate = |slot: meetme_core::api::Slot| {
                Candidate::new(zone.wall_at(slot.start).format("%Y-%m-%dT%H%M").to_string())
                    .help(Some(times::span(slot.start, slot.end, zone).into()))
            };
            Ok(slots.into_iter().map(candidate).collect())
        })
    }
}

fn find_events(word: &str) -> impl AsyncFnOnce(&mut Context<'_>) -> Result<Vec<Candidate>, CliError> {
    let owner = word.split_once('/').and_then(|(owner, _)| owner.parse().ok());
    async move |ctx: &mut Context<'_>| {
        let named = |name: String, title: &str| Candidate::new(name).help(Some(clean(title).into()));
        if let Some(owner) = owner {
            let mut events = ctx.client()?.events_of(&owner).await.unwrap_or_default();
            let mut found: Vec<Candidate> =
                events.drain(..).map(|e| named(format!("{}/{}", e.owner, e.slug), &e.title)).collect();
            found.extend(of_bookings(ctx).await.unwrap_or_default());
            found.dedup();
            return Ok(found);
        }
        let own = ctx.session().await?.events().await?;
        let mut found: Vec<Candidate> = own.iter().map(|e| named(e.slug.to_string(), &e.title)).collect();
        found.extend(of_bookings(ctx).await?);
        Ok(found)
    }
}

/// The events in which the user is or was a guest.
async fn of_bookings(ctx: &mut Context<'_>) -> Result<Vec<Candidate>, CliError> {
    let query = BookingQuery { role: Some("guest"), ..BookingQuery::default() };
    let bookings = ctx.session().await?.bookings(&query).await?;
    let mut names: Vec<(String, String)> = bookings
        .into_iter()
        .map(|booking| (format!("{}/{}", booking.event.owner, booking.event.slug), booking.event.title))
        .collect();
    names.sort();
    names.dedup_by(|a, b| a.0 == b.0);
    Ok(names.into_iter().map(|(name, title)| Candidate::new(name).help(Some(clean(&title).into()))).collect())
}

async fn find_bookings(ctx: &mut Context<'_>) -> Result<Vec<Candidate>, CliError> {
    let zone = ctx.zone(None).await?;
    let query = BookingQuery { from: Some(ctx.now), status: Some("pending,confirmed"), ..BookingQuery::default() };
    let bookings = ctx.session().await?.bookings(&query).await?;
    let ids = short_ids(bookings.iter().map(|booking| booking.id.to_string()));
    let line = |booking: &Booking| {
        let (title, guest) = (clean(&booking.event.title), clean(&booking.guest.display_name));
        format!("{} {title} ({guest})", times::start(booking.start, zone))
    };
    let found = bookings.iter().zip(ids).map(|(booking, id)| Candidate::new(id).help(Some(line(booking).into())));
    Ok(found.chain([Candidate::new("next")]).collect())
}
