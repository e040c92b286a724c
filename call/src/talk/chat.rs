//! Something said in writing: a message of the chat's channel is its text, UTF-8.

use bytes::Bytes;

use crate::view::scene::{LONGEST_SAID, clean};

/// The message that carries some words; none if there are none. What is too long is cut.
pub fn message(words: &str) -> Option<Bytes> {
    let words = words.trim();
    let cut: String = words.chars().take(LONGEST_SAID).collect();
    (!cut.is_empty()).then(|| Bytes::from(cut))
}

/// What a message says, as it may be shown; none if it says nothing.
pub fn words(message: &[u8]) -> Option<String> {
    let words = clean(&String::from_utf8_lossy(message));
    (!words.trim().is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_arrive_as_they_were_said() {
        assert_eq!(words(&message(" hé, 日本 ").unwrap()).unwrap(), "hé, 日本");
        assert_eq!(message("  "), None);
    }

    #[test]
    fn whatever_comes_can_be_shown() {
        assert_eq!(words(b"\x1b[2Ja\xff").unwrap(), "[2Ja\u{fffd}");
        assert_eq!(words(b"\x00\x01"), None);
        assert_eq!(words(&[b'x'; 16_000]).unwrap().len(), LONGEST_SAID);
    }

    #[test]
    fn the_longest_message_fits_into_the_channel() {
        assert!(message(&"🙂".repeat(5000)).unwrap().len() <= 16 << 10);
    }
}
