//! Which path is in use, and how long it takes.

use std::time::Duration;

use rtc::peer_connection::transport::RTCIceCandidateType;
use rtc::statistics::stats::ice_candidate::RTCIceCandidateStats;
use webrtc::peer_connection::{PeerConnection, RTCStatsReportEntry, StatsSelector};

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

/// None before there is one.
pub(super) async fn path(connection: &dyn PeerConnection, clock: Clock) -> Option<Path> {
    let report = connection.get_stats(clock.instant(), StatsSelector::None).await;
    let selected = &report.transport()?.selected_candidate_pair_id;
    let pair = report.candidate_pairs().find(|pair| pair.stats.id == *selected)?;
    let (mut local, mut remote) = (None, None);
    for entry in report.iter() {
        match entry {
            RTCStatsReportEntry::LocalCandidate(candidate) if candidate.stats.id == pair.local_candidate_id => {
                local = kind(candidate);
            }
            RTCStatsReportEntry::RemoteCandidate(candidate) if candidate.stats.id == pair.remote_candidate_id => {
                remote = kind(candidate);
            }
            _ => {}
        }
    }
    let measured = pair.current_round_trip_time;
    let round_trip = (measured > 0.0 && measured < 60.0).then(|| Duration::from_secs_f64(measured));
    Some(Path { pair: Pair { local: local?, remote: remote? }, round_trip })
}

fn kind(candidate: &RTCIceCandidateStats) -> Option<CandidateKind> {
    match candidate.candidate_type {
        RTCIceCandidateType::Host => Some(CandidateKind::Host),
        RTCIceCandidateType::Srflx => Some(CandidateKind::Srflx),
        RTCIceCandidateType::Prflx => Some(CandidateKind::Prflx),
        RTCIceCandidateType::Relay => Some(CandidateKind::Relay),
        _ => None,
    }
}
