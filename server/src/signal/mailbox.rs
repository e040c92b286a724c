//! What waits to be sent on one connection. Small while nothing waits: there may be many thousands.

use std::collections::VecDeque;
use std::sync::Mutex;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::Notify;

/// The queue of one connection, and whether it is to be closed behind what waits.
#[derive(Debug, Default)]
pub struct Mailbox {
    waiting: Mutex<Waiting>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    frames: VecDeque<Utf8Bytes>,
    bytes: usize,
    close: Option<u16>,
}

/// The next thing to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A text frame.
    Frame(Utf8Bytes),
    /// A close frame with this code; nothing follows.
    Close(u16),
}

/// More waits than one connection may have waiting: its client takes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stalled;

impl Mailbox {
    /// Puts a frame behind those that wait. Behind a close nothing is put, and that is no failure.
    pub fn put(&self, frame: Utf8Bytes, most_bytes: usize) -> Result<(), Stalled> {
        let mut waiting = self.lock();
        if waiting.close.is_some() {
            return Ok(());
        }
        if waiting.bytes > 0 && waiting.bytes + frame.len() > most_bytes {
            return Err(Stalled);
        }
        waiting.bytes += frame.len();
        waiting.frames.push_back(frame);
        drop(waiting);
        self.wake.notify_one();
        Ok(())
    }

    /// Closes the connection once what waits is sent. The first code counts.
    pub fn close(&self, code: u16) {
        self.lock().close.get_or_insert(code);
        self.wake.notify_one();
    }

    /// The next thing to send, as soon as there is one. May be given up and called again.
    pub async fn next(&self) -> Next {
        loop {
            if let Some(next) = self.ready() {
                return next;
            }
            self.wake.notified().await;
        }
    }

    /// The next thing to send, if there is one.
    pub fn ready(&self) -> Option<Next> {
        let mut waiting = self.lock();
        let Some(frame) = waiting.frames.pop_front() else { return waiting.close.map(Next::Close) };
        waiting.bytes -= frame.len();
        if waiting.frames.is_empty() {
            // What a burst needed is given back.
            waiting.frames = VecDeque::new();
        }
        Some(Next::Frame(frame))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().expect("nobody panics while holding it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str) -> Utf8Bytes {
        Utf8Bytes::from(text.to_owned())
    }

    #[test]
    fn frames_come_in_order_and_the_close_behind_them() {
        let mailbox = Mailbox::default();
        mailbox.put(frame("one"), 100).unwrap();
        mailbox.put(frame("two"), 100).unwrap();
        mailbox.close(1000);
        mailbox.close(4408);
        mailbox.put(frame("three"), 100).unwrap();

        let told: Vec<Option<Next>> = (0..4).map(|_| mailbox.ready()).collect();

        let close = Some(Next::Close(1000));
        assert_eq!(told, [Some(Next::Frame(frame("one"))), Some(Next::Frame(frame("two"))), close.clone(), close]);
    }

    #[test]
    fn one_frame_always_fits_and_more_only_up_to_the_limit() {
        let mailbox = Mailbox::default();

        assert_eq!(mailbox.put(frame("longer than it"), 4), Ok(()));
        assert_eq!(mailbox.put(frame("x"), 4), Err(Stalled));
        mailbox.ready();
        assert_eq!(mailbox.put(frame("x"), 4), Ok(()));
    }
}
