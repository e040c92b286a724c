//! One, two and three nodes over one PostgreSQL, beside one on SQLite: bookings per second, where their time goes,
//! and how soon one node knows what another did.

use std::time::Duration;

use crate::child::ServerProcess;
use crate::crowd::{CLIENTS, CROWDS, Crowd, Place, Turn};
use crate::database::Database;
use crate::figures::{Durations, median};
use crate::services::redis::Redis;
use crate::{Outcome, news, on_one_thread};

/// How many nodes there are over PostgreSQL.
const NODES: [usize; 3] = [1, 2, 3];
/// How often each place has its turn with each crowd.
const ROUNDS: usize = 3;
/// How many kinds of statements are shown.
const SHOWN: usize = 12;
/// How many bookings are told, where nodes hear each other and where they look.
const TOLD: usize = 300;
const TOLD_BY_LOOKING: usize = 40;

pub fn measure(seconds: u64) -> Outcome<()> {
    on_one_thread(async {
        let database = Database::start().await?;
        let redis = Redis::start().ok_or("redis-server is not installed")?;
        let mut places = vec![("SQLite".to_owned(), Place::settle(vec![ServerProcess::start("full")?]).await?)];
        for count in NODES {
            let url = database.empty().await;
            let start = || ServerProcess::start_beside(&url, Some(&redis.url()));
            let nodes = (0..count).map(|_| start()).collect::<Outcome<Vec<_>>>()?;
            let name = if count == 1 { "1 node".to_owned() } else { format!("{count} nodes") };
            places.push((name, Place::settle(nodes).await?));
        }
        rates(&mut places, &database, Duration::from_secs(seconds)).await?;
        for crowd in CROWDS {
            where_time_goes(&mut places[1].1, &database, crowd, Duration::from_secs(seconds)).await?;
        }
        knowing(&places[2].1, &database).await
    })
}

/// Bookings per second, everywhere in turns.
async fn rates(places: &mut [(String, Place)], database: &Database, length: Duration) -> Outcome<()> {
    println!("{CLIENTS} clients, {ROUNDS} rounds of {} s each, places take turns", length.as_secs());
    println!(
        "{:<20} {:<8} {:>11} {:>11} {:>8} {:>8} {:>8} {:>10} {:>9} {:>9}",
        "", "", "bookings/s", "per commit", "p50 ms", "p99 ms", "max ms", "nodes cpu", "pg cpu", "load cpu"
    );
    for (crowd, crowd_name) in CROWDS {
        let mut rates: Vec<Vec<f64>> = places.iter().map(|_| Vec::new()).collect();
        for _ in 0..ROUNDS {
            for ((name, place), rates) in places.iter_mut().zip(&mut rates) {
                let before = database.cpu()?;
                let turn = place.turn(crowd, length).await?;
                show(crowd_name, name, &turn, database.cpu()? - before);
                rates.push(turn.per_second);
            }
        }
        let medians: Vec<f64> = rates.into_iter().map(median).collect();
        let shown: Vec<String> = places
            .iter()
            .zip(&medians)
            .map(|((name, _), rate)| format!("{name} {rate:.0}/s ({:.0} %)", rate / medians[0] * 100.0))
            .collect();
        println!("{crowd_name:<20} medians: {}\n", shown.join(", "));
    }
    Ok(())
}

fn show(crowd: &str, place: &str, turn: &Turn, database_cpu: f64) {
    let percent = |cpu: f64| cpu / turn.seconds * 100.0;
    println!(
        "{crowd:<20} {place:<8} {:>11.0} {:>11.1} {:>8.2} {:>8.2} {:>8.2} {:>9.0}% {:>8.0}% {:>8.0}%",
        turn.per_second,
        turn.per_commit,
        turn.took.p50,
        turn.took.p99,
        turn.took.max,
        percent(turn.nodes_cpu),
        percent(database_cpu),
        percent(turn.load_cpu),
    );
}

/// What a booking costs, and which statements it is made of.
async fn where_time_goes(
    place: &mut Place,
    database: &Database,
    (crowd, name): (Crowd, &str),
    length: Duration,
) -> Outcome<()> {
    database.note_statements(true).await?;
    let (cpu, before) = (database.cpu()?, database.sum().await?);
    let turn = place.turn(crowd, length).await?;
    let (cpu, done) = (database.cpu()? - cpu, database.sum().await?.since(&before));
    let statements = database.statements().await?;
    database.note_statements(false).await?;
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    let bookings = turn.bookings as f64;
    let micros = |seconds: f64| seconds * 1e6 / bookings;
    let calls: f64 = statements.iter().map(|statement| statement.calls).sum();
    let took: f64 = statements.iter().map(|statement| statement.took).sum();
    println!("1 node, {name}, statements noted: {:.0} bookings/s, of each:", turn.per_second);
    println!(
        "  processor: node {:.0} us, PostgreSQL {:.0} us, clients {:.0} us",
        micros(turn.nodes_cpu),
        micros(cpu),
        micros(turn.load_cpu)
    );
    println!(
        "  {:.1} statements, {:.0} us in them; {:.1} KiB of log; {:.3} syncs of {:.2} ms; {:.1} bookings a commit",
        calls / bookings,
        took * 1e3 / bookings,
        done.wal_bytes / 1024.0 / bookings,
        done.syncs / bookings,
        done.sync_ms,
        turn.per_commit
    );
    println!("  {:>8} {:>8} {:>8}", "times", "us each", "us");
    for statement in statements.iter().take(SHOWN) {
        let (times, took) = (statement.calls / bookings, statement.took * 1e3 / bookings);
        println!("  {times:>8.2} {:>8.1} {took:>8.1}  {}", took / times, statement.text);
    }
    println!();
    Ok(())
}

/// From node to node: with Redis, and by looking.
async fn knowing(place: &Place, database: &Database) -> Outcome<()> {
    let [here, there] = [&place.nodes[0], &place.nodes[1]].map(|node| node.address);
    println!("{:<44} {:>8} {:>8} {:>8}", "", "p50 ms", "p99 ms", "max ms");
    let line = |what: &str, mut took: Durations| {
        let figures = took.figures();
        println!("{what:<44} {:>8.2} {:>8.2} {:>8.2}", figures.p50, figures.p99, figures.max);
    };
    line("log-in on A, request on B", news::log_ins(here, there).await?);
    let (request, answer) = news::tellings(here, there, "teller", TOLD).await?;
    line("booked on A, told on B, from the request", request);
    line("the same, from its answer", answer);
    let url = database.empty().await;
    let alone = [ServerProcess::start_beside(&url, None)?, ServerProcess::start_beside(&url, None)?];
    let [here, there] = [&alone[0], &alone[1]].map(|node| node.address);
    let (request, answer) = news::tellings(here, there, "teller", TOLD_BY_LOOKING).await?;
    line("without Redis, from the request", request);
    line("the same, from its answer", answer);
    Ok(())
}
