//! litmus, a suite of tests for WebDAV servers, in a calendar.
//!
//! It makes a collection for itself, which is a calendar here, and writes a file of its own choice, which is an
//! iCalendar object here. What else it wants a calendar may refuse, and does. Its tests of locks are left out: there
//! are none (RFC 4918 18.2), and it does not ask for them itself.

use std::collections::BTreeMap;

use super::{Desk, run};
use crate::caldav::kit::hour;
use crate::http::world::World;
use crate::services::beside_path;

/// What it writes is text: RFC 4791 4.1 and 5.3.2.1 (`valid-calendar-data`).
const TEXT: &str = "a calendar holds calendar objects alone";
/// RFC 4791 4.2 lets a calendar hold collections, and RFC 4918 9.3.1 has 403 for one that cannot.
const COLLECTION: &str = "a calendar holds no collections here";
/// RFC 4791 5.3.2.1 (`no-uid-conflict`): it writes one file under two names.
const TWICE: &str = "no two entries of a calendar have one UID";
/// It builds upon a test before it.
const UPON: &str = "it builds upon one that is refused";

/// A suite, how many of its tests pass, and the others with why they cannot.
type Suite = (&'static str, usize, &'static [(&'static str, &'static str)]);

const SUITES: [Suite; 4] = [
    (
        "basic",
        8,
        &[
            ("3. put_get", TEXT),
            ("4. put_get_utf8_segment", TEXT),
            ("6. mkcol_over_plain", UPON),
            ("7. delete", UPON),
            ("9. delete_fragment", COLLECTION),
            ("10. mkcol", COLLECTION),
            ("11. mkcol_again", UPON),
            ("12. delete_coll", UPON),
        ],
    ),
    (
        "copymove",
        5,
        &[
            ("2. copy_init", COLLECTION),
            ("3. copy_simple", UPON),
            ("4. copy_overwrite", UPON),
            ("5. copy_nodestcoll", UPON),
            ("7. copy_coll", COLLECTION),
            ("8. copy_shallow", COLLECTION),
            ("9. move", TWICE),
            ("10. move_coll", COLLECTION),
        ],
    ),
    ("props", 27, &[("25. propinit", TWICE), ("26. propmanyns", UPON), ("27. propget", UPON)]),
    ("http", 4, &[]),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_litmus_can_ask_of_a_calendar_passes() {
    let world = World::new().await;
    world.sign_up("ada").await;
    let home = format!("http://{}/dav/calendars/ada/", world.server().address());

    for (suite, passes, cannot) in SUITES {
        let Some(program) = beside_path(&format!("/usr/libexec/litmus/{suite}")) else { return };
        let desk = Desk { dir: tempfile::tempdir().unwrap(), program };
        desk.write("foo", hour("foo", 2, 10));
        let files = desk.dir.path().display().to_string();
        let arguments = ["--htdocs", &files, &home, "ada", "correct horse"];
        let told = run(&desk.program, desk.dir.path(), &arguments, "").await;

        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let failed: Vec<String> = told.split(['\r', '\n']).filter_map(not_passed).collect();
        let expected: BTreeMap<&str, &str> = cannot.iter().copied().collect();
        let others: Vec<&String> = failed.iter().filter(|test| !expected.contains_key(test.as_str())).collect();
        assert!(others.is_empty() && failed.len() == cannot.len(), "{suite}: {others:?}\n{told}");
        assert!(told.contains(&format!(" {passes} passed, ")), "{suite}: {told}");
    }
}

/// The number and the name of a test that fails or is skipped: ` 3. put_get............... FAIL (why)`.
fn not_passed(line: &str) -> Option<String> {
    let (test, result) = line.trim_start().split_once(".. ")?;
    let (number, name) = test.split_once(". ")?;
    let bad = result.starts_with("FAIL") || result.starts_with("SKIPPED");
    bad.then(|| format!("{number}. {}", name.trim_end_matches('.')))
}
