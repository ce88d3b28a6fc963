//! The four verdicts.

use serde::{Deserialize, Serialize};

/// What a test says. Nothing is ever rounded to [`Verdict::Pass`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The rule holds.
    Pass,
    /// The rule is broken.
    Fail,
    /// The measurement is valid but decides nothing.
    Inconclusive,
    /// The measurement is not valid, or there is none: it says nothing about the broker.
    Invalid,
}

impl Verdict {
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

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}
