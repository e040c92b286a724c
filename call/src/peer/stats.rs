//! Which path is in use, and how long it takes.

use std::time::Duration;

use rtc::peer_connection::transport::{RTCIceCandidate, RTCIceCandidateType};
use webrtc::peer_connection::{PeerConnection, StatsSelector};
use webrtc::rtp_transceiver::RtpSender;

use crate::clock::Clock;
use crate::event::{CandidateKind, Pair};
use crate::session::Route;

/// The path in use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Path {
    pub(crate) pair: Pair,
    pub(crate) round_trip: Option<Duration>,
}

impl Path {
    pub(crate) fn route(&self) -> Route {
        match self.pair {
            Pair { local: CandidateKind::Relay, .. } | Pair { remote: CandidateKind::Relay, .. } => Route::Relayed,
            _ => Route::Direct,
        }
    }
}

/// None before there is one, and while one is lost.
pub(super) async fn path(connection: &dyn PeerConnection, sender: &dyn RtpSender, clock: Clock) -> Option<Path> {
    // All streams share one transport, so any sender knows it. The report of statistics does not have the candidates that
    // were found out by being used, which is what the first pair through a relay often is made of.
    let ice = sender.transport().await.ok()??.ice_transport();
    let selected = ice.get_selected_candidate_pair().await.ok()??;
    let known = ice.get_remote_candidates().await.unwrap_or_default();
    let pair = Pair { local: kind(selected.local())?, remote: kind(told(selected.remote(), &known))? };
    Some(Path { pair, round_trip: round_trip(connection, clock).await })
}

/// What the partner calls a candidate that was found out by being used, if it has told of it since.
fn told<'a>(candidate: &'a RTCIceCandidate, known: &'a [RTCIceCandidate]) -> &'a RTCIceCandidate {
    let same = |other: &&RTCIceCandidate| {
        other.typ != RTCIceCandidateType::Prflx && (&other.address, other.port) == (&candidate.address, candidate.port)
    };
    match candidate.typ {
        RTCIceCandidateType::Prflx => known.iter().find(same).unwrap_or(candidate),
        _ => candidate,
    }
}

async fn round_trip(connection: &dyn PeerConnection, clock: Clock) -> Option<Duration> {
    let report = connection.get_stats(clock.instant(), StatsSelector::None).await;
    let selected = &report.transport()?.selected_candidate_pair_id;
    let pair = report.candidate_pairs().find(|pair| pair.stats.id == *selected)?;
    let measured = pair.current_round_trip_time;
    (measured > 0.0 && measured < 60.0).then(|| Duration::from_secs_f64(measured))
}

fn kind(candidate: &RTCIceCandidate) -> Option<CandidateKind> {
    match candidate.typ {
        RTCIceCandidateType::Host => Some(CandidateKind::Host),
        RTCIceCandidateType::Srflx => Some(CandidateKind::Srflx),
        RTCIceCandidateType::Prflx => Some(CandidateKind::Prflx),
        RTCIceCandidateType::Relay => Some(CandidateKind::Relay),
        _ => None,
    }
}
