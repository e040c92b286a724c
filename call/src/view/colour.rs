//! Colours: as a picture has them, and as a terminal of some depth can say them.

use std::io::Write as _;

/// A colour, full range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Rgb {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
}

/// How many colours a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Its own two.
    Mono,
    /// The sixteen of ECMA-48 and aixterm.
    Ansi16,
    /// A cube of 6×6×6 and 24 greys beside the sixteen.
    Ansi256,
    /// 24 bits.
    True,
}

/// A colour as it is said to a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    /// Whatever the terminal uses by itself.
    Plain,
    /// One of 256; below 16 it is said in the older way, which every terminal knows.
    Indexed(u8),
    /// 24 bits.
    Exact(Rgb),
}

/// What terminals show for the sixteen unless their user has other wishes (the values of xterm).
const SIXTEEN: [Rgb; 16] = [
    rgb(0, 0, 0),
    rgb(205, 0, 0),
    rgb(0, 205, 0),
    rgb(205, 205, 0),
    rgb(0, 0, 238),
    rgb(205, 0, 205),
    rgb(0, 205, 205),
    rgb(229, 229, 229),
    rgb(127, 127, 127),
    rgb(255, 0, 0),
    rgb(0, 255, 0),
    rgb(255, 255, 0),
    rgb(92, 92, 255),
    rgb(255, 0, 255),
    rgb(0, 255, 255),
    rgb(255, 255, 255),
];

/// The steps of the cube.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// A threshold map: ordered dithering depends on the place alone, so a still picture stays still.
const BAYER: [[i32; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];

/// A colour from its parts.
pub const fn rgb(r: u8, g: u8, b: u8) -> Rgb {
    Rgb { r, g, b }
}

impl Rgb {
    /// From video levels (BT.601, luma 16 to 235).
    pub fn from_video(y: u8, u: u8, v: u8) -> Self {
        let (y, u, v) = (298 * (i32::from(y) - 16), i32::from(u) - 128, i32::from(v) - 128);
        let byte = |scaled: i32| clamped((scaled + 128) >> 8);
        Self { r: byte(y + 409 * v), g: byte(y - 100 * u - 208 * v), b: byte(y + 516 * u) }
    }

    /// How bright it looks, 0 to 255.
    pub fn luma(self) -> u8 {
        clamped((299 * i32::from(self.r) + 587 * i32::from(self.g) + 114 * i32::from(self.b)) / 1000)
    }

    /// Whether no part differs by more than `threshold`.
    pub fn near(self, other: Self, threshold: u8) -> bool {
        self.r.abs_diff(other.r) <= threshold
            && self.g.abs_diff(other.g) <= threshold
            && self.b.abs_diff(other.b) <= threshold
    }

    /// The colour moved by what the threshold map says for the place, by at most half of `strength`.
    pub fn dithered(self, x: usize, y: usize, strength: i32) -> Self {
        let shift = (BAYER[y % 4][x % 4] * 2 - 15) * strength / 32;
        let moved = |part: u8| clamped(i32::from(part) + shift);
        Self { r: moved(self.r), g: moved(self.g), b: moved(self.b) }
    }

    fn distance(self, other: Self) -> u32 {
        let squared = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
        // Eyes see green best.
        2 * squared(self.r, other.r) + 4 * squared(self.g, other.g) + 3 * squared(self.b, other.b)
    }
}

impl Depth {
    /// What comes nearest to a colour at a place. With few colours the place decides which of two neighbours is taken,
    /// so that an area shows what lies between them.
    pub fn ink(self, colour: Rgb, x: usize, y: usize) -> Ink {
        match self {
            Self::Mono => Ink::Plain,
            Self::Ansi16 => {
                let wanted = colour.dithered(x, y, 96);
                let nearest = (0..16_u8).min_by_key(|index| SIXTEEN[usize::from(*index)].distance(wanted));
                Ink::Indexed(nearest.expect("there are sixteen"))
            }
            Self::Ansi256 => Ink::Indexed(nearest_of_256(colour.dithered(x, y, 16))),
            Self::True => Ink::Exact(colour),
        }
    }
}

impl Ink {
    /// Whether one may stand for the other.
    pub fn near(self, other: Self, threshold: u8) -> bool {
        match (self, other) {
            (Self::Exact(one), Self::Exact(another)) => one.near(another, threshold),
            (one, another) => one == another,
        }
    }

    /// Adds the parameters that select it in front (or behind) to a control sequence, without a separator.
    pub fn select(self, behind: bool, out: &mut Vec<u8>) {
        let plane = u8::from(behind) * 10;
        // Writing to a vector cannot fail.
        let _ = match self {
            Self::Plain => write!(out, "{}", 39 + plane),
            Self::Indexed(index @ 0..8) => write!(out, "{}", 30 + plane + index),
            Self::Indexed(index @ 8..16) => write!(out, "{}", 82 + plane + index),
            Self::Indexed(index) => write!(out, "{};5;{index}", 38 + plane),
            Self::Exact(Rgb { r, g, b }) => write!(out, "{};2;{r};{g};{b}", 38 + plane),
        };
    }
}

fn nearest_of_256(colour: Rgb) -> u8 {
    let step = |part: u8| {
        let distance = |index: &u8| CUBE[usize::from(*index)].abs_diff(part);
        (0..6_u8).min_by_key(distance).expect("there are six")
    };
    let (r, g, b) = (step(colour.r), step(colour.g), step(colour.b));
    let cube = rgb(CUBE[usize::from(r)], CUBE[usize::from(g)], CUBE[usize::from(b)]);
    let grey = (colour.luma().saturating_sub(3) / 10).min(23);
    let level = 8 + 10 * grey;
    if rgb(level, level, level).distance(colour) < cube.distance(colour) { 232 + grey } else { 16 + 36 * r + 6 * g + b }
}

fn clamped(value: i32) -> u8 {
    u8::try_from(value.clamp(0, 255)).expect("it is clamped")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(ink: Ink, behind: bool) -> String {
        let mut out = Vec::new();
        ink.select(behind, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn video_black_white_and_red_are_black_white_and_red() {
        assert_eq!(Rgb::from_video(16, 128, 128), rgb(0, 0, 0));
        assert_eq!(Rgb::from_video(235, 128, 128), rgb(255, 255, 255));
        let red = Rgb::from_video(82, 90, 240);
        assert!(red.near(rgb(255, 0, 0), 3), "{red:?}");
    }

    #[test]
    fn each_depth_says_a_colour_in_its_own_words() {
        let orange = rgb(255, 135, 0);

        assert_eq!(said(Depth::True.ink(orange, 0, 0), false), "38;2;255;135;0");
        assert_eq!(said(Depth::True.ink(orange, 0, 0), true), "48;2;255;135;0");
        assert_eq!(said(Depth::Ansi256.ink(orange, 2, 1), true), "48;5;208");
        assert_eq!(said(Ink::Indexed(9), false), "91");
        assert_eq!(said(Ink::Indexed(3), true), "43");
        assert_eq!(said(Depth::Mono.ink(orange, 0, 0), false), "39");
    }

    #[test]
    fn greys_of_256_come_from_the_ramp_that_is_finer_than_the_cube() {
        let levels: std::collections::BTreeSet<u8> =
            (0..=255_u8).map(|level| nearest_of_256(rgb(level, level, level))).collect();
        assert!(levels.len() >= 24, "{levels:?}");
    }

    #[test]
    fn sixteen_colours_show_what_lies_between_them_by_turns() {
        let between = rgb(178, 178, 178);
        let mut seen = std::collections::BTreeSet::new();
        for (x, y) in (0..4).flat_map(|x| (0..4).map(move |y| (x, y))) {
            seen.insert(said(Depth::Ansi16.ink(between, x, y), false));
        }
        assert!(seen.len() > 1, "{seen:?}");
    }
}
