-- What nodes keep of calls for each other, as long as there are calls.

CREATE TABLE call_nodes (
    node INTEGER PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT;

CREATE TABLE call_rooms (
    booking BLOB PRIMARY KEY CHECK (length(booking) = 16),
    node INTEGER NOT NULL,
    host_here INTEGER NOT NULL DEFAULT 0,
    guest_here INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX call_rooms_of_node ON call_rooms (node);

CREATE TABLE call_letters (
    reader INTEGER NOT NULL,
    writer INTEGER NOT NULL,
    number INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (reader, writer, number)
) STRICT, WITHOUT ROWID;

-- What all nodes know and nobody else.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    secret BLOB NOT NULL CHECK (length(secret) = 32)
) STRICT, WITHOUT ROWID;
