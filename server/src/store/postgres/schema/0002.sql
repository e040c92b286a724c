-- What an account lets be read by URL, without a log-in; nothing where there is no row.
CREATE TABLE feeds (
    "user" uuid PRIMARY KEY REFERENCES users (id),
    free_busy boolean NOT NULL,
    -- In the clear: its owner may ask for it again, and it opens nothing but what is kept here anyway.
    token text COLLATE "C" UNIQUE,
    token_made_at bigint
);
