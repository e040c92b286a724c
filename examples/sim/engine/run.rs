//! One seed from beginning to end.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::calendar;
use super::checks::{self, Searched, Stood};
use super::client::{self, ANSWER_WITHIN, World, look, name, slug};
use super::cluster::{Cluster, Launcher};
use super::history::{FIRST_DAY, Journal, Outcome, Record, Violation, told};
use super::http::{Connection, Reply, Request};
use super::model::{Action, Offer, Person};
use super::plan::{Door, Fault, PEOPLE, Plan, Shape};
use super::services::Services;
use super::streams::{self, Told};

/// How often the fault that is due is looked for.
const GLANCE: Duration = Duration::from_millis(2);
/// How many pages a list may have.
const MAX_PAGES: usize = 20;

/// What to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// How to start a node.
    pub launcher: Launcher,
    /// What a plan looks like.
    pub shape: Shape,
    /// Keep the directory of a run that failed.
    pub keep: bool,
}

/// What came of a seed.
#[derive(Debug)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// Operations by what was asked and what was answered.
    pub outcomes: BTreeMap<(&'static str, String), usize>,
    /// Operations for which there was nothing to do.
    pub skipped: usize,
    /// Operations that were asked for in calendars.
    pub in_calendars: usize,
    /// Requests in all.
    pub requests: usize,
    /// Requests after which nothing was known.
    pub unknown: usize,
    /// What broke, in order.
    pub faults: Vec<Fault>,
    /// What the search for an order cost.
    pub searched: Searched,
    /// What followers were told.
    pub told: Told,
    /// The slowest operation from the first request to its answer, in milliseconds.
    pub slowest: u64,
    /// How long the run took, in milliseconds.
    pub millis: u64,
    /// What must not be.
    pub violations: Vec<Violation>,
    /// Where the databases and logs of the run are, if they were kept.
    pub kept: Option<PathBuf>,
}

/// Runs a seed. An error means that the simulator itself could not do its work.
pub async fn run(seed: u64, options: &Options, services: Option<&mut Services>) -> io::Result<Report> {
    let plan = Plan::new(seed, &options.shape);
    let directory = tempfile::Builder::new().prefix("meetme-sim-").tempdir()?;
    let (launcher, nodes) = (options.launcher.clone(), options.shape.nodes);
    let mut cluster = Cluster::start(launcher, directory.path(), nodes, services, format!("seed{seed}")).await?;
    let world = Arc::new(set_up(&plan, &cluster).await?);
    let followers = streams::follow(&world, seed).await?;

    let mut first = 0;
    let mut clients = Vec::with_capacity(plan.clients.len());
    for (number, steps) in plan.clients.iter().enumerate() {
        clients.push(tokio::spawn(client::live(world.clone(), number, steps.clone(), first)));
        first += u32::try_from(steps.len()).expect("steps are few");
    }
    let faults = break_things(&plan, &mut cluster, &world, &clients).await?;
    for client in clients {
        client.await?;
    }
    cluster.settle().await?;
    let last = last_look(&world).await?;
    let mut report = judge(seed, &world, &last);
    let (told, violations) = streams::check(&world, followers, &last.all()).await?;
    report.told = told;
    report.violations.extend(violations);
    report.faults = faults;
    cluster.end().await?;
    if options.keep && !report.violations.is_empty() {
        report.kept = Some(directory.keep());
    }
    Ok(report)
}

/// What was there when everything was over.
struct LastLook {
    lists: Vec<Vec<Stood>>,
    looks: Vec<Record>,
    invoke: u64,
    ret: u64,
}

impl LastLook {
    /// Every booking once: host and guest are both told of it.
    fn all(&self) -> Vec<Stood> {
        let mut all = self.lists.concat();
        all.sort_by(|a, b| (a.op, &a.wire_id).cmp(&(b.op, &b.wire_id)));
        all.dedup();
        all
    }
}

async fn set_up(plan: &Plan, cluster: &Cluster<'_>) -> io::Result<World> {
    let nodes = cluster.addresses();
    let mut connection = Connection::new(nodes[0]);
    let (mut tokens, mut apps) = (Vec::with_capacity(PEOPLE), Vec::with_capacity(PEOPLE));
    for person in 0..PEOPLE {
        let name = name(person);
        let body = json!({"username": name, "email": format!("{name}@example.org"), "password": "correct horse"});
        let session = done(connection.send(&post("/users", None, body)).await?)?;
        let token = session["token"].as_str().unwrap_or_default().to_owned();
        let app = json!({"name": "calendar", "scopes": ["caldav"]});
        let app = done(connection.send(&post("/me/tokens", Some(token.clone()), app)).await?)?;
        apps.push(calendar::basic(&name, app["token"].as_str().unwrap_or_default()));
        tokens.push(token);
    }
    for offer in &plan.offers {
        let token = Some(tokens[offer.host].clone());
        done(connection.send(&post("/events", token, event_of(offer))).await?)?;
        for day in 0..plan.days {
            done(connection.send(&calendar::open_day(&apps[offer.host], offer, day)).await?)?;
        }
        for guest in (0..PEOPLE).filter(|guest| *guest != offer.host) {
            let path = format!("/me/added/{}/{}", name(offer.host), slug(offer.nth));
            let token = Some(tokens[guest].clone());
            let add = Request { method: "PUT", path, token, key: None, body: None, calendar: None };
            done(connection.send(&add).await?)?;
        }
    }
    let known = std::sync::Mutex::default();
    Ok(World { offers: plan.offers.clone(), days: plan.days, nodes, tokens, apps, journal: Journal::new(), known })
}

fn event_of(offer: &Offer) -> Value {
    json!({
        "title": "An event", "slug": slug(offer.nth), "time_zone": "UTC", "first_day": FIRST_DAY,
        "slot_minutes": offer.length, "seats": offer.seats, "needs_confirmation": offer.confirm,
        "buffer_before_minutes": offer.before, "buffer_after_minutes": offer.after, "max_per_day": offer.most_a_day,
    })
}

/// Lets the faults of the plan happen while the clients are busy, and looks after each that nobody is in two places.
async fn break_things(
    plan: &Plan,
    cluster: &mut Cluster<'_>,
    world: &World,
    clients: &[tokio::task::JoinHandle<()>],
) -> io::Result<Vec<Fault>> {
    let mut happened = Vec::new();
    for (after, fault) in &plan.faults {
        while world.journal.finished() < *after && !clients.iter().all(tokio::task::JoinHandle::is_finished) {
            tokio::time::sleep(GLANCE).await;
        }
        cluster.suffer(*fault).await?;
        happened.push(*fault);
        for person in 0..PEOPLE {
            // In the middle of things a list may not be had; the last look cannot be missed.
            if let Ok(list) = list(world, person).await {
                for violation in checks::no_overlap(world, person, &list, &|op| is_anyway(plan, op)) {
                    world.journal.violation(violation.check, format!("after {fault:?}: {}", violation.text));
                }
            }
        }
    }
    Ok(happened)
}

async fn last_look(world: &World) -> io::Result<LastLook> {
    let invoke = world.journal.now();
    let mut lists = Vec::with_capacity(PEOPLE);
    for person in 0..PEOPLE {
        lists.push(list(world, person).await?);
    }
    let ret = world.journal.now();
    let mut looks = Vec::new();
    for offer in 0..world.offers.len() {
        for day in 0..world.days {
            looks.push(look_once(world, offer, day).await?);
        }
    }
    Ok(LastLook { lists, looks, invoke, ret })
}

async fn look_once(world: &World, offer: usize, day: u32) -> io::Result<Record> {
    let request = look(world, offer, day, PEOPLE - 1);
    let invoke = world.journal.now();
    let node = offer % world.nodes.len();
    let outcome = Outcome::of(ask(world, node, &request).await?);
    let attempt = super::history::Attempt { node, invoke, ret: world.journal.now(), outcome };
    let action = Action::Look { offer, day };
    Ok(Record { op: u32::MAX, client: usize::MAX, action, door: Door::Api, keyed: false, attempts: vec![attempt] })
}

/// All bookings of a person, as one of the nodes tells them.
async fn list(world: &World, person: Person) -> io::Result<Vec<Stood>> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    for _ in 0..MAX_PAGES {
        let path = format!("/bookings?limit=200{cursor}");
        let token = Some(world.tokens[person].clone());
        let request = Request { method: "GET", path, token, key: None, body: None, calendar: None };
        let page = done(ask(world, person % world.nodes.len(), &request).await?)?;
        let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        for item in items {
            all.push(stood(world, item).ok_or_else(|| io::Error::other(format!("not a booking: {item}")))?);
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(all),
        }
    }
    Err(io::Error::other("the list of bookings does not end"))
}

fn stood(world: &World, item: &Value) -> Option<Stood> {
    let offer = world.offer_of(item["event"]["owner"].as_str()?, item["event"]["slug"].as_str()?)?;
    let guest = item["guest"]["username"].as_str()?.strip_prefix("person")?.parse().ok()?;
    let op = item["note"].as_str()?.strip_prefix("op ")?.parse().ok()?;
    let (start, standing) = told(item)?;
    Some(Stood { wire_id: item["id"].as_str()?.to_owned(), op, offer, start, guest, standing })
}

/// Asks until there is an answer, at this node and then at the others.
async fn ask(world: &World, first: usize, request: &Request) -> io::Result<Reply> {
    let began = world.journal.now();
    let limit = u64::try_from(ANSWER_WITHIN.as_micros()).expect("it is a short time");
    for nth in 0.. {
        let mut connection = Connection::new(world.nodes[(first + nth) % world.nodes.len()]);
        match connection.send(request).await {
            Ok(reply) if reply.status < 500 => return Ok(reply),
            _ if world.journal.now() - began > limit => break,
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, "no node answers"))
}

fn judge(seed: u64, world: &World, last: &LastLook) -> Report {
    let mut records = world.journal.records();
    let mut violations = world.journal.violations();
    let anyway_ops: Vec<u32> = records.iter().filter(|r| is_anyway_action(&r.action)).map(|r| r.op).collect();
    for (person, list) in last.lists.iter().enumerate() {
        violations.extend(checks::no_overlap(world, person, list, &|op| anyway_ops.contains(&op)));
    }
    violations.extend(checks::nothing_lost(world, &records, &last.lists));
    violations.extend(checks::keys_hold(&records));
    violations.extend(checks::holds_are_counted(&records));
    let mut report = summary(seed, world, &records);
    records.extend(last.looks.iter().cloned());
    let times = (last.invoke, last.ret);
    violations.extend(checks::linearizable(world, &records, &last.all(), times, &mut report.searched));
    report.violations = violations;
    report.millis = world.journal.now() / 1000;
    report
}

fn summary(seed: u64, world: &World, records: &[Record]) -> Report {
    let mut outcomes = BTreeMap::new();
    let in_calendars = records.iter().filter(|record| record.door == Door::Calendar).count();
    let (mut requests, mut unknown, mut slowest) = (0, 0, 0);
    for record in records {
        requests += record.attempts.len();
        unknown += record.attempts.iter().filter(|a| !a.outcome.is_answer()).count();
        let answer = record.attempts.iter().find_map(|attempt| match &attempt.outcome {
            Outcome::Done(_) => Some("done".to_owned()),
            Outcome::Refused(code) => Some(code.clone()),
            _ => None,
        });
        *outcomes.entry((record.action.name(), answer.unwrap_or_else(|| "no answer".to_owned()))).or_default() += 1;
        if let (Some(first), Some(last)) = (record.attempts.first(), record.attempts.last()) {
            slowest = slowest.max((last.ret - first.invoke) / 1000);
        }
    }
    Report {
        seed,
        outcomes,
        skipped: world.journal.skipped(),
        in_calendars,
        requests,
        unknown,
        faults: Vec::new(),
        searched: Searched::default(),
        told: Told::default(),
        slowest,
        millis: 0,
        violations: Vec::new(),
        kept: None,
    }
}

fn is_anyway(plan: &Plan, op: u32) -> bool {
    let steps = plan.clients.iter().flatten();
    let step = steps.into_iter().nth(usize::try_from(op).expect("ops are few"));
    step.is_some_and(|step| matches!(step.wish, super::plan::Wish::Book { anyway: true, .. }))
}

fn is_anyway_action(action: &Action) -> bool {
    matches!(action, Action::Book { anyway: true, .. })
}

fn post(path: &str, token: Option<String>, body: Value) -> Request {
    Request { method: "POST", path: path.to_owned(), token, key: None, body: Some(body), calendar: None }
}

fn done(reply: Reply) -> io::Result<Value> {
    if reply.is_done() { Ok(reply.body) } else { Err(io::Error::other(format!("refused: {reply:?}"))) }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ops: usize = self.outcomes.values().sum();
        writeln!(
            f,
            "seed {}: {} ms, {ops} operations ({} in calendars) in {} requests ({} without an answer at first), slowest {} ms",
            self.seed, self.millis, self.in_calendars, self.requests, self.unknown, self.slowest
        )?;
        let mut by_action: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for ((action, answer), count) in &self.outcomes {
            by_action.entry(action).or_default().push(format!("{answer} {count}"));
        }
        for (action, answers) in by_action {
            writeln!(f, "  {action}: {}", answers.join(", "))?;
        }
        writeln!(f, "  nothing to do: {}", self.skipped)?;
        let faults: Vec<String> = self.faults.iter().map(|fault| format!("{fault:?}")).collect();
        writeln!(f, "  faults: {}", if faults.is_empty() { "none".to_owned() } else { faults.join("; ") })?;
        let Searched { regions, largest, steps } = self.searched;
        writeln!(f, "  order: {regions} regions, at most {largest} operations, {steps} steps")?;
        let Told { streams, changes, breaks } = self.told;
        writeln!(f, "  streams: {streams}, taken up again {breaks} times, {changes} changes told")?;
        for violation in &self.violations {
            writeln!(f, "  VIOLATED {}: {}", violation.check, violation.text)?;
        }
        if self.violations.is_empty() {
            writeln!(f, "  held: overlap, lost, doubled, keys, hold limit, answers, no 5xx, linearizable, streams")?;
        }
        if let Some(kept) = &self.kept {
            writeln!(f, "  kept: {}", kept.display())?;
        }
        Ok(())
    }
}
