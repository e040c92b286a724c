//! What a terminal shows: frames and words in, cells and bytes out.

use std::time::Duration;

use meetme_call::view::cells::{Cell, Glyphs, Grid, Style};
use meetme_call::view::colour::{Depth, Ink, rgb};
use meetme_call::view::detect::{Abilities, Graphics};
use meetme_call::view::layout::{Seen, page};
use meetme_call::view::paint::{Cost, Painter};
use meetme_call::view::picture::{Extent, Pixels, Planes};
use meetme_call::view::scene::{Draft, Figures, Scene, Typing};

use crate::screen::Emulator;

const ALL: Cost = Cost { threshold: 0, bytes: usize::MAX };

fn extent(width: usize, height: usize) -> Extent {
    Extent { width, height }
}

fn able(depth: Depth, glyphs: Glyphs, graphics: Graphics) -> Abilities {
    Abilities { depth, glyphs, graphics, cell: extent(8, 16), answers: true }
}

fn blocks() -> Abilities {
    able(Depth::True, Glyphs::Blocks, Graphics::Cells)
}

/// A picture with a bright disc on a dark ground, at `step` of its way to the right.
struct Picture {
    size: Extent,
    planes: [Vec<u8>; 3],
}

impl Picture {
    fn new(size: Extent, step: usize) -> Self {
        let (middle_x, middle_y) = (size.width / 3 + step, size.height / 2);
        let inside =
            |x: usize, y: usize| x.abs_diff(middle_x).pow(2) + y.abs_diff(middle_y).pow(2) < (size.height / 3).pow(2);
        let mut y = Vec::new();
        for row in 0..size.height {
            y.extend((0..size.width).map(|x| if inside(x, row) { 200 } else { 40 }));
        }
        let quarter = size.width * size.height / 4;
        Self { size, planes: [y, vec![120; quarter], vec![140; quarter]] }
    }

    fn planes(&self) -> Planes<'_> {
        let [y, u, v] = &self.planes;
        Planes { width: self.size.width, height: self.size.height, y, u, v }
    }
}

fn scene() -> Scene {
    let mut scene = Scene {
        me: "Grace".into(),
        peer: "Ada".into(),
        title: "Coffee".into(),
        state: "connected, direct".into(),
        connected: Some(Duration::from_secs(10)),
        figures: Some(Figures {
            rtt: Some(Duration::from_millis(23)),
            lost_permille: 4,
            kbit_in: 512,
            kbit_out: 498,
            pictures: 30,
            size: None,
        }),
        phrase: Some("otter lamp moon brave".into()),
        quality: "high".into(),
        ..Scene::default()
    };
    scene.said("Ada", "can you hear me?", Duration::from_secs(70));
    scene
}

const NOW: Duration = Duration::from_secs(75);

fn shown(scene: &Scene, size: Extent, able: &Abilities) -> String {
    let (peer, own) = (Picture::new(extent(640, 360), 0), Picture::new(extent(320, 180), 50));
    let seen = Seen { peer: Some(peer.planes()), own: Some(own.planes()) };
    page(scene, seen, size, NOW, able, 1_000_000).grid.as_text()
}

#[test]
fn at_80_by_24_everything_has_its_place() {
    let text = shown(&scene(), extent(80, 24), &blocks());
    let lines: Vec<&str> = text.lines().collect();

    assert_eq!(lines.len(), 24);
    assert_eq!(lines[0].trim_end(), " Ada — Coffee                                           connected, direct  1:05");
    assert_eq!(lines[21], "Ada: can you hear me?");
    assert_eq!(lines[22], "phrase: otter lamp moon brave       rtt 23 ms, loss 0.4 %, in 512 out 498 kbit/s");
    assert_eq!(lines[23], "m mute  v camera off  t chat  f file  r record  l quality  h help  q hang up");
    // 16:9 in the 20 rows that are left: 71 columns.
    let pictures: Vec<usize> = lines.iter().map(|line| line.matches('▒').count()).collect();
    assert_eq!(pictures[1..21], [71; 20]);
    assert!(lines[1].starts_with("    ▒"), "in the middle: {}", lines[1]);
}

#[test]
fn what_is_not_as_usual_stands_in_the_title_above_all_that_one_is_recorded() {
    let title = |scene: &Scene| shown(scene, extent(80, 24), &blocks()).lines().next().unwrap().trim().to_owned();
    let scene = Scene { peer_records: true, muted: true, ..scene() };
    assert_eq!(title(&scene), "Ada — Coffee                 the other records, muted  connected, direct  1:05");
    let scene = Scene { recording: true, unseen: true, peer_records: false, muted: false, ..scene };
    assert_eq!(title(&scene), "Ada — Coffee                    recording, camera off  connected, direct  1:05");
}

#[test]
fn figures_that_do_not_fit_beside_a_long_phrase_are_said_in_short() {
    let phrase = Some("sandal attic ticket button basket cabin".to_owned());
    let text = shown(&Scene { phrase, ..scene() }, extent(80, 24), &blocks());
    let line = text.lines().nth(22).unwrap();
    assert_eq!(line, "phrase: sandal attic ticket button basket cabin       23 ms 0.4 % 512/498 kbit/s");
}

#[test]
fn every_size_has_exactly_its_rows_and_columns_and_the_right_shape() {
    for (width, height) in [(1, 1), (2, 3), (20, 8), (40, 12), (80, 24), (81, 25), (132, 43), (200, 50), (50, 120)] {
        let text = shown(&scene(), extent(width, height), &blocks());
        assert_eq!(text.lines().count(), height);
        for line in text.lines() {
            assert!(line.chars().count() <= width, "{width}×{height}: {line}");
        }
        let rows = text.lines().filter(|line| line.contains('▒')).count();
        let columns = text.lines().map(|line| line.matches('▒').count()).max().unwrap();
        if width >= 20 && height >= 8 {
            let shape = columns as f64 / (rows as f64 * 2.0);
            assert!((shape - 16.0 / 9.0).abs() < 0.35, "{width}×{height} shows {columns}×{rows}");
        }
    }
}

#[test]
fn the_own_picture_sits_in_the_corner_unless_it_is_left_out() {
    let (peer, own) = (Picture::new(extent(640, 360), 0), Picture::new(extent(320, 180), 50));
    let able = able(Depth::True, Glyphs::Blocks, Graphics::Kitty);
    let corner = |without_own: bool| {
        let scene = Scene { without_own, ..scene() };
        let seen = Seen { peer: Some(peer.planes()), own: Some(own.planes()) };
        let image = page(&scene, seen, extent(80, 24), NOW, &able, 1_000_000).image.unwrap();
        let Extent { width, height } = extent(image.pixels.width, image.pixels.height);
        // The middle of the small picture: its disc is bright, the ground of the big one dark.
        image.pixels.at(width - width / 10, height - height / 10).luma()
    };
    assert!(corner(false) > 150);
    assert!(corner(true) < 100);
}

#[test]
fn without_a_picture_the_state_stands_in_the_middle() {
    let waiting = Scene { state: "waiting for Ada".into(), connected: None, ..scene() };
    let text = page(&waiting, Seen::default(), extent(80, 24), NOW, &blocks(), 0).grid.as_text();
    assert_eq!(text.lines().nth(11).unwrap().trim(), "waiting for Ada");
}

#[test]
fn typing_help_and_questions_take_the_place_of_the_keys() {
    let last = |scene: &Scene| shown(scene, extent(80, 24), &blocks()).lines().last().unwrap().to_owned();

    let draft = Some(Draft { what: Typing::Chat, words: "hello the".into() });
    assert_eq!(last(&Scene { draft, ..scene() }), "say: hello the");
    let draft = Some(Draft { what: Typing::File, words: "x".repeat(100) });
    assert_eq!(last(&Scene { draft, ..scene() }), format!("file to send: {}", "x".repeat(65)));
    let offer = Some("notes.txt (3 KB)".to_owned());
    assert_eq!(last(&Scene { offer, ..scene() }), "Ada offers notes.txt (3 KB). y: take it, n: refuse");
    assert_eq!(last(&Scene { leaving: true, ..scene() }), "Hang up? y: yes, any other key: no");

    let help = shown(&Scene { help: true, ..scene() }, extent(80, 24), &blocks());
    assert!(help.contains(" m        mute, unmute        microphone off and on"), "{help}");
    assert!(!help.contains('▒'));
}

#[test]
fn a_name_cannot_reach_beyond_its_place() {
    let mut scene = Scene { peer: "A\x1b[2J\u{202e}🙂日本".repeat(30), ..scene() };
    scene.said("x\ny", &"long ".repeat(400), NOW);
    let text = shown(&scene, extent(80, 24), &blocks());
    assert!(!text.contains('\x1b') && !text.contains('\u{202e}'));
    assert_eq!(text.lines().count(), 24);
}

#[test]
fn each_depth_shows_the_disc_in_its_own_means() {
    let picture = Picture::new(extent(64, 64), 0);
    let middle = |depth, glyphs| {
        let mut grid = Grid::new(extent(16, 8));
        let rows = 8 * glyphs_rows(glyphs);
        grid.lay(0, 0, &Pixels::sampled(picture.planes(), extent(16, rows)), depth, glyphs);
        (grid.cells()[4 * 16 + 5], grid.cells()[0])
    };
    let halves = |cell| match cell {
        Cell::Halves { top, .. } => top,
        other => panic!("{other:?}"),
    };
    let glyph = |cell| match cell {
        Cell::Text { glyph, .. } => glyph,
        other => panic!("{other:?}"),
    };

    let (inside, outside) = middle(Depth::True, Glyphs::Blocks);
    assert!(
        matches!((halves(inside), halves(outside)), (Ink::Exact(a), Ink::Exact(b)) if a.luma() > 190 && b.luma() < 60)
    );
    let (inside, outside) = middle(Depth::Ansi256, Glyphs::Blocks);
    assert!(matches!((halves(inside), halves(outside)), (Ink::Indexed(16..), Ink::Indexed(16..))));
    assert_ne!(inside, outside);
    let (inside, outside) = middle(Depth::Ansi16, Glyphs::Blocks);
    assert!(matches!((halves(inside), halves(outside)), (Ink::Indexed(..16), Ink::Indexed(..16))));
    let (inside, outside) = middle(Depth::Mono, Glyphs::Blocks);
    assert!("▀▄█".contains(glyph(inside)) && glyph(outside) == ' ');
    let (inside, outside) = middle(Depth::Mono, Glyphs::Ascii);
    assert!("#%@*".contains(glyph(inside)) && " .:".contains(glyph(outside)));
}

fn glyphs_rows(glyphs: Glyphs) -> usize {
    glyphs.pixels_per_cell()
}

#[test]
fn what_is_written_makes_the_terminal_show_the_grid_at_every_depth() {
    let size = extent(60, 20);
    for depth in [Depth::Mono, Depth::Ansi16, Depth::Ansi256, Depth::True] {
        let able = able(depth, Glyphs::Blocks, Graphics::Cells);
        let (mut painter, mut terminal) = (Painter::new(size), Emulator::new(size));
        let mut scene = Scene { title: "日本 🙂".into(), ..scene() };
        for step in 0..12 {
            if step == 5 {
                scene.said("Ada", "日本 wide 🙂 words", NOW);
            }
            scene.help = step == 7;
            let picture = Picture::new(extent(320, 180), step * 9);
            let seen = Seen { peer: Some(picture.planes()), own: None };
            let grid = page(&scene, seen, size, NOW, &able, 0).grid;

            terminal.read(&painter.update(&grid, ALL).bytes);

            terminal.assert_shows(&grid);
        }
    }
}

#[test]
fn what_did_not_change_is_not_drawn() {
    let size = extent(80, 24);
    let mut painter = Painter::new(size);
    let page_of = |step| {
        let picture = Picture::new(extent(320, 180), step);
        page(&scene(), Seen { peer: Some(picture.planes()), own: None }, size, NOW, &blocks(), 0).grid
    };
    let first = painter.update(&page_of(0), ALL).bytes.len();
    let moved = painter.update(&page_of(6), ALL).bytes.len();
    assert!(moved * 2 < first, "{moved} of {first}");
    assert!(painter.update(&page_of(6), ALL).bytes.is_empty());
    painter.forget(size);
    assert!(painter.update(&page_of(6), ALL).bytes.len() * 10 > first * 9);
}

#[test]
fn a_colour_that_is_off_by_little_stays_and_never_drifts_away() {
    let size = extent(4, 1);
    let mut painter = Painter::new(size);
    let grid = |level: u8| {
        let mut grid = Grid::new(size);
        let pixels = Pixels { width: 4, height: 2, all: vec![rgb(level, level, level); 8] };
        grid.lay(0, 0, &pixels, Depth::True, Glyphs::Blocks);
        grid
    };
    let cost = Cost { threshold: 6, bytes: usize::MAX };
    painter.update(&grid(100), cost);
    assert!(painter.update(&grid(106), cost).bytes.is_empty());
    // Step by step further: what counts is the difference to what is shown, not to the step before.
    assert!(!painter.update(&grid(107), cost).bytes.is_empty());
}

#[test]
fn a_picture_that_costs_too_much_comes_in_parts_and_comes_whole() {
    let size = extent(80, 24);
    let (mut painter, mut terminal) = (Painter::new(size), Emulator::new(size));
    let picture = Picture::new(extent(320, 180), 0);
    let mut noisy = picture.planes[0].clone();
    for (index, level) in noisy.iter_mut().enumerate() {
        *level = level.wrapping_add(u8::try_from(index * 7919 % 61).unwrap());
    }
    let planes = Planes { y: &noisy, ..picture.planes() };
    let grid = page(&scene(), Seen { peer: Some(planes), own: None }, size, NOW, &blocks(), 0).grid;

    let cost = Cost { threshold: 0, bytes: 8_000 };
    let mut updates = 0;
    loop {
        let update = painter.update(&grid, cost);
        assert!(update.bytes.len() < 8_000 + 8_000, "one row more than the limit at most, and the words");
        terminal.read(&update.bytes);
        updates += 1;
        if update.whole {
            break;
        }
    }
    assert!((3..30).contains(&updates), "{updates}");
    terminal.assert_shows(&grid);
}

#[test]
fn words_are_drawn_however_little_the_picture_may_cost() {
    let size = extent(80, 24);
    let picture = Picture::new(extent(320, 180), 0);
    let grid = page(&scene(), Seen { peer: Some(picture.planes()), own: None }, size, NOW, &blocks(), 0).grid;
    let mut terminal = Emulator::new(size);
    terminal.read(&Painter::new(size).update(&grid, Cost { threshold: 0, bytes: 0 }).bytes);
    assert!(terminal.as_text().contains("phrase: otter lamp moon brave"));
}

#[test]
fn graphics_get_a_picture_of_their_own_in_the_room_the_cells_would_have() {
    let picture = Picture::new(extent(640, 360), 0);
    let seen = Seen { peer: Some(picture.planes()), own: None };
    for graphics in [Graphics::Kitty, Graphics::Sixel] {
        let able = able(Depth::True, Glyphs::Blocks, graphics);
        let laid = page(&scene(), seen, extent(80, 24), NOW, &able, 60_000);
        let image = laid.image.expect("a picture");
        assert!(image.column + image.cells.width <= 80 && image.row + image.cells.height <= 21);
        assert!(image.pixels.width * image.pixels.height <= 60_000);
        assert!(!laid.grid.as_text().contains('▒'));
        let shape = image.pixels.width as f64 / image.pixels.height as f64;
        assert!((shape - 16.0 / 9.0).abs() < 0.1, "{shape}");
    }
}

#[test]
fn a_style_is_left_as_it_was_found() {
    let mut grid = Grid::new(extent(3, 1));
    grid.write(0, 0, 3, "abc", Style::BAR);
    let bytes = Painter::new(extent(3, 1)).update(&grid, ALL).bytes;
    assert_eq!(String::from_utf8(bytes).unwrap(), "\x1b[?2026h\x1b[1H\x1b[7mabc\x1b[m\x1b[?2026l");
}
