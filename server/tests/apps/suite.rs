//! The functional tests that the `caldav` package for Python brings along for servers.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::{Desk, ended, installed, tethered};
use crate::http::world::World;

/// More than a hundred tests, a tenth of a second each; a busy machine needs several times that.
const PATIENCE: Duration = Duration::from_secs(240);
/// It has more than this many; fewer mean that it did not find the server.
const ENOUGH: usize = 145;

/// Tests that are left out, and why.
const LEFT_OUT: [(&str, &str); 1] =
    [("test_caldav.py::TestProxy", "its proxy marks answers by their `Content-Type`, which it only knows in capitals")];

/// Tests that skip themselves, and why.
const SKIPPED: [(&str, &str); 5] = [
    ("TestGetDAVClient::testAutoEmbeddedServer", "of the servers that the package can start for itself"),
    ("TestGetCalendarsConfig::test_multi_server_meta_section", "of the servers that the package can start for itself"),
    (
        "TestForServermeetme::testChangeAttendeeStatusWithEmptyAddressSet",
        "of servers that do not tell a user's address; this one does",
    ),
    (
        "TestSchedulingForServermeetme::testAcceptInviteUsernameEmailFallback",
        "of usernames that are addresses of e-mail; none is, here",
    ),
    (
        "TestForServermeetme::testIssue399ChangeAttendeeStatusUsernameEmailFallback",
        "of usernames that are addresses of e-mail; none is, here",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_functional_tests_of_python_caldav_pass() {
    let (Some(desk), Some(source)) = (Desk::of("python"), installed("caldav")) else { return };
    let world = World::new().await;
    for name in ["user1", "user2", "user3"] {
        world.sign_up(name).await;
    }
    let url = format!("http://{}/dav/", world.server().address());
    // Invitations go between three people; what of them a server can do has to be said for their tests to run.
    let people =
        ["user1", "user2", "user3"].map(|name| json!({"url": url, "username": name, "password": "correct horse"}));
    let can = ["", ".mailbox.inbox-delivery", ".auto-schedule", ".schedule-tag", ".schedule-tag.stable-partstat"]
        .map(|what| (format!("scheduling{what}"), json!({"support": "full"})));
    let server = json!({"type": "external", "url": url, "username": "user1", "password": "correct horse",
        "scheduling_users": people, "features": serde_json::Map::from_iter(can)});
    std::fs::create_dir_all(desk.path(".config/caldav")).unwrap();
    desk.write(".config/caldav/test_servers.json", json!({"test-servers": {"meetme": server}}).to_string());

    let mut command = tokio::process::Command::from(tethered(&desk.program));
    command.args(["-m", "pytest", "-v", "-p", "no:cacheprovider", "-o", "filterwarnings="]);
    command.args(["-o", "asyncio_default_fixture_loop_scope=function"]);
    command.args(LEFT_OUT.iter().map(|(test, _)| format!("--deselect=tests/{test}")));
    command.args(["tests/test_caldav.py", "tests/test_async_integration.py"]).current_dir(&source);
    command.env_clear().env("HOME", desk.dir.path()).env("LC_ALL", "C.UTF-8").env("PATH", "/usr/bin:/bin");
    command.env("COLUMNS", "400").env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("PYTHON_CALDAV_TEST_EMBEDDED", "0").env("PYTHON_CALDAV_TEST_DOCKER", "0");
    let output = ended(command, "", PATIENCE).await;

    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let of = |word: &str| {
        let lines = told.lines().filter(|line| line.contains(word)).filter_map(|line| line.split_once(".py::"));
        lines.map(|(_, test)| test.split(' ').next().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    assert!(of(" PASSED ").len() > ENOUGH, "{told}");
    assert_eq!(of(" SKIPPED "), SKIPPED.iter().map(|(test, _)| (*test).to_owned()).collect(), "{told}");
}
