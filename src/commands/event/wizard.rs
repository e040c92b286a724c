//! `meetme event create` for a person who only says that they want one: question by question.

use meetme_core::event::{MAX_TITLE, Visibility};
use meetme_core::time::Zone;

use super::create::Args;
use super::words;
use crate::context::Context;
use crate::error::CliError;
use crate::output::quoted;
use crate::prompt;
use crate::when::{DayWord, length, window};

/// Who may see an event, in the order in which it is asked.
const SEEN_BY: [(Visibility, &str); 3] = [
    (Visibility::Unlisted, "unlisted: anyone with the link"),
    (Visibility::Public, "public: also on your list of events"),
    (Visibility::Private, "private: only those you invite"),
];

/// Asks for what was not said, and for a yes to all of it.
pub(super) async fn ask(ctx: &mut Context<'_>, args: &mut Args) -> Result<(), CliError> {
    let whole = args.title.is_none();
    if whole {
        ctx.out.note("An event is what people book. Enter takes what stands in brackets, Ctrl-C ends without a trace.");
        args.title = Some(prompt::text_that("What is it called?", None, title)?);
    }
    if args.length.is_none() {
        let answer = prompt::text_that("How long is a slot?", Some("30m".to_owned()), |text| {
            length::minutes(text).map(|_| ()).map_err(|bad| bad.to_string())
        })?;
        args.length = Some(length::minutes(&answer)?);
    }
    if !whole {
        return Ok(());
    }
    if args.window.is_empty() {
        let usual = Some("mon-fri 9:00-12:00".to_owned());
        let answer = prompt::text_that("Open when (or none)?", usual, |text| {
            if text.trim() == "none" {
                Ok(())
            } else {
                window::several(text).map(|_| ()).map_err(|bad| bad.to_string())
            }
        })?;
        args.window.extend((answer.trim() != "none").then_some(answer));
    }
    if args.zone.is_none() {
        let home = ctx.me().await?.zone;
        let answer = prompt::text_that("In which time zone?", Some(home.to_string()), |text| {
            text.trim().parse::<Zone>().map(|_| ()).map_err(|bad| bad.to_string())
        })?;
        args.zone = answer.trim().parse().ok();
    }
    if args.from.is_none() {
        let answer = prompt::text_that("From which day on?", Some("today".to_owned()), day)?;
        args.from = Some(answer.parse()?);
    }
    if args.to.is_none() {
        let answer = prompt::text_that("Up to which day (or none)?", Some("none".to_owned()), |text| {
            words::day_or_none(text.trim()).map(|_| ())
        })?;
        args.to = words::day_or_none(answer.trim()).ok().and_then(|day| day.0);
    }
    if args.notice.is_none() {
        let answer = prompt::text_that("How long ahead must people book?", Some("0m".to_owned()), |text| {
            length::minutes(text).map(|_| ()).map_err(|bad| bad.to_string())
        })?;
        args.notice = Some(length::minutes(&answer)?).filter(|notice| notice.0 > 0);
    }
    if args.visibility.is_none() {
        let lines = SEEN_BY.map(|(_, line)| line.to_owned());
        args.visibility = Some(SEEN_BY[prompt::choose("Who may see it?", &lines)?].0);
    }
    ctx.out.note(format!("The same without questions: {}", as_typed(args)));
    ctx.confirm("Create it?")
}

/// The command line that says what was answered.
fn as_typed(args: &Args) -> String {
    let mut line = format!("`meetme event create {}", quoted(args.title.as_deref().unwrap_or_default()));
    let mut add = |flag: &str, value: Option<String>| {
        if let Some(value) = value {
            line.push_str(&format!(" {flag} {}", quoted(&value)));
        }
    };
    add("--length", args.length.map(|length| format!("{}m", length.0)));
    for window in &args.window {
        add("--window", Some(window.clone()));
    }
    add("--tz", args.zone.map(|zone| zone.to_string()));
    add("--from", args.from.map(|day| day.to_string()));
    add("--to", args.to.map(|day| day.to_string()));
    add("--notice", args.notice.map(|notice| format!("{}m", notice.0)));
    add("--visibility", args.visibility.map(|seen_by| words::visibility_word(seen_by).to_owned()));
    line + "`"
}

fn title(text: &str) -> Result<(), String> {
    match text.trim().chars().count() {
        0 => Err("say something that people recognise".to_owned()),
        1..=MAX_TITLE => Ok(()),
        _ => Err(format!("use at most {MAX_TITLE} characters")),
    }
}

fn day(text: &str) -> Result<(), String> {
    text.parse::<DayWord>().map(|_| ()).map_err(|bad| bad.to_string())
}
