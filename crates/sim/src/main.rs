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
    let failed = match arguments.seed {
        Some(seed) => {
            let report = simulate(seed, arguments.saboteur, arguments.trace);
            report.trace.iter().for_each(|line| println!("{line}"));
            println!("seed {seed}: {} processes, faults {:?}", report.sessions, report.fired);
            report.violations.iter().for_each(|broken| println!("BROKEN: {broken}"));
            !report.violations.is_empty()
        }
        None => {
            let end = arguments.from.saturating_add(arguments.seeds);
            let campaign = run(arguments.from..end, arguments.saboteur, false);
            print!("{}", campaign.text());
            !campaign.failures.is_empty()
        }
    };
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
