//! Tests of the whole: the rules of the house, the real binary, journeys through a real server.

mod cmd;
mod e2e;
mod tidy;
