//! Values of the domain as every backend keeps them: words, numbers and short texts.

use chrono::{DateTime, NaiveDateTime};
use meetme_core::api::Scope;
use meetme_core::booking::Status;
use meetme_core::change::Kind;
use meetme_core::cursor::Seq;
use meetme_core::event::Visibility;
use meetme_core::time::{Instant, Span};

use super::StoreError;

/// What people read in place of a deleted account's name.
pub(super) const DELETED_NAME: &str = "deleted account";

/// A value that no version of the program has written.
pub(super) fn broken(what: &str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Broken(format!("{what}: {why}"))
}

/// A place in a log as the tables keep it.
pub(super) fn number(seq: Seq) -> Result<i64, StoreError> {
    i64::try_from(seq.0).map_err(|error| broken("seq", error))
}

/// An instant as the tables keep it.
pub(super) fn seconds(at: Instant) -> i64 {
    at.timestamp()
}

/// An instant as a table kept it.
pub(super) fn instant(seconds: i64) -> Result<Instant, StoreError> {
    DateTime::from_timestamp(seconds, 0).ok_or_else(|| broken("instant", seconds))
}

/// A span as a table kept it.
pub(super) fn span(start: i64, end: i64) -> Result<Span, StoreError> {
    Span::new(instant(start)?, instant(end)?).map_err(|empty| broken("span", empty))
}

/// What ends after `end` starts after this: no slot is longer than the longest window.
pub(super) fn earliest_start(end: Instant) -> i64 {
    seconds(end - meetme_core::window::MAX_WINDOW.delta()) - 1
}

/// A list's length as a LIMIT.
pub(super) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

pub(super) fn status_number(status: Status) -> i64 {
    match status {
        Status::Pending => 0,
        Status::Confirmed => 1,
        Status::Cancelled => 2,
    }
}

pub(super) fn status(number: i64) -> Result<Status, StoreError> {
    match number {
        0 => Ok(Status::Pending),
        1 => Ok(Status::Confirmed),
        2 => Ok(Status::Cancelled),
        other => Err(broken("status", other)),
    }
}

pub(super) fn visibility_word(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Unlisted => "unlisted",
        Visibility::Private => "private",
    }
}

pub(super) fn visibility(word: &str) -> Result<Visibility, StoreError> {
    match word {
        "public" => Ok(Visibility::Public),
        "unlisted" => Ok(Visibility::Unlisted),
        "private" => Ok(Visibility::Private),
        other => Err(broken("visibility", other)),
    }
}

/// Every kind with the word that the table keeps.
const KINDS: [(Kind, &str); 17] = [
    (Kind::EventCreated, "event_created"),
    (Kind::EventChanged, "event_changed"),
    (Kind::WindowsChanged, "windows_changed"),
    (Kind::EventDeleted, "event_deleted"),
    (Kind::Held, "held"),
    (Kind::Released, "released"),
    (Kind::Booked, "booked"),
    (Kind::Confirmed, "confirmed"),
    (Kind::Declined, "declined"),
    (Kind::Cancelled, "cancelled"),
    (Kind::Rescheduled, "rescheduled"),
    (Kind::LimitsChanged, "limits_changed"),
    (Kind::AccountDeleted, "account_deleted"),
    (Kind::AccountSwitched, "account_switched"),
    (Kind::CredentialsChanged, "credentials_changed"),
    (Kind::CollectionsChanged, "collections_changed"),
    (Kind::EntriesChanged, "entries_changed"),
];

pub(super) fn kind_word(kind: Kind) -> &'static str {
    KINDS.iter().find(|(other, _)| *other == kind).expect("the table has every kind").1
}

pub(super) fn kind(word: &str) -> Result<Kind, StoreError> {
    let found = KINDS.iter().find(|(_, other)| *other == word);
    found.map(|(kind, _)| *kind).ok_or_else(|| broken("kind", word))
}

/// What a credential may do, as words with spaces between them.
pub(super) fn scopes_text(scopes: &[Scope]) -> String {
    let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    words.join(" ")
}

pub(super) fn scopes(text: &str) -> Result<Vec<Scope>, StoreError> {
    text.split_ascii_whitespace().map(scope).collect()
}

fn scope(word: &str) -> Result<Scope, StoreError> {
    Scope::ALL.into_iter().find(|scope| scope.as_str() == word).ok_or_else(|| broken("scope", word))
}

/// The text that chrono reads back.
pub(super) fn wall_text(wall: &NaiveDateTime) -> String {
    wall.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Wall times, one a line.
pub(super) fn wall_lines(times: &[NaiveDateTime]) -> String {
    let lines: Vec<String> = times.iter().map(wall_text).collect();
    lines.join("\n")
}

pub(super) fn wall_times(lines: &str) -> Result<Vec<NaiveDateTime>, StoreError> {
    lines.lines().map(|line| line.parse().map_err(|error| broken("exdate", error))).collect()
}

/// A short list as JSON.
pub(super) fn to_json<T: serde::Serialize>(list: &[T]) -> Result<String, StoreError> {
    if list.is_empty() {
        return Ok("[]".to_owned());
    }
    serde_json::to_string(list).map_err(|error| broken("list", error))
}

/// A short list from JSON. Most are empty, which costs nothing.
pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<Vec<T>, StoreError> {
    if text == "[]" {
        return Ok(Vec::new());
    }
    serde_json::from_str(text).map_err(|error| broken("list", error))
}

/// Starts and ends of spans, eight bytes each, big-endian.
pub(super) fn pack(spans: &[Span]) -> Vec<u8> {
    let ends = spans.iter().flat_map(|span| [span.start(), span.end()]);
    ends.flat_map(|at| seconds(at).to_be_bytes()).collect()
}

pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<Span>, StoreError> {
    let (pairs, rest) = bytes.as_chunks::<16>();
    if !rest.is_empty() {
        return Err(broken("spans", format!("{} bytes", bytes.len())));
    }
    let number = |half: &[u8]| i64::from_be_bytes(half.try_into().expect("half of sixteen bytes is eight"));
    pairs.iter().map(|pair| span(number(&pair[..8]), number(&pair[8..]))).collect()
}
