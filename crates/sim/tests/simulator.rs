//! A thousand seeds, each fault among them, and each saboteur noticed.

use std::time::Instant;

use refit_sim::{Fault, Saboteur, run, simulate};

/// The seeds of every change; `cargo xtask sim --seeds N` runs more.
const SEEDS: u64 = 1000;

#[test]
fn every_run_ends_as_it_should_whatever_happens() {
    let begin = Instant::now();
    let campaign = run(0..SEEDS, None, false);
    println!("{}in {:.1} s", campaign.text(), begin.elapsed().as_secs_f64());
    assert_eq!(campaign.seeds, SEEDS);
    assert!(campaign.failures.is_empty(), "{}", campaign.text());
    for fault in Fault::ALL {
        assert!(campaign.fired.contains_key(&fault), "{fault:?} never struck");
    }
    assert!(campaign.taken_back > 0 && campaign.taken_back < SEEDS);
}

#[test]
fn every_saboteur_is_noticed() {
    for saboteur in Saboteur::ALL {
        let campaign = run(0..SEEDS, Some(saboteur), true);
        let first = campaign.failures.first();
        let first = first.unwrap_or_else(|| panic!("nobody noticed {saboteur}"));
        println!(
            "{saboteur}: seed {} after {}: {}",
            first.seed, campaign.seeds, first.violations[0]
        );
        let again = simulate(first.seed, Some(saboteur), false);
        assert_eq!(again.violations, first.violations, "{saboteur} replays");
        assert_eq!(
            simulate(first.seed, None, false).violations,
            [""; 0],
            "the seed itself is good"
        );
    }
}

#[test]
fn a_seed_replays_to_the_byte() {
    let mut traces = Vec::new();
    for seed in 0..20 {
        let (one, two) = (simulate(seed, None, true), simulate(seed, None, true));
        assert!(one.trace.iter().any(|line| line.contains("journal")), "{seed} tells nothing");
        assert_eq!(one.trace, two.trace, "seed {seed}");
        traces.push(one.trace);
    }
    traces.dedup();
    assert_eq!(traces.len(), 20, "seeds differ");
}
