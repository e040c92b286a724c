//! A client: it goes through its steps, asks again when nothing is known, and writes everything down.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::history::{Attempt, Journal, Outcome, Record, instant, minute};
use super::http::{Connection, Request};
use super::model::{Action, ClaimId, DAY, Minute, Offer, Person};
use super::plan::{Door, Manner, Step, Wish, person_of};

/// Every operation is answered within this time, whatever breaks.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// How long a client waits before it asks again.
pub(super) const REST: Duration = Duration::from_millis(40);

/// What all clients share.
#[derive(Debug)]
pub struct World {
    /// All events.
    pub offers: Vec<Offer>,
    /// How many days there are.
    pub days: u32,
    /// Where the nodes are.
    pub nodes: Vec<SocketAddr>,
    /// A session of each person.
    pub tokens: Vec<String>,
    /// What each person's calendar app says who it is.
    pub apps: Vec<String>,
    /// What is written down.
    pub journal: Journal,
    /// Bookings and holds that were told to somebody.
    pub known: Mutex<Vec<Known>>,
}

/// A booking or hold that somebody knows of.
#[derive(Debug, Clone)]
pub struct Known {
    /// The operation that made it.
    pub id: ClaimId,
    /// Its id on the wire.
    pub wire_id: String,
    /// Of which event.
    pub offer: usize,
    /// Where it was last seen.
    pub start: Minute,
    /// Who made it.
    pub guest: Person,
    /// Whether it is a hold.
    pub hold: bool,
    /// Whether it waits for the host, as far as clients were told.
    pub pending: bool,
    /// Whether it has ended, as far as clients were told.
    pub ended: bool,
}

impl World {
    /// The path of an event.
    pub fn event_path(&self, offer: usize) -> String {
        let Offer { host, nth, .. } = self.offers[offer];
        format!("/events/{}/{}", name(host), slug(nth))
    }

    /// The event of this owner and slug.
    pub fn offer_of(&self, owner: &str, slug_text: &str) -> Option<usize> {
        self.offers.iter().position(|offer| name(offer.host) == owner && slug(offer.nth) == slug_text)
    }
}

/// A person's username.
pub fn name(person: Person) -> String {
    format!("person{person}")
}

/// An event's slug.
pub fn slug(nth: usize) -> String {
    format!("event{nth}")
}

/// Goes through the steps of a client. Operations are numbered from `first`.
pub async fn live(world: Arc<World>, client: usize, steps: Vec<Step>, first: u32) {
    let mut client = Client::new(&world, client);
    for (op, step) in (first..).zip(steps) {
        if step.pause > 0 {
            tokio::time::sleep(Duration::from_millis(step.pause)).await;
        }
        client.take(op, step).await;
    }
}

/// The request that looks at an event's day.
pub fn look(world: &World, offer: usize, day: u32, person: Person) -> Request {
    let (from, to) = (instant(day * DAY), instant((day + 1) * DAY));
    let path = format!("{}/slots?from={from}&to={to}", world.event_path(offer));
    Request { method: "GET", path, token: Some(world.tokens[person].clone()), key: None, body: None, calendar: None }
}

pub(super) struct Client<'a> {
    pub(super) world: &'a World,
    number: usize,
    pub(super) person: Person,
    connections: Vec<Connection>,
    /// For the second of two requests at the same time.
    seconds: Vec<Connection>,
}

/// What a wish has become: an operation and the request for it.
pub(super) struct Task {
    pub(super) action: Action,
    pub(super) request: Request,
}

impl<'a> Client<'a> {
    fn new(world: &'a World, number: usize) -> Self {
        let connections = || world.nodes.iter().map(|node| Connection::new(*node)).collect();
        Self { world, number, person: person_of(number), connections: connections(), seconds: connections() }
    }

    async fn take(&mut self, op: u32, step: Step) {
        let by_app = match step.door {
            Door::Calendar => self.task_of_app(op, step.wish).await,
            Door::Api => None,
        };
        let Some(task) = by_app.or_else(|| self.task(op, step.wish)) else {
            self.world.journal.skip();
            return;
        };
        let in_calendar = task.request.calendar.is_some();
        let new_entry = in_calendar && matches!(task.action, Action::Book { .. });
        let keyed = task.request.key.is_some() || new_entry;
        let mut attempts = Vec::new();
        self.ask(&task, step.manner, &mut attempts).await;
        if in_calendar {
            self.learn_of_app(&task, &mut attempts).await;
        }
        if keyed && attempts.iter().any(|attempt| matches!(attempt.outcome, Outcome::Done(_))) {
            match step.manner {
                Manner::Again if !new_entry => attempts.push(self.attempt(&task.request, attempts.len()).await),
                Manner::OtherBody if !new_entry => self.other_body(op, &task.request).await,
                _ => {}
            }
        }
        self.learn(&task.action, &attempts);
        let door = if in_calendar { Door::Calendar } else { Door::Api };
        self.world.journal.record(Record { op, client: self.number, action: task.action, door, keyed, attempts });
    }

    /// Asks until there is an answer.
    async fn ask(&mut self, task: &Task, manner: Manner, attempts: &mut Vec<Attempt>) {
        let journal = &self.world.journal;
        let began = journal.now();
        let keyed = task.request.key.is_some();
        match manner {
            Manner::HangUp => {
                let (node, invoke) = (self.node(0), journal.now());
                self.connections[node].hang_up(&task.request).await;
                let outcome = Outcome::Unknown("hung up".to_owned());
                attempts.push(Attempt { node, invoke, ret: journal.now(), outcome });
            }
            Manner::Twice if keyed => {
                let (one, other) = (self.node(0), self.node(1));
                let (first, second) = (&mut self.connections[one], &mut self.seconds[other]);
                let both = tokio::join!(
                    attempt(journal, first, &task.request, one),
                    attempt(journal, second, &task.request, other)
                );
                attempts.extend([both.0, both.1]);
            }
            _ => {}
        }
        let limit = u64::try_from(ANSWER_WITHIN.as_micros()).expect("it is a short time");
        while !attempts.iter().any(|attempt| attempt.outcome.is_answer()) {
            if journal.now() - began > limit {
                journal.violation("answers", format!("client {} got no answer to {:?}", self.number, task.action));
                return;
            }
            if !attempts.is_empty() && manner != Manner::HangUp || attempts.len() > 1 {
                tokio::time::sleep(REST).await;
            }
            attempts.push(self.attempt(&task.request, attempts.len()).await);
        }
    }

    pub(super) async fn attempt(&mut self, request: &Request, nth: usize) -> Attempt {
        let node = self.node(nth);
        attempt(&self.world.journal, &mut self.connections[node], request, node).await
    }

    /// Uses the key of a request that was done for something else: it must be refused.
    async fn other_body(&mut self, op: u32, request: &Request) {
        let mut other = request.clone();
        if let Some(body) = &mut other.body
            && let Some(start) = body["start"].as_str().and_then(minute)
        {
            body["start"] = instant(start + DAY).into();
        }
        let attempt = self.attempt(&other, 1).await;
        let refused = matches!(&attempt.outcome, Outcome::Refused(code) if code == "key-reused");
        if attempt.outcome.is_answer() && !refused {
            let text = format!("#{op}: its key was taken for another request: {:?}", attempt.outcome);
            self.world.journal.violation("keys", text);
        }
    }

    /// A client has a node of its own and goes round the others when that one fails.
    fn node(&self, nth: usize) -> usize {
        (self.number + nth) % self.world.nodes.len()
    }

    /// What a wish comes to now; nothing if there is nothing of that kind.
    fn task(&self, op: u32, wish: Wish) -> Option<Task> {
        let person = self.person;
        let key = Some(format!("sim-{op}"));
        match wish {
            Wish::Book { offer, start, anyway } => Some(self.book(op, offer, start, anyway)),
            Wish::BookHeld { pick } => {
                let hold = self.pick(pick, |known| known.hold && known.guest == person)?;
                Some(self.book(op, hold.offer, hold.start, false))
            }
            Wish::Hold { offer, start } => {
                let path = format!("{}/holds", self.world.event_path(offer));
                let action = Action::Hold { id: op, offer, start, guest: person };
                Some(Task {
                    action,
                    request: self.request("POST", path, key, Some(json!({ "start": instant(start) }))),
                })
            }
            Wish::Release { pick } => {
                let hold = self.pick(pick, |known| known.hold && known.guest == person)?;
                let path = format!("{}/holds/{}", self.world.event_path(hold.offer), hold.wire_id);
                Some(Task {
                    action: Action::Release { id: hold.id },
                    request: self.request("DELETE", path, None, None),
                })
            }
            Wish::Cancel { pick } => {
                let booking = self.pick(pick, |known| self.is_mine(known))?;
                let action = Action::Cancel { id: booking.id };
                if pick & 1 == 0 {
                    let path = format!("/bookings/{}", booking.wire_id);
                    return Some(Task { action, request: self.request("DELETE", path, None, None) });
                }
                Some(self.decide(action, &booking, "cancelled"))
            }
            Wish::Confirm { pick } => {
                let booking = self.pick_waiting(pick)?;
                Some(self.decide(Action::Confirm { id: booking.id }, &booking, "confirmed"))
            }
            Wish::Decline { pick } => {
                let booking = self.pick_waiting(pick)?;
                Some(self.decide(Action::Decline { id: booking.id }, &booking, "declined"))
            }
            Wish::Move { pick, slot, other_day } => {
                let booking = self.pick(pick, |known| self.is_mine(known))?;
                let start = self.whither(&booking, slot, other_day);
                let action = Action::Move { id: booking.id, start, by_guest: booking.guest == person };
                let path = format!("/bookings/{}", booking.wire_id);
                Some(Task {
                    action,
                    request: self.request("PATCH", path, key, Some(json!({ "start": instant(start) }))),
                })
            }
            Wish::Look { offer, day } => {
                let request = look(self.world, offer, day, person);
                Some(Task { action: Action::Look { offer, day }, request })
            }
            // Windows are moved in calendars alone.
            Wish::Window { .. } => None,
            Wish::Read { pick } => {
                let booking = self.pick(pick, |known| self.is_mine(known))?;
                let path = format!("/bookings/{}", booking.wire_id);
                Some(Task { action: Action::Read { id: booking.id }, request: self.request("GET", path, None, None) })
            }
        }
    }

    /// Where a booking is to move.
    pub(super) fn whither(&self, booking: &Known, slot: u32, other_day: Option<u32>) -> Minute {
        let offer = self.world.offers[booking.offer];
        let day = other_day.unwrap_or(booking.start / DAY);
        // One more than there are: now and then a slot that is none.
        day * DAY + offer.begins + slot % (offer.slots + 1) * offer.length
    }

    fn book(&self, op: u32, offer: usize, start: Minute, anyway: bool) -> Task {
        let path = format!("{}/bookings", self.world.event_path(offer));
        // The note ties whatever is found later to the operation that asked for it.
        let body = json!({ "start": instant(start), "note": format!("op {op}"), "allow_overlap": anyway });
        let action = Action::Book { id: op, offer, start, guest: self.person, anyway };
        Task { action, request: self.request("POST", path, Some(format!("sim-{op}")), Some(body)) }
    }

    fn decide(&self, action: Action, booking: &Known, status: &str) -> Task {
        let path = format!("/bookings/{}", booking.wire_id);
        Task { action, request: self.request("PATCH", path, None, Some(json!({ "status": status }))) }
    }

    fn request(&self, method: &'static str, path: String, key: Option<String>, body: Option<Value>) -> Request {
        Request { method, path, token: Some(self.world.tokens[self.person].clone()), key, body, calendar: None }
    }

    pub(super) fn is_hosted(&self, known: &Known) -> bool {
        !known.hold && self.world.offers[known.offer].host == self.person
    }

    /// One that waits for this person's word; any of their bookings if none does.
    pub(super) fn pick_waiting(&self, pick: u64) -> Option<Known> {
        let waiting = self.pick(pick, |known| known.pending && self.is_hosted(known));
        waiting.or_else(|| self.pick(pick, |known| self.is_hosted(known)))
    }

    pub(super) fn is_mine(&self, known: &Known) -> bool {
        !known.hold && (known.guest == self.person || self.is_hosted(known))
    }

    /// One of those that fit; mostly one that has not ended, if there is any.
    pub(super) fn pick(&self, pick: u64, fits: impl Fn(&Known) -> bool) -> Option<Known> {
        let known = self.world.known.lock().expect("nobody panics while holding it");
        let mut fitting: Vec<&Known> = known.iter().filter(|known| fits(known)).collect();
        if !pick.is_multiple_of(8) && fitting.iter().any(|known| !known.ended) {
            fitting.retain(|known| !known.ended);
        }
        let at = usize::try_from((pick >> 8) % (fitting.len().max(1) as u64)).expect("it is below a usize");
        fitting.get(at).map(|known| (*known).clone())
    }

    /// Tells the others what was answered.
    fn learn(&self, action: &Action, attempts: &[Attempt]) {
        let mut answers = attempts.iter().filter_map(|attempt| match &attempt.outcome {
            Outcome::Done(body) => Some(body),
            _ => None,
        });
        let Some(body) = answers.next_back() else { return };
        let mut known = self.world.known.lock().expect("nobody panics while holding it");
        match *action {
            Action::Book { id, offer, start, guest, .. } | Action::Hold { id, offer, start, guest } => {
                let hold = matches!(action, Action::Hold { .. });
                if !hold {
                    let used = |k: &&mut Known| k.hold && (k.offer, k.start, k.guest) == (offer, start, guest);
                    known.iter_mut().filter(used).for_each(|hold| hold.ended = true);
                }
                let wire_id = body["id"].as_str().unwrap_or_default().to_owned();
                let pending = body["status"] == "pending";
                known.push(Known { id, wire_id, offer, start, guest, hold, pending, ended: false });
            }
            Action::Release { id } | Action::Cancel { id } | Action::Decline { id } => {
                known.iter_mut().filter(|k| k.id == id).for_each(|k| (k.ended, k.pending) = (true, false));
            }
            Action::Move { id, start, .. } => {
                known.iter_mut().filter(|k| k.id == id).for_each(|k| {
                    k.start = start;
                    k.pending = body["status"] == "pending";
                });
            }
            Action::Confirm { id } => known.iter_mut().filter(|k| k.id == id).for_each(|k| k.pending = false),
            Action::Read { .. } | Action::Look { .. } | Action::Close { .. } | Action::Open { .. } | Action::Last => {}
        }
    }
}

async fn attempt(journal: &Journal, connection: &mut Connection, request: &Request, node: usize) -> Attempt {
    let invoke = journal.now();
    let answered = connection.send(request).await;
    let ret = journal.now();
    let outcome = match answered {
        Ok(reply) => {
            if reply.status >= 500 && reply.status != 503 {
                let text =
                    format!("{} {} was answered {} {}", request.method, request.path, reply.status, reply.code());
                journal.violation("no 5xx", text);
            }
            Outcome::of(reply)
        }
        Err(error) => Outcome::Unknown(error.to_string()),
    };
    Attempt { node, invoke, ret, outcome }
}
