//! What a host offers.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::id::{EventId, Slug, UserId, Username};
use crate::refusal::Invalid;
use crate::time::{Instant, Minutes, Span, Zone};

/// The longest title, in characters.
pub const MAX_TITLE: usize = 200;
/// The longest description, in characters.
pub const MAX_DESCRIPTION: usize = 10_000;
/// The longest location, in characters.
pub const MAX_LOCATION: usize = 1_000;
/// The longest slot and the longest step.
pub const MAX_SLOT: Minutes = Minutes(24 * 60);
/// The longest buffer on either side of a slot.
pub const MAX_BUFFER: Minutes = Minutes(24 * 60);
/// The longest minimum notice: a year.
pub const MAX_NOTICE: Minutes = Minutes(366 * 24 * 60);
/// The farthest horizon, in days.
pub const MAX_HORIZON_DAYS: u32 = 3660;
/// The most seats in one slot.
pub const MAX_SEATS: u32 = 1000;
/// The highest limit per day or week.
pub const MAX_LIMIT: u32 = 10_000;
/// The most questions to a guest.
pub const MAX_QUESTIONS: usize = 20;
/// The longest question and the longest answer, in characters.
pub const MAX_ANSWER: usize = 2_000;
/// The most accounts invited to a private event.
pub const MAX_INVITED: usize = 500;
/// The earliest and the latest day an event may name.
pub const DAYS: (NaiveDate, NaiveDate) =
    (NaiveDate::from_ymd_opt(1970, 1, 1).expect("a date"), NaiveDate::from_ymd_opt(9000, 12, 31).expect("a date"));

/// What a host offers: how long, how often, to whom. When is said by its windows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its id; never changes.
    pub id: EventId,
    /// Who owns it.
    pub host: UserId,
    /// The owner's username, the first half of its public name.
    pub owner: Username,
    /// Its short name among the owner's events.
    pub slug: Slug,
    /// One line for people.
    pub title: String,
    /// Text for people.
    pub description: String,
    /// Where the meeting is, free text; empty means the call.
    pub location: String,
    /// The zone of its days, windows and limits.
    pub zone: Zone,
    /// The first wall-clock day on which a slot may lie.
    pub first_day: NaiveDate,
    /// The last one; none means no end.
    pub last_day: Option<NaiveDate>,
    /// How long a slot is.
    pub slot_length: Minutes,
    /// From one slot's start to the next within a window.
    pub step: Minutes,
    /// Kept free before each slot in use.
    pub buffer_before: Minutes,
    /// Kept free after each slot in use.
    pub buffer_after: Minutes,
    /// A slot can be booked until this long before its start.
    pub notice: Minutes,
    /// A slot can be booked from this many wall-clock days ahead; none means any.
    pub horizon_days: Option<u32>,
    /// The most slots in use on a wall-clock day.
    pub max_per_day: Option<u32>,
    /// The most slots in use in an ISO week.
    pub max_per_week: Option<u32>,
    /// How many guests may share a slot.
    pub seats: u32,
    /// Who may see and book it.
    pub visibility: Visibility,
    /// Who may see and book it while it is private.
    pub invited: Vec<Username>,
    /// Whether a booking waits for the host's yes.
    pub needs_confirmation: bool,
    /// What a guest is asked.
    pub questions: Vec<Question>,
    /// How long before its start the call can be joined.
    pub call_opens: Minutes,
    /// How long after its end the call can still be joined.
    pub call_closes: Minutes,
    /// Goes up with every change to the event or its windows.
    pub version: u64,
    /// When it last changed.
    pub updated_at: Instant,
}

/// Who may see and book an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Anyone, and it is listed under its owner.
    Public,
    /// Anyone who has the link.
    #[default]
    Unlisted,
    /// The host and invited accounts.
    Private,
}

/// Something the host wants to know from a guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The text; also the answer's key.
    pub question: String,
    /// Whether a booking without an answer is refused.
    #[serde(default)]
    pub required: bool,
}

/// A guest's answer to one [`Question`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The question's text, to the letter.
    pub question: String,
    /// What the guest says.
    pub answer: String,
}

impl Event {
    /// From the first instant of its first day to the end of its last, if it has one.
    pub fn date_range(&self) -> Span {
        let start = self.zone.day(self.first_day).start();
        let end = self.last_day.unwrap_or(DAYS.1);
        let end = self.zone.day(end).end();
        Span::new(start, end).unwrap_or_else(|_| self.zone.day(self.first_day))
    }

    /// The instant from which on slots are too far ahead at `now`: the end of
    /// the wall-clock day `horizon_days` from today. None without a horizon.
    pub fn horizon_at(&self, now: Instant) -> Option<Instant> {
        let days = self.horizon_days?;
        let last = self.zone.day_at(now).checked_add_days(Days::new(u64::from(days)))?;
        Some(self.zone.day(last).end())
    }

    /// When a slot that starts at `start` stops being bookable.
    pub fn closes_at(&self, start: Instant) -> Instant {
        start - self.notice.delta()
    }

    /// Whether `username` may see and book it; the host may always see it.
    pub fn is_open_to(&self, username: Option<&Username>) -> bool {
        self.visibility != Visibility::Private
            || username.is_some_and(|name| *name == self.owner || self.invited.contains(name))
    }

    /// Names the first field that breaks a rule.
    pub fn check(&self) -> Result<(), Invalid> {
        check_text("title", &self.title, 1, MAX_TITLE)?;
        check_text("description", &self.description, 0, MAX_DESCRIPTION)?;
        check_text("location", &self.location, 0, MAX_LOCATION)?;
        self.check_days()?;
        check_number("slot_minutes", self.slot_length.0, 1, MAX_SLOT.0)?;
        check_number("step_minutes", self.step.0, 1, MAX_SLOT.0)?;
        check_number("buffer_before_minutes", self.buffer_before.0, 0, MAX_BUFFER.0)?;
        check_number("buffer_after_minutes", self.buffer_after.0, 0, MAX_BUFFER.0)?;
        check_number("notice_minutes", self.notice.0, 0, MAX_NOTICE.0)?;
        check_number("call_opens_minutes", self.call_opens.0, 0, MAX_SLOT.0)?;
        check_number("call_closes_minutes", self.call_closes.0, 0, MAX_SLOT.0)?;
        check_number("seats", self.seats, 1, MAX_SEATS)?;
        check_limit("horizon_days", self.horizon_days, 0, MAX_HORIZON_DAYS)?;
        check_limit("max_per_day", self.max_per_day, 1, MAX_LIMIT)?;
        check_limit("max_per_week", self.max_per_week, 1, MAX_LIMIT)?;
        if self.invited.len() > MAX_INVITED {
            return Err(Invalid::new("invited", self.invited.len(), format!("invite at most {MAX_INVITED} accounts")));
        }
        self.check_questions()
    }

    fn check_days(&self) -> Result<(), Invalid> {
        for (field, day) in [("first_day", Some(self.first_day)), ("last_day", self.last_day)] {
            if let Some(day) = day.filter(|day| *day < DAYS.0 || *day > DAYS.1) {
                return Err(Invalid::new(field, day, format!("use a day from {} to {}", DAYS.0, DAYS.1)));
            }
        }
        match self.last_day {
            Some(last) if last < self.first_day => Err(Invalid::new(
                "last_day",
                last,
                format!("the last day must not come before the first day, {}", self.first_day),
            )),
            _ => Ok(()),
        }
    }

    fn check_questions(&self) -> Result<(), Invalid> {
        if self.questions.len() > MAX_QUESTIONS {
            return Err(Invalid::new(
                "questions",
                self.questions.len(),
                format!("ask at most {MAX_QUESTIONS} questions"),
            ));
        }
        for (i, question) in self.questions.iter().enumerate() {
            check_text("questions", &question.question, 1, MAX_ANSWER)?;
            if self.questions[..i].iter().any(|other| other.question == question.question) {
                return Err(Invalid::new("questions", &question.question, "ask each question once"));
            }
        }
        Ok(())
    }

    /// Checks a guest's answers: every one belongs to a question, none is answered twice, no required one is missing.
    pub fn check_answers(&self, answers: &[Answer]) -> Result<(), Invalid> {
        for (i, answer) in answers.iter().enumerate() {
            if answers[..i].iter().any(|other| other.question == answer.question) {
                return Err(Invalid::new("answers", &answer.question, "answer each question once"));
            }
            if !self.questions.iter().any(|q| q.question == answer.question) {
                return Err(Invalid::new(
                    "answers",
                    &answer.question,
                    "answer only what the event asks, to the letter",
                ));
            }
            check_text("answers", &answer.answer, 0, MAX_ANSWER)?;
        }
        for question in self.questions.iter().filter(|q| q.required) {
            let given = answers.iter().find(|a| a.question == question.question);
            if given.is_none_or(|a| a.answer.trim().is_empty()) {
                return Err(Invalid::new("answers", &question.question, "this question needs an answer"));
            }
        }
        Ok(())
    }
}

/// Checks a text's length in characters and that it has no control characters but line breaks and tabs.
pub fn check_text(field: &'static str, text: &str, least: usize, most: usize) -> Result<(), Invalid> {
    // A character is at least one byte, so counting stops early on something huge.
    let length = text.chars().take(most + 1).count();
    if length > most {
        return Err(Invalid::new(field, text, format!("use at most {most} characters")));
    }
    if text.trim().chars().count() < least {
        return Err(Invalid::new(field, text, "it must not be empty"));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Invalid::new(field, text, "it must not hold control characters"));
    }
    Ok(())
}

fn check_number(field: &'static str, number: u32, least: u32, most: u32) -> Result<(), Invalid> {
    if (least..=most).contains(&number) {
        return Ok(());
    }
    Err(Invalid::new(field, number, format!("use a whole number from {least} to {most}")))
}

fn check_limit(field: &'static str, limit: Option<u32>, least: u32, most: u32) -> Result<(), Invalid> {
    limit.map_or(Ok(()), |number| check_number(field, number, least, most))
}
