//! The data channels of a connection: what the two people send each other, and what each end tells of itself.
//!
//! Who offers first opens them. One that another version opens and this one does not know is left alone.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;
use webrtc::data_channel::{DataChannel, DataChannelEvent};
use webrtc::error::Result;
use webrtc::peer_connection::PeerConnection;

use super::{Ports, Told, tell};
use crate::handle::Channel;
use crate::session::TransportId;

/// Messages that may wait on a channel.
const MESSAGES: usize = 16;
/// Bytes of messages that may be under way: who sends more waits.
pub(super) const UNDER_WAY: usize = 256 * 1024;

/// What a channel is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// What somebody sends.
    Messages(Channel),
    /// What an end tells of itself: see [`state`](crate::talk::state).
    State,
}

impl Purpose {
    const ALL: [Self; 3] = [Self::Messages(Channel::Chat), Self::Messages(Channel::Files), Self::State];

    fn place(self) -> usize {
        match self {
            Self::Messages(Channel::Chat) => 0,
            Self::Messages(Channel::Files) => 1,
            Self::State => 2,
        }
    }

    /// Its name on the wire (RFC 8832).
    fn label(self) -> &'static str {
        match self {
            Self::Messages(channel) => channel.label(),
            Self::State => "state",
        }
    }

    fn labelled(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.label() == label)
    }
}

/// Takes messages for each channel.
#[derive(Debug)]
pub(super) struct Outbox([mpsc::Sender<Bytes>; 3]);

impl Outbox {
    /// One, and where what it takes waits.
    pub(super) fn new() -> (Self, Waiting) {
        let channels = Purpose::ALL.map(|_| mpsc::channel(MESSAGES));
        let outbox = Self(channels.each_ref().map(|(sender, _)| sender.clone()));
        (outbox, Waiting(Mutex::new(channels.map(|(_, receiver)| Some(receiver)))))
    }

    /// Whether another message would be taken.
    pub(super) fn has_room(&self, purpose: Purpose) -> bool {
        self.0[purpose.place()].capacity() > 0
    }

    /// Sends a message, once the channel is open.
    pub(super) fn put(&self, purpose: Purpose, data: Bytes) {
        if self.0[purpose.place()].try_send(data).is_err() {
            tracing::debug!("a message found no room");
        }
    }
}

/// Messages that wait for their channel. It takes them when it is there.
#[derive(Debug)]
pub(super) struct Waiting(Mutex<[Option<mpsc::Receiver<Bytes>>; 3]>);

impl Waiting {
    fn take(&self, purpose: Purpose) -> Option<mpsc::Receiver<Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)[purpose.place()].take()
    }
}

/// Opens all of them.
pub(super) async fn open(
    connection: &Arc<dyn PeerConnection>,
    id: TransportId,
    ports: &Ports,
    waiting: &Waiting,
) -> Result<()> {
    for purpose in Purpose::ALL {
        let Some(messages) = waiting.take(purpose) else { continue };
        let channel = connection.create_data_channel(purpose.label(), None).await?;
        tokio::spawn(carry(purpose, channel, false, messages, id, ports.clone()));
    }
    Ok(())
}

/// Takes one that the partner has opened, if this version knows what it is for.
pub(super) async fn take(opened: Arc<dyn DataChannel>, id: TransportId, ports: Ports, waiting: Arc<Waiting>) {
    let label = opened.label().await.unwrap_or_default();
    let purpose = Purpose::labelled(&label);
    if let Some((purpose, messages)) = purpose.and_then(|purpose| Some((purpose, waiting.take(purpose)?))) {
        carry(purpose, opened, true, messages, id, ports).await;
    }
}

/// Messages of a channel in both directions, until it closes. Those to be sent wait until it is open.
async fn carry(
    purpose: Purpose,
    between: Arc<dyn DataChannel>,
    mut open: bool,
    mut messages: mpsc::Receiver<Bytes>,
    id: TransportId,
    ports: Ports,
) {
    loop {
        tokio::select! {
            event = between.poll() => match event {
                Some(DataChannelEvent::OnOpen) => open = true,
                Some(DataChannelEvent::OnMessage(message)) => {
                    let data = message.data.freeze();
                    let told = match purpose {
                        Purpose::Messages(channel) => Told::Message(channel, data),
                        Purpose::State => Told::State(id, data),
                    };
                    tell(&ports, told).await;
                }
                Some(DataChannelEvent::OnClose) | None => return,
                Some(_) => {}
            },
            Some(data) = messages.recv(), if open => {
                if let Err(error) = send(between.as_ref(), purpose, data).await {
                    tracing::debug!(%error, "a message could not be sent");
                }
            }
        }
    }
}

async fn send(to: &dyn DataChannel, purpose: Purpose, data: Bytes) -> Result<()> {
    match (purpose, std::str::from_utf8(&data)) {
        (Purpose::Messages(Channel::Chat) | Purpose::State, Ok(text)) => to.send_text(text).await,
        _ => to.send(BytesMut::from(data.as_ref())).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_known_by_its_label_and_others_are_left_alone() {
        for (place, purpose) in Purpose::ALL.into_iter().enumerate() {
            assert_eq!((Purpose::labelled(purpose.label()), purpose.place()), (Some(purpose), place));
        }
        assert_eq!(Purpose::labelled("of-a-later-version"), None);
    }
}
