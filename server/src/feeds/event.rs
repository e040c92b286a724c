//! The open slots of an event.

use chrono::{Days, TimeDelta};
use meetme_core::api;
use meetme_core::availability::{Obstacle, Verdict};
use meetme_core::ical::{self, open_slots_feed};
use meetme_core::slot::MAX_SLOT_RANGE;
use meetme_core::time::{Instant, Span};

use super::{Draft, midnight};
use crate::actions::ActionError;
use crate::app::App;
use crate::slots;
use crate::store::{EventFile, HoldEnds, StoreError, Touch};

/// How many pages of slots a feed looks at; it ends where they end.
const PAGES: usize = 64;

/// What is open from now on, and until when that is so.
struct Open {
    slots: Vec<Span>,
    /// When the last slot before these closed.
    last_close: Option<Instant>,
}

/// Renders what is open now.
pub(super) async fn draft(app: &App, file: &EventFile, touch: Option<Touch>) -> Result<Draft, ActionError> {
    let now = app.clock.now();
    let range = range(app, now)?;
    let holds = app.store.hold_ends(file.event.host, now).await?;
    let open = open(app, file, range, now).await?;
    let event = &file.event;
    let known = [Some(event.updated_at), touch.map(|touch| touch.at), Some(range.start()), open.last_close, holds.last];
    let horizon = event.horizon_at(now).map(|_| event.zone.day(event.zone.day_at(now)));
    let moved = horizon.map(|day| day.start());
    let modified = known.into_iter().chain([moved]).flatten().max().unwrap_or(now);
    let until = until(file, &open, range, holds, now);
    let (event, host, url) = (event.clone(), file.host.display_name.clone(), app.public_url.clone());
    let (refresh, domain) = (app.config.limits.feed_refresh, app.domain().to_owned());
    let write = move || {
        open_slots_feed(&ical::Feed {
            event: &api::Event::new(&event, &url, false),
            slots: &open.slots,
            host_name: &host,
            // Not when a slot went, or every entry would be another one.
            changed_at: event.updated_at,
            refresh,
            uid_domain: &domain,
        })
    };
    let text = tokio::task::spawn_blocking(write).await;
    let text = text.map_err(|error| StoreError::Broken(format!("a feed could not be written: {error}")))?;
    Ok(Draft { text, modified, until })
}

/// From the midnight before now, so that what closed since is seen, for so many days.
fn range(app: &App, now: Instant) -> Result<Span, ActionError> {
    let today = midnight(now);
    let end = today.checked_add_signed(TimeDelta::days(app.config.limits.feed_days.max(1).into()));
    let range = end.and_then(|end| Span::new(today, end).ok());
    range.ok_or_else(|| StoreError::Broken("the clock stands at the end of time".to_owned()).into())
}

async fn open(app: &App, file: &EventFile, range: Span, now: Instant) -> Result<Open, ActionError> {
    let most = app.config.limits.feed_entries;
    let (mut open, mut last_close) = (Vec::new(), None);
    let mut from = range.start();
    for _ in 0..PAGES {
        let to = (from + MAX_SLOT_RANGE).min(range.end());
        let Ok(page) = Span::new(from, to) else { break };
        let (judged, next) = slots::list_at(app, file, page, false, now).await?;
        for slot in judged {
            match slot.verdict {
                Verdict::Open { .. } => open.push(slot.span),
                Verdict::Shut(Obstacle::Notice { closed_at }) => last_close = last_close.max(Some(closed_at)),
                Verdict::Shut(_) => {}
            }
        }
        if open.len() >= most {
            break;
        }
        from = next.unwrap_or(to);
    }
    open.truncate(most);
    Ok(Open { slots: open, last_close })
}

/// When time alone changes what is open: a slot closes, a hold ends, or another day comes into reach.
fn until(file: &EventFile, open: &Open, range: Span, holds: HoldEnds, now: Instant) -> Option<Instant> {
    let event = &file.event;
    let closes = open.slots.first().map(|slot| event.closes_at(slot.start()));
    let ends = event.date_range().end();
    let reach = match event.horizon_at(now) {
        // The horizon moves with the days of the event's zone.
        Some(horizon) if horizon < ends.min(range.end()) => Some(event.zone.day(event.zone.day_at(now)).end()),
        _ if ends > range.end() => range.start().checked_add_days(Days::new(1)),
        _ => None,
    };
    [closes, holds.next, reach].into_iter().flatten().filter(|at| *at > now).min()
}
