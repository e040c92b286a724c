//! A person's own bookings.

use chrono::{Days, TimeDelta};
use meetme_core::booking::Status;
use meetme_core::ical::{BookingEntry, BookingsFeed, bookings_feed};
use meetme_core::time::{Minutes, Span};

use super::{Basis, Draft, midnight};
use crate::actions::{ActionError, booking_view};
use crate::app::App;
use crate::store::{BookingFile, BookingQuery, StoreError, UserRecord};

/// How many bookings are read at a time.
const PAGE: usize = 500;
/// How long bookings that are over stay in the feed, in days.
const PAST: i64 = 31;

/// From a month back to as far ahead as feeds reach. It moves with the days (UTC).
pub(super) fn reach(app: &App) -> Result<Span, ActionError> {
    let today = midnight(app.clock.now());
    let from = today.checked_sub_signed(TimeDelta::days(PAST));
    let to = today.checked_add_signed(TimeDelta::days(app.config.limits.feed_days.max(1).into()));
    let reach = from.zip(to).and_then(|(from, to)| Span::new(from, to).ok());
    reach.ok_or_else(|| StoreError::Broken("the clock stands at the end of time".to_owned()).into())
}

/// Renders what `user` has booked and what was booked of them.
pub(super) async fn draft(app: &App, user: &UserRecord, basis: &Basis) -> Result<Draft, ActionError> {
    let (today, reach) = (midnight(app.clock.now()), reach(app)?);
    let query = BookingQuery {
        from: Some(reach.start()),
        to: Some(reach.end()),
        statuses: vec![Status::Pending, Status::Confirmed],
        ..BookingQuery::all_of(user.id)
    };
    let files = read(app, query, app.config.limits.feed_entries).await?;
    let text = write(app, user, files).await?;
    let known = [basis.touch.map(|touch| touch.at), basis.names.at, Some(today)];
    let modified = known.into_iter().flatten().max().unwrap_or(today);
    Ok(Draft { text, modified, until: today.checked_add_days(Days::new(1)) })
}

pub(super) async fn read(app: &App, mut query: BookingQuery, most: usize) -> Result<Vec<BookingFile>, ActionError> {
    let mut files = Vec::new();
    while files.len() < most {
        let page = app.store.bookings(query.clone(), PAGE.min(most - files.len())).await?;
        let Some(last) = page.last() else { break };
        query.after = Some((last.booking.span.start(), last.booking.id));
        files.extend(page);
    }
    Ok(files)
}

async fn write(app: &App, user: &UserRecord, files: Vec<BookingFile>) -> Result<String, ActionError> {
    let (app, reader, user) = (app.clone(), user.id, user.username.clone());
    let write = move || {
        let places: Vec<String> = files.iter().map(|file| file.location.clone()).collect();
        let bookings: Vec<_> = files.into_iter().map(|file| booking_view(&app, file, reader)).collect();
        let entries = bookings.iter().zip(&places).map(|(booking, location)| BookingEntry { booking, location });
        let entries: Vec<_> = entries.collect();
        let refresh: Minutes = app.config.limits.feed_refresh;
        bookings_feed(&BookingsFeed { user: &user, bookings: &entries, refresh })
    };
    let written = tokio::task::spawn_blocking(write).await;
    written.map_err(|error| StoreError::Broken(format!("bookings could not be written: {error}")).into())
}
