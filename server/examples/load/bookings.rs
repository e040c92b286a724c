//! Bookings per second of one server: with commits that wait for the disk, and with commits that do not.

use std::time::Duration;

use crate::child::ServerProcess;
use crate::crowd::{CLIENTS, CROWDS, Crowd, Place, WARM_UP};
use crate::figures::median;
use crate::{Outcome, on_one_thread};

/// How often each server has its turn at each thing to do.
const ROUNDS: usize = 3;

pub fn measure(seconds: u64) -> Outcome<()> {
    on_one_thread(async {
        let mut places = Vec::new();
        for durability in ["full", "off"] {
            let server = ServerProcess::start(durability)?;
            tokio::time::sleep(WARM_UP).await;
            println!("memory idle, {durability:<4} {:>6.1} MiB", server.memory()?);
            places.push((durability, Place::settle(vec![server]).await?));
        }
        println!("{CLIENTS} clients, {ROUNDS} rounds of {seconds} s each, servers take turns");
        println!(
            "{:<20} {:<5} {:>11} {:>11} {:>8} {:>8} {:>8} {:>11} {:>9}",
            "", "sync", "bookings/s", "per commit", "p50 ms", "p99 ms", "max ms", "server cpu", "load cpu"
        );
        for (crowd, name) in CROWDS {
            let mut rates = [Vec::new(), Vec::new()];
            for _ in 0..ROUNDS {
                for ((durability, place), rates) in places.iter_mut().zip(&mut rates) {
                    let rate = turn(place, durability, crowd, name, Duration::from_secs(seconds)).await?;
                    rates.push(rate);
                }
            }
            let [full, off] = rates.map(median);
            println!("{name:<20} median {full:.0}/s durable, {off:.0}/s not: {:.0} %\n", full / off * 100.0);
        }
        for (durability, place) in &places {
            for server in &place.nodes {
                println!("memory after it, {durability:<4} {:>6.1} MiB", server.memory()?);
            }
        }
        Ok(())
    })
}

/// How many bookings there were in a second.
async fn turn(place: &mut Place, durability: &str, crowd: Crowd, name: &str, length: Duration) -> Outcome<f64> {
    let turn = place.turn(crowd, length).await?;
    println!(
        "{name:<20} {durability:<5} {:>11.0} {:>11.1} {:>8.2} {:>8.2} {:>8.2} {:>10.0}% {:>8.0}%",
        turn.per_second,
        turn.per_commit,
        turn.took.p50,
        turn.took.p99,
        turn.took.max,
        turn.nodes_cpu / turn.seconds * 100.0,
        turn.load_cpu / turn.seconds * 100.0,
    );
    Ok(turn.per_second)
}
