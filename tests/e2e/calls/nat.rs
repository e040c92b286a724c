//! Two people behind routers: directly where these let them, through TURN where they do not, and said where no UDP passes.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde::Deserialize as _;
use serde_json::Value;
use tempfile::TempDir;

use super::{People, Running};
use crate::e2e::needed;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/calls/network.sh");
const MEETME: &str = env!("CARGO_BIN_EXE_meetme");
const SERVER: &str = "http://203.0.113.1:8080";

/// A server, and two people behind routers; see `network.sh`.
struct Internet {
    /// Takes the network down when its input ends.
    script: Child,
    /// Processes in the networks of the server, Ada and Bob.
    places: [String; 3],
    server: Option<Child>,
    _data: TempDir,
}

impl Internet {
    /// None where this user may not make networks, or lacks the programs for it.
    fn with(kind: &str) -> Option<Self> {
        let programs = ["/usr/sbin/nft", "/usr/sbin/ip", "/usr/bin/nsenter", "/usr/bin/unshare"];
        let there = programs.iter().all(|program| Path::new(program).is_file());
        needed(there.then_some(()), "nft, ip, nsenter and unshare")?;
        let mut script = Command::new("unshare");
        script.args(["--map-root-user", "--net", "bash", SCRIPT, kind]).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        let mut script = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("unshare is there");
        let mut line = String::new();
        BufReader::new(script.stdout.take().expect("it is piped")).read_line(&mut line).expect("text");
        let places: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let Ok(places) = <[String; 3]>::try_from(places) else {
            drop(script.wait());
            return needed(None, "the right to make networks");
        };
        let data = tempfile::tempdir().expect("a directory");
        let mut internet = Self { script, places, server: None, _data: data };
        let mut server = internet.command("server");
        server.args(["serve", "--json", "--listen", "203.0.113.1:8080", "--turn", "203.0.113.1:3478"]);
        // These addresses are for documentation, not of the internet.
        server.args(["--turn-allow", "203.0.113.0/24", "--data"]).arg(internet._data.path());
        let mut server = server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary runs");
        let said = BufReader::new(server.stdout.take().expect("it is piped"));
        Value::deserialize(&mut serde_json::Deserializer::from_reader(said)).expect("it says where it is");
        internet.server = Some(server);
        Some(internet)
    }

    /// The binary, in the network of somebody.
    fn command(&self, who: &str) -> Command {
        let place = ["server", "ada", "bob"].iter().position(|name| *name == who).expect("one of them");
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.places[place], "--user", "--net", "--preserve-credentials", "--", MEETME]);
        command.env("MEETME_SERVER", SERVER).stdin(Stdio::null());
        command
    }

    fn people(&self) -> People {
        People::meet(|who| self.command(who))
    }

    /// Both in the call, until they are connected and see each other; what their connections go by.
    fn meet(&self, people: &People) -> [Value; 2] {
        let run = |who: &str| self.command(who);
        let mut both = ["ada", "bob"].map(|who| people.call(run, who, &["--for", "60s"]));
        both.each_mut().map(|one| {
            let first = one.connected();
            one.pictures(20);
            // The way that it goes by now may be told more exactly than at first.
            let last = one.seen.iter().rev().find(|event| event["event"] == "stats").expect("pictures were counted");
            let mut told = last["pair"].clone();
            told["route"] = route(one).unwrap_or_else(|| first["route"].clone());
            told
        })
    }
}

/// The last route that was told.
fn route(one: &Running) -> Option<Value> {
    one.seen.iter().rev().find(|event| event["state"] == "connected").map(|event| event["route"].clone())
}

impl Drop for Internet {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            drop(server.kill());
            drop(server.wait());
        }
        drop(self.script.stdin.take());
        drop(self.script.wait());
    }
}

#[test]
fn two_people_behind_routers_that_keep_to_one_address_meet_directly_by_what_stun_told_them() {
    let Some(internet) = Internet::with("cone") else { return };
    let people = internet.people();

    for way in internet.meet(&people) {
        assert_eq!(way["route"], "direct", "{way}");
        assert!(way["remote"] == "srflx" || way["remote"] == "prflx", "{way}");
    }
}

#[test]
fn two_people_behind_routers_with_an_address_for_each_place_meet_through_turn() {
    let Some(internet) = Internet::with("symmetric") else { return };
    let people = internet.people();

    for way in internet.meet(&people) {
        assert_eq!(way["route"], "relayed", "{way}");
        assert!(way["local"] == "relay" || way["remote"] == "relay", "{way}");
    }
}

#[test]
fn two_people_between_whom_no_udp_passes_meet_through_turn() {
    let Some(internet) = Internet::with("filtered") else { return };
    let people = internet.people();

    for way in internet.meet(&people) {
        assert_eq!(way["route"], "relayed", "{way}");
        assert!(way["local"] == "relay" || way["remote"] == "relay", "{way}");
    }
}

#[test]
fn who_gets_no_udp_out_is_told_by_a_check_and_in_the_call() {
    let Some(internet) = Internet::with("no-udp") else { return };
    let people = internet.people();
    let run = |who: &str| internet.command(who);

    let check = |who: &str| {
        let mut command = people.at_home(run(who));
        let checked = command.args(["--json", "--profile", who, "call", "--check"]).output().expect("the binary runs");
        let document: Value = serde_json::from_slice(&checked.stdout).expect("one document");
        let find = |what: &str| {
            let checks = document["checks"].as_array().expect("a list");
            checks.iter().find(|check| check["what"].as_str().is_some_and(|name| name.starts_with(what))).cloned()
        };
        (checked.status.success(), find("UDP"), find("stun:").expect("it was asked"))
    };
    let (well, udp, stun) = check("ada");
    assert!(!well);
    assert_eq!(udp.expect("it is said")["how"], "bad");
    assert_eq!(stun["detail"], "nothing comes back over UDP");
    let (well, udp, stun) = check("bob");
    assert!(well && udp.is_none());
    assert_eq!(stun["detail"].as_str().map(|detail| detail.contains("203.0.113.3")), Some(true), "{stun}");

    let mut ada = people.call(run, "ada", &["--for", "60s"]);
    let _bob = people.call(run, "bob", &["--for", "60s"]);
    let notice = ada.until("notice", |event| event["event"] == "notice");
    assert!(notice["what"].as_str().is_some_and(|what| what.contains("UDP")), "{notice}");
}
