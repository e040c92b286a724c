//! One end of a meetme call.

pub mod talk;
pub mod view;
