//! The test card: a picture that moves, with a number in it that survives coding, and is read back from what arrived.
//!
//! The number stands in the lower half as a field of squares, light for one and dark for zero, with a frame of known
//! squares and a checksum: what was mangled on the way is not taken for a number. Squares are at least 16 pixels wide, so
//! that no codec at a sensible rate makes one of them the other.

use std::time::Duration;

use super::{MediaError, Size, VideoFrame, VideoSource};

/// Squares in a row, and rows: 32 bits of number, 8 of checksum, and a known pattern of 8.
const COLUMNS: usize = 12;
const ROWS: usize = 4;
const KNOWN: u8 = 0b1011_0010;
const LIGHT: u8 = 220;
const DARK: u8 = 35;
const BETWEEN: u8 = 128;

/// The smallest card that can be read.
pub const SMALLEST: Size = Size { width: 192, height: 144 };

/// Pictures that count, at a steady rate, as fast as they are asked for: see [`Paced`](super::paced::Paced).
#[derive(Debug, Clone)]
pub struct TestCard {
    size: Size,
    rate: u32,
    next: u32,
    ground: Vec<u8>,
}

impl TestCard {
    /// A card of this size, at least [`SMALLEST`], with so many pictures a second.
    pub fn new(size: Size, rate: u32) -> Self {
        let size = Size { width: size.width.max(SMALLEST.width), height: size.height.max(SMALLEST.height) };
        Self { size, rate: rate.clamp(1, 60), next: 0, ground: ground(size) }
    }

    /// The picture with this number.
    pub fn draw(&self, number: u32) -> VideoFrame {
        let mut data = self.ground.clone();
        bar(&mut data, self.size, number);
        squares(&mut data, self.size, number);
        let at = Duration::from_micros(u64::from(number) * 1_000_000 / u64::from(self.rate));
        VideoFrame::new(self.size, data, at).expect("the ground has the size of the card")
    }
}

impl VideoSource for TestCard {
    fn next(&mut self) -> Result<Option<VideoFrame>, MediaError> {
        let frame = self.draw(self.next);
        self.next = self.next.wrapping_add(1);
        Ok(Some(frame))
    }

    fn size(&self) -> Size {
        self.size
    }

    fn rate(&self) -> u32 {
        self.rate
    }
}

/// The number in a picture of a test card, of whatever size it has become; none if it is no card, or spoilt.
pub fn read_counter(frame: &VideoFrame) -> Option<u32> {
    let size = frame.size();
    if size.width < COLUMNS * 4 || size.height < ROWS * 8 {
        return None;
    }
    let mut bits = 0_u64;
    for at in 0..COLUMNS * ROWS {
        let (left, top, width, height) = square(size, at);
        // The middle of the square: its edges are what coding blurs.
        let (mut sum, mut count) = (0_u64, 0);
        for row in top + height / 4..top + height - height / 4 {
            let from = row * size.width + left + width / 4;
            let middle = &frame.y()[from..from + width - width / 2];
            sum += middle.iter().map(|pixel| u64::from(*pixel)).sum::<u64>();
            count += middle.len() as u64;
        }
        bits = bits << 1 | u64::from(sum > u64::from(BETWEEN) * count);
    }
    let [_, _, known, check, number @ ..] = bits.to_be_bytes();
    let number = u32::from_be_bytes(number);
    (known == KNOWN && check == checksum(number)).then_some(number)
}

fn checksum(number: u32) -> u8 {
    number.to_be_bytes().iter().fold(0x5a, |sum: u8, byte| (sum.rotate_left(3) ^ byte).wrapping_mul(167))
}

/// Where a square is: left, top, width, height. All of them fill the lower half, within a margin.
fn square(size: Size, at: usize) -> (usize, usize, usize, usize) {
    let (margin, top) = (size.width / 16, size.height / 2);
    let (width, height) = ((size.width - 2 * margin) / COLUMNS, (size.height / 2 - size.height / 16) / ROWS);
    (margin + at % COLUMNS * width, top + at / COLUMNS * height, width, height)
}

fn squares(data: &mut [u8], size: Size, number: u32) {
    let [n0, n1, n2, n3] = number.to_be_bytes();
    let bits = u64::from_be_bytes([0, 0, KNOWN, checksum(number), n0, n1, n2, n3]);
    for at in 0..COLUMNS * ROWS {
        let one = bits >> (COLUMNS * ROWS - 1 - at) & 1 == 1;
        let (left, top, width, height) = square(size, at);
        for row in top..top + height {
            let from = row * size.width + left;
            data[from..from + width].fill(if one { LIGHT } else { DARK });
        }
    }
}

/// What stays: stripes of colour above, grey below.
fn ground(size: Size) -> Vec<u8> {
    // White, yellow, cyan, green, magenta, red, blue at three quarters (ITU-R BT.801), in Y, U, V.
    const STRIPES: [(u8, u8, u8); 7] = [
        (180, 128, 128),
        (162, 44, 142),
        (131, 156, 44),
        (112, 72, 58),
        (84, 184, 198),
        (65, 100, 212),
        (35, 212, 114),
    ];
    let Size { width, height } = size;
    let stripe = |x: usize, width: usize| STRIPES[(x * STRIPES.len() / width).min(STRIPES.len() - 1)];
    let upper = |y: usize, height: usize| y < height / 2 - height / 16;
    let mut data = Vec::with_capacity(size.bytes());
    data.extend(
        (0..height).flat_map(|y| (0..width).map(move |x| if upper(y, height) { stripe(x, width).0 } else { 110 })),
    );
    let (width, height) = (width / 2, height / 2);
    data.extend(
        (0..height).flat_map(|y| (0..width).map(move |x| if upper(y, height) { stripe(x, width).1 } else { 128 })),
    );
    data.extend(
        (0..height).flat_map(|y| (0..width).map(move |x| if upper(y, height) { stripe(x, width).2 } else { 128 })),
    );
    data
}

/// What moves: a light bar over the stripes, once through the picture in two seconds at 30 a second.
fn bar(data: &mut [u8], size: Size, number: u32) {
    let width = size.width / 12;
    let left = (number % 60) as usize * (size.width - width) / 60;
    for row in size.height / 8..size.height / 4 {
        let from = row * size.width + left;
        data[from..from + width].fill(235);
    }
}
