//! A file per command, a folder per noun: its arguments are its help text, its result is one type.

#[cfg(feature = "serve")]
pub mod admin;
pub mod agenda;
pub mod book;
pub mod booking;
pub mod calendar;
#[cfg(feature = "call")]
pub mod call;
pub mod cancel;
pub mod completions;
pub mod confirm;
pub mod decline;
#[cfg(feature = "serve")]
pub mod demo;
pub mod doctor;
pub mod event;
pub mod export;
pub mod feed;
pub mod login;
pub mod logout;
pub mod man;
pub mod pages;
pub mod pick;
pub mod range;
pub mod refs;
pub mod reschedule;
#[cfg(feature = "serve")]
pub mod serve;
pub mod signup;
pub mod slot;
pub mod slots;
pub mod stop;
pub mod token;
pub mod watch;
pub mod whoami;

use crate::client::Client;
use crate::context::Context;
use crate::error::CliError;

/// A client that speaks for nobody: an old token must not stand in the way of a log-in.
fn anonymous(ctx: &Context<'_>) -> Result<Client, CliError> {
    Ok(Client::new(ctx.server().clone(), None)?)
}
