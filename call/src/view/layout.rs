//! Where everything stands on a screen of any size.

use std::time::Duration;

use super::cells::{Grid, Style, width_of};
use super::command;
use super::detect::{Abilities, Graphics};
use super::picture::{Extent, Pixels, Planes, fit};
use super::scene::{Scene, TALK_STAYS, Typing, clock};

/// The smallest screen that shows a picture; a smaller one has words alone.
pub const LEAST: Extent = Extent { width: 20, height: 8 };
/// Lines of talk beneath the picture.
const MOST_LINES: usize = 5;
/// One's own picture is so many times narrower than the other's.
const OWN_SHARE: usize = 5;

/// Everything that stands on the screen.
#[derive(Debug)]
pub struct Page {
    /// Words, and pictures made of characters.
    pub grid: Grid,
    /// The picture, where the terminal shows pictures by itself.
    pub image: Option<Image>,
}

/// A picture beside the grid, for a terminal that shows them by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The column of its left edge.
    pub column: usize,
    /// The row of its upper edge.
    pub row: usize,
    /// The cells it covers.
    pub cells: Extent,
    /// How many screen pixels one of its own is wide and high (sixels only).
    pub scale: usize,
    /// Its pixels.
    pub pixels: Pixels,
}

/// What is seen at the moment.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen<'a> {
    /// The other's picture.
    pub peer: Option<Planes<'a>>,
    /// One's own.
    pub own: Option<Planes<'a>>,
}

/// Lays out a screen. `pixels` is how many a picture may have that is not made of characters.
pub fn page(scene: &Scene, seen: Seen<'_>, size: Extent, now: Duration, able: &Abilities, pixels: usize) -> Page {
    let mut grid = Grid::new(size);
    if size.width == 0 || size.height == 0 {
        return Page { grid, image: None };
    }
    title(&mut grid, scene, now);
    let foot = if size.height >= 3 { foot(&mut grid, scene) } else { 0 };
    let mut room = size.height.saturating_sub(1 + foot);
    let mut image = None;
    if scene.help {
        help(&mut grid, room);
    } else {
        room -= talk(&mut grid, scene, now, room);
        let has_picture = seen.peer.is_some() && size.width >= LEAST.width && size.height >= LEAST.height;
        if !has_picture {
            middle(&mut grid, scene, room);
        }
        if size.width >= LEAST.width && size.height >= LEAST.height {
            let room = Extent { width: size.width, height: room };
            image = picture(&mut grid, scene, seen, room, able, pixels);
        }
    }
    Page { grid, image }
}

/// Who and what on the left, how it stands on the right.
fn title(grid: &mut Grid, scene: &Scene, now: Duration) {
    let width = grid.size().width;
    grid.fill(0, 0, Extent { width, height: 1 }, Style::BAR);
    let mut right = scene.marks().join(", ");
    for part in [Some(scene.state.clone()), scene.lasted(now).map(clock)].into_iter().flatten() {
        if !right.is_empty() {
            right.push_str("  ");
        }
        right.push_str(&part);
    }
    right.push(' ');
    let mut left = format!(" {}", scene.peer);
    if !scene.title.is_empty() {
        left = format!("{left} — {}", scene.title);
    }
    let for_right = width_of(&right).min(width);
    let bar = Style { bold: true, ..Style::BAR };
    grid.write(0, 0, width.saturating_sub(for_right + 1), &left, bar);
    grid.write(width - for_right, 0, for_right, &right, Style::BAR);
}

/// Figures and phrase, and below them the keys, or what is typed. Says how many rows it took.
fn foot(grid: &mut Grid, scene: &Scene) -> usize {
    let Extent { width, height } = grid.size();
    let phrase = scene.phrase.as_ref().map(|phrase| format!("phrase: {phrase}")).unwrap_or_default();
    let figures = scene.figures.map(|figures| figures.to_string()).unwrap_or_default();
    let last = height - 1;
    // The phrase is worth more than the figures: it is what tells a stranger between the two.
    let taken = grid.write(0, last - 1, width, &phrase, Style::PLAIN);
    let gap = if taken > 0 { 2 } else { 0 };
    let fits = width_of(&figures) + taken + gap <= width;
    let figures = if fits { figures } else { scene.figures.map(|figures| figures.in_short()).unwrap_or_default() };
    let for_figures = width_of(&figures).min(width.saturating_sub(taken + gap));
    grid.write(width - for_figures, last - 1, for_figures, &figures, Style::PLAIN);
    if let Some(draft) = &scene.draft {
        let prompt = match draft.what {
            Typing::Chat => "say: ",
            Typing::File => "file to send: ",
        };
        let prompt = grid.write(0, last, width, prompt, Style::BOLD);
        let room = width.saturating_sub(prompt + 1);
        let at = prompt + grid.write(prompt, last, room, end_of(&draft.words, room), Style::PLAIN);
        grid.write(at, last, 1, " ", Style::BAR);
    } else if let Some(question) = scene.question() {
        grid.write(0, last, width, &question, Style::BOLD);
    } else {
        keys(grid, scene, last);
    }
    2
}

fn keys(grid: &mut Grid, scene: &Scene, row: usize) {
    let width = grid.size().width;
    let mut column = 0;
    for (key, what) in command::hints(scene) {
        let needed = width_of(key) + 1 + width_of(what);
        if column + needed > width {
            break;
        }
        column += grid.write(column, row, width - column, key, Style::BOLD) + 1;
        column += grid.write(column, row, width - column, what, Style::PLAIN) + 2;
    }
}

/// What was said lately, right above the foot. Says how many rows it took.
fn talk(grid: &mut Grid, scene: &Scene, now: Duration, room: usize) -> usize {
    let most = MOST_LINES.min(room / 3);
    let typing = scene.draft.as_ref().is_some_and(|draft| draft.what == Typing::Chat);
    let recent = scene.talk.iter().rev().take(most);
    let shown: Vec<_> = recent.take_while(|said| typing || now.saturating_sub(said.at) < TALK_STAYS).collect();
    let width = grid.size().width;
    for (above, said) in shown.iter().enumerate() {
        let row = room - above;
        let who = said.by.as_deref().map_or_else(|| "* ".to_owned(), |by| format!("{by}: "));
        let column = grid.write(0, row, width, &who, Style::BOLD);
        grid.write(column, row, width - column, &said.words, Style::PLAIN);
    }
    shown.len()
}

/// Words where the picture would be.
fn middle(grid: &mut Grid, scene: &Scene, room: usize) {
    let lines = [scene.state.as_str(), if scene.connected.is_some() { "no picture comes" } else { "" }];
    for (line, words) in lines.iter().enumerate() {
        let row = 1 + room / 2 + line;
        if row <= room {
            let width = grid.size().width;
            let column = width.saturating_sub(width_of(words)) / 2;
            grid.write(column, row, width - column, words, Style::BOLD);
        }
    }
}

fn help(grid: &mut Grid, room: usize) {
    let width = grid.size().width;
    for (line, (keys, word, what)) in command::HELP.iter().enumerate().take(room.saturating_sub(1)) {
        let row = 2 + line;
        grid.write(1, row, 8, keys, Style::BOLD);
        grid.write(10, row, width.saturating_sub(10), word, Style::PLAIN);
        grid.write(30, row, width.saturating_sub(30), what, Style::PLAIN);
    }
}

/// The picture, in the middle of its room below the title, with one's own in its lower right corner; one's own alone in the
/// corner of the room if nothing comes.
fn picture(
    grid: &mut Grid,
    scene: &Scene,
    seen: Seen<'_>,
    room: Extent,
    able: &Abilities,
    most: usize,
) -> Option<Image> {
    let own = seen.own.filter(|_| !scene.without_own);
    let extent = |frame: Planes<'_>| Extent { width: frame.width, height: frame.height };
    let own_room = Extent { width: room.width / OWN_SHARE, height: room.height / 3 };
    let (frame, room_of_it) = match (seen.peer, own) {
        (Some(peer), _) => (peer, room),
        (None, Some(own)) => (own, own_room),
        (None, None) => return None,
    };
    let per_cell = match able.graphics {
        Graphics::Cells => Extent { width: 1, height: able.glyphs.pixels_per_cell() },
        Graphics::Kitty | Graphics::Sixel => able.cell,
    };
    let pixel =
        Extent { width: able.cell.width.max(1) * per_cell.height, height: able.cell.height.max(1) * per_cell.width };
    let room_px = Extent { width: room_of_it.width * per_cell.width, height: room_of_it.height * per_cell.height };
    let full = fit(extent(frame), room_px, pixel);
    let scale = match able.graphics {
        Graphics::Cells => 1,
        Graphics::Kitty | Graphics::Sixel => scale_for(full, extent(frame), most),
    };
    let size = Extent { width: (full.width / scale).max(1), height: (full.height / scale).max(1) };
    let mut pixels = Pixels::sampled(frame, size);
    if let (Some(_), Some(own)) = (seen.peer, own) {
        let small = Extent { width: size.width / OWN_SHARE, height: size.height / 3 };
        inset(&mut pixels, &Pixels::sampled(own, fit(extent(own), small, pixel)));
    }
    let cells = Extent { width: full.width.div_ceil(per_cell.width), height: full.height.div_ceil(per_cell.height) };
    let (column, row) = if seen.peer.is_some() {
        ((room.width - cells.width) / 2, 1 + (room.height - cells.height) / 2)
    } else {
        (room.width - cells.width, 1 + room.height - cells.height)
    };
    if able.graphics == Graphics::Cells {
        grid.lay(column, row, &pixels, able.depth, able.glyphs);
        return None;
    }
    Some(Image { column, row, cells, scale, pixels })
}

/// How much coarser than the screen a picture is, so that it has no more pixels than it may, and is no finer than twice
/// what was sent: there is nothing in it that would be seen.
fn scale_for(full: Extent, source: Extent, most: usize) -> usize {
    let fits = |scale: usize| {
        let (width, height) = (full.width / scale, full.height / scale);
        width * height <= most && width <= source.width * 2
    };
    (1..=16).find(|scale| fits(*scale)).unwrap_or(16)
}

/// Copies a small picture into the lower right corner of a big one.
fn inset(big: &mut Pixels, small: &Pixels) {
    let (left, top) = (big.width.saturating_sub(small.width), big.height.saturating_sub(small.height));
    for row in 0..small.height.min(big.height) {
        let to = (top + row) * big.width + left;
        let from = row * small.width;
        big.all[to..to + small.width].copy_from_slice(&small.all[from..from + small.width]);
    }
}

/// The last part of some words that fits into so many columns.
fn end_of(words: &str, room: usize) -> &str {
    let mut begin = 0;
    while width_of(&words[begin..]) > room {
        begin += words[begin..].chars().next().map_or(1, char::len_utf8);
    }
    &words[begin..]
}
