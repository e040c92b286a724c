//! Journeys through whole servers.

mod admin;
mod balancer;
#[cfg(feature = "call")]
mod calls;
mod carry;
mod node;
mod sim;
mod upgrade;

/// What is not installed is missing, and then a skip or, where everything is required, a failure.
#[expect(clippy::print_stderr, reason = "the only way to say why a test did nothing")]
fn needed<T>(service: Option<T>, name: &str) -> Option<T> {
    if service.is_none() {
        assert!(std::env::var("MEETME_TEST_REQUIRE").as_deref() != Ok("all"), "{name} is not installed");
        eprintln!("skipped: needs {name}");
    }
    service
}

/// A client as programs have it: connections are kept, and given up where the server says so.
fn client() -> reqwest::Client {
    // reqwest wants a provider even where no TLS is spoken; a second call changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().expect("a client")
}
