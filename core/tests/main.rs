//! The rules of meetme against results that others worked out.

mod ical;
mod kit;
mod model;
mod recurrence;
mod rules;
mod slots;
mod take_out;
mod world;
mod zones;
