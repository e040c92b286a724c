//! CALDAV:filter as plain data (RFC 4791 9.7), and whether an object matches it.
//!
//! Reading order: this file is the tree and its limits; `matching` walks it
//! over an object, `times` holds the tables of RFC 4791 9.9, `text` the
//! collations.

mod matching;
mod text;
pub(crate) mod times;

pub use self::matching::matches;
pub use self::text::{Collation, MatchType, TextMatch};

use super::Kind;
use crate::time::Instant;

/// The most nodes of a filter.
pub const MAX_FILTER_NODES: usize = 200;
/// The most filters within each other.
pub const MAX_FILTER_DEPTH: usize = 6;
/// The longest text that is looked for, in bytes.
pub const MAX_FILTER_TEXT: usize = 1_024;

/// CALDAV:comp-filter: a component of this name exists, and meets what stands here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompFilter {
    /// The component's name.
    pub name: String,
    /// There must be none instead. Nothing else counts then.
    pub is_not_defined: bool,
    /// When it happens.
    pub time_range: Option<TimeRange>,
    /// Of its properties.
    pub props: Vec<PropFilter>,
    /// Of the components within.
    pub comps: Vec<Self>,
    /// Whether one of these is enough (`test="anyof"`, RFC 6352 10.5 and what clients borrow of it).
    pub any: bool,
}

/// CALDAV:prop-filter: a property of this name exists, and meets what stands here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PropFilter {
    /// The property's name.
    pub name: String,
    /// There must be none instead. Nothing else counts then.
    pub is_not_defined: bool,
    /// Which time its value names.
    pub time_range: Option<TimeRange>,
    /// What its value says.
    pub text: Vec<TextMatch>,
    /// Of its parameters.
    pub params: Vec<ParamFilter>,
    /// Whether one of these is enough.
    pub any: bool,
}

/// CALDAV:param-filter: a parameter of this name exists, and says this.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParamFilter {
    /// The parameter's name.
    pub name: String,
    /// There must be none instead.
    pub is_not_defined: bool,
    /// What it says.
    pub text: Option<TextMatch>,
}

/// CALDAV:time-range: `[start, end)`, open on the side that is not given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimeRange {
    /// The first instant.
    pub start: Option<Instant>,
    /// The first instant behind it.
    pub end: Option<Instant>,
}

/// Why a filter is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFilter {
    /// It has too many nodes.
    #[error("the filter has more than {MAX_FILTER_NODES} conditions: ask for less")]
    TooLarge,
    /// Its nodes lie too deep.
    #[error("the filter is nested more than {MAX_FILTER_DEPTH} deep: ask for less")]
    TooDeep,
    /// It looks for too long a text.
    #[error("the filter looks for a text of more than {MAX_FILTER_TEXT} bytes: ask for less")]
    TooLong,
    /// Its outermost component is not VCALENDAR.
    #[error("the outermost comp-filter is of `{name}`: it must be of VCALENDAR")]
    NotCalendar {
        /// What it is of.
        name: String,
    },
    /// A time range without an instant in it.
    #[error("a time-range needs a start or an end, and the end after the start")]
    EmptyTimeRange,
    /// A time range of something that has no times.
    #[error("there is no time-range for a {name}")]
    NoTimes {
        /// The component.
        name: String,
    },
}

impl BadFilter {
    /// The precondition of RFC 4791 7.8 that is not met, an element of CalDAV's namespace.
    pub fn precondition(&self) -> &'static str {
        match self {
            Self::NoTimes { .. } => "supported-filter",
            _ => "valid-filter",
        }
    }
}

impl TimeRange {
    fn check(range: Option<Self>) -> Result<(), BadFilter> {
        match range {
            Some(Self { start: None, end: None }) => Err(BadFilter::EmptyTimeRange),
            Some(Self { start: Some(start), end: Some(end) }) if end <= start => Err(BadFilter::EmptyTimeRange),
            _ => Ok(()),
        }
    }
}

impl CompFilter {
    /// A filter that any component of this name meets.
    pub fn of(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// How many conditions it has, itself among them.
    pub(super) fn nodes(&self) -> usize {
        let props: usize = self.props.iter().map(|prop| 1 + prop.text.len() + prop.params.len()).sum();
        1 + props + self.comps.iter().map(Self::nodes).sum::<usize>()
    }

    /// Refuses what is no filter, or too much of one.
    pub fn check(&self) -> Result<(), BadFilter> {
        if !self.name.eq_ignore_ascii_case("VCALENDAR") {
            return Err(BadFilter::NotCalendar { name: super::clipped(&self.name) });
        }
        self.check_within(MAX_FILTER_DEPTH, &mut 0)
    }

    fn check_within(&self, depth: usize, nodes: &mut usize) -> Result<(), BadFilter> {
        let depth = depth.checked_sub(1).ok_or(BadFilter::TooDeep)?;
        let texts = self.props.iter().flat_map(PropFilter::texts);
        if texts.into_iter().any(|text| text.text.len() > MAX_FILTER_TEXT) {
            return Err(BadFilter::TooLong);
        }
        *nodes += 1 + self.props.iter().map(PropFilter::nodes).sum::<usize>();
        if *nodes > MAX_FILTER_NODES {
            return Err(BadFilter::TooLarge);
        }
        TimeRange::check(self.time_range)?;
        let timed = Kind::of(&self.name).is_some() || self.name.eq_ignore_ascii_case("VALARM");
        if self.time_range.is_some() && !timed {
            return Err(BadFilter::NoTimes { name: super::clipped(&self.name) });
        }
        self.props.iter().try_for_each(|prop| TimeRange::check(prop.time_range))?;
        self.comps.iter().try_for_each(|comp| comp.check_within(depth, nodes))
    }

    /// The time range outside of which nothing matches, for [`Index`](super::Index)es; `None` if there is none.
    pub fn bounds(&self) -> Option<TimeRange> {
        let needed = |comp: &&Self| !comp.is_not_defined && Kind::of(&comp.name).is_some();
        let range =
            |comp: &Self| comp.time_range.filter(|_| !comp.any || comp.props.is_empty() && comp.comps.is_empty());
        if self.is_not_defined || self.any && self.comps.len() + self.props.len() > 1 {
            return None;
        }
        self.comps.iter().filter(needed).find_map(range)
    }

    /// The kinds of objects outside of which nothing matches; `None` if any may.
    pub fn kinds(&self) -> Option<Vec<Kind>> {
        let needed = |comp: &Self| if comp.is_not_defined { None } else { Kind::of(&comp.name) };
        if self.is_not_defined {
            return None;
        }
        if self.any && self.comps.len() + self.props.len() > 1 {
            let all: Option<Vec<Kind>> = self.comps.iter().map(needed).collect();
            return all.filter(|_| self.props.is_empty());
        }
        self.comps.iter().find_map(needed).map(|kind| vec![kind])
    }
}

impl PropFilter {
    /// A filter that any property of this name meets.
    pub fn of(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    fn texts(&self) -> impl Iterator<Item = &TextMatch> {
        self.text.iter().chain(self.params.iter().filter_map(|param| param.text.as_ref()))
    }

    fn nodes(&self) -> usize {
        1 + self.text.len() + self.params.len() * 2
    }
}
