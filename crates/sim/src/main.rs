//! `refit-sim`: seeds by hand; `cargo xtask sim` calls it.

use std::process::ExitCode;

use clap::Parser;
use refit_sim::{Saboteur, run, simulate};

/// Run the executor over a seeded world that fails
#[derive(Debug, Parser)]
struct Arguments {
    /// How many seeds
    #[arg(long, default_value_t = 1000, value_name = "COUNT")]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0, value_name = "SEED")]
    from: u64,
    /// One seed only
    #[arg(long, value_name = "SEED", conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,
    /// Tell everything that happens
    #[arg(long, requires = "seed")]
    trace: bool,
    /// A defect that is put into the world
    #[arg(long, value_name = "NAME")]
    saboteur: Option<Saboteur>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let is_good = arguments.seed.map_or_else(|| many(&arguments), |seed| one(&arguments, seed));
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs one seed and tells about it.
fn one(arguments: &Arguments, seed: u64) -> bool {
    let report = simulate(seed, arguments.saboteur, arguments.trace);
    for line in &report.trace {
        println!("{line}");
    }
    println!("seed {seed}: {} processes, faults {:?}", report.sessions, report.fired);
    for broken in &report.violations {
        println!("BROKEN: {broken}");
    }
    report.violations.is_empty()
}

/// Runs many and counts.
fn many(arguments: &Arguments) -> bool {
    let end = arguments.from.saturating_add(arguments.seeds);
    let campaign = run(arguments.from..end, arguments.saboteur, false);
    print!("{}", campaign.text());
    campaign.failures.is_empty()
}
