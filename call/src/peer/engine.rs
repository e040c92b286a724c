//! What a connection of ours can do: codecs, timers, addresses.

use std::sync::Arc;
use std::time::Duration;

use rtc::ice::mdns::MulticastDnsMode;
use rtc::interceptor::{CongestionControlBuilder, NackResponderBuilder, Registry, Slot, TwccSenderBuilder};
use rtc::peer_connection::certificate::{CertificateParams, RTCCertificate};
use rtc::peer_connection::configuration::RTCConfiguration;
use rtc::peer_connection::configuration::interceptor_registry::{configure_rtcp_reports, configure_twcc_receiver_only};
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_H264, MIME_TYPE_OPUS, MIME_TYPE_VP8, MediaEngine};
use rtc::peer_connection::configuration::setting_engine::{SettingEngine, SettingEngineBuilder};
use rtc::rtp_transceiver::rtp_sender::{RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RtpCodecKind};
use webrtc::error::Result;
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCConfigurationBuilder, RTCIceServer,
    RTCIceTransportPolicy, crypto,
};

use meetme_core::api::IceServer;

use super::arrivals::Arrivals;

/// How often checks of a path are sent, and how many before a path counts as none: together four seconds.
const CHECK_EVERY: Duration = Duration::from_millis(40);
const CHECKS: u16 = 100;
/// Without a sign of life for so long a path is disconnected; for so long more, given up.
const DISCONNECTED: Duration = Duration::from_secs(6);
const FAILED: Duration = Duration::from_secs(12);
const KEEP_ALIVE: Duration = Duration::from_secs(1);
/// A relayed path is taken if no other one was found by then.
const RELAY_AFTER: Duration = Duration::from_millis(600);
const REFLEXIVE_AFTER: Duration = Duration::from_millis(120);

/// How connections of one call are made.
#[derive(Debug, Clone)]
pub(crate) struct Ways {
    pub(crate) relay_only: bool,
    pub(crate) loopback_only: bool,
    /// One for the whole call, so that the words to compare stay the same.
    pub(crate) certificate: Certificate,
}

/// The key of this end.
#[derive(Debug, Clone)]
pub(crate) struct Certificate(RTCCertificate);

impl Certificate {
    /// A fresh one.
    pub(crate) fn generate() -> Result<Self> {
        let provider = crypto::default_provider().map_err(other)?;
        let parameters = CertificateParams::new(vec!["meetme".to_owned()]).map_err(other)?;
        let scheme = crypto::SignatureScheme::EcdsaP256Sha256;
        Ok(Self(RTCCertificate::generate(provider.crypto(), scheme, parameters)?))
    }
}

fn other(error: impl std::fmt::Display) -> webrtc::error::Error {
    webrtc::error::Error::Other(error.to_string())
}

pub(super) fn opus() -> RTCRtpCodec {
    RTCRtpCodec {
        mime_type: MIME_TYPE_OPUS.to_owned(),
        clock_rate: 48_000,
        channels: 2,
        sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
        rtcp_feedback: Vec::new(),
    }
}

fn video(mime_type: &str, sdp_fmtp_line: &str) -> RTCRtpCodec {
    let wants = |typ: &str, parameter: &str| RTCPFeedback { typ: typ.to_owned(), parameter: parameter.to_owned() };
    RTCRtpCodec {
        mime_type: mime_type.to_owned(),
        clock_rate: crate::rtp::video::CLOCK,
        channels: 0,
        sdp_fmtp_line: sdp_fmtp_line.to_owned(),
        rtcp_feedback: vec![
            wants("nack", ""),
            wants("nack", "pli"),
            wants("ccm", "fir"),
            wants("goog-remb", ""),
            wants("transport-cc", ""),
        ],
    }
}

pub(super) fn h264() -> RTCRtpCodec {
    video(MIME_TYPE_H264, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f")
}

pub(super) fn is_h264(codec: &RTCRtpCodec) -> bool {
    codec.mime_type.eq_ignore_ascii_case(MIME_TYPE_H264) && codec.sdp_fmtp_line.contains("packetization-mode=1")
}

pub(super) fn is_opus(codec: &RTCRtpCodec) -> bool {
    codec.mime_type.eq_ignore_ascii_case(MIME_TYPE_OPUS)
}

/// What pictures are taken in, best first. Left to itself, the library offers no more than what is sent.
pub(super) fn pictures() -> Vec<RTCRtpCodecParameters> {
    vec![
        RTCRtpCodecParameters { rtp_codec: h264(), payload_type: 102 },
        RTCRtpCodecParameters { rtp_codec: video(MIME_TYPE_VP8, ""), payload_type: 96 },
    ]
}

fn media(arrivals: Arrivals) -> Result<(MediaEngine, Registry)> {
    let mut engine = MediaEngine::default();
    engine.register_codec(RTCRtpCodecParameters { rtp_codec: opus(), payload_type: 111 }, RtpCodecKind::Audio)?;
    for codec in pictures() {
        engine.register_codec(codec, RtpCodecKind::Video)?;
    }
    // What is missing is asked for by the buffer of pictures, which knows what it waits for.
    let registry = configure_rtcp_reports(configure_twcc_receiver_only(Registry::new(), &mut engine)?)
        .with(Slot::NackResponder, NackResponderBuilder::new().build())
        .with(Slot::TwccSender, TwccSenderBuilder::new().build())
        .with(Slot::CongestionControl, CongestionControlBuilder::new(arrivals).build())
        .with(Slot::from(super::ears::SLOT), super::ears::Ears::default());
    Ok((engine, registry))
}

fn settings(ways: &Ways, mdns: MulticastDnsMode) -> SettingEngine {
    SettingEngineBuilder::new()
        .with_multicast_dns_mode(mdns)
        .with_ice_timeouts(Some(DISCONNECTED), Some(FAILED), Some(KEEP_ALIVE))
        .with_ice_connection_attempts(Some(CHECK_EVERY), Some(CHECKS))
        .with_srflx_acceptance_min_wait(Some(REFLEXIVE_AFTER))
        .with_prflx_acceptance_min_wait(Some(REFLEXIVE_AFTER))
        .with_relay_acceptance_min_wait(Some(if ways.relay_only { Duration::ZERO } else { RELAY_AFTER }))
        .with_include_loopback_candidate(ways.loopback_only)
        .build()
}

fn configuration(ways: &Ways, servers: &[IceServer]) -> RTCConfiguration {
    let servers = servers.iter().map(|server| RTCIceServer {
        urls: server.urls.clone(),
        username: server.username.clone().unwrap_or_default(),
        credential: server.credential.clone().unwrap_or_default(),
    });
    let policy = if ways.relay_only { RTCIceTransportPolicy::Relay } else { RTCIceTransportPolicy::All };
    RTCConfigurationBuilder::default()
        .with_ice_servers(servers.collect())
        .with_ice_transport_policy(policy)
        .with_certificates(vec![ways.certificate.0.clone()])
        .build()
}

/// A connection that has agreed on nothing.
pub(super) async fn connection(
    ways: &Ways,
    servers: &[IceServer],
    handler: Arc<dyn PeerConnectionEventHandler>,
    arrivals: impl Fn() -> Arrivals,
) -> Result<Arc<dyn PeerConnection>> {
    // Names of the kind `….local` are understood where there is multicast; where there is none, asking for it fails.
    match build(ways, servers, Arc::clone(&handler), arrivals(), MulticastDnsMode::QueryOnly).await {
        Ok(connection) => Ok(connection),
        Err(_) => build(ways, servers, handler, arrivals(), MulticastDnsMode::Disabled).await,
    }
}

async fn build(
    ways: &Ways,
    servers: &[IceServer],
    handler: Arc<dyn PeerConnectionEventHandler>,
    arrivals: Arrivals,
    mdns: MulticastDnsMode,
) -> Result<Arc<dyn PeerConnection>> {
    let mdns = if ways.loopback_only { MulticastDnsMode::Disabled } else { mdns };
    let (engine, registry) = media(arrivals)?;
    let address = if ways.loopback_only { "127.0.0.1:0" } else { "0.0.0.0:0" };
    let connection = PeerConnectionBuilder::new()
        .with_configuration(configuration(ways, servers))
        .with_media_engine(engine)
        .with_interceptor_registry(registry)
        .with_setting_engine(settings(ways, mdns))
        .with_handler(handler)
        .with_udp_addrs(vec![address.to_owned()])
        .with_data_channel_send_buffer_limit(super::channels::UNDER_WAY)
        .build()
        .await?;
    Ok(Arc::new(connection))
}
