//! The rules of ARCHITECTURE.md as a test: who may import whom, one door per dependency.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each crate that touches the world, a clock, or the format of something, and the files that may name it.
const DOORS: &[(&str, &[&str])] = &[
    ("icalendar", &["core/src/ical"]),
    ("chrono_tz", &["core/src/time.rs", "core/src/ical"]),
    ("unicode_normalization", &["core/src/object/filter/text.rs"]),
    ("rusqlite", &["server/src/store/sqlite"]),
    ("argon2", &["server/src/passwords.rs"]),
    ("getrandom", &["server/src/ids.rs", "src/ids.rs", "call/src/ids.rs"]),
    (
        "libc",
        &[
            "server/src/disk.rs",
            "server/src/memory.rs",
            "call/src/view/guardian.rs",
            "call/src/view/terminal.rs",
            "call/src/media/v4l2",
        ],
    ),
    ("pulseaudio", &["call/src/media/pulse.rs"]),
    ("cpal", &["call/src/media/native"]),
    ("alsa", &["call/src/media/native/quiet.rs"]),
    ("zune_jpeg", &["call/src/media/v4l2/convert.rs"]),
    ("webrtc", &["call/src/peer"]),
    ("rtc", &["call/src/peer"]),
    ("openh264", &["call/src/codec/h264.rs"]),
    ("openh264_sys2", &["call/src/codec/h264.rs"]),
    ("oxideav_vp8", &["call/src/codec/vp8.rs"]),
    ("opus_rs", &["call/src/codec/opus.rs"]),
    ("sonora", &["call/src/media/echo.rs"]),
    ("prometheus_client", &["server/src/metrics.rs"]),
    (
        "axum",
        &[
            "server/src/headers.rs",
            "server/src/http",
            "server/src/caldav",
            "server/src/serve.rs",
            "server/src/signal",
            "server/src/web",
        ],
    ),
    ("maud", &["server/src/web"]),
    ("quick_xml", &["server/src/caldav/xml.rs"]),
    ("ipnet", &["server/src/config.rs", "server/src/http/guard.rs", "server/src/turn", "src/commands/serve.rs"]),
    ("utoipa", &["server/src/http", "server/src/actions/export.rs", "core/src"]),
    ("utoipa_axum", &["server/src/http"]),
    ("hyper", &["server/src/serve.rs"]),
    ("hyper_util", &["server/src/serve.rs"]),
    (
        "futures_util",
        &[
            "server/src/bus/redis.rs",
            "server/src/caldav/multistatus.rs",
            "server/src/caldav/pack.rs",
            "server/src/http/account.rs",
            "server/src/http/live.rs",
            "server/src/store/postgres/db.rs",
            "src/client/link.rs",
        ],
    ),
    ("flate2", &["server/src/packing.rs", "call/src/view"]),
    ("redis", &["server/src/bus/redis.rs"]),
    ("stun", &["server/src/turn"]),
    ("turn", &["server/src/turn"]),
    ("webrtc_util", &["server/src/turn"]),
    ("tokio_tungstenite", &["src/client/link.rs"]),
    ("meetme_call", &["src/client/link.rs", "src/commands/call"]),
    ("reqwest", &["src/client"]),
    ("rustls", &["src/client", "server/src/bus/redis.rs", "server/src/store/postgres/tls.rs"]),
    ("webpki_roots", &["src/client", "server/src/store/postgres/tls.rs"]),
    ("tokio_postgres", &["server/src/store/postgres"]),
    ("deadpool_postgres", &["server/src/store/postgres"]),
    ("tokio_postgres_rustls", &["server/src/store/postgres/tls.rs"]),
    ("dialoguer", &["src/prompt.rs"]),
    ("clap_complete", &["src/complete.rs", "src/commands/completions.rs"]),
    ("clap_mangen", &["src/commands/man.rs"]),
    ("unicode_width", &["src/output/mod.rs", "call/src/view"]),
    ("keyring", &["src/secrets.rs"]),
    ("toml", &["src/config.rs"]),
    ("iana_time_zone", &["src/clock.rs"]),
    ("tracing_subscriber", &["src/main.rs", "src/commands/serve.rs", "src/logging.rs"]),
];

/// What each room of the server may look at. `app` puts everything together and may look everywhere.
const ROOMS: &[(&str, &[&str])] = &[
    (
        "http",
        &[
            "actions", "app", "bus", "caldav", "changes", "clock", "config", "disk", "feeds", "headers", "ids", "life",
            "packing", "rate", "signal", "slots", "store", "streams", "web",
        ],
    ),
    ("caldav", &["actions", "app", "config", "headers", "ids", "packing", "rate", "store"]),
    ("web", &["actions", "app", "config", "ids", "rate", "slots", "store"]),
    ("turn", &["clock", "config", "ids", "life", "store"]),
    ("signal", &["actions", "app", "bus", "clock", "config", "ids", "life", "store", "streams"]),
    ("workers", &["actions", "app", "life"]),
    ("changes", &["bus", "credentials", "life", "store"]),
    ("bus", &["config", "ids"]),
    ("actions", &["app", "credentials", "ids", "passwords", "slots", "store"]),
    ("slots.rs", &["app", "store"]),
    ("feeds", &["actions", "app", "config", "packing", "slots", "store"]),
    ("store", &[]),
    ("credentials.rs", &["clock", "ids", "store"]),
    ("passwords.rs", &["ids"]),
    ("probe.rs", &["clock", "store"]),
    ("rate.rs", &["bus", "clock", "config", "ids"]),
    ("metrics.rs", &["signal", "store", "turn"]),
    ("ids.rs", &["store"]),
    ("admin.rs", &["ids", "passwords", "store"]),
    ("serve.rs", &["config", "life"]),
    ("streams.rs", &[]),
    ("life.rs", &[]),
    ("clock.rs", &[]),
    ("config.rs", &[]),
    ("disk.rs", &[]),
    ("memory.rs", &[]),
    ("headers.rs", &[]),
    ("packing.rs", &[]),
];

/// What core may depend on: nothing that reaches outside.
const CORE_DEPENDENCIES: &[&str] = &[
    "chrono",
    "chrono-tz",
    "icalendar",
    "serde",
    "serde_json",
    "thiserror",
    "unicode-normalization",
    "utoipa",
    "uuid",
];

#[test]
fn every_dependency_has_one_door() {
    let mut wrong = Vec::new();
    for file in sources() {
        let code = code_of(&file);
        for (krate, doors) in DOORS {
            let inside = doors.iter().any(|door| shown(&file).starts_with(door));
            if !inside && names_crate(&code, krate) {
                wrong.push(format!("{} names {krate}, whose door is {doors:?}", shown(&file)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rooms_of_the_server_look_only_where_they_may() {
    let mut wrong = Vec::new();
    for (room, may) in ROOMS {
        let place = root().join("server/src").join(room);
        let own = room.trim_end_matches(".rs");
        let files = if place.is_dir() { rust_files(&place) } else { vec![place.clone()] };
        assert!(files.iter().all(|file| file.exists()), "the table names {room}, which is not there");
        for file in files {
            for looked_at in modules_named(&code_of(&file)) {
                if looked_at != own && !may.contains(&looked_at.as_str()) {
                    wrong.push(format!("{} looks at {looked_at}; {room} may look at {may:?}", shown(&file)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn packages_depend_in_one_direction() {
    let core = manifest("core/Cargo.toml");
    let table = core.split("[dependencies]").nth(1).expect("core has dependencies");
    let table = table.split("\n[").next().expect("a table ends");
    let named = table.lines().filter_map(|line| line.split(['.', ' ', '=']).next()).filter(|name| !name.is_empty());
    let strangers: Vec<&str> = named.filter(|name| !CORE_DEPENDENCIES.contains(name)).collect();

    assert!(strangers.is_empty(), "core depends on {strangers:?}; it must not reach outside");
    assert!(!manifest("server/Cargo.toml").contains("\nmeetme."), "the server does not know the command line");
    assert!(!manifest("call/Cargo.toml").contains("meetme-server"), "a call does not know the server");
}

#[test]
fn lints_are_expected_with_a_reason_and_nothing_is_left_to_do() {
    let mut wrong = Vec::new();
    for file in sources() {
        let code = code_of(&file);
        for bad in ["#[allow(", "#![allow(", "todo!(", "unimplemented!("] {
            if code.contains(bad) {
                wrong.push(format!("{} has {bad}…", shown(&file)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn core_asks_for_no_time_and_no_randomness() {
    for file in rust_files(&root().join("core/src")) {
        let code = code_of(&file);
        for bad in
            ["Utc::now", "Local::now", "SystemTime", "Instant::now", "new_v4", "getrandom", "std::fs", "std::net"]
        {
            assert!(!code.contains(bad), "{} names {bad}", shown(&file));
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn manifest(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("the manifest is there")
}

fn sources() -> Vec<PathBuf> {
    ["src", "core/src", "server/src", "call/src"].iter().flat_map(|folder| rust_files(&root().join(folder))).collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn shown(file: &Path) -> String {
    file.strip_prefix(root()).expect("inside the project").display().to_string()
}

/// A file's code: no comment lines, and nothing from its unit tests on.
fn code_of(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a source file");
    let code = text.split("\n#[cfg(test)]\nmod ").next().expect("a split gives at least one part");
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn names_crate(code: &str, krate: &str) -> bool {
    let path = format!("{krate}::");
    code.match_indices(&path).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        // `foo::rrule::` and `my_rrule::` are something else.
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

/// First segments behind `crate::`, also those in braces.
fn modules_named(code: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut modules = BTreeSet::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        match rest.strip_prefix('{') {
            Some(list) => {
                let list = list.split(';').next().unwrap_or_default();
                let mut depth = 0_usize;
                let mut item = String::new();
                for c in list.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => modules.extend([word(std::mem::take(&mut item).trim())]),
                        c if depth == 0 => item.push(c),
                        _ => {}
                    }
                }
                modules.insert(word(item.trim()));
            }
            None => {
                modules.insert(word(rest));
            }
        }
    }
    modules.remove("");
    modules
}
