//! CALDAV:filter and what belongs to it, from elements to plain data.

use chrono::NaiveDateTime;
use meetme_core::object::filter::{
    Collation, CompFilter, MAX_FILTER_DEPTH, MAX_FILTER_NODES, MatchType, ParamFilter, PropFilter, TextMatch, TimeRange,
};
use meetme_core::time::{Instant, Span};

use crate::caldav::fault::Fault;
use crate::caldav::xml::{CALDAV, Element};

/// The comp-filter of a CALDAV:filter, checked.
pub fn comp_filter(filter: &Element) -> Result<CompFilter, Fault> {
    let mut roots = filter.elements().filter(|element| element.is(CALDAV, "comp-filter"));
    let (root, None) = (roots.next().ok_or_else(|| invalid("a filter has one comp-filter"))?, roots.next()) else {
        return Err(invalid("a filter has one comp-filter"));
    };
    let read = comp(root, MAX_FILTER_DEPTH, &mut MAX_FILTER_NODES.clone())?;
    read.check().map_err(|bad| Fault::condition(&format!("C:{}", bad.precondition()), bad.to_string()))?;
    Ok(read)
}

fn invalid(sentence: &str) -> Fault {
    Fault::condition("C:valid-filter", sentence)
}

fn comp(element: &Element, depth: usize, left: &mut usize) -> Result<CompFilter, Fault> {
    let depth = depth.checked_sub(1).ok_or_else(|| invalid("the filter is too deep"))?;
    let mut filter = CompFilter { any: is_any(element), ..CompFilter::of(name(element)?) };
    for child in element.elements().filter(|child| child.name.space == CALDAV) {
        spend(left)?;
        match child.name.local.as_str() {
            "is-not-defined" => filter.is_not_defined = true,
            "time-range" => filter.time_range = Some(time_range(child)?),
            "prop-filter" => filter.props.push(prop(child, left)?),
            "comp-filter" => filter.comps.push(comp(child, depth, left)?),
            // RFC 4791 9.7.1 has it not, but old clients say it: what is there is meant anyway.
            "is-defined" => {}
            _ => return Err(supported(child)),
        }
    }
    Ok(filter)
}

fn prop(element: &Element, left: &mut usize) -> Result<PropFilter, Fault> {
    let mut filter = PropFilter { any: is_any(element), ..PropFilter::of(name(element)?) };
    for child in element.elements().filter(|child| child.name.space == CALDAV) {
        spend(left)?;
        match child.name.local.as_str() {
            "is-not-defined" => filter.is_not_defined = true,
            "time-range" => filter.time_range = Some(time_range(child)?),
            "text-match" => filter.text.push(text_match(child)?),
            "param-filter" => filter.params.push(param(child)?),
            "is-defined" => {}
            _ => return Err(supported(child)),
        }
    }
    Ok(filter)
}

fn param(element: &Element) -> Result<ParamFilter, Fault> {
    let text = element.child(CALDAV, "text-match").map(text_match).transpose()?;
    let is_not_defined = element.child(CALDAV, "is-not-defined").is_some();
    Ok(ParamFilter { name: name(element)?, is_not_defined, text })
}

fn text_match(element: &Element) -> Result<TextMatch, Fault> {
    let collation = match element.attribute("collation") {
        None | Some("default") => Collation::AsciiCasemap,
        Some(name) => Collation::of(name)
            .ok_or_else(|| Fault::condition("C:supported-collation", format!("there is no collation `{name}` here")))?,
    };
    let match_type = match element.attribute("match-type") {
        None | Some("contains") => MatchType::Contains,
        Some("equals") => MatchType::Equals,
        Some("starts-with") => MatchType::StartsWith,
        Some("ends-with") => MatchType::EndsWith,
        Some(_) => return Err(supported(element)),
    };
    let negate = element.attribute("negate-condition") == Some("yes");
    Ok(TextMatch { text: element.text(), collation, negate, match_type })
}

fn is_any(element: &Element) -> bool {
    element.attribute("test") == Some("anyof")
}

fn name(element: &Element) -> Result<String, Fault> {
    element.attribute("name").map(str::to_owned).ok_or_else(|| invalid("a filter has a name"))
}

fn spend(left: &mut usize) -> Result<(), Fault> {
    *left = left.checked_sub(1).ok_or_else(|| invalid("the filter has too many conditions"))?;
    Ok(())
}

fn supported(element: &Element) -> Fault {
    Fault::condition("C:supported-filter", format!("{} is not known here", element.name.local))
}

/// A CALDAV:time-range.
fn time_range(element: &Element) -> Result<TimeRange, Fault> {
    let end = |name: &str| element.attribute(name).map(instant).transpose();
    Ok(TimeRange { start: end("start")?, end: end("end")? })
}

/// The two ends of an element that needs both, such as CALDAV:expand.
pub fn span(element: &Element) -> Result<Span, Fault> {
    let TimeRange { start, end } = time_range(element)?;
    let ends = start.zip(end).and_then(|(start, end)| Span::new(start, end).ok());
    ends.ok_or_else(|| Fault::bad_request("it needs a start and a later end"))
}

/// A UTC date-time, or what some clients write instead: a date alone.
fn instant(text: &str) -> Result<Instant, Fault> {
    let wall = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").ok();
    let wall = wall
        .or_else(|| chrono::NaiveDate::parse_from_str(text, "%Y%m%d").ok().and_then(|day| day.and_hms_opt(0, 0, 0)));
    let wall =
        wall.ok_or_else(|| invalid(&format!("`{}` is not a UTC time", text.chars().take(40).collect::<String>())))?;
    Ok(wall.and_utc())
}
