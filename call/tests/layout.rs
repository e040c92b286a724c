//! Where things stand on a screen that is not the usual one: much talk, no picture, little room.

use std::time::Duration;

use meetme_call::view::cells::{Cell, Glyphs, Grid, Style};
use meetme_call::view::colour::{Depth, Rgb, rgb};
use meetme_call::view::detect::{Abilities, Graphics};
use meetme_call::view::layout::{Page, Seen, page};
use meetme_call::view::paint::{Cost, Painter};
use meetme_call::view::picture::{Extent, Pixels, Planes};
use meetme_call::view::scene::{Draft, Figures, Scene, Typing};

use crate::screen::Emulator;

const SCREEN: Extent = Extent { width: 80, height: 24 };

/// A grey picture of this size.
struct Grey(Extent, Vec<u8>);

impl Grey {
    fn new(width: usize, height: usize) -> Self {
        Self(Extent { width, height }, vec![128; width * height])
    }

    fn planes(&self) -> Planes<'_> {
        let (Self(Extent { width, height }, all), quarter) = (self, self.1.len() / 4);
        Planes { width: *width, height: *height, y: all, u: &all[..quarter], v: &all[..quarter] }
    }
}

fn laid(scene: &Scene, seen: Seen<'_>, size: Extent, now: u64, graphics: Graphics) -> Page {
    let cell = Extent { width: 8, height: 16 };
    let able = Abilities { depth: Depth::True, glyphs: Glyphs::Blocks, graphics, cell, answers: true };
    page(scene, seen, size, Duration::from_secs(now), &able, 1_000_000)
}

fn lines(scene: &Scene, seen: Seen<'_>, size: Extent, now: u64) -> Vec<String> {
    laid(scene, seen, size, now, Graphics::Cells).grid.as_text().lines().map(str::to_owned).collect()
}

#[test]
fn the_last_five_things_said_stand_there_for_half_a_minute_and_while_one_writes() {
    let mut scene = Scene { peer: "Ada".into(), state: "waiting for Ada".into(), ..Scene::default() };
    for second in 1..=7 {
        scene.said("Ada", &format!("word {second}"), Duration::from_secs(second));
    }
    let talk = |scene: &Scene, now| -> Vec<String> {
        let all = lines(scene, Seen::default(), SCREEN, now);
        all.into_iter().filter(|line| line.starts_with("Ada: ")).collect()
    };
    let last = |count: usize| -> Vec<String> { (8 - count..=7).map(|second| format!("Ada: word {second}")).collect() };
    assert_eq!(talk(&scene, 8), last(5));
    assert_eq!(talk(&scene, 35), last(2), "after thirty seconds each");
    assert_eq!(talk(&scene, 37), last(0));
    scene.draft = Some(Draft { what: Typing::File, words: String::new() });
    assert_eq!(talk(&scene, 37), last(0));
    scene.draft = Some(Draft { what: Typing::Chat, words: String::new() });
    assert_eq!(talk(&scene, 37), last(5), "an answer is written to something");
}

#[test]
fn who_is_connected_and_sees_nothing_is_told_that_no_picture_comes() {
    let mut scene = Scene { state: "connected, direct".into(), ..Scene::default() };
    let says = |scene: &Scene| lines(scene, Seen::default(), SCREEN, 1).join("\n").contains("no picture comes");
    assert!(!says(&scene), "nobody expects one yet");
    scene.connected = Some(Duration::ZERO);
    assert!(says(&scene));
}

#[test]
fn ones_own_picture_alone_stays_small_in_its_corner() {
    let own = Grey::new(320, 180);
    let seen = Seen { peer: None, own: Some(own.planes()) };
    let shown = lines(&Scene::default(), seen, SCREEN, 1);
    let places: Vec<(usize, usize)> = shown
        .iter()
        .enumerate()
        .flat_map(|(row, line)| line.chars().enumerate().filter(|(_, c)| *c == '▒').map(move |(x, _)| (x, row)))
        .collect();
    // A fifth of the width, above the two rows of the foot.
    assert_eq!((places.first(), places.last()), (Some(&(64, 17)), Some(&(79, 21))), "{shown:#?}");
    assert_eq!(places.len(), 16 * 5);
}

#[test]
fn a_picture_of_the_terminals_own_is_no_finer_than_twice_what_was_sent() {
    let small = Grey::new(64, 36);
    let seen = Seen { peer: Some(small.planes()), own: None };
    let image = laid(&Scene::default(), seen, SCREEN, 1, Graphics::Sixel).image.expect("a picture");
    assert!((64..=128).contains(&image.pixels.width), "{} columns", image.pixels.width);
    assert!(image.pixels.width * image.scale > 500, "and fills its room all the same");
}

#[test]
fn of_a_line_that_is_too_long_one_sees_what_is_being_typed() {
    let words = format!("{}the end", "word ".repeat(40));
    let draft = Some(Draft { what: Typing::Chat, words });
    let last = lines(&Scene { draft, ..Scene::default() }, Seen::default(), SCREEN, 1).pop();
    assert!(last.is_some_and(|line| line.starts_with("say: ") && line.ends_with("word the end")));
}

#[test]
fn little_room_is_for_the_phrase_and_for_whole_keys() {
    let figures = Figures { kbit_in: 512, kbit_out: 498, ..Figures::default() };
    let phrase = "sandal attic ticket button".to_owned();
    let scene = Scene { phrase: Some(phrase), figures: Some(figures), ..Scene::default() };
    let shown = lines(&scene, Seen::default(), Extent { width: 40, height: 10 }, 1);
    assert_eq!(shown[8], "phrase: sandal attic ticket button  0.0");
    assert_eq!(shown[9], "m mute  v camera off  t chat  f file");
}

#[test]
fn the_title_is_a_bar_from_edge_to_edge() {
    let grid = laid(&Scene::default(), Seen::default(), SCREEN, 1, Graphics::Cells).grid;
    let swapped = |cell: &Cell| matches!(cell, Cell::Text { style: Style { swapped: true, .. }, .. });
    assert!(grid.cells()[..80].iter().all(swapped) && !grid.cells()[80..].iter().any(swapped));
}

#[test]
fn half_of_a_wide_character_is_a_space() {
    let row = |column: usize, over: &str| {
        let mut grid = Grid::new(Extent { width: 8, height: 1 });
        grid.write(1, 0, 7, "日本", Style::PLAIN);
        grid.write(column, 0, 7, over, Style::PLAIN);
        grid.as_text().trim_end().to_owned()
    };
    assert_eq!(row(0, "x"), "x日本");
    assert_eq!(row(1, "x"), " x 本");
    assert_eq!(row(2, "x"), "  x本");
    assert_eq!(row(2, "語"), "  語", "one of each was torn");
    // A picture tears them as well.
    let mut grid = Grid::new(Extent { width: 4, height: 1 });
    grid.write(0, 0, 4, "日本", Style::PLAIN);
    let dot = Pixels { width: 1, height: 2, all: vec![Rgb::default(); 2] };
    grid.lay(1, 0, &dot, Depth::True, Glyphs::Blocks);
    assert_eq!(grid.as_text(), " ▒本\n");
}

#[test]
fn every_part_of_a_picture_that_always_costs_too_much_is_drawn_in_turn() {
    let size = Extent { width: 40, height: 20 };
    let (mut painter, mut terminal) = (Painter::new(size), Emulator::new(size));
    let level = |at: usize, step: usize| u8::try_from((at * 7919 + step * 101) % 251).expect("a byte");
    let mut grid = Grid::new(size);
    for step in 0..12 {
        let all = (0..40 * 40).map(|at| rgb(level(at, step), level(at + 1, step), level(at + 2, step))).collect();
        grid.lay(0, 0, &Pixels { width: 40, height: 40, all }, Depth::True, Glyphs::Blocks);
        let update = painter.update(&grid, Cost { threshold: 0, bytes: 6000 });
        assert!(!update.whole);
        terminal.read(&update.bytes);
    }
    assert!(!terminal.as_text().contains(' '), "no row is still as it was:\n{}", terminal.as_text());
}
