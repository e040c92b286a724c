//! The only clock of the command line, and the zone it stands in.

use meetme_core::time::{Instant, Zone};

/// Fixes what time it is, as RFC 3339: for transcripts and tests.
pub const NOW_VARIABLE: &str = "MEETME_NOW";

/// `MEETME_NOW` holds something else than an instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{NOW_VARIABLE} is `{given}`: it takes an instant such as 2026-12-01T09:00:00Z")]
pub struct BadNow {
    /// What it holds.
    pub given: String,
}

/// What time it is, or what [`NOW_VARIABLE`] says it is.
pub fn now() -> Result<Instant, BadNow> {
    match std::env::var(NOW_VARIABLE) {
        Ok(given) if !given.is_empty() => {
            chrono::DateTime::parse_from_rfc3339(&given).map(|at| at.to_utc()).map_err(|_| BadNow { given })
        }
        _ => Ok(read()),
    }
}

/// The zone of this machine: TZ, else what the system says, else UTC.
pub fn system_zone() -> Zone {
    let of_environment = std::env::var("TZ").ok().and_then(|tz| tz.trim_start_matches(':').parse().ok());
    let of_system = || iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok());
    of_environment.or_else(of_system).unwrap_or(Zone::UTC)
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn read() -> Instant {
    chrono::Utc::now()
}
