//! The command line of `cargo xtask`.

use clap::{Parser, Subcommand};

use crate::bench::Bench;
use crate::corpus::Corpus;
use crate::demo::Demo;
use crate::shipped::ShippedArguments;
use crate::sim::Sim;
use crate::soak::Soak;
use crate::test::Test;

const EXAMPLES: &str = "\
Examples:
  cargo xtask demo                         the whole journey on two real brokers
  cargo xtask demo -- --leave-running      options of `refit demo` after the two dashes
  cargo xtask test                         everything that CI does
  cargo xtask test --only fmt,clippy,tidy  a part of it
  cargo xtask test restore_points          only the tests with this in their names
  cargo xtask bench downtime --pairs 20    how long clients are cut off
  cargo xtask sim --seeds 10000            the executor over a world that fails
  cargo xtask sim --seed 17 --trace        one seed again, with everything that happens
  cargo xtask soak                         the long forms of the proofs: hours";

/// The front door: the demonstration, every check, and the upkeep of packs
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Set up what is needed, and upgrade two real brokers on this machine
    Demo(Demo),
    /// Set up what is needed, and check everything: format, lints, house rules, tests, licences
    Test(Test),
    /// Set up what is needed, and measure the figures that are promised
    Bench(Bench),
    /// Run plans of seeds over a simulated world in which everything fails
    Sim(Sim),
    /// The long forms of the proofs: many seeds, and every test that takes long
    Soak(Soak),
    /// Settle real cases, and compare with what plain tools make of them
    Corpus(Corpus),
    /// Check the rules of the house that no other tool knows
    Tidy,
    /// Write what packs know of vendors' archives, from the archives
    Shipped(ShippedArguments),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn words_of_the_simulator_go_to_it() {
        let words = ["xtask", "sim", "--seed", "17", "--trace", "--help"];
        assert!(matches!(Arguments::parse_from(words).command, Command::Sim(_)));
    }

    #[test]
    fn words_after_the_dashes_go_to_refit() {
        let words = ["xtask", "demo", "--artifacts", "a", "--", "--leave-running", "--folder=x"];
        let Command::Demo(demo) = Arguments::parse_from(words).command else { panic!() };
        assert_eq!(demo.words(), ["--leave-running", "--folder=x"]);
    }
}
