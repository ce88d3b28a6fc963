//! The verdict on pairs of measured values.

use serde::{Deserialize, Serialize};

use super::interval::Interval;
use super::rounding::{ceil_millionths, floor_millionths, nearest_millionths, percent, ratio_of};
use super::sign_flip::{MOST_VALUES, share_as_large, smallest_share};
use super::{PairedValue, RatioRule};
use refit_model::TrialVerdict;

/// What pairs of measured values say under a rule. Ratios are turned so that more than 1,000,000
/// millionths is worse than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatioJudgement {
    /// The verdict.
    pub verdict: TrialVerdict,
    /// Why, in one sentence.
    pub reason: String,
    /// How many pairs it rests on: those of the look that decided, else of the last look.
    pub pairs: u32,
    /// The interval; none where there are fewer than two pairs.
    pub interval: Option<RatioInterval>,
    /// What the exact test says to the verdict of the interval.
    pub cross_check: CrossCheck,
    /// After how many pairs to look again; none if the verdict stands.
    pub next_look: Option<u32>,
}

/// A ratio with its one-sided bounds, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatioInterval {
    /// The geometric mean of the ratios.
    pub estimate_millionths: u64,
    /// The lower bound, rounded down.
    pub lower_millionths: u64,
    /// The upper bound, rounded up.
    pub upper_millionths: u64,
    /// The probability that each bound is wrong, rounded to the nearest.
    pub wrong_millionths: u64,
    /// The probability of such an estimate if nothing became worse, times the number of looks,
    /// rounded up.
    pub chance_millionths: u32,
    /// The smallest worsening that such a trial finds nine times out of ten, rounded up.
    pub detectable_millionths: u64,
}

/// What the exact test by flipping signs says to the verdict of the interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CrossCheck {
    /// It says the same.
    Agrees,
    /// It does not confirm the verdict, which is therefore inconclusive.
    Disagrees,
    /// It cannot decide with so few pairs, or is not computed for so many.
    NotPossible,
    /// There was nothing to check: the interval decides nothing.
    NotNeeded,
}

/// Judges the pairs, in the order in which they were measured. A FAIL needs a chance of at most
/// `level` millionths.
pub(super) fn judge_at(rule: &RatioRule, pairs: &[PairedValue], level: u32) -> RatioJudgement {
    if let Err(error) = rule.check() {
        return invalid(error.to_string());
    }
    let ratios: Option<Vec<f64>> = pairs.iter().map(|pair| pair.log_ratio(rule.better)).collect();
    let Some(ratios) = ratios else {
        return invalid("a measured value is 0, which has no ratio".to_owned());
    };
    let count = u32::try_from(ratios.len()).unwrap_or(u32::MAX);
    let mut last = too_few(rule, &ratios, count);
    for (place, look) in rule.looks.iter().enumerate().take_while(|(_, look)| **look <= count) {
        let seen = usize::try_from(*look).unwrap_or(usize::MAX);
        let next = rule.looks.get(place + 1).copied();
        last = match Interval::of(&ratios[..seen]) {
            Some(interval) => Look { rule, level, next, interval }.judge(&ratios[..seen], *look),
            None => too_few(rule, &ratios, count),
        };
        if last.verdict != TrialVerdict::Inconclusive {
            break;
        }
    }
    last
}

fn invalid(reason: String) -> RatioJudgement {
    RatioJudgement {
        verdict: TrialVerdict::Invalid,
        reason,
        pairs: 0,
        interval: None,
        cross_check: CrossCheck::NotNeeded,
        next_look: None,
    }
}

fn too_few(rule: &RatioRule, ratios: &[f64], count: u32) -> RatioJudgement {
    let first = rule.looks.first().copied();
    let planned = first.unwrap_or_default();
    RatioJudgement {
        verdict: TrialVerdict::Inconclusive,
        reason: format!("{count} pairs, and the first look is planned after {planned}"),
        pairs: count,
        interval: Interval::of(ratios).map(|interval| written(&interval, rule)),
        cross_check: CrossCheck::NotNeeded,
        next_look: first,
    }
}

/// One planned look.
struct Look<'a> {
    rule: &'a RatioRule,
    level: u32,
    next: Option<u32>,
    interval: Interval,
}

impl Look<'_> {
    fn judge(&self, ratios: &[f64], pairs: u32) -> RatioJudgement {
        let alone = by_interval(self.rule, &self.interval);
        let cross_check = cross_check(self.rule, ratios, alone);
        let written = written(&self.interval, self.rule);
        let by_chance = alone == TrialVerdict::Fail && written.chance_millionths > self.level;
        let disagrees = cross_check == CrossCheck::Disagrees;
        let verdict = if by_chance || disagrees { TrialVerdict::Inconclusive } else { alone };
        let mut reason = reason(self.rule, &written, alone);
        if disagrees {
            reason = format!("the interval alone says {alone} ({reason}), the exact test does not");
        } else if by_chance {
            reason = format!("alone this is a {alone} ({reason}), among so many it may be chance");
        }
        RatioJudgement {
            verdict,
            reason,
            pairs,
            interval: Some(written),
            cross_check,
            next_look: self.next.filter(|_| verdict == TrialVerdict::Inconclusive),
        }
    }
}

fn by_interval(rule: &RatioRule, interval: &Interval) -> TrialVerdict {
    let wrong = rule.wrong_per_look();
    if interval.upper(wrong) <= rule.log_margin() {
        TrialVerdict::Pass
    } else if interval.lower(wrong) > 0.0 && interval.mean > rule.log_margin() {
        TrialVerdict::Fail
    } else {
        TrialVerdict::Inconclusive
    }
}

fn cross_check(rule: &RatioRule, ratios: &[f64], verdict: TrialVerdict) -> CrossCheck {
    let wrong = rule.wrong_per_look();
    let share = match verdict {
        TrialVerdict::Pass => {
            let below_margin: Vec<_> = ratios.iter().map(|r| rule.log_margin() - r).collect();
            share_as_large(&below_margin)
        }
        TrialVerdict::Fail => share_as_large(ratios),
        TrialVerdict::Inconclusive | TrialVerdict::Invalid => return CrossCheck::NotNeeded,
    };
    let possible = ratios.len() <= MOST_VALUES && smallest_share(ratios.len()) <= wrong;
    match share.filter(|_| possible) {
        None => CrossCheck::NotPossible,
        Some(share) if share <= wrong => CrossCheck::Agrees,
        Some(_) => CrossCheck::Disagrees,
    }
}

fn written(interval: &Interval, rule: &RatioRule) -> RatioInterval {
    let wrong = rule.wrong_per_look();
    let looks = f64::from(u32::try_from(rule.looks.len()).unwrap_or(u32::MAX));
    let chance = (interval.probability_if_none() * looks).min(1.0);
    let detectable = interval.detectable(wrong, rule.log_margin());
    RatioInterval {
        estimate_millionths: nearest_millionths(ratio_of(interval.mean)),
        lower_millionths: floor_millionths(ratio_of(interval.lower(wrong))),
        upper_millionths: ceil_millionths(ratio_of(interval.upper(wrong))),
        wrong_millionths: nearest_millionths(wrong),
        chance_millionths: u32::try_from(ceil_millionths(chance)).unwrap_or(u32::MAX),
        detectable_millionths: ceil_millionths(ratio_of(detectable)),
    }
}

fn reason(rule: &RatioRule, interval: &RatioInterval, verdict: TrialVerdict) -> String {
    let margin = percent(1_000_000 + u64::from(rule.margin_per_mille) * 1_000);
    let estimate = percent(interval.estimate_millionths);
    let lower = percent(interval.lower_millionths);
    let upper = percent(interval.upper_millionths);
    match verdict {
        TrialVerdict::Pass => {
            format!("{estimate} (positive is worse), at most {upper}; {margin} is allowed")
        }
        TrialVerdict::Fail => {
            format!("{estimate} (positive is worse), at least {lower}; {margin} is allowed")
        }
        TrialVerdict::Inconclusive | TrialVerdict::Invalid => format!(
            "{estimate} (positive is worse), between {lower} and {upper}; {margin} is allowed; \
             such a trial finds {} and more",
            percent(interval.detectable_millionths)
        ),
    }
}
