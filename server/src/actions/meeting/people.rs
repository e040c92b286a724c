//! Whom calendar addresses name, and where invitations go.

use meetme_core::id::UserId;
use meetme_core::object::Object;

use crate::actions::collection::given_collection_of;
use crate::actions::{ActionError, INBOX, PERSONAL};
use crate::app::App;
use crate::store::{CollectionFile, UserRecord};

/// Under which name it is kept on the inbox into which calendar invitations go.
pub const DEFAULT_CALENDAR: &str = "{urn:meetme:dav}default-calendar";

/// The message was delivered (RFC 6638 3.2.9).
pub(super) const DELIVERED: &str = "1.2";
/// The address is none that this server knows, or not any more that of the person who is meant.
pub(super) const UNKNOWN: &str = "3.7";
/// The one who sends it has no part in the meeting.
pub(super) const NO_AUTHORITY: &str = "3.8";
/// This server sends no mail.
const NO_WAY: &str = "5.2";
/// What the recipient has under this UID is not the sender's to change.
pub(super) const REJECTED: &str = "5.3";

/// Whose address it is; or what becomes of messages to it.
pub(super) async fn user_of(app: &App, address: &str) -> Result<Result<UserRecord, &'static str>, ActionError> {
    let address = address.trim();
    let lower = address.to_ascii_lowercase();
    if let Some(mail) = lower.strip_prefix("mailto:") {
        let mail = mail.split('?').next().unwrap_or_default();
        if !mail.contains('@') {
            return Ok(Err(UNKNOWN));
        }
        return Ok(app.store.user_by_email(mail).await?.ok_or(NO_WAY));
    }
    let path = address.strip_prefix(&app.public_url).unwrap_or(address);
    let principal = path.strip_prefix("/dav/principals/").map(|name| name.trim_end_matches('/').to_owned());
    let name = lower.strip_prefix("urn:meetme:").map(str::to_owned).or(principal);
    match name {
        Some(name) => Ok(app.store.user_by_name(&name).await?.ok_or(UNKNOWN)),
        None => Ok(Err(UNKNOWN)),
    }
}

/// Somebody who organizes a meeting.
pub(super) struct Organizer<'a> {
    /// Who it is. Addresses may be somebody else's by tomorrow.
    pub(super) user: UserId,
    /// Their calendar addresses.
    pub(super) addresses: &'a [String],
}

impl Organizer<'_> {
    /// Whether a copy that was written for `kept` is theirs to change.
    pub(super) fn may_change(&self, copy: &Object<'_>, kept: Option<UserId>) -> bool {
        kept.is_none_or(|user| user == self.user) && copy.is_organized_by(self.addresses)
    }
}

/// Whose a meeting is by the addresses of today; its owner's where nobody here organizes it.
pub(super) async fn organizer_of(app: &App, owner: UserId, object: &Object<'_>) -> Result<UserId, ActionError> {
    let Some(organizer) = object.organizer() else { return Ok(owner) };
    Ok(user_of(app, &organizer.address).await?.map_or(owner, |user| user.id))
}

/// The calendar into which invitations of `component`s go (`schedule-default-calendar-URL`).
pub(super) async fn default_calendar(app: &App, user: UserId, component: &str) -> Result<CollectionFile, ActionError> {
    let kept = app.store.properties(user, INBOX).await?;
    if let Some((_, name)) = kept.into_iter().find(|(name, _)| name == DEFAULT_CALENDAR)
        && let Some(calendar) = app.store.collection(user, &name).await?
        && calendar.collection.components.iter().any(|taken| taken == component)
    {
        return Ok(calendar);
    }
    given_collection_of(app, user, PERSONAL).await
}
