-- Calendars of people's own and what is in them.

CREATE TABLE collections (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    owner BLOB NOT NULL REFERENCES users (id),
    -- The segment of its path.
    name TEXT NOT NULL,
    -- Words with spaces between them.
    components TEXT NOT NULL,
    -- Whether its entries are busy time.
    counts INTEGER NOT NULL,
    timezone TEXT,
    zone TEXT,
    entries INTEGER NOT NULL DEFAULT 0,
    -- Places in the owner's log: when it was made, when anything in it changed last, and up to where
    -- it is forgotten what went.
    made INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    floor INTEGER NOT NULL,
    UNIQUE (owner, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
    row INTEGER PRIMARY KEY,
    collection BLOB NOT NULL REFERENCES collections (id),
    name TEXT NOT NULL,
    uid TEXT NOT NULL,
    component TEXT NOT NULL,
    etag TEXT NOT NULL,
    schedule_tag TEXT,
    -- Where in the owner's log it was written last.
    seq INTEGER NOT NULL,
    -- From the start of its first instance to the end of its last; far away where there is no bound.
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    -- How long that is, in classes: what lies in a range is looked for in each class no further back than
    -- its members reach, so that a search follows what it finds.
    reach INTEGER NOT NULL,
    recurring INTEGER NOT NULL,
    -- Up to where its busy time is known; null for ever.
    known_to INTEGER,
    changed_at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (collection, name)
) STRICT;
CREATE UNIQUE INDEX entries_by_uid ON entries (collection, uid);
CREATE INDEX entries_by_change ON entries (collection, seq);
CREATE INDEX entries_by_time ON entries (collection, reach, first, last);
CREATE INDEX entries_to_extend ON entries (known_to) WHERE known_to IS NOT NULL;

-- What went out of a calendar, so that those who read along learn of it.
CREATE TABLE gone (
    collection BLOB NOT NULL REFERENCES collections (id),
    name TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (collection, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX gone_by_change ON gone (collection, seq);
CREATE INDEX gone_by_age ON gone (at);

-- The time that entries take, some spans in a row.
CREATE TABLE busy (
    owner BLOB NOT NULL,
    reach INTEGER NOT NULL,
    -- The hull of the spans.
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    collection BLOB NOT NULL,
    name TEXT NOT NULL,
    -- 0 busy, 1 tentative, 2 unavailable, 3 unreadable.
    kind INTEGER NOT NULL,
    -- Starts and ends, eight bytes each, big-endian.
    spans BLOB NOT NULL,
    PRIMARY KEY (collection, name, start, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX busy_by_time ON busy (owner, reach, start);

-- What clients keep on things in their calendar home.
CREATE TABLE properties (
    owner BLOB NOT NULL,
    -- The path below the home; empty for the home itself.
    place TEXT NOT NULL,
    -- {namespace}name
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, place, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX bookings_by_uid ON bookings (uid);
