//! Names of things: opaque ids, usernames and slugs.
//!
//! Ids are made outside (`core` has no randomness) and only compared here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps an id made elsewhere.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The id as the sixteen bytes stores keep.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// Reads the sixteen bytes that a store kept.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }
    };
}

id!(
    /// An account. Orders the locks of a change: persons are locked by ascending id.
    UserId
);
id!(
    /// What a host offers.
    EventId
);
id!(
    /// A one-off or recurring window of an event.
    WindowId
);
id!(
    /// A guest's seat in a slot.
    BookingId
);
id!(
    /// A short reservation of a slot.
    HoldId
);
id!(
    /// An app token.
    TokenId
);
id!(
    /// A calendar of a user's own.
    CollectionId
);

/// The text is not an id of this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

/// A username: `[a-z0-9][a-z0-9._]{0,31}`, and none of [`RESERVED_USERNAMES`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

/// First path segments that the server uses itself, so that `/{username}/{slug}` is never ambiguous.
pub const RESERVED_USERNAMES: &[&str] = &[
    "about",
    "account",
    "admin",
    "api",
    "assets",
    "book",
    "call",
    "calls",
    "dav",
    "demo",
    "docs",
    "events",
    "feeds",
    "healthz",
    "help",
    "login",
    "logout",
    "me",
    "metrics",
    "new",
    "private",
    "readyz",
    "settings",
    "signup",
    "static",
    "well",
    "favicon.ico",
    "robots.txt",
    "manifest.webmanifest",
    "sw.js",
];

/// The longest username.
pub const MAX_USERNAME: usize = 32;
/// The longest slug.
pub const MAX_SLUG: usize = 64;

/// Why a text is not a username or slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// It breaks the pattern.
    #[error("`{given}` is not a username: use 1 to 32 of a-z, 0-9, `.` and `_`, beginning with a letter or digit")]
    Username {
        /// What was given.
        given: String,
    },
    /// The server uses this word itself.
    #[error("the username `{given}` is reserved")]
    Reserved {
        /// What was given.
        given: String,
    },
    /// It breaks the pattern.
    #[error("`{given}` is not a slug: use 1 to 64 of a-z, 0-9 and `-`, beginning with a letter or digit")]
    Slug {
        /// What was given.
        given: String,
    },
}

impl Username {
    /// The username as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Username {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        if !is_name(text, MAX_USERNAME, b"._") {
            return Err(BadName::Username { given: clip(text) });
        }
        if RESERVED_USERNAMES.contains(&text) {
            return Err(BadName::Reserved { given: text.to_owned() });
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Username {
    type Error = BadName;

    fn try_from(text: String) -> Result<Self, BadName> {
        text.parse()
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An event's short name in its owner's space: `[a-z0-9][a-z0-9-]{0,63}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

impl Slug {
    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes a slug of a title: letters and digits lower-cased, everything
    /// else one hyphen, cut at [`MAX_SLUG`]. A title without any of `a-z0-9`
    /// gives `event`.
    pub fn of_title(title: &str) -> Self {
        let mut slug = String::with_capacity(title.len().min(MAX_SLUG));
        for c in title.chars().flat_map(char::to_lowercase) {
            if c.is_ascii_lowercase() || c.is_ascii_digit() {
                slug.push(c);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
            if slug.len() == MAX_SLUG {
                break;
            }
        }
        let slug = slug.trim_end_matches('-');
        Self(if slug.is_empty() { "event" } else { slug }.to_owned())
    }

    /// The same slug with `-n` behind it, cut so that it stays a slug.
    pub fn numbered(&self, n: u32) -> Self {
        let tail = format!("-{n}");
        let head = &self.0[..self.0.len().min(MAX_SLUG - tail.len())];
        Self(format!("{}{tail}", head.trim_end_matches('-')))
    }
}

impl FromStr for Slug {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        if is_name(text, MAX_SLUG, b"-") { Ok(Self(text.to_owned())) } else { Err(BadName::Slug { given: clip(text) }) }
    }
}

impl TryFrom<String> for Slug {
    type Error = BadName;

    fn try_from(text: String) -> Result<Self, BadName> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_name(text: &str, longest: usize, marks: &[u8]) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|&b| plain(b))
        && bytes.len() <= longest
        && bytes.iter().all(|&b| plain(b) || marks.contains(&b))
}

/// A refused text for a message: never the whole of something huge.
fn clip(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_makes_a_slug() {
        assert_eq!(Slug::of_title("Coffee & Chat (30 min)").as_str(), "coffee-chat-30-min");
        assert_eq!(Slug::of_title("Ümläut").as_str(), "ml-ut");
        assert_eq!(Slug::of_title("日本").as_str(), "event");
        assert!(Slug::of_title(&"x y ".repeat(99)).as_str().parse::<Slug>().is_ok());
    }

    #[test]
    fn a_numbered_slug_stays_a_slug() {
        let long: Slug = "a".repeat(MAX_SLUG).parse().expect("64 letters are a slug");

        let numbered = long.numbered(12);

        assert_eq!(numbered.as_str().len(), MAX_SLUG);
        assert!(numbered.as_str().ends_with("-12"));
    }

    #[test]
    fn the_servers_own_words_are_no_usernames() {
        assert_eq!("api".parse::<Username>(), Err(BadName::Reserved { given: "api".into() }));
        assert!(matches!("Ada".parse::<Username>(), Err(BadName::Username { .. })));
        assert!(matches!(".ada".parse::<Username>(), Err(BadName::Username { .. })));
        assert!("ada.l_1".parse::<Username>().is_ok());
    }
}
