//! How commands end when the server cannot be reached, or its answers are lost.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

/// A server that takes every request, notes its head, and answers with `answer`: nothing at all if that is empty.
pub(super) struct Fake {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    fn that_answers(answer: impl Into<String>) -> Self {
        let answer = answer.into();
        Self::that(move |_| answer.clone())
    }

    fn that(answers: impl Fn(&str) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let heads = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&heads);
        // The thread ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let head = take(&stream);
                let answer = answers(&head);
                noted.lock().expect("no test panics here").push(head);
                let _ = (&stream).write_all(answer.as_bytes());
            }
        });
        Self { address, heads }
    }

    /// A server that answers what is read with `answer`, and what is written with nothing at all.
    pub(super) fn that_answers_reads_alone(answer: &str) -> Self {
        let length = answer.len();
        let answer = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{answer}");
        Self::that(move |head| if head.starts_with("get ") { answer.clone() } else { String::new() })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn keys(&self) -> Vec<String> {
        let heads = self.heads.lock().expect("no test panics here");
        let key = |head: &String| {
            head.lines().find_map(|line| line.strip_prefix("idempotency-key: ")).unwrap_or_default().to_owned()
        };
        heads.iter().map(key).collect()
    }

    fn meetme(&self, arguments: &[&str]) -> Output {
        meetme(&format!("http://{}", self.address), arguments)
    }
}

/// Reads one request whole, so that closing the connection afterwards resets nothing.
fn take(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).expect("a line") < 3 {
            break;
        }
        let line = line.to_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().expect("a length");
        }
        head.push_str(&line);
    }
    reader.read_exact(&mut vec![0; length]).expect("a body");
    head
}

fn meetme(server: &str, arguments: &[&str]) -> Output {
    let dir = tempfile::tempdir().expect("a directory");
    let mut command = Command::new(env!("CARGO_BIN_EXE_meetme"));
    command.envs(super::environment(dir.path())).env("MEETME_SERVER", server).env("MEETME_TOKEN", "mmt_test");
    command.args(arguments).output().expect("the binary runs")
}

fn error_of(output: &Output) -> serde_json::Value {
    let text = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(text.lines().last().unwrap_or_default()).unwrap_or_else(|_| panic!("no JSON: {text}"))
}

const BOOK: [&str; 6] = ["--json", "book", "ada/chat", "--at", "2026-12-01T09:00:00Z", "--tz=UTC"];

#[test]
fn a_refused_connection_is_unreachable_and_nothing_was_done() {
    let address = TcpListener::bind("127.0.0.1:0").and_then(|gone| gone.local_addr()).expect("an address");

    let ended = meetme(&format!("http://{address}"), &BOOK);

    assert_eq!(ended.status.code(), Some(8));
    assert_eq!(error_of(&ended)["error"]["code"], "unreachable");
}

#[test]
fn a_name_that_does_not_resolve_is_unreachable() {
    let ended = meetme("http://nowhere.invalid", &["slots", "ada/chat"]);

    assert_eq!(ended.status.code(), Some(8), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn a_lost_answer_is_asked_for_again_under_the_same_key() {
    let fake = Fake::that_answers("");

    let ended = fake.meetme(&BOOK);

    let keys = fake.keys();
    assert_eq!(ended.status.code(), Some(75));
    assert_eq!(keys.len(), 4);
    assert!(!keys[0].is_empty() && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(error_of(&ended)["error"]["idempotency_key"], keys[0].as_str());
}

#[test]
fn a_key_of_ones_own_is_the_key() {
    let fake = Fake::that_answers("");

    fake.meetme(&[&BOOK[..], &["--idempotency-key", "cron-2026-12-01"]].concat());

    assert!(fake.keys().iter().all(|key| key == "cron-2026-12-01"));
}

#[test]
fn a_key_that_no_header_carries_is_a_mistake() {
    let fake = Fake::that_answers("");

    let ended = fake.meetme(&[&BOOK[..], &["--idempotency-key", "two\nlines"]].concat());

    assert_eq!((ended.status.code(), fake.keys().len()), (Some(2), 0));
}

#[test]
fn what_has_no_key_is_not_repeated() {
    let fake = Fake::that_answers("");

    let ended = fake.meetme(&["token", "create", "cron", "--scope", "read"]);

    assert_eq!((ended.status.code(), fake.keys().len()), (Some(75), 1));
}

#[test]
fn a_server_error_on_a_write_leaves_the_outcome_unknown() {
    let fake = Fake::that_answers("HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");

    let ended = fake.meetme(&BOOK);

    assert_eq!((ended.status.code(), fake.keys().len()), (Some(75), 4));
}

fn too_fast() -> String {
    let body = r#"{"type":"about:blank","title":"No","status":429,"code":"rate-limited","detail":"too many"}"#;
    let length = body.len();
    format!("HTTP/1.1 429 No\r\nretry-after: 60\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
}

#[test]
fn too_many_writes_may_be_tried_again_later() {
    let fake = Fake::that_answers(too_fast());

    let ended = fake.meetme(&BOOK);

    assert_eq!((ended.status.code(), fake.keys().len()), (Some(75), 1));
    assert_eq!(error_of(&ended)["error"]["code"], "rate-limited");
}

#[test]
fn too_many_reads_may_be_tried_again_later() {
    let ended = Fake::that_answers(too_fast()).meetme(&["--json", "slots", "ada/chat", "--tz=UTC"]);

    assert_eq!(ended.status.code(), Some(75));
    assert_eq!(error_of(&ended)["error"]["code"], "rate-limited");
}

#[test]
fn a_clock_that_is_none_is_a_mistake() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut command = Command::new(env!("CARGO_BIN_EXE_meetme"));
    command.envs(super::environment(dir.path())).env("MEETME_NOW", "soon");

    let ended = command.args(["--json", "whoami"]).output().expect("the binary runs");

    assert_eq!(ended.status.code(), Some(2));
    assert_eq!(error_of(&ended)["error"]["code"], "clock");
}

#[test]
fn what_cannot_be_typed_is_json_as_well() {
    let ended = meetme("http://127.0.0.1:1", &["book", "ada/chat", "--at", "soon", "--json"]);

    assert_eq!(ended.status.code(), Some(2));
    assert_eq!(error_of(&ended)["error"]["code"], "usage");
}

#[test]
fn an_answer_of_something_else_is_a_failure() {
    let fake = Fake::that_answers("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello");

    let ended = fake.meetme(&["--json", "whoami"]);

    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(error_of(&ended)["error"]["code"], "unreadable-answer");
}

#[test]
fn a_token_is_sent_to_no_other_server_than_its_own() {
    let fake = Fake::that_answers("");
    let link = format!("http://{}/ada/chat", fake.address);

    meetme("http://127.0.0.1:1", &["slots", &link]);

    let heads = fake.heads.lock().expect("no test panics here");
    assert!(!heads.is_empty() && heads.iter().all(|head| !head.contains("authorization")), "{heads:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::Stdio;
    let dir = tempfile::tempdir().expect("a directory");
    let mut child = Command::new(env!("CARGO_BIN_EXE_meetme"))
        .envs(super::environment(dir.path()))
        .args(["completions", "zsh"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());

    let ended = child.wait_with_output().expect("it ends");

    assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(0), &b""[..]));
}
