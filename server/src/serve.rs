//! The loop that accepts connections, and its end.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tower::Service as _;

use crate::config::Limits;
use crate::life::Ending;

/// How long accepting rests when the system has no file descriptors left.
const REST: Duration = Duration::from_millis(100);

/// Serves until `ending` says stop, then finishes what was accepted, at most [`Limits::drain`] long.
pub(crate) async fn serve(listener: TcpListener, router: Router, limits: &Limits, mut ending: Ending) {
    let open = Open::default();
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).pipeline_flush(true);
    let told = ending.clone();
    let take = |(stream, peer, place): Accepted| {
        let router = router.clone();
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().call(request.map(axum::body::Body::new))
        });
        let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let (mut ending, counted) = (told.clone(), open.count());
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = ending.stopping() => {
                    // What was accepted is finished.
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            // A client that goes away in the middle is its own affair.
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
            drop((place, counted));
        });
    };
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = ending.stopping() => break,
        };
        match accepted {
            Ok(accepted) => take(accepted),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(REST).await;
            }
        }
    }
    // Whoever stands at the door already was let in by the system: not to take them would look like a failure.
    for _ in 0..limits.connections {
        match tokio::time::timeout(Duration::ZERO, accept(&listener, &places)).await {
            Ok(Ok(accepted)) => take(accepted),
            _ => break,
        }
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, open.none()).await.is_err() {
        tracing::warn!("some requests were still running when the time to finish was up");
    }
}

/// Counts connections. What became a WebSocket is none any more.
struct Open {
    count: mpsc::Sender<Infallible>,
    none: mpsc::Receiver<Infallible>,
}

impl Default for Open {
    fn default() -> Self {
        let (count, none) = mpsc::channel(1);
        Self { count, none }
    }
}

impl Open {
    /// One that is open as long as this is held.
    fn count(&self) -> mpsc::Sender<Infallible> {
        self.count.clone()
    }

    /// Returns when none is open.
    async fn none(mut self) {
        drop(self.count);
        self.none.recv().await;
    }
}

type Accepted = (TcpStream, SocketAddr, OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<Accepted> {
    let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    // Answers are small and whole: waiting to fill a packet only delays them.
    stream.set_nodelay(true)?;
    Ok((stream, peer, place))
}
