//! A way to the database that breaks at a chosen moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// At which moment of the next commit the connection breaks.
#[derive(Clone, Copy)]
pub(crate) enum Break {
    /// The server never hears of it.
    Before = 1,
    /// The server hears of it, and its answer is lost.
    After = 2,
}

/// Listens until it is dropped with its runtime.
pub(crate) struct Proxy {
    port: u16,
    next: Arc<AtomicU8>,
}

impl Proxy {
    /// Leads to a port of this machine.
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let next = Arc::new(AtomicU8::new(0));
        let proxy = Self { port: listener.local_addr().unwrap().port(), next: Arc::clone(&next) };
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                tokio::spawn(lead(client, server, Arc::clone(&next)));
            }
        });
        proxy
    }

    /// Breaks the connection on which the next commit comes.
    pub(crate) fn break_next(&self, moment: Break) {
        self.next.store(moment as u8, Ordering::SeqCst);
    }

    /// Whether no break is due any more.
    pub(crate) fn has_broken(&self) -> bool {
        self.next.load(Ordering::SeqCst) == 0
    }

    /// The same database by this way.
    pub(crate) fn url(&self, url: &str, port: u16) -> String {
        url.replace(&format!(":{port}/"), &format!(":{}/", self.port))
    }
}

/// Carries bytes both ways until either side ends or a break is due.
async fn lead(mut client: TcpStream, mut server: TcpStream, next: Arc<AtomicU8>) {
    let (mut asked, mut answered) = (vec![0; 65536], vec![0; 65536]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(n @ 1..) = read else { return };
                let commits = asked[..n].windows(7).any(|bytes| bytes == b"COMMIT\0");
                let moment = if commits { next.swap(0, Ordering::SeqCst) } else { 0 };
                if moment == Break::Before as u8 {
                    return;
                }
                if server.write_all(&asked[..n]).await.is_err() {
                    return;
                }
                if moment == Break::After as u8 {
                    // Its answer proves that the server has heard it.
                    drop(server.read(&mut answered).await);
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(n @ 1..) = read else { return };
                if client.write_all(&answered[..n]).await.is_err() {
                    return;
                }
            }
        }
    }
}
