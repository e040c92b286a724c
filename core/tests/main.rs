//! The rules of meetme against results that others worked out.

mod kit;
mod recurrence;
mod take_out;
