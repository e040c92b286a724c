//! What a device has to tell while it is on.

use tokio::sync::mpsc;

/// Words that may wait to be shown; what finds no room is lost.
const WAITING: usize = 8;

/// Who is told what becomes of a device; by default nobody.
#[derive(Debug, Clone, Default)]
pub struct News(Option<mpsc::Sender<String>>);

impl News {
    /// Where news are told, and where they come out.
    pub fn channel() -> (Self, mpsc::Receiver<String>) {
        let (news, told) = mpsc::channel(WAITING);
        (Self(Some(news)), told)
    }

    /// Tells, and never waits.
    pub(super) fn tell(&self, what: impl Into<String>) {
        if let Some(news) = &self.0 {
            // Nobody listens: then nobody misses it.
            let _ = news.try_send(what.into());
        }
    }
}
