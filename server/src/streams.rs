//! How many streams are open on this node, and whose: each takes a place that it gives back when it ends.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use meetme_core::id::UserId;

/// Counts streams.
#[derive(Debug)]
pub struct Streams {
    most: usize,
    most_of_account: usize,
    most_of_address: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    of: HashMap<Whose, usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Whose {
    Account(UserId),
    Address(IpAddr),
}

/// A stream's place; given back when dropped.
#[derive(Debug)]
pub struct Place {
    open: Arc<Mutex<Open>>,
    whose: Vec<Whose>,
}

/// All places are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooManyStreams {
    /// This account's or this address'.
    #[error("{0} streams are open already; that is the most")]
    Yours(usize),
    /// The node's.
    #[error("this server has as many streams open as it takes")]
    Everybodys,
}

impl Streams {
    /// With at most so many in all, for an account, and for an address.
    pub fn new(most: usize, most_of_account: usize, most_of_address: usize) -> Self {
        Self { most, most_of_account, most_of_address, open: Arc::default() }
    }

    /// Takes a place.
    pub fn enter(&self, address: IpAddr, account: Option<UserId>) -> Result<Place, TooManyStreams> {
        let mut whose = vec![Whose::Address(address)];
        whose.extend(account.map(Whose::Account));
        let mut open = self.open.lock().expect("nobody panics while holding it");
        for one in &whose {
            let most = match one {
                Whose::Account(_) => self.most_of_account,
                Whose::Address(_) => self.most_of_address,
            };
            if open.of.get(one).copied().unwrap_or(0) >= most {
                return Err(TooManyStreams::Yours(most));
            }
        }
        if open.all >= self.most {
            return Err(TooManyStreams::Everybodys);
        }
        open.all += 1;
        for one in &whose {
            *open.of.entry(*one).or_default() += 1;
        }
        Ok(Place { open: self.open.clone(), whose })
    }

    /// How many are open.
    pub fn open(&self) -> usize {
        self.open.lock().expect("nobody panics while holding it").all
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().expect("nobody panics while holding it");
        open.all -= 1;
        for one in &self.whose {
            let Some(count) = open.of.get_mut(one) else { continue };
            *count -= 1;
            if *count == 0 {
                open.of.remove(one);
            }
        }
    }
}
