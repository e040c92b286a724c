//! `meetme call` with files for camera and source: what the other one sees, and what is said of a file that is none.

use std::fs;
use std::process::Output;

use meetme_call::media::Size;
use meetme_call::media::card::TestCard;

use super::call::{booking, call, last};
use super::plain::Sitting;
use super::world::World;

/// No test card that is drawn live gets as far.
const FIRST: u32 = 5000;

/// Half a minute of test cards, ten a second.
fn film() -> Vec<u8> {
    let card = TestCard::new(Size { width: 192, height: 144 }, 10);
    let mut film = b"YUV4MPEG2 W192 H144 F10:1\n".to_vec();
    for number in FIRST..FIRST + 300 {
        film.extend(b"FRAME\n");
        film.extend(card.draw(number).data());
    }
    film
}

#[test]
fn the_camera_may_be_a_file() {
    let world = World::new();
    let id = booking(&world, 5);
    let path = world.dir.path().join("film.y4m");
    fs::write(&path, film()).expect("it can be written");
    let path = path.display().to_string();

    let mut ada = Sitting::start(&world, "ada", &[&id, "--camera", &path, "--microphone", "none"]);
    ada.hears(&format!("* camera: the file {path}"));
    let mut bob = call(&world, "bob", &[&id, "--headless", "--loopback-only", "--source", "none", "--for", "7s"]);
    let bob = bob.output().expect("the binary runs");

    let first = last(&bob, "first-picture");
    assert_eq!((first["width"].as_u64(), first["height"].as_u64()), (Some(192), Some(144)), "{first}");
    let ended = last(&bob, "ended");
    assert!(ended["frames_counted"].as_u64() > Some(10), "{ended}");
    assert!(ended["last_counter"].as_u64() > Some(FIRST.into()), "{ended}");
    ada.hears("ended: hung up");
}

#[test]
fn a_file_that_cannot_be_played_is_told_before_anybody_waits() {
    let world = World::new();
    let id = booking(&world, 60);
    let refused = |arguments: &[&str]| -> String {
        let arguments = [&["--profile", "ada", "call", &id, "--wait"], arguments].concat();
        let Output { status, stdout, stderr } = world.command(&arguments).output().expect("the binary runs");
        let said = String::from_utf8(stderr).expect("text");
        assert_eq!((status.code(), stdout.len()), (Some(2), 0), "{said}");
        said
    };
    let whole = film();
    let cases: [(&str, &[u8], &str); 4] = [
        ("empty.y4m", b"", "it is empty"),
        ("letter.y4m", b"Dear Ada,\n", "it does not begin with YUV4MPEG2"),
        ("odd.y4m", b"YUV4MPEG2 W191 H144 F10:1\n", "its sides must be even, and at most 4096"),
        ("cut.y4m", &whole[..5000], "there is no whole picture in it"),
    ];
    for (name, content, why) in cases {
        let path = world.dir.path().join(name);
        fs::write(&path, content).expect("it can be written");
        let path = path.display().to_string();
        let named: [&[&str]; 3] = [&["--camera", &path], &["--source", &path], &["--headless", "--source", &path]];
        for how in named {
            let said = refused(how);
            assert!(said.contains(&format!("cannot send {path}: ")) && said.contains(why), "{how:?}: {said}");
        }
    }
    assert!(refused(&["--camera", "/nowhere/film.y4m"]).contains("there is no camera `/nowhere/film.y4m`"));
    assert!(refused(&["--source", "/nowhere/film.y4m"]).contains("cannot open /nowhere/film.y4m"));
}

#[test]
fn a_device_is_not_named_in_vain_where_none_is_switched_on() {
    let world = World::new();
    let id = booking(&world, 5);
    let scripts: [(&[&str], &str); 2] =
        [(&["call", &id, "--headless"], "--camera"), (&["--json", "call", &id], "--microphone")];
    for (script, flag) in scripts {
        let arguments = [&["--profile", "ada"], script, &[flag, "none"]].concat();
        let output = world.command(&arguments).output().expect("the binary runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
        assert!(said.contains(&format!("{flag} is of no use with `--headless` or `--json`")), "{said}");
    }
}
