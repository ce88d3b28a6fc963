//! Several ratios of one trial: which failures stand.

use super::judgement::judge_at;
use super::{PairedValue, RatioJudgement, RatioRule};
use refit_model::TrialVerdict;

/// The probability that anything of a trial fails by chance alone, in millionths.
const WRONG_MILLIONTHS: u32 = 50_000;

/// Judges several ratios that belong together, in their order.
///
/// Each alone would fail by chance once in twenty times, so that twenty of them would nearly always
/// have a failure. Therefore a FAIL needs more (Holm's method): with n ratios a chance of at most
/// 5 % by n; once that has failed one, 5 % by n - 1 for the others; and so on. What does not stand
/// is inconclusive, and is looked at again after more pairs. A PASS needs no such correction.
pub fn judge_family(members: &[(&RatioRule, &[PairedValue])]) -> Vec<RatioJudgement> {
    let mut count = u32::try_from(members.len()).unwrap_or(u32::MAX).max(1);
    loop {
        let level = WRONG_MILLIONTHS / count;
        let judgements: Vec<_> =
            members.iter().map(|(rule, pairs)| judge_at(rule, pairs, level)).collect();
        let failed = judgements.iter().filter(|one| one.verdict == TrialVerdict::Fail).count();
        let left = members.len().saturating_sub(failed).max(1);
        let left = u32::try_from(left).unwrap_or(u32::MAX);
        if left >= count {
            return judgements;
        }
        count = left;
    }
}

/// Judges the pairs of one ratio that stands alone, in the order in which they were measured.
pub fn judge_pairs(rule: &RatioRule, pairs: &[PairedValue]) -> RatioJudgement {
    judge_at(rule, pairs, WRONG_MILLIONTHS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Better;

    fn rule() -> RatioRule {
        let looks = vec![6, 12];
        RatioRule { metric: "x".into(), better: Better::Less, margin_per_mille: 100, looks }
    }

    /// Worse by 20 % with some noise: a failure alone, but no overwhelming one.
    fn weak(count: usize) -> Vec<PairedValue> {
        let after = [1_350, 1_050, 1_300, 1_100, 1_390, 1_060];
        let values = after.into_iter().cycle().take(count);
        values.map(|after| PairedValue { before: 1_000, after }).collect()
    }

    fn same() -> Vec<PairedValue> {
        vec![PairedValue { before: 1_000, after: 1_000 }; 6]
    }

    #[test]
    fn a_weak_failure_among_many_needs_more_pairs() {
        let rule = rule();
        assert_eq!(judge_pairs(&rule, &weak(6)).verdict, TrialVerdict::Fail);
        let (weak_ones, others) = (weak(6), same());
        let mut members = vec![(&rule, weak_ones.as_slice())];
        members.extend((0..9).map(|_| (&rule, others.as_slice())));
        let judged = judge_family(&members);
        assert_eq!(
            (judged[0].verdict, judged[0].next_look),
            (TrialVerdict::Inconclusive, Some(12))
        );
        assert!(judged[0].reason.contains("chance"), "{}", judged[0].reason);
        assert!(judged[1..].iter().all(|other| other.verdict == TrialVerdict::Pass));
        let more = weak(12);
        members[0].1 = &more;
        assert_eq!(judge_family(&members)[0].verdict, TrialVerdict::Fail);
    }

    #[test]
    fn strong_failures_make_room_for_weak_ones() {
        let rule = rule();
        let strong = vec![PairedValue { before: 1_000, after: 3_000 }; 6];
        let weak = weak(6);
        let alone = [(&rule, weak.as_slice()); 3];
        assert!(judge_family(&alone).iter().all(|one| one.verdict == TrialVerdict::Inconclusive));
        let helped = [(&rule, strong.as_slice()), (&rule, strong.as_slice()), (&rule, &weak)];
        assert!(judge_family(&helped).iter().all(|one| one.verdict == TrialVerdict::Fail));
    }

    #[test]
    fn a_family_of_one_is_judged_as_alone_and_none_gives_none() {
        let rule = rule();
        let weak = weak(6);
        assert_eq!(judge_family(&[(&rule, &weak)]), [judge_pairs(&rule, &weak)]);
        assert_eq!(judge_family(&[]), []);
    }
}
