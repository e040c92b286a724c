//! Journeys through whole servers.

mod sim;
