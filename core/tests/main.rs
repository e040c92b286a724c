//! The rules of meetme against results that others worked out.

mod calls;
mod corpus;
mod ical;
mod kit;
mod model;
mod objects;
mod recurrence;
mod rules;
mod signal;
mod slots;
mod take_out;
mod world;
mod zones;
