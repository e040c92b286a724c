//! The CalDAV door, over real sockets, with a clock that the tests hold.

mod availability;
mod booking;
mod busy;
mod clients;
mod conditional;
mod discovery;
mod export;
mod instances;
pub mod kit;
mod limits;
mod meetings;
mod objects;
mod properties;
mod queries;
mod rfc6638;
mod schedule;
mod sync;
mod who_may;
