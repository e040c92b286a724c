//! Why bytes are no calendar object that is kept.

use super::schedule::NotAllowed;

/// Why bytes are no calendar object that is kept, by the preconditions of RFC 4791 5.3.2.1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadObject {
    /// They are no iCalendar.
    #[error("line {line}: {why}")]
    NotCalendar {
        /// The number of the line, from 1.
        line: usize,
        /// What is wrong there, and what to do.
        why: String,
    },
    /// They are a calendar of another version.
    #[error("the calendar is of version {version}: only iCalendar 2.0 is kept")]
    Unsupported {
        /// What VERSION says, clipped.
        version: String,
    },
    /// They are a calendar, but not one object of it.
    #[error("{why}")]
    Resource {
        /// What there is too much or too little of.
        why: String,
    },
    /// They hold something else than entries.
    #[error("a {name} cannot be kept in a calendar")]
    Component {
        /// The name of the component, clipped.
        name: String,
    },
    /// They are more than is kept.
    #[error("the object has {size} bytes: at most {limit} are kept")]
    TooLarge {
        /// How many there are.
        size: usize,
        /// How many there may be.
        limit: usize,
    },
    /// It happens too often.
    #[error("the entry recurs too often: at most {limit} instances a year, or by its COUNT, are kept")]
    TooManyInstances {
        /// How many instances there may be.
        limit: u32,
    },
    /// It is a meeting that nobody can organize.
    #[error(transparent)]
    Meeting(#[from] NotAllowed),
    /// Too many people take part.
    #[error("the entry has {count} attendees: at most {limit} are kept")]
    TooManyAttendees {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
}

impl BadObject {
    /// The precondition that is not met, as an element of the namespace `urn:ietf:params:xml:ns:caldav`.
    pub fn precondition(&self) -> &'static str {
        match self {
            Self::NotCalendar { .. } => "valid-calendar-data",
            Self::Unsupported { .. } => "supported-calendar-data",
            Self::Resource { .. } => "valid-calendar-object-resource",
            Self::Component { .. } => "supported-calendar-component",
            Self::TooLarge { .. } => "max-resource-size",
            Self::TooManyInstances { .. } => "max-instances",
            Self::Meeting(not) => not.precondition(),
            Self::TooManyAttendees { .. } => "max-attendees-per-instance",
        }
    }

    pub(super) fn at(line: usize, why: impl Into<String>) -> Self {
        Self::NotCalendar { line, why: why.into() }
    }

    pub(super) fn resource(why: impl Into<String>) -> Self {
        Self::Resource { why: why.into() }
    }
}

/// What of a client's text is shown back.
pub(super) fn clipped(text: &str) -> String {
    let clipped: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if clipped.len() < text.len() { format!("{clipped}…") } else { clipped }
}
