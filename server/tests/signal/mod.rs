//! Signalling, over real sockets: who gets in, who hears what, and how it ends.

mod bounds;
pub mod caller;
mod door;
mod ends;
mod nodes;
mod paths;
mod room;

use serde_json::json;

use self::caller::Caller;
use crate::http::world::{Person, World, at};

/// Five minutes before the meeting that [`Meeting`] is about.
const OPEN: &str = "2026-12-01T07:55:00Z";

/// A host, a guest, and their booking, whose call is open.
pub struct Meeting {
    pub world: World,
    pub ada: Person,
    pub bob: Person,
    pub booking: String,
}

impl Meeting {
    pub async fn new() -> Self {
        Self::on(World::new().await).await
    }

    pub async fn on(world: World) -> Self {
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        world.chat(&ada, json!({})).await;
        let booking = world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
        let booking = booking["id"].as_str().unwrap().to_owned();
        world.clock.set(at(OPEN));
        Self { world, ada, bob, booking }
    }

    pub async fn join(&self, who: &Person) -> Caller {
        Caller::join(&self.world, who, &self.booking, None).await
    }

    /// Both are in and know it.
    pub async fn both(&self) -> (Caller, Caller) {
        let mut ada = self.join(&self.ada).await;
        let bob = self.join(&self.bob).await;
        ada.hears_join(bob.session()).await;
        (ada, bob)
    }

    pub fn path(&self) -> String {
        format!("/bookings/{}", self.booking)
    }
}
