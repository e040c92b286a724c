//! What can be read of things: live properties, written where they are wanted, and those that clients keep.
//!
//! Reading order: this file says what is asked of which thing; [`live`] names
//! what the server makes, [`kept`] finds what clients keep, [`tell`] writes
//! answers, and [`people`] and [`places`] know what each kind of thing says.

mod kept;
mod live;
mod people;
mod places;
mod tell;
mod value;

use std::collections::HashSet;

use crate::caldav::fault::Fault;
use crate::caldav::folder::Folder;
use crate::caldav::xml::{CALDAV, DAV, Element, MEETME, Name};
use crate::store::EntryFile;

pub use self::kept::Kept;
use self::live::{LIVE, Live};
pub use self::places::token;
pub use self::tell::{Teller, status};

/// What something is of which properties are asked.
#[derive(Clone, Copy)]
pub enum Thing<'a> {
    /// The root, or a place that holds principals or homes.
    Place,
    /// The one who asks.
    Principal,
    /// Their home.
    Home,
    /// Something in it, with what stands of its changes where its entries are made.
    Folder(&'a Folder, Option<&'a Made>),
    /// An entry.
    Item(&'a Folder, &'a EntryFile),
}

/// What is told of a folder whose entries are made.
#[derive(Debug, Clone)]
pub struct Made {
    /// Another one whenever an entry is.
    pub tag: String,
    /// Where to go on from.
    pub token: String,
    /// What people read of it.
    pub description: Option<String>,
}

/// What is asked of a thing.
#[derive(Debug, Clone)]
pub enum Asked {
    /// Everything that is usually told, and these.
    All(Vec<Property>),
    /// The names of everything.
    Names,
    /// These.
    Some(Vec<Property>),
}

/// The most properties that are asked for at once.
const MAX_ASKED: usize = 500;

/// A property that is asked for.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its name.
    pub name: Name,
    /// Which one it is, if the server makes it.
    live: Option<Live>,
}

/// What clients may set although the server makes it.
const DISPLAY_NAME: (&str, &str) = (DAV, "displayname");
/// The same.
const DESCRIPTION: (&str, &str) = (CALDAV, "calendar-description");

impl Property {
    /// The property of an element's name.
    pub fn of(element: &Element) -> Self {
        Self::named(element.name.clone())
    }

    fn named(name: Name) -> Self {
        let live = LIVE.iter().find(|(_, space, local)| name.is(space, local)).map(|(live, ..)| *live);
        Self { name, live }
    }

    /// Whether what clients keep can say it.
    fn may_be_kept(&self) -> bool {
        match self.live {
            None => !is_data(&self.name),
            Some(live) => live == Live::DefaultCalendar || is_settable(&self.name),
        }
    }

    fn made(live: Live) -> Self {
        let (_, space, local) = LIVE.iter().find(|(other, ..)| *other == live).expect("the table has every one");
        Self { name: Name::new(space, local), live: Some(live) }
    }
}

/// Whether the server makes this property, so that clients cannot keep another under its name.
pub fn is_protected(name: &Name) -> bool {
    name.space == MEETME
        || is_data(name)
        || LIVE.iter().any(|(_, space, local)| name.is(space, local)) && !is_settable(name)
}

/// Whether it is what reports send entries in, which is no property of theirs.
fn is_data(name: &Name) -> bool {
    name.is(CALDAV, "calendar-data")
}

fn is_settable(name: &Name) -> bool {
    [DISPLAY_NAME, DESCRIPTION].iter().any(|(space, local)| name.is(space, local))
}

/// The properties that elements name, each once: each thing of an answer tells of all of them.
fn named_in(parent: &Element) -> Result<Vec<Property>, Fault> {
    let mut seen = HashSet::new();
    let names: Vec<&Element> = parent.elements().filter(|element| seen.insert(&element.name)).collect();
    if names.len() > MAX_ASKED {
        return Err(Fault::bad_request(format!("ask for {MAX_ASKED} properties at most")));
    }
    Ok(names.into_iter().map(Property::of).collect())
}

impl Asked {
    /// Whether it is asked what has to be looked up of a folder whose entries are made.
    pub fn is_of_changes(&self) -> bool {
        match self {
            Self::All(_) | Self::Names => true,
            Self::Some(wanted) => {
                let made = |live| matches!(live, Live::SyncToken | Live::CTag | Live::Description);
                wanted.iter().filter_map(|property| property.live).any(made)
            }
        }
    }

    /// Whether it is asked what clients may keep.
    pub fn is_of_kept(&self) -> bool {
        match self {
            Self::All(_) | Self::Names => true,
            Self::Some(wanted) => wanted.iter().any(Property::may_be_kept),
        }
    }

    /// What the elements of a `DAV:prop` ask for.
    pub fn of_prop(prop: &Element) -> Result<Self, Fault> {
        named_in(prop).map(Self::Some)
    }

    /// Everything that is usually told, and what the elements of a `DAV:include` ask for.
    pub fn all_with(include: &Element) -> Result<Self, Fault> {
        named_in(include).map(Self::All)
    }
}
