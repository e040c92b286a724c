-- Whose a meeting is in the copy of somebody who is asked to come: mail addresses may change hands, accounts do not. The
-- copy's own owner where nobody here organizes it; null for what was written before this was kept.
ALTER TABLE entries ADD COLUMN organizer BLOB;
