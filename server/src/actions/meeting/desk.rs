//! One person's copies of a meeting as they were read, and what becomes of them.

use meetme_core::change::Change;
use meetme_core::entry::{self, Condition, Entry};
use meetme_core::id::UserId;
use meetme_core::object::Object;
use meetme_core::object::schedule::{Message, Role, keeps_schedule_tag};

use crate::actions::collection::given_collection_of;
use crate::actions::commit::{Key, commit};
use crate::actions::entry::{addresses, entry_of, object_limits};
use crate::actions::error::of_change;
use crate::actions::meeting::people::{Organizer, default_calendar};
use crate::actions::meeting::plan::Step;
use crate::actions::{ActionError, INBOX};
use crate::app::App;
use crate::ids;
use crate::store::{ChangeError, CollectionFile, EntryAt, EntryFile, Found, Subject, UserRecord};

/// Messages that are looked at at once.
const BATCH: usize = 100;

/// One person's copy of a meeting.
pub(super) struct Desk {
    /// Whose.
    pub(super) user: UserRecord,
    /// Their calendar addresses.
    pub(super) addresses: Vec<String>,
    /// What they have under the meeting's UID in any calendar.
    files: Vec<(CollectionFile, EntryFile)>,
    /// What one of those becomes, or a new one.
    renewed: Option<Renewed>,
    /// What arrives in their inbox.
    messages: Vec<String>,
    /// By which addresses they are told of it.
    pub(super) named: Vec<String>,
}

/// A copy as it becomes.
struct Renewed {
    /// Its place among what was there; none if it is new.
    place: Option<usize>,
    text: String,
    /// Whose meeting it is.
    organizer: UserId,
}

impl Desk {
    /// Reads what a person has of a meeting.
    pub(super) async fn read(app: &App, user: UserRecord, uid: &str) -> Result<Self, ActionError> {
        let files = app.store.with_uid(user.id, uid).await?;
        let addresses = addresses(app, &user);
        Ok(Self { user, addresses, files, renewed: None, messages: Vec::new(), named: Vec::new() })
    }

    /// Whether they have anything under the UID.
    pub(super) fn has_any(&self) -> bool {
        !self.files.is_empty() || self.renewed.is_some()
    }

    /// Their copy of a meeting of this organizer's as it is by now, and its place.
    pub(super) fn copy_of(&self, app: &App, organizer: &Organizer<'_>) -> Option<(Option<usize>, String)> {
        self.copy(app, Role::Attendee, |copy, kept| organizer.may_change(copy, kept))
    }

    /// Their copy of a meeting that they organize as it is by now, and its place.
    pub(super) fn own_copy(&self, app: &App) -> Option<(Option<usize>, String)> {
        self.copy(app, Role::Organizer, |_, _| true)
    }

    fn copy(
        &self,
        app: &App,
        role: Role,
        fits: impl Fn(&Object<'_>, Option<UserId>) -> bool,
    ) -> Option<(Option<usize>, String)> {
        if let Some(Renewed { place, text, organizer }) = &self.renewed {
            let object = Object::read(text.as_bytes(), &object_limits(app)).ok()?;
            return fits(&object, Some(*organizer)).then(|| (*place, text.clone()));
        }
        self.files.iter().enumerate().find_map(|(place, (_, file))| {
            let object = Object::read(&file.bytes, &object_limits(app)).ok()?;
            let meant = object.role(&self.addresses) == Ok(Some(role)) && fits(&object, file.organizer);
            let text = String::from_utf8(file.bytes.clone()).ok()?;
            meant.then_some((Some(place), text))
        })
    }

    /// Puts another text in the place of a copy, or makes one, of this organizer's meeting.
    pub(super) fn renew(&mut self, place: Option<usize>, text: String, organizer: UserId) {
        self.renewed = Some(Renewed { place, text, organizer });
    }

    /// Lets a message arrive.
    pub(super) fn receive(&mut self, message: &Message) {
        self.messages.push(message.text.clone());
    }

    /// What has to be written; none if it cannot be kept.
    pub(super) async fn steps(&self, app: &App) -> Result<Option<Vec<Step>>, ActionError> {
        let mut steps = Vec::new();
        if let Some(renewed) = &self.renewed {
            let Some(step) = self.renewal(app, renewed).await? else { return Ok(None) };
            steps.extend(step);
        }
        if self.messages.is_empty() {
            return Ok(Some(steps));
        }
        let inbox = given_collection_of(app, self.user.id, INBOX).await?;
        for text in &self.messages {
            let name = format!("{}.ics", ids::uuid());
            let Ok(entry) = entry_of(app, &self.user, &inbox, &name, text.clone().into_bytes()) else {
                return Ok(None);
            };
            // A message takes no time; the copy in the calendar does.
            let entry = Entry { message: true, schedule_tag: None, busy: Vec::new(), known_to: None, ..entry };
            steps.push(Step::put(self.user.id, entry, None));
        }
        let limit = app.config.limits.inbox_messages;
        let after = usize::try_from(inbox.entries).unwrap_or(usize::MAX).saturating_add(self.messages.len());
        for old in app.store.oldest_messages(inbox.collection.id, after.saturating_sub(limit).min(BATCH)).await? {
            let at = EntryAt { owner: self.user.id, collection: inbox.collection.id, name: old.name, uid: None };
            steps.push(Step { at, was: Some(old.etag), put: None });
        }
        Ok(Some(steps))
    }

    /// The step that writes their copy: none at all if it stays as it is, no answer if it cannot be kept.
    async fn renewal(&self, app: &App, renewed: &Renewed) -> Result<Option<Option<Step>>, ActionError> {
        let Renewed { place, text, organizer } = renewed;
        let limits = object_limits(app);
        let was = place.and_then(|place| self.files.get(place));
        let Ok(object) = Object::read(text.as_bytes(), &limits) else { return Ok(None) };
        let (calendar, name) = match was {
            Some((calendar, file)) => (calendar.clone(), file.name.clone()),
            None => {
                let calendar = default_calendar(app, self.user.id, object.kind().name()).await?;
                (calendar, format!("{}.ics", ids::uuid()))
            }
        };
        let Ok(mut entry) = entry_of(app, &self.user, &calendar, &name, text.as_bytes().to_vec()) else {
            return Ok(None);
        };
        entry.organizer = Some(*organizer);
        let Some((_, file)) = was else { return Ok(Some(Some(Step::put(self.user.id, entry, None)))) };
        if file.etag == entry.etag {
            return Ok(Some(None));
        }
        if let Ok(old) = Object::read(&file.bytes, &limits)
            && keeps_schedule_tag(&old, &object)
        {
            entry.schedule_tag = file.schedule_tag.clone().or(entry.schedule_tag);
        }
        Ok(Some(Some(Step::put(self.user.id, entry, Some(file.etag.clone())))))
    }
}

/// Forgets messages that have been in inboxes for too long: one look. How many there were.
pub(crate) async fn forget_old_messages(app: &App) -> Result<usize, ActionError> {
    let before = app.clock.now() - app.config.limits.inbox_kept;
    let old = app.store.old_messages(before, BATCH).await?;
    for (at, etag) in &old {
        let (owner, collection, name) = (at.owner, at.collection, at.name.clone());
        let subject = Subject::Entry { owner, collection, name, uid: None };
        let etag = etag.clone();
        let rule = move |found: &Found| {
            let Found::Place(place) = found else { unreachable!("a place was asked for") };
            let condition = Condition { matches: Some(vec![etag.clone()]), ..Condition::default() };
            // Its owner may have removed it meanwhile.
            let changes: Vec<Change> = entry::remove(place, &condition).unwrap_or_default();
            Ok((changes, ()))
        };
        match commit(app, subject, &Key::none(), rule).await {
            Ok(()) | Err(ChangeError::NotFound) => {}
            Err(error) => return Err(of_change(error, "inbox")),
        }
    }
    Ok(old.len())
}
