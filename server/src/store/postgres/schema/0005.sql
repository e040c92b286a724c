-- Messages that arrive in inboxes. Several of one inbox may have one UID: 0 for an entry of a calendar, for a message
-- its place in the owner's log.
ALTER TABLE entries ADD COLUMN message bigint NOT NULL DEFAULT 0;
DROP INDEX entries_by_uid;
CREATE UNIQUE INDEX entries_by_uid ON entries (collection, uid, message);
CREATE INDEX messages_by_age ON entries (changed_at) WHERE message > 0;
