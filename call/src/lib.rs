//! One end of a meetme call.
