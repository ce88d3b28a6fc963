//! Many seeds, on all processors.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::{Fault, Report, Saboteur, simulate};

/// What became of many seeds.
#[derive(Clone, Debug, Default)]
pub struct Campaign {
    /// How many seeds were run.
    pub seeds: u64,
    /// How many processes worked on all runs together.
    pub sessions: u64,
    /// How many runs were taken back at the end.
    pub taken_back: u64,
    /// How often each fault struck.
    pub fired: BTreeMap<Fault, u64>,
    /// The seeds that broke a law, in their order.
    pub failures: Vec<Report>,
}

/// Runs seeds; with `until_first`, until one breaks a law.
pub fn run(seeds: Range<u64>, saboteur: Option<Saboteur>, until_first: bool) -> Campaign {
    let next = AtomicU64::new(seeds.start);
    let work = || {
        let mut part = Campaign::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return part;
            }
            part.take(simulate(seed, saboteur, false));
            if until_first && !part.failures.is_empty() {
                next.store(seeds.end, Ordering::Relaxed);
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let parts: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let mut whole = Campaign::default();
    for part in parts {
        whole.add(part);
    }
    whole.failures.sort_by_key(|report| report.seed);
    whole
}

impl Campaign {
    fn take(&mut self, report: Report) {
        self.seeds += 1;
        self.sessions += u64::from(report.sessions);
        self.taken_back += u64::from(report.taken_back);
        for (fault, times) in &report.fired {
            *self.fired.entry(*fault).or_default() += u64::from(*times);
        }
        if !report.violations.is_empty() {
            self.failures.push(report);
        }
    }

    fn add(&mut self, other: Self) {
        self.seeds += other.seeds;
        self.sessions += other.sessions;
        self.taken_back += other.taken_back;
        for (fault, times) in other.fired {
            *self.fired.entry(fault).or_default() += times;
        }
        self.failures.extend(other.failures);
    }

    /// The figures, for people.
    pub fn text(&self) -> String {
        let total: u64 = self.fired.values().sum();
        let mut text = format!(
            "{} seeds, {} processes, {} runs taken back, {total} faults:\n",
            self.seeds, self.sessions, self.taken_back
        );
        for (fault, times) in &self.fired {
            text += &format!("  {times:>7} {fault:?}\n");
        }
        for report in &self.failures {
            text += &format!("FAILED seed {}: {}\n", report.seed, report.violations.join("; "));
            text += &format!("  replay: cargo xtask sim --seed {} --trace\n", report.seed);
        }
        text
    }
}
