//! Other servers that tests start for themselves, from the programs that are installed.

pub mod postgres;
pub mod redis;

use std::path::{Path, PathBuf};

/// Where a program is, if it is installed. With `MEETME_TEST_REQUIRE=all` one that is not fails the test;
/// otherwise the test says that it was skipped, and for want of what.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/bin", "/usr/sbin"].map(PathBuf::from);
    let found = std::env::split_paths(&path).chain(system).map(|dir| dir.join(name));
    or_skip(name, found.into_iter().find(|file| file.is_file()))
}

/// The same for a program that no path leads to.
pub fn beside_path(path: &str) -> Option<PathBuf> {
    or_skip(path, Some(PathBuf::from(path)).filter(|file| file.is_file()))
}

/// The same for a program in Python that `.ci/tools` installs.
pub fn tool(name: &str) -> Option<PathBuf> {
    installed(&format!("venv/bin/{name}"))
}

/// The same for a file or directory that `.ci/tools` puts below `target/test-tools`.
pub fn installed(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/test-tools").join(name);
    or_skip(name, Some(path).filter(|path| path.exists()))
}

#[expect(clippy::print_stderr, reason = "the only way to say why a test did nothing")]
fn or_skip(name: &str, found: Option<PathBuf>) -> Option<PathBuf> {
    if found.is_none() {
        assert!(std::env::var("MEETME_TEST_REQUIRE").as_deref() != Ok("all"), "{name} is not installed");
        eprintln!("skipped: needs {name}");
    }
    found
}

/// A command that ends with the thread that started it, where the system can do that: a test that is killed
/// leaves nothing behind.
pub fn tethered(program: &Path) -> std::process::Command {
    let tether = Path::new("/usr/bin/setpriv");
    if !tether.is_file() {
        return std::process::Command::new(program);
    }
    let mut command = std::process::Command::new(tether);
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}
