//! STUN and TURN, by a client over UDP: who may use them, where traffic goes, and how much.

mod answers;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use meetme_core::api::{CallRole, IceServer};
use meetme_core::time::Instant;
use meetme_server::clock::Stopwatch;
use meetme_server::config::TurnConfig;
use tokio::net::UdpSocket;
use tokio::time::timeout;
use turn::client::{Client, ClientConfig};
use webrtc_util::Conn;

use crate::http::world::{START, World, at};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a test waits for what must not come.
const QUIET: Duration = Duration::from_millis(300);

/// A TURN server on this machine; what else of it may be reached is said.
async fn world(allow: &[&str], adjust: impl FnOnce(&mut meetme_server::config::Limits)) -> World {
    let allow = allow.iter().map(|net| net.parse().unwrap()).collect();
    World::with(|config| {
        config.turn =
            Some(TurnConfig { listen: ([127, 0, 0, 1], 0).into(), public: None, ports: (40_000, 60_000), allow });
        adjust(&mut config.limits);
    })
    .await
}

fn address(world: &World) -> SocketAddr {
    world.server().app().turn.as_ref().expect("it has TURN").address()
}

/// What somebody in a call that closes an hour from the start is told.
fn servers(world: &World, who: CallRole) -> Vec<IceServer> {
    let booking = meetme_core::id::BookingId::from_bytes([1; 16]);
    world.server().app().ice_servers(booking, who, in_an_hour())
}

fn in_an_hour() -> Instant {
    at(START) + chrono::TimeDelta::hours(1)
}

async fn client(world: &World, credential: Option<&IceServer>) -> Client {
    let turn = address(world).to_string();
    let client = Client::new(ClientConfig {
        stun_serv_addr: turn.clone(),
        turn_serv_addr: turn,
        username: credential.and_then(|server| server.username.clone()).unwrap_or_default(),
        password: credential.and_then(|server| server.credential.clone()).unwrap_or_default(),
        realm: String::new(),
        software: String::new(),
        rto_in_ms: 100,
        conn: Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap()),
        vnet: None,
    });
    let client = client.await.unwrap();
    client.listen().await.unwrap();
    client
}

/// A relayed port of this one of the two.
async fn port(world: &World, who: CallRole) -> Result<(Client, impl Conn), turn::Error> {
    let servers = servers(world, who);
    let client = client(world, Some(&servers[1])).await;
    let conn = client.allocate().await?;
    Ok((client, conn))
}

/// What comes at a port, if anything does.
async fn heard(conn: &impl Conn, patience: Duration) -> Option<(String, SocketAddr)> {
    let mut buffer = [0; 1500];
    let (length, from) = timeout(patience, conn.recv_from(&mut buffer)).await.ok()?.ok()?;
    Some((String::from_utf8_lossy(&buffer[..length]).into_owned(), from))
}

#[tokio::test]
async fn stun_tells_a_client_its_own_address() {
    let world = world(&[], |_| {}).await;
    let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    let own = socket.local_addr().unwrap();
    let turn = address(&world).to_string();
    let config = ClientConfig {
        stun_serv_addr: turn.clone(),
        turn_serv_addr: turn,
        username: String::new(),
        password: String::new(),
        realm: String::new(),
        software: String::new(),
        rto_in_ms: 100,
        conn: socket,
        vnet: None,
    };
    let client = Client::new(config).await.unwrap();
    client.listen().await.unwrap();

    assert_eq!(client.send_binding_request().await.unwrap(), own);
}

#[tokio::test]
async fn two_people_who_reach_nobody_but_the_relay_reach_each_other() {
    let world = world(&[], |_| {}).await;
    let (_ada, hers) = port(&world, CallRole::Host).await.unwrap();
    let (_bob, his) = port(&world, CallRole::Guest).await.unwrap();
    let (ada, bob) = (hers.local_addr().unwrap(), his.local_addr().unwrap());

    // The first datagram asks for a permission; the other side must have given one to hear it.
    his.send_to(b"open", ada).await.unwrap();
    hers.send_to(b"hello", bob).await.unwrap();
    assert_eq!(heard(&his, PATIENCE).await, Some(("hello".to_owned(), ada)));
    his.send_to(b"hello yourself", ada).await.unwrap();

    let mut last = heard(&hers, PATIENCE).await;
    if last.as_ref().is_some_and(|(text, _)| text == "open") {
        last = heard(&hers, PATIENCE).await;
    }
    assert_eq!(last, Some(("hello yourself".to_owned(), bob)));
    let counts = world.server().app().turn.as_ref().unwrap().counts();
    assert_eq!(counts.allocations, 2);
    assert!(counts.bytes > 0);
}

#[tokio::test]
async fn nothing_else_of_the_servers_network_is_reached_unless_it_is_allowed() {
    for (allow, arrives) in [(&[][..], false), (&["127.0.0.0/8"][..], true)] {
        let world = world(allow, |_| {}).await;
        let (_client, conn) = port(&world, CallRole::Host).await.unwrap();
        let inside = UdpSocket::bind("127.0.0.1:0").await.unwrap();

        conn.send_to(b"knock", inside.local_addr().unwrap()).await.unwrap();

        let mut buffer = [0; 100];
        let wait = if arrives { PATIENCE } else { QUIET };
        let came = timeout(wait, inside.recv_from(&mut buffer)).await;
        assert_eq!(came.is_ok(), arrives);
        if let Ok(Ok((_, from))) = came {
            inside.send_to(b"yes?", from).await.unwrap();
            assert_eq!(heard(&conn, PATIENCE).await.unwrap().0, "yes?");
        } else {
            inside.send_to(b"who is there?", conn.local_addr().unwrap()).await.unwrap();
            assert_eq!(heard(&conn, QUIET).await, None);
            assert!(world.server().app().turn.as_ref().unwrap().counts().refused >= 2);
        }
    }
}

#[tokio::test]
async fn a_credential_is_for_its_time_and_cannot_be_made_up() {
    let world = world(&[], |_| {}).await;
    let good = servers(&world, CallRole::Host).remove(1);
    let name = good.username.clone().unwrap();
    let made_up = [
        IceServer { username: Some(name.replace("host", "guest")), ..good.clone() },
        IceServer { username: Some(format!("1{name}")), ..good.clone() },
        IceServer { credential: Some("guess".to_owned()), ..good.clone() },
    ];
    for bad in &made_up {
        assert!(client(&world, Some(bad)).await.allocate().await.is_err(), "{:?}", bad.username);
    }
    assert!(client(&world, Some(&good)).await.allocate().await.is_ok());

    world.clock.set(in_an_hour());

    assert!(client(&world, Some(&good)).await.allocate().await.is_err());
}

#[tokio::test]
async fn a_port_ends_with_its_call() {
    let world = world(&[], |_| {}).await;
    let (_client, _conn) = port(&world, CallRole::Host).await.unwrap();
    let open = || world.server().app().turn.as_ref().unwrap().counts().allocations;
    assert_eq!(open(), 1);

    world.clock.set(in_an_hour());

    let ended = async {
        while open() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, ended).await.expect("the port is given back");
}

#[tokio::test]
async fn a_credential_has_so_many_ports() {
    let world = world(&[], |limits| limits.turn_allocations_of_credential = 2).await;
    let _one = port(&world, CallRole::Host).await.unwrap();
    let _two = port(&world, CallRole::Host).await.unwrap();

    assert!(port(&world, CallRole::Host).await.is_err());
    assert!(port(&world, CallRole::Guest).await.is_ok());
}

#[tokio::test]
async fn a_credential_relays_so_many_bytes() {
    let world = world(&["127.0.0.0/8"], |limits| limits.turn_bytes_of_credential = 10_000).await;
    let (_client, conn) = port(&world, CallRole::Host).await.unwrap();
    let inside = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let to = inside.local_addr().unwrap();
    let mut buffer = [0; 1500];
    let mut came = 0;

    for _ in 0..20 {
        conn.send_to(&[7; 1000], to).await.unwrap();
        came += usize::from(timeout(QUIET, inside.recv_from(&mut buffer)).await.is_ok());
    }

    assert_eq!(came, 10);
}

#[tokio::test]
async fn strangers_cannot_wear_the_server_out() {
    let world = world(&[], |_| {}).await;
    let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    stranger.connect(address(&world)).await.unwrap();
    let mut allocate = vec![0, 3, 0, 8, 0x21, 0x12, 0xa4, 0x42];
    allocate.extend([9; 12]);
    allocate.extend([0x00, 0x19, 0, 4, 17, 0, 0, 0]);
    let mut buffer = [0; 1500];
    let (mut answers, watch) = (0.0, Stopwatch::start());
    for _ in 0..500 {
        stranger.send(&allocate).await.unwrap();
        stranger.send(b"nonsense").await.unwrap();
        if timeout(Duration::from_millis(5), stranger.recv(&mut buffer)).await.is_ok() {
            answers += 1.0;
        }
    }

    // Sixty at once, and twenty a second after that.
    let most = 61.0 + 20.0 * watch.elapsed().as_secs_f64();
    assert!(answers <= most, "{answers} answers, and at most {most}");
    // It still serves.
    let (_client, _conn) = {
        let mut found = port(&world, CallRole::Host).await;
        for _ in 0..50 {
            if found.is_ok() {
                break;
            }
            found = port(&world, CallRole::Host).await;
        }
        found.unwrap()
    };
}

#[tokio::test]
async fn every_node_takes_what_another_one_gave_out() {
    let first = world(&[], |_| {}).await;
    let second = first
        .beside(|config| {
            let listen = ([127, 0, 0, 1], 0).into();
            config.turn = Some(TurnConfig { listen, public: None, ports: (40_000, 60_000), allow: Vec::new() });
        })
        .await;

    let given = servers(&first, CallRole::Host).remove(1);

    assert!(client(&second, Some(&given)).await.allocate().await.is_ok());
}

#[tokio::test]
async fn without_turn_nobody_is_told_of_any() {
    let world = World::new().await;

    assert!(servers(&world, CallRole::Host).is_empty());
}
