//! A client of a meetme server: the HTTP API as methods. The only user of reqwest.
//!
//! ```no_run
//! # async fn example() -> Result<(), meetme::client::Error> {
//! use meetme::client::{Client, SlotQuery};
//!
//! let server = "https://meet.example".parse().expect("a URL");
//! let client = Client::new(server, None)?;
//! let (owner, slug) = ("ada".parse().expect("a name"), "coffee".parse().expect("a slug"));
//! for slot in client.slots(&owner, &slug, &SlotQuery::default()).await?.slots {
//!     println!("{} {:?}", slot.start, slot.state);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Reading order: this file holds a method per route, `call` is what is asked, `request` sends it,
//! repeats what may be repeated and tells apart what failed; `live` is the
//! stream of changes, read by `sse`; `copy` takes answers of any length; `probe` looks at a server from outside;
//! `calendar` is what a calendar app does.

mod calendar;
mod call;
mod copy;
mod error;
#[cfg(feature = "call")]
mod link;
mod live;
mod probe;
mod request;
mod sse;
pub mod stun;

use std::sync::Arc;

use meetme_core::api::{self, Page};
use meetme_core::cursor::Cursor;
use meetme_core::id::{BookingId, Slug, TokenId, Username, WindowId};
use meetme_core::time::{Instant, text_of};
use url::Url;

pub use self::calendar::{CalendarApp, EntryAnswer};
use self::call::Call;
pub use self::copy::ExportError;
pub use self::error::Error;
pub use self::live::{LONGEST_REST, Live, News, PATIENCE, SILENCE};
pub use self::probe::Probe;
use self::request::Http;
pub use self::request::{ANSWER_TIMEOUT, ATTEMPTS, CONNECT_TIMEOUT, LONGEST_WAIT, MAX_ANSWER, Progress, SLOW};
pub use self::sse::MAX_EVENT;

/// The most pages that are followed in one list; a longer one is cut off with [`Error::TooMuch`].
pub const MAX_PAGES: usize = 100;

/// A connection to one server, with or without somebody's token. Made without any I/O.
#[derive(Debug, Clone)]
pub struct Client {
    http: Http,
}

/// Which slots are asked for. By default: the next 31 days.
#[derive(Debug, Clone, Copy, Default)]
pub struct SlotQuery {
    /// From when on; now if absent.
    pub from: Option<Instant>,
    /// Up to when; 31 days after `from` if absent.
    pub to: Option<Instant>,
    /// Whether the host wants to know every rule that says no.
    pub explain: bool,
    /// Whether only open ones count.
    pub open: bool,
}

/// Which bookings are asked for. By default: all of one's own.
#[derive(Debug, Clone, Default)]
pub struct BookingQuery {
    /// That end after this.
    pub from: Option<Instant>,
    /// That start before this.
    pub to: Option<Instant>,
    /// `host` or `guest`.
    pub role: Option<&'static str>,
    /// Words such as `pending,confirmed`.
    pub status: Option<&'static str>,
    /// Of one event.
    pub event: Option<(Username, Slug)>,
    /// Whose id begins so.
    pub id: Option<String>,
}

impl Client {
    /// A client of the server at `server`, which may have a path of its own.
    pub fn new(server: Url, token: Option<String>) -> Result<Self, Error> {
        Http::new(server, token).map(|http| Self { http })
    }

    /// Tells `progress` when its calls take long.
    #[must_use]
    pub fn with_progress(mut self, progress: Arc<dyn Progress>) -> Self {
        self.http.tell(progress);
        self
    }

    /// Opens an account and a session.
    pub async fn sign_up(&self, user: &api::NewUser) -> Result<api::Session, Error> {
        self.http.json(Call::post(["users"]).body(user)).await
    }

    /// Opens a session.
    pub async fn log_in(&self, session: &api::NewSession) -> Result<api::Session, Error> {
        // A second session does no harm: it ends by itself.
        self.http.json(Call::post(["sessions"]).body(session).repeatable()).await
    }

    /// Ends the session behind the token.
    pub async fn log_out(&self) -> Result<(), Error> {
        self.http.empty(Call::delete(["sessions", "current"])).await
    }

    /// Who the token speaks for, and what it may do.
    pub async fn current_session(&self) -> Result<api::CurrentSession, Error> {
        self.http.json(Call::get(["sessions", "current"])).await
    }

    /// The account that the token speaks for.
    pub async fn me(&self) -> Result<api::User, Error> {
        self.http.json(Call::get(["me"])).await
    }

    /// Makes an app token.
    pub async fn create_token(&self, token: &api::NewToken) -> Result<api::CreatedToken, Error> {
        self.http.json(Call::post(["me", "tokens"]).body(token)).await
    }

    /// Every app token of the account.
    pub async fn tokens(&self) -> Result<Vec<api::Token>, Error> {
        self.all(Call::get(["me", "tokens"])).await
    }

    /// Ends an app token.
    pub async fn revoke_token(&self, id: TokenId) -> Result<(), Error> {
        self.http.empty(Call::delete(["me", "tokens", &id.to_string()])).await
    }

    /// What of one's own is read by URL.
    pub async fn feeds(&self) -> Result<api::Feeds, Error> {
        self.http.json(Call::get(["me", "feeds"])).await
    }

    /// Lets more or less of one's own be read by URL.
    pub async fn change_feeds(&self, patch: &api::FeedsPatch) -> Result<api::Feeds, Error> {
        self.http.json(Call::patch(["me", "feeds"]).body(patch).repeatable()).await
    }

    /// Makes the private feed, in place of the one before.
    pub async fn rotate_private_feed(&self) -> Result<api::Feeds, Error> {
        // Of two that were made only the second one leads anywhere.
        self.http.json(Call::post(["me", "feeds", "private"]).repeatable()).await
    }

    /// Ends the private feed.
    pub async fn end_private_feed(&self) -> Result<(), Error> {
        self.http.empty(Call::delete(["me", "feeds", "private"]).repeatable()).await
    }

    /// Everything of one's own as one document, piece by piece to `sink`: as JSON, or with `ics` what calendars can
    /// hold. It is whole if this ends well.
    pub async fn export(&self, ics: bool, sink: impl FnMut(&[u8]) -> std::io::Result<()>) -> Result<(), ExportError> {
        let format = if ics { "ics" } else { "json" };
        self.http.copy(&Call::get(["me", "export"]).query("format", format), sink).await
    }

    /// Every event of one's own.
    pub async fn events(&self) -> Result<Vec<api::Event>, Error> {
        self.all(Call::get(["events"])).await
    }

    /// Every public event of somebody.
    pub async fn events_of(&self, owner: &Username) -> Result<Vec<api::Event>, Error> {
        self.all(Call::get(["events"]).query("owner", owner)).await
    }

    /// Creates an event.
    pub async fn create_event(&self, event: &api::NewEvent) -> Result<api::Event, Error> {
        self.http.json(Call::post(["events"]).body(event).fresh_key()).await
    }

    /// An event.
    pub async fn event(&self, owner: &Username, slug: &Slug) -> Result<api::Event, Error> {
        self.http.json(Call::get(["events", owner.as_str(), slug.as_str()])).await
    }

    /// An event with its ETag, to change exactly this version of it.
    pub async fn event_version(&self, owner: &Username, slug: &Slug) -> Result<(api::Event, Option<String>), Error> {
        self.http.json_with_tag(Call::get(["events", owner.as_str(), slug.as_str()])).await
    }

    /// Changes an event, if it is still as `tag` says.
    pub async fn edit_event(
        &self,
        owner: &Username,
        slug: &Slug,
        patch: &api::EventPatch,
        tag: Option<&str>,
    ) -> Result<api::Event, Error> {
        let call = Call::patch(["events", owner.as_str(), slug.as_str()]).body(patch);
        self.http.json(call.if_match(tag)).await
    }

    /// Deletes an event, and cancels its bookings ahead if told to.
    pub async fn delete_event(&self, owner: &Username, slug: &Slug, cancel_bookings: bool) -> Result<(), Error> {
        let mut call = Call::delete(["events", owner.as_str(), slug.as_str()]);
        if cancel_bookings {
            call = call.query("cancel_bookings", "true");
        }
        self.http.empty(call).await
    }

    /// Shows someone else's event in the account's calendar apps.
    pub async fn add_to_calendars(&self, owner: &Username, slug: &Slug) -> Result<(), Error> {
        self.http.empty(Call::put(["me", "added", owner.as_str(), slug.as_str()])).await
    }

    /// Shows it there no more.
    pub async fn remove_from_calendars(&self, owner: &Username, slug: &Slug) -> Result<(), Error> {
        self.http.empty(Call::delete(["me", "added", owner.as_str(), slug.as_str()])).await
    }

    /// The open slots of an event as calendar apps get them.
    pub async fn feed(&self, owner: &Username, slug: &Slug) -> Result<String, Error> {
        self.http.text(Call::document(["feeds", owner.as_str(), &format!("{slug}.ics")])).await
    }

    /// Every window of an event.
    pub async fn windows(&self, owner: &Username, slug: &Slug) -> Result<Vec<api::Window>, Error> {
        self.all(Call::get(["events", owner.as_str(), slug.as_str(), "windows"])).await
    }

    /// Adds a window to an event.
    pub async fn add_window(
        &self,
        owner: &Username,
        slug: &Slug,
        window: &api::NewWindow,
    ) -> Result<api::Window, Error> {
        self.http.json(Call::post(["events", owner.as_str(), slug.as_str(), "windows"]).body(window).fresh_key()).await
    }

    /// Removes a window; its bookings stay.
    pub async fn remove_window(&self, owner: &Username, slug: &Slug, id: WindowId) -> Result<(), Error> {
        let id = id.to_string();
        self.http.empty(Call::delete(["events", owner.as_str(), slug.as_str(), "windows", &id])).await
    }

    /// Slots of an event: one page, `next` says where the next one begins.
    pub async fn slots(&self, owner: &Username, slug: &Slug, query: &SlotQuery) -> Result<api::Slots, Error> {
        let mut call = Call::get(["events", owner.as_str(), slug.as_str(), "slots"]);
        for (name, at) in [("from", query.from), ("to", query.to)] {
            if let Some(at) = at {
                call = call.query(name, text_of(at));
            }
        }
        for (name, wanted) in [("explain", query.explain), ("open", query.open)] {
            if wanted {
                call = call.query(name, "true");
            }
        }
        self.http.json(call).await
    }

    /// Takes the slot that starts at `start` out of its windows, or everything from there to `until`.
    pub async fn remove_slot(
        &self,
        owner: &Username,
        slug: &Slug,
        start: Instant,
        until: Option<Instant>,
    ) -> Result<(), Error> {
        let mut call = Call::delete(["events", owner.as_str(), slug.as_str(), "slots", &text_of(start)]);
        if let Some(until) = until {
            call = call.query("until", text_of(until));
        }
        self.http.empty(call).await
    }

    /// Books a slot. Told the same twice under one `key`, the server books once.
    pub async fn book(
        &self,
        owner: &Username,
        slug: &Slug,
        booking: &api::NewBooking,
        key: &str,
    ) -> Result<api::Booking, Error> {
        let call = Call::post(["events", owner.as_str(), slug.as_str(), "bookings"]);
        self.http.json(call.body(booking).key(key)).await
    }

    /// Every booking that a query names, in order of its start.
    pub async fn bookings(&self, query: &BookingQuery) -> Result<Vec<api::Booking>, Error> {
        let mut call = Call::get(["bookings"]);
        for (name, at) in [("from", query.from), ("to", query.to)] {
            if let Some(at) = at {
                call = call.query(name, text_of(at));
            }
        }
        for (name, word) in [("role", query.role), ("status", query.status), ("id", query.id.as_deref())] {
            if let Some(word) = word {
                call = call.query(name, word);
            }
        }
        if let Some((owner, slug)) = &query.event {
            call = call.query("event", format!("{owner}/{slug}"));
        }
        self.all(call).await
    }

    /// A booking.
    pub async fn booking(&self, id: BookingId) -> Result<api::Booking, Error> {
        self.http.json(Call::get(["bookings", &id.to_string()])).await
    }

    /// Moves a booking, or decides on it.
    pub async fn change_booking(&self, id: BookingId, patch: &api::BookingPatch) -> Result<api::Booking, Error> {
        self.http.json(Call::patch(["bookings", &id.to_string()]).body(patch).fresh_key()).await
    }

    /// The call of a booking.
    pub async fn call(&self, id: BookingId) -> Result<api::Call, Error> {
        self.http.json(Call::get(["bookings", &id.to_string(), "call"])).await
    }

    /// What helps to find out whether a call could be held from here.
    pub async fn call_check(&self) -> Result<api::CallCheck, Error> {
        self.http.json(Call::get(["me", "call-check"])).await
    }

    /// The changes of an event from behind `cursor` on, or from now on: a stream that comes back by itself.
    pub fn follow(&self, owner: &Username, slug: &Slug, cursor: Option<Cursor>) -> Live {
        Live::new(self.http.clone(), Some((owner.clone(), slug.clone())), cursor)
    }

    /// One's own changes, as host and as guest, from behind `cursor` on, or from now on.
    pub fn follow_mine(&self, cursor: Option<Cursor>) -> Live {
        Live::new(self.http.clone(), None, cursor)
    }

    /// Follows a list from page to page.
    async fn all<T: serde::de::DeserializeOwned>(&self, call: Call) -> Result<Vec<T>, Error> {
        let call = call.query("limit", api::MAX_PAGE);
        let mut page: Page<T> = self.http.json(call.clone()).await?;
        let mut found = std::mem::take(&mut page.items);
        for _ in 1..MAX_PAGES {
            let Some(next) = page.next else { return Ok(found) };
            page = self.http.json(call.clone().query("cursor", next)).await?;
            found.append(&mut page.items);
        }
        if page.next.is_none() { Ok(found) } else { Err(Error::TooMuch { pages: MAX_PAGES }) }
    }
}
