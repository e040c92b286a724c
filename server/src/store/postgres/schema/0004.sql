-- Calendars of people's own and what is in them.

CREATE TABLE collections (
    id uuid PRIMARY KEY,
    owner uuid NOT NULL REFERENCES users (id),
    -- The segment of its path.
    name text COLLATE "C" NOT NULL,
    -- Words with spaces between them.
    components text NOT NULL,
    -- Whether its entries are busy time.
    counts boolean NOT NULL,
    timezone text,
    zone text,
    entries bigint NOT NULL DEFAULT 0,
    -- Places in the owner's log: when it was made, when anything in it changed last, and up to where
    -- it is forgotten what went.
    made bigint NOT NULL,
    changed bigint NOT NULL,
    floor bigint NOT NULL,
    UNIQUE (owner, name)
);

CREATE TABLE entries (
    row bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    collection uuid NOT NULL REFERENCES collections (id),
    name text COLLATE "C" NOT NULL,
    uid text COLLATE "C" NOT NULL,
    component text NOT NULL,
    etag text NOT NULL,
    schedule_tag text,
    -- Where in the owner's log it was written last.
    seq bigint NOT NULL,
    -- From the start of its first instance to the end of its last; far away where there is no bound.
    first bigint NOT NULL,
    last bigint NOT NULL,
    -- How long that is, in classes: what lies in a range is looked for in each class no further back than
    -- its members reach, so that a search follows what it finds.
    reach bigint NOT NULL,
    recurring boolean NOT NULL,
    -- Up to where its busy time is known; null for ever.
    known_to bigint,
    changed_at bigint NOT NULL,
    size bigint NOT NULL,
    body bytea NOT NULL,
    UNIQUE (collection, name)
);
CREATE UNIQUE INDEX entries_by_uid ON entries (collection, uid);
CREATE INDEX entries_by_change ON entries (collection, seq);
CREATE INDEX entries_by_time ON entries (collection, reach, first, last);
CREATE INDEX entries_to_extend ON entries (known_to) WHERE known_to IS NOT NULL;

-- What went out of a calendar, so that those who read along learn of it.
CREATE TABLE gone (
    collection uuid NOT NULL REFERENCES collections (id),
    name text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (collection, name)
);
CREATE INDEX gone_by_change ON gone (collection, seq);
CREATE INDEX gone_by_age ON gone (at);

-- The time that entries take, some spans in a row.
CREATE TABLE busy (
    owner uuid NOT NULL,
    reach bigint NOT NULL,
    -- The hull of the spans.
    start bigint NOT NULL,
    "end" bigint NOT NULL,
    collection uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    -- 0 busy, 1 tentative, 2 unavailable, 3 unreadable.
    kind bigint NOT NULL,
    -- Starts and ends, eight bytes each, big-endian.
    spans bytea NOT NULL,
    PRIMARY KEY (collection, name, start, kind)
);
CREATE INDEX busy_by_time ON busy (owner, reach, start);

-- What clients keep on things in their calendar home.
CREATE TABLE properties (
    owner uuid NOT NULL,
    -- The path below the home; empty for the home itself.
    place text COLLATE "C" NOT NULL,
    -- {namespace}name
    name text COLLATE "C" NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (owner, place, name)
);

CREATE INDEX bookings_by_uid ON bookings (uid);
