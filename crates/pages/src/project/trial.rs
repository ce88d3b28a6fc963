//! A trial, as the page of the upgrade shows it.

use std::collections::BTreeMap;

use refit_model::TrialVerdict;
use refit_report::{trial_facts, trial_tests};
use refit_trial::report::TrialReport;
use refit_trial::statistics::PairedValue;

use super::latency::LatencyPlot;

/// A trial in detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialDetail {
    /// Its number within the case.
    pub number: u32,
    /// What was compared, and how: labels and texts.
    pub facts: Vec<(&'static str, String)>,
    /// Why its verdict is what it is.
    pub reason: String,
    /// Its tests.
    pub tests: Vec<TrialTest>,
    /// Latencies before and after.
    pub latencies: Vec<LatencyPlot>,
}

/// A test of a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialTest {
    /// Its name.
    pub name: String,
    /// What was compared.
    pub what: String,
    /// What came out.
    pub verdict: TrialVerdict,
    /// Why.
    pub reason: String,
    /// Figures: names and values with their units.
    pub figures: Vec<(String, String)>,
}

impl TrialDetail {
    /// Of a report, as the trial of this number.
    pub fn of(number: u32, report: &TrialReport) -> Self {
        let tests = trial_tests(report).into_iter().filter(|test| test.counts);
        let test = |test: refit_report::TestView<'_>| TrialTest {
            name: test.result.test.replace('-', " "),
            what: test.result.what.clone(),
            verdict: test.result.verdict,
            reason: test.result.reason.clone(),
            figures: test
                .ratio
                .map(|ratio| ("ratio".to_owned(), ratio))
                .into_iter()
                .chain(test.figures)
                .collect(),
        };
        Self {
            number,
            facts: trial_facts(report),
            reason: report.reason.clone(),
            tests: tests.map(test).collect(),
            latencies: latencies(report),
        }
    }
}

/// The names of tests of latencies: `latency-KIND-QUANTILE-microseconds`.
const PREFIX: &str = "latency-";
const SUFFIX: &str = "-microseconds";
/// Quantiles in their order, with what a picture says of them.
const QUANTILES: [(&str, &str); 4] =
    [("p50", "50 %"), ("p90", "90 %"), ("p99", "99 %"), ("p999", "99.9 %")];

/// A picture for each kind of latency that was compared pair by pair: the middle one of all pairs,
/// on both sides.
fn latencies(report: &TrialReport) -> Vec<LatencyPlot> {
    let mut plots: BTreeMap<&str, LatencyPlot> = BTreeMap::new();
    for test in trial_tests(report).into_iter().filter(|test| test.counts) {
        let name = test.result.test.strip_prefix(PREFIX).and_then(|it| it.strip_suffix(SUFFIX));
        let Some((kind, quantile)) = name.and_then(|name| name.rsplit_once('-')) else { continue };
        let Some((_, label)) = QUANTILES.iter().find(|(word, _)| *word == quantile) else {
            continue;
        };
        let Some(ratio) = &test.result.ratio else { continue };
        let Some((before, after)) = middle(&ratio.pairs) else { continue };
        let what = test.result.what.clone();
        let plot = plots.entry(kind).or_insert(LatencyPlot { what, points: Vec::new() });
        plot.points.push(((*label).to_owned(), before, after));
    }
    let place = |label: &str| QUANTILES.iter().position(|(_, known)| *known == label);
    let mut plots: Vec<_> = plots.into_values().collect();
    for plot in &mut plots {
        plot.points.sort_by_key(|(label, ..)| place(label));
    }
    plots
}

/// The middle value of each side.
fn middle(pairs: &[PairedValue]) -> Option<(u64, u64)> {
    let of = |side: fn(&PairedValue) -> u64| {
        let mut values: Vec<_> = pairs.iter().map(side).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied()
    };
    Some((of(|pair| pair.before)?, of(|pair| pair.after)?))
}
