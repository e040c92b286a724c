//! The simulator of `examples/sim`, twenty seeds of it.

#[path = "../../examples/sim/engine/mod.rs"]
mod engine;

use engine::cluster::Launcher;
use engine::plan::{FaultKind, Shape};
use engine::run::{Options, run};

const SEEDS: std::ops::Range<u64> = 0..20;

/// How this very test program becomes a node.
const AS_NODE: &str = "e2e::sim::a_node_of_the_simulator";

fn launcher() -> Launcher {
    let arguments = [AS_NODE, "--exact", "--nocapture"].map(str::to_owned).to_vec();
    Launcher { program: std::env::current_exe().expect("this program is somewhere"), arguments }
}

/// Not a test of its own: the simulator starts this program again with a variable that makes it a node.
#[test]
fn a_node_of_the_simulator() {
    engine::node::run_if_asked();
}

#[test]
fn twenty_seeds_on_sqlite_keep_every_promise() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let kinds = FaultKind::of_words(&["kill", "drain", "skew", "replies"]).expect("these can break");
    let options = Options { launcher: launcher(), shape: Shape { ops: 120, nodes: 1, faults: 2, kinds }, keep: false };
    for seed in SEEDS {
        let report = runtime.block_on(run(seed, &options)).expect("the simulator does its work");

        assert!(report.violations.is_empty(), "{report}");
    }
}
