//! `meetme admin user`.

use chrono::{DateTime, Utc};
use clap::Subcommand;
use meetme_core::id::Username;
use meetme_server::admin::AdminError;
use meetme_server::store::people::Listed;
use serde::Serialize;

use super::place::PlaceArgs;
use super::{failed, waiting};
use crate::commands::login::PasswordArg;
use crate::context::Context;
use crate::error::CliError;
use crate::output::{Report, clean};

/// How many accounts are listed if nothing else is said.
const MOST: usize = 1000;

/// Look after accounts
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// List accounts, while the server goes on
    List(List),
    /// Show one account
    Show(Show),
    /// Give an account a new password and end its log-ins
    ///
    /// A server on SQLite has to be stopped for that; nodes on PostgreSQL notice within seconds. App tokens and
    /// feeds stay as they are.
    Password(Password),
    /// Keep an account from being used, and end its log-ins
    ///
    /// Nobody can log in to it or use its tokens, and nobody finds it, its events and its feeds. What it has stays,
    /// its bookings too: their other side may cancel them. A server on SQLite has to be stopped for that; nodes on
    /// PostgreSQL notice within seconds.
    Disable(Switch),
    /// Let a disabled account be used again
    ///
    /// All is as it was before, but for the log-ins.
    Enable(Switch),
}

/// What `disable` and `enable` take.
#[derive(Debug, Clone, clap::Args)]
pub struct Switch {
    /// Whose account
    username: Username,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What `list` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct List {
    /// Only those behind this one in the alphabet
    #[arg(long, value_name = "USERNAME")]
    after: Option<Username>,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = MOST)]
    limit: usize,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What `show` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct Show {
    /// Whose account
    username: Username,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What `password` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct Password {
    /// Whose account
    username: Username,
    #[command(flatten)]
    password: PasswordArg,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Accounts.
#[derive(Debug, Serialize)]
struct Users {
    users: Vec<User>,
}

#[derive(Debug, Serialize)]
struct User {
    username: Username,
    display_name: String,
    email: String,
    created_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_at: Option<DateTime<Utc>>,
    events: u64,
    bookings: u64,
    sessions: u64,
    tokens: u64,
}

impl From<Listed> for User {
    fn from(listed: Listed) -> Self {
        let Listed { username, display_name, email, created_at, disabled_at, .. } = listed;
        let Listed { events, bookings, sessions, tokens, .. } = listed;
        Self { username, display_name, email, created_at, disabled_at, events, bookings, sessions, tokens }
    }
}

impl Report for Users {
    fn text(&self) -> String {
        let line = |user: &User| {
            let since = user.created_at.format("%Y-%m-%d");
            let (events, bookings) = (user.events, user.bookings);
            format!(
                "{}  {}  since {since}  events: {events}  bookings: {bookings}{}\n",
                user.username,
                clean(&user.email),
                if user.disabled_at.is_some() { "  disabled" } else { "" }
            )
        };
        self.users.iter().map(line).collect()
    }
}

impl Report for User {
    fn text(&self) -> String {
        let since = self.created_at.format("%Y-%m-%d");
        format!(
            "{}  {} <{}>\n  since {since}{}\n  events: {}  bookings: {}  log-ins: {}  app tokens: {}\n",
            self.username,
            clean(&self.display_name),
            clean(&self.email),
            self.disabled_at.map_or_else(String::new, |at| format!(", disabled since {}", at.format("%Y-%m-%d"))),
            self.events,
            self.bookings,
            self.sessions,
            self.tokens
        )
    }
}

/// A password that was changed.
#[derive(Debug, Serialize)]
struct Changed {
    username: Username,
}

impl Report for Changed {
    fn text(&self) -> String {
        format!("{} has a new password, and no log-in\n", self.username)
    }
}

/// An account that was disabled or enabled.
#[derive(Debug, Serialize)]
struct Switched {
    username: Username,
    enabled: bool,
    changed: bool,
}

impl Report for Switched {
    fn text(&self) -> String {
        let already = if self.changed { "" } else { " already" };
        let state = if self.enabled { "enabled" } else { "disabled" };
        format!("{} is {state}{already}\n", self.username)
    }
}

fn switch(ctx: &mut Context<'_>, args: Switch, enabled: bool) -> Result<(), CliError> {
    let (place, now) = (args.place.place()?, ctx.now);
    let changed = waiting(async { place.switch(&args.username, enabled, now).await.map_err(named) })?;
    ctx.out.show(&Switched { username: args.username, enabled, changed })
}

/// Sends a command on its way.
pub(super) fn run(ctx: &mut Context<'_>, command: Command) -> Result<(), CliError> {
    match command {
        Command::List(args) => {
            let place = args.place.place()?;
            let people = waiting(async { place.people(args.after.as_ref(), args.limit).await.map_err(failed) })?;
            ctx.out.show(&Users { users: people.into_iter().map(User::from).collect() })
        }
        Command::Show(args) => {
            let place = args.place.place()?;
            let user = waiting(async { place.person(&args.username).await.map_err(named) })?;
            ctx.out.show(&User::from(user))
        }
        Command::Disable(args) => switch(ctx, args, false),
        Command::Enable(args) => switch(ctx, args, true),
        Command::Password(args) => {
            let (place, now) = (args.place.place()?, ctx.now);
            let password = args.password.read(ctx, true)?;
            waiting(async { place.set_password(&args.username, password, now).await.map_err(named) })?;
            ctx.out.show(&Changed { username: args.username })
        }
    }
}

fn named(error: AdminError) -> CliError {
    match error {
        AdminError::NoSuchUser { username } => CliError::NotFound {
            what: format!("account `{username}`"),
            hint: "`meetme admin user list` lists all".to_owned(),
        },
        other => failed(other),
    }
}
