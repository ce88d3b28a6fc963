//! The rules of a trial, fixed before it begins.

use std::collections::BTreeMap;

use refit_model::Document;
use serde::{Deserialize, Serialize};

use crate::statistics::RatioRule;

/// By what one test is judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rule {
    /// Something must hold, whatever was before.
    Absolute {
        /// What must hold, in one sentence.
        holds: String,
    },
    /// A measured value must not be worse than before by more than a margin.
    Ratio(RatioRule),
}

/// The rules of a trial by test. Its digest is to be written down before anything is measured, so
/// that no margin can be chosen by what came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialRules {
    /// The tests with their rules. Every one needs a result.
    pub rules: BTreeMap<String, Rule>,
}

impl Document for TrialRules {
    const TYPE: &'static str = "trial-rules";
    const SCHEMA: u32 = 1;
}

impl Rule {
    /// An absolute rule.
    pub fn absolute(holds: impl Into<String>) -> Self {
        Self::Absolute { holds: holds.into() }
    }

    /// Whether a trial can pass with this test undecided.
    pub fn may_stay_open(&self) -> bool {
        matches!(self, Self::Ratio(_))
    }
}
