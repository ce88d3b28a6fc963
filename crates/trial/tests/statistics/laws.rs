//! What must hold of every verdict on ratios.

use proptest::prelude::*;
use refit_model::TrialVerdict;
use refit_trial::statistics::{
    Better, CrossCheck, PairedValue, RatioJudgement, RatioRule, judge_pairs,
};

fn rule(margin_per_mille: u32, looks: &[u32]) -> RatioRule {
    RatioRule {
        metric: "latency-microseconds".into(),
        better: Better::Less,
        margin_per_mille,
        looks: looks.to_vec(),
    }
}

fn pairs(values: &[(u64, u64)]) -> Vec<PairedValue> {
    values.iter().map(|(before, after)| PairedValue { before: *before, after: *after }).collect()
}

fn judge(margin_per_mille: u32, looks: &[u32], values: &[(u64, u64)]) -> RatioJudgement {
    judge_pairs(&rule(margin_per_mille, looks), &pairs(values))
}

#[test]
fn equal_values_pass_and_doubled_ones_fail() {
    let same = judge(100, &[6], &[(500, 500); 6]);
    assert_eq!((same.verdict, same.cross_check), (TrialVerdict::Pass, CrossCheck::Agrees));
    let interval = same.interval.unwrap();
    assert_eq!(interval.estimate_millionths, 1_000_000);
    let doubled = judge(100, &[6], &[(500, 1_000); 6]);
    assert_eq!((doubled.verdict, doubled.pairs), (TrialVerdict::Fail, 6));
    assert!(doubled.reason.contains("+100.0 %"), "{}", doubled.reason);
}

#[test]
fn too_few_pairs_decide_nothing_and_say_when_to_look() {
    let early = judge(100, &[6, 12], &[(500, 5_000); 5]);
    assert_eq!((early.verdict, early.next_look), (TrialVerdict::Inconclusive, Some(6)));
    let none = judge(100, &[6, 12], &[]);
    assert_eq!((none.verdict, none.interval), (TrialVerdict::Inconclusive, None));
}

#[test]
fn an_undecided_look_names_the_next_one_and_what_could_be_found() {
    let noisy = [(100, 140), (140, 100), (100, 150), (150, 100), (100, 130), (130, 100)];
    let judgement = judge(100, &[6, 12], &noisy);
    assert_eq!((judgement.verdict, judgement.next_look), (TrialVerdict::Inconclusive, Some(12)));
    assert!(judgement.interval.unwrap().detectable_millionths > 1_300_000);
    assert!(judgement.reason.contains("such a trial finds"), "{}", judgement.reason);
    let at_cap = judge(100, &[6], &noisy);
    assert_eq!((at_cap.verdict, at_cap.next_look), (TrialVerdict::Inconclusive, None));
}

#[test]
fn what_was_measured_after_a_decision_does_not_change_it() {
    let mut values = vec![(500, 500); 6];
    let first = judge(100, &[6, 12], &values);
    values.extend([(500, 5_000); 6]);
    assert_eq!(judge(100, &[6, 12], &values), first);
}

#[test]
fn nonsense_is_invalid() {
    assert_eq!(judge(100, &[6], &[(0, 1); 6]).verdict, TrialVerdict::Invalid);
    assert_eq!(judge(0, &[6], &[(1, 1); 6]).verdict, TrialVerdict::Invalid);
    assert_eq!(judge(100, &[], &[(1, 1); 6]).verdict, TrialVerdict::Invalid);
}

#[test]
fn one_value_far_off_does_not_pass_by_the_interval_alone() {
    // All but one clearly better, at a level where the exact test needs all six: no pass.
    let values = [(1_000, 900), (1_000, 901), (1_000, 899), (1_000, 900), (1_000, 902), (100, 111)];
    let judgement = judge(100, &[6, 12, 24], &values);
    assert_ne!(judgement.verdict, TrialVerdict::Pass, "{judgement:?}");
}

fn measured() -> impl Strategy<Value = Vec<(u64, u64)>> {
    prop::collection::vec((100..10_000_u64, 100..10_000_u64), 2..14)
}

proptest! {
    #[test]
    fn the_unit_does_not_matter(values in measured(), scale in 1..1_000_u64) {
        let scaled: Vec<_> = values.iter().map(|(a, b)| (a * scale, b * scale)).collect();
        let (one, other) = (judge(100, &[4, 8], &values), judge(100, &[4, 8], &scaled));
        prop_assert_eq!(one.verdict, other.verdict);
    }

    #[test]
    fn better_values_are_never_judged_worse(values in measured()) {
        let looks = [u32::try_from(values.len()).unwrap()];
        let better: Vec<_> = values.iter().map(|(a, b)| (*a, b / 2)).collect();
        match judge(100, &looks, &values).verdict {
            TrialVerdict::Pass => {
                prop_assert_eq!(judge(100, &looks, &better).verdict, TrialVerdict::Pass);
            }
            _ => prop_assert!(judge(100, &looks, &values).verdict != TrialVerdict::Invalid),
        }
    }

    #[test]
    fn a_verdict_never_contradicts_its_interval(values in measured(), margin in 1..1_000_u32) {
        let judgement = judge(margin, &[3, 6, 12], &values);
        let allowed = 1_000_000 + u64::from(margin) * 1_000;
        if let Some(interval) = judgement.interval {
            prop_assert!(interval.lower_millionths <= interval.estimate_millionths + 1);
            prop_assert!(interval.estimate_millionths <= interval.upper_millionths + 1);
            match judgement.verdict {
                TrialVerdict::Pass => prop_assert!(interval.upper_millionths <= allowed + 1),
                TrialVerdict::Fail => {
                    prop_assert!(interval.lower_millionths >= 1_000_000);
                    prop_assert!(interval.estimate_millionths + 1 >= allowed);
                }
                TrialVerdict::Inconclusive => {}
                TrialVerdict::Invalid => prop_assert!(false),
            }
        }
    }
}
