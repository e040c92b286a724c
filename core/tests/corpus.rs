//! The corpora of the fuzz targets, replayed: no file breaks a promise or takes long.

use std::fs;
use std::path::Path;
use std::time::Duration;

#[path = "../fuzz/src/lib.rs"]
pub(crate) mod fuzz;

/// Files are small and budgets are named: a tenth of this is usual, unoptimised and on a busy machine.
const LONGEST: Duration = Duration::from_secs(5);

#[expect(clippy::disallowed_methods, reason = "what is measured is the time that a file takes")]
fn replay(corpus: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(corpus);
    let mut count = 0;
    for file in fs::read_dir(&folder).expect("the corpus is there") {
        let path = file.expect("a file").path();
        let data = fs::read(&path).expect("its bytes");
        let begin = std::time::Instant::now();
        target(&data);
        assert!(begin.elapsed() < LONGEST, "{} took {:?}", path.display(), begin.elapsed());
        count += 1;
    }
    assert!(count >= 8, "only {count} files in {}", folder.display());
}

#[test]
fn objects_are_refused_or_understood() {
    replay("object", fuzz::object);
}

#[test]
fn filters_find_what_the_index_holds() {
    replay("filter", fuzz::filter);
}

#[test]
fn rules_are_refused_or_end() {
    replay("rule", fuzz::rule);
}

#[test]
fn windows_come_back() {
    replay("windows", fuzz::windows);
}

#[test]
fn signals_are_read_alike_at_both_ends_or_refused() {
    replay("signal", fuzz::signal);
}
