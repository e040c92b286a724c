//! H.264, constrained baseline, both ways.

use std::time::Duration;

use openh264::OpenH264API;
use openh264::decoder::{DecodeOptions, Decoder as Inner, DecoderConfig, Flush};
use openh264::encoder::{
    BitRate, Complexity, Encoder as InnerEncoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, Level,
    Profile, RateControlMode, UsageType,
};
use openh264::formats::{YUVSlices, YUVSource};
use openh264_sys2::{ENCODER_OPTION_BITRATE, SBitrateInfo, SPATIAL_LAYER_ALL};

use super::{DecodeVideo, Undecodable};
use crate::media::{MediaError, Size, VideoFrame};

/// A key frame at least so often, in seconds: for recordings, and for who asks in vain.
const KEY_EVERY: u32 = 10;

/// An encoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// In Annex B form; empty if the encoder left the picture out.
    pub data: Vec<u8>,
    /// Whether it can be decoded by itself.
    pub key: bool,
}

/// Pictures to H.264.
pub struct Encoder {
    inner: InnerEncoder,
    bits_per_second: u32,
}

impl Encoder {
    /// An encoder for so many pictures a second.
    pub fn new(rate: u32, bits_per_second: u32) -> Result<Self, MediaError> {
        let config = EncoderConfig::new()
            .bitrate(BitRate::from_bps(bits_per_second))
            .max_frame_rate(FrameRate::from_hz(f32::from(u16::try_from(rate).unwrap_or(u16::MAX))))
            .usage_type(UsageType::CameraVideoRealTime)
            .rate_control_mode(RateControlMode::Bitrate)
            .intra_frame_period(IntraFramePeriod::from_num_frames(rate * KEY_EVERY))
            .profile(Profile::Baseline)
            .level(Level::Level_3_1)
            .complexity(Complexity::Low)
            .num_threads(1)
            .scene_change_detect(false)
            .skip_frames(true);
        let inner = InnerEncoder::with_api_config(OpenH264API::from_source(), config).map_err(failed)?;
        Ok(Self { inner, bits_per_second })
    }

    /// Takes effect with the next picture, which need not be a key frame.
    pub fn set_bitrate(&mut self, bits_per_second: u32) {
        if bits_per_second == self.bits_per_second {
            return;
        }
        self.bits_per_second = bits_per_second;
        let mut info =
            SBitrateInfo { iLayer: SPATIAL_LAYER_ALL, iBitrate: i32::try_from(bits_per_second).unwrap_or(i32::MAX) };
        // SAFETY: the option takes a pointer to this structure, which it reads before it returns.
        #[expect(unsafe_code, reason = "the binding has no safe way to change the rate of a running encoder")]
        unsafe {
            self.inner.raw_api().set_option(ENCODER_OPTION_BITRATE, (&raw mut info).cast());
        }
    }

    /// Encodes a picture; with `key`, so that it can be decoded by itself.
    pub fn encode(&mut self, frame: &VideoFrame, key: bool) -> Result<Encoded, MediaError> {
        if key {
            self.inner.force_intra_frame();
        }
        let Size { width, height } = frame.size();
        let planes = YUVSlices::new((frame.y(), frame.u(), frame.v()), (width, height), (width, width / 2, width / 2));
        let stream = self.inner.encode(&planes).map_err(failed)?;
        let key = matches!(stream.frame_type(), FrameType::IDR | FrameType::I);
        Ok(Encoded { data: stream.to_vec(), key })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: openh264::Error) -> MediaError {
    MediaError::Codec(error.to_string())
}

/// H.264 to pictures.
pub struct Decoder {
    inner: Inner,
}

impl Decoder {
    /// A decoder that has seen nothing.
    pub fn new() -> Result<Self, MediaError> {
        let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
        Ok(Self { inner: Inner::with_api_config(OpenH264API::from_source(), config).map_err(failed)? })
    }
}

impl DecodeVideo for Decoder {
    fn decode(&mut self, data: &[u8], at: Duration) -> Result<Option<VideoFrame>, Undecodable> {
        let options = DecodeOptions::default().flush_after_decode(Flush::NoFlush);
        let decoded = self.inner.decode_with_options(data, options).map_err(|_| Undecodable)?;
        let Some(picture) = decoded else { return Ok(None) };
        let (width, height) = picture.dimensions();
        let (stride, stride_u, stride_v) = picture.strides();
        let planes = [(picture.y(), stride), (picture.u(), stride_u), (picture.v(), stride_v)];
        packed(width, height, planes, at).map(Some).ok_or(Undecodable)
    }
}

/// Planes with gaps, and perhaps an odd row or column, as a picture without.
pub(super) fn packed(width: usize, height: usize, planes: [(&[u8], usize); 3], at: Duration) -> Option<VideoFrame> {
    let size = Size::new(width & !1, height & !1)?;
    let mut data = Vec::with_capacity(size.bytes());
    for (index, (plane, stride)) in planes.into_iter().enumerate() {
        let part = if index == 0 { 1 } else { 2 };
        for row in 0..size.height / part {
            data.extend_from_slice(plane.get(row * stride..row * stride + size.width / part)?);
        }
    }
    VideoFrame::new(size, data, at)
}
