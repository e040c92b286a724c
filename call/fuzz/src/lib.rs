//! What fuzz targets call: bytes of the network go in, and nothing may come of them but frames or none.

use std::time::Duration;

use bytes::Bytes;
use meetme_call::codec::{DecodeVideo, h264, opus, vp8};
use meetme_call::rtp::{self, Depacketize, Packet, audio, video};
use meetme_call::sdp;
use meetme_call::session::{Input, Patience, Round, Route, Session, TransportId};
use meetme_core::api::{CallSession, Description, DescriptionKind, FromRelay, Payload, Signal};

/// Packets of video as they may come: each begins with its length, its number and whether it ends a frame.
pub fn packets(data: &[u8]) {
    let both: [Box<dyn Depacketize>; 2] =
        [Box::<rtp::h264::Depacketizer>::default(), Box::<rtp::vp8::Depacketizer>::default()];
    for depacketizer in both {
        let mut buffer = video::Buffer::new(depacketizer);
        let (mut rest, mut now) = (data, Duration::ZERO);
        while let [length, sequence, flags, after @ ..] = rest {
            let (payload, after) = after.split_at(usize::from(*length).min(after.len()));
            now += Duration::from_millis(u64::from(flags >> 2));
            buffer.push(
                now,
                Packet {
                    sequence: u16::from(*sequence).wrapping_add(65_500),
                    timestamp: u32::from(sequence / 4) * 3000,
                    marker: flags & 1 == 1,
                    payload: Bytes::copy_from_slice(payload),
                },
            );
            while let Some(frame) = buffer.pop(now) {
                assert!(frame.data.len() <= rtp::MAX_FRAME);
            }
            buffer.asks(now);
            assert!(buffer.missing(now).len() <= 256);
            rest = after;
        }
        while buffer.pop(now + Duration::from_secs(5)).is_some() {}
        let counts = buffer.counts();
        assert!(counts.frames + counts.useless <= counts.packets);
    }
}

/// An encoded picture, for both decoders, and a second one behind it.
pub fn pictures(data: &[u8]) {
    let (first, second) = data.split_at(data.len() / 2);
    for pieces in [[data, &[]], [first, second]] {
        let mut ours: Vec<Box<dyn DecodeVideo>> = vec![Box::<vp8::Decoder>::default()];
        ours.extend(h264::Decoder::new().map(|decoder| Box::new(decoder) as Box<dyn DecodeVideo>));
        for mut decoder in ours {
            for piece in pieces {
                if let Ok(Some(picture)) = decoder.decode(piece, Duration::ZERO) {
                    assert_eq!(picture.data().len(), picture.size().bytes());
                }
            }
        }
    }
}

/// Packets of sound, each behind its length.
pub fn sound(data: &[u8]) {
    let (mut buffer, mut heard) = (audio::Buffer::default(), Vec::new());
    let Ok(mut decoder) = opus::Decoder::new() else { return };
    let (mut rest, mut timestamp) = (data, 0_u32);
    while let [length, step, after @ ..] = rest {
        let (payload, after) = after.split_at(usize::from(*length).min(after.len()));
        timestamp = timestamp.wrapping_add(u32::from(*step) * 480);
        let payload = Bytes::copy_from_slice(payload);
        buffer.push(Packet { sequence: 0, timestamp, marker: false, payload });
        match buffer.pull() {
            audio::Play::Packet(packet) => decoder.decode(&packet, &mut heard),
            audio::Play::Missing(next) => decoder.conceal(next.as_deref(), &mut heard),
            audio::Play::Nothing => {}
        }
        assert!(heard.len() <= 5760);
        heard.clear();
        rest = after;
    }
}

/// A description of the partner's, for a session in the middle of things.
pub fn description(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (first, second) = text.split_once('\0').unwrap_or((&text, ""));
    sdp::payload_types(first).count();
    let mut session = Session::new(Patience::default());
    let joined = FromRelay::PeerJoined { session: CallSession(1) };
    session.handle(Duration::ZERO, Input::Told(joined));
    let pairs = [(DescriptionKind::Offer, first), (DescriptionKind::Answer, second), (DescriptionKind::Offer, second)];
    for (number, (kind, sdp)) in (1..).zip(pairs) {
        let description = Description { kind, sdp: sdp.to_owned() };
        let local = Input::Local { transport: TransportId(1), round: Round(number), description: description.clone() };
        session.handle(Duration::from_secs(1), local);
        let signal = Signal { to: None, payload: Payload::Description(description) };
        session.handle(Duration::from_secs(1), Input::Told(FromRelay::Signal(signal)));
        session.handle(Duration::from_secs(2), Input::Up(TransportId(number), Route::Direct));
        while session.poll().is_some() {}
        assert!(session.deadline().is_some());
    }
}
