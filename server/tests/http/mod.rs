//! The REST door, over real sockets, with a clock that the tests hold.

mod accounts;
mod bookings;
mod events;
mod races;
mod world;
