//! The rules of meetme as pure functions: no I/O, no clock, no randomness.

pub mod id;
pub mod recurrence;
pub mod time;
