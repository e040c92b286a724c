//! The `meetme` binary.

fn main() {}
