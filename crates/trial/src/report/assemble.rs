//! Puts results together to a report.

use std::collections::BTreeSet;

use refit_model::{Document as _, DocumentError};
use thiserror::Error;

use super::trial_report::deciding;
use super::{Design, Rule, TestResult, TrialReport, TrialRules, TrialSubject};
use crate::canary_gate;
use crate::statistics::judge_family;
use refit_model::TrialVerdict;

/// Why results do not make a report.
#[derive(Debug, Error)]
pub enum ReportError {
    /// A result is of no test of the rules.
    #[error("the trial's rules have no test `{0}`")]
    UnknownTest(String),
    /// Two results claim to be the same attempt.
    #[error("the test `{test}` has two results for attempt {attempt}")]
    SameAttempt {
        /// The test.
        test: String,
        /// The attempt.
        attempt: u32,
    },
    /// The rules cannot be digested.
    #[error("the trial's rules are no valid document")]
    Document(#[from] DocumentError),
}

impl TrialReport {
    /// Makes the report.
    ///
    /// A test without a result is added as not valid: missing data are never a pass. Latencies and
    /// other ratios of a machine that changed are not valid. All ratios are judged as one family,
    /// see [`judge_family`]. The trial passes if all tests with absolute rules
    /// pass and no ratio fails; what stays open is named.
    pub fn assemble(
        rules: TrialRules,
        subject: TrialSubject,
        mut tests: Vec<TestResult>,
    ) -> Result<Self, ReportError> {
        check(&rules, &tests)?;
        add_missing(&rules, &mut tests);
        if let Some(why) = canary_gate(&subject.canary) {
            invalidate_ratios(&mut tests, &why);
        }
        judge_together(&rules, &mut tests);
        let (verdict, reason) = overall(&rules, &subject, &tests);
        let counting = |test: &String| Some((test.clone(), deciding(&tests, test)?.verdict));
        let open = rules.rules.keys().filter_map(counting).filter(|(_, verdict)| is_open(*verdict));
        let open = open.collect();
        let rules_digest = rules.digest()?;
        Ok(Self { subject, rules_digest, rules, tests, verdict, reason, open })
    }
}

fn is_open(verdict: TrialVerdict) -> bool {
    matches!(verdict, TrialVerdict::Inconclusive | TrialVerdict::Invalid)
}

fn check(rules: &TrialRules, tests: &[TestResult]) -> Result<(), ReportError> {
    let mut attempts = BTreeSet::new();
    for result in tests {
        if !rules.rules.contains_key(&result.test) {
            return Err(ReportError::UnknownTest(result.test.clone()));
        }
        if !attempts.insert((&result.test, result.attempt)) {
            let (test, attempt) = (result.test.clone(), result.attempt);
            return Err(ReportError::SameAttempt { test, attempt });
        }
    }
    Ok(())
}

fn add_missing(rules: &TrialRules, tests: &mut Vec<TestResult>) {
    for test in rules.rules.keys() {
        if tests.iter().all(|result| result.test != *test) {
            let missing = TestResult::new(test, "nothing", TrialVerdict::Invalid);
            tests.push(missing.because("the test was not made"));
        }
    }
}

fn invalidate_ratios(tests: &mut [TestResult], why: &str) {
    for result in tests.iter_mut().filter(|result| result.ratio.is_some()) {
        if result.verdict != TrialVerdict::Invalid {
            result.reason = format!("{why} (otherwise {}: {})", result.verdict, result.reason);
            result.verdict = TrialVerdict::Invalid;
        }
    }
}

/// Judges all valid ratios as one family: a failure among many may be chance.
fn judge_together(rules: &TrialRules, tests: &mut [TestResult]) {
    let valid = |test: &String, tests: &[TestResult]| {
        let result =
            deciding(tests, test).filter(|result| result.verdict != TrialVerdict::Invalid)?;
        Some((result.test.clone(), result.attempt))
    };
    let ratios = rules.rules.iter().filter_map(|(test, rule)| match rule {
        Rule::Ratio(rule) => Some((rule, valid(test, tests)?)),
        Rule::Absolute { .. } => None,
    });
    let ratios: Vec<_> = ratios.collect();
    let pairs_of = |key: &(String, u32)| {
        let result = tests.iter().find(|r| (&r.test, r.attempt) == (&key.0, key.1));
        let ratio = result.and_then(|result| result.ratio.as_ref());
        ratio.map(|ratio| ratio.pairs.clone()).unwrap_or_default()
    };
    let pairs: Vec<_> = ratios.iter().map(|(_, key)| pairs_of(key)).collect();
    let members = ratios.iter().zip(&pairs).map(|((rule, _), pairs)| (*rule, pairs.as_slice()));
    let judged = judge_family(&members.collect::<Vec<_>>());
    for ((_, key), judgement) in ratios.iter().zip(judged) {
        for result in tests.iter_mut().filter(|r| (&r.test, r.attempt) == (&key.0, key.1)) {
            result.verdict = judgement.verdict;
            result.reason.clone_from(&judgement.reason);
            if let Some(ratio) = &mut result.ratio {
                ratio.judgement = judgement.clone();
            }
        }
    }
}

fn overall(
    rules: &TrialRules,
    subject: &TrialSubject,
    tests: &[TestResult],
) -> (TrialVerdict, String) {
    let having = |wanted: TrialVerdict, may_stay_open: Option<bool>| {
        let ours = rules.rules.iter().filter(|(_, rule)| {
            may_stay_open.is_none_or(|may_stay_open| rule.may_stay_open() == may_stay_open)
        });
        let having = ours.filter(|(test, _)| {
            deciding(tests, test).is_some_and(|result| result.verdict == wanted)
        });
        having.map(|(test, _)| test.as_str()).collect::<Vec<_>>()
    };
    let failed = having(TrialVerdict::Fail, None);
    if !failed.is_empty() {
        return (TrialVerdict::Fail, format!("failed: {}", failed.join(", ")));
    }
    let invalid = having(TrialVerdict::Invalid, Some(false));
    let absolute = having(TrialVerdict::Pass, Some(false));
    if !invalid.is_empty() || absolute.is_empty() {
        let missing = if invalid.is_empty() { vec!["no test decides"] } else { invalid };
        return (TrialVerdict::Invalid, format!("not validly tested: {}", missing.join(", ")));
    }
    let undecided = having(TrialVerdict::Inconclusive, Some(false));
    if !undecided.is_empty() {
        return (TrialVerdict::Inconclusive, format!("undecided: {}", undecided.join(", ")));
    }
    let mut reason = format!("passed: {}", absolute.join(", "));
    let open =
        [having(TrialVerdict::Inconclusive, Some(true)), having(TrialVerdict::Invalid, Some(true))];
    let open = open.concat();
    if !open.is_empty() {
        reason.push_str(&format!("; left open, and not passed: {}", open.join(", ")));
    }
    if subject.design == Design::BeforeAndAfter {
        reason.push_str("; measured one after the other, so a drift of the machine is included");
    }
    (TrialVerdict::Pass, reason)
}
