# `just check` is what CI runs, less what only CI has; `just --list` shows the rest.

check: fmt clippy test docs deny typos

fmt:
    cargo fmt --all --check

clippy:
    cargo clippy --workspace --all-targets -- -D warnings

test:
    cargo test --workspace

docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items

deny:
    cargo deny check

typos:
    typos

# The whole journey, with nothing set up.
demo:
    cargo run --release -- demo

# Sound in calls without a sound server: with the headers of ALSA, and its plugin for PulseAudio.
native:
    cargo clippy -p meetme-call --all-targets --features cpal -- -D warnings
    cargo test -p meetme-call --lib --test tests --features cpal native::
