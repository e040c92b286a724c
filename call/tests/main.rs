//! Tests of the call: what needs no connection, and two ends that have one.

mod files;
mod pair;
mod screen;
mod support;
mod view;
