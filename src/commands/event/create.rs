use meetme_core::api::{Event, NewEvent, Window};
use meetme_core::event::Visibility;
use meetme_core::id::{Slug, Username};
use meetme_core::time::{Minutes, Zone};
use serde::Serialize;

use super::{wizard, words};
use crate::commands::slot::{self, Made};
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::{Report, STRONG, clean, styled};
use crate::when::{DayWord, length, window};

/// Offer a new event
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// One line for people; without it, a terminal asks for everything step by step
    pub(super) title: Option<String>,
    /// How long a slot is: 30m, 1h30m, or minutes
    #[arg(long, value_name = "LENGTH", value_parser = length::minutes)]
    pub(super) length: Option<Minutes>,
    /// When it may be booked: "mon-fri 9:00-12:00"; several times, or several with `;`
    #[arg(long, value_name = "WORDS")]
    pub(super) window: Vec<String>,
    /// The first day; today if left out
    #[arg(long, value_name = "DAY")]
    pub(super) from: Option<DayWord>,
    /// The last day; no end if left out
    #[arg(long, value_name = "DAY")]
    pub(super) to: Option<DayWord>,
    /// The zone of its days and windows; yours if left out
    #[arg(long = "tz", value_name = "ZONE", add = complete::zones())]
    pub(super) zone: Option<Zone>,
    /// Its short name; from the title if left out
    #[arg(long)]
    slug: Option<Slug>,
    /// From one slot's start to the next; the length if left out
    #[arg(long, value_name = "LENGTH", value_parser = length::minutes)]
    step: Option<Minutes>,
    /// Kept free before each booking
    #[arg(long, value_name = "LENGTH", value_parser = length::minutes)]
    buffer_before: Option<Minutes>,
    /// Kept free after each booking
    #[arg(long, value_name = "LENGTH", value_parser = length::minutes)]
    buffer_after: Option<Minutes>,
    /// How long ahead one must book: 4h, 1d
    #[arg(long, value_name = "LENGTH", value_parser = length::minutes)]
    pub(super) notice: Option<Minutes>,
    /// How many days ahead one can book: 60d, 8w
    #[arg(long, value_name = "DAYS", value_parser = length::days)]
    horizon: Option<u32>,
    /// The most bookings on a day
    #[arg(long, value_name = "N")]
    max_per_day: Option<u32>,
    /// The most bookings in a week
    #[arg(long, value_name = "N")]
    max_per_week: Option<u32>,
    /// How many guests may share a slot
    #[arg(long, value_name = "N")]
    seats: Option<u32>,
    /// Who may see and book it: public, unlisted (anyone with the link) or private
    #[arg(long, value_name = "WHO", value_parser = words::visibility)]
    pub(super) visibility: Option<Visibility>,
    /// An account that may see and book it while it is private; may be given several times
    #[arg(long, value_name = "USERNAME")]
    invite: Vec<Username>,
    /// Bookings wait for your yes
    #[arg(long)]
    confirm: bool,
    /// What a guest is asked; with a `*` at its end it must be answered; may be given several times
    #[arg(long, value_name = "TEXT")]
    question: Vec<String>,
    /// Where the meeting is
    #[arg(long, value_name = "TEXT")]
    location: Option<String>,
    /// Text for people
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

/// A new event and the windows it was given.
#[derive(Debug, Serialize)]
struct Created {
    #[serde(flatten)]
    event: Event,
    windows: Vec<Window>,
}

impl Report for Created {
    fn text(&self) -> String {
        let Event { owner, slug, title, links, .. } = &self.event;
        let mut text = format!("{}  {owner}/{slug}\n{}\n", styled(STRONG, clean(title)), links.page);
        for window in &self.windows {
            text.push_str(&format!("  {}\n", words::window(window)));
        }
        text
    }
}

/// Creates it, then adds its windows one by one.
pub(super) async fn run(ctx: &mut Context<'_>, mut args: Args) -> Result<(), CliError> {
    if args.title.is_none() || args.length.is_none() {
        if !ctx.can_ask() {
            return Err(missing(&args));
        }
        ctx.session().await?;
        wizard::ask(ctx, &mut args).await?;
    }
    let windows = args.window.iter().map(|text| window::several(text)).collect::<Result<Vec<_>, _>>()?.concat();
    let me = ctx.me().await?;
    let zone = args.zone.unwrap_or(me.zone);
    let today = ctx.today(zone);
    let event = args.into_event(zone, today);
    // What cannot be is refused before anything is written.
    let windows = Made::of_words(&windows, today, (event.first_day, event.last_day), None, false)?;
    let event = ctx.session().await?.create_event(&event).await?;
    let windows = slot::add_all(ctx, &event, windows, true).await?;
    let name = format!("{}/{}", event.owner, event.slug);
    let slug = event.slug.clone();
    let bare = windows.is_empty();
    ctx.out.show(&Created { event, windows })?;
    if bare {
        ctx.out.note(format!("next: say when, with `meetme slot add {slug} \"mon-fri 9:00-12:00\"`"));
    } else {
        ctx.out.note(format!(
            "next: send the link; guests book with `meetme book {name}`, you see them with `meetme agenda`"
        ));
    }
    Ok(())
}

fn missing(args: &Args) -> CliError {
    match &args.title {
        None => {
            let say = "name it: `meetme event create \"Coffee chat\" --length 30m`".to_owned();
            CliError::Missing { missing: "the title", say }
        }
        Some(_) => CliError::Missing { missing: "the length of a slot", say: "say it with `--length 30m`".to_owned() },
    }
}

impl Args {
    fn into_event(self, time_zone: Zone, today: chrono::NaiveDate) -> NewEvent {
        NewEvent {
            title: self.title.unwrap_or_default(),
            time_zone,
            first_day: self.from.map_or(today, |day| day.date(today)),
            slot_minutes: self.length.unwrap_or_default(),
            slug: self.slug,
            description: self.description,
            location: self.location,
            last_day: self.to.map(|day| day.date(today)),
            step_minutes: self.step,
            buffer_before_minutes: self.buffer_before,
            buffer_after_minutes: self.buffer_after,
            notice_minutes: self.notice,
            horizon_days: self.horizon,
            max_per_day: self.max_per_day,
            max_per_week: self.max_per_week,
            seats: self.seats,
            visibility: self.visibility,
            invited: (!self.invite.is_empty()).then_some(self.invite),
            needs_confirmation: self.confirm.then_some(true),
            questions: (!self.question.is_empty()).then(|| self.question.iter().map(|q| words::question(q)).collect()),
            call_opens_minutes: None,
            call_closes_minutes: None,
        }
    }
}
