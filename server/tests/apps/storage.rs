//! The tests that vdirsyncer brings along for servers that keep its calendars.

use std::time::Duration;

use super::{Desk, ended, installed, tethered};
use crate::http::world::World;

/// Seven seconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// It has more than this many; fewer mean that it did not find the server.
const ENOUGH: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tests_of_vdirsyncer_for_caldav_servers_pass() {
    let (Some(desk), Some(source)) = (Desk::of("python"), installed("vdirsyncer")) else { return };
    let world = World::new().await;
    world.sign_up("ada").await;
    let home = source.join("tests/storage/servers/meetme");
    std::fs::create_dir_all(&home).unwrap();
    std::fs::write(home.join("__init__.py"), include_str!("storage.py")).unwrap();

    let mut command = tokio::process::Command::from(tethered(&desk.program));
    command.args(["-m", "pytest", "-v", "-p", "no:cacheprovider", "-o", "addopts=", "-o"]);
    command.args(["asyncio_default_fixture_loop_scope=function", "tests/storage/dav/test_caldav.py"]);
    command.current_dir(&source);
    command.env_clear().env("HOME", desk.dir.path()).env("LC_ALL", "C.UTF-8").env("PATH", "/usr/bin:/bin");
    command.env("COLUMNS", "400").env("PYTHONDONTWRITEBYTECODE", "1").env("DETERMINISTIC_TESTS", "true");
    command.env("DAV_SERVER", "meetme").env("MEETME_DAV", format!("http://{}/dav/", world.server().address()));
    let output = ended(command, "", PATIENCE).await;

    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.matches(" PASSED ").count() > ENOUGH, "{told}");
    // One is of storages that are no servers, one of storages that keep no times.
    assert_eq!(told.matches(" SKIPPED ").count(), 2, "{told}");
}
