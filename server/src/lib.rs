//! The meetme server as a library.
