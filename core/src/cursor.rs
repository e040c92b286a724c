//! A place in one person's change log.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A place in one person's log, in commit order; the first change has seq 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

/// Which life of the database a cursor belongs to; another one after a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch(pub u64);

/// Epoch and seq as one opaque text: `{epoch:x}-{seq}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor {
    /// The life of the database; what readers of live changes are told belongs to one log besides.
    pub epoch: Epoch,
    /// The place in the log.
    pub seq: Seq,
}

/// The text is not a cursor. Readers treat it like a foreign one: they start anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct NotACursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{}", self.epoch.0, self.seq.0)
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (epoch, seq) = text.split_once('-').ok_or(NotACursor)?;
        let plain = |part: &str, hex: bool| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || (hex && (b'a'..=b'f').contains(&b)))
        };
        if !plain(epoch, true) || !plain(seq, false) {
            return Err(NotACursor);
        }
        let epoch = u64::from_str_radix(epoch, 16).map_err(|_| NotACursor)?;
        let seq = seq.parse().map_err(|_| NotACursor)?;
        Ok(Self { epoch: Epoch(epoch), seq: Seq(seq) })
    }
}

impl TryFrom<String> for Cursor {
    type Error = NotACursor;

    fn try_from(text: String) -> Result<Self, NotACursor> {
        text.parse()
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_from_its_text() {
        let cursor = Cursor { epoch: Epoch(0xab12), seq: Seq(7) };

        assert_eq!(cursor.to_string(), "ab12-7");
        assert_eq!("ab12-7".parse(), Ok(cursor));
        for bad in ["", "-", "ab12-", "ab12-+7", "AB-1", "ab12-99999999999999999999999"] {
            assert_eq!(bad.parse::<Cursor>(), Err(NotACursor), "{bad}");
        }
    }
}
