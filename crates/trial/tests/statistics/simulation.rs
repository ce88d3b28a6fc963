//! How often the verdicts are right on simulated machines, against the table that the rules were
//! chosen by. Always the same random numbers.

use std::f64::consts::TAU;

use refit_model::TrialVerdict;
use refit_trial::statistics::{
    Better, DEFAULT_LOOKS, PairedValue, RatioRule, judge_family, judge_pairs,
};

const TRIALS: u32 = 2_000;

/// Random numbers by a fixed recipe (`SplitMix64`), so that the test always sees the same.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let high = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap();
        (f64::from(high) + 0.5) / 4_294_967_296.0
    }

    /// Lognormal with a median of 1 and that coefficient of variation.
    fn noise(&mut self, variation: f64) -> f64 {
        let spread = (variation * variation).ln_1p().sqrt();
        let (angle, radius) = (self.uniform() * TAU, (-2.0 * self.uniform().ln()).sqrt());
        (spread * radius * angle.cos()).exp()
    }
}

/// A machine and a broker.
#[derive(Clone, Copy)]
struct World {
    /// The coefficient of variation from run to run.
    noise: f64,
    /// How much the machine shifts between two phases.
    drift: f64,
    /// Whether the sides alternate, so that the shift hits both.
    interleaved: bool,
    /// How much worse the broker really became.
    change: f64,
}

/// How many in a hundred trials got each verdict.
#[derive(Debug)]
struct Shares {
    pass: f64,
    fail: f64,
    inconclusive: f64,
}

fn measured(value: f64) -> u64 {
    format!("{:.0}", value * 1e6).parse().unwrap()
}

fn pairs(world: World, count: u32, random: &mut Random) -> Vec<PairedValue> {
    let shift = random.noise(world.drift);
    let earlier = if world.interleaved { shift } else { 1.0 };
    let pair = |_| PairedValue {
        before: measured(earlier * random.noise(world.noise)),
        after: measured(shift * random.noise(world.noise) * (1.0 + world.change)),
    };
    (0..count).map(pair).collect()
}

fn rule(looks: &[u32]) -> RatioRule {
    RatioRule {
        metric: "simulated".into(),
        better: Better::Less,
        margin_per_mille: 100,
        looks: looks.to_vec(),
    }
}

fn simulate(world: World, looks: &[u32]) -> Shares {
    let rule = rule(looks);
    let mut random = Random(7);
    let mut counts = [0_u32; 3];
    for _ in 0..TRIALS {
        let pairs = pairs(world, *looks.last().unwrap(), &mut random);
        match judge_pairs(&rule, &pairs).verdict {
            TrialVerdict::Pass => counts[0] += 1,
            TrialVerdict::Fail => counts[1] += 1,
            TrialVerdict::Inconclusive => counts[2] += 1,
            TrialVerdict::Invalid => panic!("simulated values are valid"),
        }
    }
    let [pass, fail, inconclusive] = counts.map(|n| 100.0 * f64::from(n) / f64::from(TRIALS));
    Shares { pass, fail, inconclusive }
}

fn is_about(shares: &Shares, pass: f64, fail: f64, inconclusive: f64) {
    let near = |a: f64, b: f64| (a - b).abs() <= 3.0;
    assert!(
        near(shares.pass, pass)
            && near(shares.fail, fail)
            && near(shares.inconclusive, inconclusive),
        "{shares:?}, expected {pass}/{fail}/{inconclusive}"
    );
}

const QUIET: World = World { noise: 0.05, drift: 0.0, interleaved: true, change: 0.0 };

#[test]
fn the_cells_of_the_table_come_out_again() {
    is_about(&simulate(QUIET, &[10]), 99.0, 0.0, 1.0);
    // The table has 66/2/32, by an interval of two independent samples; pairs have half as many
    // degrees of freedom.
    is_about(&simulate(World { noise: 0.10, ..QUIET }, &[10]), 62.0, 2.0, 36.0);
    is_about(&simulate(World { change: 0.05, ..QUIET }, &[10]), 61.0, 2.0, 37.0);
    is_about(&simulate(World { change: 0.10, ..QUIET }, &[10]), 5.0, 50.0, 45.0);
}

#[test]
fn alternation_takes_the_drift_out_and_nothing_else_does() {
    let drifting = World { drift: 0.10, ..QUIET };
    is_about(&simulate(drifting, &[10]), 99.0, 0.0, 1.0);
    is_about(&simulate(World { change: 0.20, ..drifting }, &[10]), 0.0, 100.0, 0.0);
    let one_after_the_other = World { interleaved: false, ..drifting };
    is_about(&simulate(one_after_the_other, &[10]), 71.0, 18.0, 11.0);
    let worse = World { change: 0.20, ..one_after_the_other };
    is_about(&simulate(worse, &[10]), 11.0, 80.0, 9.0);
}

#[test]
fn planned_looks_keep_false_alarms_rare_and_find_what_was_planted() {
    for noise in [0.03, 0.05, 0.10] {
        let same = simulate(World { noise, drift: 0.10, ..QUIET }, &DEFAULT_LOOKS);
        assert!(same.fail < 5.0, "{noise}: {same:?}");
    }
    let planted = World { drift: 0.10, change: 0.20, ..QUIET };
    let found = simulate(planted, &DEFAULT_LOOKS);
    assert!(found.fail >= 95.0, "{found:?}");
    // At the margin itself a pass would be wrong: at most one in twenty.
    let at_margin = simulate(World { change: 0.10, ..QUIET }, &DEFAULT_LOOKS);
    assert!(at_margin.pass <= 5.0, "{at_margin:?}");
}

#[test]
fn many_values_of_an_unchanged_broker_rarely_have_a_failure() {
    let rule = rule(&[6, 12]);
    let world = World { noise: 0.25, ..QUIET };
    let mut random = Random(11);
    let (mut alone, mut together) = (0, 0);
    for _ in 0..600 {
        let measured: Vec<_> = (0..20).map(|_| pairs(world, 12, &mut random)).collect();
        let members: Vec<_> = measured.iter().map(|pairs| (&rule, pairs.as_slice())).collect();
        let failed = |verdict| verdict == TrialVerdict::Fail;
        alone += u32::from(members.iter().any(|(r, p)| failed(judge_pairs(r, p).verdict)));
        together += u32::from(judge_family(&members).iter().any(|j| failed(j.verdict)));
    }
    // 5 % are 30; of 600 trials about 5 more or fewer are luck.
    assert!(together <= 40, "{together} of 600 trials");
    assert!(alone > 200, "without the correction {alone} of 600: the test could not fail");
}
