//! What must not be forgotten at the end of an activity, or of the case.

use refit_desk::*;
use refit_model::TrialVerdict;

use crate::examples::*;
use crate::support::*;
use crate::walk::{Stage, finish, post_playbook, walk};

fn finishing(key: &str) -> Action {
    Action::FinishActivity { activity: name(key), note: None, evidence: None }
}

/// What is missing where this is refused.
#[track_caller]
fn missing(desk: &mut Desk, who: (&str, Role), action: Action) -> Vec<String> {
    match desk.refused(who, action) {
        Refusal::Missing(missing) => missing.iter().map(ToString::to_string).collect(),
        other => panic!("{other}"),
    }
}

fn trial(report: &str, verdict: TrialVerdict, failures: Vec<Failure>) -> Action {
    Action::RecordTrial { report: digest(report), verdict, failures }
}

#[test]
fn a_trial_that_failed_for_an_unknown_reason_holds_the_fixes_up() {
    let mut desk = walk(Stage::Tested);
    let why = prose("Another trial is asked for.");
    desk.does(BEN, Action::ReopenActivity { activity: name(keys::FIX), why });
    desk.does(BEN, trial("trial 3", TrialVerdict::Fail, Vec::new()));
    let traced = "what the failure of trial 3 was traced to, or a retest that passes \
                  (from the consultant)";
    assert_eq!(missing(&mut desk, BEN, finishing(keys::FIX)), [traced]);
    // It is traced: the defect is what is missing now, until it is documented.
    let failures = vec![failure("kahadb", ComponentKind::Standard)];
    desk.does(BEN, trial("trial 3, traced", TrialVerdict::Fail, failures));
    let open = "defect 3, solved or documented (from the consultant)";
    assert_eq!(missing(&mut desk, BEN, finishing(keys::FIX)), [open]);
    desk.does(BEN, Action::DocumentDefect { defect: 3, text: prose("It stays slow.") });
    finish(&mut desk, BEN, keys::FIX);
}

#[test]
fn a_failure_that_was_traced_to_nothing_says_nothing_about_a_fix() {
    let mut desk = walk(Stage::Tested);
    let why = prose("It is slow again.");
    desk.does(BEN, Action::ReopenActivity { activity: name(keys::FIX), why });
    let failures = vec![failure("kahadb", ComponentKind::Standard)];
    desk.does(BEN, trial("trial 3", TrialVerdict::Fail, failures));
    desk.does(BEN, Action::FixDefect { defect: 3, how: prose("Another disk.") });
    desk.does(BEN, trial("trial 4", TrialVerdict::Fail, Vec::new()));
    assert!(matches!(desk.case.defects[2].state, DefectState::Fixed(_)));
    assert_eq!(missing(&mut desk, BEN, finishing(keys::FIX)).len(), 2);
    desk.does(BEN, trial("trial 5", TrialVerdict::Pass, Vec::new()));
    finish(&mut desk, BEN, keys::FIX);
}

#[test]
fn a_corrected_playbook_is_approved_and_delivered_before_support_ends() {
    let mut desk = walk(Stage::Reviewed);
    let (from, until) = (at("2026-11-30 09:00"), at("2026-12-07 09:00"));
    desk.does(BEN, Action::OpenOnCall { playbook: digest("playbook 2"), from, until });
    desk.goes_to("2026-12-01 08:00");
    let (environment, step) = (name("production"), name("start-new"));
    let text = prose("The broker does not start.");
    desk.does(ANNA, Action::ReportProblem { environment, step, text });
    desk.does(BEN, Action::RecordReplicated { problem: 1, evidence: evidence("log") });
    let environment = || name("production");
    desk.does(ANNA, Action::PlanEnvironment { environment: environment() });
    post_playbook(&mut desk, "playbook 3", &[], &[1]);

    let wait = |desk: &Desk| {
        let waits = desk.case.waits().into_iter();
        let mut of_it = waits.filter(|one| one.of == WaitingOf::Version(3));
        of_it.next().map(|one| (one.waits_for, one.why))
    };
    let playbook = digest("playbook 3");
    assert_eq!(wait(&desk), Some((Party::Customer, "to be reviewed and approved".to_owned())));
    let approval = "approval of version 3 of the Playbook (from the customer)";
    assert_eq!(missing(&mut desk, BEN, finishing(keys::ON_CALL)), [approval]);
    let why = prose("Nobody calls any more.");
    desk.does(PIA, Action::SkipActivity { activity: name(keys::ON_CALL), why: why.clone() });
    assert_eq!(missing(&mut desk, PIA, Action::Close), [approval]);

    desk.does(ANNA, Action::ApprovePlaybook { playbook });
    assert_eq!(wait(&desk), Some((Party::Consultant, "to be delivered".to_owned())));
    let delivery = "final delivery of version 3 of the Playbook (from the consultant)";
    assert_eq!(missing(&mut desk, PIA, Action::Close), [delivery]);
    // Nobody follows a version that was not delivered.
    let early = desk.refused(ANNA, Action::RecordOtherUpgrade(other("production")));
    assert!(matches!(early, Refusal::NotFound(_)), "{early}");
    desk.does(BEN, Action::DeliverPlaybook { playbook });
    assert_eq!(wait(&desk), None);
    desk.does(ANNA, Action::RecordOtherUpgrade(other("production")));
    desk.does(PIA, Action::Close);
}
