//! What an end tells of itself: a message of the state's channel is an object of JSON.
//!
//! Each end tells it on every new connection, and again when it changes. Members that a version does not know are nothing
//! to it, and what is not said has not changed.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
struct State {
    /// Whether what comes is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recording: Option<bool>,
}

/// The message that tells whether this end records.
pub fn message(recording: bool) -> Bytes {
    let state = State { recording: Some(recording) };
    Bytes::from(serde_json::to_vec(&state).expect("a state is plain JSON"))
}

/// Whether the other end records, if a message tells that.
pub fn recording(message: &[u8]) -> Option<bool> {
    serde_json::from_slice::<State>(message).ok()?.recording
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_end_tells_the_other_knows() {
        assert_eq!(message(true), r#"{"recording":true}"#);
        for records in [true, false] {
            assert_eq!(recording(&message(records)), Some(records));
        }
    }

    #[test]
    fn what_a_later_version_tells_besides_is_passed_over() {
        assert_eq!(recording(br#"{"hand":"up","recording":true}"#), Some(true));
        for nothing in [&br#"{"hand":"up"}"#[..], br#"{"recording":"all"}"#, b"[]", b"", b"\xff"] {
            assert_eq!(recording(nothing), None);
        }
    }
}
