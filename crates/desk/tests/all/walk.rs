//! The whole way of the process, from request to the end of on-call support, as customer,
//! consultant and project manager go it.

use refit_desk::*;
use refit_model::TrialVerdict;

use crate::examples::*;
use crate::support::*;

/// The activities from the backup to the final Playbook.
pub const FROM_BACK_UP_ON: [&str; 8] = [
    keys::BACK_UP,
    keys::UPGRADE,
    keys::TEST,
    keys::FIX,
    keys::DELIVER_RESOURCES,
    keys::CREATE_PLAYBOOK,
    keys::REVIEW,
    keys::CHANGES,
];

/// The stages of an open case, in their order.
pub const STAGES: [Stage; 6] = [
    Stage::SetUp,
    Stage::Prepared,
    Stage::Tested,
    Stage::Delivered,
    Stage::Reviewed,
    Stage::OnCall,
];

/// A case for each stage that the walk stops at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    SetUp,
    Prepared,
    Tested,
    Delivered,
    Reviewed,
    OnCall,
    Closed,
}

pub fn walk(until: Stage) -> Desk {
    let mut desk = Desk::new();
    for (stage, go) in [
        (Stage::SetUp, set_up as fn(&mut Desk)),
        (Stage::Prepared, prepare),
        (Stage::Tested, upgrade_and_test),
        (Stage::Delivered, deliver),
        (Stage::Reviewed, review),
        (Stage::OnCall, on_call),
        (Stage::Closed, close),
    ] {
        if stage <= until {
            go(&mut desk);
        }
    }
    desk
}

fn set_up(desk: &mut Desk) {
    desk.goes_to("2026-11-02 15:00");
    desk.does(BEN, Action::TakeUp);
    desk.does(ADA, Action::Assign { post: Post::ProjectManager, to: name("pia"), why: None });
    let message = prose("We have it. The project manager will be in touch within a day.");
    desk.does(BEN, Action::Respond { message });
    desk.does(BEN, Action::SendQuestionnaire { additions: Vec::new() });
    desk.goes_to("2026-11-03 10:00");
    let overview = prose("Next: questionnaire, kick-off, preparation.");
    desk.does(PIA, Action::AcknowledgeFormally { overview });
    desk.goes_to("2026-11-04 10:00");
    for duty in Duty::ALL {
        desk.does(ANNA, Action::NameContact(contact(duty, "anna")));
    }
    let members = ["anna", "ben", "pia"].map(name).into();
    desk.does(BEN, Action::SetGroup(SupportGroup { name: line("Acme upgrade"), members }));
    desk.does(BEN, Action::PostFile(file(FileKind::InitialDocument, "Project plan")));
    desk.does(BEN, Action::RecordKickOff(kick_off()));
    finish(desk, BEN, keys::SET_UP);
}

pub fn finish(desk: &mut Desk, who: (&str, Role), key: &str) {
    let activity = name(key);
    desk.does(who, Action::FinishActivity { activity, note: None, evidence: None });
}

fn prepare(desk: &mut Desk) {
    desk.goes_to("2026-11-05 09:00");
    desk.does(BEN, Action::PostFile(file(FileKind::UpgradeDocumentation, "Upgrade notes")));
    finish(desk, BEN, keys::PREPARE);
    desk.does(BEN, Action::RecordAssessment(assessment()));
    desk.does(BEN, Action::PostPlan(plan()));
    desk.goes_to("2026-11-06 11:00");
    let plan = digest("plan");
    desk.does(ANNA, Action::AcceptPlan { plan, accepts_extension: false });
    desk.does(
        BEN,
        Action::RecordSoftware(SoftwarePlaced {
            placed_by: Party::Customer,
            is_verified: true,
            digest: None,
            against: vec![line("the vendor's release")],
            word: None,
            evidence: Some(evidence("archive on the host")),
        }),
    );
    give_inputs(desk);
}

/// Answers, documents and access; the execution begins.
pub fn give_inputs(desk: &mut Desk) {
    desk.goes_to("2026-11-09 09:30");
    answer_everything(desk);
    desk.does(ANNA, Action::SubmitAnswers);
    for document in ["access-details", "environment-overview"] {
        let (document, name, digest) = (name(document), line("answer.pdf"), digest(document));
        desk.does(ANNA, Action::ReturnDocument { document, name, digest });
    }
    for document in [QUESTIONNAIRE, "access-details", "environment-overview"] {
        desk.does(BEN, Action::ProcessDocument { document: name(document) });
    }
    desk.does(BEN, Action::RecordAccessCheck(access_check(false)));
    desk.goes_to("2026-11-09 14:00");
    desk.does(BEN, Action::RecordAccessCheck(access_check(true)));
}

pub fn answer_everything(desk: &mut Desk) {
    loop {
        let questionnaire = desk.case.questionnaire.clone().unwrap();
        let missing = questionnaire.missing();
        if missing.is_empty() {
            return;
        }
        let answer = |id: &QuestionId| match &questionnaire.description.get(id).unwrap().kind {
            QuestionKind::Text | QuestionKind::LongText => Answer::of("as described"),
            QuestionKind::Number { least, .. } => Answer::of(*least),
            QuestionKind::YesNo => Answer::of(true),
            QuestionKind::Date => Answer::of("2026-11-20"),
            QuestionKind::Choice(choices) => Answer::of(choices[0].as_str()),
            QuestionKind::Choices(choices) => Answer::of(vec![choices[0].to_string()]),
        };
        let answers = missing.into_iter().map(|id| (id.clone(), Some(answer(&id)))).collect();
        desk.does(ANNA, Action::SaveAnswers { answers, seen: None });
    }
}

/// From a new request until the configuration is backed up.
pub fn until_backed_up(desk: &mut Desk) {
    set_up(desk);
    prepare(desk);
    back_up(desk);
}

fn back_up(desk: &mut Desk) {
    desk.goes_to("2026-11-16 09:00");
    desk.does(BEN, Action::StartActivity { activity: name(keys::BACK_UP) });
    desk.does(
        BEN,
        Action::FinishActivity {
            activity: name(keys::BACK_UP),
            note: Some(prose("Configuration folders, and the store.")),
            evidence: Some(evidence("manifest of the restore point")),
        },
    );
}

fn upgrade_and_test(desk: &mut Desk) {
    back_up(desk);
    desk.goes_to("2026-11-17 10:00");
    desk.does(BEN, Action::StartActivity { activity: name(keys::UPGRADE) });
    desk.does(BEN, Action::RecordRun(run("staging-1", RunEnd::RolledBack)));
    desk.goes_to("2026-11-17 15:00");
    desk.does(BEN, Action::RecordRun(run("staging-2", RunEnd::Done)));
    desk.does(
        BEN,
        Action::RecordTrial {
            report: digest("trial 1"),
            verdict: TrialVerdict::Fail,
            failures: vec![
                failure("kahadb", ComponentKind::Standard),
                failure("audit plugin", ComponentKind::Custom),
            ],
        },
    );
    finish(desk, BEN, keys::TEST);
    desk.goes_to("2026-11-18 11:00");
    desk.does(BEN, Action::StartActivity { activity: name(keys::FIX) });
    desk.does(BEN, Action::FixDefect { defect: 1, how: prose("The index is rebuilt.") });
    desk.does(
        BEN,
        Action::RecordTrial {
            report: digest("trial 2"),
            verdict: TrialVerdict::Pass,
            failures: Vec::new(),
        },
    );
    desk.does(ANNA, Action::AnswerOffer { engagement: 1, accepts: false });
    finish(desk, BEN, keys::FIX);
}

fn deliver(desk: &mut Desk) {
    desk.goes_to("2026-11-19 16:00");
    desk.does(
        BEN,
        Action::DeliverResources(Resources {
            playbook: None,
            bundle: digest("bundle"),
            contents: vec![line("playbook.md"), line("SHA256SUMS")],
        }),
    );
    desk.goes_to("2026-11-20 16:00");
    post_playbook(desk, "playbook 1", &[], &[]);
}

pub fn post_playbook(desk: &mut Desk, content: &str, makes: &[u32], corrects: &[u32]) {
    desk.does(
        BEN,
        Action::PostPlaybook {
            steps: Vec::new(),
            digest: digest(content),
            summary: prose(content),
            makes: makes.iter().copied().collect(),
            corrects: corrects.iter().copied().collect(),
        },
    );
}

fn review(desk: &mut Desk) {
    desk.goes_to("2026-11-23 10:00");
    let step = Some(name("stop-old"));
    let text = prose("Name the load balancer.");
    let kind = ChangeRequestKind::Change;
    desk.does(ANNA, Action::AskForChange { version: 1, step: step.clone(), kind, text });
    let text = prose("Why this order?");
    let kind = ChangeRequestKind::Clarification;
    desk.does(ANNA, Action::AskForChange { version: 1, step, kind, text });
    desk.does(BEN, Action::DiscussChange { change: 1, text: prose("Which of the two?") });
    desk.does(ANNA, Action::DiscussChange { change: 1, text: prose("The one in front.") });
    desk.does(BEN, Action::AgreeToChange { change: 1, how: prose("A note at the step.") });
    let text = prose("The backup broker takes over first.");
    desk.does(BEN, Action::AnswerChange { change: 2, text });
    post_playbook(desk, "playbook 2", &[1], &[]);
    desk.goes_to("2026-11-24 10:00");
    let playbook = digest("playbook 2");
    desk.does(ANNA, Action::ApprovePlaybook { playbook });
    desk.does(BEN, Action::DeliverPlaybook { playbook });
}

fn on_call(desk: &mut Desk) {
    let (from, until) = (at("2026-11-30 09:00"), at("2026-12-07 09:00"));
    desk.does(BEN, Action::OpenOnCall { playbook: digest("playbook 2"), from, until });
    desk.does(ANNA, Action::PlanEnvironment { environment: name("production") });
    desk.goes_to("2026-12-01 08:00");
    let production = || name("production");
    let step = name("start-new");
    let text = prose("The broker does not start.");
    desk.does(ANNA, Action::ReportProblem { environment: production(), step, text });
    desk.does(BEN, Action::RecordReplicated { problem: 1, evidence: evidence("log of staging") });
    post_playbook(desk, "playbook 3", &[], &[1]);
    let step = name("check-clients");
    let text = prose("One client does not connect.");
    desk.does(ANNA, Action::ReportProblem { environment: production(), step, text });
    let reason = prose("A firewall of production is in between.");
    let finding = NotReplicated { reason, evidence: evidence("connection from staging") };
    desk.does(BEN, Action::RecordNotReplicated { problem: 2, finding });
    let playbook = digest("playbook 3");
    desk.does(ANNA, Action::ApprovePlaybook { playbook });
    desk.does(BEN, Action::DeliverPlaybook { playbook });
    desk.goes_to("2026-12-02 20:00");
    desk.does(ANNA, Action::RecordOtherUpgrade(other("production")));
}

fn close(desk: &mut Desk) {
    desk.goes_to("2026-12-07 10:00");
    finish(desk, BEN, keys::ON_CALL);
    desk.does(PIA, Action::Close);
}

#[test]
fn the_whole_table_is_gone_through() {
    let desk = walk(Stage::Closed);
    let line = |event: &Event| {
        let HistoryLine { number, at, by, role, what } = event.line(&desk.case);
        format!("{number:3} {} {by} ({role}): {what}\n", vienna().zone().to_datetime(at))
    };
    let history: Vec<_> = desk.events.iter().map(line).collect();
    insta::assert_snapshot!("history", history.concat());
    assert!(desk.case.activities.iter().all(|activity| activity.state.is_settled()));
    assert_eq!(desk.case.state, CaseState::Closed);
}

#[test]
fn the_timeline_shows_planned_against_actual() {
    let desk = walk(Stage::Tested);
    let timeline = desk.case.timeline(desk.now).unwrap();
    insta::assert_json_snapshot!("timeline", timeline);
}

#[test]
fn the_forecast_follows_what_was_done() {
    let desk = walk(Stage::Prepared);
    let handed_over = |desk: &Desk| desk.case.timeline(desk.now).unwrap().handed_over.unwrap();
    let critical = |desk: &Desk| {
        let bars = desk.case.timeline(desk.now).unwrap().bars;
        let critical = bars.iter().filter(|bar| bar.is_critical);
        critical.map(|bar| bar.key.to_string()).collect::<Vec<_>>()
    };
    let (shortest, longest) = handed_over(&desk);
    // A week or two from when everything was there, which the clock counts; two days, two days.
    assert_eq!(shortest, at("2026-11-20 14:00"));
    assert_eq!(longest, at("2026-11-27 14:00"));
    assert_eq!(critical(&desk), FROM_BACK_UP_ON);
    // It was quicker than that.
    let desk = walk(Stage::Delivered);
    assert_eq!(handed_over(&desk), (at("2026-11-24 16:00"), at("2026-11-24 16:00")));
    assert_eq!(critical(&desk), FROM_BACK_UP_ON);
    // Nothing happens any more: it comes later day by day.
    let later = desk.case.timeline(at("2026-12-10 10:00")).unwrap();
    assert!(later.handed_over.unwrap().0 > at("2026-12-10 10:00"));
    assert!(later.bars.iter().any(|bar| bar.is_late));
}

#[test]
fn the_customers_own_upgrades_go_on_in_a_closed_case() {
    let mut desk = walk(Stage::Closed);
    desk.does(ANNA, Action::PlanEnvironment { environment: name("disaster-recovery") });
    desk.does(ANNA, Action::RecordOtherUpgrade(other("disaster-recovery")));
    assert_eq!(desk.case.others.len(), 2);
    let file = file(FileKind::Other, "Notes");
    let refusal = desk.refused(BEN, Action::PostFile(file));
    assert_eq!(refusal, Refusal::NotOpen("closed"));
}

#[test]
fn clocks_stood_still_while_the_customer_held_the_ball() {
    let desk = walk(Stage::Closed);
    let clocks: Vec<_> = desk
        .case
        .clocks
        .iter()
        .map(|(key, clock)| {
            format!(
                "{key}: used {}, {}\n",
                clock.used(&vienna(), desk.now),
                clock.arithmetic(&vienna(), desk.now)
            )
        })
        .collect();
    insta::assert_snapshot!("clocks", clocks.concat());
}

#[test]
fn everything_that_was_to_be_sent_has_its_own_key() {
    let desk = walk(Stage::Closed);
    let notices = desk.case.notices(&desk.rules, desk.now);
    let keys: std::collections::BTreeSet<_> = notices.iter().map(|one| &one.key).collect();
    assert_eq!(keys.len(), notices.len());
    let lines: Vec<_> = notices
        .iter()
        .map(|one| format!("{} to {}\n", one.key, serde_json::to_string(&one.to).unwrap()))
        .collect();
    insta::assert_snapshot!("letters", lines.concat());
}
