//! Pictures that take many bits: a pattern without an end that moves past, with the noise of a camera.

use std::time::Duration;

use meetme_call::media::paced::Paced;
use meetme_call::media::{Media, MediaError, NoScreen, NoSpeaker, Size, VideoFrame, VideoSource};

const SIZE: Size = Size { width: 640, height: 360 };
const RATE: u32 = 30;

/// One end that sends them.
pub fn busy() -> Media {
    Media {
        camera: Some(Box::new(Paced::new(Busy { number: 0, seed: 1 }))),
        microphone: None,
        screen: Box::new(NoScreen),
        speaker: Box::new(NoSpeaker),
        own: None,
        record: None,
    }
}

struct Busy {
    number: u32,
    seed: u32,
}

impl Busy {
    fn noise(&mut self) -> u8 {
        self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.seed.to_be_bytes()[0]
    }
}

impl VideoSource for Busy {
    fn next(&mut self) -> Result<Option<VideoFrame>, MediaError> {
        let moved = self.number as usize * 3;
        let mut data = vec![128; SIZE.bytes()];
        for (at, light) in data.iter_mut().take(SIZE.width * SIZE.height).enumerate() {
            let (column, row) = ((at % SIZE.width + moved) / 8, (at / SIZE.width + moved / 2) / 8);
            let pattern = (column.wrapping_mul(2_654_435_761) ^ row.wrapping_mul(40_503)) >> 7;
            *light = 40 + u8::try_from(pattern % 160).expect("less than 160") + self.noise() % 16;
        }
        let at = Duration::from_secs(1) * self.number / RATE;
        self.number += 1;
        Ok(VideoFrame::new(SIZE, data, at))
    }

    fn size(&self) -> Size {
        SIZE
    }

    fn rate(&self) -> u32 {
        RATE
    }
}
