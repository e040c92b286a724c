//! The REST door, over real sockets, with a clock that the tests hold.

mod accounts;
mod bookings;
mod document;
mod drain;
mod dropped;
mod events;
pub mod feeds;
mod leaving;
mod live;
mod live_ends;
mod live_limits;
mod live_own;
mod my_feeds;
mod races;
mod stopping;
pub mod stream;
mod trouble;
mod who_may;
pub mod world;
