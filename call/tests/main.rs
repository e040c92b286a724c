//! Tests of meetme-call.

mod files;
mod screen;
mod view;
