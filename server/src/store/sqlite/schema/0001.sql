-- Instants are whole seconds since 1970, UTC; ids are their sixteen bytes.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    username TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    email TEXT,
    -- The address in lower case; null once the account is deleted.
    email_key TEXT UNIQUE,
    zone TEXT NOT NULL,
    max_per_day INTEGER,
    max_per_week INTEGER,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    -- Of all events of this host, in minutes.
    widest_buffer INTEGER NOT NULL DEFAULT 0,
    -- The log's last entry, and the last one that was pruned.
    log_seq INTEGER NOT NULL DEFAULT 0,
    log_floor INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE credentials (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    user BLOB NOT NULL REFERENCES users (id),
    -- Null for a session.
    token BLOB UNIQUE,
    name TEXT,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX credentials_of_user ON credentials (user, created_at);
CREATE INDEX credentials_by_end ON credentials (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE events (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    host BLOB NOT NULL REFERENCES users (id),
    slug TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- A deleted event stays for its bookings, but its slug is free.
    deleted_at INTEGER,
    zone TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT,
    slot_length INTEGER NOT NULL,
    step INTEGER NOT NULL,
    buffer_before INTEGER NOT NULL,
    buffer_after INTEGER NOT NULL,
    notice INTEGER NOT NULL,
    horizon_days INTEGER,
    max_per_day INTEGER,
    max_per_week INTEGER,
    seats INTEGER NOT NULL,
    visibility TEXT NOT NULL,
    needs_confirmation INTEGER NOT NULL,
    call_opens INTEGER NOT NULL,
    call_closes INTEGER NOT NULL,
    title TEXT NOT NULL,
    -- JSON.
    invited TEXT NOT NULL,
    questions TEXT NOT NULL,
    location TEXT NOT NULL,
    description TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX events_by_slug ON events (host, slug) WHERE deleted_at IS NULL;

CREATE TABLE windows (
    place INTEGER PRIMARY KEY,
    event BLOB NOT NULL REFERENCES events (id),
    id BLOB NOT NULL CHECK (length(id) = 16),
    start TEXT NOT NULL,
    duration INTEGER NOT NULL,
    rule TEXT,
    -- Wall times, one a line.
    exdates TEXT NOT NULL,
    whole INTEGER NOT NULL,
    UNIQUE (event, id)
) STRICT;

CREATE TABLE bookings (
    row INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    event BLOB NOT NULL REFERENCES events (id),
    host BLOB NOT NULL REFERENCES users (id),
    guest BLOB NOT NULL REFERENCES users (id),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL CHECK (start < end),
    -- 0 pending, 1 confirmed, 2 cancelled.
    status INTEGER NOT NULL,
    allow_overlap INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    lapses_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    uid TEXT NOT NULL,
    note TEXT NOT NULL,
    -- JSON, or null for none.
    answers TEXT
) STRICT;
CREATE INDEX bookings_of_host ON bookings (host, start, id);
CREATE INDEX bookings_of_guest ON bookings (guest, start, id);
CREATE INDEX bookings_anyway ON bookings (guest, start) WHERE allow_overlap = 1 AND status <> 2;
CREATE INDEX bookings_by_lapse ON bookings (lapses_at) WHERE lapses_at IS NOT NULL;

CREATE TABLE holds (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    event BLOB NOT NULL REFERENCES events (id),
    host BLOB NOT NULL REFERENCES users (id),
    guest BLOB NOT NULL REFERENCES users (id),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL CHECK (start < end),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_of_host ON holds (host);
CREATE INDEX holds_of_guest ON holds (guest);
CREATE INDEX holds_by_end ON holds (expires_at);

-- A person's time: one row for each of their own slots in use, one for each seat they take as a guest.
-- That no two rows of a person overlap is kept by the triggers below, so a person and a start name a row.
CREATE TABLE occupancy (
    person BLOB NOT NULL CHECK (length(person) = 16),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL CHECK (start < end),
    event BLOB NOT NULL,
    -- The booking or hold of a guest; null for a host's slot in use.
    holder BLOB,
    -- When the guest's hold ends by itself.
    held_until INTEGER,
    -- How many seats of a host's slot are booked and held, expired holds included.
    booked INTEGER NOT NULL DEFAULT 0,
    held INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (person, start)
) STRICT, WITHOUT ROWID;

-- Since rows that are there do not overlap, the last one that starts before the new one ends is the
-- only one that can reach into it.
CREATE TRIGGER occupancy_insert BEFORE INSERT ON occupancy
BEGIN
    SELECT RAISE(ABORT, 'overlap')
    WHERE (
        SELECT end FROM occupancy
        WHERE person = NEW.person AND start < NEW.end
        ORDER BY start DESC LIMIT 1
    ) > NEW.start;
END;

CREATE TRIGGER occupancy_update BEFORE UPDATE OF person, start, end ON occupancy
BEGIN
    SELECT RAISE(ABORT, 'overlap')
    WHERE (
        SELECT end FROM occupancy
        WHERE person = NEW.person AND start < NEW.end AND NOT (person = OLD.person AND start = OLD.start)
        ORDER BY start DESC LIMIT 1
    ) > NEW.start;
END;

-- The seats of a host's slot in use, numbered from 1.
CREATE TABLE seats (
    person BLOB NOT NULL,
    start INTEGER NOT NULL,
    seat INTEGER NOT NULL CHECK (seat >= 1),
    holder BLOB NOT NULL CHECK (length(holder) = 16),
    -- When the hold ends by itself; null for a booking.
    held_until INTEGER,
    PRIMARY KEY (person, start, seat),
    FOREIGN KEY (person, start) REFERENCES occupancy (person, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE log (
    person BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    event BLOB,
    booking BLOB,
    -- Starts and ends, eight bytes each, big-endian.
    spans BLOB NOT NULL,
    PRIMARY KEY (person, seq)
) STRICT, WITHOUT ROWID;

-- Answers to requests that came with a key. Rows are in the order in which they were kept.
CREATE TABLE answers (
    row INTEGER PRIMARY KEY,
    user BLOB NOT NULL,
    key TEXT NOT NULL,
    request BLOB NOT NULL CHECK (length(request) = 32),
    at INTEGER NOT NULL,
    answer BLOB NOT NULL,
    UNIQUE (user, key)
) STRICT;
