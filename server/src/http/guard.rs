//! What stands around every route: addresses, rates, time limits, counting and logging.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;

use crate::app::App;
use crate::clock::Stopwatch;
use crate::config::RateName;
use crate::http::auth::ClientAddress;
use crate::http::problem::{Problem, ProblemCode};
use crate::life::Phase;

/// How many proxies an `X-Forwarded-For` may name; more are not looked at.
const MAX_HOPS: usize = 16;

/// Asked by whoever looks after the server, who is not turned away.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Finds the client's address, limits its rate, counts and logs the answer.
pub async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "(none)".to_owned());
    let address = ClientAddress::of(client_address(&request, &app.config.trusted_proxies));
    request.extensions_mut().insert(address);
    let probe = PROBES.contains(&route.as_str());
    let response = match app.rates.take(RateName::Address, address).await {
        Err(too_fast) if !probe => Problem::from(too_fast).into_response(),
        _ => next.run(request).await,
    };
    finish(&app, &method, &route, response, watch.elapsed())
}

/// Limits the time of a request.
pub async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let (limit, method) = (app.config.limits.request, request.method().clone());
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        // A change that was handed to the store is made or not whoever waits for it.
        Err(_) if !method.is_safe() => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "outcome-unknown", "the request took too long")
                .hint("repeat the request with the same Idempotency-Key")
                .retry_after(1)
                .into_response()
        }
        Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", "the request took too long")
            .retry_after(5)
            .into_response(),
    }
}

fn finish(app: &App, method: &Method, route: &str, mut response: Response, took: Duration) -> Response {
    let status = response.status().as_u16();
    app.metrics.answered(method.as_str(), route, status, took);
    let code = response.extensions().get::<ProblemCode>().map_or("", |code| code.0);
    if !code.is_empty() {
        app.metrics.refused(code);
    }
    // The route's pattern, never the path: paths hold names.
    tracing::debug!(%method, route, status, code, ms = took.as_secs_f64() * 1e3, "answered");
    let headers = response.headers_mut();
    if app.life.phase() > Phase::Serving {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    response
}

/// The connection's address, or what the nearest untrusted hop of `X-Forwarded-For` is when it came through
/// trusted proxies.
fn client_address(request: &Request, trusted: &[IpNet]) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::from([127, 0, 0, 1]), |ConnectInfo(peer)| peer.ip().to_canonical());
    forwarded(peer, request.headers(), trusted)
}

fn forwarded(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let believed = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut address = peer;
    let lines = headers.get_all("x-forwarded-for").iter().rev().filter_map(|line| line.to_str().ok());
    let hops = lines.flat_map(|line| line.rsplit(',')).map(str::trim).take(MAX_HOPS);
    for hop in hops {
        if !believed(&address) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(next) => address = next.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address_of(peer: &str, header: &str, trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_str(header).expect("a header"));
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().expect("a net")).collect();
        forwarded(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(address_of("203.0.113.9", "198.51.100.1", &[]), "203.0.113.9");
        assert_eq!(address_of("10.0.0.1", "198.51.100.1", &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(address_of("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.7", &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(address_of("10.0.0.1", "nonsense", &["10.0.0.0/8"]), "10.0.0.1");
    }
}
