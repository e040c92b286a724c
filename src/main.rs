//! The `meetme` binary.

fn main() -> std::process::ExitCode {
    meetme::cli::run(std::env::args_os())
}
