//! The rules of meetme as pure functions.
//!
//! Core takes values and returns values: no I/O, no clock, no randomness, no
//! async. Time, ids and what a database knows are arguments; what to write
//! comes back as [`change::Change`]s, and why not as a [`refusal::Refusal`].
//!
//! Read in this order: [`time`] and [`id`] are the words; [`event`] and
//! [`window`] say what is offered ([`recurrence`] expands rules), [`take_out`]
//! what of it is withdrawn; [`slot`] cuts windows; [`availability`] judges
//! slots against a host's time; [`booking`] holds the rules of taking, moving
//! and leaving a slot, [`call`] when its two people can meet, [`entry`] what
//! people's own calendars hold, [`account`] what they say about themselves;
//! [`change`] and [`cursor`] are what everybody else learns of it, [`ical`] what
//! calendar apps read, and [`object`] what they store.

pub mod account;
pub mod api;
pub mod availability;
pub mod booking;
pub mod call;
pub mod change;
pub mod cursor;
pub mod entry;
pub mod event;
pub mod ical;
pub mod id;
pub mod object;
pub mod recurrence;
pub mod refusal;
pub mod slot;
pub mod take_out;
pub mod time;
pub mod window;
