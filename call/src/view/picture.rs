//! From a video frame to as many pixels as there is room for.

use super::colour::Rgb;

/// A video frame in I420: three tight planes, colours at half the size, video levels.
#[derive(Debug, Clone, Copy)]
pub struct Planes<'a> {
    /// Pixels in a row; even.
    pub width: usize,
    /// Rows; even.
    pub height: usize,
    /// Brightness, `width` × `height`.
    pub y: &'a [u8],
    /// Blue against brightness, a quarter of it.
    pub u: &'a [u8],
    /// Red against brightness, a quarter of it.
    pub v: &'a [u8],
}

/// Pixels, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// All of them.
    pub all: Vec<Rgb>,
}

/// How big something is, in pixels or in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// From left to right.
    pub width: usize,
    /// From top to bottom.
    pub height: usize,
}

/// The biggest picture of the shape of `source` within `room`, whose pixels are `pixel.width` wide and `pixel.height`
/// high in the same unit. At least one pixel, if the room has one.
pub fn fit(source: Extent, room: Extent, pixel: Extent) -> Extent {
    if source.width == 0 || source.height == 0 || room.width == 0 || room.height == 0 {
        return Extent { width: 0, height: 0 };
    }
    let (shape_x, shape_y) = (source.width * pixel.height.max(1), source.height * pixel.width.max(1));
    let rounded = |a: usize, b: usize| (a + b / 2) / b;
    let height = rounded(room.width * shape_y, shape_x);
    if height <= room.height {
        Extent { width: room.width, height: height.max(1) }
    } else {
        Extent { width: rounded(room.height * shape_x, shape_y).clamp(1, room.width), height: room.height }
    }
}

impl Pixels {
    /// The frame at another size: each pixel is the mean of what lies under it.
    pub fn sampled(frame: Planes<'_>, size: Extent) -> Self {
        let mut all = Vec::with_capacity(size.width * size.height);
        let luma = Means::new(frame.width, frame.height, size);
        let chroma = Means::new(frame.width / 2, frame.height / 2, size);
        let (mut y, mut u, mut v) = (vec![0; size.width], vec![0; size.width], vec![0; size.width]);
        for row in 0..size.height {
            luma.row(frame.y, row, &mut y);
            chroma.row(frame.u, row, &mut u);
            chroma.row(frame.v, row, &mut v);
            all.extend(y.iter().zip(&u).zip(&v).map(|((y, u), v)| Rgb::from_video(*y, *u, *v)));
        }
        Self { width: size.width, height: size.height, all }
    }

    /// The pixel at a place.
    pub fn at(&self, x: usize, y: usize) -> Rgb {
        self.all[y * self.width + x]
    }
}

/// How one plane is cut into areas.
struct Means {
    stride: usize,
    columns: Vec<(usize, usize)>,
    rows: Vec<(usize, usize)>,
}

impl Means {
    fn new(width: usize, height: usize, size: Extent) -> Self {
        let cut = |length: usize, parts: usize| {
            let bound = move |part: usize| (part * length / parts).min(length.saturating_sub(1));
            (0..parts).map(move |part| (bound(part), (((part + 1) * length) / parts).max(bound(part) + 1))).collect()
        };
        Self { stride: width, columns: cut(width, size.width), rows: cut(height, size.height) }
    }

    fn row(&self, plane: &[u8], row: usize, out: &mut [u8]) {
        let (top, bottom) = self.rows[row];
        for (out, (left, right)) in out.iter_mut().zip(&self.columns) {
            let mut sum = 0_u32;
            for line in top..bottom {
                let start = line * self.stride;
                sum += plane[start + left..start + right].iter().map(|level| u32::from(*level)).sum::<u32>();
            }
            let count = u32::try_from((right - left) * (bottom - top)).unwrap_or(u32::MAX);
            *out = u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: Extent = Extent { width: 1, height: 1 };

    fn extent(width: usize, height: usize) -> Extent {
        Extent { width, height }
    }

    #[test]
    fn a_picture_fills_one_side_of_its_room_and_keeps_its_shape() {
        assert_eq!(fit(extent(640, 360), extent(80, 44), SQUARE), extent(78, 44));
        assert_eq!(fit(extent(640, 480), extent(80, 44), SQUARE), extent(59, 44));
        assert_eq!(fit(extent(360, 640), extent(80, 44), SQUARE), extent(25, 44));
        assert_eq!(fit(extent(640, 360), extent(20, 44), SQUARE), extent(20, 11));
    }

    #[test]
    fn pixels_that_are_not_square_are_reckoned_with() {
        // Cells of 10×30: half of one is 10×15.
        assert_eq!(fit(extent(300, 150), extent(60, 100), extent(10, 15)), extent(60, 20));
    }

    #[test]
    fn there_is_nothing_to_fit_into_no_room() {
        assert_eq!(fit(extent(640, 360), extent(0, 10), SQUARE), extent(0, 0));
        assert_eq!(fit(extent(0, 0), extent(80, 24), SQUARE), extent(0, 0));
    }

    #[test]
    fn each_pixel_is_the_mean_of_what_lies_under_it() {
        let y: Vec<u8> = (0..16).map(|index| if index % 4 < 2 { 16 } else { 235 }).collect();
        let neutral = [128; 4];
        let frame = Planes { width: 4, height: 4, y: &y, u: &neutral, v: &neutral };

        let halves = Pixels::sampled(frame, extent(2, 1));
        assert_eq!((halves.at(0, 0).luma(), halves.at(1, 0).luma()), (0, 255));
        let one = Pixels::sampled(frame, extent(1, 1));
        assert!((120..136).contains(&one.at(0, 0).luma()), "{one:?}");
    }

    #[test]
    fn a_frame_smaller_than_its_room_is_stretched() {
        let (y, neutral) = ([16, 235, 16, 235], [128]);
        let frame = Planes { width: 2, height: 2, y: &y, u: &neutral, v: &neutral };
        let big = Pixels::sampled(frame, extent(7, 5));
        assert_eq!((big.at(0, 4).luma(), big.at(6, 0).luma()), (0, 255));
    }
}
