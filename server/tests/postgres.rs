//! What only the PostgreSQL backend promises: many nodes on one database, and connections that break.

mod clashes;
mod faults;
mod nodes;
mod proxy;
mod reach;
mod tls;
mod transfer;
