//! The document of a whole trial.

use refit_model::{Digest, Document, EnvironmentName, InstallationName, Version};
use serde::{Deserialize, Serialize};

use super::{TestResult, TrialRules};
use crate::CanaryReading;
use refit_model::TrialVerdict;

/// What was tried, by which rules, and what came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialReport {
    /// What was compared.
    pub subject: TrialSubject,
    /// The digest of the rules.
    pub rules_digest: Digest,
    /// The rules.
    pub rules: TrialRules,
    /// All attempts of all tests.
    pub tests: Vec<TestResult>,
    /// What decides: the verdict of the whole trial.
    pub verdict: TrialVerdict,
    /// Why.
    pub reason: String,
    /// The tests that decide nothing, with their verdicts.
    pub open: Vec<(String, TrialVerdict)>,
}

/// What a trial compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialSubject {
    /// The environment.
    pub environment: EnvironmentName,
    /// The installation.
    pub installation: InstallationName,
    /// The side before.
    pub before: Installed,
    /// The side after.
    pub after: Installed,
    /// How both sides were measured.
    pub design: Design,
    /// Which trial of this installation it is, from 1. A trial after a fix has the next number.
    pub series: u32,
    /// The machine's canary, in the order of its readings.
    pub canary: Vec<CanaryReading>,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installed {
    /// The version that the broker told.
    pub version: Version,
    /// Which one it is, for example `the running broker` or `a copy on other ports`.
    pub what: String,
}

/// How both sides were measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Design {
    /// In turn, so that a drift of the machine hits both.
    Alternating,
    /// First all of one, then all of the other: a drift of the machine looks like the upgrade.
    BeforeAndAfter,
}

impl Document for TrialReport {
    const TYPE: &'static str = "trial";
    const SCHEMA: u32 = 1;
}

impl TrialReport {
    /// The attempt that counts for a test: the first that was valid, else the last. A valid result
    /// cannot be replaced by a luckier one.
    pub fn deciding(&self, test: &str) -> Option<&TestResult> {
        deciding(&self.tests, test)
    }

    /// One line for each test: its name, and its verdict.
    pub fn lines(&self) -> Vec<(String, String)> {
        let line = |test: &String| {
            let verdict = self.deciding(test)?.verdict;
            Some((test.clone(), verdict.word().to_owned()))
        };
        self.rules.rules.keys().filter_map(line).collect()
    }
}

/// The attempt that counts for a test.
pub(super) fn deciding<'a>(tests: &'a [TestResult], test: &str) -> Option<&'a TestResult> {
    let attempts = || tests.iter().filter(|result| result.test == test);
    let valid = attempts().filter(|result| result.verdict != TrialVerdict::Invalid);
    valid.min_by_key(|result| result.attempt).or_else(|| attempts().max_by_key(|r| r.attempt))
}
