//! Who is let in, where the broker's answers are known.

use refit_model::Secret;
use refit_model::TrialVerdict;
use refit_trial::report::judge_access;
use refit_trial::{AccessCase, AccessOutcome, try_access};
use refit_wire::Credentials;

use crate::broker::FaultyBroker;

fn ann() -> Credentials {
    Credentials::new("ann", Secret::new("hunter2"))
}

fn guarded() -> FaultyBroker {
    let broker = FaultyBroker::with(&[]);
    broker.state().login = Some(("ann", "hunter2"));
    broker
}

fn all_cases() -> Vec<AccessCase> {
    let mut cases = vec![
        AccessCase::user(ann()),
        AccessCase::user(ann()).sending_to("/queue/open", true),
        AccessCase::user(ann()).sending_to("/queue/forbidden", false),
    ];
    cases.extend(AccessCase::strangers(&ann()));
    cases
}

#[test]
fn users_are_let_in_and_strangers_are_not() {
    let access = try_access(guarded().at(), &all_cases());
    let result = judge_access("access", &access);
    assert_eq!((result.verdict, result.figures["right"]), (TrialVerdict::Pass, 6), "{result:#?}");
    let told = format!("{access:?} {result:?} {:?}", all_cases());
    assert!(!told.contains("hunter2"), "no password is told");
    assert!(told.contains("user ann with a wrong password may not connect: was refused"));
}

#[test]
fn a_broker_that_lets_in_everyone_fails() {
    let result = judge_access("access", &try_access(FaultyBroker::with(&[]).at(), &all_cases()));
    assert_eq!((result.verdict, result.figures["wrong"]), (TrialVerdict::Fail, 3));
}

#[test]
fn no_answer_is_no_refusal() {
    let broker = guarded();
    let address = broker.address.clone();
    drop(broker);
    let other = guarded();
    let gone = refit_trial::StompBroker { address: &address, ..other.at() };
    let access = try_access(gone, &AccessCase::strangers(&ann()));
    assert!(matches!(access.lines[0].outcome, AccessOutcome::Unknown { .. }));
    assert_eq!(judge_access("access", &access).verdict, TrialVerdict::Invalid);
    assert_eq!(judge_access("access", &try_access(other.at(), &[])).verdict, TrialVerdict::Invalid);
}
