//! What an expansion costs.

fn main() {}
