//! Grids as they look, at the widths that terminals have.

use super::*;
use crate::output::{BAD, GOOD, columns};

fn block(start: &str, minutes: i64, text: &str) -> Block {
    let start: Instant = start.parse().expect("an instant");
    let span = Span::new(start, start + TimeDelta::minutes(minutes)).expect("a span");
    Block { span, text: text.to_owned(), style: GOOD }
}

fn frame(first: &str, days: u64, width: usize) -> Frame {
    let first = first.parse().expect("a date");
    Frame { zone: "Europe/Berlin".parse().expect("a zone"), first, days, today: first, width }
}

/// The text without styles, on a line of its own.
fn bare(text: Option<String>) -> String {
    let text = anstream::adapter::strip_str(&text.expect("wide enough")).to_string();
    assert!(text.lines().all(|line| line.trim_end() == line), "nothing trails");
    format!("\n{text}")
}

/// The first week of December 2026.
fn week() -> Vec<Block> {
    vec![
        block("2026-12-01T09:00:00Z", 60, "Bob, Coffee chat"),
        block("2026-12-01T10:00:00Z", 30, "Carol, Coffee chat"),
        block("2026-12-03T09:15:00Z", 45, "Ada, Review"),
        block("2026-12-05T11:00:00Z", 30, "日本語の会議"),
    ]
}

/// Slots of the same week; the one on Tuesday at ten has three seats left.
fn slots() -> Vec<Block> {
    vec![
        block("2026-12-01T09:00:00Z", 30, "open 3"),
        block("2026-12-01T09:30:00Z", 30, "taken"),
        block("2026-12-03T09:00:00Z", 30, "closed"),
        block("2026-12-06T09:30:00Z", 30, "open"),
    ]
}

#[test]
fn a_week_stands_side_by_side_on_80_columns() {
    assert_eq!(
        bare(calendar(frame("2026-11-30", 7, 80), &week())),
        r"
       Mon 11-30 Tue 12-01 Wed 12-02 Thu 12-03 Fri 12-04 Sat 12-05 Sun 12-06
10:00            │Bob, Co…           │:15 Ada…
10:30            │                   │
11:00            │Carol, …
11:30
12:00                                                    │日本語…
"
    );
}

#[test]
fn a_week_goes_below_itself_on_50_columns() {
    assert_eq!(
        bare(calendar(frame("2026-11-30", 7, 50), &week())),
        r"
       Mon 11-30 Tue 12-01 Wed 12-02 Thu 12-03
10:00            │Bob, Co…           │:15 Ada…
10:30            │                   │
11:00            │Carol, …

       Fri 12-04 Sat 12-05 Sun 12-06
12:00            │日本語…
"
    );
}

#[test]
fn a_day_has_the_width_for_itself() {
    assert_eq!(
        bare(calendar(frame("2026-12-01", 1, 50), &week())),
        r"
       Tue 12-01
10:00  │Bob, Coffee chat
10:30  │
11:00  │Carol, Coffee chat
"
    );
}

#[test]
fn a_night_goes_on_in_the_next_column() {
    let blocks = [block("2026-12-01T22:00:00Z", 120, "Watch")];

    assert_eq!(
        bare(calendar(frame("2026-12-01", 2, 40), &blocks)),
        r"
       Tue 12-01       Wed 12-02
00:00                  │
  ⋮
23:00  │Watch
"
    );
}

#[test]
fn what_overlaps_is_counted() {
    let blocks = [
        block("2026-12-01T09:00:00Z", 90, "Bob"),
        block("2026-12-01T09:30:00Z", 30, "Carol"),
        block("2026-12-01T09:45:00Z", 45, "Ada"),
    ];

    assert_eq!(
        bare(calendar(frame("2026-12-01", 1, 30), &blocks)),
        r"
       Tue 12-01
10:00  │Bob
10:30  │Carol +2
11:00  │ +1
"
    );
}

#[test]
fn long_days_have_rows_of_an_hour() {
    let blocks = [block("2026-12-01T05:00:00Z", 30, "Early"), block("2026-12-01T20:15:00Z", 30, "Late")];

    assert_eq!(
        bare(calendar(frame("2026-12-01", 1, 30), &blocks)),
        r"
       Tue 12-01
06:00  │Early
  ⋮
21:00  │:15 Late
"
    );
}

#[test]
fn an_hour_that_clocks_show_twice_has_its_rows_twice() {
    let blocks = [
        block("2026-10-25T00:30:00Z", 30, "Summer"),
        block("2026-10-25T01:30:00Z", 30, "Winter"),
        block("2026-10-24T01:00:00Z", 30, "Before"),
    ];

    assert_eq!(
        bare(calendar(frame("2026-10-24", 2, 50), &blocks)),
        r"
       Sat 10-24            Sun 10-25
02:30                       │Summer
02:30*                      │Winter
03:00  │Before
Sun 2026-10-25: clocks go back 60 min, * is the second time they show it
"
    );
    assert_eq!(
        bare(timetable(frame("2026-10-24", 2, 50), &blocks)),
        r"
       Sat 10-24            Sun 10-25
02:30                       Summer
02:30*                      Winter
03:00  Before
Sun 2026-10-25: clocks go back 60 min, * is the second time they show it
"
    );
}

#[test]
fn an_hour_that_clocks_skip_is_marked() {
    let blocks = [block("2027-03-28T00:30:00Z", 60, "Night"), block("2027-03-27T01:00:00Z", 60, "Before")];

    assert_eq!(
        bare(calendar(frame("2027-03-27", 2, 50), &blocks)),
        r"
       Sat 03-27            Sun 03-28
01:30                       │Night
02:00  │Before              ~~~~~~~~~~~~~~~~~~~~
02:30  │                    ~~~~~~~~~~~~~~~~~~~~
03:00                       │
Sun 2027-03-28: clocks go forward 60 min, ~ is what they skip
"
    );
}

#[test]
fn slots_have_a_row_for_each_start() {
    assert_eq!(
        bare(timetable(frame("2026-11-30", 7, 80), &slots())),
        r"
       Mon 11-30 Tue 12-01 Wed 12-02 Thu 12-03 Fri 12-04 Sat 12-05 Sun 12-06
10:00            open 3              closed
10:30            taken                                             open
"
    );
    assert_eq!(
        bare(timetable(frame("2026-11-30", 7, 50), &slots())),
        r"
       Mon 11-30 Tue 12-01 Wed 12-02 Thu 12-03
10:00            open 3              closed
10:30            taken

       Fri 12-04 Sat 12-05 Sun 12-06
10:30                      open
"
    );
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in 16..200 {
        for drawn in
            [calendar(frame("2026-11-30", 7, width), &week()), timetable(frame("2026-11-30", 7, width), &slots())]
        {
            let drawn = bare(drawn);
            assert!(drawn.lines().all(|line| columns(line) <= width), "{width}: {drawn}");
        }
    }
}

#[test]
fn what_is_too_narrow_is_not_drawn() {
    assert_eq!(calendar(frame("2026-11-30", 7, 15), &week()), None);
    assert_eq!(timetable(frame("2026-11-30", 7, 13), &slots()), None);
}

#[test]
fn styles_end_where_they_should() {
    let blocks = [Block { style: BAD, ..block("2026-12-01T09:00:00Z", 30, "x") }];
    let drawn = timetable(frame("2026-12-01", 1, 30), &blocks).expect("wide enough");

    assert!(drawn.contains(&format!("{}x{}", BAD.render(), BAD.render_reset())), "{drawn:?}");
}
