//! From what cameras send to I420.

use std::borrow::Cow;
use std::time::Duration;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::super::{MAX_SIDE, MediaError, Size, VideoFrame};
use super::huffman;

/// YUYV (4:2:2, two pixels in four bytes, video levels), rows `stride` bytes apart.
pub fn yuyv(bytes: &[u8], size: Size, stride: usize, at: Duration) -> Result<VideoFrame, MediaError> {
    let Size { width, height } = size;
    if stride < 2 * width || bytes.len() < stride * (height - 1) + 2 * width {
        return Err(bad("YUYV", "the picture is too short"));
    }
    let mut data = Vec::with_capacity(size.bytes());
    let rows = || (0..height).map(|row| &bytes[row * stride..row * stride + 2 * width]);
    for row in rows() {
        data.extend(row.chunks_exact(2).map(|pixel| pixel[0]));
    }
    for part in [1, 3] {
        // A colour for two rows: the mean of theirs.
        for row in (0..height).step_by(2) {
            let (upper, lower) = (&bytes[row * stride..], &bytes[(row + 1) * stride..]);
            data.extend((0..width / 2).map(|pair| mean(&[upper[pair * 4 + part], lower[pair * 4 + part]])));
        }
    }
    VideoFrame::new(size, data, at).ok_or_else(|| bad("YUYV", "the picture has another size"))
}

/// A JPEG, full range, with or without its own Huffman tables.
pub fn jpeg(bytes: &[u8], at: Duration) -> Result<VideoFrame, MediaError> {
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::YCbCr)
        .set_max_width(MAX_SIDE)
        .set_max_height(MAX_SIDE);
    let bytes = with_tables(bytes);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&*bytes), options);
    let pixels = decoder.decode().map_err(|error| bad("JPEG", &error.to_string()))?;
    let (width, height) = decoder.dimensions().ok_or_else(|| bad("JPEG", "it has no size"))?;
    let size = Size::new(width, height).ok_or_else(|| bad("JPEG", "its sides are not even"))?;
    if pixels.len() != width * height * 3 {
        return Err(bad("JPEG", "it is not in colour"));
    }
    let mut data = Vec::with_capacity(size.bytes());
    data.extend(pixels.chunks_exact(3).map(|pixel| scaled(pixel[0], 219, 16)));
    for part in [1, 2] {
        for row in (0..height).step_by(2) {
            let at = |row: usize, x: usize| pixels[(row * width + x) * 3 + part];
            data.extend((0..width).step_by(2).map(|x| {
                let level = mean(&[at(row, x), at(row, x + 1), at(row + 1, x), at(row + 1, x + 1)]);
                // Around the middle: 0 to 255 becomes 16 to 240.
                u8::try_from((i32::from(level) - 128) * 224 / 255 + 128).expect("within a byte")
            }));
        }
    }
    VideoFrame::new(size, data, at).ok_or_else(|| bad("JPEG", "the picture has another size"))
}

/// The picture with Huffman tables: before its scan, if it has none.
fn with_tables(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut at = 2;
    // Segments: 0xff, what it is, and its length with the two bytes of the length.
    while let Some(&[0xff, kind, high, low]) = bytes.get(at..at + 4) {
        match kind {
            0xc4 => return bytes.into(),
            0xda => return [&bytes[..at], &huffman::segment(), &bytes[at..]].concat().into(),
            _ => at += 2 + usize::from(u16::from_be_bytes([high, low])),
        }
    }
    bytes.into()
}

fn scaled(level: u8, range: u32, from: u32) -> u8 {
    u8::try_from((u32::from(level) * range + 127) / 255 + from).expect("within a byte")
}

fn mean(levels: &[u8]) -> u8 {
    let sum: usize = levels.iter().map(|level| usize::from(*level)).sum();
    u8::try_from((sum + levels.len() / 2) / levels.len()).expect("a mean of bytes is a byte")
}

fn bad(what: &'static str, why: &str) -> MediaError {
    MediaError::Format { what, why: why.to_owned() }
}
