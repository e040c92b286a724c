//! Who plays: people with accounts, and what they ask of the server.

use meetme_core::api;
use meetme_core::id::{Slug, Username};
use meetme_core::time::{Instant, Zone};
use tokio::task::JoinSet;
use url::Url;

use crate::client::{Client, Error, SlotQuery};
use crate::error::CliError;
use crate::ids;

/// An event by name.
#[derive(Debug, Clone)]
pub(super) struct EventName {
    /// Whose it is.
    pub(super) owner: Username,
    /// Its short name.
    pub(super) slug: Slug,
}

/// Somebody with an account.
pub(super) struct Person {
    pub(super) name: &'static str,
    token: String,
    server: Url,
    pub(super) client: Client,
}

impl Person {
    /// Signs up.
    pub(super) async fn sign_up(server: &Url, name: &'static str, zone: Zone) -> Result<Self, CliError> {
        let username: Username = name.to_lowercase().parse().expect("the cast has proper names");
        let user = api::NewUser {
            email: format!("{username}@example.org"),
            username,
            // Nobody logs in again: the account goes with the demo.
            password: ids::idempotency_key(),
            display_name: Some(name.to_owned()),
            time_zone: Some(zone),
        };
        let session = Client::new(server.clone(), None)?.sign_up(&user).await?;
        let client = Client::new(server.clone(), Some(session.token.clone()))?;
        Ok(Self { name, token: session.token, server: server.clone(), client })
    }

    /// What makes another process act as this person.
    #[cfg(feature = "call")]
    pub(super) fn environment(&self) -> [(&'static str, String); 2] {
        [("MEETME_SERVER", self.server.to_string()), ("MEETME_TOKEN", self.token.clone())]
    }

    /// The open slots of an event from `from` on, at most 31 days of them.
    pub(super) async fn open_slots(&self, event: &EventName, from: Instant) -> Result<Vec<api::Slot>, Error> {
        let query = SlotQuery { from: Some(from), open: true, ..SlotQuery::default() };
        Ok(self.client.slots(&event.owner, &event.slug, &query).await?.slots)
    }

    /// Books a slot under a key.
    pub(super) async fn book(&self, event: &EventName, start: Instant, key: &str) -> Result<api::Booking, Error> {
        self.client.book(&event.owner, &event.slug, &wish(start), key).await
    }
}

/// What came of many asking at once.
#[derive(Debug, Default)]
pub(super) struct Rush {
    /// How many got what they asked for.
    pub(super) booked: usize,
    /// How many were told that it is taken, with open slots nearby.
    pub(super) refused: usize,
    /// How many got any other answer.
    pub(super) failed: usize,
}

/// Everybody asks for what `wanted` says at once: who, and which start.
pub(super) async fn rush(
    event: &EventName,
    wanted: impl IntoIterator<Item = (&Person, Vec<Instant>)>,
) -> Result<Rush, CliError> {
    let mut asking = JoinSet::new();
    for (person, starts) in wanted {
        let client = Client::new(person.server.clone(), Some(person.token.clone()))?;
        let event = event.clone();
        asking.spawn(async move {
            let mut rush = Rush::default();
            for start in starts {
                let key = ids::idempotency_key();
                match client.book(&event.owner, &event.slug, &wish(start), &key).await {
                    Ok(_) => rush.booked += 1,
                    Err(Error::Refused(problem)) if problem.code == "slot-taken" && problem.nearest.is_some() => {
                        rush.refused += 1;
                    }
                    Err(_) => rush.failed += 1,
                }
            }
            rush
        });
    }
    let mut all = Rush::default();
    while let Some(rush) = asking.join_next().await {
        let rush = rush.unwrap_or(Rush { failed: 1, ..Rush::default() });
        all.booked += rush.booked;
        all.refused += rush.refused;
        all.failed += rush.failed;
    }
    Ok(all)
}

fn wish(start: Instant) -> api::NewBooking {
    api::NewBooking { start, note: String::new(), answers: Vec::new(), allow_overlap: false }
}
