//! Drives meetme with many clients while things break, and checks what came of it.
//!
//! `cargo run --release --example sim -- --seed 7` runs one seed against one
//! node on SQLite; with `--store postgres --nodes 3` against three nodes on a
//! PostgreSQL and a Redis that it starts itself from the installed programs.
//! `--seeds 100` runs a hundred from there. The same seed asks for the same
//! things and breaks the same things; how the requests interleave is up to the
//! machine.

mod engine;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;

use engine::cluster::Launcher;
use engine::plan::{FaultKind, Shape, With};
use engine::run::{Options, run};
use engine::services::{Postgres, Redis, Services};

/// Simulate many people, several nodes, and things that break
#[derive(Debug, Parser)]
struct Args {
    /// The first seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many seeds, counted up from the first
    #[arg(long, default_value_t = 1)]
    seeds: u64,
    /// How many operations there are in a run
    #[arg(long, default_value_t = 360)]
    ops: usize,
    /// Where everything is kept
    #[arg(long, value_enum, default_value = "sqlite")]
    store: StoreKind,
    /// How many nodes there are; SQLite serves one
    #[arg(long)]
    nodes: Option<usize>,
    /// How nodes on PostgreSQL hear of each other
    #[arg(long, value_enum, default_value = "redis")]
    bus: BusKind,
    /// What may break, with commas: kill, drain, skew, replies, and with PostgreSQL cut, database, bus; `none` for
    /// nothing; all that can, if left out
    #[arg(long, value_delimiter = ',')]
    faults: Vec<String>,
    /// How many times something breaks in a run
    #[arg(long, default_value_t = 4)]
    fault_count: usize,
    /// Print only what went wrong, and the sums
    #[arg(long)]
    quiet: bool,
    /// Keep databases and logs of runs that failed
    #[arg(long)]
    keep: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum StoreKind {
    Sqlite,
    Postgres,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum BusKind {
    Redis,
    None,
}

fn main() -> io::Result<ExitCode> {
    engine::node::run_if_asked();
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(simulate(&args))
}

async fn simulate(args: &Args) -> io::Result<ExitCode> {
    let mut services = services(args)?;
    let nodes = args.nodes.unwrap_or(if services.is_some() { 3 } else { 1 });
    if nodes == 0 || (nodes > 1 && services.is_none()) {
        return Err(io::Error::other(format!("SQLite serves one node, not {nodes}: use `--store postgres`")));
    }
    let bus = services.as_ref().is_some_and(|services| services.redis.is_some());
    let with = With { database: services.is_some(), bus };
    let words: Vec<&str> = args.faults.iter().map(String::as_str).collect();
    let kinds = FaultKind::of_words(&words, with).map_err(|word| io::Error::other(format!("`{word}` cannot break")))?;
    let shape = Shape { ops: args.ops, nodes, faults: args.fault_count, kinds };
    let launcher = Launcher { program: std::env::current_exe()?, arguments: Vec::new() };
    let options = Options { launcher, shape, keep: args.keep };
    let mut out = io::stdout();
    let (mut failed, mut ops, mut faults, mut millis) = (Vec::new(), 0_usize, 0_usize, 0);
    for seed in args.seed..args.seed.saturating_add(args.seeds) {
        let report = run(seed, &options, services.as_mut()).await?;
        ops += report.outcomes.values().sum::<usize>();
        faults += report.faults.len();
        millis += report.millis;
        if !report.violations.is_empty() {
            failed.push(seed);
        }
        if !args.quiet || !report.violations.is_empty() {
            write!(out, "{report}")?;
        }
    }
    writeln!(out, "{} seeds, {ops} operations, {faults} faults, {millis} ms; failed: {failed:?}", args.seeds)?;
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn services(args: &Args) -> io::Result<Option<Services>> {
    if args.store == StoreKind::Sqlite {
        return Ok(None);
    }
    let missing = |what: &str| io::Error::other(format!("{what} is not installed"));
    let postgres = Postgres::start()?.ok_or_else(|| missing("PostgreSQL"))?;
    let redis = match args.bus {
        BusKind::Redis => Some(Redis::start()?.ok_or_else(|| missing("Redis"))?),
        BusKind::None => None,
    };
    Ok(Some(Services { postgres, redis }))
}
