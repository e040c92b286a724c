//! How events and bookings are named on the command line.

use std::str::FromStr;

use meetme_core::id::{Slug, Username};
use url::Url;

/// An event as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventRef {
    /// `owner/slug`.
    Full {
        /// Whose.
        owner: Username,
        /// Its short name.
        slug: Slug,
    },
    /// A `slug` of one's own.
    Own {
        /// Its short name.
        slug: Slug,
    },
    /// `https://host/owner/slug`.
    Link {
        /// Where.
        server: Url,
        /// Whose.
        owner: Username,
        /// Its short name.
        slug: Slug,
    },
}

/// A booking as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BookingRef {
    /// The next one that begins.
    Next,
    /// The beginning of its id.
    Prefix(String),
}

/// The text names nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRef {
    /// It is no event.
    #[error("write owner/slug, a slug of your own, or a link https://host/owner/slug")]
    Event,
    /// It is no booking.
    #[error("write the beginning of a booking's id (0-9, a-f and `-`), or `next`")]
    Booking,
}

impl FromStr for EventRef {
    type Err = BadRef;

    fn from_str(text: &str) -> Result<Self, BadRef> {
        let text = text.trim();
        if text.contains("://") {
            return link(text).ok_or(BadRef::Event);
        }
        let slug = |slug: &str| slug.parse::<Slug>().map_err(|_| BadRef::Event);
        match text.split_once('/') {
            Some((owner, name)) => {
                let owner = owner.parse().map_err(|_| BadRef::Event)?;
                Ok(Self::Full { owner, slug: slug(name)? })
            }
            None => Ok(Self::Own { slug: slug(text)? }),
        }
    }
}

/// The last two parts of a link name the event, what stands before them the server.
fn link(text: &str) -> Option<EventRef> {
    let url = Url::parse(text).ok()?;
    let mut path: Vec<&str> = url.path().trim_matches('/').split('/').collect();
    let slug = path.pop()?.parse().ok()?;
    let owner = path.pop()?.parse().ok()?;
    let mut server = url.clone();
    server.set_path(&path.join("/"));
    Some(EventRef::Link { server: crate::config::server(server.as_str())?, owner, slug })
}

impl FromStr for BookingRef {
    type Err = BadRef;

    fn from_str(text: &str) -> Result<Self, BadRef> {
        let text = text.trim().to_ascii_lowercase();
        if text == "next" {
            return Ok(Self::Next);
        }
        let of_an_id = |b: u8| b.is_ascii_hexdigit() || b == b'-';
        if text.is_empty() || text.len() > 36 || !text.bytes().all(of_an_id) {
            return Err(BadRef::Booking);
        }
        Ok(Self::Prefix(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_named_in_three_ways() {
        let read = |text: &str| text.parse::<EventRef>();
        let (owner, slug): (Username, Slug) = ("ada".parse().expect("a name"), "chat".parse().expect("a slug"));
        let at = |server: &str| EventRef::Link {
            server: crate::config::server(server).expect("a server"),
            owner: owner.clone(),
            slug: slug.clone(),
        };

        assert_eq!(read("ada/chat"), Ok(EventRef::Full { owner: owner.clone(), slug: slug.clone() }));
        assert_eq!(read("chat"), Ok(EventRef::Own { slug: slug.clone() }));
        assert_eq!(read("https://meet.example/ada/chat"), Ok(at("https://meet.example")));
        assert_eq!(read("http://localhost:8080/base/ada/chat/?utm=1"), Ok(at("http://localhost:8080/base")));
        for bad in ["", "a/b/c", "https://meet.example/chat", "ftp://meet.example/ada/chat", "Ada/chat", "ada/"] {
            assert_eq!(read(bad), Err(BadRef::Event), "{bad}");
        }
    }

    #[test]
    fn a_booking_is_the_beginning_of_an_id_or_next() {
        assert_eq!("next".parse(), Ok(BookingRef::Next));
        assert_eq!("0192-AB".parse(), Ok(BookingRef::Prefix("0192-ab".into())));
        assert!("../me".parse::<BookingRef>().is_err() && "".parse::<BookingRef>().is_err());
    }
}
