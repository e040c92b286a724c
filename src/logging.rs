//! Logs of what goes on, to stderr.

use std::io::IsTerminal;

/// Logs the client's attempts with level 1 (`-v`), everything above (`-vv`).
pub fn to_stderr(level: u8) {
    let filter = if level > 1 { "debug" } else { "meetme=debug" };
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    logs.with_ansi(std::io::stderr().is_terminal()).init();
}

/// Logs what the server does, and more with each level. `RUST_LOG` says it more finely.
#[cfg(feature = "serve")]
pub fn of_server(level: u8) {
    if level > 0 {
        // Set up already, with the flag's own level.
        return;
    }
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    logs.with_ansi(std::io::stderr().is_terminal()).init();
}
