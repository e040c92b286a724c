//! What of an object is sent: CALDAV:calendar-data (RFC 4791 9.6) as plain data, and the text it makes.
//!
//! Lines that are sent as they are keep their bytes, but for line ends, which
//! become CRLF. The same object and shape give the same bytes.

use super::entry::Entry;
use super::filter::TimeRange;
use super::filter::times::{Range, overlaps};
use super::instances::Happening;
use super::value::{Length, Moment, moment_of, period};
use super::zones::{ObjectZone, iana};
use super::{Component, Kind, Object, Property};
use crate::ical::write::{Document, day, utc, wall};
use crate::recurrence::{Steps, TooManySteps};
use crate::time::{Clock, Instant, Span};

/// What of an object is sent. The default is all of it, as it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// CALDAV:expand: its instances that overlap this, each on its own, in UTC.
    pub expand: Option<Span>,
    /// CALDAV:limit-recurrence-set: of the instances that differ only those that matter within this.
    pub limit_recurrence: Option<Span>,
    /// CALDAV:limit-freebusy-set: of free-busy only what overlaps this.
    pub limit_freebusy: Option<Span>,
    /// CALDAV:comp: which components and properties.
    pub wanted: Option<Wanted>,
    /// Time zones by reference (RFC 7809): without the VTIMEZONEs whose names everybody knows.
    pub without_zones: bool,
}

/// CALDAV:comp: what is wanted of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The component's name.
    pub name: String,
    /// Which of its properties.
    pub props: WantedProps,
    /// Which of the components within.
    pub comps: WantedComps,
}

/// Which properties of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedProps {
    /// CALDAV:allprop.
    All,
    /// CALDAV:prop, one by one.
    These(Vec<WantedProp>),
}

/// CALDAV:prop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedProp {
    /// The property's name.
    pub name: String,
    /// Its name and parameters only.
    pub no_value: bool,
}

/// Which components of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedComps {
    /// CALDAV:allcomp.
    All,
    /// CALDAV:comp, one by one.
    These(Vec<Wanted>),
}

impl Shape {
    /// Whether the object is sent as it is stored, byte for byte.
    pub fn is_verbatim(&self) -> bool {
        *self == Self::default()
    }
}

impl Wanted {
    /// Whether a property is sent, and if so whether without its value.
    fn property(wanted: Option<&Self>, name: &str) -> Option<bool> {
        match wanted.map(|wanted| &wanted.props) {
            None | Some(WantedProps::All) => Some(false),
            Some(WantedProps::These(props)) => {
                props.iter().find(|prop| prop.name.eq_ignore_ascii_case(name)).map(|prop| prop.no_value)
            }
        }
    }

    /// What is wanted of a component within; `None` is nothing, `Some(None)` everything.
    fn component<'w>(wanted: Option<&'w Self>, name: &str) -> Option<Option<&'w Self>> {
        match wanted.map(|wanted| &wanted.comps) {
            None | Some(WantedComps::All) => Some(None),
            Some(WantedComps::These(comps)) => comps.iter().find(|comp| comp.name.eq_ignore_ascii_case(name)).map(Some),
        }
    }
}

/// The text of an object in this shape. Floating times and days are those of `floating`.
///
/// Fails when its rules cost more than is left of `steps`.
pub fn shaped(
    object: &Object<'_>,
    shape: &Shape,
    floating: &ObjectZone,
    steps: &mut Steps,
) -> Result<String, TooManySteps> {
    let happenings = match shape.expand {
        Some(span) => expanded(object, span, floating, steps)?,
        None => Vec::new(),
    };
    let forms = object.entries.iter().map(|_| None).collect();
    let mut writer = Writer { object, shape, floating, document: Document::default(), forms };
    writer.calendar(&happenings);
    Ok(writer.document.into_text())
}

/// The instances that overlap `span`.
fn expanded(
    object: &Object<'_>,
    span: Span,
    floating: &ObjectZone,
    steps: &mut Steps,
) -> Result<Vec<Happening>, TooManySteps> {
    let range = Range::from(TimeRange { start: Some(span.start()), end: Some(span.end()) });
    let mut happenings = object.happenings(floating, (span.start(), span.end()), steps)?;
    happenings.retain(|happening| overlaps(object, happening, floating, range));
    Ok(happenings)
}

struct Writer<'o> {
    object: &'o Object<'o>,
    shape: &'o Shape,
    floating: &'o ObjectZone,
    document: Document,
    /// What instances have in common, entry by entry, as far as it was needed.
    forms: Vec<Option<Vec<Piece<'o>>>>,
}

/// A piece of what is told of each instance of an entry.
enum Piece<'o> {
    /// The same for all of them.
    Same(String),
    /// DTSTART, and what names the instance.
    Start,
    /// DTEND or DUE, by its name.
    End(&'static str),
    /// DURATION, as it was written.
    Duration(&'o Property<'o>),
}

impl<'o> Writer<'o> {
    fn calendar(&mut self, happenings: &[Happening]) {
        let root = self.object.root();
        let wanted = self.shape.wanted.as_ref();
        self.document.line("BEGIN:VCALENDAR");
        self.properties(root, wanted);
        for (place, component) in root.components().iter().enumerate() {
            if self.is_sent(place, component) {
                self.component(component, wanted);
            }
        }
        if self.shape.expand.is_some()
            && let Some(wanted) = Wanted::component(wanted, self.object.kind().name())
        {
            for happening in happenings {
                self.instance(happening, wanted);
            }
        }
        self.document.line("END:VCALENDAR");
    }

    /// Whether a component of the calendar is sent as it is.
    fn is_sent(&self, place: usize, component: &Component<'_>) -> bool {
        if component.name() == "VTIMEZONE" {
            let known = || component.value("TZID").and_then(iana).is_some();
            return self.shape.expand.is_none() && !(self.shape.without_zones && known());
        }
        let Some(entry) = self.object.entries.iter().find(|entry| entry.place == place) else { return true };
        if self.shape.expand.is_some() {
            // What has no start has no instances to be told one by one.
            return entry.start.is_none() && entry.recurrence_id.is_none() || self.object.is(Kind::FreeBusy);
        }
        self.shape.limit_recurrence.is_none_or(|span| self.matters(entry, span))
    }

    /// Whether an entry, or an instance that differs, matters within `span` (RFC 4791 9.6.6).
    fn matters(&self, entry: &Entry, span: Span) -> bool {
        let Some(id) = entry.id(self.floating) else { return true };
        let place = self.object.entries.iter().position(|other| other.place == entry.place).unwrap_or(0);
        let touches =
            |start: Instant, end: Instant| start < span.end() && (end > span.start() || start >= span.start());
        let own = self.object.own_happening(place, self.floating).is_some_and(|own| touches(own.start, own.end));
        let length = self.object.master().map_or_else(Length::default, |(_, master)| master.length(self.floating));
        own || touches(id, id + length.at_most()) || entry.and_future && id < span.end()
    }

    fn component(&mut self, component: &Component<'_>, wanted: Option<&Wanted>) {
        let Some(wanted) = Wanted::component(wanted, component.name()) else { return };
        self.whole(component, wanted);
    }

    fn whole(&mut self, component: &Component<'_>, wanted: Option<&Wanted>) {
        self.document.line(&format!("BEGIN:{}", component.name()));
        self.properties(component, wanted);
        for inner in component.components() {
            self.component(inner, wanted);
        }
        self.document.line(&format!("END:{}", component.name()));
    }

    fn properties(&mut self, component: &Component<'_>, wanted: Option<&Wanted>) {
        for property in component.properties() {
            if property.is("FREEBUSY")
                && let Some(span) = self.shape.limit_freebusy
                && let Some(no_value) = Wanted::property(wanted, "FREEBUSY")
            {
                self.periods_within(property, span, no_value);
            } else {
                self.property(property, wanted);
            }
        }
    }

    fn property(&mut self, property: &Property<'_>, wanted: Option<&Wanted>) {
        match Wanted::property(wanted, property.name()) {
            None => {}
            Some(true) => self.document.line(&format!("{}:", property.head())),
            Some(false) => {
                let bytes = self.object.source().get(property.range()).unwrap_or_default();
                self.document.raw(std::str::from_utf8(bytes).unwrap_or_default());
            }
        }
    }

    /// Of a FREEBUSY's periods those that overlap `span`.
    fn periods_within(&mut self, property: &Property<'_>, span: Span, no_value: bool) {
        let zones = &self.object.zones;
        let inside = |item: &&str| {
            let Some((start, end)) = period(item, property.param("TZID"), zones) else { return true };
            let clock = start.clock(self.floating);
            let end = end.length(&start, self.floating).after(start.wall(), clock);
            start.instant(self.floating) < span.end() && end > span.start()
        };
        let kept: Vec<&str> = property.value().split(',').filter(inside).collect();
        if !kept.is_empty() {
            let value = if no_value { String::new() } else { kept.join(",") };
            self.document.line(&format!("{}:{value}", property.head()));
        }
    }

    /// One instance as a component of its own (RFC 4791 9.6.5).
    fn instance(&mut self, happening: &Happening, wanted: Option<&Wanted>) {
        let object = self.object;
        let entry = &object.entries[happening.entry];
        let Some(start) = entry.start.as_ref().or(entry.recurrence_id.as_ref()) else { return };
        let form = match self.forms[happening.entry].take() {
            Some(form) => form,
            None => self.form(object.component(entry), wanted),
        };
        for piece in &form {
            match piece {
                Piece::Same(text) => self.document.again(text),
                Piece::Start => self.start(entry, happening, start, wanted),
                Piece::End(name) => self.told(name, start, self.end_of(entry, happening), wanted),
                Piece::Duration(property) => self.duration(property, entry, happening, start, wanted),
            }
        }
        self.forms[happening.entry] = Some(form);
    }

    /// What all instances of a component have in common, and where they differ.
    fn form(&mut self, component: &'o Component<'o>, wanted: Option<&Wanted>) -> Vec<Piece<'o>> {
        let before = std::mem::take(&mut self.document);
        let mut form = Vec::new();
        self.document.line(&format!("BEGIN:{}", component.name()));
        for property in component.properties() {
            let piece = match property.name().to_ascii_uppercase().as_str() {
                "RRULE" | "RDATE" | "EXRULE" | "EXDATE" | "RECURRENCE-ID" => continue,
                "DTSTART" => Piece::Start,
                "DTEND" => Piece::End("DTEND"),
                "DUE" => Piece::End("DUE"),
                "DURATION" => Piece::Duration(property),
                _ => {
                    self.in_utc(property, wanted);
                    continue;
                }
            };
            form.extend([Piece::Same(std::mem::take(&mut self.document).into_text()), piece]);
        }
        for inner in component.components() {
            self.component(inner, wanted);
        }
        self.document.line(&format!("END:{}", component.name()));
        form.push(Piece::Same(std::mem::replace(&mut self.document, before).into_text()));
        form
    }

    fn start(&mut self, entry: &Entry, happening: &Happening, start: &Moment, wanted: Option<&Wanted>) {
        self.told("DTSTART", start, happening.start, wanted);
        if let Some(id) = &happening.id {
            self.told("RECURRENCE-ID", id, id.instant(self.floating), wanted);
        }
        // Only a period can make an instance last that says nothing of its length.
        let component = self.object.component(entry);
        let has_end = || ["DTEND", "DUE", "DURATION"].iter().any(|name| component.property(name).is_some());
        if happening.end > happening.start && !start.is_day() && !has_end() {
            self.told("DTEND", start, happening.end, wanted);
        }
    }

    /// The end to be told: a to-do that happens once may be due before it starts.
    fn end_of(&self, entry: &Entry, happening: &Happening) -> Instant {
        let due = entry.end.as_ref().filter(|_| self.object.is(Kind::Todo) && !entry.recurs());
        due.map_or(happening.end, |due| due.instant(self.floating))
    }

    /// A time in the form that expanding gives it: a day, a floating time, or UTC.
    fn told(&mut self, name: &str, form: &Moment, at: Instant, wanted: Option<&Wanted>) {
        let Some(no_value) = Wanted::property(wanted, name) else { return };
        let (param, value) = match form {
            Moment::Day(_) => (";VALUE=DATE", day(self.floating.wall_at(at).date())),
            Moment::Floating(_) => ("", wall(self.floating.wall_at(at))),
            Moment::Zoned(..) => ("", utc(at)),
        };
        self.document.line(&format!("{name}{param}:{}", if no_value { "" } else { &value }));
    }

    /// A length stays as it was written unless it counts days of a clock that is told no more, or a period has another.
    fn duration(
        &mut self,
        property: &Property<'_>,
        entry: &Entry,
        happening: &Happening,
        start: &Moment,
        wanted: Option<&Wanted>,
    ) {
        let exact = Length::exact(happening.end - happening.start);
        let clock = start.clock(self.floating);
        let written = entry.length(self.floating);
        let same = written.after(happening.wall, clock) == happening.end
            && (written.days == 0 || !matches!(start, Moment::Zoned(..)));
        match Wanted::property(wanted, "DURATION") {
            None => {}
            Some(false) if !same => self.document.line(&format!("DURATION:PT{}S", exact.seconds)),
            Some(_) => self.property(property, wanted),
        }
    }

    /// Any other property: as it is, but a time in a zone becomes UTC, since the zone is not told.
    fn in_utc(&mut self, property: &Property<'_>, wanted: Option<&Wanted>) {
        let moment = property.param("TZID").and_then(|_| moment_of(property, &self.object.zones));
        match moment.filter(|_| !property.value().contains(',')) {
            Some(moment @ Moment::Zoned(..)) => {
                self.told(&property.name().to_ascii_uppercase(), &moment, moment.instant(self.floating), wanted);
            }
            _ => self.property(property, wanted),
        }
    }
}
