//! `meetme book`: at a time, the first that fits, or one chosen from a list.

use meetme_core::api::{Booking, NewBooking, Slot};
use meetme_core::event::{Answer, Question};
use meetme_core::id::{Slug, Username};
use meetme_core::time::{Instant, Span, Zone};

use super::booking::Shown;
use super::pick;
use super::range::{FoldArgs, ZoneArg};
use super::refs::EventRef;
use super::slots;
use crate::client::{BookingQuery, Error as ClientError, SlotQuery};
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::ids;
use crate::output::{clean, times};
use crate::prompt;
use crate::when::When;
use crate::when::window::Filter;

/// How many matching slots `--first` tries while others are faster.
pub const MAX_TRIES: usize = 10;

/// The longest Idempotency-Key.
const MAX_KEY: usize = 255;

/// Book a slot
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event
    #[arg(add = complete::events())]
    event: Option<EventRef>,
    /// When the slot starts: 2026-12-01T09:00:00Z, "2026-12-01 09:00", "tomorrow 14:00", "tue 10:00"
    #[arg(long, value_name = "WHEN", conflicts_with = "first", add = complete::slots())]
    at: Option<When>,
    /// The first open slot within 31 days that fits: "weekday 9-12", "tue", "14-16"; any if left out
    #[arg(long, value_name = "WORDS", num_args = 0..=1, default_missing_value = "any")]
    first: Option<String>,
    /// Booked already (at that time, with --at): success, and nothing changes
    #[arg(long)]
    ensure: bool,
    /// Repeating a command under the same key books nothing twice
    #[arg(long, value_name = "KEY", value_parser = key)]
    idempotency_key: Option<String>,
    /// A note to the host
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// An answer to the host: "QUESTION=ANSWER", or the answer alone if there is one question
    #[arg(long, value_name = "TEXT")]
    answer: Vec<String>,
    /// Book although you meet somebody else then
    #[arg(long)]
    anyway: bool,
    #[command(flatten)]
    zone: ZoneArg,
    #[command(flatten)]
    fold: FoldArgs,
}

/// What is booked, but for its time.
struct Wish {
    owner: Username,
    slug: Slug,
    key: String,
    note: String,
    answers: Vec<Answer>,
    anyway: bool,
}

/// Books it.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let filter =
        args.first.as_deref().map(|words| words.parse::<Filter>().map(|filter| (words, filter))).transpose()?;
    if args.at.is_none() && filter.is_none() && !args.ensure && !ctx.can_ask() {
        return Err(no_time());
    }
    let (owner, slug) = ctx.event(args.event.as_ref()).await?;
    ctx.session().await?;
    let zone = ctx.zone(args.zone.zone).await?;
    let at = args.at.map(|at| at.resolve(ctx.now, zone, args.fold.fold())).transpose()?;
    if let Some(at) = at {
        ctx.echo_time(at, zone);
    }
    if args.ensure
        && let Some(booking) = booked_already(ctx, &owner, &slug, at).await?
    {
        ctx.out.note("booked already, nothing changed");
        return ctx.out.show(&Shown::new(booking, zone));
    }
    let answers = answers(ctx, &owner, &slug, &args.answer).await?;
    let key = args.idempotency_key.unwrap_or_else(ids::idempotency_key);
    let wish = Wish { owner, slug, key, note: args.note.unwrap_or_default(), answers, anyway: args.anyway };
    let booked = match (at, filter) {
        (Some(start), _) => wish.book(ctx, start).await,
        (None, Some((words, filter))) => wish.book_first(ctx, words, &filter, zone).await,
        (None, None) if !ctx.can_ask() => return Err(no_time()),
        (None, None) => {
            let start = pick::slot(ctx, &wish.owner, &wish.slug, zone).await?;
            wish.book(ctx, start).await
        }
    };
    let booking = match booked {
        // Another process was faster with the same wish.
        Err(error) if args.ensure && error.code() == "already-booked" => {
            booked_already(ctx, &wish.owner, &wish.slug, at).await?.ok_or(error)?
        }
        other => other?,
    };
    ctx.out.show(&Shown::new(booking, zone))
}

impl Wish {
    async fn book(&self, ctx: &mut Context<'_>, start: Instant) -> Result<Booking, CliError> {
        let booking =
            NewBooking { start, note: self.note.clone(), answers: self.answers.clone(), allow_overlap: self.anyway };
        Ok(ctx.session().await?.book(&self.owner, &self.slug, &booking, &self.key).await?)
    }

    /// Books the first slot that fits, and the next one while others are faster.
    /// One key serves for all of them: the server keeps it for the one that is booked.
    async fn book_first(
        &self,
        ctx: &mut Context<'_>,
        words: &str,
        filter: &Filter,
        zone: Zone,
    ) -> Result<Booking, CliError> {
        let until = ctx.now + slots::DEFAULT_RANGE;
        let open = self.open_slots(ctx).await?;
        let today = ctx.today(zone);
        let fits = |slot: &&Slot| Span::new(slot.start, slot.end).is_ok_and(|span| filter.takes(span, zone, today));
        let mut tries = 0;
        for slot in open.iter().filter(fits).take(MAX_TRIES) {
            tries += 1;
            match self.book(ctx, slot.start).await {
                Err(error) if matches!(error.code(), "slot-taken" | "too-late" | "no-such-slot" | "guest-busy") => {
                    ctx.out.note(format!("{}: {error}; trying the next", times::exact(slot.start, zone)));
                }
                Ok(booking) => {
                    ctx.echo_time(booking.start, zone);
                    return Ok(booking);
                }
                Err(error) => return Err(error),
            }
        }
        if tries > 0 {
            return Err(CliError::AlwaysTaken { tries });
        }
        Err(CliError::NothingMatched {
            filter: words.to_owned(),
            until: times::exact(until, zone),
            event: format!("{}/{}", self.owner, self.slug),
        })
    }

    async fn open_slots(&self, ctx: &mut Context<'_>) -> Result<Vec<Slot>, CliError> {
        let (from, to) = (Some(ctx.now), Some(ctx.now + slots::DEFAULT_RANGE));
        let query = SlotQuery { from, to, open: true, explain: false };
        Ok(slots::all(ctx.session().await?, &self.owner, &self.slug, query).await?.0)
    }
}

/// A booking of this event that the user has as a guest: at that time, or any ahead.
async fn booked_already(
    ctx: &mut Context<'_>,
    owner: &Username,
    slug: &Slug,
    at: Option<Instant>,
) -> Result<Option<Booking>, CliError> {
    let query = BookingQuery {
        from: Some(ctx.now),
        role: Some("guest"),
        status: Some("pending,confirmed"),
        event: Some((owner.clone(), slug.clone())),
        ..BookingQuery::default()
    };
    let bookings = ctx.session().await?.bookings(&query).await?;
    Ok(bookings.into_iter().find(|booking| at.is_none_or(|at| booking.start == at)))
}

/// The answers that were typed, and on a terminal those that are missing.
async fn answers(
    ctx: &mut Context<'_>,
    owner: &Username,
    slug: &Slug,
    typed: &[String],
) -> Result<Vec<Answer>, CliError> {
    if typed.is_empty() && !ctx.can_ask() {
        return Ok(Vec::new());
    }
    let questions = match ctx.session().await?.event(owner, slug).await {
        Ok(event) => event.questions,
        Err(ClientError::Refused(problem)) if typed.is_empty() && problem.status == 404 => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let mut answers = typed.iter().map(|text| answer(text, &questions)).collect::<Result<Vec<_>, _>>()?;
    if ctx.can_ask() {
        for Question { question, required } in questions {
            if required && !answers.iter().any(|answer| answer.question == question) {
                let answer = prompt::text(&clean(&question), None)?;
                answers.push(Answer { question, answer });
            }
        }
    }
    Ok(answers)
}

fn answer(text: &str, questions: &[Question]) -> Result<Answer, CliError> {
    let of = |question: &str, answer: &str| Answer { question: question.to_owned(), answer: answer.to_owned() };
    // A question may hold `=` itself: the longest one that fits is meant.
    let named = questions
        .iter()
        .filter_map(|q| text.strip_prefix(q.question.as_str())?.strip_prefix('=').map(|rest| of(&q.question, rest)));
    match (named.max_by_key(|answer| answer.question.len()), questions) {
        (Some(answer), _) => Ok(answer),
        (None, [only]) => Ok(of(&only.question, text)),
        (None, []) => {
            Err(CliError::usage("this event asks nothing", "leave `--answer` out; a `--note` is always read"))
        }
        (None, _) => {
            let list: Vec<String> = questions.iter().map(|q| format!("\"{}=…\"", clean(&q.question))).collect();
            Err(CliError::usage("the answer does not say to what", format!("`--answer` one of {}", list.join(", "))))
        }
    }
}

/// What a header carries and the server takes.
fn key(text: &str) -> Result<String, String> {
    if (1..=MAX_KEY).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    Err(format!("use 1 to {MAX_KEY} visible ASCII characters"))
}

fn no_time() -> CliError {
    CliError::Missing { missing: "the time", say: "say `--at \"tomorrow 14:00\"` or `--first`".to_owned() }
}
