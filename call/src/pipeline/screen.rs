//! A sink for pictures on a thread of its own: it gets the newest one, and what it had no time for is gone.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::thread;
use crate::media::{VideoFrame, VideoSink};

/// Hands pictures to a sink without ever waiting for it. The thread ends with the last copy.
#[derive(Clone)]
pub(crate) struct Screen(Arc<Latest>);

struct Latest {
    slot: Arc<Slot>,
}

#[derive(Default)]
struct Slot {
    state: Mutex<(Option<VideoFrame>, bool)>,
    changed: Condvar,
}

impl Screen {
    pub(crate) fn start(mut sink: Box<dyn VideoSink>) -> std::io::Result<Self> {
        let slot = Arc::new(Slot::default());
        let seen = Arc::clone(&slot);
        thread("screen", move || {
            while let Some(frame) = seen.wait() {
                sink.show(&frame);
            }
        })?;
        Ok(Self(Arc::new(Latest { slot })))
    }

    pub(crate) fn show(&self, frame: VideoFrame) {
        self.0.slot.put(Some(frame), false);
    }
}

impl Drop for Latest {
    fn drop(&mut self) {
        self.slot.put(None, true);
    }
}

impl Slot {
    fn put(&self, frame: Option<VideoFrame>, closed: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = (frame.or_else(|| state.0.take()), closed);
        self.changed.notify_one();
    }

    fn wait(&self) -> Option<VideoFrame> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = |state: &mut (Option<VideoFrame>, bool)| state.0.is_none() && !state.1;
        let mut state = self.changed.wait_while(state, waiting).unwrap_or_else(PoisonError::into_inner);
        state.0.take()
    }
}
