//! What the server package promises, as tests.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod apps;
mod bus;
mod caldav;
mod corpus;
mod http;
mod kill;
mod nginx;
mod players;
mod postgres;
mod power_loss;
mod services;
mod signal;
mod sqlite;
mod store_contract;
mod turn;
mod web;
