//! What people say about themselves, and what they allow themselves as hosts.

use crate::time::Zone;

/// What an account's owner may change about it. The password is not among it: it is never read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// What people read.
    pub display_name: String,
    /// Unique among accounts, compared without case.
    pub email: String,
    /// Home zone; also the zone of the limits.
    pub zone: Zone,
    /// The most slots in use on a day over all own events.
    pub max_per_day: Option<u32>,
    /// The most slots in use in an ISO week over all own events.
    pub max_per_week: Option<u32>,
}
