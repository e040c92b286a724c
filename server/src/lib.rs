//! The meetme server as a library: [`store`] keeps, `actions` decide, `http` answers.

pub mod store;
