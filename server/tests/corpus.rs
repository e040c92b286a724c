//! The corpora of the fuzz targets, replayed as they are and bent: no bytes break a promise.

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

/// How often each file is bent.
const BENT: u64 = 1_000;

fn replay(corpus: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(corpus);
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort_unstable();
    assert!(files.len() >= 8, "only {} files in {}", files.len(), folder.display());
    let corpus: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    for data in &corpus {
        target(data);
        let mut dice = Dice(data.len() as u64);
        for _ in 0..BENT {
            target(&bent(data, &corpus, &mut dice));
        }
    }
}

/// The same numbers every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

/// A piece of the bytes taken out, doubled, overwritten, or put in from another file.
fn bent(data: &[u8], corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = data.to_vec();
    for _ in 0..=dice.below(3) {
        let (at, length) = (dice.below(bytes.len() + 1), dice.below(12));
        let end = (at + length).min(bytes.len());
        match dice.below(4) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            2 => bytes[at..end].fill(b"<>&\"'/:;%. \0\xff="[dice.below(14)]),
            _ => {
                let other = &corpus[dice.below(corpus.len())];
                let from = dice.below(other.len() + 1);
                bytes.splice(at..end, other[from..(from + length * 4).min(other.len())].iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn requests_are_refused_or_mean_the_same_when_written_again() {
    replay("request", fuzz::request);
}

#[test]
fn filters_are_refused_or_stay_within_their_bounds() {
    replay("filter", fuzz::filter);
}

#[test]
fn paths_name_nothing_or_themselves() {
    replay("path", fuzz::path);
}
