//! One connection to the partner: the only user of `webrtc` and `rtc`.
//!
//! A task does what the session asks for, in order, and tells it what came of that. Media goes through the same task; what
//! comes is handed to the threads of the pipeline.

mod ears;
mod engine;
mod stats;
mod tracks;

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use bytes::{Bytes, BytesMut};
use meetme_core::api::{Candidate, Description, DescriptionKind, IceServer};
use rtc::data_channel::RTCDataChannelInit;
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::transport::RTCIceCandidateInit;
use tokio::sync::mpsc;
use webrtc::data_channel::{DataChannel, DataChannelEvent};
use webrtc::error::Result;
use webrtc::media_stream::track_remote::TrackRemote;
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionEventHandler, RTCPeerConnectionIceEvent, RTCPeerConnectionState,
};

use crate::clock::Clock;
use crate::handle::Channel;
use crate::pipeline::{Outgoing, audio_in, video_in};
use crate::session::{Input, Round, TransportId};

pub(crate) use ears::Feedback;
pub(crate) use engine::{Certificate, Ways};
pub(crate) use stats::Path;
use tracks::Senders;

/// Things to do that may wait.
const WAITING: usize = 512;

/// What a connection is asked to do.
#[derive(Debug)]
pub(crate) enum Op {
    Offer {
        round: Round,
        restart: bool,
    },
    Accept {
        round: Round,
        description: Description,
        rollback: bool,
    },
    Add(Candidate),
    Media(Outgoing),
    Message(Channel, Bytes),
    /// Say which path is in use.
    Look,
}

/// What a connection tells.
#[derive(Debug)]
pub(crate) enum Told {
    /// For the session.
    Session(Input),
    /// About what is sent.
    Feedback(TransportId, Feedback),
    /// A message.
    Message(Channel, Bytes),
    /// It stands.
    Stands(TransportId),
    /// The path in use, if that can be said.
    Path(TransportId, Option<Path>),
}

/// Where what comes is handed to.
#[derive(Debug, Clone)]
pub(crate) struct Ports {
    pub(crate) told: mpsc::Sender<Told>,
    pub(crate) video: SyncSender<video_in::FromTrack>,
    pub(crate) audio: SyncSender<audio_in::FromTrack>,
}

/// A connection. Letting go of it closes it.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) id: TransportId,
    ops: mpsc::Sender<Op>,
}

impl Peer {
    /// Begins one. What fails is told to the session.
    pub(crate) fn open(id: TransportId, ways: Ways, servers: Vec<IceServer>, ports: Ports, clock: Clock) -> Self {
        let (ops, wanted) = mpsc::channel(WAITING);
        tokio::spawn(async move {
            if let Err(error) = serve(id, &ways, &servers, &ports, clock, wanted).await {
                tracing::debug!(%error, transport = id.0, "a connection broke");
                tell(&ports, Told::Session(Input::Broken(id))).await;
            }
        });
        Self { id, ops }
    }

    /// Asks for something. Media that finds no room is dropped, which is what happens to it on a narrow path anyway.
    pub(crate) fn ask(&self, op: Op) {
        if let Err(error) = self.ops.try_send(op) {
            tracing::debug!(%error, "a connection has no room for more");
        }
    }
}

async fn tell(ports: &Ports, told: Told) {
    // The run is over: nobody is left to tell.
    let _ = ports.told.send(told).await;
}

/// A connection until nobody asks it for anything any more.
async fn serve(
    id: TransportId,
    ways: &Ways,
    servers: &[IceServer],
    ports: &Ports,
    clock: Clock,
    mut wanted: mpsc::Receiver<Op>,
) -> Result<()> {
    let handler = Arc::new(Handler { id, ports: ports.clone() });
    let connection = engine::connection(ways, servers, handler).await?;
    let served = async {
        let mut senders = Senders::attach(&connection, id, ports).await?;
        let channels = channels(&connection, ports).await?;
        while let Some(op) = wanted.recv().await {
            match op {
                Op::Media(frame) => senders.send(frame).await,
                Op::Message(channel, data) => {
                    let (_, sender) = &channels[usize::from(channel.id())];
                    if let Err(error) = send(sender.as_ref(), channel, data).await {
                        tracing::debug!(%error, "a message could not be sent");
                    }
                }
                Op::Look => {
                    let path = stats::path(connection.as_ref(), clock).await;
                    tell(ports, Told::Path(id, path)).await;
                }
                Op::Add(candidate) => {
                    // Candidates of a kind that is not understood are passed over, as RFC 8839 wants it.
                    if let Err(error) = connection.add_ice_candidate(candidate_init(candidate)).await {
                        tracing::debug!(%error, "a candidate is of no use");
                    }
                }
                Op::Offer { round, restart } => {
                    if restart {
                        connection.restart_ice().await?;
                    }
                    let offer = connection.create_offer(None).await?;
                    describe(connection.as_ref(), id, round, offer, ports).await?;
                }
                Op::Accept { round, description, rollback } => {
                    if rollback {
                        connection.set_local_description(RTCSessionDescription::rollback(None)?).await?;
                    }
                    let kind = description.kind;
                    connection.set_remote_description(session_description(description)?).await?;
                    senders.negotiated().await?;
                    if kind == DescriptionKind::Offer {
                        let answer = connection.create_answer(None).await?;
                        describe(connection.as_ref(), id, round, answer, ports).await?;
                        senders.negotiated().await?;
                    }
                }
            }
        }
        Ok(())
    };
    let result = served.await;
    // It is of no use any more, whatever closing it says.
    let _ = connection.close().await;
    result
}

/// Puts a description of this side into force, and passes it on.
async fn describe(
    connection: &dyn PeerConnection,
    id: TransportId,
    round: Round,
    description: RTCSessionDescription,
    ports: &Ports,
) -> Result<()> {
    connection.set_local_description(description.clone()).await?;
    let description = connection.local_description().await.unwrap_or(description);
    let kind = match description.sdp_type.to_string().as_str() {
        "offer" => DescriptionKind::Offer,
        _ => DescriptionKind::Answer,
    };
    let description = Description { kind, sdp: description.sdp };
    tell(ports, Told::Session(Input::Local { transport: id, round, description })).await;
    Ok(())
}

fn session_description(description: Description) -> Result<RTCSessionDescription> {
    match description.kind {
        DescriptionKind::Offer => RTCSessionDescription::offer(description.sdp),
        DescriptionKind::Answer => RTCSessionDescription::answer(description.sdp),
    }
}

fn candidate_init(candidate: Candidate) -> RTCIceCandidateInit {
    RTCIceCandidateInit {
        candidate: candidate.candidate,
        sdp_mid: candidate.sdp_mid,
        sdp_mline_index: candidate.sdp_m_line_index,
        username_fragment: candidate.username_fragment,
        url: None,
    }
}

type Channels = Vec<(Channel, Arc<dyn DataChannel>)>;

async fn channels(connection: &Arc<dyn PeerConnection>, ports: &Ports) -> Result<Channels> {
    let mut made = Vec::new();
    for channel in Channel::ALL {
        let init =
            RTCDataChannelInit { ordered: true, negotiated: Some(channel.id()), ..RTCDataChannelInit::default() };
        let data_channel = connection.create_data_channel(channel.label(), Some(init)).await?;
        tokio::spawn(listen(channel, Arc::clone(&data_channel), ports.clone()));
        made.push((channel, data_channel));
    }
    Ok(made)
}

async fn listen(channel: Channel, from: Arc<dyn DataChannel>, ports: Ports) {
    while let Some(event) = from.poll().await {
        match event {
            DataChannelEvent::OnMessage(message) => {
                tell(&ports, Told::Message(channel, message.data.freeze())).await;
            }
            DataChannelEvent::OnClose => return,
            _ => {}
        }
    }
}

async fn send(to: &dyn DataChannel, channel: Channel, data: Bytes) -> Result<()> {
    match (channel, std::str::from_utf8(&data)) {
        (Channel::Chat, Ok(text)) => to.send_text(text).await,
        _ => to.send(BytesMut::from(data.as_ref())).await,
    }
}

struct Handler {
    id: TransportId,
    ports: Ports,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_candidate(&self, event: RTCPeerConnectionIceEvent) {
        let Ok(init) = event.candidate.to_json() else { return };
        let candidate = Candidate {
            candidate: init.candidate,
            sdp_mid: init.sdp_mid,
            sdp_m_line_index: init.sdp_mline_index,
            username_fragment: init.username_fragment,
        };
        // Called by the driver, which must not wait: the run takes what it is told within moments.
        let _ = self.ports.told.try_send(Told::Session(Input::LocalCandidate(self.id, candidate)));
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        let told = match state {
            RTCPeerConnectionState::Connected => Told::Stands(self.id),
            RTCPeerConnectionState::Disconnected | RTCPeerConnectionState::Failed => {
                Told::Session(Input::Down(self.id))
            }
            _ => return,
        };
        let _ = self.ports.told.try_send(told);
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        tokio::spawn(tracks::receive(self.id, track, self.ports.clone()));
    }
}
