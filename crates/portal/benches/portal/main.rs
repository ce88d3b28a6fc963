//! How long pages take with 10,000 requests and 1,000,000 events: a real server, people with
//! sessions, 200 pages a second in an open model. On SQLite, and beside it on PostgreSQL where that
//! is installed. It prints; it does not judge.
//!
//! `cargo xtask bench portal`; words after `--` of the form `cases=1000` change the numbers.

#![expect(
    clippy::unwrap_used,
    clippy::wildcard_imports,
    reason = "what tests share is as tests are; a benchmark that cannot be set up ends"
)]

#[path = "../../tests/all/browser.rs"]
#[expect(dead_code, reason = "the portal's own tests use more of it")]
mod browser;
#[path = "../../../pages/tests/all/case.rs"]
#[expect(dead_code, reason = "the tests of pages use more of it")]
mod case;
#[path = "../../../store/tests/all/cluster.rs"]
mod cluster;
mod fill;
mod journal;
mod load;
#[path = "../../tests/all/people.rs"]
#[expect(dead_code, reason = "the portal's own tests use more of it")]
mod people;
#[path = "../../../desk/tests/all/short.rs"]
#[expect(dead_code, reason = "the tests of the desk use more of it")]
mod short;
mod site;
#[path = "../../../pages/tests/all/support.rs"]
#[expect(dead_code, reason = "the tests of pages use more of it")]
mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use cluster::Cluster;
use site::Site;

/// The promised figures: the slowest of a hundred pages, and memory.
const BAR: &str = "the bar on SQLite: p99 <= 50 ms, memory <= 200 MB";

/// What is measured.
#[derive(Clone, Copy, Debug)]
struct Numbers {
    cases: u64,
    events: usize,
    /// Pages a second.
    rate: u64,
    seconds: u64,
    runs: u64,
}

impl Numbers {
    fn read() -> Self {
        let mut numbers = Self { cases: 10_000, events: 100, rate: 200, seconds: 30, runs: 3 };
        for (name, value) in std::env::args().filter_map(|word| {
            let (name, value) = word.split_once('=')?;
            Some((name.to_owned(), value.parse::<u64>().ok()?))
        }) {
            match name.as_str() {
                "cases" => numbers.cases = value,
                "events" => numbers.events = usize::try_from(value).unwrap_or(numbers.events),
                "rate" => numbers.rate = value,
                "seconds" => numbers.seconds = value,
                "runs" => numbers.runs = value,
                other => eprintln!("`{other}` is none of cases, events, rate, seconds, runs"),
            }
        }
        numbers
    }
}

fn main() {
    // The server that is measured is this program again, as a process of its own.
    if let Some(folder) = std::env::args().skip_while(|word| word != site::SERVE).nth(1) {
        return site::serve(Path::new(&folder));
    }
    let numbers = Numbers::read();
    println!("{BAR}");
    measure("SQLite", &Site::new(None), numbers);
    if let Some(cluster) = Cluster::shared("PostgreSQL's figures") {
        let site = Site::new(Some(cluster.url("postgres")));
        measure("PostgreSQL", &site, numbers);
    }
}

fn measure(engine: &str, site: &Site, numbers: Numbers) {
    let people = site.people();
    let since = Instant::now();
    let filled = fill::fill(&site.location(), &site.key_file(), numbers);
    println!(
        "{engine}: {} cases with {} events, {} runs with {} events, filled in {:.0?}",
        filled.cases,
        filled.events,
        filled.live,
        filled.journal_events,
        since.elapsed()
    );
    let server = site.start();
    let took = server.until_round_is_over();
    println!("  the first round over all cases took {took:.1?}");
    let load = load::Load::new(&server.url, &people, &filled, numbers.rate);
    load.go(Duration::from_secs(5));
    let idle = server.memory();
    for run in 1..=numbers.runs {
        let before = server.processor_time();
        let measured = load.go(Duration::from_secs(numbers.seconds));
        let used = server.processor_time().saturating_sub(before).as_secs_f64() * 1000.0;
        println!(
            "  run {run}: {} pages in {} s, {:.2} ms of a processor for each",
            measured.count(),
            numbers.seconds,
            used / f64::from(u32::try_from(measured.count().max(1)).unwrap_or(u32::MAX))
        );
        print!("{measured}");
    }
    println!(
        "  memory: {} MB after the warm-up, at most {} MB (resident set)",
        idle.now / 1000,
        server.memory().peak / 1000
    );
    println!("  the machine's load meanwhile: {}", load_average());
    server.end();
}

/// What the machine has to do, this included: over 1, 5 and 15 minutes.
fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(", ")
}
