//! What a trial says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a test of a trial says, or a trial as a whole. Nothing is ever rounded to
/// [`TrialVerdict::Pass`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum TrialVerdict {
    /// The rule holds.
    Pass,
    /// The rule is broken.
    Fail,
    /// The measurement is valid but decides nothing.
    Inconclusive,
    /// The measurement is not valid, or there is none: it says nothing about the broker.
    Invalid,
}

impl TrialVerdict {
    /// The word for reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Inconclusive => "INCONCLUSIVE",
            Self::Invalid => "INVALID",
        }
    }
}

impl std::fmt::Display for TrialVerdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}
