//! Whether somebody who was let in may still be there.

use std::future::pending;
use std::time::Duration;

use meetme_core::change::Kind;
use meetme_core::id::UserId;
use tokio::time::sleep;

use crate::app::App;
use crate::changes::{Told, Watch};
use crate::store::StoreError;

/// How long is waited when the log cannot be read.
const REST: Duration = Duration::from_millis(500);

/// Who reads, by what they showed to be who they are, and where it is told when that has ended.
pub(super) struct Standing {
    app: App,
    /// None for a stranger.
    token: Option<String>,
    /// Their own log; whose event they look at makes no difference.
    log: Option<(UserId, Watch)>,
}

impl Standing {
    /// Of `viewer`, or of a stranger, who showed `token` a moment ago.
    pub(super) async fn of(app: &App, viewer: Option<UserId>, token: Option<&str>) -> Result<Self, StoreError> {
        let log = match viewer {
            Some(viewer) => Some((viewer, app.changes.watch(viewer, None).await?)),
            None => None,
        };
        Ok(Self { app: app.clone(), token: token.map(str::to_owned), log })
    }

    /// Returns when the reader's log tells of something that may have ended it, and never for a stranger. May be given
    /// up and called again.
    pub(super) async fn shaken(&mut self) {
        let Some((viewer, log)) = &mut self.log else { return pending().await };
        loop {
            match log.next().await {
                Ok(Told::Entry(entry)) if !touches_standing(entry.news.kind) => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::debug!(%error, "a stream waits for its reader's log");
                    sleep(REST).await;
                }
            }
        }
        // What is remembered is from before.
        self.app.credentials.forget(*viewer);
    }

    /// Whether the log-in or token still works; it does as long as nobody can say.
    pub(super) async fn holds(&self) -> bool {
        let Some(token) = &self.token else { return true };
        let now = self.app.clock.now();
        match self.app.credentials.identify(self.app.store.as_ref(), token, now).await {
            Ok(identity) => identity.is_some(),
            Err(error) => {
                tracing::debug!(%error, "a stream's credential could not be checked");
                true
            }
        }
    }
}

fn touches_standing(kind: Kind) -> bool {
    matches!(kind, Kind::CredentialsChanged | Kind::AccountSwitched | Kind::AccountDeleted)
}
