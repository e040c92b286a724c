//! What must never be found in any database, as SQL that every backend understands.

/// What must never be found, each with a count of it.
pub(super) const CHECKS: [(&str, &str); 5] = [
    (
        "overlapping spans of one person",
        "SELECT count(*) FROM (SELECT start, lag(\"end\") OVER (PARTITION BY person ORDER BY start) AS before \
         FROM occupancy) AS neighbours WHERE before > start",
    ),
    (
        "slots whose seats are miscounted",
        "SELECT count(*) FROM occupancy o WHERE holder IS NULL AND (booked + held = 0 \
         OR booked <> (SELECT count(*) FROM seats s WHERE s.person = o.person AND s.start = o.start \
         AND s.held_until IS NULL) \
         OR held <> (SELECT count(*) FROM seats s WHERE s.person = o.person AND s.start = o.start \
         AND s.held_until IS NOT NULL))",
    ),
    (
        "bookings without a seat",
        "SELECT count(*) FROM bookings b WHERE status <> 2 AND (NOT EXISTS (SELECT 1 FROM seats s \
         WHERE s.person = b.host AND s.start = b.start AND s.holder = b.id) \
         OR NOT b.allow_overlap AND NOT EXISTS (SELECT 1 FROM occupancy o \
         WHERE o.person = b.guest AND o.start = b.start AND o.\"end\" = b.\"end\" AND o.holder = b.id))",
    ),
    (
        "seats of nobody",
        "SELECT count(*) FROM seats s WHERE NOT EXISTS (SELECT 1 FROM bookings WHERE id = s.holder AND status <> 2) \
         AND NOT EXISTS (SELECT 1 FROM holds WHERE id = s.holder)",
    ),
    (
        "logs with gaps",
        "SELECT count(*) FROM users u WHERE log_seq - log_floor <> \
         (SELECT count(*) FROM log l WHERE l.person = u.id AND l.seq > u.log_floor AND l.seq <= u.log_seq)",
    ),
];
