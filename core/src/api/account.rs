use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{TokenId, Username};
use crate::time::Zone;

/// Body of `POST /users`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// `[a-z0-9][a-z0-9._]{0,31}`, not taken and not reserved.
    pub username: Username,
    /// A mail address that no other account has.
    pub email: String,
    /// 8 to 1000 characters.
    pub password: String,
    /// What people read; the username if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub display_name: Option<String>,
    /// Home zone; UTC if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub time_zone: Option<Zone>,
}

/// Body of `POST /sessions`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSession {
    /// Who logs in.
    pub username: String,
    /// Their password.
    pub password: String,
}

/// Answer to a sign-up or log-in.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Who is logged in.
    pub user: User,
    /// Goes into `Authorization: Bearer …`. Shown once, kept only as a hash.
    pub token: String,
    /// When the session ends unless it is used before.
    pub expires_at: DateTime<Utc>,
}

/// An account as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Unique, never changes.
    pub username: Username,
    /// What people read.
    pub display_name: String,
    /// Unique.
    pub email: String,
    /// Home zone.
    pub time_zone: Zone,
    /// The most slots in use on a day over all own events.
    pub max_per_day: Option<u32>,
    /// The most slots in use in an ISO week over all own events.
    pub max_per_week: Option<u32>,
}

/// The session behind a request, from `GET /sessions/current`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurrentSession {
    /// Who is logged in.
    pub user: User,
    /// When it ends unless it is used before; null for a token without expiry.
    pub expires_at: Option<DateTime<Utc>>,
    /// What it may do; a session from a log-in may do everything.
    pub scopes: Vec<Scope>,
}

/// Body of `PATCH /me`: what is absent stays.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    /// What people read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub display_name: Option<String>,
    /// A mail address that no other account has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
    /// Home zone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub time_zone: Option<Zone>,
    /// The most slots in use on a day over all own events; null lifts the limit.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "super::given")]
    pub max_per_day: Option<Option<u32>>,
    /// The most slots in use in an ISO week over all own events; null lifts the limit.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "super::given")]
    pub max_per_week: Option<Option<u32>>,
    /// A new password; ends every other session. Needs `current_password`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub password: Option<String>,
    /// The password so far.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub current_password: Option<String>,
}

/// What an app token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// See one's own events, bookings and calendars.
    Read,
    /// Book, hold, move and cancel as a guest.
    Book,
    /// Create and change events and windows, decide on bookings.
    Host,
    /// Log in from a calendar app.
    Caldav,
    /// Join calls.
    Call,
}

impl Scope {
    /// Every scope, in the order in which they are written.
    pub const ALL: [Self; 5] = [Self::Read, Self::Book, Self::Host, Self::Caldav, Self::Call];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Book => "book",
            Self::Host => "host",
            Self::Caldav => "caldav",
            Self::Call => "call",
        }
    }
}

/// Body of `POST /me/tokens`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for, in words.
    pub name: String,
    /// What it may do, at least one.
    pub scopes: Vec<Scope>,
    /// When it ends; never if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// Answer to `POST /me/tokens`: the only time the token itself is shown.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedToken {
    /// Its id, to revoke it by.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// Goes into `Authorization: Bearer …`, or as a password into a calendar app.
    pub token: String,
}

/// An app token in a list, without the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Token {
    /// Its id, to revoke it by.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Unique.
    pub username: Username,
    /// What people read.
    pub display_name: String,
    /// Shown to host and guest of a booking only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
}
