//! Files handed over: two ends and the channel between them.

use std::collections::VecDeque;

use meetme_call::talk::files::{Act, Files, MOST_BYTES, NotOffered, Note, plain_name};

/// Two ends. What one sends the other gets, in order.
#[derive(Default)]
struct Pair {
    ends: [Files; 2],
    /// What is told and kept, by end.
    told: [Vec<Note>; 2],
    kept: [Vec<(String, Vec<u8>)>; 2],
    /// The most bytes that were on their way at once.
    crowded: usize,
    /// Changes a message on its way.
    meddle: Option<fn(&mut Vec<u8>)>,
}

impl Pair {
    fn run(&mut self, end: usize, acts: Vec<Act>) {
        let mut way: VecDeque<(usize, Vec<u8>)> = VecDeque::new();
        self.act(end, acts, &mut way);
        while let Some((to, message)) = way.pop_front() {
            self.crowded = self.crowded.max(way.iter().map(|(_, message)| message.len()).sum());
            let acts = self.ends[to].receive(&message);
            self.act(to, acts, &mut way);
        }
    }

    fn act(&mut self, end: usize, acts: Vec<Act>, way: &mut VecDeque<(usize, Vec<u8>)>) {
        for act in acts {
            match act {
                Act::Send(message) => {
                    assert!(message.len() <= 16 << 10, "the channel takes no more at once");
                    let mut message = message.to_vec();
                    if let Some(meddle) = self.meddle {
                        meddle(&mut message);
                    }
                    way.push_back((1 - end, message));
                }
                Act::Tell(note) => self.told[end].push(note),
                Act::Keep { name, content } => self.kept[end].push((name, content)),
            }
        }
    }

    fn offer(&mut self, name: &str, content: &[u8]) {
        let acts = self.ends[0].offer(name, content.to_vec()).expect("none is on its way");
        self.run(0, acts);
    }

    fn answer(&mut self, take: bool) {
        let acts = self.ends[1].answer(take);
        self.run(1, acts);
    }
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|index| u8::try_from(index * 31 % 251).expect("a byte")).collect()
}

#[test]
fn a_file_that_is_taken_arrives_whole_whatever_its_size() {
    for length in [0, 1, 15 << 10, (15 << 10) + 1, 1_000_000] {
        let (mut pair, content) = (Pair::default(), content(length));
        pair.offer("notes.txt", &content);
        assert_eq!(pair.told[1], [Note::Offered { name: "notes.txt".into(), size: length }]);
        assert_eq!(pair.kept[1], [], "nothing moves before it is taken");

        pair.answer(true);

        assert!(pair.kept[1] == [("notes.txt".to_owned(), content)], "{length} bytes");
        assert_eq!(pair.told[0], [Note::Sent { name: "notes.txt".into() }]);
        assert!(pair.crowded < 300 << 10, "{} bytes on their way", pair.crowded);
    }
}

#[test]
fn a_file_that_is_refused_does_not_move_and_the_next_may_be_offered() {
    let mut pair = Pair::default();
    pair.offer("a", b"secret");
    pair.answer(false);
    assert_eq!(pair.told[0], [Note::Refused { name: "a".into(), why: "refused".into() }]);
    assert_eq!(pair.kept[1], []);

    pair.offer("b", b"x");
    pair.answer(true);
    assert_eq!(pair.kept[1], [("b".to_owned(), b"x".to_vec())]);
}

#[test]
fn a_file_that_changed_on_the_way_is_not_kept() {
    let mut pair = Pair::default();
    pair.offer("a", &content(50_000));
    pair.meddle = Some(|message| {
        if message[0] == 0 {
            message[1] ^= 1;
        }
    });
    pair.answer(true);

    assert_eq!(pair.kept[1], []);
    assert_eq!(pair.told[1].last(), Some(&Note::Broken { why: "what came is not what was offered" }));
    assert!(matches!(pair.told[0][..], [Note::Refused { .. }]), "{:?}", pair.told[0]);
}

#[test]
fn one_file_goes_at_a_time_and_none_that_is_too_big() {
    let mut files = Files::default();
    assert_eq!(files.offer("big", vec![0; MOST_BYTES + 1]), Err(NotOffered::TooBig));
    files.offer("a", vec![1]).unwrap();
    assert_eq!(files.offer("b", vec![2]), Err(NotOffered::Busy));
}

#[test]
fn a_sender_that_breaks_its_word_gets_nowhere() {
    let mut files = Files::default();
    let sends = |acts: &[Act]| format!("{acts:?}");
    let big = br#"{"file":"offer","name":"a","size":999999999999,"sha256":"00"}"#;
    assert!(sends(&files.receive(big)).contains("too big"));

    assert_eq!(files.receive(b"\0pieces before an offer"), []);
    let offer = br#"{"file":"offer","name":"../../.ssh/authorized_keys","size":3,"sha256":"00"}"#;
    assert_eq!(files.receive(offer), [Act::Tell(Note::Offered { name: "authorized_keys".into(), size: 3 })]);
    assert_eq!(files.receive(b"\0before it is taken"), []);
    assert!(sends(&files.receive(offer)).contains("another file"));
    files.answer(true);
    assert!(sends(&files.receive(b"\0more than three")).contains("more came"));

    assert_eq!(files.receive(b"{"), []);
    assert_eq!(files.receive(b""), []);
    assert_eq!(files.receive(br#"{"file":"got","bytes":18446744073709551615}"#), []);
    assert_eq!(files.answer(true), []);
}

#[test]
fn a_sender_may_stop_before_a_file_is_taken_and_after() {
    let mut files = Files::default();
    let offer = br#"{"file":"offer","name":"a","size":3,"sha256":"00"}"#;
    files.receive(offer);
    assert_eq!(files.receive(br#"{"file":"stop"}"#), [Act::Tell(Note::Withdrawn)]);
    files.receive(offer);
    files.answer(true);
    assert_eq!(files.receive(br#"{"file":"stop"}"#), [Act::Tell(Note::Broken { why: "the other stopped sending" })]);
    assert_eq!(files.receive(br#"{"file":"stop"}"#), []);
}

#[test]
fn a_file_has_not_arrived_before_all_of_it_was_sent() {
    let mut files = Files::default();
    files.offer("a", content(1_000_000)).unwrap();
    assert_eq!(files.receive(br#"{"file":"done"}"#), [], "it was not even taken");
    files.receive(br#"{"file":"take"}"#);
    assert_eq!(files.receive(br#"{"file":"done"}"#), [], "a part of it was sent");
    assert_eq!(files.offer("b", vec![1]), Err(NotOffered::Busy));
}

#[test]
fn when_the_other_is_gone_nothing_goes_on() {
    let mut pair = Pair::default();
    pair.offer("a", b"x");
    let broken = Act::Tell(Note::Broken { why: "the connection was lost" });
    assert_eq!(pair.ends[0].reset(), std::slice::from_ref(&broken));
    assert_eq!(pair.ends[1].reset(), [Act::Tell(Note::Withdrawn), broken]);
    assert_eq!(pair.ends[0].reset(), []);
    pair.offer("again", b"x");
}

#[test]
fn names_are_plain() {
    assert_eq!(plain_name("/etc/passwd"), "passwd");
    assert_eq!(plain_name(r"C:\x\y.txt"), "y.txt");
    assert_eq!(plain_name("..\u{202e}.bashrc\n"), "bashrc");
    assert_eq!(plain_name("a\x1b[2Jb"), "a[2Jb");
    assert_eq!(plain_name("///"), "file");
    assert!(plain_name(&"é".repeat(500)).len() <= 120);
}
