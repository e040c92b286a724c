-- What nodes keep of calls for each other, as long as there are calls.

CREATE TABLE call_nodes (
    node bigint PRIMARY KEY,
    count bigint NOT NULL
);

CREATE TABLE call_rooms (
    booking uuid PRIMARY KEY,
    node bigint NOT NULL,
    host_here boolean NOT NULL DEFAULT false,
    guest_here boolean NOT NULL DEFAULT false
);
CREATE INDEX call_rooms_of_node ON call_rooms (node);

CREATE TABLE call_letters (
    reader bigint NOT NULL,
    writer bigint NOT NULL,
    number bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (reader, writer, number)
);

-- What all nodes know and nobody else.
CREATE TABLE secrets (
    name text COLLATE "C" PRIMARY KEY,
    secret bytea NOT NULL CHECK (length(secret) = 32)
);
