//! What happens because time passes: pending bookings lapse, holds expire, old rows go.
//!
//! Each step goes through the same actions as a person's request, so it is
//! logged and announced alike. A worker that fails says so and tries again at
//! its next turn; it never ends the server.

use std::time::Duration;

use crate::life::Ending;

use crate::actions::{self, ActionError};
use crate::app::App;

/// How often is looked for what is due.
const EVERY: Duration = Duration::from_secs(5);
/// How many due things one look takes on.
const BATCH: usize = 200;
/// How many looks lie between two rounds of pruning.
const PRUNE_EVERY: u32 = 120;
/// How many steps a round of pruning takes at most.
const PRUNE_STEPS: u32 = 100;

/// Runs until `stop` says so.
pub async fn run(app: App, mut stop: Ending) {
    let mut turn: u32 = 0;
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.stopping() => return,
        }
        if let Err(error) = due(&app).await {
            tracing::warn!(%error, "what is due could not be done");
        }
        turn = turn.wrapping_add(1);
        if turn.is_multiple_of(PRUNE_EVERY)
            && let Err(error) = prune(&app).await
        {
            tracing::warn!(%error, "old rows could not be deleted");
        }
    }
}

/// Ends what time has ended: one look at everything that is due now.
pub async fn due(app: &App) -> Result<(), ActionError> {
    let now = app.clock.now();
    for booking in app.store.lapsing(now, BATCH).await? {
        tolerate_gone(actions::lapse(app, booking).await)?;
    }
    for hold in app.store.expired_holds(now, BATCH).await? {
        tolerate_gone(actions::expire(app, hold).await)?;
    }
    actions::extend_busy(app).await?;
    Ok(())
}

/// Somebody else may have ended it between the look and the deed.
fn tolerate_gone(done: Result<(), ActionError>) -> Result<(), ActionError> {
    match done {
        Err(ActionError::NotFound { .. }) => Ok(()),
        done => done,
    }
}

/// Deletes what is only kept for a while: one round.
pub async fn prune(app: &App) -> Result<(), ActionError> {
    let (now, limits) = (app.clock.now(), &app.config.limits);
    for _ in 0..PRUNE_STEPS {
        if actions::forget_old_messages(app).await? == 0 {
            break;
        }
    }
    for _ in 0..PRUNE_STEPS {
        if !app.store.forget_gone(now - limits.log_kept).await? {
            break;
        }
    }
    for _ in 0..PRUNE_STEPS {
        if !app.store.prune(now, now - limits.log_kept, now - limits.keys_kept).await? {
            break;
        }
    }
    Ok(())
}
