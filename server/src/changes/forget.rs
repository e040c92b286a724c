//! What this node remembers of credentials, forgotten when another node changed them.

use std::collections::HashMap;

use crate::life::Ending;
use meetme_core::change::Kind;
use meetme_core::cursor::Seq;
use meetme_core::id::UserId;
use tokio::sync::broadcast::error::RecvError;

use crate::bus::{Bus, Said};
use crate::credentials::Credentials;
use crate::store::{Store, StoreError};

/// How many persons' places in their logs are kept.
const MAX_PLACES: usize = 10_000;
/// How many entries are looked through for a change of credentials; of more, one is assumed.
const MAX_LOOKED_AT: usize = 64;

/// Listens until `stop` says so. Whatever goes unheard is forgotten by itself soon after.
pub async fn forget_credentials(credentials: &Credentials, store: &dyn Store, bus: &dyn Bus, mut stop: Ending) {
    let mut said = bus.subscribe();
    let mut places = HashMap::new();
    loop {
        let heard = tokio::select! {
            heard = said.recv() => heard,
            () = stop.stopping() => return,
        };
        match heard {
            // What this node did itself, it has acted on already.
            Ok(Said::Reaches { here: true, .. } | Said::Letters(_)) => {}
            Ok(Said::Reaches { person, seq, .. }) => {
                // Of whom nothing is known, a check may be under way.
                if !credentials.knows(person) || may_have_changed(store, &mut places, person, seq).await {
                    credentials.forget(person);
                }
            }
            Ok(Said::Look) | Err(RecvError::Lagged(_)) => credentials.forget_all(),
            Err(RecvError::Closed) => return,
        }
    }
}

/// Whether a person's log up to `seq` has a change of credentials that was not looked at before.
async fn may_have_changed(store: &dyn Store, places: &mut HashMap<UserId, Seq>, person: UserId, seq: Seq) -> bool {
    if places.len() >= MAX_PLACES {
        places.clear();
    }
    // Not known from where on to look: it may have been any entry.
    let Some(place) = places.insert(person, seq) else { return true };
    if seq <= place {
        places.insert(person, place);
        return false;
    }
    changed_after(store, person, place).await.unwrap_or(true)
}

async fn changed_after(store: &dyn Store, person: UserId, place: Seq) -> Result<bool, StoreError> {
    let Some(page) = store.log_after(person, place, MAX_LOOKED_AT).await? else { return Ok(true) };
    let all = page.entries.last().is_some_and(|last| last.seq >= page.head);
    Ok(!all
        || page.entries.iter().any(|entry| matches!(entry.news.kind, Kind::CredentialsChanged | Kind::AccountDeleted)))
}
