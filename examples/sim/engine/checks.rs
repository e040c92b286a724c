//! What must hold when everything is over.

use std::collections::BTreeMap;

use super::client::World;
use super::history::{Attempt, Outcome, Record, Violation, told};
use super::linear::{Found, MAX_STEPS, Op, search};
use super::model::{Action, Answer, ClaimId, DAY, Minute, Model, Person};
use super::state::{Standing, clock, meet};

/// How many slots one person may hold at once.
const MOST_HOLDS: usize = 3;

/// A booking as the server tells it at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stood {
    /// Its id on the wire.
    pub wire_id: String,
    /// The operation that made it, by its note.
    pub op: ClaimId,
    /// Of which event.
    pub offer: usize,
    /// When.
    pub start: Minute,
    /// Whose.
    pub guest: Person,
    /// How it stands.
    pub standing: Standing,
}

/// What a search for an order cost.
#[derive(Debug, Clone, Copy, Default)]
pub struct Searched {
    /// How many regions of time were searched.
    pub regions: usize,
    /// The most operations in one.
    pub largest: usize,
    /// Steps in all.
    pub steps: u64,
}

/// No person is in two places: what one person's list shows, at one moment.
pub fn no_overlap(world: &World, person: Person, list: &[Stood], anyway: &dyn Fn(ClaimId) -> bool) -> Vec<Violation> {
    let live: Vec<&Stood> = list.iter().filter(|b| b.standing != Standing::Cancelled).collect();
    let mut violations = Vec::new();
    let mut say = |text: String| violations.push(Violation { check: "overlap", text });
    for (n, one) in live.iter().enumerate() {
        let same_slot = |b: &&&Stood| (b.offer, b.start) == (one.offer, one.start);
        let offer = &world.offers[one.offer];
        let sitting = live.iter().filter(same_slot).count();
        if offer.host == person && sitting > offer.seats {
            say(format!("{sitting} sit in the {} seats of event {} at {}", offer.seats, one.offer, clock(one.start)));
        }
        for other in &live[n + 1..] {
            let lengths = (offer.length, world.offers[other.offer].length);
            let together = meet((one.start, one.start + lengths.0), (other.start, other.start + lengths.1));
            let shared = same_slot(&other) && offer.host == person && one.guest != other.guest;
            let by_own_word = [one, other].iter().any(|b| b.guest == person && anyway(b.op));
            if together && !shared && !by_own_word {
                say(format!("person {person} is in #{} and #{} at {}", one.op, other.op, clock(one.start)));
            }
        }
    }
    violations
}

/// Nothing acknowledged is lost, nothing is there twice, host and guest are told the same.
pub fn nothing_lost(world: &World, records: &[Record], lists: &[Vec<Stood>]) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut say = |check, text: String| violations.push(Violation { check, text });
    let mut told_to: BTreeMap<&str, Vec<(Person, &Stood)>> = BTreeMap::new();
    for (person, list) in lists.iter().enumerate() {
        for stood in list {
            told_to.entry(&stood.wire_id).or_default().push((person, stood));
        }
    }
    let mut by_op: BTreeMap<ClaimId, Vec<&str>> = BTreeMap::new();
    for (id, told) in &told_to {
        let stood = told[0].1;
        by_op.entry(stood.op).or_default().push(id);
        let mut people: Vec<Person> = told.iter().map(|(person, _)| *person).collect();
        people.sort_unstable();
        let mut theirs = [world.offers[stood.offer].host, stood.guest];
        theirs.sort_unstable();
        if people != theirs || told.iter().any(|(_, other)| *other != stood) {
            say("lost", format!("#{}: host and guest are not told the same: {told:?}", stood.op));
        }
    }
    for (op, ids) in &by_op {
        if ids.len() > 1 {
            say("doubled", format!("#{op} made {} bookings: {ids:?}", ids.len()));
        }
    }
    for record in records.iter().filter(|record| matches!(record.action, Action::Book { .. })) {
        for body in dones(record) {
            let id = body["id"].as_str().unwrap_or_default();
            if !by_op.get(&record.op).is_some_and(|ids| ids.contains(&id)) {
                say("lost", format!("#{} was answered with booking {id}, which is not there", record.op));
            }
        }
    }
    violations
}

/// A key gives one answer, whoever asks with it and wherever.
pub fn keys_hold(records: &[Record]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for record in records.iter().filter(|record| record.keyed) {
        let mut say = |text: String| violations.push(Violation { check: "keys", text });
        let answers: Vec<_> = dones(record).map(|body| (body["id"].as_str(), told(body))).collect();
        if answers.windows(2).any(|two| two[0] != two[1]) {
            say(format!("#{} was answered differently under one key: {answers:?}", record.op));
        }
        let done = record.attempts.iter().filter(|a| matches!(a.outcome, Outcome::Done(_))).map(|a| a.ret).min();
        let refused = |a: &&Attempt| matches!(a.outcome, Outcome::Refused(_)) && done.is_some_and(|ret| a.invoke > ret);
        if let Some(attempt) = record.attempts.iter().find(refused) {
            let Attempt { node, outcome, .. } = attempt;
            say(format!("#{} was done and then, under the same key at node {node}, {outcome:?}", record.op));
        }
    }
    violations
}

/// Nobody holds more than they may, and nobody is refused a hold for too many that they cannot have.
pub fn holds_are_counted(records: &[Record]) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut say = |text: String| violations.push(Violation { check: "hold limit", text });
    let holds: Vec<Lifetime> = records.iter().filter_map(|record| Lifetime::of(record, records)).collect();
    for record in records {
        let Action::Hold { id, guest, .. } = record.action else { continue };
        let theirs = || holds.iter().filter(move |hold| hold.guest == guest && hold.id != id);
        for attempt in &record.attempts {
            let at = (attempt.invoke, attempt.ret);
            let possible = theirs().filter(|hold| hold.may_live_in(at)).count();
            if attempt.outcome == Outcome::Refused("hold-limit".to_owned()) && possible < MOST_HOLDS {
                say(format!("#{id}: person {guest} can hold {possible} slots at most, and was told it is too many"));
            }
        }
        let Some((from, to)) = holds.iter().find(|hold| hold.id == id).and_then(|hold| hold.made) else { continue };
        let certain = theirs().filter(|hold| hold.must_live_in((from, to))).count();
        if certain >= MOST_HOLDS {
            say(format!("#{id}: person {guest} had {certain} holds and was given one more"));
        }
    }
    violations
}

/// When a hold was made and ended, as far as can be told from outside.
struct Lifetime {
    id: ClaimId,
    guest: Person,
    /// Asked for first.
    asked: u64,
    /// Asked and answered, if it was.
    made: Option<(u64, u64)>,
    /// The first moment at which it may have ended.
    may_end: u64,
    /// The moment at which it had ended for certain.
    ended: u64,
}

impl Lifetime {
    fn of(record: &Record, records: &[Record]) -> Option<Self> {
        let Action::Hold { id, offer, start, guest } = record.action else { return None };
        let asked = record.attempts.iter().filter(|a| may_be_done(a)).map(|a| a.invoke).min()?;
        let made = done_at(record).map(|ret| (asked, ret));
        let (mut may_end, mut ended) = (u64::MAX, u64::MAX);
        for other in records {
            let ends = match other.action {
                Action::Release { id: released } => released == id,
                Action::Book { offer: o, start: s, guest: g, .. } => (o, s, g) == (offer, start, guest),
                // Of a move only the slot is looked at: whoever's it is, it may use the hold up.
                Action::Move { start: s, .. } => s == start,
                _ => false,
            };
            let tried = other.attempts.iter().filter(|a| may_be_done(a)).map(|a| a.invoke).min();
            if !ends || tried.is_none() {
                continue;
            }
            may_end = may_end.min(tried.unwrap_or(u64::MAX));
            if let (Action::Release { .. }, Some(ret)) = (other.action, done_at(other)) {
                ended = ended.min(ret);
            }
        }
        Some(Self { id, guest, asked, made, may_end, ended })
    }

    fn may_live_in(&self, (invoke, ret): (u64, u64)) -> bool {
        self.asked < ret && self.ended > invoke
    }

    fn must_live_in(&self, (invoke, ret): (u64, u64)) -> bool {
        self.made.is_some_and(|(_, made)| made < invoke) && self.may_end > ret
    }
}

/// The history can be told as one thing after another, in each region of time for itself: days that no move joins.
pub fn linearizable(
    world: &World,
    records: &[Record],
    stood: &[Stood],
    last: (u64, u64),
    searched: &mut Searched,
) -> Vec<Violation> {
    let model = Model { offers: world.offers.clone() };
    let mut regions = Regions::new(world.days, records);
    let mut ops: BTreeMap<u32, Vec<Op>> = BTreeMap::new();
    for record in records.iter().filter(|record| !is_torn(record, records)) {
        let region = regions.of(&record.action);
        ops.entry(region).or_default().extend(ops_of(record, stood, last.0));
    }
    for (region, ops) in &mut ops {
        let mut here: Vec<_> = stood.iter().filter(|b| regions.of_claim(b.op) == Some(*region)).collect();
        here.sort_by_key(|b| b.op);
        let answer = Answer::Stood(here.iter().map(|b| (b.op, b.start, b.standing)).collect());
        ops.push(Op { invoke: last.0, ret: last.1, maybe: false, client: usize::MAX, action: Action::Last, answer });
    }
    let mut violations = Vec::new();
    for (region, ops) in ops {
        searched.regions += 1;
        searched.largest = searched.largest.max(ops.len());
        match search(&model, ops, MAX_STEPS) {
            Found::Order(steps) => searched.steps += steps,
            Found::None(excerpt) => {
                let text = format!("no order explains what was answered about day {region}:\n{excerpt}");
                violations.push(Violation { check: "linearizable", text });
            }
            Found::Inconclusive(steps) => {
                let text = format!("day {region}: gave up after {steps} steps; nothing is known");
                violations.push(Violation { check: "linearizable", text });
            }
        }
    }
    violations
}

/// Whether a look may have seen the windows of one moment and the bookings of another: it reads one after the
/// other, and its day was opened or closed meanwhile.
fn is_torn(record: &Record, records: &[Record]) -> bool {
    let Action::Look { offer, day } = record.action else { return false };
    let edits = |action| matches!(action, Action::Close { offer: o, day: d } | Action::Open { offer: o, day: d } if (o, d) == (offer, day));
    let span = |record: &Record| {
        let (first, last) = (record.attempts.first(), record.attempts.last());
        (first.map_or(0, |a| a.invoke), last.map_or(0, |a| a.ret))
    };
    let (from, to) = span(record);
    records.iter().filter(|other| edits(other.action)).map(span).any(|(begin, end)| begin <= to && from <= end)
}

/// The operations of the model that a record stands for.
fn ops_of(record: &Record, stood: &[Stood], end: u64) -> Vec<Op> {
    let op = |attempt: &Attempt, answer: Answer| {
        let maybe = answer == Answer::Unknown;
        let ret = if maybe { u64::MAX } else { attempt.ret };
        Op { invoke: attempt.invoke, ret, maybe, client: record.client, action: record.action, answer }
    };
    let mut ops = Vec::new();
    for attempt in &record.attempts {
        match &attempt.outcome {
            // How many holds somebody has concerns all days; it is counted elsewhere.
            Outcome::Refused(code) if code == "hold-limit" => {}
            // Somebody else was faster than an app that said what it saw: that refuses nothing of the rules.
            Outcome::Refused(code) if code == "stale" => {}
            Outcome::Refused(code) => ops.push(op(attempt, Answer::Refused(code.clone()))),
            Outcome::Done(body) if !record.keyed => ops.push(op(attempt, answer_of(&record.action, body))),
            Outcome::Unknown(_) if !record.keyed && changes(&record.action) => ops.push(op(attempt, Answer::Unknown)),
            _ => {}
        }
    }
    if record.keyed {
        ops.extend(keyed_op(record, stood, end));
    }
    ops
}

/// All attempts under one key are one operation, done once or never.
fn keyed_op(record: &Record, stood: &[Stood], end: u64) -> Option<Op> {
    let invoke = record.attempts.iter().filter(|a| may_be_done(a)).map(|a| a.invoke).min()?;
    let mut op =
        Op { invoke, ret: end, maybe: false, client: record.client, action: record.action, answer: Answer::Unknown };
    if let Some(ret) = done_at(record) {
        op.ret = ret;
        op.answer = answer_of(&record.action, dones(record).next()?);
    } else if let Action::Book { id, .. } = record.action {
        // Nobody was told, but the note tells now.
        stood.iter().find(|b| b.op == id)?;
        op.answer = Answer::Done(None);
    } else {
        op.ret = u64::MAX;
        op.maybe = true;
    }
    Some(op)
}

fn answer_of(action: &Action, body: &serde_json::Value) -> Answer {
    if let Action::Look { .. } = action {
        return Answer::Saw(seats_seen(body));
    }
    Answer::Done(told(body))
}

/// Seats left by start, of an answer to a look.
fn seats_seen(body: &serde_json::Value) -> Vec<(Minute, usize)> {
    let slots = body["slots"].as_array().map(Vec::as_slice).unwrap_or_default();
    let one = |slot: &serde_json::Value| {
        let start = super::history::minute(slot["start"].as_str()?)?;
        Some((start, usize::try_from(slot["seats_left"].as_u64()?).ok()?))
    };
    slots.iter().filter_map(one).collect()
}

fn changes(action: &Action) -> bool {
    !matches!(action, Action::Read { .. } | Action::Look { .. } | Action::Last)
}

fn dones(record: &Record) -> impl Iterator<Item = &serde_json::Value> {
    record.attempts.iter().filter_map(|attempt| match &attempt.outcome {
        Outcome::Done(body) => Some(body),
        _ => None,
    })
}

fn may_be_done(attempt: &Attempt) -> bool {
    matches!(attempt.outcome, Outcome::Done(_) | Outcome::Unknown(_))
}

fn done_at(record: &Record) -> Option<u64> {
    record.attempts.iter().filter(|a| matches!(a.outcome, Outcome::Done(_))).map(|a| a.ret).min()
}

/// Days that a move from one to another joins are one region.
struct Regions {
    parent: Vec<u32>,
    claims: BTreeMap<ClaimId, u32>,
}

impl Regions {
    fn new(days: u32, records: &[Record]) -> Self {
        let mut regions = Self { parent: (0..=days).collect(), claims: BTreeMap::new() };
        for record in records {
            if let Action::Book { id, start, .. } | Action::Hold { id, start, .. } = record.action {
                regions.claims.insert(id, start / DAY);
            }
        }
        for record in records {
            if let Action::Move { id, start, .. } = record.action
                && let Some(day) = regions.claims.get(&id).copied()
            {
                let (one, other) = (regions.root(day), regions.root(start / DAY));
                regions.parent[one as usize] = other;
            }
        }
        regions
    }

    fn root(&mut self, day: u32) -> u32 {
        let mut day = day;
        while self.parent[day as usize] != day {
            day = self.parent[day as usize];
        }
        day
    }

    fn of_claim(&mut self, id: ClaimId) -> Option<u32> {
        let day = self.claims.get(&id).copied()?;
        Some(self.root(day))
    }

    fn of(&mut self, action: &Action) -> u32 {
        let day = match (action, action.claim()) {
            (Action::Look { day, .. } | Action::Close { day, .. } | Action::Open { day, .. }, _) => Some(*day),
            (_, Some(id)) => self.claims.get(&id).copied(),
            _ => None,
        };
        self.root(day.unwrap_or_default())
    }
}
