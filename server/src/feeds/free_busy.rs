//! When somebody is busy, for everybody.

use chrono::{Days, TimeDelta};
use meetme_core::ical::{FreeBusy, free_busy_feed};
use meetme_core::time::Span;

use super::{Draft, midnight};
use crate::actions::ActionError;
use crate::app::App;
use crate::store::{StoreError, Touch, UserRecord};

/// Renders a person's busy time from this midnight (UTC) on. Time that cannot be read is busy.
pub(super) async fn draft(app: &App, user: &UserRecord, touch: Option<Touch>) -> Result<Draft, ActionError> {
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let today = midnight(now);
    let end = today.checked_add_signed(TimeDelta::days(limits.free_busy_days.max(1).into()));
    let range = end.and_then(|end| Span::new(today, end).ok());
    let range = range.ok_or_else(|| StoreError::Broken("the clock stands at the end of time".to_owned()))?;
    let holds = app.store.hold_ends(user.id, now).await?;
    let calendar = app.store.calendar(user.id, range, now).await?;
    let (sure, perhaps): (Vec<_>, Vec<_>) = calendar.in_use.iter().partition(|slot| slot.booked > 0);
    let mut busy: Vec<Span> = sure.iter().map(|slot| slot.span).collect();
    let mut tentative: Vec<Span> = perhaps.iter().map(|slot| slot.span).collect();
    for guest in &calendar.as_guest {
        match guest.holder {
            meetme_core::availability::Holder::Booking(_) => busy.push(guest.span),
            meetme_core::availability::Holder::Hold(_) => tentative.push(guest.span),
        }
    }
    busy.extend(calendar.entries.iter().chain(&calendar.unreadable));
    let known = [touch.map(|touch| touch.at), Some(today), holds.last];
    let modified = known.into_iter().flatten().max().unwrap_or(today);
    let text = free_busy_feed(&FreeBusy {
        user: &user.username,
        display_name: &user.display_name,
        range,
        busy: &busy,
        tentative: &tentative,
        changed_at: modified,
        refresh: limits.feed_refresh,
        url: &format!("{}/feeds/{}.ifb", app.public_url, user.username),
        uid_domain: app.domain(),
    });
    let tomorrow = today.checked_add_days(Days::new(1));
    Ok(Draft { text, modified, until: [tomorrow, holds.next].into_iter().flatten().min() })
}
