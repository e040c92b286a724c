//! What the partner says about what it receives, passed on to us.
//!
//! The library keeps inbound RTCP to itself unless something in its chain marks it for delivery. Marked are requests for
//! key frames, and reports of what was received.

use std::collections::VecDeque;
use std::time::Instant;

use rtc::interceptor::{Attribute, Interceptor, Packet, StreamInfo, TaggedPacket};
use rtc::rtcp;
use rtc::rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::payload_feedbacks::receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate;
use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtcp::reception_report::ReceptionReport;
use rtc::rtcp::sender_report::SenderReport;
use rtc::sansio::Protocol;
use rtc::shared::error::Error;

use crate::rate::queue::Passed;

/// Where it stands: farther from the wire than all that the library brings.
pub(super) const SLOT: usize = 14_000;

/// What the partner says about a stream of ours.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Feedback {
    /// It needs a key frame.
    KeyFrame,
    /// It missed this part of the packets, from 0 to 1.
    Lost(f64),
    /// It takes no more than so many bits per second.
    AtMost(u32),
    /// These arrived, of this stream and those beside it.
    Arrived(Vec<Passed>),
}

/// What of it concerns the stream `ssrc`.
pub(super) fn feedback(packets: &[Box<dyn rtcp::Packet>], ssrc: u32) -> Vec<Feedback> {
    let mut found = Vec::new();
    for packet in packets {
        let packet = packet.as_any();
        if packet.is::<PictureLossIndication>() || packet.is::<FullIntraRequest>() {
            found.push(Feedback::KeyFrame);
        } else if let Some(report) = packet.downcast_ref::<ReceiverReport>() {
            found.extend(lost(&report.reports, ssrc));
        } else if let Some(report) = packet.downcast_ref::<SenderReport>() {
            found.extend(lost(&report.reports, ssrc));
        } else if let Some(estimate) = packet.downcast_ref::<ReceiverEstimatedMaximumBitrate>() {
            found.push(Feedback::AtMost(whole(estimate.bitrate)));
        }
    }
    found
}

fn lost(reports: &[ReceptionReport], ssrc: u32) -> Option<Feedback> {
    let report = reports.iter().find(|report| report.ssrc == ssrc)?;
    Some(Feedback::Lost(f64::from(report.fraction_lost) / 256.0))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate, and clamped by the cast")]
fn whole(bits_per_second: f32) -> u32 {
    bits_per_second as u32
}

/// Marks what is wanted, lets everything pass.
#[derive(Default)]
pub(super) struct Ears {
    inbound: VecDeque<TaggedPacket>,
    outbound: VecDeque<TaggedPacket>,
}

fn wanted(packet: &dyn rtcp::Packet) -> bool {
    let packet = packet.as_any();
    packet.is::<PictureLossIndication>()
        || packet.is::<FullIntraRequest>()
        || packet.is::<ReceiverReport>()
        || packet.is::<SenderReport>()
        || packet.is::<ReceiverEstimatedMaximumBitrate>()
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for Ears {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, mut packet: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtcp(packets) = &packet.message.packet
            && packets.iter().any(|packet| wanted(packet.as_ref()))
        {
            packet.message.add(Attribute::DeliverToApplication);
        }
        self.inbound.push_back(packet);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.inbound.pop_front()
    }

    fn handle_write(&mut self, packet: TaggedPacket) -> Result<(), Error> {
        self.outbound.push_back(packet);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.outbound.pop_front()
    }
}

impl Interceptor for Ears {
    fn bind_local_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _info: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _info: &StreamInfo) {}
}
