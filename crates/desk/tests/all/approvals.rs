//! Approvals are bound to one content and cannot be changed; plans, trials, Playbooks and
//! on-call support follow them.

use refit_desk::*;
use refit_model::TrialVerdict;

use crate::examples::*;
use crate::support::*;
use crate::walk::{Stage, finish, give_inputs, post_playbook, walk};

/// Set up, documentation posted, assessed.
fn assessed(assessment: AssessmentSummary) -> Desk {
    let mut desk = walk(Stage::SetUp);
    desk.does(BEN, Action::PostFile(file(FileKind::UpgradeDocumentation, "Upgrade notes")));
    finish(&mut desk, BEN, keys::PREPARE);
    desk.does(BEN, Action::RecordAssessment(assessment));
    desk
}

fn accept(plan: &str) -> Action {
    Action::AcceptPlan { plan: digest(plan), accepts_extension: false }
}

#[test]
fn a_changed_plan_needs_a_new_acceptance() {
    let mut desk = assessed(assessment());
    desk.does(BEN, Action::PostPlan(plan()));
    let given = digest("another plan");
    let stale = desk.refused(ANNA, accept("another plan"));
    assert_eq!(stale, Refusal::Stale { what: "the plan", given, current: digest("plan") });
    let plan_activity = |desk: &Desk| desk.case.activity(keys::PLAN).unwrap().state.clone();
    assert!(matches!(plan_activity(&desk), ActivityState::Waiting(_)));

    desk.does(ANNA, Action::ObjectToPlan { plan: digest("plan"), why: prose("Not on Mondays.") });
    assert_eq!(plan_activity(&desk), ActivityState::Running);
    desk.does(BEN, Action::PostPlan(PostedPlan { digest: digest("plan 2"), ..plan() }));
    assert!(matches!(desk.refused(ANNA, accept("plan")), Refusal::Stale { .. }));
    desk.does(ANNA, accept("plan 2"));
    assert_eq!(plan_activity(&desk), ActivityState::Done);
    assert_eq!(desk.refused(ANNA, accept("plan 2")), Refusal::Approved("plan"));

    // The old approval stays what it was, and counts for nothing else.
    desk.does(BEN, Action::PostPlan(PostedPlan { digest: digest("plan 3"), ..plan() }));
    assert!(!desk.case.is_plan_accepted());
    assert!(matches!(plan_activity(&desk), ActivityState::Waiting(_)));
    let approval = desk.case.approval(ApprovalSubject::Plan, digest("plan 2")).unwrap();
    assert_eq!((approval.by.as_str(), approval.role), ("anna", Role::Customer));
    desk.does(ANNA, accept("plan 3"));
    assert_eq!(desk.case.approvals.len(), 2);
}

#[test]
fn a_plan_is_of_the_assessment_that_counts_and_of_posted_documentation() {
    let mut desk = assessed(assessment());
    let old = PostedPlan { assessment: digest("older"), ..plan() };
    assert!(matches!(desk.refused(BEN, Action::PostPlan(old)), Refusal::Stale { .. }));
    let unknown = PostedPlan { documentation: vec![digest("elsewhere")], ..plan() };
    assert!(matches!(desk.refused(BEN, Action::PostPlan(unknown)), Refusal::NotFound(_)));
}

#[test]
fn a_run_is_of_the_accepted_plan() {
    let mut desk = walk(Stage::Prepared);
    desk.goes_to("2026-11-16 09:00");
    desk.does(BEN, Action::StartActivity { activity: name(keys::BACK_UP) });
    let (activity, note) = (name(keys::BACK_UP), None);
    let bare = Action::FinishActivity { activity: activity.clone(), note: None, evidence: None };
    assert!(matches!(desk.refused(BEN, bare), Refusal::Missing(_)));
    let evidence = Some(evidence("manifest"));
    desk.does(BEN, Action::FinishActivity { activity, note, evidence });
    let other = RecordedRun { plan: digest("other"), ..run("staging-1", RunEnd::Done) };
    assert!(matches!(desk.refused(BEN, Action::RecordRun(other)), Refusal::Stale { .. }));
    desk.does(BEN, Action::RecordRun(run("staging-1", RunEnd::RolledBack)));
    assert!(!desk.case.is_settled(keys::UPGRADE));
    assert!(desk.case.installed.is_empty(), "what was taken back is not installed");
    let again = desk.refused(BEN, Action::RecordRun(run("staging-1", RunEnd::Done)));
    assert_eq!(again, Refusal::AlreadyThere("the run `staging-1`".to_owned()));
    desk.does(BEN, Action::RecordRun(run("staging-2", RunEnd::Done)));
    assert!(desk.case.is_settled(keys::UPGRADE));
    let upgraded = desk.case.upgraded(|_, _| None);
    assert_eq!(upgraded.len(), 1);
    assert_eq!((upgraded[0].version.as_str(), &upgraded[0].case), ("5.18.3", &desk.case.id));
}

#[test]
fn a_run_that_is_taken_back_after_its_end_is_recorded_once_more() {
    let mut desk = walk(Stage::Prepared);
    desk.goes_to("2026-11-16 09:00");
    let (activity, evidence) = (name(keys::BACK_UP), Some(evidence("manifest")));
    desk.does(BEN, Action::StartActivity { activity: name(keys::BACK_UP) });
    desk.does(BEN, Action::FinishActivity { activity, note: None, evidence });
    desk.does(BEN, Action::RecordRun(run("staging-1", RunEnd::Done)));
    assert!(desk.case.is_settled(keys::UPGRADE));
    let other = RecordedRun { plan: digest("other"), ..run("staging-1", RunEnd::RolledBack) };
    assert!(matches!(desk.refused(BEN, Action::RecordRun(other)), Refusal::AlreadyThere(_)));
    desk.does(BEN, Action::RecordRun(run("staging-1", RunEnd::RolledBack)));
    assert!(!desk.case.is_settled(keys::UPGRADE));
    assert_eq!(desk.case.run(&name("staging-1")).unwrap().end, RunEnd::RolledBack);
    for end in [RunEnd::Done, RunEnd::Stopped, RunEnd::RolledBack] {
        let again = desk.refused(BEN, Action::RecordRun(run("staging-1", end)));
        assert!(matches!(again, Refusal::AlreadyThere(_)), "{end:?}: {again}");
    }
}

#[test]
fn a_large_installation_gets_the_time_that_the_customer_accepts() {
    let range =
        DurationRange { least: BusinessDuration::Weeks(3), most: BusinessDuration::Weeks(4) };
    let extension = Some(Extension { range, why: prose("Forty brokers in nine clusters.") });
    let mut desk = assessed(AssessmentSummary { extension, ..assessment() });
    desk.does(BEN, Action::PostPlan(plan()));
    assert!(matches!(desk.refused(ANNA, accept("plan")), Refusal::Missing(_)));
    desk.does(ANNA, Action::AcceptPlan { plan: digest("plan"), accepts_extension: true });
    let subjects: Vec<_> = desk.case.approvals.iter().map(|one| one.subject).collect();
    assert_eq!(subjects, [ApprovalSubject::Extension, ApprovalSubject::Plan]);
    give_inputs(&mut desk);
    let allotted = |desk: &Desk| desk.case.clocks[&name::<OfActivity>(keys::BACK_UP)].allotted;
    assert_eq!(allotted(&desk), range);

    // So does a clock that runs already.
    let extension = Some(Extension { range, why: prose("Forty brokers in nine clusters.") });
    let mut desk = assessed(AssessmentSummary { extension, ..assessment() });
    desk.does(BEN, Action::PostPlan(plan()));
    give_inputs(&mut desk);
    assert_eq!(allotted(&desk).most, BusinessDuration::Weeks(2));
    desk.does(ANNA, Action::AcceptPlan { plan: digest("plan"), accepts_extension: true });
    assert_eq!(allotted(&desk), range);
}

#[test]
fn the_execution_begins_when_access_and_documents_are_there() {
    let mut desk = walk(Stage::SetUp);
    let texts = |desk: &Desk| {
        desk.case.missing_inputs().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        texts(&desk),
        [
            "a check of the access (from the consultant)",
            "Questionnaire: to be returned (from the customer)",
            "Access to the environment: to be returned (from the customer)",
            "Overview of environments: to be returned (from the customer)",
        ]
    );
    desk.does(BEN, Action::RecordAccessCheck(access_check(false)));
    assert_eq!(texts(&desk)[0], "access to write (from the customer)");
    give_inputs(&mut desk);
    assert!(desk.case.missing_inputs().is_empty());
    let clock = &desk.case.clocks[&name::<OfActivity>(keys::BACK_UP)];
    assert_eq!(clock.started, at("2026-11-09 14:00"));
    // It stands still while the customer has not placed the software.
    let pause = clock.open_pause().unwrap();
    assert_eq!(pause.waits_for, Party::Customer);
    assert!(pause.why.as_str().contains("Prepare Environment for Upgrade"));
    // The execution itself cannot begin before what it needs.
    let start = Action::StartActivity { activity: name(keys::BACK_UP) };
    assert!(matches!(desk.refused(BEN, start), Refusal::Missing(_)));
}

#[test]
fn a_failure_of_a_custom_component_opens_an_engagement_once() {
    let mut desk = walk(Stage::Tested);
    let kinds = |desk: &Desk| desk.case.engagements.iter().map(|one| one.kind).collect::<Vec<_>>();
    assert_eq!(kinds(&desk), [EngagementKind::Customisations]);
    let excluded = desk.case.defects.iter().find(|one| one.number == 2).unwrap();
    assert!(matches!(excluded.state, DefectState::Excluded(_)));
    // Declined, it is not offered by itself again; a person can.
    desk.does(BEN, Action::AddNote { scope: NoteScope::Everyone, text: prose("Well.") });
    assert_eq!(desk.case.engagements[0].state, EngagementState::Declined);
    let (kind, why) = (EngagementKind::Customisations, prose("They asked."));
    desk.does(PIA, Action::OfferEngagement { kind, why: why.clone() });
    assert!(matches!(
        desk.refused(PIA, Action::OfferEngagement { kind, why }),
        Refusal::AlreadyThere(_)
    ));
    desk.does(ANNA, Action::AnswerOffer { engagement: 1, accepts: true });
    assert!(desk.case.has_engagement(kind));
    assert_eq!(kinds(&desk).len(), 1);
}

#[test]
fn a_retest_says_whether_a_fix_helped() {
    let mut desk = walk(Stage::Prepared);
    desk.goes_to("2026-11-16 09:00");
    for activity in [keys::BACK_UP, keys::UPGRADE] {
        let why = prose("Done before us.");
        desk.does(PIA, Action::SkipActivity { activity: name(activity), why });
    }
    let trial = |verdict, failures| Action::RecordTrial { report: digest("t"), verdict, failures };
    let slow = || vec![failure("kahadb", ComponentKind::Standard)];
    let state = |desk: &Desk| desk.case.defects[0].state.clone();
    desk.does(BEN, trial(TrialVerdict::Fail, slow()));
    let fix = || Action::FixDefect { defect: 1, how: prose("The index is rebuilt.") };
    desk.does(BEN, fix());
    // What cannot be told changes nothing.
    desk.does(BEN, trial(TrialVerdict::Inconclusive, Vec::new()));
    assert!(matches!(state(&desk), DefectState::Fixed(_)));
    desk.does(BEN, trial(TrialVerdict::Fail, slow()));
    assert_eq!(state(&desk), DefectState::Open);
    desk.does(BEN, fix());
    let other = vec![failure("stomp", ComponentKind::Standard)];
    desk.does(BEN, trial(TrialVerdict::Fail, other));
    assert_eq!(state(&desk), DefectState::Solved(4));
    finish(&mut desk, BEN, keys::TEST);
    desk.does(BEN, Action::StartActivity { activity: name(keys::FIX) });
    let (activity, note, evidence) = (name(keys::FIX), None, None);
    let finishing = Action::FinishActivity { activity, note, evidence };
    let Refusal::Missing(missing) = desk.refused(BEN, finishing.clone()) else { panic!() };
    // The same component failed twice: defect 2 and 3 are those.
    assert_eq!(missing.len(), 2, "{missing:?}");
    for defect in [2, 3] {
        let text = prose("Known, harmless.");
        desk.does(BEN, Action::DocumentDefect { defect, text });
    }
    desk.does(BEN, finishing);
}

#[test]
fn the_final_playbook_needs_every_answer_and_the_approval_of_this_version() {
    let mut desk = walk(Stage::Delivered);
    let deliver = |text: &str| Action::DeliverPlaybook { playbook: digest(text) };
    let approve = |text: &str| Action::ApprovePlaybook { playbook: digest(text) };
    let ask = |kind| Action::AskForChange { version: 1, step: None, kind, text: prose("Why?") };
    desk.does(ANNA, ask(ChangeRequestKind::Change));
    desk.does(ANNA, ask(ChangeRequestKind::Clarification));
    desk.does(ANNA, approve("playbook 1"));
    let Refusal::Missing(missing) = desk.refused(BEN, deliver("playbook 1")) else { panic!() };
    assert_eq!(missing.len(), 2);
    desk.does(BEN, Action::AgreeToChange { change: 1, how: prose("So.") });
    desk.does(BEN, Action::AnswerChange { change: 2, text: prose("Because.") });
    assert!(matches!(desk.refused(BEN, deliver("playbook 1")), Refusal::Missing(_)));
    post_playbook(&mut desk, "playbook 2", &[1], &[]);
    assert!(matches!(desk.refused(BEN, deliver("playbook 1")), Refusal::Stale { .. }));
    let Refusal::Missing(missing) = desk.refused(BEN, deliver("playbook 2")) else { panic!() };
    assert_eq!(
        missing,
        [Missing {
            what: "approval of version 2 of the Playbook".to_owned(),
            from: Party::Customer,
        }]
    );
    desk.does(ANNA, approve("playbook 2"));
    desk.does(BEN, deliver("playbook 2"));
    assert!(matches!(desk.refused(BEN, deliver("playbook 2")), Refusal::AlreadyThere(_)));
}

#[test]
fn on_call_support_is_a_week_at_most_and_of_the_delivered_version() {
    let mut desk = walk(Stage::Reviewed);
    let open = |content: &str, until: &str| Action::OpenOnCall {
        playbook: digest(content),
        from: at("2026-11-30 09:00"),
        until: at(until),
    };
    for until in ["2026-12-07 09:01", "2026-11-30 09:00", "2026-11-29 09:00"] {
        let refusal = desk.refused(BEN, open("playbook 2", until));
        assert_eq!(refusal, Refusal::Window { most_days: 7 });
    }
    let old = desk.refused(BEN, open("playbook 1", "2026-12-07 09:00"));
    assert!(matches!(old, Refusal::Stale { .. }));
    let report = || Action::ReportProblem {
        environment: name("production"),
        step: name("start-new"),
        text: prose("It does not start."),
    };
    assert!(matches!(desk.refused(ANNA, report()), Refusal::NoOnCall { .. }));
    desk.does(BEN, open("playbook 2", "2026-12-07 09:00"));
    assert!(matches!(desk.refused(ANNA, report()), Refusal::NoOnCall { .. }));
    desk.goes_to("2026-11-30 09:00");
    desk.does(ANNA, report());
    assert_eq!(desk.case.problems[0].version, 2);
    desk.goes_to("2026-12-07 09:00");
    assert!(matches!(desk.refused(ANNA, report()), Refusal::NoOnCall { .. }));
    // The window does not end with an open problem.
    let (activity, note, evidence) = (name(keys::ON_CALL), None, None);
    let finishing = Action::FinishActivity { activity, note, evidence };
    assert!(matches!(desk.refused(BEN, finishing), Refusal::Missing(_)));
}

#[test]
fn without_access_both_sides_tick() {
    let mut new = request();
    new.fields.access = AccessPromise::None;
    let mut desk = Desk::with(new);
    let engagement = &desk.case.engagements[0];
    assert_eq!(engagement.kind, EngagementKind::NoAccess);
    let tick = |step: &str| Action::TickStep { plan: digest("plan"), step: name(step) };
    let refusal = desk.refused(ANNA, tick("stop-old"));
    assert_eq!(refusal, Refusal::Engagement(EngagementKind::NoAccess));
    let missing = &desk.case.missing_inputs()[0];
    assert_eq!(missing.from, Party::Customer);
    desk.does(ANNA, Action::AnswerOffer { engagement: 1, accepts: true });
    // The engagement stands in the place of the access.
    assert!(desk.case.missing_inputs().iter().all(|one| !one.what.contains("access")));

    crate::walk::until_backed_up(&mut desk);
    let finish =
        || Action::FinishActivity { activity: name(keys::UPGRADE), note: None, evidence: None };
    desk.does(BEN, Action::StartActivity { activity: name(keys::UPGRADE) });
    let Refusal::NotFound(_) = desk.refused(ANNA, tick("elsewhere")) else {
        panic!("a step of no plan is ticked")
    };
    let other = Action::TickStep { plan: digest("plan 2"), step: name("stop-old") };
    assert!(matches!(desk.refused(ANNA, other), Refusal::Stale { .. }));
    let plan = digest("plan");
    for step in ["stop-old", "start-new"] {
        assert!(matches!(desk.refused(BEN, finish()), Refusal::Missing(_)));
        desk.does(ANNA, tick(step));
        assert!(matches!(desk.refused(ANNA, tick(step)), Refusal::AlreadyThere(_)));
        assert!(!desk.case.is_ticked(plan, &name(step)));
        assert!(matches!(desk.refused(BEN, finish()), Refusal::Missing(_)));
        desk.does(BEN, tick(step));
        assert!(desk.case.is_ticked(plan, &name(step)));
    }
    desk.does(BEN, finish());
}
