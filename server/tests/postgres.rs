//! What only the PostgreSQL backend promises: many nodes on one database, and connections that break.
