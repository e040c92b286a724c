//! What an account lets be read by URL, without a log-in.

use meetme_core::api;
use meetme_core::id::Username;

use crate::actions::{ActionError, Actor};
use crate::app::App;
use crate::ids::{self, SecretKind};
use crate::store::{FeedSwitches, PrivateFeed};

/// What the actor lets be read, and where.
pub async fn list_feeds(app: &App, actor: &Actor) -> Result<api::Feeds, ActionError> {
    let switches = app.store.feed_switches(actor.id()).await?;
    Ok(view(app, &actor.0.user.username, switches))
}

/// Changes what `patch` names.
pub async fn change_feeds(app: &App, actor: &Actor, patch: api::FeedsPatch) -> Result<api::Feeds, ActionError> {
    if let Some(allowed) = patch.free_busy {
        app.store.allow_free_busy(actor.id(), allowed).await?;
    }
    list_feeds(app, actor).await
}

/// Makes the actor's private feed, in place of the one before: that one leads nowhere from then on.
pub async fn make_private_feed(app: &App, actor: &Actor) -> Result<api::Feeds, ActionError> {
    let feed = PrivateFeed { token: ids::secret(SecretKind::Feed).text, made_at: app.clock.now() };
    app.store.set_private_feed(actor.id(), Some(feed)).await?;
    list_feeds(app, actor).await
}

/// Ends the actor's private feed, if there is one.
pub async fn end_private_feed(app: &App, actor: &Actor) -> Result<(), ActionError> {
    Ok(app.store.set_private_feed(actor.id(), None).await?)
}

fn view(app: &App, username: &Username, switches: FeedSwitches) -> api::Feeds {
    let feeds = format!("{}/feeds", app.public_url);
    let private = switches.private.map(|feed| {
        let url = format!("{feeds}/private/{}.ics", feed.token);
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        api::PrivateFeed { webcal: format!("webcal://{rest}"), made_at: feed.made_at, url }
    });
    let free_busy = api::FreeBusyFeed { url: format!("{feeds}/{username}.ifb"), enabled: switches.free_busy };
    api::Feeds { private, free_busy }
}
