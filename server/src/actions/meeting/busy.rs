//! When somebody is busy, as an outbox tells it (RFC 6638 5).

use meetme_core::entry::BusyKind as Kept;
use meetme_core::object::free_busy::merged;
use meetme_core::object::{Busy, BusyKind};
use meetme_core::time::Span;

use crate::actions::meeting::people::user_of;
use crate::actions::{ActionError, Actor};
use crate::app::App;

/// When the person behind a calendar address is busy within `span`: bookings, holds and entries. None if nobody here has
/// the address, or they do not let others know (which is not told apart).
pub async fn busy_of(app: &App, actor: &Actor, address: &str, span: Span) -> Result<Option<Vec<Busy>>, ActionError> {
    let Ok(user) = user_of(app, address).await? else { return Ok(None) };
    let own = user.id == actor.id();
    if !own && !app.store.feed_switches(user.id).await?.free_busy {
        return Ok(None);
    }
    let calendar = app.store.calendar(user.id, span, app.clock.now()).await?;
    let entries = app.store.busy(user.id, span).await?;
    let kind = |kind| match kind {
        Kept::Busy => BusyKind::Busy,
        Kept::Tentative => BusyKind::Tentative,
        Kept::Unavailable | Kept::Unreadable => BusyKind::Unavailable,
    };
    let met = calendar.in_use.iter().map(|slot| slot.span).chain(calendar.as_guest.iter().map(|guest| guest.span));
    let met = met.map(|span| Busy { span, kind: BusyKind::Busy });
    let entries = entries.into_iter().map(|busy| Busy { span: busy.span, kind: kind(busy.kind) });
    Ok(Some(merged(met.chain(entries).collect(), span)))
}
