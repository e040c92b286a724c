//! The simulator: many clients, several nodes, faults, and the checks on what came of it.
//!
//! Read in this order: [`plan`] says what a seed stands for; [`client`] asks
//! for it over HTTP, or as a [`calendar`] app does, and [`history`] keeps what was answered; [`cluster`] runs
//! the nodes and breaks them; [`model`] says what ought to have happened,
//! [`linear`] looks for an order in which it did, [`checks`] judges; [`run`]
//! puts one seed together.

pub mod calendar;
pub mod checks;
pub mod client;
pub mod cluster;
pub mod history;
pub mod http;
pub mod linear;
pub mod model;
pub mod node;
pub mod plan;
pub mod proxy;
pub mod rng;
pub mod run;
pub mod services;
pub mod state;
pub mod streams;

#[cfg(test)]
mod linear_tests;
