use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What an account lets be read by URL, without a log-in, from `GET /me/feeds`.
///
/// The feeds of its events are not here: each event links to its own.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Feeds {
    /// One's own bookings; null as long as nobody asked for it.
    pub private: Option<PrivateFeed>,
    /// When one is busy, without a word about why.
    pub free_busy: FreeBusyFeed,
}

/// Where one's own bookings can be subscribed to. Whoever knows the URL reads them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PrivateFeed {
    /// For apps that take an address.
    pub url: String,
    /// The same for apps that a click shall open.
    pub webcal: String,
    /// When it was made; the one before ended then.
    pub made_at: DateTime<Utc>,
}

/// Where one's busy time can be read by everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FreeBusyFeed {
    /// Its address, whether it leads anywhere or not.
    pub url: String,
    /// Whether it leads anywhere.
    pub enabled: bool,
}

/// Body of `PATCH /me/feeds`: what is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FeedsPatch {
    /// Whether everybody may read one's busy time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub free_busy: Option<bool>,
}
