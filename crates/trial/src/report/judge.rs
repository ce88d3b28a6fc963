//! Judges measurements by absolute rules and ratios.

use super::TestResult;
use super::test_result::PairedResult;
use crate::access::{AccessLine, AccessOutcome, AccessResult, Attempt};
use crate::comparison::Comparison;
use crate::gap::GapResult;
use crate::marked::Accounting;
use crate::statistics::{PairedValue, RatioRule, judge_pairs, zero_event_bound};
use refit_model::TrialVerdict;

/// Every message is there once, in its order, with its headers and its body. Proved faults fail it
/// even if not everything was seen; without faults everything must have been seen.
pub fn judge_messages(test: &str, comparison: &Comparison) -> TestResult {
    let faults = comparison.faults();
    let verdict = if !faults.is_empty() {
        TrialVerdict::Fail
    } else if !comparison.gaps.is_empty() {
        TrialVerdict::Invalid
    } else {
        TrialVerdict::Pass
    };
    let reason = match verdict {
        TrialVerdict::Fail => {
            let counts = faults.iter().map(|(word, count)| format!("{count} {word}"));
            counts.collect::<Vec<_>>().join(", ")
        }
        TrialVerdict::Invalid | TrialVerdict::Inconclusive => {
            "no difference was seen, but not all messages were".to_owned()
        }
        TrialVerdict::Pass => comparison.bound(),
    };
    let what = "messages in all queues and durable subscriptions before and after";
    let mut result = TestResult::new(test, what, verdict)
        .because(reason)
        .with_figure("messages-before", comparison.before)
        .with_figure("messages-after", comparison.after);
    for (word, count) in faults {
        result = result.with_figure(word, count);
    }
    let gaps = comparison.gaps.iter().cloned();
    let differences = comparison.differences.iter().map(ToString::to_string);
    result.with_evidence(gaps.chain(differences))
}

/// All who may are let in, and all who may not are refused.
pub fn judge_access(test: &str, access: &AccessResult) -> TestResult {
    let count = |wanted: Option<bool>| {
        let lines = access.lines.iter().filter(|line| line.is_right() == wanted);
        u64::try_from(lines.count()).unwrap_or(u64::MAX)
    };
    let (right, wrong, unknown) = (count(Some(true)), count(Some(false)), count(None));
    let (verdict, reason) = match (right, wrong, unknown) {
        (_, 1.., _) => (TrialVerdict::Fail, format!("{wrong} of {} came out wrong", right + wrong)),
        (_, 0, 1..) => (TrialVerdict::Invalid, format!("{unknown} got no clear answer")),
        (0, 0, 0) => (TrialVerdict::Invalid, "nobody was tried".to_owned()),
        (_, 0, 0) => (TrialVerdict::Pass, format!("all {right} came out as they must")),
    };
    TestResult::new(test, "users who may connect, and strangers who may not", verdict)
        .because(reason)
        .with_figure("right", right)
        .with_figure("wrong", wrong)
        .with_figure("unknown", unknown)
        .with_evidence(access.lines.iter().map(told))
}

fn told(line: &AccessLine) -> String {
    let attempt = match &line.attempt {
        Attempt::Connect => "connect".to_owned(),
        Attempt::Send { destination } => format!("send to {destination}"),
    };
    let allowed = if line.allowed { "may" } else { "may not" };
    let outcome = match &line.outcome {
        AccessOutcome::LetIn => "was let in".to_owned(),
        AccessOutcome::Refused => "was refused".to_owned(),
        AccessOutcome::Unknown { why } => format!("no clear answer: {why}"),
    };
    format!("{} {allowed} {attempt}: {outcome}", line.who)
}

/// Nothing that was confirmed is lost, and nothing came that was not sent, came twice, came out of
/// order or was changed.
pub fn judge_accounting(test: &str, what: &str, accounting: &Accounting) -> TestResult {
    let counts = [
        ("lost", accounting.lost),
        ("unexpected", accounting.unexpected + accounting.foreign),
        ("doubled", accounting.doubled),
        ("out-of-order", accounting.out_of_order),
        ("damaged", accounting.damaged),
    ];
    // What is lost may only be late if reading was cut short.
    let proved = |(word, _): &(&str, u64)| *word != "lost" || accounting.cut_short.is_none();
    let faults = counts.into_iter().filter(|(_, count)| *count > 0).filter(proved);
    let faults: Vec<_> = faults.map(|(word, count)| format!("{count} {word}")).collect();
    let (verdict, reason) = match (&accounting.cut_short, faults.as_slice()) {
        (_, [_, ..]) => (TrialVerdict::Fail, faults.join(", ")),
        (Some(why), []) => (TrialVerdict::Invalid, why.clone()),
        (None, []) if accounting.acknowledged == 0 => {
            (TrialVerdict::Invalid, "the broker confirmed no message".to_owned())
        }
        (None, []) => (TrialVerdict::Pass, zero_event_bound("lost", accounting.acknowledged)),
    };
    let mut result = TestResult::new(test, what, verdict)
        .because(reason)
        .with_figure("acknowledged", accounting.acknowledged)
        .with_figure("in-doubt", accounting.in_doubt)
        .with_figure("in-doubt-delivered", accounting.in_doubt_delivered)
        .with_figure("redelivered", accounting.redelivered);
    for (word, count) in counts {
        result = result.with_figure(word, count);
    }
    let lost =
        |(producer, number): &(u32, u64)| format!("lost: number {number} of producer {producer}");
    result.with_evidence(accounting.lost_named.iter().map(lost))
}

/// Restarts happened, they ended, and nothing was lost or doubled by them. `accounting` is that of
/// all of them together.
pub fn judge_gaps(test: &str, gaps: &[GapResult], accounting: &Accounting) -> TestResult {
    let what = "a producer that reconnects while the broker is restarted";
    let mut result = judge_accounting(test, what, accounting);
    let not_valid = if gaps.is_empty() {
        Some("nothing was restarted")
    } else if gaps.iter().any(|gap| gap.breaks.is_empty()) {
        Some("no restart was seen: the connection did not break")
    } else if gaps.iter().any(|gap| gap.cut_off_at_end) {
        Some("the broker was not back when the watch ended")
    } else {
        None
    };
    if let Some(why) = not_valid.filter(|_| result.verdict != TrialVerdict::Fail) {
        result.verdict = TrialVerdict::Invalid;
        why.clone_into(&mut result.reason);
    }
    let longest = gaps.iter().filter_map(|gap| gap.longest_gap_microseconds).max();
    let breaks: usize = gaps.iter().map(|gap| gap.breaks.len()).sum();
    result
        .with_figure("longest-gap-microseconds", longest.unwrap_or_default())
        .with_figure("breaks", u64::try_from(breaks).unwrap_or(u64::MAX))
        .with_figure("restarts", u64::try_from(gaps.len()).unwrap_or(u64::MAX))
}

/// A measured value is not worse than before by more than the rule allows. `gates` is why the
/// measurement is not valid, if it is not; `pairs` is what was measured, or why it was not.
pub fn judge_ratio(
    test: &str,
    what: &str,
    rule: &RatioRule,
    pairs: &[Result<PairedValue, String>],
    gates: &[String],
) -> TestResult {
    let measured: Vec<_> = pairs.iter().filter_map(|pair| pair.as_ref().ok().copied()).collect();
    let missing = pairs.iter().filter_map(|pair| pair.as_ref().err());
    let why_not: Vec<_> = gates.iter().chain(missing).cloned().collect();
    let judgement = judge_pairs(rule, &measured);
    let (verdict, reason) = match why_not.first() {
        None => (judgement.verdict, judgement.reason.clone()),
        Some(first) => (
            TrialVerdict::Invalid,
            format!("{first} (otherwise {}: {})", judgement.verdict, judgement.reason),
        ),
    };
    let count = u64::try_from(measured.len()).unwrap_or(u64::MAX);
    let mut result = TestResult::new(test, what, verdict)
        .because(reason)
        .with_figure("pairs", count)
        .with_evidence(why_not);
    result.ratio = Some(PairedResult { pairs: measured, judgement });
    result
}
