//! The result of one test.

use std::collections::BTreeMap;

use refit_model::Digest;
use serde::{Deserialize, Serialize};

use crate::statistics::{PairedValue, RatioJudgement};
use refit_model::TrialVerdict;

/// One test, once made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestResult {
    /// The test, by its key in the rules.
    pub test: String,
    /// Which attempt it is, from 1. A test that was not valid is made again, and both attempts
    /// stay in the report.
    pub attempt: u32,
    /// What was measured, in one sentence.
    pub what: String,
    /// The verdict.
    pub verdict: TrialVerdict,
    /// Why, in one or two sentences.
    pub reason: String,
    /// The figures, by name with unit.
    pub figures: BTreeMap<String, u64>,
    /// The pairs and what they say, where the rule is a ratio.
    pub ratio: Option<PairedResult>,
    /// What was seen, line by line; not more than a hundred. Never a secret.
    pub evidence: Vec<String>,
    /// The documents that it was judged from.
    pub inputs: Vec<Digest>,
}

/// Measured pairs and what they say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairedResult {
    /// The pairs in the order in which they were measured.
    pub pairs: Vec<PairedValue>,
    /// What they say; in a report, as one of all its ratios.
    pub judgement: RatioJudgement,
}

/// How many lines of evidence are kept.
const MOST_LINES: usize = 100;

impl TestResult {
    /// The first attempt of a test.
    pub fn new(test: impl Into<String>, what: impl Into<String>, verdict: TrialVerdict) -> Self {
        Self {
            test: test.into(),
            attempt: 1,
            what: what.into(),
            verdict,
            reason: String::new(),
            figures: BTreeMap::new(),
            ratio: None,
            evidence: Vec::new(),
            inputs: Vec::new(),
        }
    }

    /// The same as a later attempt.
    #[must_use]
    pub fn as_attempt(self, attempt: u32) -> Self {
        Self { attempt, ..self }
    }

    /// The same with the documents that it was judged from.
    #[must_use]
    pub fn judged_from(self, inputs: Vec<Digest>) -> Self {
        Self { inputs, ..self }
    }

    pub(super) fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ..self }
    }

    pub(super) fn with_figure(mut self, name: &str, value: u64) -> Self {
        self.figures.insert(name.to_owned(), value);
        self
    }

    /// With lines of evidence, of which the first ones are kept.
    pub(super) fn with_evidence(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        let mut lines = lines.into_iter();
        self.evidence.extend(lines.by_ref().take(MOST_LINES - 1));
        let more = lines.count();
        if more > 0 {
            self.evidence.push(format!("and {more} more"));
        }
        self
    }
}
