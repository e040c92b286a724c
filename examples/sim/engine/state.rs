//! Who claims what: the state that the model's rules go by.

use std::fmt;

use super::model::{ClaimId, DAY, Minute, Person};

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// A hold.
    Held,
    /// A booking that waits.
    Pending,
    /// A booking that holds.
    Confirmed,
    /// A hold that was given up or used.
    Gone,
    /// A booking that was cancelled or declined.
    Cancelled,
}

impl Standing {
    /// Whether it takes time.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Held | Self::Pending | Self::Confirmed)
    }

    /// Whether it is or was a booking.
    pub fn is_booking(self) -> bool {
        !matches!(self, Self::Held | Self::Gone)
    }
}

/// A guest's seat or hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The operation that made it.
    pub id: ClaimId,
    /// Of which event.
    pub offer: usize,
    /// In which slot.
    pub start: Minute,
    /// Whose.
    pub guest: Person,
    /// Made "anyway".
    pub anyway: bool,
    /// Where it stands.
    pub standing: Standing,
}

/// Everything that is claimed, in the order of ids, and days without a window. Equal states are equal values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct State {
    claims: Vec<Claim>,
    /// Events and days, ascending.
    closed: Vec<(usize, u32)>,
}

impl State {
    /// The claim of this id.
    pub fn get(&self, id: ClaimId) -> Option<&Claim> {
        self.claims.binary_search_by_key(&id, |claim| claim.id).ok().map(|at| &self.claims[at])
    }

    /// Claims that take time.
    pub fn live(&self) -> impl Iterator<Item = &Claim> {
        self.claims.iter().filter(|claim| claim.standing.is_live())
    }

    /// Adds a claim, or takes the place of the one with its id.
    pub fn put(&mut self, claim: Claim) {
        match self.claims.binary_search_by_key(&claim.id, |other| other.id) {
            Ok(at) => self.claims[at] = claim,
            Err(at) => self.claims.insert(at, claim),
        }
    }

    /// Changes how a claim stands, if it stands in one of these ways.
    pub fn turn(&mut self, id: ClaimId, from: &[Standing], to: Standing) -> Option<()> {
        let claim = *self.get(id)?;
        from.contains(&claim.standing).then(|| self.put(Claim { standing: to, ..claim }))
    }

    /// The guest's hold on a slot.
    pub fn hold_of(&self, offer: usize, start: Minute, guest: Person) -> Option<&Claim> {
        self.live().find(|c| c.standing == Standing::Held && (c.offer, c.start, c.guest) == (offer, start, guest))
    }

    /// Ends the guest's hold on a slot.
    pub fn use_up(&mut self, offer: usize, start: Minute, guest: Person) {
        if let Some(hold) = self.hold_of(offer, start, guest).copied() {
            self.put(Claim { standing: Standing::Gone, ..hold });
        }
    }

    /// Whether an event has no window on a day.
    pub fn is_closed(&self, offer: usize, day: u32) -> bool {
        self.closed.binary_search(&(offer, day)).is_ok()
    }

    /// Takes an event's window on a day away, or puts it back.
    pub fn set_closed(&mut self, offer: usize, day: u32, closed: bool) {
        match (self.closed.binary_search(&(offer, day)), closed) {
            (Ok(at), false) => drop(self.closed.remove(at)),
            (Err(at), true) => self.closed.insert(at, (offer, day)),
            _ => {}
        }
    }

    /// Every booking there ever was.
    pub fn bookings(&self) -> Vec<(ClaimId, Minute, Standing)> {
        self.claims.iter().filter(|c| c.standing.is_booking()).map(|c| (c.id, c.start, c.standing)).collect()
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for claim in self.live() {
            let Claim { id, offer, guest, standing, .. } = claim;
            writeln!(f, "    #{id}: {standing:?} event {offer} at {} by person {guest}", clock(claim.start))?;
        }
        for (offer, day) in &self.closed {
            writeln!(f, "    event {offer} has no window on day {day}")?;
        }
        Ok(())
    }
}

/// `day 2 09:30`.
pub fn clock(minute: Minute) -> String {
    format!("day {} {:02}:{:02}", minute / DAY, minute % DAY / 60, minute % 60)
}

/// Whether two spans share time.
pub fn meet(a: (Minute, Minute), b: (Minute, Minute)) -> bool {
    a.0 < b.1 && b.0 < a.1
}
