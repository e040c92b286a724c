//! The rules of meetme against results that others worked out.

mod recurrence;
