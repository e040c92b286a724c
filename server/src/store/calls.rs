//! What nodes keep of calls for each other: which one holds a room, who is alive, letters, and secrets they share.
//!
//! None of it is news, and none of it outlives the calls but the secrets.

use async_trait::async_trait;
use meetme_core::id::BookingId;

use super::StoreError;

/// One run of one server on this store; below 2^63.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u64);

/// What one node writes to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Who shall read it.
    pub to: NodeId,
    /// Who wrote it.
    pub from: NodeId,
    /// Its place among all that one has written to the other, from 1.
    pub number: u64,
    /// What it says, at most [`MAX_LETTER`] bytes.
    pub body: String,
}

/// The longest letter, in bytes.
pub const MAX_LETTER: usize = 512 * 1024;

/// A secret that all nodes share.
pub type SharedSecret = [u8; 32];

/// What nodes keep of calls for each other.
#[async_trait]
pub trait Calls: Send + Sync + 'static {
    /// Gives the room of `booking` to `node` if no other one holds it, or one of the `dead` does. Who holds it now.
    async fn lease_room(&self, booking: BookingId, node: NodeId, dead: &[NodeId]) -> Result<NodeId, StoreError>;
    /// Gives the room back, if `node` holds it.
    async fn release_room(&self, booking: BookingId, node: NodeId) -> Result<(), StoreError>;
    /// Notes who is in a room that `node` holds: host and guest.
    async fn note_room(&self, booking: BookingId, node: NodeId, here: [bool; 2]) -> Result<(), StoreError>;
    /// Who was in, as last noted; nobody if no node holds the room.
    async fn room_note(&self, booking: BookingId) -> Result<[bool; 2], StoreError>;

    /// Counts `node` up. False if it had been forgotten since it counted last: it then begins anew.
    async fn beat(&self, node: NodeId) -> Result<bool, StoreError>;
    /// The counts of those of `nodes` that have one.
    async fn beats(&self, nodes: Vec<NodeId>) -> Result<Vec<(NodeId, u64)>, StoreError>;
    /// Forgets a node: its count, its rooms, and the letters to it.
    async fn forget_node(&self, node: NodeId) -> Result<(), StoreError>;

    /// Keeps letters until they are burnt, all or none. One that is there already stays as it is.
    async fn post(&self, letters: Vec<Letter>) -> Result<(), StoreError>;
    /// Letters to `node` by writer and number, at most `limit`.
    async fn letters(&self, node: NodeId, limit: usize) -> Result<Vec<Letter>, StoreError>;
    /// Burns the letters that `from` wrote `to` a node, up to `number`.
    async fn burn(&self, to: NodeId, from: NodeId, number: u64) -> Result<(), StoreError>;

    /// The secret of this name; `fresh` becomes it if there is none.
    async fn shared_secret(&self, name: &str, fresh: SharedSecret) -> Result<SharedSecret, StoreError>;
}
