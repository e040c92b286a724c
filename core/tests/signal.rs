//! The messages of `meetme.signal.v1`, to the letter: both ends and browsers speak them.

use meetme_core::api::{
    CallSession, Candidate, Description, DescriptionKind, EndReason, FromClient, FromRelay, LeftReason, MAX_SIGNAL,
    Payload, Signal, SignalFault,
};
use proptest::prelude::*;

use crate::corpus::fuzz::signal;

fn read(text: &str) -> Result<FromClient, SignalFault> {
    FromClient::read(text)
}

#[test]
fn a_client_says_three_things() {
    let offer = Signal {
        to: Some(CallSession(10)),
        payload: Payload::Description(Description { kind: DescriptionKind::Offer, sdp: "v=0".into() }),
    };
    let text = r#"{"type":"signal","to":"000000000000000a","description":{"type":"offer","sdp":"v=0"}}"#;

    assert_eq!(FromClient::Signal(offer.clone()).text(), text);
    assert_eq!(read(text), Ok(FromClient::Signal(offer)));
    assert_eq!(read(r#"{"type":"bye"}"#), Ok(FromClient::Bye {}));
    assert_eq!(FromClient::Ping {}.text(), r#"{"type":"ping"}"#);
}

#[test]
fn a_candidate_is_read_as_browsers_write_it() {
    let text = r#"{"type":"signal","candidate":{"candidate":"candidate:1 1 udp 2 ::1 9 typ host","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"a"}}"#;
    let candidate = Candidate {
        candidate: "candidate:1 1 udp 2 ::1 9 typ host".into(),
        sdp_mid: Some("0".into()),
        sdp_m_line_index: Some(0),
        username_fragment: Some("a".into()),
    };
    let null =
        r#"{"type":"signal","candidate":{"candidate":"","sdpMid":null,"sdpMLineIndex":null,"usernameFragment":null}}"#;

    let signal = |candidate| FromClient::Signal(Signal { to: None, payload: Payload::Candidate(candidate) });
    assert_eq!(read(text), Ok(signal(candidate.clone())));
    assert_eq!(signal(candidate).text(), text);
    assert_eq!(read(null), Ok(signal(Candidate::default())));
}

#[test]
fn what_is_no_message_is_malformed() {
    let bad = [
        "",
        "null",
        "[]",
        r#""bye""#,
        "{}",
        r#"{"type":"welcome"}"#,
        r#"{"type":"bye","now":true}"#,
        r#"{"type":"signal"}"#,
        r#"{"type":"signal","to":"1","candidate":{"candidate":""}}"#,
        r#"{"type":"signal","to":"+00000000000000a","candidate":{"candidate":""}}"#,
        r#"{"type":"signal","description":{"type":"rollback","sdp":""}}"#,
        r#"{"type":"signal","description":{"type":"offer","sdp":""},"candidate":{"candidate":""}}"#,
        r#"{"type":"signal","description":{"type":"offer","sdp":""},"extra":1}"#,
        r#"{"type":"signal","description":{"type":"offer"}}"#,
    ];
    for text in bad {
        assert_eq!(read(text), Err(SignalFault::Malformed), "{text}");
    }
}

#[test]
fn nothing_too_large_is_looked_at() {
    assert_eq!(read(&"[".repeat(MAX_SIGNAL + 1)), Err(SignalFault::TooLarge));
    assert_eq!(read(&"[".repeat(MAX_SIGNAL)), Err(SignalFault::Malformed));
}

#[test]
fn an_old_client_lives_with_a_newer_relay() {
    let told = |text: &str| FromRelay::read(text).expect("a message");

    assert_eq!(told(r#"{"type":"applause","loud":true}"#), FromRelay::Unknown);
    assert_eq!(told(r#"{"type":"pong","at":1}"#), FromRelay::Pong {});
    assert_eq!(told(r#"{"type":"ended","reason":"bored"}"#), FromRelay::Ended { reason: EndReason::Unknown });
    assert_eq!(
        told(r#"{"type":"peer-left","session":"0000000000000001","reason":"lost","since":3}"#),
        FromRelay::PeerLeft { session: CallSession(1), reason: LeftReason::Lost }
    );
}

#[test]
fn the_relays_words_stand() {
    let text = |message: FromRelay| message.text();

    assert_eq!(
        text(FromRelay::PeerJoined { session: CallSession(255) }),
        r#"{"type":"peer-joined","session":"00000000000000ff"}"#
    );
    assert_eq!(text(FromRelay::Ended { reason: EndReason::HungUp }), r#"{"type":"ended","reason":"hung-up"}"#);
    assert_eq!(text(FromRelay::Error { code: SignalFault::NoPeer }), r#"{"type":"error","code":"no-peer"}"#);
}

/// Messages to begin from: those of the protocol, and some that once looked like it.
const CORPUS: [&str; 12] = [
    r#"{"type":"bye"}"#,
    r#"{"type":"ping"}"#,
    r#"{"type":"pong"}"#,
    r#"{"type":"signal","to":"00000000000000ff","description":{"type":"answer","sdp":"v=0\r\n"}}"#,
    r#"{"type":"signal","candidate":{"candidate":"","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":null}}"#,
    r#"{"type":"signal","candidate":{"candidate":"a","sdpMLineIndex":65536}}"#,
    r#"{"type":"peer-joined","session":"0123456789abcdef"}"#,
    r#"{"type":"peer-left","session":"0123456789abcdef","reason":"lost"}"#,
    r#"{"type":"ended","reason":"hung-up"}"#,
    r#"{"type":"error","code":"no-peer"}"#,
    r#"{"type":"signal","type":"bye"}"#,
    r#"{"description":{"type":"offer","sdp":"\ud800"},"type":"signal"}"#,
];

#[test]
fn the_corpus_is_read_or_refused() {
    CORPUS.into_iter().for_each(|text| signal(text.as_bytes()));
}

proptest! {
    #[test]
    fn a_message_that_was_spoilt_is_read_or_refused(
        seed in prop::sample::select(CORPUS.to_vec()),
        at in any::<prop::sample::Index>(),
        with in "[\\x00-\\x7f]{0,3}|[{}\\[\\],:\"0-9a-z\\\\]{0,8}",
        cut in 0..4_usize,
    ) {
        let at = at.index(seed.len());
        let rest = seed.get((at + cut).min(seed.len())..).unwrap_or_default();
        signal(format!("{}{with}{rest}", &seed[..at]).as_bytes());
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".*") {
        signal(text.as_bytes());
    }
}
