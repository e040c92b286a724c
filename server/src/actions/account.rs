//! Accounts are changed and deleted.

use meetme_core::api;
use meetme_core::booking::{Booking, Status};
use meetme_core::change::{Cancelled, Change, Release};
use meetme_core::event::check_text;
use meetme_core::refusal::{Invalid, Refusal};

use crate::actions::commit::{Key, commit};
use crate::actions::error::of_change;
use crate::actions::event::end_ahead;
use crate::actions::log_in::{MAX_DISPLAY_NAME, check_email, check_password};
use crate::actions::meeting::leave;
use crate::actions::{ActionError, Actor};
use crate::app::App;
use crate::store::{AccountDossier, BookingQuery, Found, Subject, UserRecord};

/// The highest limit per day or week that an account may set.
const MAX_LIMIT: u32 = 10_000;

/// Changes what `patch` names. A new password ends every other session.
pub async fn change_account(app: &App, actor: &Actor, patch: api::UserPatch) -> Result<UserRecord, ActionError> {
    let mut user = app.store.user(actor.id()).await?.ok_or(ActionError::NotFound { what: "account" })?;
    if let Some(display_name) = patch.display_name {
        check_text("display_name", &display_name, 1, MAX_DISPLAY_NAME)?;
        user.display_name = display_name;
    }
    if let Some(email) = patch.email {
        check_email(&email)?;
        user.email = email;
    }
    user.zone = patch.time_zone.unwrap_or(user.zone);
    user.max_per_day = check_limit("max_per_day", patch.max_per_day.unwrap_or(user.max_per_day))?;
    user.max_per_week = check_limit("max_per_week", patch.max_per_week.unwrap_or(user.max_per_week))?;
    let mut end_sessions_but = None;
    if let Some(password) = patch.password {
        check_password("password", &password)?;
        let current = patch
            .current_password
            .ok_or_else(|| Invalid::new("current_password", "", "give the password so far along with a new one"))?;
        if !app.passwords.check(current, Some(user.password_hash.clone())).await? {
            return Err(ActionError::WrongPassword);
        }
        user.password_hash = app.passwords.hash(password).await?;
        end_sessions_but = Some(actor.0.credential.hash);
    }
    app.store.update_user(user.clone(), end_sessions_but, app.clock.now()).await?;
    app.credentials.forget(actor.id());
    app.announce_head(actor.id()).await;
    Ok(user)
}

fn check_limit(field: &'static str, limit: Option<u32>) -> Result<Option<u32>, Invalid> {
    match limit {
        Some(number) if !(1..=MAX_LIMIT).contains(&number) => {
            Err(Invalid::new(field, number, format!("use a whole number from 1 to {MAX_LIMIT}, or null for no limit")))
        }
        limit => Ok(limit),
    }
}

/// Deletes the account with its events and calendars; meetings that lie ahead are cancelled or declined. With bookings ahead it is refused unless `cancel_bookings`,
/// and then each is cancelled first.
pub async fn delete_account(app: &App, actor: &Actor, cancel_bookings: bool) -> Result<(), ActionError> {
    let (user, now) = (actor.id(), app.clock.now());
    let statuses = vec![Status::Pending, Status::Confirmed];
    let ahead = BookingQuery { from: Some(now), statuses, ..BookingQuery::all_of(user) };
    // Nobody is told that meetings are off unless the account goes.
    if cancel_bookings || app.store.bookings(ahead, 1).await?.is_empty() {
        for calendar in app.store.collections(user).await? {
            leave(app, actor, &calendar, false).await?;
        }
    }
    let rule = move |found: &Found| {
        let Found::Account(dossier) = found else { unreachable!("an account was asked for") };
        Ok((delete(dossier, user, cancel_bookings, now)?, ()))
    };
    let done = commit(app, Subject::Account(user), &Key::none(), rule).await;
    app.credentials.forget(user);
    done.map_err(|error| of_change(error, "account"))
}

fn delete(
    dossier: &AccountDossier,
    user: meetme_core::id::UserId,
    cancel_bookings: bool,
    now: meetme_core::time::Instant,
) -> Result<Vec<Change>, Refusal> {
    let (as_host, as_guest): (Vec<Booking>, Vec<Booking>) =
        dossier.ahead.iter().cloned().partition(|booking| booking.host == user);
    if !cancel_bookings && !dossier.ahead.is_empty() {
        return Err(Refusal::BookingsAhead { count: dossier.ahead.len() });
    }
    let mut changes = end_ahead(&as_host, cancel_bookings, Cancelled::ByHost, now)?;
    changes.extend(end_ahead(&as_guest, cancel_bookings, Cancelled::ByGuest, now)?);
    changes.extend(dossier.holds.iter().cloned().map(|hold| Change::Released { hold, why: Release::GivenUp }));
    changes.extend(dossier.events.iter().cloned().map(|event| Change::EventDeleted { event }));
    changes.push(Change::AccountDeleted { user });
    Ok(changes)
}
