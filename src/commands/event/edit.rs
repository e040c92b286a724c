use meetme_core::api::{Event, EventPatch};
use meetme_core::event::Visibility;
use meetme_core::id::{Slug, Username};
use meetme_core::time::{Minutes, Zone};
use serde::Serialize;

use super::words::{self, OrNone};
use crate::commands::refs::EventRef;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::table::{Table, plain};
use crate::output::{FAINT, Report, STRONG, clean, styled};
use crate::when::{DayWord, length};

/// Change an event; what is not said stays
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event
    #[arg(add = complete::events())]
    event: Option<EventRef>,
    /// One line for people
    #[arg(long)]
    title: Option<String>,
    /// A new short name; links to the old one end
    #[arg(long)]
    slug: Option<Slug>,
    /// How long a slot is; bookings keep their length
    #[arg(long, value_name = "LENGTH", value_parser = length::minutes)]
    length: Option<Minutes>,
    /// The first day
    #[arg(long, value_name = "DAY")]
    from: Option<DayWord>,
    /// The last day, or none
    #[arg(long, value_name = "DAY", value_parser = words::day_or_none)]
    to: Option<OrNone<DayWord>>,
    /// The zone of its days and windows; windows keep their wall-clock times
    #[arg(long = "tz", value_name = "ZONE")]
    zone: Option<Zone>,
    /// From one slot's start to the next
    #[arg(long, value_name = "LENGTH", value_parser = length::minutes)]
    step: Option<Minutes>,
    /// Kept free before each booking
    #[arg(long, value_name = "LENGTH", value_parser = length::minutes)]
    buffer_before: Option<Minutes>,
    /// Kept free after each booking
    #[arg(long, value_name = "LENGTH", value_parser = length::minutes)]
    buffer_after: Option<Minutes>,
    /// How long ahead one must book
    #[arg(long, value_name = "LENGTH", value_parser = length::minutes)]
    notice: Option<Minutes>,
    /// How many days ahead one can book, or none
    #[arg(long, value_name = "DAYS", value_parser = words::days_or_none)]
    horizon: Option<OrNone<u32>>,
    /// The most bookings on a day, or none
    #[arg(long, value_name = "N", value_parser = words::number_or_none)]
    max_per_day: Option<OrNone<u32>>,
    /// The most bookings in a week, or none
    #[arg(long, value_name = "N", value_parser = words::number_or_none)]
    max_per_week: Option<OrNone<u32>>,
    /// How many guests may share a slot
    #[arg(long, value_name = "N")]
    seats: Option<u32>,
    /// Who may see and book it: public, unlisted or private
    #[arg(long, value_name = "WHO", value_parser = words::visibility)]
    visibility: Option<Visibility>,
    /// The accounts that may see and book it while it is private; replaces the list
    #[arg(long, value_name = "USERNAME")]
    invite: Vec<Username>,
    /// Whether bookings wait for your yes
    #[arg(long, value_name = "true|false", num_args = 0..=1, default_missing_value = "true")]
    confirm: Option<bool>,
    /// What a guest is asked; replaces all questions
    #[arg(long, value_name = "TEXT")]
    question: Vec<String>,
    /// Where the meeting is
    #[arg(long, value_name = "TEXT")]
    location: Option<String>,
    /// Text for people
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

/// An event as it is now.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Changed(Event);

impl Report for Changed {
    fn text(&self) -> String {
        let Event { owner, slug, title, .. } = &self.0;
        let mut table = Table::new();
        for (name, value) in words::rules(&self.0) {
            table.row([(name.to_owned(), FAINT), plain(value)]);
        }
        format!("{}  {owner}/{slug}\n{}", styled(STRONG, clean(title)), table.text())
    }
}

/// Changes the event as it was read: somebody else's change in between is not overwritten.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let (owner, slug) = ctx.own_event(args.event.as_ref()).await?;
    let now = ctx.now;
    let client = ctx.session().await?;
    let (event, tag) = client.event_version(&owner, &slug).await?;
    let zone = args.zone.unwrap_or(event.time_zone);
    let patch = args.into_patch(zone.day_at(now));
    if patch == EventPatch::default() {
        return Err(CliError::usage("nothing to change was said", "`meetme event edit --help` lists what can be"));
    }
    let event = client.edit_event(&owner, &slug, &patch, tag.as_deref()).await?;
    ctx.out.show(&Changed(event))
}

impl Args {
    fn into_patch(self, today: chrono::NaiveDate) -> EventPatch {
        EventPatch {
            title: self.title,
            slug: self.slug,
            description: self.description,
            location: self.location,
            time_zone: self.zone,
            first_day: self.from.map(|day| day.date(today)),
            last_day: self.to.map(|day| day.0.map(|day| day.date(today))),
            slot_minutes: self.length,
            step_minutes: self.step,
            buffer_before_minutes: self.buffer_before,
            buffer_after_minutes: self.buffer_after,
            notice_minutes: self.notice,
            horizon_days: self.horizon.map(|days| days.0),
            max_per_day: self.max_per_day.map(|most| most.0),
            max_per_week: self.max_per_week.map(|most| most.0),
            seats: self.seats,
            visibility: self.visibility,
            invited: (!self.invite.is_empty()).then_some(self.invite),
            needs_confirmation: self.confirm,
            questions: (!self.question.is_empty()).then(|| self.question.iter().map(|q| words::question(q)).collect()),
            call_opens_minutes: None,
            call_closes_minutes: None,
        }
    }
}
