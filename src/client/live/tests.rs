//! A stream over hours, in a moment: the clock is ours, and each server does what it is told to.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use meetme_core::api::Problem;

use super::*;

/// What a stream does, one after the other; when nothing is left it says nothing any more.
#[derive(Debug, Clone)]
enum Does {
    Says(String),
    SaysAfter(Duration, String),
    Breaks,
    Ends,
}

/// What comes of one attempt to connect.
#[derive(Debug, Clone)]
enum Meets {
    Stream(Vec<Does>),
    Nobody,
    /// Somebody who takes no more, and asks to wait this long.
    Busy(Duration),
}

/// A server that goes by a script. Behind its end nobody is there.
#[derive(Debug)]
struct Script {
    began: Instant,
    /// How long it has lasted.
    lasted: Cell<Duration>,
    to_come: RefCell<VecDeque<Meets>>,
    /// When it was asked, and from which cursor on.
    asked: RefCell<Vec<(Duration, Option<String>)>>,
}

impl Script {
    fn pass(&self, length: Duration) {
        self.lasted.set(self.lasted.get() + length);
    }
}

impl Door for Script {
    type Open = VecDeque<Does>;

    async fn open(&self, _: &Call, after: Option<&str>) -> Result<VecDeque<Does>, Failed> {
        self.asked.borrow_mut().push((self.lasted.get(), after.map(str::to_owned)));
        match self.to_come.borrow_mut().pop_front() {
            Some(Meets::Stream(does)) => Ok(does.into()),
            Some(Meets::Busy(wait)) => {
                let mut failed = Failed::last(Error::Refused(Box::new(busy())));
                failed.wait = Some(wait);
                Err(failed)
            }
            Some(Meets::Nobody) | None => {
                let (server, reason) = ("http://meet.example".to_owned(), "connection refused".to_owned());
                Err(Failed::last(Error::Unreachable { server, reason }))
            }
        }
    }

    async fn read(&self, open: &mut VecDeque<Does>, silence: Duration) -> Result<Option<Vec<u8>>, String> {
        match open.pop_front() {
            Some(Does::Says(text)) => Ok(Some(text.into_bytes())),
            Some(Does::SaysAfter(length, text)) if length < silence => {
                self.pass(length);
                Ok(Some(text.into_bytes()))
            }
            Some(Does::SaysAfter(..)) | None => {
                self.pass(silence);
                Err(said_nothing(silence))
            }
            Some(Does::Breaks) => Err("the connection broke".to_owned()),
            Some(Does::Ends) => Ok(None),
        }
    }

    async fn rest(&self, length: Duration) {
        self.pass(length);
    }

    fn now(&self) -> Instant {
        self.began + self.lasted.get()
    }

    fn bad_answer(&self, reason: &str) -> Error {
        Error::Unreadable { server: "http://meet.example".to_owned(), reason: reason.to_owned() }
    }
}

fn busy() -> Problem {
    Problem {
        kind: "about:blank".to_owned(),
        title: "Busy".to_owned(),
        status: 503,
        code: "busy".to_owned(),
        detail: "too many changes are waiting".to_owned(),
        field: None,
        hint: None,
        nearest: None,
    }
}

fn hello(seq: u64) -> Does {
    Does::Says(format!("id: 1-{seq}\nevent: hello\ndata: {{\"cursor\": \"1-{seq}\"}}\n\n"))
}

fn line(script: impl IntoIterator<Item = Meets>) -> Line<Script> {
    let to_come = RefCell::new(script.into_iter().collect());
    let script = Script { began: Instant::now(), lasted: Cell::default(), to_come, asked: RefCell::default() };
    Line::new(script, None, None)
}

impl Line<Script> {
    /// How long each wait between two attempts was.
    fn waits(&self) -> Vec<Duration> {
        self.door.asked.borrow().windows(2).map(|two| two[1].0 - two[0].0).collect()
    }

    async fn told(&mut self) -> News {
        self.next().await.expect("the stream goes on")
    }
}

fn lost(reason: &str) -> News {
    News::Lost { reason: reason.to_owned() }
}

#[tokio::test]
async fn a_server_that_is_away_is_asked_less_and_less_often_and_given_up_after_an_hour() {
    let mut line = line([Meets::Stream(vec![hello(1), Does::Breaks])]);

    assert_eq!((line.told().await, line.told().await), (News::Place, lost("the connection broke")));
    let given_up = line.next().await;

    assert!(matches!(given_up, Err(Error::Unreachable { .. })), "{given_up:?}");
    let lasted = line.door.lasted.get();
    assert!((PATIENCE..PATIENCE + LONGEST_REST).contains(&lasted), "{lasted:?}");
    for (failures, wait) in line.waits().into_iter().enumerate() {
        let most = FIRST_WAIT.saturating_mul(1 << failures.min(10)).min(LONGEST_REST);
        assert!((most / 2..=most).contains(&wait), "{failures}: {wait:?}");
    }
    let asked = line.door.asked.borrow();
    assert!(asked[1..].iter().all(|(_, after)| after.as_deref() == Some("1-1")), "{asked:?}");
}

#[tokio::test]
async fn a_stream_is_lost_when_it_says_nothing_for_45_s_and_not_before() {
    let heartbeat = Does::SaysAfter(SILENCE - Duration::from_secs(1), ": still here\nid: 1-1\n\n".to_owned());
    let hour = std::iter::once(hello(1)).chain(std::iter::repeat_n(heartbeat, 100)).collect();
    let mut line = line([Meets::Stream(hour), Meets::Stream(vec![hello(1)])]);

    assert_eq!(line.told().await, News::Place);
    assert_eq!(line.told().await, lost("it said nothing for 45 s"));

    assert_eq!(line.door.lasted.get().as_secs(), 100 * 44 + 45);
    assert_eq!((line.told().await, line.told().await), (News::Back, News::Place));
}

#[tokio::test]
async fn a_stream_that_was_ended_goes_on_where_it_stood_and_nobody_is_alarmed() {
    let mut line = line([Meets::Stream(vec![hello(1), Does::Ends]), Meets::Stream(vec![hello(2)])]);

    assert_eq!((line.told().await, line.told().await), (News::Place, News::Place));

    assert!(line.waits()[0] <= FIRST_WAIT, "{:?}", line.waits());
    assert_eq!(line.door.asked.borrow()[1].1.as_deref(), Some("1-1"));
    assert_eq!(line.cursor.map(|cursor| cursor.to_string()).as_deref(), Some("1-2"));
}

#[tokio::test]
async fn a_server_is_left_alone_for_as_long_as_it_asks() {
    let asks = Does::Says("retry: 8000\n".to_owned());
    let mut line = line([
        Meets::Stream(vec![asks, hello(1), Does::Ends]),
        Meets::Busy(Duration::from_secs(12)),
        Meets::Stream(vec![hello(1)]),
    ]);

    assert_eq!(line.told().await, News::Place);
    assert!(matches!(line.told().await, News::Lost { .. }));
    assert_eq!(line.told().await, News::Back);

    let waits = line.waits();
    assert!((Duration::from_secs(4)..=Duration::from_secs(8)).contains(&waits[0]), "{waits:?}");
    assert!((Duration::from_secs(12)..=Duration::from_secs(24)).contains(&waits[1]), "{waits:?}");
}

#[tokio::test]
async fn a_server_that_never_was_there_is_not_waited_for_and_a_busy_one_for_a_moment() {
    let mut nobody = line([Meets::Nobody]);
    assert!(matches!(nobody.next().await, Err(Error::Unreachable { .. })));
    assert_eq!(nobody.door.lasted.get(), Duration::ZERO);

    let mut full = line(vec![Meets::Busy(Duration::from_secs(1)); 10]);
    assert!(matches!(full.told().await, News::Lost { .. }));
    assert!(matches!(full.next().await, Err(Error::Refused(_))));
    assert_eq!(full.waits().len() + 1, ATTEMPTS as usize);
}
