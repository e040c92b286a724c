//! Gzip: who takes it, and packing. The only file that packs what the server sends.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

/// How much work packing is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// What is sent once.
    Little,
    /// What is kept and sent often.
    Usual,
}

/// Packs bytes. Takes a while where they are many: for a thread that may block.
pub fn packed(bytes: &[u8], effort: Effort) -> Vec<u8> {
    let mut packer = Packer::new(effort);
    let mut packed = packer.pack(bytes);
    packed.append(&mut packer.finish());
    packed
}

/// Packs what comes a piece at a time.
pub struct Packer(GzEncoder<Vec<u8>>);

impl Packer {
    /// One that has seen nothing yet.
    pub fn new(effort: Effort) -> Self {
        let level = match effort {
            Effort::Little => Compression::fast(),
            Effort::Usual => Compression::default(),
        };
        Self(GzEncoder::new(Vec::new(), level))
    }

    /// Takes a piece and gives what is packed by now, which may be nothing.
    pub fn pack(&mut self, piece: &[u8]) -> Vec<u8> {
        self.0.write_all(piece).expect("a vector takes all that is written");
        std::mem::take(self.0.get_mut())
    }

    /// What is left.
    pub fn finish(self) -> Vec<u8> {
        self.0.finish().expect("a vector takes all that is written")
    }
}

/// Whether an `Accept-Encoding` takes gzip (RFC 9110 12.5.3); a coding by name outweighs `*`.
pub fn is_taken(accepted: &str) -> bool {
    let mut any = false;
    for part in accepted.split(',') {
        let (coding, weight) = part.split_once(';').unwrap_or((part, ""));
        let wanted = !is_zero(weight);
        match coding.trim() {
            coding if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") => return wanted,
            "*" => any = wanted,
            _ => {}
        }
    }
    any
}

/// Whether a weight says "not at all".
fn is_zero(weight: &str) -> bool {
    let number = weight.split_once('=').map_or("1", |(_, number)| number.trim());
    number.parse::<f32>().is_ok_and(|number| number <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        for yes in ["gzip", "deflate, GZIP;q=0.5", "*", "br, *;q=0.1", "x-gzip", "gzip; q=1.0"] {
            assert!(is_taken(yes), "{yes}");
        }
        for no in ["", "identity", "br", "gzip;q=0", "gzip;q=0.000, *", "*;q=0"] {
            assert!(!is_taken(no), "{no}");
        }
    }
}
