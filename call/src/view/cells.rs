//! From pixels and words to the cells of a terminal.

use unicode_width::UnicodeWidthChar as _;

use super::colour::{Depth, Ink, Rgb};
use super::picture::{Extent, Pixels};

/// What stands in one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Two pixels, one above the other.
    Halves {
        /// The upper one.
        top: Ink,
        /// The lower one.
        bottom: Ink,
    },
    /// A character. A wide one is followed by [`Cell::Tail`].
    Text {
        /// The character; printable.
        glyph: char,
        /// How it looks.
        style: Style,
    },
    /// The right half of a wide character.
    Tail,
}

/// How a character looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Its own colour.
    pub ink: Ink,
    /// The colour behind it.
    pub paper: Ink,
    /// Bold.
    pub bold: bool,
    /// Colours swapped: what marks a bar where there are no colours.
    pub swapped: bool,
}

/// How pictures are made of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyphs {
    /// Half blocks: two pixels in a cell.
    Blocks,
    /// Characters of ASCII, darker and lighter: one pixel in a cell.
    Ascii,
}

/// Darker to lighter.
const RAMP: &[u8; 10] = b" .:-=+*#%@";

impl Style {
    /// As the terminal writes by itself.
    pub const PLAIN: Self = Self { ink: Ink::Plain, paper: Ink::Plain, bold: false, swapped: false };
    /// A bar.
    pub const BAR: Self = Self { swapped: true, ..Self::PLAIN };
    /// What should be noticed.
    pub const BOLD: Self = Self { bold: true, ..Self::PLAIN };
}

/// All cells of a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    size: Extent,
    cells: Vec<Cell>,
}

impl Grid {
    /// An empty screen.
    pub fn new(size: Extent) -> Self {
        Self { size, cells: vec![Cell::Text { glyph: ' ', style: Style::PLAIN }; size.width * size.height] }
    }

    /// Columns and rows.
    pub fn size(&self) -> Extent {
        self.size
    }

    /// Every cell, row by row.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Writes words from a place on, within `room` columns, and says how many it took. What has no width or no picture is
    /// left out: a name cannot move the cursor.
    pub fn write(&mut self, column: usize, row: usize, room: usize, words: &str, style: Style) -> usize {
        let room = room.min(self.size.width.saturating_sub(column));
        if row >= self.size.height {
            return 0;
        }
        let mut taken = 0;
        for glyph in words.chars() {
            let width = glyph.width().unwrap_or(0);
            if width == 0 {
                continue;
            }
            if taken + width > room {
                break;
            }
            let at = row * self.size.width + column + taken;
            self.put(at, Cell::Text { glyph, style });
            if width == 2 {
                self.put(at + 1, Cell::Tail);
            }
            taken += width;
        }
        taken
    }

    /// Fills a rectangle with spaces.
    pub fn fill(&mut self, column: usize, row: usize, size: Extent, style: Style) {
        for row in row..(row + size.height).min(self.size.height) {
            for column in column..(column + size.width).min(self.size.width) {
                self.put(row * self.size.width + column, Cell::Text { glyph: ' ', style });
            }
        }
    }

    /// Lays a picture down with its upper left corner at a place; what does not fit is cut off.
    pub fn lay(&mut self, column: usize, row: usize, pixels: &Pixels, depth: Depth, glyphs: Glyphs) {
        let per_cell = glyphs.pixels_per_cell();
        for line in 0..pixels.height.div_ceil(per_cell).min(self.size.height.saturating_sub(row)) {
            for x in 0..pixels.width.min(self.size.width.saturating_sub(column)) {
                let top = pixels.at(x, line * per_cell);
                let bottom = if line * per_cell + 1 < pixels.height { pixels.at(x, line * per_cell + 1) } else { top };
                let cell = cell_of(top, bottom, x, line, depth, glyphs);
                self.put((row + line) * self.size.width + column + x, cell);
            }
        }
    }

    /// The screen as text: what is read in a test. Pictures are shown by their brightness.
    pub fn as_text(&self) -> String {
        let mut text = String::new();
        for row in self.cells.chunks(self.size.width.max(1)) {
            let mut line = String::new();
            for cell in row {
                match cell {
                    Cell::Text { glyph, .. } => line.push(*glyph),
                    Cell::Halves { .. } => line.push('▒'),
                    Cell::Tail => {}
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// Puts a cell down; the other half of a wide character it tears apart becomes a space.
    fn put(&mut self, at: usize, cell: Cell) {
        let space = Cell::Text { glyph: ' ', style: Style::PLAIN };
        if self.cells[at] == Cell::Tail && cell != Cell::Tail && at > 0 {
            self.cells[at - 1] = space;
        }
        if self.cells.get(at + 1) == Some(&Cell::Tail) && cell != Cell::Tail {
            self.cells[at + 1] = space;
        }
        self.cells[at] = cell;
    }
}

impl Glyphs {
    /// Pixels that stand above each other in one cell.
    pub fn pixels_per_cell(self) -> usize {
        match self {
            Self::Blocks => 2,
            Self::Ascii => 1,
        }
    }
}

/// Columns that words take.
pub fn width_of(words: &str) -> usize {
    words.chars().map(|glyph| glyph.width().unwrap_or(0)).sum()
}

fn cell_of(top: Rgb, bottom: Rgb, x: usize, line: usize, depth: Depth, glyphs: Glyphs) -> Cell {
    match (glyphs, depth) {
        (Glyphs::Ascii, _) => {
            let index = usize::from(top.luma()) * (RAMP.len() - 1) / 255;
            let style = Style { ink: depth.ink(top, x, line), ..Style::PLAIN };
            Cell::Text { glyph: char::from(RAMP[index]), style }
        }
        (Glyphs::Blocks, Depth::Mono) => {
            let lit = |colour: Rgb, y: usize| colour.dithered(x, y, 255).luma() >= 128;
            let glyph = match (lit(top, 2 * line), lit(bottom, 2 * line + 1)) {
                (false, false) => ' ',
                (true, false) => '▀',
                (false, true) => '▄',
                (true, true) => '█',
            };
            Cell::Text { glyph, style: Style::PLAIN }
        }
        (Glyphs::Blocks, _) => {
            Cell::Halves { top: depth.ink(top, x, 2 * line), bottom: depth.ink(bottom, x, 2 * line + 1) }
        }
    }
}
