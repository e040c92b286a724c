//! What can be done, one file per verb. Every door (REST, and later CalDAV and
//! the booking page) goes through these, so that all of them refuse alike.
//!
//! An action finds out what a rule needs that costs time (slots cut from
//! windows), hands the rule to [`Store::change`](crate::store::Store::change)
//! and tells what came of it. It knows nothing of HTTP.

mod account;
mod availability;
mod book;
mod call;
mod carry;
mod collection;
mod commit;
mod common;
mod decide;
mod entry;
mod error;
mod event;
mod export;
mod feed;
mod follow;
mod follow_own;
mod hold;
mod log_in;
mod marks;
mod meeting;
mod reschedule;
mod token;
mod view;
mod window;

use std::sync::Arc;

use meetme_core::api::Scope;
use meetme_core::id::UserId;

pub use account::{SeenAccount, change_account, delete_account};
pub use availability::{AVAILABILITY, refresh_availability};
pub use book::{BookingPlace, book, book_at};
pub(crate) use call::read_call;
pub use call::{CallFile, call_view, caller_view, see_call};
pub use carry::{copy_collection, rename_collection};
pub use collection::{
    CollectionEdit, INBOX, Kept, PERSONAL, add_event, added_events, delete_collection, edit_collection,
    given_collection, is_hidden, make_collection, remove_event, set_properties, usual_components,
};
pub use commit::Key;
pub use common::{At, Common};
pub(crate) use decide::lapse;
pub use decide::{Seen, cancel, confirm, decline};
pub(crate) use entry::extend_busy;
pub use entry::{MAX_UID, Written, addresses, entry_of, etag_of, floating_zone, move_entry, object_limits};
pub use error::ActionError;
pub use event::{EventVersion, create_event, delete_event, edit_event};
pub use export::{Calendars, Export, Exported, ExportedCalendar, ExportedEntry, ExportedEvent, export_account};
pub use feed::{change_feeds, end_private_feed, list_feeds, make_private_feed};
pub use follow::{Follower, follow};
pub use follow_own::OwnFollower;
pub(crate) use hold::expire;
pub use hold::{hold, release};
pub use log_in::{LoggedIn, enter, log_in, log_out, sign_up};
pub use marks::{Marks, windows_place};
pub(crate) use meeting::forget_old_messages;
pub use meeting::{DEFAULT_CALENDAR, Stored, Wish, busy_of, remove_entry, write_entry};
pub use reschedule::reschedule;
pub use token::{create_token, list_tokens, revoke_token};
pub use view::{EventName, booking_view, own_event, person_view, see_booking, see_event, slots_between, user_view};
pub use window::{WindowPlan, add_window, remove_window, set_windows, take_out_slot};

use crate::credentials::Identity;
use crate::store::Credential;

/// Who acts, and what their token allows.
#[derive(Debug, Clone)]
pub struct Actor(pub Arc<Identity>);

impl Actor {
    /// Whose account it is.
    pub fn id(&self) -> UserId {
        self.0.user.id
    }

    /// Refuses when the token does not reach so far.
    pub fn needs(&self, scope: Scope) -> Result<(), ActionError> {
        if self.may(scope) { Ok(()) } else { Err(ActionError::ScopeMissing(scope)) }
    }

    /// Whether the token reaches so far; a session reaches everywhere.
    pub fn may(&self, scope: Scope) -> bool {
        self.is_session() || self.0.credential.scopes.contains(&scope)
    }

    /// The same person with a token that reaches everywhere but to the account itself.
    fn with_all_scopes(&self) -> Self {
        let credential = Credential { scopes: Scope::ALL.to_vec(), ..self.0.credential.clone() };
        Self(Arc::new(Identity { user: self.0.user.clone(), credential }))
    }

    /// Whether this is a log-in rather than an app token.
    pub fn is_session(&self) -> bool {
        self.0.credential.token.is_none()
    }
}
