//! The meetme command line and client library.
