//! The simulator of `examples/sim`, twenty seeds of it against each kind of store.

#[path = "../../examples/sim/engine/mod.rs"]
pub(super) mod engine;

use engine::cluster::Launcher;
use engine::plan::{FaultKind, Shape, With};
use engine::run::{Options, run};
use engine::services::{Postgres, Redis, Services};

use super::needed;

const SEEDS: std::ops::Range<u64> = 0..20;

/// How this very test program becomes a node.
const AS_NODE: &str = "e2e::sim::a_node_of_the_simulator";

fn options(nodes: usize, with: With) -> Options {
    let arguments = [AS_NODE, "--exact", "--nocapture"].map(str::to_owned).to_vec();
    let launcher = Launcher { program: std::env::current_exe().expect("this program is somewhere"), arguments };
    let kinds = FaultKind::of_words(&[], with).expect("no word is wrong");
    Options { launcher, shape: Shape { ops: 90, nodes, faults: 2, kinds }, keep: false }
}

fn run_all(options: &Options, mut services: Option<Services>) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for seed in SEEDS {
        let report = runtime.block_on(run(seed, options, services.as_mut())).expect("the simulator does its work");

        assert!(report.violations.is_empty(), "{report}");
    }
}

/// Not a test of its own: the simulator starts this program again with a variable that makes it a node.
#[test]
fn a_node_of_the_simulator() {
    engine::node::run_if_asked();
}

#[test]
fn twenty_seeds_on_sqlite_keep_every_promise() {
    run_all(&options(1, With::default()), None);
}

#[test]
fn twenty_seeds_on_three_nodes_over_postgres_keep_every_promise() {
    let Some(postgres) = needed(Postgres::start().expect("the cluster starts"), "postgres") else { return };
    let Some(redis) = needed(Redis::start().expect("it starts"), "redis-server") else { return };
    let with = With { database: true, bus: true };

    run_all(&options(3, with), Some(Services { postgres, redis: Some(redis) }));
}
