//! Slots of an event as they stand now: cut, and judged against the host's time.

use chrono::TimeDelta;
use meetme_core::availability::{Calendar, Judge, Obstacle, Verdict};
use meetme_core::recurrence::{Steps, TooManySteps};
use meetme_core::slot;
use meetme_core::time::{Instant, Span};

use crate::app::App;
use crate::store::{EventFile, StoreError};

/// How many open slots a refusal names.
pub const NEAREST: usize = 5;
/// How far around the slot asked for they are looked for: farther only when nearer there are too few.
const NEAREST_REACH: [TimeDelta; 4] =
    [TimeDelta::hours(3), TimeDelta::days(1), TimeDelta::days(7), TimeDelta::days(28)];

/// Why slots cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum SlotsError {
    /// The event's rules cost more than the budget.
    #[error(transparent)]
    TooManySteps(#[from] TooManySteps),
    /// The host's time cannot be read, so nothing is offered.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A slot and what the rules say of it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The slot.
    pub span: Span,
    /// The first rule that says no, or open.
    pub verdict: Verdict,
    /// Every rule that says no, if asked for.
    pub obstacles: Option<Vec<Obstacle>>,
}

/// The slots of an event that start in `range`, and where to go on if that is not all.
pub async fn list(
    app: &App,
    file: &EventFile,
    range: Span,
    explain: bool,
) -> Result<(Vec<Judged>, Option<Instant>), SlotsError> {
    list_at(app, file, range, explain, app.clock.now()).await
}

/// As [`list`], judged at `now`.
pub async fn list_at(
    app: &App,
    file: &EventFile,
    range: Span,
    explain: bool,
    now: Instant,
) -> Result<(Vec<Judged>, Option<Instant>), SlotsError> {
    let cut = slot::cut(&file.event, &file.windows, range, &mut Steps::default())?;
    let (Some(first), Some(last)) = (cut.slots.first(), cut.slots.last()) else { return Ok((Vec::new(), cut.next)) };
    let covered = Span::new(first.start(), last.end()).unwrap_or(range);
    let widest = app.store.widest_buffer(file.event.host).await?;
    let reach = Calendar::reach(&file.event, &file.limits, widest, covered);
    let calendar = app.store.calendar(file.event.host, reach, now).await?;
    let judge = Judge::new(&file.event, &file.limits, &calendar, now);
    let judged = cut.slots.into_iter().map(|span| Judged {
        span,
        verdict: judge.verdict(span),
        obstacles: explain.then(|| judge.obstacles(span)),
    });
    Ok((judged.collect(), cut.next))
}

/// The slot that starts at `start`, free or not.
pub fn at(file: &EventFile, start: Instant) -> Result<Option<Span>, TooManySteps> {
    slot::at(&file.event, &file.windows, start, &mut Steps::default())
}

/// Open slots around `start`, the nearest first, at most [`NEAREST`].
pub async fn nearest(app: &App, file: &EventFile, start: Instant) -> Result<Vec<Judged>, SlotsError> {
    let now = app.clock.now();
    let mut found = Vec::new();
    for reach in NEAREST_REACH {
        let (Some(from), Some(to)) = (start.checked_sub_signed(reach), start.checked_add_signed(reach)) else { break };
        let Ok(range) = Span::new(from.max(now), to) else { continue };
        found = list(app, file, range, false).await?.0;
        found.retain(|slot| matches!(slot.verdict, Verdict::Open { .. }));
        if found.len() >= NEAREST {
            break;
        }
    }
    found.sort_by_key(|slot| (slot.span.start() - start).abs());
    found.truncate(NEAREST);
    Ok(found)
}
