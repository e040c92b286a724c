//! From cells to bytes: only what differs from what the terminal shows already.

use std::io::Write as _;

use super::cells::{Cell, Grid, Style};
use super::colour::Ink;
use super::picture::Extent;

/// Begins and ends an update that the terminal shows as a whole (mode 2026). Terminals that do not know it ignore it.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Knows what a terminal shows.
#[derive(Debug)]
pub struct Painter {
    size: Extent,
    shown: Vec<Option<Cell>>,
    /// The row of the picture from which the next update goes on, when the last one was cut short.
    from_row: usize,
}

/// How much an update may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// How far a colour may be off without being drawn again.
    pub threshold: u8,
    /// Bytes for the picture. Words are always drawn.
    pub bytes: usize,
}

/// What an update came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// What to write. Empty if nothing changed.
    pub bytes: Vec<u8>,
    /// Whether the picture is drawn to its end.
    pub whole: bool,
}

impl Painter {
    /// For a terminal of which nothing is known: the first update draws everything.
    pub fn new(size: Extent) -> Self {
        Self { size, shown: vec![None; size.width * size.height], from_row: 0 }
    }

    /// Columns and rows.
    pub fn size(&self) -> Extent {
        self.size
    }

    /// Forgets what is shown, wholly.
    pub fn forget(&mut self, size: Extent) {
        *self = Self::new(size);
    }

    /// What turns the screen into `grid`, words first. A picture that costs too much goes on with the next update where
    /// this one stopped, so that no part of it stays behind for ever.
    pub fn update(&mut self, grid: &Grid, cost: Cost) -> Update {
        if grid.size() != self.size {
            self.forget(grid.size());
        }
        let mut pen = Pen::new();
        let rows = self.size.height;
        for row in 0..rows {
            self.row(grid, row, cost.threshold, false, &mut pen);
        }
        let limit = pen.out.len().saturating_add(cost.bytes);
        let first = self.from_row.min(rows.saturating_sub(1));
        let mut whole = true;
        for step in 0..rows {
            let row = (first + step) % rows;
            if pen.out.len() >= limit {
                (whole, self.from_row) = (false, row);
                break;
            }
            self.row(grid, row, cost.threshold, true, &mut pen);
        }
        if whole {
            self.from_row = 0;
        }
        Update { bytes: pen.finish(), whole }
    }

    fn row(&mut self, grid: &Grid, row: usize, threshold: u8, pictures: bool, pen: &mut Pen) {
        for column in 0..self.size.width {
            let at = row * self.size.width + column;
            let cell = grid.cells()[at];
            let is_picture = matches!(cell, Cell::Halves { .. });
            if is_picture != pictures || self.shown[at].is_some_and(|shown| same(shown, cell, threshold)) {
                continue;
            }
            self.shown[at] = Some(cell);
            match cell {
                Cell::Halves { top, bottom } => {
                    pen.go(row, column);
                    pen.halves(top, bottom);
                }
                Cell::Text { glyph, style } => {
                    pen.go(row, column);
                    let wide = grid.cells().get(at + 1) == Some(&Cell::Tail);
                    pen.text(glyph, style, if wide { 2 } else { 1 });
                }
                // Drawn with the character before it.
                Cell::Tail => {}
            }
        }
    }
}

fn same(shown: Cell, wanted: Cell, threshold: u8) -> bool {
    match (shown, wanted) {
        (Cell::Halves { top, bottom }, Cell::Halves { top: new_top, bottom: new_bottom }) => {
            top.near(new_top, threshold) && bottom.near(new_bottom, threshold)
        }
        (shown, wanted) => shown == wanted,
    }
}

/// Writes, and knows where it stands and in which colours.
struct Pen {
    out: Vec<u8>,
    at: Option<(usize, usize)>,
    style: Style,
}

impl Pen {
    fn new() -> Self {
        Self { out: Vec::new(), at: None, style: Style::PLAIN }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.out.is_empty() {
            return self.out;
        }
        if self.style != Style::PLAIN {
            self.out.extend_from_slice(b"\x1b[m");
        }
        self.out.extend_from_slice(END);
        let mut bytes = BEGIN.to_vec();
        bytes.append(&mut self.out);
        bytes
    }

    fn go(&mut self, row: usize, column: usize) {
        let to = (row, column);
        // Writing to a vector cannot fail.
        let _ = match self.at {
            Some(at) if at == to => Ok(()),
            Some((at_row, at_column)) if at_row == row && at_column < column => match column - at_column {
                1 => write!(self.out, "\x1b[C"),
                far => write!(self.out, "\x1b[{far}C"),
            },
            _ if column == 0 => write!(self.out, "\x1b[{}H", row + 1),
            _ => write!(self.out, "\x1b[{};{}H", row + 1, column + 1),
        };
        self.at = Some(to);
    }

    /// Two pixels can be said in two ways, or three if they are equal: the one that changes the fewest colours is taken.
    fn halves(&mut self, top: Ink, bottom: Ink) {
        let Style { ink, paper, .. } = self.style;
        let (glyph, ink, paper) = if top == bottom {
            if ink == top && paper != top { ("█", top, paper) } else { (" ", ink, top) }
        } else {
            let changes = |front: Ink, back: Ink| u8::from(ink != front) + u8::from(paper != back);
            if changes(bottom, top) < changes(top, bottom) { ("▄", bottom, top) } else { ("▀", top, bottom) }
        };
        self.dress(Style { ink, paper, bold: false, swapped: false });
        self.out.extend_from_slice(glyph.as_bytes());
        self.moved(1);
    }

    fn text(&mut self, glyph: char, style: Style, width: usize) {
        self.dress(style);
        self.out.extend_from_slice(glyph.encode_utf8(&mut [0; 4]).as_bytes());
        self.moved(width);
    }

    fn moved(&mut self, columns: usize) {
        self.at = self.at.map(|(row, column)| (row, column + columns));
    }

    fn dress(&mut self, style: Style) {
        if style == self.style {
            return;
        }
        let mut parts: Vec<Vec<u8>> = Vec::new();
        let undress = (self.style.bold && !style.bold) || (self.style.swapped && !style.swapped);
        if undress {
            parts.push(Vec::new());
            self.style = Style::PLAIN;
        }
        for (wanted, worn, code) in [(style.bold, self.style.bold, "1"), (style.swapped, self.style.swapped, "7")] {
            if wanted && !worn {
                parts.push(code.into());
            }
        }
        for (wanted, worn, behind) in [(style.ink, self.style.ink, false), (style.paper, self.style.paper, true)] {
            if wanted != worn {
                let mut part = Vec::new();
                wanted.select(behind, &mut part);
                parts.push(part);
            }
        }
        self.out.extend_from_slice(b"\x1b[");
        self.out.extend_from_slice(&parts.join(&b';'));
        self.out.push(b'm');
        self.style = style;
    }
}
