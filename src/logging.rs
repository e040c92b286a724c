//! Logs of what goes on, to stderr.

/// Logs the client's attempts with level 1 (`-v`), everything above (`-vv`).
pub fn to_stderr(level: u8) {
    let filter = if level > 1 { "debug" } else { "meetme=debug" };
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
}
