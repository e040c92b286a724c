//! The corpora of the fuzz targets, replayed: no file breaks a promise or takes long.

use std::fs;
use std::path::Path;
use std::time::Duration;

use meetme_call::clock::Clock;

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

/// A hundredth of this is usual, unoptimised and on a busy machine.
const LONGEST: Duration = Duration::from_secs(5);

fn replay(corpus: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(corpus);
    let mut count = 0;
    for file in fs::read_dir(&folder).expect("the corpus is there") {
        let path = file.expect("a file").path();
        let data = fs::read(&path).expect("its bytes");
        let clock = Clock::start();
        target(&data);
        assert!(clock.now() < LONGEST, "{} took {:?}", path.display(), clock.now());
        count += 1;
    }
    assert!(count >= 4, "only {count} files in {}", folder.display());
}

#[test]
fn packets_are_frames_or_nothing() {
    replay("packets", fuzz::packets);
}

#[test]
fn pictures_are_decoded_or_not() {
    replay("pictures", fuzz::pictures);
}

#[test]
fn sound_is_heard_or_made_up() {
    replay("sound", fuzz::sound);
}

#[test]
fn descriptions_are_taken_or_not() {
    replay("description", fuzz::description);
}
