//! Rules for ratios: the margin and the looks, fixed before anything is measured.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Better;

/// After how many pairs to look, where nothing else is planned.
pub const DEFAULT_LOOKS: [u32; 3] = [6, 12, 24];
/// The probability of a wrong PASS, and of a wrong FAIL, over all looks together.
const WRONG: f64 = 0.05;
/// More pairs than anyone will run; a limit for what is read from a file.
const MOST_PAIRS: u32 = 10_000;

/// When a measured value counts as no worse than before. Fixed before the first run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatioRule {
    /// What is measured, with its unit, for example `latency-acknowledge-p50-microseconds`.
    pub metric: String,
    /// Whether less or more of it is good.
    pub better: Better,
    /// How much worse still passes, in thousandths: 100 is 10 %. 1 to 10,000.
    pub margin_per_mille: u32,
    /// After how many pairs to look: at least 2, rising. At the first look that decides, the trial
    /// of this value ends; the last one is the most that is run.
    pub looks: Vec<u32>,
}

/// The rule is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RuleError {
    /// The margin is out of range.
    #[error("the rule for {metric} has a margin of {margin_per_mille}/1000: use 1 to 10000")]
    Margin {
        /// What is measured.
        metric: String,
        /// The margin.
        margin_per_mille: u32,
    },
    /// The looks are none, or do not rise, or begin too early.
    #[error(
        "the rule for {metric} looks after {looks:?} pairs: name 1 to 10 numbers that rise, from 2 to {MOST_PAIRS}"
    )]
    Looks {
        /// What is measured.
        metric: String,
        /// The looks.
        looks: Vec<u32>,
    },
}

impl RatioRule {
    /// Whether the rule can be judged by.
    pub fn check(&self) -> Result<(), RuleError> {
        let metric = || self.metric.clone();
        if !(1..=10_000).contains(&self.margin_per_mille) {
            let margin_per_mille = self.margin_per_mille;
            return Err(RuleError::Margin { metric: metric(), margin_per_mille });
        }
        let rise = self.looks.windows(2).all(|pair| pair[0] < pair[1]);
        let in_range = self.looks.iter().all(|look| (2..=MOST_PAIRS).contains(look));
        if self.looks.is_empty() || self.looks.len() > 10 || !rise || !in_range {
            return Err(RuleError::Looks { metric: metric(), looks: self.looks.clone() });
        }
        Ok(())
    }

    /// The logarithm of the largest ratio that passes.
    pub(super) fn log_margin(&self) -> f64 {
        (f64::from(self.margin_per_mille) / 1_000.0).ln_1p()
    }

    /// The probability of a wrong verdict that each look may use up.
    pub(super) fn wrong_per_look(&self) -> f64 {
        let looks = u32::try_from(self.looks.len()).unwrap_or(u32::MAX);
        WRONG / f64::from(looks.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(margin_per_mille: u32, looks: &[u32]) -> RatioRule {
        RatioRule {
            metric: "x".into(),
            better: Better::Less,
            margin_per_mille,
            looks: looks.to_vec(),
        }
    }

    #[test]
    fn rules_are_checked() {
        assert_eq!(rule(100, &DEFAULT_LOOKS).check(), Ok(()));
        assert_eq!(rule(1, &[2]).check(), Ok(()));
        assert!(matches!(rule(0, &[6]).check(), Err(RuleError::Margin { .. })));
        for looks in [&[][..], &[1], &[6, 6], &[12, 6], &[6, 20_000]] {
            assert!(matches!(rule(100, looks).check(), Err(RuleError::Looks { .. })), "{looks:?}");
        }
    }

    #[test]
    fn looks_share_the_probability_of_a_wrong_verdict() {
        assert!((rule(100, &[10]).wrong_per_look() - 0.05).abs() < 1e-12);
        assert!((rule(100, &DEFAULT_LOOKS).wrong_per_look() - 0.05 / 3.0).abs() < 1e-12);
        assert!((rule(100, &[10]).log_margin() - 1.1_f64.ln()).abs() < 1e-12);
    }
}
