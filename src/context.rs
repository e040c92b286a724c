//! What commands share: who asks, which server, what time it is, where results go.

use chrono::NaiveDate;
use meetme_core::api;
use meetme_core::id::{BookingId, Slug, Username};
use meetme_core::time::{Instant, Zone};
use url::Url;

use crate::cli::Global;
use crate::client::{BookingQuery, Client, Error as ClientError};
use crate::clock;
use crate::commands::refs::{BookingRef, EventRef};
use crate::commands::{login, pick};
use crate::config::{self, Config};
use crate::error::CliError;
use crate::output::Output;
use crate::prompt;
use crate::secrets::{self, Logins};

/// What commands share.
pub struct Context<'a> {
    /// Where results and notes go.
    pub out: &'a mut Output,
    /// What time it is.
    pub now: Instant,
    /// Whether every question is answered yes.
    pub yes: bool,
    /// Every log-in on this machine.
    pub logins: Logins,
    /// Whose log-in is used.
    pub profile: String,
    can_ask: bool,
    profile_given: bool,
    server_given: bool,
    server: Url,
    token: Option<String>,
    me: Option<Me>,
    client: Option<Client>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// Their username.
    pub username: Username,
    /// Their home zone.
    pub zone: Zone,
}

impl<'a> Context<'a> {
    /// Reads the settings. Talks to nobody yet.
    pub fn new(global: &Global, out: &'a mut Output) -> Result<Self, CliError> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let dir = config::dir()?;
        let config = Config::read(&dir)?;
        let logins = Logins::read(&dir)?;
        let profile_given = global.profile.clone().or_else(|| set("MEETME_PROFILE"));
        let profile = profile_given.clone().or_else(|| config.profile.clone());
        let profile = profile.unwrap_or_else(|| config::DEFAULT_PROFILE.to_owned());
        let server = match global.server.clone().or_else(|| set("MEETME_SERVER")) {
            Some(given) => address(given)?,
            None => match (config.server_of(&profile), logins.get(&profile)) {
                (_, Some(login)) => login.server.clone(),
                (Some(given), None) => address(given.to_owned())?,
                (None, None) => address(config::DEFAULT_SERVER.to_owned())?,
            },
        };
        Ok(Self {
            out,
            now: clock::now()?,
            yes: global.yes,
            logins,
            profile,
            can_ask: !global.no_input && prompt::can_ask(),
            profile_given: profile_given.is_some(),
            server_given: global.server.is_some(),
            server,
            token: secrets::from_environment()?,
            me: None,
            client: None,
        })
    }

    /// Whether somebody is there to be asked.
    pub fn can_ask(&self) -> bool {
        self.can_ask
    }

    /// The server that is spoken to.
    pub fn server(&self) -> &Url {
        &self.server
    }

    /// The server's address for people.
    pub fn server_name(&self) -> String {
        self.server.as_str().trim_end_matches('/').to_owned()
    }

    /// Whether requests carry a token.
    pub fn is_somebody(&self) -> Result<bool, CliError> {
        Ok(self.find_token()?.is_some())
    }

    /// A client, with a token if there is one: for what anybody may see.
    pub fn client(&mut self) -> Result<&Client, CliError> {
        if self.client.is_none() {
            let token = self.find_token()?;
            let client = Client::new(self.server.clone(), token)?;
            self.client = Some(match self.out.progress(format!("waiting for {}", self.server_name())) {
                Some(progress) => client.with_progress(progress),
                None => client,
            });
        }
        Ok(self.client.as_ref().expect("made above"))
    }

    /// Whether a session that has ended can be replaced: it came from a log-in, and somebody is there to be asked.
    pub fn can_log_in_again(&self) -> bool {
        let here = |login: &secrets::Login| login.server == self.server;
        self.can_ask && self.token.is_none() && self.logins.get(&self.profile).is_some_and(here)
    }

    /// A client that speaks for somebody. A person at a terminal is asked to log in; a script is refused.
    pub async fn session(&mut self) -> Result<&Client, CliError> {
        if self.find_token()?.is_none() {
            if !self.can_ask {
                return Err(CliError::NotLoggedIn { server: self.server_name() });
            }
            self.out.note(format!("This needs a log-in to {}.", self.server_name()));
            login::ask_and_log_in(self).await?;
        }
        self.client()
    }

    /// Takes over a session that has just begun, and keeps it for other commands.
    pub fn begin(&mut self, session: &api::Session) -> Result<secrets::Kept, CliError> {
        let user = &session.user;
        let (name, zone) = (user.username.clone(), user.time_zone);
        let kept = self.logins.keep(&self.profile, self.server.clone(), name, zone, session.token.clone())?;
        self.token = None;
        self.client = None;
        self.me = Some(Me { username: user.username.clone(), zone });
        Ok(kept)
    }

    /// Who asks: as the log-in noted it, else as the server says.
    pub async fn me(&mut self) -> Result<Me, CliError> {
        if let Some(me) = self.known_me() {
            return Ok(me);
        }
        let user = self.session().await?.me().await?;
        let me = Me { username: user.username, zone: user.time_zone };
        self.me = Some(me.clone());
        Ok(me)
    }

    /// The zone in which times are read and shown: the one given, else the user's, else the machine's.
    pub async fn zone(&mut self, given: Option<Zone>) -> Result<Zone, CliError> {
        match given {
            Some(zone) => Ok(zone),
            None if self.known_me().is_none() && self.token.is_some() => Ok(self.me().await?.zone),
            None => Ok(self.known_zone()),
        }
    }

    /// The user's zone as far as it is known without asking anybody.
    pub fn known_zone(&self) -> Zone {
        self.known_me().map_or_else(clock::system_zone, |me| me.zone)
    }

    /// The day it is on a clock in `zone`.
    pub fn today(&self, zone: Zone) -> NaiveDate {
        zone.day_at(self.now)
    }

    /// Whether the person wants it; only asks where somebody is there, and does not go ahead elsewhere.
    pub fn confirm(&self, question: &str) -> Result<(), CliError> {
        match (self.yes, self.can_ask) {
            (true, _) => Ok(()),
            (false, true) if prompt::confirm(question)? => Ok(()),
            (false, true) => Err(CliError::SaidNo),
            (false, false) => Err(CliError::Missing { missing: "a yes", say: "say `--yes` to go ahead".to_owned() }),
        }
    }

    /// Which event is meant. A link to another server turns the command to that server.
    pub async fn event(&mut self, event: Option<&EventRef>) -> Result<(Username, Slug), CliError> {
        match event {
            Some(EventRef::Full { owner, slug }) => Ok((owner.clone(), slug.clone())),
            Some(EventRef::Own { slug }) => Ok((self.me().await?.username, slug.clone())),
            Some(EventRef::Link { server, owner, slug }) => {
                self.turn_to(server);
                Ok((owner.clone(), slug.clone()))
            }
            None => pick::event(self).await,
        }
    }

    /// Which event of the user's own is meant: like [`event`](Self::event), with only these to choose from.
    pub async fn own_event(&mut self, event: Option<&EventRef>) -> Result<(Username, Slug), CliError> {
        if event.is_none() { pick::own_event(self).await } else { self.event(event).await }
    }

    /// Which booking is meant, or which one somebody chooses.
    pub async fn booking_or(
        &mut self,
        booking: Option<&BookingRef>,
        which: pick::Which,
    ) -> Result<api::Booking, CliError> {
        match booking {
            Some(booking) => self.booking(booking).await,
            None => pick::booking(self, which).await,
        }
    }

    /// Which booking is meant.
    pub async fn booking(&mut self, booking: &BookingRef) -> Result<api::Booking, CliError> {
        let now = self.now;
        let client = self.session().await?;
        match booking {
            BookingRef::Next => {
                let query =
                    BookingQuery { from: Some(now), status: Some("pending,confirmed"), ..BookingQuery::default() };
                let ahead = client.bookings(&query).await?.into_iter().filter(|booking| booking.start > now);
                ahead.min_by_key(|booking| booking.start).ok_or(CliError::NoBookingAhead)
            }
            BookingRef::Prefix(prefix) => {
                if let Ok(id) = prefix.parse::<BookingId>() {
                    return match client.booking(id).await {
                        Err(ClientError::Refused(problem)) if problem.status == 404 => {
                            Err(CliError::NoSuchBooking { given: prefix.clone() })
                        }
                        answer => Ok(answer?),
                    };
                }
                let query = BookingQuery { id: Some(prefix.clone()), ..BookingQuery::default() };
                let mut found = client.bookings(&query).await?;
                match (found.pop(), found.len()) {
                    (Some(only), 0) => Ok(only),
                    (None, _) => Err(CliError::NoSuchBooking { given: prefix.clone() }),
                    (Some(_), others) => Err(CliError::AmbiguousBooking { given: prefix.clone(), count: others + 1 }),
                }
            }
        }
    }

    /// Tells which instant a time was read as.
    pub fn echo_time(&mut self, at: Instant, zone: Zone) {
        self.out.text_note(crate::output::times::exact(at, zone));
    }

    /// Speaks to another server from here on, unless the command line names one.
    fn turn_to(&mut self, server: &Url) {
        if self.server_given || *server == self.server {
            return;
        }
        if let (false, Some(profile)) = (self.profile_given, self.logins.profile_at(server)) {
            self.profile = profile.to_owned();
        }
        self.server = server.clone();
        self.client = None;
        self.me = None;
        // A token from the environment is for the server of the environment.
        self.token = None;
    }

    fn known_me(&self) -> Option<Me> {
        let of_login = || {
            let login = self.logins.get(&self.profile).filter(|login| login.server == self.server)?;
            Some(Me { username: login.username.clone(), zone: login.time_zone })
        };
        // A token from the environment may be somebody else's.
        self.me.clone().or_else(|| if self.token.is_none() { of_login() } else { None })
    }

    /// The token for this server: a log-in at another one gives none.
    fn find_token(&self) -> Result<Option<String>, CliError> {
        if self.token.is_some() {
            return Ok(self.token.clone());
        }
        match self.logins.get(&self.profile) {
            Some(login) if login.server == self.server => Ok(self.logins.token(&self.profile)?),
            _ => Ok(None),
        }
    }
}

fn address(given: String) -> Result<Url, CliError> {
    config::server(&given).ok_or(CliError::Client(ClientError::BadServer { given }))
}
