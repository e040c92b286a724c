//! What a form was filled in with, and where a browser is sent after it.

use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The most fields that are read: more than any form here has.
const MAX_FIELDS: usize = 64;

/// Fields of `application/x-www-form-urlencoded`, as they were sent.
#[derive(Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a body; what is no form has no fields.
    pub fn of(body: &Bytes) -> Self {
        Self(form_urlencoded::parse(body).take(MAX_FIELDS).map(|(key, value)| (key.into(), value.into())).collect())
    }

    /// A form with one field.
    pub fn with(name: &str, value: String) -> Self {
        Self(vec![(name.to_owned(), value)])
    }

    /// A field's value with the line ends of a text; empty if it was not sent.
    pub fn get(&self, name: &str) -> String {
        let value = self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value);
        value.replace("\r\n", "\n")
    }

    /// As [`Form::get`], without the space around it; none if nothing is left.
    pub fn filled(&self, name: &str) -> Option<String> {
        let value = self.get(name).trim().to_owned();
        (!value.is_empty()).then_some(value)
    }
}

/// Sends the browser to another page, which it asks for with GET (303, RFC 9110 15.4.4).
pub fn go_to(path: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(path) else { return StatusCode::NOT_FOUND.into_response() };
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// `path`, if it is one of this server: nothing that a browser would take for the address of another.
pub fn own_path(path: &str) -> Option<&str> {
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (plain && path.starts_with('/') && !path.starts_with("//")).then_some(path)
}

/// A path that comes back to `next` afterwards.
pub fn with_next(path: &str, next: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("{path}?next={next}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_gone_to() {
        for own in ["/book/1", "/ada/chat?from=2026-12-01&zone=Europe/Berlin"] {
            assert_eq!(own_path(own), Some(own));
        }
        for other in ["", "book", "//evil.example/", "/\\evil.example", "https://evil.example/", "/a\r\nSet-Cookie: x"]
        {
            assert_eq!(own_path(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_no_form_has_no_fields() {
        let form = Form::of(&Bytes::from_static(b"\xff\xfe{\"a\": 1}&note=a%0D%0Ab&name=+"));
        assert_eq!(form.get("note"), "a\nb");
        assert_eq!((form.filled("name"), form.filled("other")), (None, None));
    }
}
