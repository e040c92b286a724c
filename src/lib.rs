//! The meetme command line and client library.
//!
//! [`client`] speaks to a server from Rust; everything else here is the
//! `meetme` command. It promises scripts its exit codes ([`error::Exit`]) and
//! its `--json`; results go to stdout, all else to stderr, and nobody is asked
//! anything unless they sit at a terminal.
//!
//! Read in this order: [`cli`] has every flag and sends a command on its way;
//! [`context`] is what commands share; [`commands`] holds a file for each;
//! [`when`] reads times as people type them; [`output`] shows results;
//! [`error`] says how a command ends; [`complete`] answers shells. One door
//! each: [`clock`], [`ids`]
//! (randomness), [`secrets`] (keyring), [`prompt`] (questions), [`client`]
//! (HTTP).

pub mod cli;
pub mod client;
pub mod clock;
pub mod commands;
pub mod complete;
pub mod config;
pub mod context;
pub mod error;
pub mod ids;
pub mod logging;
pub mod output;
pub mod prompt;
pub mod secrets;
pub mod when;

pub use meetme_core::{api, id, time};
