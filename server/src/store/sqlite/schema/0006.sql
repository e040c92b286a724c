-- What feeds follow from stands on the person's row, where it stays when the log is pruned.

-- The last entry of the log that may have changed when this person can be met, and the last one of a booking of
-- theirs; null if there was none.
ALTER TABLE users ADD COLUMN time_seq INTEGER;
ALTER TABLE users ADD COLUMN time_at INTEGER;
ALTER TABLE users ADD COLUMN meetings_seq INTEGER;
ALTER TABLE users ADD COLUMN meetings_at INTEGER;
-- How often name or address changed, and when last.
ALTER TABLE users ADD COLUMN names INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN named_at INTEGER;
-- Since when the account may not be used; null for all that may.
ALTER TABLE users ADD COLUMN disabled_at INTEGER;

UPDATE users SET time_seq = (SELECT max(seq) FROM log WHERE person = users.id
    AND kind NOT IN ('confirmed', 'windows_changed', 'event_created', 'credentials_changed', 'collections_changed'));
UPDATE users SET meetings_seq = (SELECT max(seq) FROM log WHERE person = users.id
    AND kind IN ('booked', 'confirmed', 'declined', 'cancelled', 'rescheduled'));
-- Of logs that were pruned it may have been any entry up to there.
UPDATE users SET time_at = (SELECT at FROM log WHERE person = users.id AND seq = time_seq);
UPDATE users SET time_seq = log_floor, time_at = unixepoch()
    WHERE time_seq IS NULL AND log_floor > 0;
UPDATE users SET meetings_at = (SELECT at FROM log WHERE person = users.id AND seq = meetings_seq);
UPDATE users SET meetings_seq = log_floor, meetings_at = unixepoch()
    WHERE meetings_seq IS NULL AND log_floor > 0;
