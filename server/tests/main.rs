//! What the server package promises, as tests.

mod store_contract;
