//! What calendar apps read: open slots and bookings as iCalendar (RFC 5545), the same bytes every time.
//!
//! Nothing here asks for the time or makes up an id: DTSTAMP is the last
//! change, UIDs are derived or given. Lines are written by `write`, not by
//! the icalendar crate: that one adds UIDs and DTSTAMPs of its own, folds by
//! characters so that lines with other scripts grow beyond 75 octets, and
//! leaves a carriage return in a text and a quote in a parameter as they
//! are, which lets a title begin a line of its own. Its reader is what the
//! tests read the documents back with.
//!
//! `feed` and `free_busy` are the documents that apps subscribe to; `entry`
//! and `meeting` are single objects, and what an app's change of one means.

mod entry;
mod feed;
mod free_busy;
mod meeting;
mod offer;
pub(crate) mod write;
mod zone;

pub use entry::{MovedWindow, NoWindow, ObjectWindows, WindowObject, slot_object, window_object, windows_of};
pub use feed::{BookingEntry, BookingsFeed, Feed, bookings_feed, open_slots_feed, slot_uid};
pub use free_busy::{FreeBusy, free_busy_feed};
pub use meeting::{BookingEdit, NoEdit, booking_edit, booking_object, own_lines};
pub use offer::{Everything, Offer};
pub use zone::{known_zones, timezone_text};
pub(crate) use zone::{told_years, vtimezone_as};

/// Who made the document (RFC 5545 3.7.3).
pub(crate) const PRODID: &str = "-//meetme//meetme//EN";
