//! Answers get lost and requests come twice: under one key nothing is done twice, and what was said is true.

mod proxy;

use std::collections::BTreeMap;

use self::proxy::{Fate, Proxy};
use super::world::World;
use crate::players::{Player, client, offer, overlaps, sign_up};

const SEED: u64 = 20_261_129;
const PLAYERS: usize = 12;
const DEEDS: usize = 25;
/// So few that guests are in each other's way.
const STARTS: usize = 150;
/// Two of six requests get an answer through; that none of so many does will not happen.
const TRIES: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_repeated_under_its_key_is_done_once_whatever_the_line_does() {
    let mut world = World::new().await;
    let (server, client) = (world.server().address(), client());
    let host = sign_up(&client, server, "host").await;
    for (slug, minute) in [("even", 0), ("odd", 5)] {
        offer(&client, server, ("host", &host), slug, minute).await;
    }
    let proxy = Proxy::before(server, SEED).await;
    let mut games = Vec::new();
    for n in 0..PLAYERS {
        let name = format!("guest{n}");
        let token = sign_up(&client, server, &name).await;
        games.push(tokio::spawn(play(Player::new(&client, name, token, SEED + n as u64), proxy.address)));
    }
    let mut players = Vec::new();
    for game in games {
        players.push(game.await.unwrap());
    }

    // What is still under way is finished with this.
    world.restart().await;
    let server = world.server().address();
    let mut acknowledged = 0;
    for player in &players {
        let (bookings, events) = (player.all(server, "/bookings").await, player.all(server, "/events").await);
        assert_eq!(player.book.faults(&bookings, &events, None), Vec::<String>::new(), "{}", player.name);
        for (asked, told) in &player.book.done {
            assert_eq!(player.send(server, asked).await.as_ref(), Some(told), "asked again: {asked:?}");
        }
        acknowledged += bookings.len();
    }
    let host = Player::new(&client, "host".to_owned(), host, SEED);
    let hosted = host.all(server, "/bookings").await;
    assert_eq!(hosted.len(), acknowledged, "the host has what the guests were told, and no more");
    let standing = hosted.iter().filter(|booking| booking["status"] != "cancelled");
    let spans = standing.map(|booking| (booking["start"].as_str().unwrap(), booking["end"].as_str().unwrap()));
    assert_eq!(overlaps(spans.collect()), Vec::new());
    assert_everything_happened(&players, &proxy);
}

async fn play(mut player: Player, proxy: std::net::SocketAddr) -> Player {
    for _ in 0..DEEDS {
        let asked = player.think(&["host/even", "host/odd"], STARTS);
        player.insist(proxy, asked, TRIES).await;
    }
    player
}

/// A test in which nothing broke, or nothing was refused, would show nothing.
fn assert_everything_happened(players: &[Player], proxy: &Proxy) {
    let mut fates: BTreeMap<Fate, usize> = BTreeMap::new();
    for fate in proxy.seen.lock().unwrap().iter() {
        *fates.entry(*fate).or_default() += 1;
    }
    assert!(fates.len() == 6 && fates.values().all(|times| *times > 20), "{fates:?}");
    let done: usize = players.iter().map(|player| player.book.done.len()).sum();
    let refused: usize = players.iter().map(|player| player.book.refused).sum();
    assert!(done > 50 && refused > 20, "{done} done, {refused} refused");
}
