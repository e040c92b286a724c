//! A person's own bookings.

use chrono::TimeDelta;
use meetme_core::booking::Status;
use meetme_core::ical::{self, BookingEntry, BookingsFeed, Offer, bookings_feed};
use meetme_core::time::Minutes;

use super::{Rendered, midnight, pack};
use crate::actions::{ActionError, Actor, booking_view, export_account};
use crate::app::App;
use crate::store::{BookingFile, BookingQuery, StoreError, UserRecord};

/// How many bookings are read at a time.
const PAGE: usize = 500;
/// How long bookings that are over stay in the feed, in days.
const PAST: i64 = 31;

/// What `user` has booked and what was booked of them: a month back, and as far ahead as feeds reach. It
/// holds names that change in the logs of others, so it is named by its bytes.
pub async fn bookings(app: &App, user: &UserRecord) -> Result<Rendered, ActionError> {
    let limits = &app.config.limits;
    let today = midnight(app.clock.now());
    let query = BookingQuery {
        from: today.checked_sub_signed(TimeDelta::days(PAST)),
        to: today.checked_add_signed(TimeDelta::days(limits.feed_days.into())),
        statuses: vec![Status::Pending, Status::Confirmed],
        ..BookingQuery::all_of(user.id)
    };
    let files = read(app, query, limits.feed_entries).await?;
    let text = write(app, user, files).await?;
    Ok(Rendered::unnamed(pack(text).await?))
}

/// Everything of an account that calendars can hold, to be taken along: every booking there ever was, cancelled
/// ones too, and when its events can be met.
pub async fn everything(app: &App, actor: &Actor) -> Result<String, ActionError> {
    let export = export_account(app, actor).await?;
    let files = read(app, BookingQuery::all_of(actor.id()), usize::MAX).await?;
    let places: Vec<String> = files.iter().map(|file| file.location.clone()).collect();
    let (refresh, domain) = (app.config.limits.feed_refresh, app.domain().to_owned());
    let bookings: Vec<_> = files.into_iter().map(|file| booking_view(app, file)).collect();
    let write = move || {
        let entries = bookings.iter().zip(&places).map(|(booking, location)| BookingEntry { booking, location });
        let entries: Vec<_> = entries.collect();
        let offers = export.events.iter().map(|offer| Offer { event: &offer.event, windows: &offer.windows });
        let offers: Vec<_> = offers.collect();
        let bookings = BookingsFeed { user: &export.user.username, bookings: &entries, refresh };
        ical::everything(&bookings, &offers, &domain)
    };
    let written = tokio::task::spawn_blocking(write).await;
    written.map_err(|error| StoreError::Broken(format!("an export could not be written: {error}")).into())
}

async fn read(app: &App, mut query: BookingQuery, most: usize) -> Result<Vec<BookingFile>, ActionError> {
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
    let (app, user) = (app.clone(), user.username.clone());
    let write = move || {
        let places: Vec<String> = files.iter().map(|file| file.location.clone()).collect();
        let bookings: Vec<_> = files.into_iter().map(|file| booking_view(&app, file)).collect();
        let entries = bookings.iter().zip(&places).map(|(booking, location)| BookingEntry { booking, location });
        let entries: Vec<_> = entries.collect();
        let refresh: Minutes = app.config.limits.feed_refresh;
        bookings_feed(&BookingsFeed { user: &user, bookings: &entries, refresh })
    };
    let written = tokio::task::spawn_blocking(write).await;
    written.map_err(|error| StoreError::Broken(format!("bookings could not be written: {error}")).into())
}
