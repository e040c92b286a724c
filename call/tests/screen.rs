//! A small terminal that reads what is drawn, and knows what it shows.

use std::time::Duration;

use meetme_call::media::{Size, VideoFrame};
use meetme_call::view::cells::{Cell, Grid, Style};
use meetme_call::view::colour::{Ink, rgb};
use meetme_call::view::picture::Extent;
use unicode_width::UnicodeWidthChar as _;

/// One cell as it is seen: what stands there, in which colours.
type Seen = (char, Style);

pub struct Emulator {
    size: Extent,
    cells: Vec<Seen>,
    at: (usize, usize),
    style: Style,
}

impl Emulator {
    pub fn new(size: Extent) -> Self {
        Self { size, cells: vec![(' ', Style::PLAIN); size.width * size.height], at: (0, 0), style: Style::PLAIN }
    }

    pub fn read(&mut self, bytes: &[u8]) {
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        let mut rest = text.chars();
        while let Some(glyph) = rest.next() {
            if glyph == '\n' {
                self.at = (self.at.0 + 1, 0);
                continue;
            }
            if glyph != '\x1b' {
                self.put(glyph);
                continue;
            }
            assert_eq!(rest.next(), Some('['), "only control sequences are used");
            let body: String = rest.clone().take_while(|c| !c.is_ascii_alphabetic()).collect();
            let last = rest.nth(body.len()).expect("a sequence ends");
            self.control(&body, last);
        }
    }

    pub fn as_text(&self) -> String {
        let rows = self.cells.chunks(self.size.width);
        rows.map(|row| row.iter().map(|(glyph, _)| *glyph).collect::<String>() + "\n").collect()
    }

    /// The picture made of half blocks, enlarged to 320×180; none if there is none. What has a colour of its own behind or
    /// before it belongs to the picture.
    pub fn picture(&self) -> Option<VideoFrame> {
        let is_picture = |at: &usize| {
            let (glyph, style) = self.cells[*at];
            " ▀▄█".contains(glyph) && (matches!(style.ink, Ink::Exact(_)) || matches!(style.paper, Ink::Exact(_)))
        };
        let places: Vec<usize> = (0..self.cells.len()).filter(is_picture).collect();
        let column = |at: &usize| at % self.size.width;
        let (left, right) = (places.iter().map(column).min()?, places.iter().map(column).max()? + 1);
        let (top, bottom) = (places.first()? / self.size.width, places.last()? / self.size.width + 1);
        let level = |x: usize, y: usize| {
            let (glyph, style) = self.cells[(top + y / 2) * self.size.width + left + x];
            let ink = match (glyph, y % 2) {
                ('█', _) | ('▀', 0) | ('▄', 1) => style.ink,
                _ => style.paper,
            };
            let luma = if let Ink::Exact(colour) = ink { u32::from(colour.luma()) } else { 0 };
            u8::try_from(16 + luma * 219 / 255).expect("a byte")
        };
        let size = Size::new(320, 180)?;
        let (width, height) = (right - left, 2 * (bottom - top));
        let mut data = Vec::new();
        for y in 0..size.height {
            data.extend((0..size.width).map(|x| level(x * width / size.width, y * height / size.height)));
        }
        data.resize(size.bytes(), 128);
        VideoFrame::new(size, data, Duration::ZERO)
    }

    /// Each cell of the grid is seen here as it should be.
    pub fn assert_shows(&self, grid: &Grid) {
        for (at, cell) in grid.cells().iter().enumerate() {
            let (glyph, style) = self.cells[at];
            let place = (at / self.size.width, at % self.size.width);
            match *cell {
                Cell::Text { glyph: wanted, style: wanted_style } => {
                    assert_eq!((glyph, style), (wanted, wanted_style), "at {place:?}");
                }
                Cell::Halves { top, bottom } => {
                    let seen = match glyph {
                        ' ' => (style.paper, style.paper),
                        '█' => (style.ink, style.ink),
                        '▀' => (style.ink, style.paper),
                        '▄' => (style.paper, style.ink),
                        other => panic!("{other} at {place:?}"),
                    };
                    assert_eq!(seen, (top, bottom), "at {place:?}");
                }
                Cell::Tail => assert_eq!(glyph, '\0', "at {place:?}"),
            }
        }
    }

    fn put(&mut self, glyph: char) {
        let (row, column) = self.at;
        let width = glyph.width().unwrap_or(0);
        assert!(width > 0 && column + width <= self.size.width, "{glyph:?} at {row},{column} is off the screen");
        self.cells[row * self.size.width + column] = (glyph, self.style);
        if width == 2 {
            self.cells[row * self.size.width + column + 1] = ('\0', self.style);
        }
        self.at.1 += width;
    }

    fn control(&mut self, body: &str, last: char) {
        if let Some(mode) = body.strip_prefix('?') {
            assert_eq!(mode, "2026");
            return;
        }
        let numbers: Vec<usize> = body.split(';').map(|number| number.parse().unwrap_or(0)).collect();
        match last {
            'H' => {
                let place = |index: usize| numbers.get(index).map_or(1, |number| (*number).max(1)) - 1;
                self.at = (place(0), place(1));
            }
            'C' => self.at.1 += numbers[0].max(1),
            'm' => self.dress(&numbers),
            other => panic!("{body}{other}"),
        }
        assert!(self.at.0 < self.size.height && self.at.1 <= self.size.width);
    }

    fn dress(&mut self, numbers: &[usize]) {
        let mut rest = numbers;
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            let byte = |number: usize| u8::try_from(number).expect("a byte");
            let long = |rest: &mut &[usize]| match **rest {
                [5, index, ..] => {
                    *rest = &rest[2..];
                    Ink::Indexed(byte(index))
                }
                [2, r, g, b, ..] => {
                    *rest = &rest[4..];
                    Ink::Exact(rgb(byte(r), byte(g), byte(b)))
                }
                _ => panic!("{numbers:?}"),
            };
            match *first {
                0 => self.style = Style::PLAIN,
                1 => self.style.bold = true,
                7 => self.style.swapped = true,
                code @ 30..=37 => self.style.ink = Ink::Indexed(byte(code - 30)),
                38 => self.style.ink = long(&mut rest),
                39 => self.style.ink = Ink::Plain,
                code @ 40..=47 => self.style.paper = Ink::Indexed(byte(code - 40)),
                48 => self.style.paper = long(&mut rest),
                49 => self.style.paper = Ink::Plain,
                code @ 90..=97 => self.style.ink = Ink::Indexed(byte(code - 82)),
                code @ 100..=107 => self.style.paper = Ink::Indexed(byte(code - 92)),
                other => panic!("{other}"),
            }
        }
    }
}
