//! What a guest was told, and whether the server still says so.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Asked, Deed, Told};

/// A booking as its guest knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    start: String,
    status: String,
    sequence: u64,
}

/// Everything that was acknowledged to one guest.
#[derive(Debug, Default)]
pub struct Book {
    bookings: BTreeMap<String, Entry>,
    events: Vec<String>,
    /// What was done, with its answer: asked again it must be the same.
    pub done: Vec<(Asked, Told)>,
    pub refused: usize,
    /// Refused at last, but an attempt before that was lost and may still have been on its way: refusals
    /// are not kept under a key, so it may have been done afterwards.
    doubtful: Vec<Asked>,
}

impl Book {
    /// Ids of the bookings that are not cancelled.
    pub fn standing(&self) -> Vec<String> {
        let standing = self.bookings.iter().filter(|(_, entry)| entry.status != "cancelled");
        standing.map(|(id, _)| id.clone()).collect()
    }

    /// Takes an answer for true. `in_doubt`: there were attempts before, without an answer.
    pub fn learn(&mut self, asked: &Asked, told: &Told, in_doubt: bool) {
        assert!(!told.status.is_server_error(), "{asked:?} {told:?}");
        if !told.status.is_success() {
            self.refused += 1;
            self.doubtful.extend(in_doubt.then(|| asked.clone()));
            return;
        }
        match &asked.deed {
            Deed::Book | Deed::Move { .. } => {
                let (id, entry) = read(&told.body);
                let before = self.bookings.insert(id, entry);
                assert_eq!(before.is_none(), asked.deed == Deed::Book, "a new booking, and only then: {told:?}");
            }
            Deed::Cancel { id } => {
                let entry = self.bookings.get_mut(id).unwrap();
                "cancelled".clone_into(&mut entry.status);
                entry.sequence += 1;
            }
            Deed::Create => self.events.push(told.body["slug"].as_str().unwrap().to_owned()),
            Deed::Hold => {}
        }
        self.done.push((asked.clone(), told.clone()));
    }

    /// What the server's lists have that was not acknowledged, or have not that was. What `unanswered`
    /// asked for may have happened or not.
    pub fn faults(&self, bookings: &[Value], events: &[Value], unanswered: Option<&Asked>) -> Vec<String> {
        let mut faults = Vec::new();
        let maybe: Vec<&Asked> = self.doubtful.iter().chain(unanswered).collect();
        let mut there = BTreeMap::new();
        for (id, entry) in bookings.iter().map(read) {
            match self.bookings.get(&id) {
                Some(known) if *known == entry => {}
                Some(_) if maybe.iter().any(|asked| is_of(asked, &id)) => {}
                Some(known) => faults.push(format!("booking {id} is {entry:?} and was told as {known:?}")),
                None if maybe.iter().any(|asked| makes(asked, &entry)) => {}
                None => faults.push(format!("booking {id} was never told of: {entry:?}")),
            }
            there.insert(id, entry);
        }
        let lost = self.bookings.iter().filter(|(id, _)| !there.contains_key(*id));
        faults.extend(lost.map(|(id, entry)| format!("booking {id} is lost: {entry:?}")));
        let slugs: Vec<&str> = events.iter().filter_map(|event| event["slug"].as_str()).collect();
        let lost = self.events.iter().filter(|slug| !slugs.contains(&slug.as_str()));
        faults.extend(lost.map(|slug| format!("event {slug} is lost")));
        if slugs.len() > self.events.len() + usize::from(unanswered.is_some_and(|asked| asked.deed == Deed::Create)) {
            faults.push(format!("{} events, told of {}", slugs.len(), self.events.len()));
        }
        faults
    }
}

fn is_of(asked: &Asked, booking: &str) -> bool {
    matches!(&asked.deed, Deed::Move { id } | Deed::Cancel { id } if id == booking)
}

fn makes(asked: &Asked, entry: &Entry) -> bool {
    asked.deed == Deed::Book && asked.body.as_ref().is_some_and(|body| body["start"] == entry.start.as_str())
}

fn read(booking: &Value) -> (String, Entry) {
    let text = |name: &str| booking[name].as_str().unwrap_or_else(|| panic!("no {name} in {booking}")).to_owned();
    let sequence = booking["sequence"].as_u64().unwrap();
    (text("id"), Entry { start: text("start"), status: text("status"), sequence })
}

/// Spans of one person, given as start and end, that overlap the one before.
pub fn overlaps<T: Ord + Copy + std::fmt::Debug>(mut spans: Vec<(T, T)>) -> Vec<((T, T), (T, T))> {
    spans.sort_unstable();
    let pairs = spans.windows(2).filter(|pair| pair[1].0 < pair[0].1);
    pairs.map(|pair| (pair[0], pair[1])).collect()
}
