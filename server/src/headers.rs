//! What headers say, read and written alike at every door: texts, entity tags and dates (RFC 9110).

use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use meetme_core::time::Instant;

/// A header's text, the first one where there are several; what is not text is as if it were not there.
pub fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// An instant as headers write it (5.6.7).
pub fn http_date(at: Instant) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The instant that a header tells; none if it is no date.
pub fn date(text: &str) -> Option<Instant> {
    DateTime::parse_from_rfc2822(text.trim()).ok().map(|date| date.with_timezone(&Utc))
}

/// Entity tags that a request names, or `*` for any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(Vec<String>);

impl Tags {
    /// What an `If-Match` accepts (13.1.1), if there is one. Weak tags never match where something is to be changed.
    pub fn if_match(headers: &HeaderMap) -> Option<Self> {
        Self::of(headers, "if-match", |tag| !tag.weak)
    }

    /// What an `If-None-Match` knows (13.1.2), if there is one. Weak tags count: what stands between repacks answers.
    pub fn if_none_match(headers: &HeaderMap) -> Option<Self> {
        Self::of(headers, "if-none-match", |_| true)
    }

    /// What an `If-Schedule-Tag-Match` accepts (RFC 6638 8.3), if there is one.
    pub fn if_schedule_tag_match(headers: &HeaderMap) -> Option<Self> {
        Self::of(headers, "if-schedule-tag-match", |tag| !tag.weak)
    }

    fn of(headers: &HeaderMap, name: &str, counts: impl Fn(&Tag<'_>) -> bool) -> Option<Self> {
        let lines: Vec<&str> = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
        let tags = lines.iter().flat_map(|line| read(line)).filter(|tag| counts(tag));
        headers.contains_key(name).then(|| Self(tags.map(|tag| tag.text.to_owned()).collect()))
    }

    /// Whether this tag, without its quotes, is one of them.
    pub fn have(&self, tag: &str) -> bool {
        self.0.iter().any(|one| one == ANY || one == tag)
    }

    /// Whether any tag will do.
    pub fn are_any(&self) -> bool {
        self.0.iter().any(|one| one == ANY)
    }

    /// The tags without their quotes.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The tags without their quotes.
    pub fn into_texts(self) -> Vec<String> {
        self.0
    }
}

/// Stands for every tag of what is there.
const ANY: &str = "*";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tag<'a> {
    text: &'a str,
    weak: bool,
}

/// A list of tags. One without quotes is read as if it had them; of what follows an open quote nothing is a tag.
fn read(list: &str) -> Vec<Tag<'_>> {
    let (mut rest, mut tags) = (list.trim_start_matches(is_between), Vec::new());
    while !rest.is_empty() {
        let (weak, tag) = weakness(rest);
        let (text, after) = match tag.strip_prefix('"') {
            Some(quoted) => match quoted.split_once('"') {
                Some(parts) => parts,
                None => break,
            },
            None => tag.split_at(tag.find(is_between).unwrap_or(tag.len())),
        };
        tags.push(Tag { text, weak });
        rest = after.trim_start_matches(is_between);
    }
    tags
}

/// The text of one tag, weak or strong, without its quotes.
pub fn bare_tag(tag: &str) -> &str {
    weakness(tag.trim()).1.trim_matches('"')
}

fn weakness(tag: &str) -> (bool, &str) {
    tag.strip_prefix("W/").map_or((false, tag), |tag| (true, tag))
}

fn is_between(mark: char) -> bool {
    mark == ',' || mark.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: &'static str, lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name, HeaderValue::from_static(line));
        }
        headers
    }

    fn if_match(line: &'static str) -> Tags {
        Tags::if_match(&headers("if-match", &[line])).unwrap()
    }

    #[test]
    fn if_match_compares_strongly_rfc_9110_13_1_1() {
        assert!(if_match("\"a-1\"").have("a-1"));
        assert!(if_match("\"b\" ,\"a-1\"").have("a-1"));
        assert!(if_match("*").have("a-1"));
        assert!(!if_match("W/\"a-1\"").have("a-1"));
        assert!(!if_match("\"a-2\"").have("a-1"));
        assert!(!if_match("nonsense").have("a-1"));
        assert!(!if_match("").have("a-1"));
        assert_eq!(Tags::if_match(&HeaderMap::new()), None);
    }

    #[test]
    fn if_none_match_compares_weakly_rfc_9110_13_1_2() {
        let known = Tags::if_none_match(&headers("if-none-match", &["W/\"a-1\", \"b\"", "\"c,d\""])).unwrap();

        assert_eq!(known.iter().collect::<Vec<_>>(), ["a-1", "b", "c,d"]);
        assert!(!known.are_any());
    }

    #[test]
    fn a_list_that_breaks_off_names_what_stands_before() {
        assert_eq!(if_match("\"a\", \"b").into_texts(), ["a"]);
        assert_eq!(if_match("a, \"b\"").into_texts(), ["a", "b"]);
        assert_eq!(bare_tag(" W/\"a\" "), "a");
    }

    #[test]
    fn a_date_is_read_as_it_is_written() {
        let at = date("Wed, 25 Nov 2026 05:12:46 GMT").unwrap();

        assert_eq!(http_date(at), "Wed, 25 Nov 2026 05:12:46 GMT");
        assert_eq!(date("yesterday"), None);
    }
}
