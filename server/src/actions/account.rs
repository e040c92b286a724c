//! Accounts are changed and deleted.

use meetme_core::account::Profile;
use meetme_core::api;
use meetme_core::booking;
use meetme_core::change::{Cancelled, Change, Release};
use meetme_core::event::check_text;
use meetme_core::id::UserId;
use meetme_core::refusal::{Invalid, Refusal};
use meetme_core::time::Instant;

use crate::actions::commit::{Key, commit};
use crate::actions::error::of_change;
use crate::actions::log_in::{MAX_DISPLAY_NAME, check_email, check_password};
use crate::actions::meeting::leave;
use crate::actions::{ActionError, Actor, user_view};
use crate::app::App;
use crate::store::{AccountDossier, Found, Subject, UserRecord};

/// The highest limit per day or week that an account may set.
const MAX_LIMIT: u32 = 10_000;

/// What a client saw last; an account that says anything else by now is refused as stale.
pub type SeenAccount = Option<Box<dyn Fn(&UserRecord) -> bool + Send>>;

/// Changes what `patch` names and nothing else. A new password ends every other session.
pub async fn change_account(
    app: &App,
    actor: &Actor,
    mut patch: api::UserPatch,
    seen: SeenAccount,
) -> Result<api::User, ActionError> {
    check(&patch)?;
    let (user, session) = (actor.id(), actor.0.credential.hash);
    let password = match patch.password.take() {
        Some(password) => Some(NewPassword::make(app, user, patch.current_password.take(), password).await?),
        None => None,
    };
    let rule = move |found: &Found| {
        let Found::Person(person) = found else { unreachable!("an account was asked for") };
        if seen.as_ref().is_some_and(|is_as_seen| !is_as_seen(person)) {
            return Err(Refusal::Stale);
        }
        let profile = patched(person.profile(), &patch);
        let mut changes = Vec::new();
        if profile != person.profile() {
            changes.push(Change::ProfileChanged { user, profile: profile.clone() });
        }
        if let Some(password) = &password {
            if password.instead_of != person.password_hash {
                return Ok((Vec::new(), None));
            }
            changes.push(Change::PasswordChanged { user, hash: password.hash.clone(), kept: Some(session) });
        }
        Ok((changes, Some(user_view(&person.saying(profile)))))
    };
    let changed = commit(app, Subject::Person(user), &Key::none(), rule).await;
    app.credentials.forget(user);
    changed.map_err(|error| of_change(error, "account"))?.ok_or(ActionError::WrongPassword)
}

/// A password that shall stand in the place of another one. Both cost a hash, which no transaction waits for.
struct NewPassword {
    /// What the one hashes to that its owner gave as that so far.
    instead_of: String,
    hash: String,
}

impl NewPassword {
    async fn make(app: &App, user: UserId, current: Option<String>, password: String) -> Result<Self, ActionError> {
        let current = current
            .ok_or_else(|| Invalid::new("current_password", "", "give the password so far along with a new one"))?;
        let user = app.store.user(user).await?.ok_or(ActionError::NotFound { what: "account" })?;
        let instead_of = user.password_hash;
        if !app.passwords.check(current, Some(instead_of.clone())).await? {
            return Err(ActionError::WrongPassword);
        }
        Ok(Self { instead_of, hash: app.passwords.hash(password).await? })
    }
}

fn check(patch: &api::UserPatch) -> Result<(), Invalid> {
    if let Some(display_name) = &patch.display_name {
        check_text("display_name", display_name, 1, MAX_DISPLAY_NAME)?;
    }
    patch.email.as_deref().map_or(Ok(()), check_email)?;
    check_limit("max_per_day", patch.max_per_day.flatten())?;
    check_limit("max_per_week", patch.max_per_week.flatten())?;
    patch.password.as_deref().map_or(Ok(()), |password| check_password("password", password))
}

fn patched(profile: Profile, patch: &api::UserPatch) -> Profile {
    Profile {
        display_name: patch.display_name.clone().unwrap_or(profile.display_name),
        email: patch.email.clone().unwrap_or(profile.email),
        zone: patch.time_zone.unwrap_or(profile.zone),
        max_per_day: patch.max_per_day.unwrap_or(profile.max_per_day),
        max_per_week: patch.max_per_week.unwrap_or(profile.max_per_week),
    }
}

fn check_limit(field: &'static str, limit: Option<u32>) -> Result<(), Invalid> {
    match limit {
        Some(number) if !(1..=MAX_LIMIT).contains(&number) => {
            Err(Invalid::new(field, number, format!("use a whole number from 1 to {MAX_LIMIT}, or null for no limit")))
        }
        _ => Ok(()),
    }
}

/// Deletes the account with its events and calendars. With bookings ahead it is refused unless `cancel_bookings`,
/// and then each is cancelled first. Nobody hears that a meeting is off before it is decided that the account goes.
/// Should this end half-way, what was done stays done, and asking again does the rest.
pub async fn delete_account(app: &App, actor: &Actor, cancel_bookings: bool) -> Result<(), ActionError> {
    let user = actor.id();
    // From here on nobody can book.
    wind_up(app, user, cancel_bookings, false).await?;
    for calendar in app.store.collections(user).await? {
        leave(app, actor, &calendar, false).await?;
    }
    // What its owner booked meanwhile does not keep it.
    let done = wind_up(app, user, true, true).await;
    app.credentials.forget(user);
    done
}

/// Ends bookings ahead, as many at once as a transaction may, then holds and events, and with `goes` the account.
async fn wind_up(app: &App, user: UserId, cancel_bookings: bool, goes: bool) -> Result<(), ActionError> {
    loop {
        let now = app.clock.now();
        let rule = move |found: &Found| {
            let Found::Account(dossier) = found else { unreachable!("an account was asked for") };
            let mut changes = end_ahead(dossier, user, cancel_bookings, now)?;
            let is_last = dossier.ahead.len() == dossier.count;
            if is_last {
                changes.extend(take_down(dossier));
                changes.extend(goes.then_some(Change::AccountDeleted { user }));
            }
            Ok((changes, is_last))
        };
        let done = commit(app, Subject::Account(user), &Key::none(), rule).await;
        if done.map_err(|error| of_change(error, "account"))? {
            return Ok(());
        }
    }
}

fn end_ahead(
    dossier: &AccountDossier,
    user: UserId,
    cancel_bookings: bool,
    now: Instant,
) -> Result<Vec<Change>, Refusal> {
    if !cancel_bookings && dossier.count > 0 {
        return Err(Refusal::BookingsAhead { count: dossier.count });
    }
    let mut changes = Vec::new();
    for ahead in &dossier.ahead {
        let why = if ahead.host == user { Cancelled::ByHost } else { Cancelled::ByGuest };
        changes.extend(booking::cancel(ahead, why, now)?);
    }
    Ok(changes)
}

fn take_down(dossier: &AccountDossier) -> impl Iterator<Item = Change> {
    let holds = dossier.holds.iter().cloned().map(|hold| Change::Released { hold, why: Release::GivenUp });
    holds.chain(dossier.events.iter().cloned().map(|event| Change::EventDeleted { event }))
}
