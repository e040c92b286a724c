//! Whether an object matches a filter (RFC 4791 9.7.1 to 9.7.5).

use std::borrow::Cow;

use super::times::{Range, alarm_matches, entry_matches, property_matches};
use super::{CompFilter, ParamFilter, PropFilter, TimeRange};
use crate::object::value::items;
use crate::object::{Component, Object, ObjectZone, Property};
use crate::recurrence::{Steps, TooManySteps};

/// What one condition looks through in a step, in bytes.
const BYTES_A_STEP: usize = 2_048;

/// Whether `object` matches the filter, whose outermost component is VCALENDAR.
///
/// All conditions of a comp-filter are asked of one and the same component:
/// the entry with those of its instances that have no component of their own,
/// or one instance that differs. Floating times and days are those of
/// `floating`. Fails when the object's rules cost more than is left of `steps`.
pub fn matches(
    object: &Object<'_>,
    filter: &CompFilter,
    floating: &ObjectZone,
    steps: &mut Steps,
) -> Result<bool, TooManySteps> {
    if !filter.name.eq_ignore_ascii_case(object.root().name()) {
        return Ok(filter.is_not_defined);
    }
    if filter.is_not_defined {
        return Ok(false);
    }
    // Each condition may look through all of it.
    let looked_through = filter.nodes().saturating_mul(object.source().len()) / BYTES_A_STEP;
    steps.spend(u32::try_from(looked_through).unwrap_or(u32::MAX))?;
    Asked { object, floating }.component(object.root(), None, filter, steps)
}

/// What a filter is asked of.
struct Asked<'o> {
    object: &'o Object<'o>,
    floating: &'o ObjectZone,
}

impl Asked<'_> {
    /// Whether a component meets what stands in the filter of its name. `entry` is the one it is, or belongs to.
    fn component(
        &self,
        component: &Component<'_>,
        entry: Option<usize>,
        filter: &CompFilter,
        steps: &mut Steps,
    ) -> Result<bool, TooManySteps> {
        if filter.time_range.is_none() && filter.props.is_empty() && filter.comps.is_empty() {
            return Ok(true);
        }
        // What is cheap comes first. One that decides ends it.
        for prop in &filter.props {
            if self.property(component, prop) == filter.any {
                return Ok(filter.any);
            }
        }
        for comp in filter.comps.iter().filter(|comp| comp.is_not_defined) {
            if component.inner(&comp.name).next().is_none() == filter.any {
                return Ok(filter.any);
            }
        }
        if let Some(range) = filter.time_range
            && self.happens(component, entry, range, steps)? == filter.any
        {
            return Ok(filter.any);
        }
        for comp in filter.comps.iter().filter(|comp| !comp.is_not_defined) {
            if self.inner(component, entry, comp, steps)? == filter.any {
                return Ok(filter.any);
            }
        }
        Ok(!filter.any)
    }

    /// Whether one of the components within meets the filter.
    fn inner(
        &self,
        component: &Component<'_>,
        entry: Option<usize>,
        filter: &CompFilter,
        steps: &mut Steps,
    ) -> Result<bool, TooManySteps> {
        for (place, inner) in component.components().iter().enumerate() {
            if !inner.name().eq_ignore_ascii_case(&filter.name) {
                continue;
            }
            let entry = entry.or_else(|| self.object.entries.iter().position(|entry| entry.place == place));
            if self.component(inner, entry, filter, steps)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn happens(
        &self,
        component: &Component<'_>,
        entry: Option<usize>,
        range: TimeRange,
        steps: &mut Steps,
    ) -> Result<bool, TooManySteps> {
        let Some(entry) = entry else { return Ok(false) };
        let range = Range::from(range);
        if component.name() == "VALARM" {
            alarm_matches(self.object, entry, component, self.floating, range, steps)
        } else {
            entry_matches(self.object, entry, self.floating, range, steps)
        }
    }

    fn property(&self, component: &Component<'_>, filter: &PropFilter) -> bool {
        if filter.is_not_defined {
            return component.property(&filter.name).is_none();
        }
        component.all(&filter.name).any(|property| self.property_meets(property, filter))
    }

    fn property_meets(&self, property: &Property<'_>, filter: &PropFilter) -> bool {
        let range = filter.time_range.map(Range::from);
        let times = range.iter().map(|range| property_matches(property, self.object, self.floating, *range));
        let texts = filter.text.iter().map(|text| {
            let values = values_of(property);
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            text.matches(&values)
        });
        let params = filter.params.iter().map(|param| parameter(property, param));
        let mut conditions = times.chain(texts).chain(params).peekable();
        if conditions.peek().is_none() {
            return true;
        }
        if filter.any { conditions.any(|met| met) } else { conditions.all(|met| met) }
    }
}

/// What a property says: a list of texts item by item and as a whole, anything else as it is.
fn values_of(property: &Property<'_>) -> Vec<String> {
    let whole = property.text();
    if property.is("CATEGORIES") || property.is("RESOURCES") {
        let mut values = items(property.value());
        if values.len() > 1 {
            values.push(whole);
        }
        return values;
    }
    vec![whole]
}

fn parameter(property: &Property<'_>, filter: &ParamFilter) -> bool {
    let value = property.param(&filter.name);
    match (value, &filter.text) {
        (found, _) if filter.is_not_defined => found.is_none(),
        (None, _) => false,
        (Some(_), None) => true,
        (Some(value), Some(text)) => text.matches(&[&decoded(value)]),
    }
}

/// A parameter's value with the escapes of RFC 6868 undone.
fn decoded(value: &str) -> Cow<'_, str> {
    if !value.contains('^') {
        return Cow::Borrowed(value);
    }
    let mut plain = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = match (c, chars.peek()) {
            ('^', Some('n')) => '\n',
            ('^', Some('\'')) => '"',
            ('^', Some('^')) => '^',
            _ => {
                plain.push(c);
                continue;
            }
        };
        chars.next();
        plain.push(escaped);
    }
    Cow::Owned(plain)
}
