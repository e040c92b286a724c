//! What a seed stands for: people, events, what each client asks for step by step, and what breaks when.

use super::model::{DAY, Minute, Offer, Person};
use super::rng::Rng;

/// How many people there are; the first [`HOSTS`] of them offer events, all of them are guests.
pub const PEOPLE: usize = 7;
/// How many of them offer events.
pub const HOSTS: usize = 3;
/// How many events each host has.
const OFFERS_EACH: usize = 2;
/// How many clients ask at the same time; some people have two.
pub const CLIENTS: usize = 9;
/// How many operations there are for each day of the calendar, so that days stay crowded.
const OPS_A_DAY: usize = 45;

/// Everything that follows from a seed.
#[derive(Debug, Clone)]
pub struct Plan {
    /// All events.
    pub offers: Vec<Offer>,
    /// How many days the events last.
    pub days: u32,
    /// What each client does, in order.
    pub clients: Vec<Vec<Step>>,
    /// What breaks, by how many operations are finished then.
    pub faults: Vec<(usize, Fault)>,
}

/// One thing a client does.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// What it asks for.
    pub wish: Wish,
    /// How it asks.
    pub manner: Manner,
    /// Where it asks, if that can be asked for there.
    pub door: Door,
    /// How long it thinks before, in milliseconds.
    pub pause: u64,
}

/// Where a client asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The HTTP API.
    Api,
    /// The person's calendars, as a calendar app does it.
    Calendar,
}

/// How a client asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Once, and again only if nothing is known of it.
    Plain,
    /// At two nodes at the same time, with the same key.
    Twice,
    /// Again with the same key, at another node, after it was answered.
    Again,
    /// Again with the same key but for something else; the key must be refused.
    OtherBody,
    /// Without waiting for the answer: the connection is closed, and it asks again.
    HangUp,
}

/// What a client wants. `pick` chooses among what its person can know of at that moment.
#[derive(Debug, Clone, Copy)]
pub enum Wish {
    Book { offer: usize, start: Minute, anyway: bool },
    Hold { offer: usize, start: Minute },
    BookHeld { pick: u64 },
    Release { pick: u64 },
    Cancel { pick: u64 },
    Confirm { pick: u64 },
    Decline { pick: u64 },
    Move { pick: u64, slot: u32, other_day: Option<u32> },
    Look { offer: usize, day: u32 },
    Read { pick: u64 },
    Window { pick: u64, day: u32, open: bool },
}

/// Something that breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A node is killed and started again.
    Kill {
        /// Which.
        node: usize,
    },
    /// A node is told to stop, finishes what it accepted, and is started again.
    Drain {
        /// Which.
        node: usize,
    },
    /// A node is killed and comes back with a clock that is off by so many seconds.
    Skew {
        /// Which.
        node: usize,
        /// By how much.
        seconds: i64,
    },
    /// The next answers of a node are lost on the way.
    LoseReplies {
        /// Which.
        node: usize,
        /// How many.
        count: u32,
    },
    /// Nothing passes between a node and the database for a while.
    CutDatabase {
        /// Which.
        node: usize,
        /// How long.
        millis: u64,
        /// Whether the connections are gone afterwards.
        sever: bool,
    },
    /// The database is stopped at once, as if it had crashed, and started again.
    RestartDatabase,
    /// The bus is stopped for a while.
    StopBus {
        /// How long.
        millis: u64,
    },
}

/// What can break in a cluster, and how it is asked for on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// [`Fault::Kill`].
    Kill,
    /// [`Fault::Drain`].
    Drain,
    /// [`Fault::Skew`].
    Skew,
    /// [`Fault::LoseReplies`].
    Replies,
    /// [`Fault::CutDatabase`].
    Cut,
    /// [`Fault::RestartDatabase`].
    Database,
    /// [`Fault::StopBus`].
    Bus,
}

/// What else than nodes there is.
#[derive(Debug, Clone, Copy, Default)]
pub struct With {
    /// A database of its own.
    pub database: bool,
    /// A bus.
    pub bus: bool,
}

impl FaultKind {
    /// Every kind, by its word.
    pub const ALL: [(&'static str, Self); 7] = [
        ("kill", Self::Kill),
        ("drain", Self::Drain),
        ("skew", Self::Skew),
        ("replies", Self::Replies),
        ("cut", Self::Cut),
        ("database", Self::Database),
        ("bus", Self::Bus),
    ];

    /// The kinds of these words; of none, every kind that can break `with` what there is; of `none`, no kind.
    /// A word for something that cannot break comes back.
    pub fn of_words<'a>(words: &[&'a str], with: With) -> Result<Vec<Self>, &'a str> {
        let can_break = |kind: &Self| match kind {
            Self::Cut | Self::Database => with.database,
            Self::Bus => with.bus,
            _ => true,
        };
        if words.is_empty() {
            return Ok(Self::ALL.iter().map(|(_, kind)| *kind).filter(can_break).collect());
        }
        let kind = |word: &&'a str| {
            let found = Self::ALL.iter().find(|(name, kind)| name == word && can_break(kind));
            found.map(|(_, kind)| *kind).ok_or(*word)
        };
        words.iter().filter(|word| **word != "none").map(kind).collect()
    }
}

/// What a plan is made for.
#[derive(Debug, Clone)]
pub struct Shape {
    /// How many operations.
    pub ops: usize,
    /// How many nodes.
    pub nodes: usize,
    /// How many faults.
    pub faults: usize,
    /// Of which kinds.
    pub kinds: Vec<FaultKind>,
}

impl Plan {
    /// The plan of a seed. The same seed and shape give the same plan.
    pub fn new(seed: u64, shape: &Shape) -> Self {
        let mut rng = Rng::new(seed, 1);
        let offers: Vec<Offer> = (0..HOSTS * OFFERS_EACH).map(|n| offer(&mut rng, n % HOSTS, n / HOSTS)).collect();
        let days = u32::try_from((shape.ops / OPS_A_DAY).max(1)).expect("days are few");
        let each = shape.ops.div_ceil(CLIENTS);
        let clients = (0..CLIENTS).map(|client| {
            let mut rng = Rng::new(seed, 100 + client as u64);
            (0..each).map(|_| step(&mut rng, &offers, days, person_of(client))).collect()
        });
        let clients = clients.collect();
        Self { offers, days, clients, faults: faults(&mut Rng::new(seed, 2), shape) }
    }
}

/// Whom a client acts for.
pub fn person_of(client: usize) -> Person {
    client % PEOPLE
}

fn offer(rng: &mut Rng, host: Person, nth: usize) -> Offer {
    let length = rng.pick(&[30, 45, 60]);
    Offer {
        host,
        nth,
        begins: 540 + rng.pick(&[0, 15, 30]),
        slots: 2 + rng.below(4),
        length,
        seats: rng.pick(&[1, 1, 2, 3]),
        before: rng.pick(&[0, 0, 0, 10]),
        after: rng.pick(&[0, 0, 0, 15]),
        most_a_day: rng.pick(&[None, None, None, Some(2)]),
        confirm: rng.chance(35),
    }
}

fn step(rng: &mut Rng, offers: &[Offer], days: u32, person: Person) -> Step {
    let offer = someone_elses(rng, offers, person);
    let day = rng.below(days);
    let start = day * DAY + offers[offer].begins + offers[offer].length * rng.below(offers[offer].slots);
    // Now and then a start that is no slot's.
    let start = if rng.chance(2) { start + 5 } else { start };
    let pick = rng.next();
    let wish = match rng.below(100) {
        0..36 => Wish::Book { offer, start, anyway: rng.chance(15) },
        36..46 => Wish::Hold { offer, start },
        46..51 => Wish::BookHeld { pick },
        51..55 => Wish::Release { pick },
        55..69 => Wish::Cancel { pick },
        69..80 => {
            let other_day = rng.chance(8).then(|| rng.below(days));
            Wish::Move { pick, slot: rng.below(60), other_day }
        }
        80..86 => Wish::Confirm { pick },
        86..89 => Wish::Decline { pick },
        89..94 => Wish::Look { offer, day },
        94..97 if person < HOSTS => Wish::Window { pick, day, open: rng.chance(60) },
        _ => Wish::Read { pick },
    };
    let manner = match rng.below(100) {
        0..8 => Manner::Twice,
        8..14 => Manner::Again,
        14..17 => Manner::OtherBody,
        17..21 => Manner::HangUp,
        _ => Manner::Plain,
    };
    let door = if rng.chance(40) { Door::Calendar } else { Door::Api };
    Step { wish, manner, door, pause: if rng.chance(20) { u64::from(rng.below(12)) } else { 0 } }
}

/// Mostly an event of someone else; rarely one's own, which must be refused.
fn someone_elses(rng: &mut Rng, offers: &[Offer], person: Person) -> usize {
    let any = rng.index(offers.len());
    if offers[any].host != person || rng.chance(5) {
        return any;
    }
    let others: Vec<usize> = (0..offers.len()).filter(|n| offers[*n].host != person).collect();
    rng.pick(&others)
}

fn faults(rng: &mut Rng, shape: &Shape) -> Vec<(usize, Fault)> {
    if shape.kinds.is_empty() || shape.faults == 0 {
        return Vec::new();
    }
    let apart = shape.ops / (shape.faults + 1);
    let nth = |n: usize| apart * (n + 1);
    (0..shape.faults).map(|n| (nth(n), fault(rng, shape))).collect()
}

fn fault(rng: &mut Rng, shape: &Shape) -> Fault {
    let node = rng.index(shape.nodes);
    match rng.pick(&shape.kinds) {
        FaultKind::Kill => Fault::Kill { node },
        FaultKind::Drain => Fault::Drain { node },
        FaultKind::Skew => Fault::Skew { node, seconds: rng.pick(&[-10, 10]) },
        FaultKind::Replies => Fault::LoseReplies { node, count: 1 + rng.below(6) },
        FaultKind::Cut => Fault::CutDatabase { node, millis: 200 + u64::from(rng.below(2300)), sever: rng.chance(50) },
        FaultKind::Database => Fault::RestartDatabase,
        FaultKind::Bus => Fault::StopBus { millis: 100 + u64::from(rng.below(900)) },
    }
}
