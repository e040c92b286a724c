//! What happens in calls without anybody saying so: silence, time, and what becomes of bookings and log-ins.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use meetme_core::api::{CallState, EndReason, LeftReason, close};
use meetme_core::booking::Status;
use meetme_core::call::CallTimes;
use meetme_core::id::UserId;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, interval, sleep, sleep_until, timeout};

use super::hall::Home;
use super::live::Live;
use super::{Connection, millis};
use crate::app::App;
use crate::bus::Said;
use crate::life::Ending;
use crate::store::StoreError;

/// How often everybody is looked at.
const LOOK: Duration = Duration::from_millis(250);
/// How often each booking is read again although nothing was said of it: while this node hears of everything, and
/// while it does not.
const READ_ANYWAY: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(1));
/// How many bookings are read at one look.
const MAX_READ: usize = 500;
/// How often a credential is looked at although nothing was said of its owner.
pub(super) const RECHECK: Duration = Duration::from_secs(60);
/// How long a room stays when everybody has left: they may be back.
const LINGER: Duration = Duration::from_secs(10);
/// How long to wait for something that is done in a moment.
pub(super) const SOON: Duration = Duration::from_millis(20);
/// How long a stopping node waits for its clients to hear of it.
const FAREWELL: Duration = Duration::from_secs(2);

/// Looks after the calls of this node until it stops; then everybody is sent elsewhere.
pub async fn run(app: App, mut ending: Ending) {
    let errands = tokio::spawn(super::far::run_errands(app.clone()));
    let letters = tokio::spawn(super::far::read_letters(app.clone()));
    tokio::select! {
        () = look_after(&app) => {}
        () = ending.stopping() => {}
    }
    letters.abort();
    send_elsewhere(&app).await;
    app.signal.finish_errands().await;
    errands.abort();
    if let Err(error) = app.store.forget_node(app.signal.node).await {
        tracing::debug!(%error, "this node's rooms could not be given back");
    }
}

async fn look_after(app: &App) {
    let mut said = app.bus.subscribe();
    let mut looks = interval(LOOK);
    let mut anyway = Instant::now();
    let mut due = Due::default();
    loop {
        tokio::select! {
            _ = looks.tick() => look(app, &mut due).await,
            () = sleep_until(anyway) => {
                let wait = if app.bus.health().hears_all() { READ_ANYWAY.0 } else { READ_ANYWAY.1 };
                (due.everything, anyway) = (true, Instant::now() + wait);
            }
            heard = said.recv() => match heard {
                Ok(Said::Reaches { person, .. }) => { due.persons.insert(person); }
                Ok(Said::Look) | Err(RecvError::Lagged(_)) => due.everything = true,
                Ok(Said::Letters(_)) => {}
                Err(RecvError::Closed) => return,
            },
        }
    }
}

/// Whose bookings and log-ins may have changed.
#[derive(Default)]
struct Due {
    persons: HashSet<UserId>,
    everything: bool,
    rooms: Vec<Arc<Live>>,
}

async fn look(app: &App, due: &mut Due) {
    let signal = &app.signal;
    let now = signal.now();
    let (persons, everything) = (std::mem::take(&mut due.persons), std::mem::take(&mut due.everything));
    if signal.hall.rooms() > 0 && (everything || !persons.is_empty()) {
        let wanted = signal.hall.all_rooms().into_iter().filter(|live| everything || persons.contains(&live.host));
        if everything {
            due.rooms.clear();
        }
        due.rooms.extend(wanted);
    }
    for connection in signal.hall.all_connections() {
        look_at_connection(app, &connection, now, &persons).await;
    }
    let most = due.rooms.len().min(MAX_READ);
    for live in due.rooms.drain(..most) {
        if let Err(error) = read_again(app, &live).await {
            tracing::debug!(%error, "a call's booking could not be read");
        }
    }
    for live in signal.hall.all_rooms() {
        look_at_room(app, &live, now).await;
    }
}

async fn look_at_connection(app: &App, connection: &Arc<Connection>, now: u64, persons: &HashSet<UserId>) {
    let heard = connection.heard.load(Ordering::Relaxed);
    if now.saturating_sub(heard) >= millis(app.config.limits.signal_lost) {
        app.signal.leave(app, connection, LeftReason::Lost);
        connection.mailbox.close(close::SILENT);
        return;
    }
    if persons.contains(&connection.user) {
        // What is remembered of a credential that was just revoked is forgotten by then.
        let soon = now + millis(app.config.limits.credential_cache);
        connection.recheck.fetch_min(soon, Ordering::Relaxed);
    }
    if connection.recheck.load(Ordering::Relaxed) > now {
        return;
    }
    connection.recheck.store(now + millis(RECHECK), Ordering::Relaxed);
    match app.credentials.identify(app.store.as_ref(), &connection.token, app.clock.now()).await {
        Ok(Some(_)) => {}
        Ok(None) => app.signal.dismiss(app, connection, EndReason::LoggedOut),
        Err(error) => tracing::debug!(%error, "a credential in a call could not be checked"),
    }
}

/// Reads a booking again: it may have been cancelled, or moved.
async fn read_again(app: &App, live: &Live) -> Result<(), StoreError> {
    let booking = app.store.booking(live.booking).await?.map(|file| file.booking);
    let event = match &booking {
        Some(booking) => app.store.event_by_id(booking.event).await?,
        None => None,
    };
    let Some((booking, file)) = booking.zip(event) else {
        live.act(&app.signal, app, |room| room.close(EndReason::Cancelled));
        return Ok(());
    };
    let before = live.lock().times;
    let Ok(times) = CallTimes::of(&file.event, &booking) else {
        live.act(&app.signal, app, |room| room.close(EndReason::Cancelled));
        return Ok(());
    };
    live.lock().times = times;
    let reason = match times.state(app.clock.now()) {
        CallState::Open => return Ok(()),
        CallState::Cancelled => EndReason::Cancelled,
        _ if booking.status != Status::Confirmed || times.open != before.open => EndReason::Rescheduled,
        _ => EndReason::TimeUp,
    };
    live.act(&app.signal, app, |room| room.close(reason));
    Ok(())
}

/// Ends a call whose time is up, and gives up a room that nobody comes back to.
async fn look_at_room(app: &App, live: &Arc<Live>, now: u64) {
    let (times, empty_since) = {
        let inner = live.lock();
        (inner.times, inner.empty_since)
    };
    let Some(since) = empty_since else {
        if times.state(app.clock.now()) == CallState::Over {
            live.act(&app.signal, app, |room| room.close(EndReason::TimeUp));
        }
        return;
    };
    if now.saturating_sub(since) < millis(LINGER) || !live.give_up(since) {
        return;
    }
    if let Err(error) = app.store.release_room(live.booking, app.signal.node).await {
        // It is found to be this node's when somebody comes.
        tracing::debug!(%error, "a room could not be given back");
    }
    app.signal.hall.lock().rooms.remove(&live.booking);
}

impl Live {
    /// Shuts the door of a room that has been empty since `since`; false if somebody has come in, or is about to.
    fn give_up(&self, since: u64) -> bool {
        let mut inner = self.lock();
        inner.given_up = inner.empty_since == Some(since);
        inner.given_up
    }
}

/// Closes every socket and every line so that its client comes again, at another node if there is one.
async fn send_elsewhere(app: &App) {
    for connection in app.signal.hall.all_connections() {
        if matches!(connection.home, Home::There(_)) {
            app.signal.leave(app, &connection, LeftReason::Moved);
        }
        connection.mailbox.close(close::MOVED);
    }
    for live in app.signal.hall.all_rooms() {
        app.signal.close_room(app, &live);
    }
    let heard = async {
        while app.signal.places().open() > 0 {
            sleep(SOON).await;
        }
    };
    // Whoever has not heard by then finds the connection closed.
    let _ = timeout(FAREWELL, heard).await;
}
