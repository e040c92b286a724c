//! The shapes on the wire, shared by server and client.
//!
//! Keys are snake_case; instants are RFC 3339 in UTC; wall times stand beside
//! a `time_zone`; lengths are whole minutes with the unit in the name. A
//! request with a key that is not listed is refused; an answer may gain keys.

mod account;
mod booking;
mod call;
mod event;
mod feed;
mod live;
mod problem;
mod signal;
mod slot;
mod window;

pub use account::*;
pub use booking::*;
pub use call::*;
pub use event::*;
pub use feed::*;
pub use live::*;
pub use problem::*;
pub use signal::*;
pub use slot::*;
pub use window::*;

use serde::{Deserialize, Deserializer, Serialize};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// What this page holds, in the list's order.
    pub items: Vec<T>,
    /// Give it as `cursor` to get the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<String>,
}

/// The most items of a page, and the default is half of it.
pub const MAX_PAGE: u32 = 200;

/// Keeps "set to null" apart from "not given": an absent key is `None`, `null` is `Some(None)`.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}
