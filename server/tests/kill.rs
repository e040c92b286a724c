//! kill -9 in the middle of load, many times on one data directory: starting afterwards is ordinary
//! starting, and everything that was acknowledged is there.

mod child;
mod copies;
mod database;
mod meetings;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::watch;

use self::child::Child;
use crate::players::{Dice, Player, client, offer, overlaps, sign_up};

const SEED: u64 = 9;
const KILLS: usize = 50;
const PLAYERS: usize = 12;
const STARTS: usize = 400;
const EVENTS: [&str; 4] = ["ada/even", "ada/odd", "eve/even", "eve/odd"];
/// The first kill comes at most this late, in milliseconds of load.
const LATEST: usize = 250;
/// Nothing loses an answer after a restart.
const TRIES: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_being_killed_fifty_times() {
    let (data, client, mut dice) = (tempfile::tempdir().unwrap(), client(), Dice::new(SEED));
    let mut server = Child::serving(data.path());
    let mut hosts = Vec::new();
    for host in ["ada", "eve"] {
        let token = sign_up(&client, server.address, host).await;
        for (slug, minute) in [("even", 0), ("odd", 5)] {
            offer(&client, server.address, (host, &token), slug, minute).await;
        }
        hosts.push(Player::new(&client, host.to_owned(), token, SEED));
    }
    let mut players = Vec::new();
    for n in 0..PLAYERS {
        let name = format!("guest{n}");
        let token = sign_up(&client, server.address, &name).await;
        players.push(Player::new(&client, name, token, SEED + n as u64));
    }

    let mut cut_off = 0;
    for kill in 0..KILLS {
        let load = Duration::from_millis(u64::try_from(dice.roll(LATEST)).unwrap());
        players = under_load(players, server, load).await;
        cut_off += players.iter().filter(|player| player.unanswered.is_some()).count();
        database::assert_sound(data.path(), kill);
        server = Child::serving(data.path());
        for player in &mut players {
            assert_kept(player, server.address, kill).await;
            if let Some(asked) = player.unanswered.take() {
                // What came of it is looked at after the next kill.
                player.insist(server.address, asked, TRIES).await;
            }
        }
    }

    assert_nothing_is_doubled(&hosts, &players, server.address).await;
    let done: usize = players.iter().map(|player| player.book.done.len()).sum();
    assert!(done > KILLS && cut_off > KILLS, "{done} done, {cut_off} cut off: too little to show anything");
}

/// Everybody plays until the server is killed, `load` after they began.
async fn under_load(players: Vec<Player>, mut server: Child, load: Duration) -> Vec<Player> {
    let (stop, stopped) = watch::channel(false);
    let games: Vec<_> =
        players.into_iter().map(|player| tokio::spawn(play(player, server.address, stopped.clone()))).collect();
    tokio::time::sleep(load).await;
    server.kill();
    stop.send_replace(true);
    let mut players = Vec::with_capacity(games.len());
    for game in games {
        players.push(game.await.unwrap());
    }
    players
}

async fn play(mut player: Player, server: SocketAddr, stopped: watch::Receiver<bool>) -> Player {
    while !*stopped.borrow() {
        let asked = player.think(&EVENTS, STARTS);
        match player.send(server, &asked).await {
            Some(told) => player.book.learn(&asked, &told, false),
            None => {
                player.unanswered = Some(asked);
                break;
            }
        }
    }
    player
}

async fn assert_kept(player: &Player, server: SocketAddr, kill: usize) {
    let (bookings, events) = (player.all(server, "/bookings").await, player.all(server, "/events").await);
    let faults = player.book.faults(&bookings, &events, player.unanswered.as_ref());
    assert_eq!(faults, Vec::<String>::new(), "{} after kill {kill}", player.name);
}

/// Everything that was ever done is asked for again under its key, and then looked at from the hosts' side.
async fn assert_nothing_is_doubled(hosts: &[Player], players: &[Player], server: SocketAddr) {
    let mut acknowledged = 0;
    for player in players {
        for (asked, told) in &player.book.done {
            assert_eq!(player.send(server, asked).await.as_ref(), Some(told), "asked again: {asked:?}");
        }
        assert_kept(player, server, KILLS).await;
        acknowledged += player.all(server, "/bookings").await.len();
    }
    let mut hosted = 0;
    for person in hosts.iter().chain(players) {
        let all = person.all(server, "/bookings").await;
        hosted += all.iter().filter(|booking| booking["host"]["username"] == person.name.as_str()).count();
        let standing = all.iter().filter(|booking| booking["status"] != "cancelled");
        let spans = standing.map(|booking| (booking["start"].as_str().unwrap(), booking["end"].as_str().unwrap()));
        assert_eq!(overlaps(spans.collect()), Vec::new(), "{}", person.name);
    }
    assert_eq!(hosted, acknowledged, "hosts have what guests were told, and no more");
}
