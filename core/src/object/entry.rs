//! What one VEVENT, VTODO, VJOURNAL or VFREEBUSY says of its times.

use chrono::NaiveDate;

use super::bad::{BadObject, clipped};
use super::value::{Length, Moment, PeriodEnd, duration, moment, moment_in, period};
use super::zones::{ObjectZone, Zones};
use super::{Component, Kind, Property};
use crate::recurrence::Rule;
use crate::time::Instant;

/// A component and its times. Which instants they are is decided by the zone of whoever asks.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Its place among the components of the calendar.
    pub(crate) place: usize,
    pub(crate) start: Option<Moment>,
    /// DTEND or DUE.
    pub(crate) end: Option<Moment>,
    pub(crate) duration: Option<Length>,
    pub(crate) recurrence_id: Option<Moment>,
    /// RANGE=THISANDFUTURE: what it changes holds for all later instances.
    pub(crate) and_future: bool,
    pub(crate) rules: Vec<Rule>,
    /// EXRULE, of RFC 2445.
    pub(crate) exrules: Vec<Rule>,
    pub(crate) rdates: Vec<(Moment, Option<PeriodEnd>)>,
    pub(crate) exdates: Vec<Moment>,
}

impl Entry {
    pub(super) fn read(component: &Component<'_>, place: usize, kind: Kind, zones: &Zones) -> Result<Self, BadObject> {
        let end_name = if kind == Kind::Todo { "DUE" } else { "DTEND" };
        let start = time(component, "DTSTART", zones)?;
        let id = component.property("RECURRENCE-ID");
        let and_future = id.and_then(|id| id.param("RANGE")).is_some_and(|r| r.eq_ignore_ascii_case("THISANDFUTURE"));
        let mut entry = Self {
            place,
            end: time(component, end_name, zones)?,
            duration: component.property("DURATION").map(length).transpose()?.filter(|_| kind != Kind::FreeBusy),
            recurrence_id: time(component, "RECURRENCE-ID", zones)?,
            and_future,
            rules: Vec::new(),
            exrules: Vec::new(),
            rdates: Vec::new(),
            exdates: Vec::new(),
            start,
        };
        if kind == Kind::Event && entry.start.is_none() && entry.recurrence_id.is_none() {
            return Err(BadObject::at(component.line(), "the VEVENT has no DTSTART: add one"));
        }
        // An instance that differs has no rule of its own.
        if entry.recurrence_id.is_none() {
            entry.read_recurrence(component, zones)?;
        }
        Ok(entry)
    }

    fn read_recurrence(&mut self, component: &Component<'_>, zones: &Zones) -> Result<(), BadObject> {
        let start = self.start.as_ref();
        let rules = |name: &str| {
            let texts = component.all(name).filter(|property| !property.value().trim().is_empty());
            texts.map(|property| rule(property, start)).collect::<Result<Vec<_>, _>>()
        };
        (self.rules, self.exrules) = (rules("RRULE")?, rules("EXRULE")?);
        for property in component.all("RDATE") {
            for item in listed(property) {
                let tzid = property.param("TZID");
                let read = period(item, tzid, zones)
                    .map(|(start, end)| (start, Some(end)))
                    .or_else(|| moment(item, tzid, zones).map(|start| (start, None)));
                self.rdates.push(read.ok_or_else(|| no_time(property, item))?);
            }
        }
        for property in component.all("EXDATE") {
            for item in listed(property) {
                let read = moment(item, property.param("TZID"), zones);
                self.exdates.push(read.ok_or_else(|| no_time(property, item))?);
            }
        }
        Ok(())
    }

    /// Whether it happens, or may happen, more than once.
    pub(crate) fn recurs(&self) -> bool {
        !self.rules.is_empty() || !self.rdates.is_empty()
    }

    /// How long an instance lasts. A day when it is a day and says nothing, and never less than nothing.
    pub(crate) fn length(&self, floating: &ObjectZone) -> Length {
        let Some(start) = &self.start else { return Length::default() };
        let length = match (&self.end, self.duration) {
            (Some(Moment::Day(end)), _) if start.is_day() => Length::of_days(days_between(start.wall().date(), *end)),
            (Some(end), _) => Length::exact(end.instant(floating) - start.instant(floating)),
            (None, Some(duration)) => duration,
            (None, None) => Length::default(),
        };
        let nothing = length.days < 0 || length.seconds < 0 || length == Length::default();
        match (nothing, start.is_day()) {
            // Apps write a whole day as one that ends on the day it begins.
            (true, true) if self.duration.is_none() => Length::of_days(1),
            (true, _) => Length::default(),
            (false, _) => length,
        }
    }

    /// The instant of its RECURRENCE-ID.
    pub(crate) fn id(&self, floating: &ObjectZone) -> Option<Instant> {
        self.recurrence_id.as_ref().map(|id| id.instant(floating))
    }
}

fn days_between(first: NaiveDate, last: NaiveDate) -> i64 {
    (last - first).num_days()
}

/// The items of a list of times; empty ones are none.
fn listed<'p>(property: &'p Property<'_>) -> impl Iterator<Item = &'p str> {
    property.value().split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn time(component: &Component<'_>, name: &str, zones: &Zones) -> Result<Option<Moment>, BadObject> {
    let Some(property) = component.property(name).filter(|property| !property.value().trim().is_empty()) else {
        return Ok(None);
    };
    let read = moment_in(component, name, zones);
    read.map(Some).ok_or_else(|| no_time(property, property.value()))
}

fn length(property: &Property<'_>) -> Result<Length, BadObject> {
    let wrong = || {
        let why = format!("DURATION: {} is no length such as PT1H", clipped(property.value()));
        BadObject::at(property.line(), why)
    };
    duration(property.value()).ok_or_else(wrong)
}

fn no_time(property: &Property<'_>, item: &str) -> BadObject {
    let why = format!("{}: {} is no date or time such as 20260301T090000Z", clipped(property.name()), clipped(item));
    BadObject::at(property.line(), why)
}

/// A rule as it is meant.
///
/// An UNTIL of a day's rule is a day, whatever it says of the time. Parts that
/// no standard knows are left out, and so is COUNT beside UNTIL.
fn rule(property: &Property<'_>, start: Option<&Moment>) -> Result<Rule, BadObject> {
    let text = property.value();
    let all_day = start.is_some_and(Moment::is_day);
    let cut = |value: &str| if all_day { value.get(..8).unwrap_or(value).to_owned() } else { value.to_owned() };
    let has_until = text.to_ascii_uppercase().contains("UNTIL=");
    let mended = text.split(';').filter_map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name.trim().to_ascii_uppercase().as_str() {
            "UNTIL" => Some(format!("UNTIL={}", cut(value.trim()))),
            "COUNT" if has_until => None,
            unknown if unknown.starts_with("X-") => None,
            _ if part.trim().is_empty() => None,
            _ => Some(part.to_owned()),
        }
    });
    let mended: Vec<_> = mended.collect();
    let read: Result<Rule, _> = mended.join(";").parse();
    read.map_err(|why| BadObject::at(property.line(), format!("{}: {why}", clipped(property.name()))))
}
