//! Days side by side, on a terminal. Pure: the same input gives the same text.
//!
//! [`calendar`] draws what lasts, in rows of equal length; [`timetable`] draws
//! what starts, in a row per time of day. Both are told in wall-clock readings:
//! a reading that clocks show twice has two rows, and one that they skip is
//! marked as skipped. Too many days for the width go below each other.

use anstyle::Style;
use chrono::{Days, NaiveDate, NaiveTime, TimeDelta, Timelike};
use meetme_core::time::{Instant, Reading, Span, Zone};

use super::{FAINT, STRONG, clip, padded, styled};

/// How wide the column of times is, with the gap behind it.
const TIMES: usize = 7;
/// The narrowest column of a calendar.
const NARROW: usize = 9;
/// The narrowest column of a timetable.
const NARROWEST: usize = 7;
/// The widest column.
const WIDEST: usize = 60;
/// The most rows that a calendar has before they become longer.
const MAX_ROWS: i64 = 26;
/// How long a row is: the first that gives no more than [`MAX_ROWS`], else the last.
const ROWS: [i64; 2] = [30, 60];

/// How many empty rows in a row are drawn.
const MAX_GAP: usize = 2;
/// What stands for more of them.
const GAP: &str = "  ⋮\n";

/// Which days are drawn, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// Whose clocks.
    pub zone: Zone,
    /// The first day.
    pub first: NaiveDate,
    /// How many days.
    pub days: u64,
    /// The day it is.
    pub today: NaiveDate,
    /// How many columns there are.
    pub width: usize,
}

/// Something that is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// When it is.
    pub span: Span,
    /// What it is, without its time.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

/// What a row holds for one day.
type Cell = (String, Style);

/// A time of day as a row; `again` is the second of two equal readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    time: NaiveTime,
    again: bool,
}

/// What a day has for a row.
enum There {
    /// The reading is this instant.
    At(Instant),
    /// Clocks skip it.
    Skipped,
    /// Only other days have this row.
    Nothing,
}

/// Blocks with their lengths: a bar goes down from each start. None if the frame is too narrow.
pub fn calendar(frame: Frame, blocks: &[Block]) -> Option<String> {
    let (step, rows) = rows_of(frame, blocks);
    // Clocks that turn within a row leave a part of it to the next one.
    let reach = TimeDelta::minutes(step);
    drawn(frame, NARROW, &rows, |day, row, width| {
        let at = match there(frame.zone, day, row) {
            There::At(at) => at,
            There::Skipped => return Some(("~".repeat(width), FAINT)),
            There::Nothing => return None,
        };
        let within = Span::new(at, at + reach).ok()?;
        let mut inside = blocks.iter().filter(|block| block.span.overlaps(&within));
        let first = inside.next()?;
        let others = inside.count();
        let begins = blocks.iter().filter(|block| within.contains(block.span.start()));
        let mut begins: Vec<&Block> = begins.collect();
        begins.sort_by_key(|block| block.span.start());
        let Some(block) = begins.first() else {
            // It began in a row above; where several go on, the bar counts them.
            let bar = if others > 0 { format!("│ +{others}") } else { "│".to_owned() };
            return Some((bar, first.style));
        };
        let minute = frame.zone.wall_at(block.span.start()).minute();
        let late = if block.span.start() == at { String::new() } else { format!(":{minute:02} ") };
        let more = if others > 0 { format!(" +{others}") } else { String::new() };
        let room = width.saturating_sub(1 + more.len());
        Some((format!("│{}{more}", clip(&format!("{late}{}", block.text), room)), block.style))
    })
}

/// Blocks by their starts: a row for each time of day at which one begins. None if the frame is too narrow.
pub fn timetable(frame: Frame, blocks: &[Block]) -> Option<String> {
    let row = |block: &Block| row_of(frame.zone, block.span.start());
    let mut rows: Vec<Row> = blocks.iter().map(row).collect();
    rows.sort();
    rows.dedup();
    drawn(frame, NARROWEST, &rows, |day, wanted, width| {
        let here = |block: &&Block| frame.zone.day_at(block.span.start()) == day && row(block) == wanted;
        let block = blocks.iter().find(here)?;
        Some((clip(&block.text, width), block.style))
    })
}

/// Draws rows for as many days as fit beside each other, then for the next ones.
fn drawn(
    frame: Frame,
    narrow: usize,
    rows: &[Row],
    cell: impl Fn(NaiveDate, Row, usize) -> Option<Cell>,
) -> Option<String> {
    let fit = frame.width.saturating_sub(TIMES) / narrow;
    if fit == 0 {
        return None;
    }
    let days: Vec<NaiveDate> = frame.first.iter_days().take(usize::try_from(frame.days).ok()?).collect();
    let groups = days.len().div_ceil(fit).max(1);
    let beside = days.len().div_ceil(groups).max(1);
    let width = ((frame.width - TIMES) / beside).min(WIDEST);
    let mut text = String::new();
    for (i, group) in days.chunks(beside).enumerate() {
        if i > 0 {
            text.push('\n');
        }
        text.push_str(&header(frame, group, width));
        // The column's last place stays free, so that columns stand apart.
        let cells = |row: &Row| group.iter().map(|day| cell(*day, *row, width - 1)).collect::<Vec<_>>();
        let lines: Vec<(Row, Vec<Option<Cell>>)> = rows.iter().map(|row| (*row, cells(row))).collect();
        text.push_str(&without_gaps(&lines, width));
    }
    Some(text + &notes(frame.zone, &days))
}

/// The lines of some days: none before the first and behind the last that holds something, and of many empty
/// ones in between only that they are there.
fn without_gaps(lines: &[(Row, Vec<Option<Cell>>)], width: usize) -> String {
    let mut text = String::new();
    let mut empty = Vec::new();
    for (row, cells) in lines {
        let drawn = line(*row, cells, width);
        if cells.iter().all(Option::is_none) {
            empty.push(drawn);
            continue;
        }
        let gap = std::mem::take(&mut empty);
        match gap.len() {
            _ if text.is_empty() => {}
            0..=MAX_GAP => text.extend(gap),
            _ => text.push_str(GAP),
        }
        text.push_str(&drawn);
    }
    text
}

fn header(frame: Frame, days: &[NaiveDate], width: usize) -> String {
    let mut text = " ".repeat(TIMES);
    for day in days {
        let form = if width > NARROW { "%a %m-%d" } else { "%a %d" };
        let label = padded(&clip(&day.format(form).to_string(), width - 1), width);
        let style = if *day == frame.today { STRONG.underline() } else { STRONG };
        let (word, blank) = label.split_at(label.trim_end().len());
        text.push_str(&format!("{}{blank}", styled(style, word)));
    }
    text.trim_end().to_owned() + "\n"
}

fn line(row: Row, cells: &[Option<Cell>], width: usize) -> String {
    let mark = if row.again { "*" } else { "" };
    let label = format!("{}{mark}", row.time.format("%H:%M"));
    let mut text = styled(FAINT, &label) + &" ".repeat(TIMES - label.len());
    let last = cells.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    for (i, cell) in cells.iter().take(last).enumerate() {
        let (word, style) = cell.clone().unwrap_or_default();
        let blank = if i + 1 < last { padded(&word, width).split_off(word.len()) } else { String::new() };
        text.push_str(&format!("{}{blank}", styled(style, word)));
    }
    text.trim_end().to_owned() + "\n"
}

/// What is said of days that are longer or shorter than others.
fn notes(zone: Zone, days: &[NaiveDate]) -> String {
    let mut text = String::new();
    for day in days {
        let minutes = zone.day(*day).length().num_minutes() - 24 * 60;
        let (turn, mark) = match minutes {
            0 => continue,
            1.. => ("back", ", * is the second time they show it"),
            _ => ("forward", ", ~ is what they skip"),
        };
        let note = format!("{}: clocks go {turn} {} min{mark}", super::times::day(*day), minutes.abs());
        text.push_str(&format!("{}\n", styled(FAINT, note)));
    }
    text
}

/// The row in which an instant stands.
fn row_of(zone: Zone, at: Instant) -> Row {
    let wall = zone.wall_at(at);
    let again = matches!(zone.instant_of(wall), Reading::Twice { later, .. } if later == at);
    Row { time: wall.time(), again }
}

fn there(zone: Zone, day: NaiveDate, row: Row) -> There {
    match (zone.instant_of(day.and_time(row.time)), row.again) {
        (Reading::Once(at) | Reading::Twice { earlier: at, .. }, false) => There::At(at),
        (Reading::Twice { later, .. }, true) => There::At(later),
        (Reading::Skipped { .. }, false) => There::Skipped,
        (Reading::Once(_) | Reading::Skipped { .. }, true) => There::Nothing,
    }
}

/// How long a row is in minutes, and the rows from the first block's start to the last one's end.
fn rows_of(frame: Frame, blocks: &[Block]) -> (i64, Vec<Row>) {
    const DAY: i64 = 24 * 60;
    let days: Vec<NaiveDate> = frame.first.iter_days().take(usize::try_from(frame.days).unwrap_or(0)).collect();
    let (mut first, mut last) = (DAY, 0);
    for day in &days {
        let whole = frame.zone.day(*day);
        let minute = |at: Instant| {
            let wall = frame.zone.wall_at(at);
            let of_day = i64::from(wall.hour() * 60 + wall.minute());
            if wall.date() > *day { DAY } else { of_day }
        };
        for part in blocks.iter().filter_map(|block| block.span.intersection(&whole)) {
            let (from, to) = (minute(part.start()), minute(part.end()));
            first = first.min(from);
            // A reading that comes twice may end before it begins.
            last = last.max(to).max(from + 1);
        }
    }
    let count = |step: i64| (last + step - 1) / step - first / step;
    let step = ROWS.into_iter().find(|step| count(*step) <= MAX_ROWS).unwrap_or(ROWS[ROWS.len() - 1]);
    let starts = (first / step..(last + step - 1) / step).filter_map(|n| u32::try_from(n * step * 60).ok());
    let mut rows = Vec::new();
    for time in starts.filter_map(|second| NaiveTime::from_num_seconds_from_midnight_opt(second, 0)) {
        rows.push(Row { time, again: false });
    }
    let twice = |row: &Row| {
        let twice = |day: &NaiveDate| matches!(frame.zone.instant_of(day.and_time(row.time)), Reading::Twice { .. });
        days.iter().any(twice)
    };
    let again: Vec<Row> = rows.iter().filter(|row| twice(row)).map(|row| Row { again: true, ..*row }).collect();
    // The second readings follow all the first ones, as they do on the clock.
    let behind = again.last().and_then(|last| rows.iter().position(|row| row.time == last.time));
    if let Some(behind) = behind {
        rows.splice(behind + 1..behind + 1, again);
    }
    (step, rows)
}

/// The Monday of the week in which `day` lies.
pub fn monday(day: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

#[cfg(test)]
#[path = "grid_tests.rs"]
mod tests;
