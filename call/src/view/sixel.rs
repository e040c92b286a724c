//! Pictures as sixels, which xterm, foot, mlterm, Windows Terminal and tmux know: columns of six pixels in colours of a
//! palette.

use std::io::Write as _;

use super::colour::Rgb;
use super::picture::Pixels;

/// Steps of each part of a colour.
const STEPS: usize = 6;
/// Between two steps.
const STEP: i32 = 51;
const COLOURS: usize = STEPS * STEPS * STEPS;

/// What shows `pixels` at the cursor, each of them `scale` screen pixels wide and high.
pub fn picture(pixels: &Pixels, scale: usize) -> Vec<u8> {
    let (width, height) = (pixels.width * scale, pixels.height * scale);
    let indexed: Vec<usize> = indexed(pixels);
    let mut out = Vec::new();
    // Writing to a vector cannot fail.
    let _ = write!(out, "\x1bP0;1;0q\"1;1;{width};{height}");
    let mut used = [false; COLOURS];
    for index in &indexed {
        used[*index] = true;
    }
    for colour in (0..COLOURS).filter(|colour| used[*colour]) {
        let percent = |step: usize| step * 100 / (STEPS - 1);
        let (r, g, b) = (colour / STEPS / STEPS, colour / STEPS % STEPS, colour % STEPS);
        let _ = write!(out, "#{colour};2;{};{};{}", percent(r), percent(g), percent(b));
    }
    for band in 0..height.div_ceil(6) {
        write_band(&mut out, &indexed, pixels, scale, band);
    }
    out.extend_from_slice(b"\x1b\\");
    out
}

fn indexed(pixels: &Pixels) -> Vec<usize> {
    let step = |part: u8| usize::from(part) * (STEPS - 1) / 255;
    let index = |(at, colour): (usize, &Rgb)| {
        // The threshold map moves a colour to the step below or above; rounding down then wants half a step more.
        let colour = colour.dithered(at % pixels.width, at / pixels.width, STEP);
        let up = |part: u8| part.saturating_add(u8::try_from(STEP / 2).expect("it is small"));
        (step(up(colour.r)) * STEPS + step(up(colour.g))) * STEPS + step(up(colour.b))
    };
    pixels.all.iter().enumerate().map(index).collect()
}

/// Six rows of screen pixels, colour by colour.
fn write_band(out: &mut Vec<u8>, indexed: &[usize], pixels: &Pixels, scale: usize, band: usize) {
    let rows: Vec<(u8, usize)> = (0..6_u8)
        .map(|bit| (1 << bit, (band * 6 + usize::from(bit)) / scale))
        .filter(|(_, row)| *row < pixels.height)
        .collect();
    let mut masks: Vec<Option<Vec<u8>>> = vec![None; COLOURS];
    for (bit, row) in rows {
        for (x, colour) in indexed[row * pixels.width..(row + 1) * pixels.width].iter().enumerate() {
            masks[*colour].get_or_insert_with(|| vec![0; pixels.width])[x] |= bit;
        }
    }
    let mut first = true;
    for (colour, mask) in masks.iter().enumerate().filter_map(|(colour, mask)| Some((colour, mask.as_ref()?))) {
        if !first {
            out.push(b'$');
        }
        first = false;
        let _ = write!(out, "#{colour}");
        let mut x = 0;
        while x < mask.len() {
            let same = mask[x..].iter().take_while(|bits| **bits == mask[x]).count();
            let ends = x + same == mask.len();
            // What is empty up to the edge need not be said.
            if !(ends && mask[x] == 0) {
                run(out, mask[x], same * scale);
            }
            x += same;
        }
    }
    out.push(b'-');
}

fn run(out: &mut Vec<u8>, bits: u8, length: usize) {
    let sixel = 63 + bits;
    if length > 3 {
        let _ = write!(out, "!{length}");
        out.push(sixel);
    } else {
        out.extend(std::iter::repeat_n(sixel, length));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::colour::rgb;
    use super::*;

    /// A terminal's side: colours in percent by place.
    fn read(sent: &[u8]) -> BTreeMap<(usize, usize), (u32, u32, u32)> {
        let text = std::str::from_utf8(sent).unwrap();
        let body = text.strip_prefix("\x1bP0;1;0q").unwrap().strip_suffix("\x1b\\").unwrap();
        let mut rest = body;
        let (mut palette, mut colour, mut shown) = (BTreeMap::new(), 0, BTreeMap::new());
        let (mut x, mut y) = (0, 0);
        let numbers = |rest: &mut &str| {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(rest.len());
            let (head, tail) = rest.split_at(end);
            *rest = tail;
            head.split(';').map(|number| number.parse::<u32>().unwrap()).collect::<Vec<_>>()
        };
        while let Some(c) = rest.chars().next() {
            rest = &rest[1..];
            let mut count = 1;
            let mut sixel = c;
            match c {
                '"' => assert_eq!(numbers(&mut rest).len(), 4),
                '#' => {
                    let said = numbers(&mut rest);
                    colour = said[0];
                    if let [_, 2, r, g, b] = said[..] {
                        palette.insert(colour, (r, g, b));
                    }
                }
                '$' => x = 0,
                '-' => (x, y) = (0, y + 6),
                '!' => {
                    count = numbers(&mut rest)[0];
                    sixel = rest.chars().next().unwrap();
                    rest = &rest[1..];
                }
                _ => {}
            }
            if ('?'..='~').contains(&sixel) {
                let bits = u32::from(sixel) - 63;
                for _ in 0..count {
                    for bit in (0..6).filter(|bit| bits & (1 << bit) != 0) {
                        assert!(shown.insert((x, y + bit), palette[&colour]).is_none(), "a pixel is drawn once");
                    }
                    x += 1;
                }
            }
        }
        shown
    }

    #[test]
    fn every_pixel_is_shown_once_in_its_colour() {
        let (red, blue) = (rgb(255, 0, 0), rgb(0, 0, 255));
        let pixels = Pixels { width: 2, height: 4, all: vec![red, blue, red, blue, blue, blue, red, red] };

        let shown = read(&picture(&pixels, 2));

        assert_eq!(shown.len(), 4 * 8);
        for ((x, y), colour) in shown {
            let expected = if pixels.at(x / 2, y / 2) == red { (100, 0, 0) } else { (0, 0, 100) };
            assert_eq!(colour, expected, "at {x},{y}");
        }
    }

    #[test]
    fn a_plain_area_takes_few_bytes() {
        let pixels = Pixels { width: 100, height: 60, all: vec![rgb(0, 0, 0); 6000] };
        assert!(picture(&pixels, 1).len() < 200);
    }
}
