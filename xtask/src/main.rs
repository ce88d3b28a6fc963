//! The front door of the repository: what people, and CI, type.
//!
//! Whatever a command needs it finds, installs or fetches, or it says what to install. It holds no
//! knowledge of the product but the digests of archives, which it asks the packs for.

mod arguments;
mod bench;
mod corpus;
mod demo;
mod error;
mod program;
mod repository;
mod setup;
mod shipped;
mod sim;
mod soak;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use error::Result;
use repository::Repository;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match perform(&arguments.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", error.chain());
            ExitCode::FAILURE
        }
    }
}

fn perform(command: &Command) -> Result<ExitCode> {
    let repository = Repository::find()?;
    match command {
        Command::Demo(demo) => demo.perform(&repository),
        Command::Test(test) => Ok(test.perform(&repository)),
        Command::Bench(bench) => bench.perform(&repository),
        Command::Sim(sim) => sim.perform(&repository),
        Command::Soak(soak) => soak.perform(&repository),
        Command::Corpus(corpus) => corpus.perform(&repository),
        Command::Tidy => tidy::perform(&repository),
        Command::Shipped(shipped) => shipped.perform(&repository),
    }
}
