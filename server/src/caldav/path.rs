//! Paths and what they name. Segments are percent-encoded once, in one way, and decoded once.

use std::fmt::Write as _;

/// Where CalDAV lives.
pub const ROOT: &str = "/dav/";
/// The longest segment of a path, decoded.
pub const MAX_SEGMENT: usize = 255;

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The root, from which clients find everything else.
    Root,
    /// Where principals are.
    Principals,
    /// A user.
    Principal(String),
    /// Where calendar homes are.
    Homes,
    /// A user's calendar home.
    Home(String),
    /// Something in a user's home.
    Folder(String, String),
    /// Something in there.
    Item(String, String, String),
}

impl Target {
    /// What a path names; `None` if that can be nothing.
    pub fn of(path: &str) -> Option<Self> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        if path.is_empty() || path == "/" || path == "/.well-known/caldav" || path == "/.well-known/caldav/" {
            return Some(Self::Root);
        }
        let rest = path.strip_prefix("/dav")?;
        let rest = rest.strip_prefix('/').or(rest.is_empty().then_some(""))?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.is_empty() {
            return Some(Self::Root);
        }
        let segments = rest.split('/').map(decoded).collect::<Option<Vec<String>>>()?;
        let mut segments = segments.into_iter();
        let (first, user, folder, item) = (segments.next()?, segments.next(), segments.next(), segments.next());
        if segments.next().is_some() {
            return None;
        }
        match (first.as_str(), user, folder, item) {
            ("principals", None, ..) => Some(Self::Principals),
            ("principals", Some(user), None, _) => Some(Self::Principal(user)),
            ("calendars", None, ..) => Some(Self::Homes),
            ("calendars", Some(user), None, _) => Some(Self::Home(user)),
            ("calendars", Some(user), Some(folder), None) => Some(Self::Folder(user, folder)),
            ("calendars", Some(user), Some(folder), Some(item)) => Some(Self::Item(user, folder, item)),
            _ => None,
        }
        .filter(|target| !matches!(target, Self::Folder(_, name) if name.contains(char::is_control)))
    }

    /// Whose it is; nobody's for what everybody shares.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Root | Self::Principals | Self::Homes => None,
            Self::Principal(user) | Self::Home(user) | Self::Folder(user, _) | Self::Item(user, ..) => Some(user),
        }
    }

    /// Its path.
    pub fn href(&self) -> String {
        match self {
            Self::Root => ROOT.to_owned(),
            Self::Principals => "/dav/principals/".to_owned(),
            Self::Homes => "/dav/calendars/".to_owned(),
            Self::Principal(user) => principal(user),
            Self::Home(user) => home(user),
            Self::Folder(user, folder) => folder_of(user, folder),
            Self::Item(user, folder, item) => item_of(user, folder, item),
        }
    }
}

/// The path of a user.
pub fn principal(user: &str) -> String {
    format!("/dav/principals/{}/", Encoded(user))
}

/// The path of a user's home.
pub fn home(user: &str) -> String {
    format!("/dav/calendars/{}/", Encoded(user))
}

/// The path of something in a user's home.
pub fn folder_of(user: &str, folder: &str) -> String {
    format!("/dav/calendars/{}/{}/", Encoded(user), Encoded(folder))
}

/// The path of something in there.
pub fn item_of(user: &str, folder: &str, item: &str) -> String {
    format!("/dav/calendars/{}/{}/{}", Encoded(user), Encoded(folder), Encoded(item))
}

/// A segment as paths have it.
pub struct Encoded<'a>(pub &'a str);

impl std::fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for byte in self.0.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' => {
                    f.write_char(char::from(byte))?;
                }
                _ => write!(f, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

/// Whose home a path goes into, further down than anything lies.
pub fn too_deep(path: &str) -> Option<String> {
    let rest = path.strip_prefix("/dav/calendars/")?;
    let segments = rest.strip_suffix('/').unwrap_or(rest).split('/').map(decoded).collect::<Option<Vec<String>>>()?;
    if segments.len() > 3 { segments.into_iter().next() } else { None }
}

/// Why a path can name nothing, whatever there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Two slashes follow each other.
    #[error("a name in the path is empty: leave one of two slashes out")]
    Empty,
    /// A segment is longer than anything is called.
    #[error("a name in the path is too long: it has room for {MAX_SEGMENT} bytes")]
    TooLong,
    /// A segment is no text, or says what no name does.
    #[error("a name in the path is not percent-encoded UTF-8, or has a slash or a NUL in it, or consists of dots")]
    Unreadable,
}

/// Why a path can name nothing, if that is in its segments.
pub fn flaw(path: &str) -> Option<Flaw> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let mut segments = path.strip_suffix('/').unwrap_or(path).split('/');
    let flawed = segments.find(|segment| decoded(segment).is_none())?;
    Some(match bytes_of(flawed).map(|bytes| bytes.len()) {
        Some(0) => Flaw::Empty,
        Some(length) if length > MAX_SEGMENT => Flaw::TooLong,
        _ => Flaw::Unreadable,
    })
}

/// A segment without its encoding; `None` for one that no path may have. Line breaks are let through: clients name
/// entries by UIDs that have some.
pub fn decoded(segment: &str) -> Option<String> {
    let text = String::from_utf8(bytes_of(segment)?).ok()?;
    let fits =
        !text.is_empty() && text.len() <= MAX_SEGMENT && text != "." && text != ".." && !text.contains(['/', '\0']);
    fits.then_some(text)
}

/// The bytes of a segment without its encoding; `None` if that breaks off, or is none.
fn bytes_of(segment: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
        bytes.push(high << 4 | low);
    }
    Some(bytes)
}

/// The path of an href or a Destination: all of it, or what stands behind scheme and host, with the host.
pub fn split_url(href: &str) -> (Option<&str>, &str) {
    let href = href.trim();
    let Some((_, rest)) = href.split_once("://").filter(|(scheme, _)| !scheme.contains('/')) else {
        return (None, href);
    };
    match rest.find('/') {
        Some(at) => (Some(&rest[..at]), &rest[at..]),
        None => (Some(rest), "/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_the_same_however_it_is_encoded() {
        let item = Target::Item("ada".into(), "per sonal".into(), "a@b%c ü.ics".into());

        for path in [
            "/dav/calendars/ada/per%20sonal/a@b%25c%20%C3%BC.ics",
            "/dav/calendars/%61da/per%20sonal/a%40b%25c%20%c3%bc.ics",
        ] {
            assert_eq!(Target::of(path), Some(item.clone()), "{path}");
        }
        assert_eq!(item.href(), "/dav/calendars/ada/per%20sonal/a@b%25c%20%C3%BC.ics");
    }

    #[test]
    fn an_entry_may_be_named_by_a_uid_with_a_line_break() {
        let item = Target::of("/dav/calendars/ada/personal/20210609T084907Z-@host%0A.ics").unwrap();

        assert_eq!(item, Target::Item("ada".into(), "personal".into(), "20210609T084907Z-@host\n.ics".into()));
        assert_eq!(item.href(), "/dav/calendars/ada/personal/20210609T084907Z-@host%0A.ics");
    }

    #[test]
    fn an_encoding_is_taken_off_once() {
        assert_eq!(Target::of("/dav/calendars/ada/a%2520b/"), Some(Target::Folder("ada".into(), "a%20b".into())));
    }

    #[test]
    fn what_no_path_may_hold_names_nothing() {
        for path in [
            "/dav/calendars/ada/../bob/personal/",
            "/dav/calendars/ada/%2e%2e/x",
            "/dav/calendars/ada/a%2Fb",
            "/dav/calendars/ada/a%00b",
            "/dav/calendars/ada/a%0Ab",
            "/dav/calendars/ada/personal/a%00b",
            "/dav/calendars/ada/%",
            "/dav/calendars/ada/%f",
            "/dav/calendars/ada/%zz",
            "/dav/calendars/ada/%ff",
            "/dav/calendars//personal/",
            "/dav/calendars/ada/a/b/c",
            "/davx/",
            "/else",
        ] {
            assert_eq!(Target::of(path), None, "{path}");
        }
    }

    #[test]
    fn clients_begin_anywhere_and_find_the_root() {
        for path in ["/", "/dav", "/dav/", "/.well-known/caldav"] {
            assert_eq!(Target::of(path), Some(Target::Root), "{path}");
        }
        assert_eq!(split_url("https://meet.example/dav/"), (Some("meet.example"), "/dav/"));
        assert_eq!(split_url("/dav/x://y"), (None, "/dav/x://y"));
    }
}
