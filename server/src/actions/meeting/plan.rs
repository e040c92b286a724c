//! What becomes of everybody's copies of a meeting when one of them changes.

use std::collections::BTreeMap;

use meetme_core::entry::Entry;
use meetme_core::id::UserId;
use meetme_core::object::schedule::{
    Message, Method, Role, attendee_deletes, attendee_message, attendees_copy, keeps_schedule_tag, organizer_messages,
    organizers_copy, with_cancel, with_reply, with_request, with_statuses,
};
use meetme_core::object::{BadObject, Object};
use meetme_core::refusal::Refusal;
use meetme_core::time::Instant;

use crate::actions::availability::{self, Written, is_availability};
use crate::actions::entry::{addresses, entry_of, object_limits};
use crate::actions::meeting::desk::Desk;
use crate::actions::meeting::people::{DELIVERED, NO_AUTHORITY, Organizer, REJECTED, UNKNOWN, organizer_of, user_of};
use crate::actions::meeting::{Wish, own_place};
use crate::actions::{ActionError, Actor};
use crate::app::App;
use crate::store::{EntryAt, EntryFile};

/// What is written in one place.
#[derive(Debug, Clone)]
pub(in crate::actions) struct Step {
    /// Where.
    pub(in crate::actions) at: EntryAt,
    /// The ETag of what was there when it was planned.
    pub(in crate::actions) was: Option<String>,
    /// What shall be there; none removes it.
    pub(in crate::actions) put: Option<Box<Entry>>,
}

impl Step {
    pub(in crate::actions) fn put(owner: UserId, entry: Entry, was: Option<String>) -> Self {
        let at =
            EntryAt { owner, collection: entry.collection, name: entry.name.clone(), uid: Some(entry.uid.clone()) };
        Self { at, was, put: Some(Box::new(entry)) }
    }
}

/// All that is written together. One's own copy comes first.
pub(super) struct Plan {
    /// Whose changes it should meet in one batch: the organizer's.
    pub(super) lead: UserId,
    /// What is written.
    pub(super) steps: Vec<Step>,
}

impl Plan {
    /// Works out what a client's wish means for everybody. Messages are counted against the actor's rate once.
    pub(super) async fn make(
        app: &App,
        actor: &Actor,
        wish: &Wish,
        entry: Option<&Entry>,
        is_counted: &mut bool,
    ) -> Result<Self, ActionError> {
        let names = [wish.name.clone()];
        let there = app.store.entries(wish.calendar.collection.id, &names).await?.pop();
        if there.is_none() && entry.is_none() {
            return Err(Refusal::NotThere.into());
        }
        wish.condition.check(there.as_ref().map(card).as_ref())?;
        let limits = object_limits(app);
        let old = there.as_ref().map(|file| Object::read(&file.bytes, &limits)).transpose()?;
        let new = entry.map(|entry| Object::read(&entry.bytes, &limits)).transpose()?;
        if let (Some(file), Some(entry)) = (&there, entry)
            && file.uid != entry.uid
        {
            return Err(Refusal::UidTaken { name: file.name.clone() }.into());
        }
        let writer = Writer { app, actor, addresses: addresses(app, &actor.0.user), stamp: app.clock.now() };
        let own = writer.own(wish, old.as_ref(), new.as_ref())?;
        let loud = own.messages.iter().filter(|message| !message.quiet).count();
        if loud > app.config.limits.meeting_recipients {
            let limit = app.config.limits.meeting_recipients;
            return Err(BadObject::TooManyAttendees { count: loud, limit }.into());
        }
        if !std::mem::replace(is_counted, true) {
            app.rates.take_messages(actor.id(), loud).await.map_err(|_| ActionError::TooFast)?;
        }
        let uid = new.as_ref().or(old.as_ref()).map(Object::uid).unwrap_or_default();
        let organizer = writer.organizer(there.as_ref(), old.as_ref(), new.as_ref()).await?;
        let mut post =
            Post { writer: &writer, uid, organizer, desks: BTreeMap::new(), told: Vec::new(), lead: actor.id() };
        for message in &own.messages {
            post.deliver(message).await?;
        }
        let mut theirs = Vec::new();
        for desk in post.desks.values() {
            match desk.steps(app).await? {
                Some(steps) => theirs.extend(steps),
                // It would be too large with what is their own, say: they keep what they have, and the writer hears.
                None => {
                    let named = |address: &String| desk.named.contains(address);
                    post.told.iter_mut().filter(|(to, _)| named(to)).for_each(|(_, status)| *status = REJECTED);
                }
            }
        }
        let mut own_step = writer.own_step(wish, there.as_ref(), old.as_ref(), &own, &post.told)?;
        if let Some(entry) = &mut own_step.put {
            entry.organizer = organizer;
        }
        let mut steps = vec![own_step];
        steps.extend(theirs);
        let before = there.as_ref().map(|file| file.component.as_str());
        if before.into_iter().chain(entry.map(|entry| entry.component.as_str())).any(is_availability) {
            let put = steps[0].put.clone();
            let bytes = put.as_ref().map(|entry| entry.bytes.as_slice());
            let written = Written { collection: wish.calendar.collection.id, name: &wish.name, bytes };
            steps.extend(availability::step(app, &actor.0.user, Some(&written)).await?);
        }
        Ok(Self { lead: post.lead, steps })
    }

    /// The ETag and bytes that are kept, where they are not the client's.
    pub(super) fn kept(&self, entry: Option<&Entry>) -> Option<(String, Vec<u8>)> {
        let kept = self.steps.first()?.put.as_deref()?;
        let asked = entry?;
        (kept.bytes != asked.bytes).then(|| (kept.etag.clone(), kept.bytes.clone()))
    }
}

fn card(file: &EntryFile) -> meetme_core::entry::EntryCard {
    meetme_core::entry::EntryCard {
        name: file.name.clone(),
        uid: file.uid.clone(),
        component: file.component.clone(),
        etag: file.etag.clone(),
        schedule_tag: file.schedule_tag.clone(),
        busy: Vec::new(),
    }
}

/// One's own copy, and what it tells others.
struct Own {
    /// None if it goes.
    text: Option<String>,
    messages: Vec<Message>,
    /// What messages there are.
    method: Method,
}

/// Whoever changes their copy.
struct Writer<'a> {
    app: &'a App,
    actor: &'a Actor,
    addresses: Vec<String>,
    stamp: Instant,
}

impl Writer<'_> {
    fn as_organizer(&self) -> Organizer<'_> {
        Organizer { user: self.actor.id(), addresses: &self.addresses }
    }

    /// What becomes of one's own copy.
    fn own(&self, wish: &Wish, old: Option<&Object<'_>>, new: Option<&Object<'_>>) -> Result<Own, ActionError> {
        let role = |object: Option<&Object<'_>>| match object {
            Some(object) => object.role(&self.addresses),
            None => Ok(None),
        };
        // What is there may have been written before this was looked at.
        let (was, is) = (role(old).unwrap_or_default(), role(new)?);
        let (addresses, stamp) = (self.addresses.as_slice(), self.stamp);
        match (was, is, new) {
            (Some(Role::Organizer), _, Some(new)) | (_, Some(Role::Organizer), Some(new)) => {
                let old = old.filter(|_| was == Some(Role::Organizer));
                // Who says which bytes they read has seen all answers.
                let overrules = wish.condition.matches.is_some();
                let text = organizers_copy(old, new, addresses, overrules)?;
                let kept = Object::read(text.as_bytes(), &object_limits(self.app))?;
                let organizes = kept.is_organized_by(addresses);
                let messages = organizer_messages(old, Some(&kept).filter(|_| organizes), addresses, stamp);
                drop(kept);
                Ok(Own { text: Some(text), messages, method: Method::Request })
            }
            (Some(Role::Organizer), _, None) => Ok(Own {
                text: None,
                messages: organizer_messages(old, None, addresses, stamp),
                method: Method::Cancel,
            }),
            (_, _, Some(new)) => {
                let old = old.filter(|_| was == Some(Role::Attendee));
                let text = attendees_copy(old, new, addresses)?;
                let kept = Object::read(text.as_bytes(), &object_limits(self.app))?;
                let message = attendee_message(old, &kept, addresses, stamp).filter(|_| is.is_some());
                drop(kept);
                Ok(Own { text: Some(text), messages: message.into_iter().collect(), method: Method::Reply })
            }
            (_, _, None) => {
                let old = old.filter(|_| was == Some(Role::Attendee) && wish.replies);
                let message = old.and_then(|old| attendee_deletes(old, addresses, stamp));
                Ok(Own { text: None, messages: message.into_iter().collect(), method: Method::Reply })
            }
        }
    }

    /// Whose meeting it is: the one's whose it was, as long as it names the same organizer.
    async fn organizer(
        &self,
        there: Option<&EntryFile>,
        old: Option<&Object<'_>>,
        new: Option<&Object<'_>>,
    ) -> Result<Option<UserId>, ActionError> {
        let named = |object: &Object<'_>| object.organizer().map(|organizer| organizer.address.to_ascii_lowercase());
        let was_meeting = |old: &Object<'_>| matches!(old.role(&self.addresses), Ok(Some(_)));
        let kept = there.and_then(|file| file.organizer);
        match (old.filter(|old| was_meeting(old)), new) {
            (_, None) => Ok(kept),
            (Some(old), Some(new)) if kept.is_some() && named(old) == named(new) => Ok(kept),
            (_, Some(new)) => organizer_of(self.app, self.actor.id(), new).await.map(Some),
        }
    }

    /// The step that writes one's own copy, with what became of the messages in it.
    fn own_step(
        &self,
        wish: &Wish,
        there: Option<&EntryFile>,
        old: Option<&Object<'_>>,
        own: &Own,
        told: &[(String, &'static str)],
    ) -> Result<Step, ActionError> {
        let was = there.map(|file| file.etag.clone());
        let calendar = &wish.calendar;
        let Some(text) = &own.text else {
            let at = own_place(self.actor, calendar.collection.id, &wish.name, None);
            return Ok(Step { at, was, put: None });
        };
        let limits = object_limits(self.app);
        let text = with_statuses(&Object::read(text.as_bytes(), &limits)?, told, own.method);
        let mut entry = entry_of(self.app, &self.actor.0.user, calendar, &wish.name, text.into_bytes())?;
        let kept = Object::read(&entry.bytes, &limits)?;
        let keeps = old.is_some_and(|old| keeps_schedule_tag(old, &kept));
        drop(kept);
        if let Some(tag) = there.and_then(|file| file.schedule_tag.clone()).filter(|_| keeps) {
            entry.schedule_tag = entry.schedule_tag.map(|_| tag);
        }
        Ok(Step::put(self.actor.id(), entry, was))
    }
}

/// Brings messages to people.
struct Post<'a> {
    writer: &'a Writer<'a>,
    uid: &'a str,
    /// Whose the meeting is in the writer's copy, if that is known.
    organizer: Option<UserId>,
    desks: BTreeMap<UserId, Desk>,
    /// What became of messages, by address.
    told: Vec<(String, &'static str)>,
    lead: UserId,
}

impl Post<'_> {
    /// Brings one message, and notes what became of it.
    async fn deliver(&mut self, message: &Message) -> Result<(), ActionError> {
        let Some(mut desk) = self.open(message).await? else { return Ok(()) };
        let is_meant = message.method != Method::Reply || self.organizer.is_none_or(|user| user == desk.user.id);
        let status = match message.method {
            _ if !is_meant => UNKNOWN,
            Method::Request => self.request(&mut desk, message)?,
            Method::Cancel => self.cancel(&mut desk, message)?,
            Method::Reply => self.reply(&mut desk, message).await?,
        };
        if !message.quiet {
            desk.named.push(message.to.clone());
            self.told.push((message.to.clone(), status));
        }
        self.desks.insert(desk.user.id, desk);
        Ok(())
    }

    /// What the recipient has; none if there is no recipient here.
    async fn open(&mut self, message: &Message) -> Result<Option<Desk>, ActionError> {
        let user = match user_of(self.writer.app, &message.to).await? {
            Ok(user) if user.id != self.writer.actor.id() => user,
            Ok(_) => return Ok(None),
            Err(status) => {
                if !message.quiet {
                    self.told.push((message.to.clone(), status));
                }
                return Ok(None);
            }
        };
        match self.desks.remove(&user.id) {
            Some(desk) => Ok(Some(desk)),
            None => Desk::read(self.writer.app, user, self.uid).await.map(Some),
        }
    }

    /// An attendee's copy is made or renewed. What is under this UID and was not organized by the sender is not touched.
    fn request(&self, desk: &mut Desk, message: &Message) -> Result<&'static str, ActionError> {
        self.renew(desk, message, &self.writer.as_organizer())
    }

    fn renew(
        &self,
        desk: &mut Desk,
        message: &Message,
        organizer: &Organizer<'_>,
    ) -> Result<&'static str, ActionError> {
        let app = self.writer.app;
        let limits = object_limits(app);
        let request = Object::read(message.text.as_bytes(), &limits)?;
        match desk.copy_of(app, organizer) {
            Some((place, text)) => {
                let copy = Object::read(text.as_bytes(), &limits)?;
                if let Some(text) = with_request(Some(&copy), &request, &desk.addresses) {
                    desk.renew(place, text, organizer.user);
                }
            }
            None if desk.has_any() => return Ok(REJECTED),
            // Whoever removed their copy is not bothered with what others answered.
            None if message.quiet => return Ok(DELIVERED),
            None => {
                if let Some(text) = with_request(None, &request, &desk.addresses) {
                    desk.renew(None, text, organizer.user);
                }
            }
        }
        if !message.quiet {
            desk.receive(message);
        }
        Ok(DELIVERED)
    }

    /// An attendee's copy is cancelled, if there is one.
    fn cancel(&self, desk: &mut Desk, message: &Message) -> Result<&'static str, ActionError> {
        let app = self.writer.app;
        let limits = object_limits(app);
        let cancel = Object::read(message.text.as_bytes(), &limits)?;
        let organizer = self.writer.as_organizer();
        let Some((place, text)) = desk.copy_of(app, &organizer) else {
            return Ok(if desk.has_any() { REJECTED } else { DELIVERED });
        };
        let copy = Object::read(text.as_bytes(), &limits)?;
        if let Some(text) = with_cancel(&copy, &cancel) {
            desk.renew(place, text, organizer.user);
        }
        desk.receive(message);
        Ok(DELIVERED)
    }

    /// An answer goes into the organizer's copy, and quietly into those of the others.
    async fn reply(&mut self, desk: &mut Desk, message: &Message) -> Result<&'static str, ActionError> {
        let app = self.writer.app;
        let limits = object_limits(app);
        let Some((place, text)) = desk.own_copy(app) else { return Ok(REJECTED) };
        self.lead = desk.user.id;
        let copy = Object::read(text.as_bytes(), &limits)?;
        let from = |person: &str| self.writer.addresses.iter().any(|own| own.eq_ignore_ascii_case(person.trim()));
        if !copy.attendees().iter().any(|person| from(&person.address)) {
            return Ok(NO_AUTHORITY);
        }
        let reply = Object::read(message.text.as_bytes(), &limits)?;
        if let Some(answered) = with_reply(&copy, &reply) {
            let new = Object::read(answered.as_bytes(), &limits)?;
            let quiet = organizer_messages(Some(&copy), Some(&new), &desk.addresses, self.writer.stamp);
            drop(new);
            for message in quiet {
                let Some(mut other) = self.open(&Message { quiet: true, ..message.clone() }).await? else { continue };
                let organizer = Organizer { user: desk.user.id, addresses: &desk.addresses };
                self.renew(&mut other, &Message { quiet: true, ..message }, &organizer)?;
                self.desks.insert(other.user.id, other);
            }
            desk.renew(place, answered, desk.user.id);
        }
        desk.receive(message);
        Ok(DELIVERED)
    }
}
