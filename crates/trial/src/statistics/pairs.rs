//! Pairs of measured values, and the order in which both sides are run.

use serde::{Deserialize, Serialize};

/// Which of two sides is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The installation as it was.
    Before,
    /// The installation as it is after the upgrade.
    After,
}

/// Whether less or more of a measured value is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// Less is good: times, resources.
    Less,
    /// More is good: throughput.
    More,
}

/// One value of each side, measured close to each other. The unit stands in the rule's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairedValue {
    /// The value of the side before; more than 0.
    pub before: u64,
    /// The value of the side after; more than 0.
    pub after: u64,
}

impl PairedValue {
    /// The logarithm of the ratio, above 0 if the side after is worse; none if a value is 0.
    pub(super) fn log_ratio(self, better: Better) -> Option<f64> {
        if self.before == 0 || self.after == 0 {
            return None;
        }
        let log = as_float(self.after).ln() - as_float(self.before).ln();
        Some(match better {
            Better::Less => log,
            Better::More => -log,
        })
    }
}

/// The order of runs that takes a steady drift of the machine out of the comparison: before, after,
/// after, before, and so on, `pairs` of each.
pub fn alternation(pairs: u32) -> Vec<Side> {
    let pair = |number: u32| {
        if number.is_multiple_of(2) {
            [Side::Before, Side::After]
        } else {
            [Side::After, Side::Before]
        }
    };
    (0..pairs).flat_map(pair).collect()
}

/// Values are microseconds and counts; what a float cannot hold exactly does not matter there.
#[expect(clippy::cast_precision_loss, reason = "the 53rd bit of a measured value says nothing")]
pub(super) fn as_float(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_sides_take_turns_at_being_first() {
        use Side::{After, Before};
        assert_eq!(alternation(3), [Before, After, After, Before, Before, After]);
        assert_eq!(alternation(0), []);
    }

    proptest! {
        #[test]
        fn throughput_is_the_mirror_of_time(before in 1..u64::MAX, after in 1..u64::MAX) {
            let pair = PairedValue { before, after };
            let swapped = PairedValue { before: after, after: before };
            prop_assert_eq!(pair.log_ratio(Better::More), swapped.log_ratio(Better::Less));
            let is_more = as_float(after) > as_float(before);
            prop_assert_eq!(pair.log_ratio(Better::Less).unwrap() > 0.0, is_more);
        }
    }

    #[test]
    fn nothing_measured_has_no_ratio() {
        assert_eq!(PairedValue { before: 0, after: 1 }.log_ratio(Better::Less), None);
        assert_eq!(PairedValue { before: 1, after: 0 }.log_ratio(Better::Less), None);
    }
}
