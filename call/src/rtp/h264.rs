//! H.264 in packets (RFC 6184), packetization mode 1: single units, STAP-A and FU-A.

use bytes::{BufMut, Bytes, BytesMut};

use super::{Depacketize, MAX_FRAME, Needs};

const START: [u8; 4] = [0, 0, 0, 1];

/// Types of units that matter here (RFC 6184, 5.2 and H.264, table 7-1).
mod unit {
    pub const IDR: u8 = 5;
    pub const SPS: u8 = 7;
    pub const PPS: u8 = 8;
    pub const DELIMITER: u8 = 9;
    pub const FILLER: u8 = 12;
    pub const LAST_SINGLE: u8 = 23;
    pub const STAP_A: u8 = 24;
    pub const FU_A: u8 = 28;
}

const TYPE: u8 = 0x1f;
const F_AND_NRI: u8 = 0xe0;
const FU_START: u8 = 0x80;
const FU_END: u8 = 0x40;

/// Cuts a frame in Annex B form into payloads of at most `limit` bytes. Parameter sets travel together in one packet.
pub fn packetize(frame: &[u8], limit: usize) -> Vec<Bytes> {
    let mut payloads = Vec::new();
    let mut sets: Vec<&[u8]> = Vec::new();
    for nal in units(frame) {
        match nal.first().map(|head| head & TYPE) {
            None | Some(unit::DELIMITER | unit::FILLER) => {}
            Some(unit::SPS | unit::PPS) => sets.push(nal),
            Some(_) => {
                aggregate(&mut sets, limit, &mut payloads);
                single_or_fragments(nal, limit, &mut payloads);
            }
        }
    }
    aggregate(&mut sets, limit, &mut payloads);
    payloads
}

fn aggregate(sets: &mut Vec<&[u8]>, limit: usize, payloads: &mut Vec<Bytes>) {
    let whole = 1 + sets.iter().map(|set| 2 + set.len()).sum::<usize>();
    if sets.len() < 2 || whole > limit {
        for set in sets.drain(..) {
            single_or_fragments(set, limit, payloads);
        }
        return;
    }
    let importance = sets.iter().map(|set| set[0] & 0x60).max().unwrap_or(0);
    let mut payload = BytesMut::with_capacity(whole);
    payload.put_u8(importance | unit::STAP_A);
    for set in sets.drain(..) {
        payload.put_u16(u16::try_from(set.len()).unwrap_or(u16::MAX));
        payload.put_slice(set);
    }
    payloads.push(payload.freeze());
}

fn single_or_fragments(nal: &[u8], limit: usize, payloads: &mut Vec<Bytes>) {
    if nal.len() <= limit {
        return payloads.push(Bytes::copy_from_slice(nal));
    }
    let (head, body) = (nal[0], &nal[1..]);
    let count = body.len().div_ceil(limit - 2);
    // Pieces of one size: a last one of a few bytes costs as much as a full one.
    let size = body.len().div_ceil(count);
    for (at, piece) in body.chunks(size).enumerate() {
        let mut fu = head & TYPE;
        fu |= if at == 0 { FU_START } else { 0 };
        fu |= if at + 1 == count { FU_END } else { 0 };
        let mut payload = BytesMut::with_capacity(piece.len() + 2);
        payload.put_u8(head & F_AND_NRI | unit::FU_A);
        payload.put_u8(fu);
        payload.put_slice(piece);
        payloads.push(payload.freeze());
    }
}

/// The units between the start codes of an Annex B stream.
pub fn units(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = after_start(stream);
    std::iter::from_fn(move || {
        let here = rest?;
        let end = here.windows(3).position(|three| three == [0, 0, 1]);
        rest = end.map(|end| &here[end + 3..]);
        let nal = end.map_or(here, |end| &here[..end]);
        // Zeros before a start code belong to it.
        let trailing = nal.iter().rev().take_while(|byte| **byte == 0).count();
        Some(&nal[..nal.len() - trailing])
    })
}

fn after_start(stream: &[u8]) -> Option<&[u8]> {
    stream.windows(3).position(|three| three == [0, 0, 1]).map(|at| &stream[at + 3..])
}

/// Puts payloads together to a frame in Annex B form.
#[derive(Debug, Default)]
pub struct Depacketizer {
    frame: Vec<u8>,
    /// A unit of which the end has not come.
    fragment: bool,
    idr: bool,
    spoilt: bool,
}

impl Depacketizer {
    fn unit(&mut self, nal: &[u8]) -> bool {
        if nal.is_empty() || self.frame.len() + nal.len() + START.len() > MAX_FRAME {
            return false;
        }
        self.idr |= nal[0] & TYPE == unit::IDR;
        self.frame.extend_from_slice(&START);
        self.frame.extend_from_slice(nal);
        true
    }

    fn aggregated(&mut self, mut rest: &[u8]) -> bool {
        while !rest.is_empty() {
            let Some((length, after)) = rest.split_first_chunk::<2>() else { return false };
            let Some((nal, after)) = after.split_at_checked(usize::from(u16::from_be_bytes(*length))) else {
                return false;
            };
            if !self.unit(nal) {
                return false;
            }
            rest = after;
        }
        true
    }

    fn fragment(&mut self, indicator: u8, rest: &[u8]) -> bool {
        let Some((fu, piece)) = rest.split_first() else { return false };
        let starts = fu & FU_START != 0;
        if starts == self.fragment {
            // A second beginning, or a piece of something that never began.
            return false;
        }
        if starts {
            let head = indicator & F_AND_NRI | fu & TYPE;
            self.fragment = self.unit(&[head]);
        }
        if !self.fragment || self.frame.len() + piece.len() > MAX_FRAME {
            return false;
        }
        self.frame.extend_from_slice(piece);
        self.fragment = fu & FU_END == 0;
        true
    }
}

impl Depacketize for Depacketizer {
    fn push(&mut self, payload: &[u8]) -> bool {
        let fine = match payload.split_first() {
            None => true,
            Some((head, rest)) => match head & TYPE {
                unit::STAP_A if !self.fragment => self.aggregated(rest),
                unit::FU_A => self.fragment(*head, rest),
                1..=unit::LAST_SINGLE if !self.fragment => self.unit(payload),
                _ => false,
            },
        };
        self.spoilt |= !fine;
        fine
    }

    fn finish(&mut self) -> Option<(Vec<u8>, Needs)> {
        let Self { frame, fragment, idr, spoilt } = std::mem::take(self);
        let whole = !spoilt && !fragment && !frame.is_empty();
        whole.then_some((frame, if idr { Needs::Nothing } else { Needs::Earlier }))
    }

    fn begins(&self, payload: &[u8]) -> bool {
        match payload {
            [head, fu, ..] if head & TYPE == unit::FU_A => fu & FU_START != 0,
            [_, ..] => true,
            [] => false,
        }
    }
}
