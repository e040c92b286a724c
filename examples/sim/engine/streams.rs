//! People who follow events live, and whether they are told everything once and in order.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::checks::Stood;
use super::client::{World, name, slug};
use super::history::Violation;
use super::http::{Connection, Request, read_head, read_line, text_of};
use super::model::{Action, Person};
use super::rng::Rng;

/// How many events are followed, each by its host, by a guest, and by a stranger.
const FOLLOWED: usize = 2;
/// How long a follower waits before it asks the next node.
const REST: Duration = Duration::from_millis(30);
/// How long after the last operation the last change is told to everybody, whatever broke before.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(20);
/// The longest chunk of a stream.
const MAX_CHUNK: usize = 1024 * 1024;
/// How many pages a log may have.
const MAX_PAGES: usize = 100;

/// Somebody who follows an event.
#[derive(Debug)]
pub struct Follower {
    who: Who,
    heard: Arc<Mutex<Heard>>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Debug, Clone, Copy)]
struct Who {
    offer: usize,
    /// A stranger if none.
    person: Option<Person>,
    /// The node that is asked first.
    node: usize,
}

#[derive(Debug, Default)]
struct Heard {
    /// The cursor of the first greeting.
    began: Option<String>,
    changes: Vec<Change>,
    /// Where to go on from.
    cursor: Option<String>,
    /// How often it had to ask anew.
    breaks: usize,
    /// The server lost its place.
    reset: bool,
}

/// What cannot change from one telling to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    cursor: String,
    kind: String,
    booking: Option<String>,
    spans: Value,
}

impl Change {
    fn of(value: &Value) -> Option<Self> {
        Some(Self {
            cursor: value["cursor"].as_str()?.to_owned(),
            kind: value["kind"].as_str()?.to_owned(),
            booking: value["booking"]["id"].as_str().map(str::to_owned),
            spans: value["spans"].clone(),
        })
    }
}

/// Starts followers, and waits until each is greeted: from then on they must be told everything.
pub async fn follow(world: &Arc<World>, seed: u64) -> io::Result<Vec<Follower>> {
    let mut rng = Rng::new(seed, 3);
    let mut followers = Vec::new();
    for _ in 0..FOLLOWED {
        let offer = rng.index(world.offers.len());
        let host = world.offers[offer].host;
        for person in [Some(host), Some((host + 1 + rng.index(3)) % world.tokens.len()), None] {
            let who = Who { offer, person, node: rng.index(world.nodes.len()) };
            let heard = Arc::new(Mutex::default());
            let task = tokio::spawn(listen(world.clone(), who, Arc::clone(&heard)));
            followers.push(Follower { who, heard, task });
        }
    }
    for follower in &followers {
        wait(CAUGHT_UP_WITHIN, || lock(&follower.heard).began.is_some()).await;
        if lock(&follower.heard).began.is_none() {
            return Err(io::Error::other("a stream did not begin"));
        }
    }
    Ok(followers)
}

/// What followers were told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told {
    /// How many streams there were.
    pub streams: usize,
    /// How many changes they were told in all.
    pub changes: usize,
    /// How often one had to be taken up again.
    pub breaks: usize,
}

/// Compares what each follower heard with the log as it is read at the end, from where they began.
pub async fn check(world: &World, followers: Vec<Follower>, stood: &[Stood]) -> io::Result<(Told, Vec<Violation>)> {
    let mut told = Told::default();
    let mut violations = Vec::new();
    for Follower { who, heard, task } in followers {
        let began = lock(&heard).began.clone().unwrap_or_default();
        let log = compared(world, who, &read_log(world, who, &began).await?);
        let last = log.last().map(|change| change.cursor.clone());
        let heard_last = || compared(world, who, &lock(&heard).changes).last().map(|change| change.cursor.clone());
        wait(CAUGHT_UP_WITHIN, || heard_last() == last).await;
        task.abort();
        let heard = lock(&heard);
        told.streams += 1;
        told.changes += heard.changes.len();
        told.breaks += heard.breaks;
        let whose = who.person.map_or("a stranger".to_owned(), |person| format!("person {person}"));
        let mut say = |text: String| {
            let text = format!("{whose} on event {} from {began}: {text}", who.offer);
            violations.push(Violation { check: "streams", text });
        };
        if heard.reset {
            say("was sent back to the beginning".to_owned());
        }
        if let Some(difference) = difference(&compared(world, who, &heard.changes), &log) {
            say(difference);
        }
        if who.person == Some(world.offers[who.offer].host)
            && let Some(difference) = booked_differs(&log, who.offer, stood)
        {
            say(difference);
        }
    }
    Ok((told, violations))
}

/// What must be told the same whenever it is told. Of slots that changed, that is not so once days of their event were
/// closed or opened: who hears of it later is told of the slots that are there then.
fn compared(world: &World, who: Who, changes: &[Change]) -> Vec<Change> {
    let edits = |action: Action| matches!(action, Action::Close { offer, .. } | Action::Open { offer, .. } if offer == who.offer);
    let moved = world.journal.records().iter().any(|record| edits(record.action));
    changes.iter().filter(|change| !moved || change.kind != "slots_changed").cloned().collect()
}

fn difference(heard: &[Change], log: &[Change]) -> Option<String> {
    let at = (0..heard.len().max(log.len())).find(|at| heard.get(*at) != log.get(*at))?;
    let (heard_all, log_all) = (heard.len(), log.len());
    let (heard, log) = (heard.get(at), log.get(at));
    Some(format!("of {log_all} changes, {heard_all} were told; change {at} was told as {heard:?}, the log has {log:?}"))
}

/// The log tells of every booking of the event once.
fn booked_differs(log: &[Change], offer: usize, stood: &[Stood]) -> Option<String> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for change in log.iter().filter(|change| change.kind == "booked") {
        *times.entry(change.booking.as_deref().unwrap_or_default()).or_default() += 1;
    }
    let wrong = stood.iter().filter(|b| b.offer == offer).find(|b| times.get(b.wire_id.as_str()) != Some(&1));
    let wrong = wrong.map(|b| format!("#{} is told {} times", b.op, times.get(b.wire_id.as_str()).unwrap_or(&0)));
    let there = stood.iter().filter(|b| b.offer == offer).count();
    wrong.or_else(|| (times.len() != there).then(|| format!("{} bookings are told, {there} are there", times.len())))
}

/// The log from a cursor on, read in pages from any node.
async fn read_log(world: &World, who: Who, from: &str) -> io::Result<Vec<Change>> {
    let mut connection = Connection::new(world.nodes[(who.node + 1) % world.nodes.len()]);
    let (mut cursor, mut log) = (from.to_owned(), Vec::new());
    for _ in 0..MAX_PAGES {
        let request = Request { path: format!("{}?wait=0&cursor={cursor}", path(world, who)), ..request(world, who) };
        let page = connection.send(&request).await?.body;
        let changes: Vec<Change> = page["changes"].as_array().into_iter().flatten().filter_map(Change::of).collect();
        let next = page["cursor"].as_str().unwrap_or_default().to_owned();
        if page["reset"] == Value::Bool(true) || next.is_empty() {
            return Err(io::Error::other(format!("the log cannot be read from {cursor}: {page}")));
        }
        if changes.is_empty() && next == cursor {
            return Ok(log);
        }
        log.extend(changes);
        cursor = next;
    }
    Err(io::Error::other("the log does not end"))
}

/// Follows until it is stopped, from node to node.
async fn listen(world: Arc<World>, who: Who, heard: Arc<Mutex<Heard>>) {
    for nth in 0.. {
        let node = world.nodes[(who.node + nth) % world.nodes.len()];
        // However a stream ends, the next one goes on from its cursor.
        drop(stream(&world, who, node, &heard).await);
        lock(&heard).breaks += 1;
        tokio::time::sleep(REST).await;
    }
}

async fn stream(world: &World, who: Who, node: SocketAddr, heard: &Mutex<Heard>) -> io::Result<()> {
    let connection = TcpStream::connect(node).await?;
    let mut connection = BufReader::new(connection);
    let cursor = lock(heard).cursor.clone();
    let text = text_of(&request(world, who));
    let resume = cursor.map(|cursor| format!("last-event-id: {cursor}\r\n\r\n")).unwrap_or("\r\n".to_owned());
    let text = text.strip_suffix("\r\n").unwrap_or(&text).to_owned() + &resume;
    connection.write_all(text.as_bytes()).await?;
    let status = read_head(&mut connection).await?.status;
    if status != 200 {
        return Err(io::Error::other(format!("refused: {status}")));
    }
    let mut unread = String::new();
    loop {
        unread.push_str(&chunk(&mut connection).await?);
        while let Some((event, rest)) = unread.split_once("\n\n") {
            let ends = hear(&mut lock(heard), event);
            unread = rest.to_owned();
            if ends {
                return Ok(());
            }
        }
    }
}

/// Takes one event; true if the server says that the stream moves.
fn hear(heard: &mut Heard, event: &str) -> bool {
    let field =
        |name: &str| event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned);
    let Some(id) = field("id") else { return false };
    let kind = field("event").unwrap_or_default();
    heard.cursor = Some(id.clone());
    match kind.as_str() {
        "hello" if heard.began.is_none() => heard.began = Some(id),
        "hello" | "" => {}
        "reset" => heard.reset = true,
        "move" => return true,
        _ => heard.changes.extend(field("data").and_then(|data| Change::of(&serde_json::from_str(&data).ok()?))),
    }
    false
}

/// One chunk of a body that is sent in chunks (RFC 9112 7.1).
async fn chunk(connection: &mut BufReader<TcpStream>) -> io::Result<String> {
    let length = read_line(connection).await?;
    let length = usize::from_str_radix(&length, 16).map_err(io::Error::other)?;
    if length == 0 || length > MAX_CHUNK {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut bytes = vec![0; length + 2];
    connection.read_exact(&mut bytes).await?;
    bytes.truncate(length);
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn request(world: &World, who: Who) -> Request {
    let token = who.person.map(|person| world.tokens[person].clone());
    Request { method: "GET", path: path(world, who), token, key: None, body: None, calendar: None }
}

fn path(world: &World, who: Who) -> String {
    let offer = world.offers[who.offer];
    format!("/events/{}/{}/changes", name(offer.host), slug(offer.nth))
}

async fn wait(most: Duration, done: impl Fn() -> bool) {
    let waited = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    // Whoever waited looks at what came of it.
    drop(tokio::time::timeout(most, waited).await);
}

fn lock(heard: &Mutex<Heard>) -> std::sync::MutexGuard<'_, Heard> {
    heard.lock().expect("nobody panics while listening")
}
