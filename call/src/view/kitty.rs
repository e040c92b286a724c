//! Pictures in the graphics protocol of kitty, which WezTerm, Ghostty and Konsole know too.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::picture::{Extent, Pixels};

/// Asks whether the terminal knows the protocol, with a picture of one pixel that is not shown.
pub const ASK: &[u8] = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\";
/// Takes every picture away and frees it.
pub const CLEAR: &[u8] = b"\x1b_Ga=d,d=A,q=2\x1b\\";

/// The longest piece that the protocol allows, in base64.
const PIECE: usize = 4096;

/// What shows `pixels` at the cursor over `cells`, in place of the picture of the same number. The cursor stays.
pub fn picture(number: u32, pixels: &Pixels, cells: Extent) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let raw: Vec<u8> = pixels.all.iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    let packed = packed.write_all(&raw).and_then(|()| packed.finish()).expect("a vector takes everything");
    let text = STANDARD.encode(packed);
    let mut out = Vec::with_capacity(text.len() + text.len() / 100 + 200);
    let pieces: Vec<&[u8]> = text.as_bytes().chunks(PIECE).collect();
    for (index, piece) in pieces.iter().enumerate() {
        let more = u8::from(index + 1 < pieces.len());
        let Extent { width, height } = cells;
        // Writing to a vector cannot fail.
        let _ = if index == 0 {
            let (s, v) = (pixels.width, pixels.height);
            write!(out, "\x1b_Ga=T,q=2,C=1,f=24,o=z,t=d,i={number},p=1,s={s},v={v},c={width},r={height},m={more};")
        } else {
            write!(out, "\x1b_Gq=2,m={more};")
        };
        out.extend_from_slice(piece);
        out.extend_from_slice(b"\x1b\\");
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::super::colour::rgb;
    use super::*;

    fn noise(width: usize, height: usize) -> Pixels {
        let mut state = 1_u32;
        let mut part = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        let all = (0..width * height).map(|_| rgb(part(), part(), part()));
        Pixels { width, height, all: all.collect() }
    }

    /// What a terminal would read: the keys of the first piece, and the bytes of the picture.
    fn read(sent: &[u8]) -> (String, Vec<u8>) {
        let sent = String::from_utf8(sent.to_vec()).unwrap();
        let (mut keys, mut text) = (String::new(), String::new());
        for piece in sent.split_terminator("\x1b\\") {
            let piece = piece.strip_prefix("\x1b_G").unwrap();
            let (head, data) = piece.split_once(';').unwrap();
            assert!(data.len() <= PIECE);
            if keys.is_empty() {
                keys = head.to_owned();
            }
            text.push_str(data);
        }
        let mut raw = Vec::new();
        flate2::read::ZlibDecoder::new(&STANDARD.decode(text).unwrap()[..]).read_to_end(&mut raw).unwrap();
        (keys, raw)
    }

    #[test]
    fn a_picture_comes_out_as_it_went_in_whatever_its_size() {
        for pixels in [noise(3, 2), noise(160, 90)] {
            let (keys, raw) = read(&picture(7, &pixels, Extent { width: 40, height: 11 }));

            assert!(keys.contains(&format!("i=7,p=1,s={},v={},c=40,r=11", pixels.width, pixels.height)), "{keys}");
            let expected: Vec<u8> = pixels.all.iter().flat_map(|p| [p.r, p.g, p.b]).collect();
            assert_eq!(raw, expected);
        }
    }

    #[test]
    fn only_the_last_piece_says_that_it_is_the_last() {
        let sent = picture(1, &noise(160, 90), Extent { width: 40, height: 11 });
        let sent = String::from_utf8(sent).unwrap();
        let more = sent.matches("m=1;").count();
        assert!(more > 1);
        assert_eq!((sent.matches("m=0;").count(), sent.matches("\x1b_G").count()), (1, more + 1));
    }
}
