//! VP8 (RFC 6386), received only.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use oxideav_vp8::Vp8DecoderState;

use super::h264::packed;
use super::{DecodeVideo, Undecodable};
use crate::media::{MAX_SIDE, VideoFrame};

/// VP8 to pictures.
#[derive(Default)]
pub struct Decoder {
    inner: Vp8DecoderState,
}

/// What a key frame says of its size (RFC 6386, 9.1), before anything is made that large.
fn too_large(data: &[u8]) -> bool {
    let [first, .., _, _, w0, w1, h0, h1] = data.get(..10).unwrap_or(&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0]) else {
        return true;
    };
    let side = |low: u8, high: u8| usize::from(u16::from_le_bytes([low, high]) & 0x3fff);
    first & 1 == 0 && (side(*w0, *w1) > MAX_SIDE || side(*h0, *h1) > MAX_SIDE)
}

impl DecodeVideo for Decoder {
    fn decode(&mut self, data: &[u8], at: Duration) -> Result<Option<VideoFrame>, Undecodable> {
        if too_large(data) {
            return Err(Undecodable);
        }
        let inner = &mut self.inner;
        match catch_unwind(AssertUnwindSafe(|| inner.decode_frame(data))) {
            Ok(Ok(picture)) => {
                let (width, height) = (picture.width as usize, picture.height as usize);
                let planes = [
                    (picture.y.as_slice(), width),
                    (picture.u.as_slice(), width.div_ceil(2)),
                    (picture.v.as_slice(), width.div_ceil(2)),
                ];
                packed(width, height, planes, at).map(Some).ok_or(Undecodable)
            }
            Ok(Err(_)) => Err(Undecodable),
            Err(_) => {
                self.inner = Vp8DecoderState::new();
                Err(Undecodable)
            }
        }
    }
}
