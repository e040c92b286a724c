//! Streams of media on a connection: ours out, the partner's in.

use std::sync::Arc;
use std::sync::mpsc::TrySendError;

use bytes::Bytes;
use rtc::media_stream::MediaStreamTrack;
use rtc::rtcp;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::transport_feedbacks::transport_layer_nack::{TransportLayerNack, nack_pairs_from_sequence_numbers};
use rtc::rtp;
use rtc::rtp_transceiver::rtp_sender::{RTCRtpCodec, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind};
use tokio::sync::mpsc;
use webrtc::error::Result;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_local::{TrackLocal, TrackLocalEvent};
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::PeerConnection;
use webrtc::rtp_transceiver::RtpSender;

use super::ears;
use super::engine;
use super::{Ports, Told, tell};
use crate::pipeline::video_in::{Ask, VideoCodec};
use crate::pipeline::{Outgoing, audio_in, video_in};
use crate::rtp::Packet;
use crate::session::{Input, TransportId};
use crate::{ids, sdp};

/// Requests to the sender of a stream that may wait.
const ASKING: usize = 16;

/// The streams that go out.
pub(super) struct Senders {
    video: Sending,
    audio: Sending,
}

struct Sending {
    track: Arc<TrackLocalStaticRTP>,
    sender: Arc<dyn RtpSender>,
    ssrc: u32,
    is_ours: fn(&RTCRtpCodec) -> bool,
    /// What the partner calls our codec, once that was agreed on.
    payload_type: Option<u8>,
    sequence: u16,
}

impl Senders {
    /// Adds them to a connection.
    pub(super) async fn attach(connection: &Arc<dyn PeerConnection>, id: TransportId, ports: &Ports) -> Result<Self> {
        let audio = Sending::attach(connection, RtpCodecKind::Audio, engine::opus(), engine::is_opus).await?;
        let video = Sending::attach(connection, RtpCodecKind::Video, engine::h264(), engine::is_h264).await?;
        for transceiver in connection.get_transceivers().await {
            if transceiver.sender().await?.is_some_and(|sender| sender.id() == video.sender.id()) {
                transceiver.set_codec_preferences(engine::pictures()).await?;
            }
        }
        tokio::spawn(hear(id, Arc::clone(&video.track), video.ssrc, ports.clone()));
        Ok(Self { video, audio })
    }

    /// One of them, to ask what all have in common.
    pub(super) fn any(&self) -> &dyn RtpSender {
        self.audio.sender.as_ref()
    }

    /// A description was taken: what the partner calls our codecs may have changed.
    pub(super) async fn negotiated(&mut self) -> Result<()> {
        self.video.negotiated().await?;
        self.audio.negotiated().await
    }

    /// Sends a frame, if the partner takes its kind.
    pub(super) async fn send(&mut self, frame: Outgoing) {
        match frame {
            Outgoing::Audio { payload, timestamp } => self.audio.send(&[payload], timestamp).await,
            Outgoing::Video { payloads, timestamp } => self.video.send(&payloads, timestamp).await,
        }
    }
}

impl Sending {
    async fn attach(
        connection: &Arc<dyn PeerConnection>,
        kind: RtpCodecKind,
        codec: RTCRtpCodec,
        is_ours: fn(&RTCRtpCodec) -> bool,
    ) -> Result<Self> {
        let ssrc = ids::stream();
        let name = if kind == RtpCodecKind::Video { "video" } else { "audio" };
        let coding = RTCRtpEncodingParameters {
            rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(ssrc), ..RTCRtpCodingParameters::default() },
            codec,
            ..RTCRtpEncodingParameters::default()
        };
        // The library finds the stream that RTCP is about by the name of its track: no two may have one, at either end.
        let track = MediaStreamTrack::new(
            "meetme".to_owned(),
            format!("{name}-{ssrc:08x}"),
            name.to_owned(),
            kind,
            vec![coding],
        );
        let track = Arc::new(TrackLocalStaticRTP::new(track));
        let sender = connection.add_track(Arc::clone(&track) as Arc<dyn TrackLocal>).await?;
        let sequence = u16::try_from(ids::stream() & 0x7fff).unwrap_or(0);
        Ok(Self { track, sender, ssrc, is_ours, payload_type: None, sequence })
    }

    async fn negotiated(&mut self) -> Result<()> {
        let parameters = self.sender.get_parameters().await?;
        let codecs = parameters.rtp_parameters.codecs;
        self.payload_type =
            codecs.iter().find(|codec| (self.is_ours)(&codec.rtp_codec)).map(|codec| codec.payload_type);
        Ok(())
    }

    async fn send(&mut self, payloads: &[Bytes], timestamp: u32) {
        let Some(payload_type) = self.payload_type else { return };
        for (at, payload) in payloads.iter().enumerate() {
            self.sequence = self.sequence.wrapping_add(1);
            let header = rtp::Header {
                version: 2,
                marker: at + 1 == payloads.len(),
                payload_type,
                sequence_number: self.sequence,
                timestamp,
                ssrc: self.ssrc,
                ..rtp::Header::default()
            };
            let packet = rtp::Packet { header, payload: payload.clone() };
            if let Err(error) = self.track.write_rtp(packet).await {
                // Named by its kind alone: its text holds the packet.
                tracing::trace!(kind = %std::any::type_name_of_val(&error), "a packet could not be sent");
                return;
            }
        }
    }
}

/// Passes on what the partner says about a stream of ours.
async fn hear(id: TransportId, track: Arc<TrackLocalStaticRTP>, ssrc: u32, ports: Ports) {
    while let Some(TrackLocalEvent::OnRtcpPacket(packets)) = track.poll().await {
        for feedback in ears::feedback(&packets, ssrc) {
            tell(&ports, Told::Feedback(id, feedback)).await;
        }
    }
}

/// A stream of the partner's, until it ends.
pub(super) async fn receive(
    id: TransportId,
    connection: Arc<dyn PeerConnection>,
    track: Arc<dyn TrackRemote>,
    ports: Ports,
) {
    let Some(ssrc) = track.ssrcs().await.first().copied() else { return };
    let is_video = track.kind().await == RtpCodecKind::Video;
    let (ask, mut asked) = mpsc::channel(ASKING);
    if !is_video && !hand_over(&ports.audio, audio_in::FromTrack::Begins) {
        return;
    }
    // What came before there was a track is lost, and the first key frame with it.
    if is_video {
        let _ = ask.try_send(Ask::KeyFrame);
    }
    let mut payload_type = None;
    loop {
        tokio::select! {
            event = track.poll() => match event {
                Some(TrackRemoteEvent::OnRtpPacket(packet)) => {
                    let _ = ports.told.try_send(Told::Session(Input::Heard(id)));
                    let fits = if is_video {
                        // Who sends may change the codec at any time, within what was agreed on.
                        if payload_type != Some(packet.header.payload_type) {
                            payload_type = Some(packet.header.payload_type);
                            let Some(codec) = codec_of(connection.as_ref(), packet.header.payload_type).await else {
                                continue;
                            };
                            hand_over(&ports.video, video_in::FromTrack::Begins(codec, ask.clone()));
                        }
                        hand_over(&ports.video, video_in::FromTrack::Packet(plain(packet)))
                    } else {
                        hand_over(&ports.audio, audio_in::FromTrack::Packet(plain(packet)))
                    };
                    if !fits {
                        return;
                    }
                }
                Some(TrackRemoteEvent::OnEnded) | None => return,
                Some(_) => {}
            },
            Some(ask) = asked.recv() => {
                if track.write_rtcp(vec![request(ask, ssrc)]).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// What asks the sender of a stream (RFC 4585 6.2.1 and 6.3.1).
fn request(ask: Ask, media_ssrc: u32) -> Box<dyn rtcp::Packet> {
    match ask {
        Ask::KeyFrame => Box::new(PictureLossIndication { sender_ssrc: 0, media_ssrc }),
        Ask::Packets(numbers) => {
            let nacks = nack_pairs_from_sequence_numbers(&numbers);
            Box::new(TransportLayerNack { sender_ssrc: 0, media_ssrc, nacks })
        }
    }
}

/// What the partner sends under this payload type: our own description says it.
async fn codec_of(connection: &dyn PeerConnection, payload_type: u8) -> Option<VideoCodec> {
    let description = connection.local_description().await?;
    let (_, name) = sdp::payload_types(&description.sdp).find(|(number, _)| *number == payload_type)?;
    VideoCodec::named(name)
}

/// False if there is nobody to hand it to any more. What finds no room is dropped.
fn hand_over<T>(to: &std::sync::mpsc::SyncSender<T>, what: T) -> bool {
    !matches!(to.try_send(what), Err(TrySendError::Disconnected(_)))
}

fn plain(packet: rtp::Packet) -> Packet {
    let rtp::Packet { header, payload } = packet;
    Packet { sequence: header.sequence_number, timestamp: header.timestamp, marker: header.marker, payload }
}
