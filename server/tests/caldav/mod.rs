//! The CalDAV door, over real sockets, with a clock that the tests hold.

mod agree;
mod availability;
mod booking;
mod busy;
mod clients;
mod conditional;
mod discovery;
mod export;
mod flow;
mod instances;
pub mod kit;
mod limits;
mod meetings;
mod mistakes;
mod objects;
mod properties;
mod queries;
mod rfc;
mod rfc6638;
mod schedule;
mod snapshot;
mod sync;
mod who_may;
