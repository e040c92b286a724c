//! What the calendar of a few people must do, told a second time: nothing here is shared with the rules of
//! the server. Time is counted in minutes from the first midnight; a day is a region of its own.

use super::state::{Claim, Standing, State, meet};

/// Somebody, by number.
pub type Person = usize;
/// An operation that makes a claim, by its number in the plan; it also names the claim.
pub type ClaimId = u32;
/// Minutes from the first midnight.
pub type Minute = u32;

/// The minutes of a day.
pub const DAY: Minute = 24 * 60;

/// An event, as far as it decides about slots. Every day it has the same window, unless its host took it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Whose it is.
    pub host: Person,
    /// Its number among the host's.
    pub nth: usize,
    /// Where in the day its window begins.
    pub begins: Minute,
    /// How many slots there are in a day.
    pub slots: u32,
    /// How long a slot is.
    pub length: Minute,
    /// How many guests share one.
    pub seats: usize,
    /// Kept free before each.
    pub before: Minute,
    /// Kept free after each.
    pub after: Minute,
    /// The most slots in use in a day.
    pub most_a_day: Option<usize>,
    /// Whether bookings wait for the host.
    pub confirm: bool,
}

impl Offer {
    /// The starts of a day's slots.
    pub fn starts(&self, day: u32) -> impl Iterator<Item = Minute> {
        let (first, length) = (day * DAY + self.begins, self.length);
        (0..self.slots).map(move |n| first + n * length)
    }

    fn has(&self, start: Minute) -> bool {
        self.starts(start / DAY).any(|slot| slot == start)
    }
}

/// Whether an event offers a slot that starts then.
fn offers(offers: &[Offer], state: &State, offer: usize, start: Minute) -> bool {
    offers[offer].has(start) && !state.is_closed(offer, start / DAY)
}

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Book {
        id: ClaimId,
        offer: usize,
        start: Minute,
        guest: Person,
        anyway: bool,
    },
    Hold {
        id: ClaimId,
        offer: usize,
        start: Minute,
        guest: Person,
    },
    Release {
        id: ClaimId,
    },
    Cancel {
        id: ClaimId,
    },
    Confirm {
        id: ClaimId,
    },
    Decline {
        id: ClaimId,
    },
    Move {
        id: ClaimId,
        start: Minute,
        by_guest: bool,
    },
    Read {
        id: ClaimId,
    },
    Look {
        offer: usize,
        day: u32,
    },
    /// The host takes the window of a day away.
    Close {
        offer: usize,
        day: u32,
    },
    /// The host puts it back.
    Open {
        offer: usize,
        day: u32,
    },
    /// The last look at everything: which bookings there are.
    Last,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Done; the booking is then like this, as far as the answer told.
    Done(Option<(Minute, Standing)>),
    /// Not done, by this code.
    Refused(String),
    /// Seats left by start, for [`Action::Look`].
    Saw(Vec<(Minute, usize)>),
    /// Bookings that exist, for [`Action::Last`].
    Stood(Vec<(ClaimId, Minute, Standing)>),
    /// Nobody knows; it may or may not have been done.
    Unknown,
}

/// What became of an action that was tried on a state.
#[derive(Debug, PartialEq, Eq)]
pub enum Tried {
    /// The answer fits, and nothing changes.
    Same,
    /// The answer fits, and this is the state then.
    Next(State),
    /// The answer does not fit this state.
    Misfit,
}

/// The rules, with the events they are about.
#[derive(Debug, Clone)]
pub struct Model {
    /// All events.
    pub offers: Vec<Offer>,
}

impl Model {
    /// Whether `answer` is right for `action` in `state`, and what comes of it.
    pub fn try_on(&self, state: &State, action: &Action, answer: &Answer) -> Tried {
        match (action, answer) {
            (Action::Look { offer, day }, Answer::Saw(saw)) => same_if(*saw == self.open(state, *offer, *day)),
            (Action::Last, Answer::Stood(stood)) => same_if(*stood == state.bookings()),
            (_, Answer::Refused(code)) => same_if(self.may_refuse(state, action, code)),
            (_, Answer::Done(told)) => self.done(state, action, *told),
            (_, Answer::Unknown) => match self.next(state, action) {
                Some(next) if next != *state => Tried::Next(next),
                _ => Tried::Misfit,
            },
            _ => Tried::Misfit,
        }
    }

    /// What would have fitted, for people who read an excerpt.
    pub fn expected(&self, state: &State, action: &Action) -> String {
        match action {
            Action::Look { offer, day } => format!("{:?}", self.open(state, *offer, *day)),
            Action::Last => format!("{:?}", state.bookings()),
            _ => match self.reasons(state, action) {
                reasons if reasons.is_empty() => "done".to_owned(),
                reasons => reasons.join(" or "),
            },
        }
    }

    fn done(&self, state: &State, action: &Action, told: Option<(Minute, Standing)>) -> Tried {
        let Some(next) = self.next(state, action) else { return Tried::Misfit };
        let id = action.claim();
        let fits =
            told.is_none_or(|told| id.and_then(|id| next.get(id)).is_some_and(|c| (c.start, c.standing) == told));
        match (fits, next == *state) {
            (false, _) => Tried::Misfit,
            (true, true) => Tried::Same,
            (true, false) => Tried::Next(next),
        }
    }

    /// The state after the action is done; nothing if it must be refused.
    fn next(&self, state: &State, action: &Action) -> Option<State> {
        let mut next = state.clone();
        match *action {
            Action::Book { id, offer, start, guest, anyway } => {
                if state.get(id).is_some() || !self.reasons(state, action).is_empty() {
                    return None;
                }
                next.use_up(offer, start, guest);
                let standing = if self.offers[offer].confirm { Standing::Pending } else { Standing::Confirmed };
                next.put(Claim { id, offer, start, guest, anyway, standing });
            }
            Action::Hold { id, offer, start, guest } => {
                if state.get(id).is_some() || !self.reasons(state, action).is_empty() {
                    return None;
                }
                next.put(Claim { id, offer, start, guest, anyway: false, standing: Standing::Held });
            }
            Action::Move { id, start, by_guest } => {
                if !self.reasons(state, action).is_empty() {
                    return None;
                }
                let claim = *state.get(id)?;
                if claim.start != start {
                    next.use_up(claim.offer, start, claim.guest);
                    let again = by_guest && self.offers[claim.offer].confirm;
                    let standing = if again { Standing::Pending } else { claim.standing };
                    next.put(Claim { start, standing, ..claim });
                }
            }
            Action::Release { id } => next.turn(id, &[Standing::Held], Standing::Gone)?,
            Action::Cancel { id } => next.turn(id, &[Standing::Pending, Standing::Confirmed], Standing::Cancelled)?,
            Action::Confirm { id } => next.turn(id, &[Standing::Pending], Standing::Confirmed)?,
            Action::Decline { id } => next.turn(id, &[Standing::Pending], Standing::Cancelled)?,
            Action::Read { id } => drop(state.get(id)?),
            Action::Close { offer, day } if state.is_closed(offer, day) => return None,
            Action::Close { offer, day } => next.set_closed(offer, day, true),
            Action::Open { offer, day } => next.set_closed(offer, day, false),
            Action::Look { .. } | Action::Last => return None,
        }
        Some(next)
    }

    /// Whether the state gives this reason to say no.
    fn may_refuse(&self, state: &State, action: &Action, code: &str) -> bool {
        if let Action::Book { id, .. } | Action::Hold { id, .. } = action
            && state.get(*id).is_some()
        {
            // What was done is not refused when it is asked for again.
            return false;
        }
        self.reasons(state, action).contains(&code)
    }

    /// Every reason to say no. That somebody holds too many slots is counted elsewhere: it concerns all days.
    fn reasons(&self, state: &State, action: &Action) -> Vec<&'static str> {
        let mut reasons = Vec::new();
        match *action {
            Action::Book { offer, start, guest, anyway, .. } => {
                let own = state.hold_of(offer, start, guest).map(|c| c.id);
                self.in_the_way(state, offer, start, guest, anyway, &[own, None], &mut reasons);
            }
            Action::Hold { offer, start, guest, .. } => {
                self.in_the_way(state, offer, start, guest, false, &[None, None], &mut reasons);
            }
            Action::Move { id, start, .. } => match state.get(id) {
                None => reasons.push("not-found"),
                Some(claim) if !offers(&self.offers, state, claim.offer, start) => {
                    reasons.push("no-such-slot");
                    if !claim.standing.is_live() {
                        reasons.push("already-cancelled");
                    }
                }
                Some(claim) if !claim.standing.is_live() => reasons.push("already-cancelled"),
                Some(claim) if claim.start == start => {}
                Some(claim) => {
                    let (offer, guest) = (claim.offer, claim.guest);
                    let own = state.hold_of(offer, start, guest).map(|c| c.id);
                    self.in_the_way(state, offer, start, guest, claim.anyway, &[own, Some(id)], &mut reasons);
                }
            },
            Action::Release { id } if state.get(id).is_none_or(|c| c.standing != Standing::Held) => {
                reasons.push("not-found");
            }
            Action::Cancel { id } | Action::Confirm { id } | Action::Decline { id } => match state.get(id) {
                None => reasons.push("not-found"),
                Some(claim) if claim.standing == Standing::Cancelled => reasons.push("already-cancelled"),
                Some(claim) if claim.standing == Standing::Confirmed && !matches!(action, Action::Cancel { .. }) => {
                    reasons.push("not-pending");
                }
                Some(_) => {}
            },
            Action::Read { id } if state.get(id).is_none() => reasons.push("not-found"),
            Action::Close { offer, day } if state.is_closed(offer, day) => reasons.push("not-found"),
            _ => {}
        }
        reasons
    }

    #[expect(clippy::too_many_arguments, reason = "a slot, a guest, and what does not count")]
    fn in_the_way(
        &self,
        state: &State,
        offer: usize,
        start: Minute,
        guest: Person,
        anyway: bool,
        except: &[Option<ClaimId>],
        reasons: &mut Vec<&'static str>,
    ) {
        if guest == self.offers[offer].host {
            reasons.push("own-event");
        }
        if !offers(&self.offers, state, offer, start) {
            reasons.push("no-such-slot");
            return;
        }
        let counts = |claim: &&Claim| !except.contains(&Some(claim.id));
        let others: Vec<&Claim> = state.live().filter(counts).collect();
        let sits = |c: &&&Claim| c.standing.is_booking() && c.guest == guest && c.offer == offer && c.start == start;
        if others.iter().any(|c| sits(&c)) {
            reasons.push("already-booked");
        }
        if self.seats_left(&others, offer, start) == 0 {
            reasons.push("slot-taken");
        }
        if !anyway && others.iter().any(|c| self.is_busy_in(c, guest, offer, start)) {
            reasons.push("guest-busy");
        }
    }

    fn is_busy_in(&self, claim: &Claim, person: Person, offer: usize, start: Minute) -> bool {
        let concerns = claim.guest == person || self.offers[claim.offer].host == person;
        let (length, other) = (self.offers[offer].length, self.offers[claim.offer].length);
        concerns && meet((start, start + length), (claim.start, claim.start + other))
    }

    /// Seats that can be taken in this slot, given who sits where.
    fn seats_left(&self, live: &[&Claim], offer: usize, start: Minute) -> usize {
        let this = &self.offers[offer];
        let here = live.iter().filter(|c| c.offer == offer && c.start == start).count();
        let blocked = live.iter().any(|c| !(c.offer == offer && c.start == start) && self.blocks(c, offer, start));
        if blocked || (here == 0 && self.day_is_full(live, offer, start / DAY)) {
            return 0;
        }
        this.seats.saturating_sub(here)
    }

    /// Whether the claim takes the host's time in or too near the slot.
    fn blocks(&self, claim: &Claim, offer: usize, start: Minute) -> bool {
        let (this, that) = (&self.offers[offer], &self.offers[claim.offer]);
        let slot = (start, start + this.length);
        let taken = (claim.start, claim.start + that.length);
        let wide = (slot.0 - this.before, slot.1 + this.after);
        if that.host == this.host {
            return meet(wide, taken) || meet(slot, (taken.0 - that.before, taken.1 + that.after));
        }
        claim.guest == this.host && meet(wide, taken)
    }

    fn day_is_full(&self, live: &[&Claim], offer: usize, day: u32) -> bool {
        let Some(most) = self.offers[offer].most_a_day else { return false };
        let on_day = live.iter().filter(|c| c.offer == offer && c.start / DAY == day);
        let mut used: Vec<Minute> = on_day.map(|c| c.start).collect();
        used.sort_unstable();
        used.dedup();
        used.len() >= most
    }

    fn open(&self, state: &State, offer: usize, day: u32) -> Vec<(Minute, usize)> {
        if state.is_closed(offer, day) {
            return Vec::new();
        }
        let live: Vec<&Claim> = state.live().collect();
        self.offers[offer].starts(day).map(|start| (start, self.seats_left(&live, offer, start))).collect()
    }
}

impl Action {
    /// The claim it makes or changes.
    pub fn claim(&self) -> Option<ClaimId> {
        match *self {
            Self::Book { id, .. }
            | Self::Hold { id, .. }
            | Self::Release { id }
            | Self::Cancel { id }
            | Self::Confirm { id }
            | Self::Decline { id }
            | Self::Move { id, .. }
            | Self::Read { id } => Some(id),
            Self::Look { .. } | Self::Close { .. } | Self::Open { .. } | Self::Last => None,
        }
    }

    /// The verb.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Book { anyway: true, .. } => "book anyway",
            Self::Book { .. } => "book",
            Self::Hold { .. } => "hold",
            Self::Release { .. } => "release",
            Self::Cancel { .. } => "cancel",
            Self::Confirm { .. } => "confirm",
            Self::Decline { .. } => "decline",
            Self::Move { .. } => "reschedule",
            Self::Read { .. } => "read",
            Self::Look { .. } => "look",
            Self::Close { .. } => "close a day",
            Self::Open { .. } => "open a day",
            Self::Last => "last look",
        }
    }
}

fn same_if(fits: bool) -> Tried {
    if fits { Tried::Same } else { Tried::Misfit }
}
