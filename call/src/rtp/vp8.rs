//! VP8 in packets (RFC 7741): received only.

use super::{Depacketize, MAX_FRAME, Needs};

const EXTENDED: u8 = 0x80;
const PARTITION_STARTS: u8 = 0x10;
const PARTITION: u8 = 0x07;

/// Puts payloads together to a frame.
#[derive(Debug, Default)]
pub struct Depacketizer {
    frame: Vec<u8>,
    spoilt: bool,
}

/// What is behind the descriptor, and whether it begins the first partition.
fn described(payload: &[u8]) -> Option<(&[u8], bool)> {
    let (first, mut rest) = payload.split_first()?;
    if first & EXTENDED != 0 {
        let (extensions, after) = rest.split_first()?;
        rest = after;
        if extensions & 0x80 != 0 {
            // The picture's number has one byte or two.
            let (id, after) = rest.split_first()?;
            rest = if id & 0x80 != 0 { after.get(1..)? } else { after };
        }
        if extensions & 0x40 != 0 {
            rest = rest.get(1..)?;
        }
        if extensions & 0x30 != 0 {
            rest = rest.get(1..)?;
        }
    }
    Some((rest, first & PARTITION_STARTS != 0 && first & PARTITION == 0))
}

impl Depacketize for Depacketizer {
    fn push(&mut self, payload: &[u8]) -> bool {
        let fine = match described(payload) {
            Some((data, _)) if self.frame.len() + data.len() <= MAX_FRAME => {
                self.frame.extend_from_slice(data);
                true
            }
            _ => false,
        };
        self.spoilt |= !fine;
        fine
    }

    fn finish(&mut self) -> Option<(Vec<u8>, Needs)> {
        let Self { frame, spoilt } = std::mem::take(self);
        // The lowest bit of a frame says that it is not a key frame (RFC 6386, 9.1).
        let first = *frame.first()?;
        (!spoilt).then_some((frame, if first & 1 == 0 { Needs::Nothing } else { Needs::Earlier }))
    }

    fn begins(&self, payload: &[u8]) -> bool {
        described(payload).is_some_and(|(data, begins)| begins && !data.is_empty())
    }
}
