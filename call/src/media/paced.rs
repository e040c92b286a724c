//! Keeps time for sources that have everything at once.

use std::time::Duration;

use super::{AudioFrame, AudioSource, FRAME_TIME, MediaError, Size, VideoFrame, VideoSource};
use crate::clock::Clock;

/// Gives what another source has at once at the times that stand on it.
pub struct Paced<S> {
    source: S,
    clock: Option<Clock>,
}

impl<S> Paced<S> {
    /// Begins with the first frame that is asked for.
    pub fn new(source: S) -> Self {
        Self { source, clock: None }
    }

    fn wait(&mut self, at: Duration) {
        self.clock.get_or_insert_with(Clock::start).wait_until(at);
    }
}

impl<S: VideoSource> VideoSource for Paced<S> {
    fn next(&mut self) -> Result<Option<VideoFrame>, MediaError> {
        let frame = self.source.next()?;
        if let Some(frame) = &frame {
            self.wait(frame.at);
        }
        Ok(frame)
    }

    fn size(&self) -> Size {
        self.source.size()
    }

    fn rate(&self) -> u32 {
        self.source.rate()
    }
}

impl<S: AudioSource> AudioSource for Paced<S> {
    fn next(&mut self) -> Result<Option<AudioFrame>, MediaError> {
        let frame = self.source.next()?;
        if let Some(frame) = &frame {
            // Sound has to be there before it can be taken.
            self.wait(frame.at + FRAME_TIME);
        }
        Ok(frame)
    }
}
