//! Values of an event's flags, and an event in words.

use meetme_core::api::{Event, Window};
use meetme_core::event::{Question, Visibility};
use meetme_core::time::Minutes;

use crate::when::length;

/// A value, or `none` to lift it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OrNone<T>(pub(super) Option<T>);

fn or_none<T>(word: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Result<OrNone<T>, String> {
    if word == "none" { Ok(OrNone(None)) } else { read(word).map(|value| OrNone(Some(value))) }
}

/// Reads a number, or `none`.
pub(super) fn number_or_none(word: &str) -> Result<OrNone<u32>, String> {
    or_none(word, |word| word.parse().map_err(|_| "write a whole number, or none".to_owned()))
}

/// Reads a number of days, or `none`.
pub(super) fn days_or_none(word: &str) -> Result<OrNone<u32>, String> {
    or_none(word, |word| length::days(word).map_err(|bad| bad.to_string()))
}

/// Reads a day, or `none`.
pub(super) fn day_or_none(word: &str) -> Result<OrNone<crate::when::DayWord>, String> {
    or_none(word, |word| word.parse().map_err(|bad: crate::when::BadWords| bad.to_string()))
}

/// Reads a visibility.
pub(super) fn visibility(word: &str) -> Result<Visibility, String> {
    match word {
        "public" => Ok(Visibility::Public),
        "unlisted" => Ok(Visibility::Unlisted),
        "private" => Ok(Visibility::Private),
        _ => Err("write public, unlisted or private".to_owned()),
    }
}

/// The word for a visibility.
pub(super) fn visibility_word(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Unlisted => "unlisted",
        Visibility::Private => "private",
    }
}

/// A question as typed: with a `*` at its end it must be answered.
pub(super) fn question(text: &str) -> Question {
    match text.trim_end().strip_suffix('*') {
        Some(question) => Question { question: question.trim_end().to_owned(), required: true },
        None => Question { question: text.to_owned(), required: false },
    }
}

/// An event's rules, one a line as name and value; what is left at its default is left out.
pub(super) fn rules(event: &Event) -> Vec<(&'static str, String)> {
    let mut rules = vec![("slots", slots(event)), ("days", days(event))];
    let mut add = |name, value: Option<String>| rules.extend(value.map(|value| (name, value)));
    add("where", (!event.location.is_empty()).then(|| crate::output::clean(&event.location)));
    add("buffers", buffers(event));
    let Minutes(notice) = event.notice_minutes;
    add("notice", (notice > 0).then(|| format!("at least {} ahead", length::spoken(event.notice_minutes))));
    add("horizon", event.horizon_days.map(|days| format!("at most {days} days ahead")));
    add("limits", limits(event));
    add("seats", (event.seats > 1).then(|| event.seats.to_string()));
    add("asks", (!event.questions.is_empty()).then(|| asks(event)));
    add("confirm", event.needs_confirmation.then(|| "you say yes to each booking".to_owned()));
    add("seen by", Some(visibility_word(event.visibility).to_owned()));
    rules
}

fn slots(event: &Event) -> String {
    let lasting = length::spoken(event.slot_minutes);
    if event.step_minutes == event.slot_minutes {
        return lasting;
    }
    format!("{lasting}, one every {}", length::spoken(event.step_minutes))
}

fn days(event: &Event) -> String {
    let end = event.last_day.map_or_else(|| "no end".to_owned(), |last| format!("to {last}"));
    format!("from {}, {end}, times in {}", event.first_day, event.time_zone)
}

fn buffers(event: &Event) -> Option<String> {
    let (before, after) = (event.buffer_before_minutes, event.buffer_after_minutes);
    let side = |length: Minutes, word| (length.0 > 0).then(|| format!("{} {word}", length::spoken(length)));
    let sides: Vec<String> = [side(before, "before"), side(after, "after")].into_iter().flatten().collect();
    (!sides.is_empty()).then(|| sides.join(", "))
}

fn limits(event: &Event) -> Option<String> {
    let limit = |most: Option<u32>, word| most.map(|most| format!("{most} a {word}"));
    let limits: Vec<String> =
        [limit(event.max_per_day, "day"), limit(event.max_per_week, "week")].into_iter().flatten().collect();
    (!limits.is_empty()).then(|| limits.join(", "))
}

fn asks(event: &Event) -> String {
    let question = |q: &Question| format!("{}{}", crate::output::clean(&q.question), if q.required { "*" } else { "" });
    event.questions.iter().map(question).collect::<Vec<_>>().join("; ")
}

/// A window in words: `Mon,Tue 09:00-12:00 from 2026-12-01`.
pub(in crate::commands) fn window(window: &Window) -> String {
    let start = window.start;
    let end = start + window.duration_minutes.delta();
    let hours = format!("{}-{}", start.format("%H:%M"), end.format("%H:%M"));
    let mut text = match window.rrule.as_ref().map(ToString::to_string) {
        None => format!("{} {hours}", start.format("%a %Y-%m-%d")),
        Some(rule) => format!("{} {hours} from {}", repeated(&rule), start.date()),
    };
    if !window.exdates.is_empty() {
        text.push_str(&format!(", without {}", crate::output::count(window.exdates.len(), "date")));
    }
    if window.whole {
        text.push_str(", as one slot");
    }
    text
}

/// The commonest rules in words, all others as they are.
fn repeated(rule: &str) -> String {
    let (mut days, mut until) = (None, "");
    for part in rule.split(';') {
        match part.split_once('=') {
            Some(("FREQ", "DAILY")) => days = Some("daily".to_owned()),
            Some(("FREQ", "WEEKLY")) => days = Some("weekly".to_owned()),
            Some(("BYDAY", list)) if list.bytes().all(|b| b.is_ascii_uppercase() || b == b',') => {
                days = days.map(|_| list.split(',').map(day_name).collect::<Vec<_>>().join(","));
            }
            Some(("UNTIL", end)) => until = end,
            _ => return rule.to_owned(),
        }
    }
    match (days, until.get(..8)) {
        (Some(days), Some(end)) => format!("{days} until {}-{}-{},", &end[..4], &end[4..6], &end[6..]),
        (Some(days), None) => days,
        (None, _) => rule.to_owned(),
    }
}

fn day_name(code: &str) -> String {
    code.chars().take(1).chain(code.chars().skip(1).map(|c| c.to_ascii_lowercase())).collect::<String>()
        + match code {
            "MO" => "n",
            "TU" => "e",
            "WE" => "d",
            "TH" => "u",
            "FR" => "i",
            "SA" => "t",
            "SU" => "n",
            _ => "",
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(start: &str, minutes: u32, rule: Option<&str>) -> String {
        window(&Window {
            id: "019206fa-0000-7000-8000-000000000000".parse().expect("an id"),
            start: start.parse().expect("a wall time"),
            duration_minutes: Minutes(minutes),
            rrule: rule.map(|rule| rule.parse().expect("a rule")),
            exdates: Vec::new(),
            whole: false,
        })
    }

    #[test]
    fn common_windows_are_said_in_words() {
        let first = "2026-12-01T09:00:00";

        assert_eq!(said(first, 180, None), "Tue 2026-12-01 09:00-12:00");
        assert_eq!(said(first, 60, Some("FREQ=WEEKLY;BYDAY=TU,TH")), "Tue,Thu 09:00-10:00 from 2026-12-01");
        assert_eq!(
            said(first, 60, Some("FREQ=DAILY;UNTIL=20261231T235959")),
            "daily until 2026-12-31, 09:00-10:00 from 2026-12-01"
        );
        assert_eq!(
            said(first, 60, Some("FREQ=MONTHLY;BYDAY=1TU")),
            "FREQ=MONTHLY;BYDAY=1TU 09:00-10:00 from 2026-12-01"
        );
    }

    #[test]
    fn a_starred_question_must_be_answered() {
        assert_eq!(question("Topic? *"), Question { question: "Topic?".into(), required: true });
        assert_eq!(question("Topic?"), Question { question: "Topic?".into(), required: false });
    }
}
