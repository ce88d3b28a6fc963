//! The figures that are promised, measured side by side in one run and printed; nothing is
//! asserted.
//!
//! `cargo xtask bench` runs it. Everything is in a folder of its own, which is removed again; the
//! brokers are real and listen on free ports of 127.0.0.1.

mod assess;
mod downtime;
mod help;
mod refit;
mod summary;

use std::path::PathBuf;
use std::process::ExitCode;

const ARTIFACTS: &str = "REFIT_TEST_ARTIFACTS";

fn main() -> ExitCode {
    let Some(artifacts) = std::env::var_os(ARTIFACTS).map(PathBuf::from) else {
        eprintln!("SKIPPED: set {ARTIFACTS} to the folder with the vendor's archives");
        return ExitCode::from(2);
    };
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    let pairs = std::env::var("REFIT_BENCH_PAIRS").ok().and_then(|text| text.parse().ok());
    let folder = tempfile::tempdir().expect("a folder for the benchmark can be made");
    let site = refit::Bench::make(folder.path(), &artifacts);
    if is_wanted("help") {
        help::measure();
    }
    if is_wanted("assess") {
        assess::measure(&site);
    }
    if is_wanted("downtime") {
        downtime::measure(&site, pairs.unwrap_or(10));
    }
    ExitCode::SUCCESS
}
