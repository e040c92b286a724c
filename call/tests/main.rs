//! Tests of the call: what needs no connection, and two ends that have one.

mod browser;
mod corpus;
mod echo;
mod files;
mod films;
mod layout;
mod media;
#[cfg(all(feature = "cpal", target_os = "linux"))]
mod native;
mod pair;
mod programs;
mod pulse;
mod rate;
mod rtp;
mod screen;
mod sessions;
mod support;
mod terminal;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod v4l2;
mod view;
mod weather;
