//! One connection to the partner: the only user of `webrtc` and `rtc`.
//!
//! A task does what the session asks for, in order, and tells it what came of that. Media goes through the same task; what
//! comes is handed to the threads of the pipeline.

mod arrivals;
mod channels;
mod ears;
mod engine;
mod stats;
mod tracks;

use std::sync::mpsc::SyncSender;
use std::sync::{Arc, OnceLock, Weak};

use bytes::Bytes;
use meetme_core::api::{Candidate, Description, DescriptionKind, IceServer};
use rtc::peer_connection::sdp::{RTCSdpType, RTCSessionDescription};
use rtc::peer_connection::transport::RTCIceCandidateInit;
use tokio::sync::mpsc;
use webrtc::data_channel::DataChannel;
use webrtc::error::Result;
use webrtc::media_stream::track_remote::TrackRemote;
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionEventHandler, RTCPeerConnectionIceEvent, RTCPeerConnectionState,
};

use crate::clock::Clock;
use crate::handle::Channel;
use crate::phrase::{Ends, Phrase};
use crate::pipeline::{Outgoing, audio_in, video_in};
use crate::session::{Input, Round, TransportId};

use channels::{Outbox, Purpose, Waiting};
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
    /// What the partner tells of itself.
    State(TransportId, Bytes),
    /// It stands.
    Stands(TransportId),
    /// The path in use, if that can be said.
    Path(TransportId, Option<Path>),
    /// The words for two ends.
    Words(Ends, Phrase),
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
    outbox: Outbox,
}

impl Peer {
    /// Begins one. What fails is told to the session.
    pub(crate) fn open(id: TransportId, ways: Ways, servers: Vec<IceServer>, ports: Ports, clock: Clock) -> Self {
        let (ops, wanted) = mpsc::channel(WAITING);
        let (outbox, waiting) = Outbox::new();
        tokio::spawn(async move {
            if let Err(error) = serve(id, &ways, &servers, &ports, clock, wanted, waiting).await {
                tracing::debug!(%error, transport = id.0, "a connection broke");
                tell(&ports, Told::Session(Input::Broken(id))).await;
            }
        });
        Self { id, ops, outbox }
    }

    /// Whether there is room for a message on each channel.
    pub(crate) fn takes_messages(&self) -> bool {
        Channel::ALL.into_iter().all(|channel| self.outbox.has_room(Purpose::Messages(channel)))
    }

    /// Sends a message, once the channel is open.
    pub(crate) fn message(&self, channel: Channel, data: Bytes) {
        self.outbox.put(Purpose::Messages(channel), data);
    }

    /// Tells the partner something of this end, if it listens.
    pub(crate) fn state(&self, data: Bytes) {
        self.outbox.put(Purpose::State, data);
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
    waiting: Waiting,
) -> Result<()> {
    let waiting = Arc::new(waiting);
    let handler =
        Arc::new(Handler { id, ports: ports.clone(), connection: OnceLock::new(), waiting: Arc::clone(&waiting) });
    let arrivals = || arrivals::Arrivals { id, told: ports.told.clone(), clock };
    let connection = engine::connection(ways, servers, Arc::clone(&handler) as _, arrivals).await?;
    handler.connection.get_or_init(|| Arc::downgrade(&connection));
    let served = async {
        let mut senders = Senders::attach(&connection, id, ports).await?;
        let mut role = Role::default();
        while let Some(op) = wanted.recv().await {
            match op {
                Op::Media(frame) => senders.send(frame).await,
                Op::Look => {
                    let path = stats::path(connection.as_ref(), senders.any(), clock).await;
                    tell(ports, Told::Path(id, path)).await;
                }
                Op::Add(candidate) => {
                    // Candidates of a kind that is not understood are passed over, as RFC 8839 wants it.
                    if let Err(error) = connection.add_ice_candidate(candidate_init(candidate)).await {
                        tracing::debug!(%error, "a candidate is of no use");
                    }
                }
                Op::Offer { round, restart } => {
                    if connection.remote_description().await.is_none() {
                        channels::open(&connection, id, ports, &waiting).await?;
                    }
                    if restart {
                        connection.restart_ice().await?;
                    }
                    let offer = connection.create_offer(None).await?;
                    describe(connection.as_ref(), id, round, offer, &role, ports).await?;
                }
                Op::Accept { round, description, rollback } => {
                    if rollback {
                        connection.set_local_description(RTCSessionDescription::rollback(None)?).await?;
                    }
                    let kind = description.kind;
                    if kind == DescriptionKind::Answer {
                        role.settled_by(&description.sdp, Role::other);
                    }
                    connection.set_remote_description(session_description(description)?).await?;
                    senders.negotiated().await?;
                    if kind == DescriptionKind::Offer {
                        let answer = connection.create_answer(None).await?;
                        role.settled_by(&answer.sdp, |own| own);
                        describe(connection.as_ref(), id, round, answer, &role, ports).await?;
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
    role: &Role,
    ports: &Ports,
) -> Result<()> {
    connection.set_local_description(description.clone()).await?;
    let description = connection.local_description().await.unwrap_or(description);
    let description = match description.sdp_type {
        RTCSdpType::Offer => Description { kind: DescriptionKind::Offer, sdp: description.sdp },
        _ => Description { kind: DescriptionKind::Answer, sdp: role.kept_in(description.sdp) },
    };
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

/// Which end greets first below the media (RFC 5763, 5): agreed on once, and kept in all later answers. The library
/// answers each offer as if it were the first, which browsers take for an error.
#[derive(Debug, Default)]
struct Role(Option<&'static str>);

const SETUP: &str = "a=setup:";

impl Role {
    fn other(role: &'static str) -> &'static str {
        if role == "active" { "passive" } else { "active" }
    }

    fn settled_by(&mut self, answer: &str, own: fn(&'static str) -> &'static str) {
        let found = answer.lines().find_map(|line| line.strip_prefix(SETUP)).map(str::trim);
        let found = ["active", "passive"].into_iter().find(|role| Some(*role) == found);
        self.0 = self.0.or(found.map(own));
    }

    fn kept_in(&self, answer: String) -> String {
        let Some(role) = self.0 else { return answer };
        answer.replace(&format!("{SETUP}{}", Self::other(role)), &format!("{SETUP}{role}"))
    }
}

struct Handler {
    id: TransportId,
    ports: Ports,
    /// Whose handler it is.
    connection: OnceLock<Weak<dyn PeerConnection>>,
    waiting: Arc<Waiting>,
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

    async fn on_data_channel(&self, opened: Arc<dyn DataChannel>) {
        // Its label is asked of the connection, whose driver waits for us here.
        tokio::spawn(channels::take(opened, self.id, self.ports.clone(), Arc::clone(&self.waiting)));
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        // Without a connection there is no track.
        let Some(connection) = self.connection.get().and_then(Weak::upgrade) else { return };
        tokio::spawn(tracks::receive(self.id, connection, track, self.ports.clone()));
    }
}
