//! What the customer is promised and offered, and what accepted offers change.

use refit_desk::*;

use crate::examples::*;
use crate::support::*;
use crate::walk::{Stage, walk};

#[test]
fn the_response_is_done_when_the_questionnaire_is_sent() {
    let mut desk = Desk::new();
    desk.does(BEN, Action::TakeUp);
    let respond = || desk_activity(keys::RESPOND);
    let missing = |desk: &Desk| {
        let activity = desk.case.activity(keys::RESPOND).unwrap();
        let missing = desk.case.missing_to_finish(activity, &desk.rules);
        missing.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let questionnaire = "the questionnaire, which is not yet sent (from the consultant)";
    assert_eq!(missing(&desk), ["the response (from the consultant)", questionnaire]);
    desk.does(BEN, Action::Respond { message: prose("We have it.") });
    assert_eq!(missing(&desk), [questionnaire]);
    let finishing = Action::FinishActivity { activity: respond(), note: None, evidence: None };
    assert!(matches!(desk.refused(BEN, finishing), Refusal::Missing(_)));
    assert!(!desk.case.is_settled(keys::RESPOND));
    desk.does(BEN, Action::SendQuestionnaire { additions: Vec::new() });
    assert!(desk.case.is_settled(keys::RESPOND));
    // The other way round it is the same.
    let mut desk = Desk::new();
    desk.does(BEN, Action::SendQuestionnaire { additions: Vec::new() });
    assert!(!desk.case.is_settled(keys::RESPOND));
    desk.does(BEN, Action::Respond { message: prose("We have it.") });
    assert!(desk.case.is_settled(keys::RESPOND));
}

fn desk_activity(key: &str) -> ActivityKey {
    name(key)
}

#[test]
fn who_is_in_touch_when_is_the_rules_to_say() {
    let mut desk = Desk::new();
    let promise = desk.case.promise_of_contact();
    let expected = "The project manager will be in touch within 1 business day.";
    assert_eq!(promise.as_deref(), Some(expected));
    desk.does(PIA, Action::AcknowledgeFormally { overview: prose("Next: a plan.") });
    assert_eq!(desk.case.promise_of_contact(), None);

    let mut desk = Desk::empty();
    let rules = &mut desk.rules.process.0;
    let rule = rules.iter_mut().find(|rule| rule.key.as_str() == keys::ACKNOWLEDGE).unwrap();
    rule.allotment = Allotment::Own(DurationRange::exactly(BusinessDuration::Days(3)));
    rule.owners = vec![Party::Consultant];
    desk.does(ANNA, Action::CreateRequest(Box::new(request())));
    let promise = desk.case.promise_of_contact();
    assert_eq!(promise.as_deref(), Some("The consultant will be in touch within 3 business days."));
}

#[test]
fn the_overview_of_the_next_steps_is_made_of_the_process() {
    let mut desk = Desk::new();
    desk.does(BEN, Action::TakeUp);
    let before = desk.case.next_steps(&desk.rules);
    desk.does(BEN, Action::Respond { message: prose("We have it.") });
    desk.does(BEN, Action::SendQuestionnaire { additions: Vec::new() });
    desk.does(ANNA, Action::NameContact(contact(Duty::Reviewer, "anna")));
    let after = desk.case.next_steps(&desk.rules);
    insta::assert_snapshot!("next_steps", format!("{before}\n\n---\n\n{after}"));
    // Names as long as they may be make no text that is too long.
    let long = line(&"n".repeat(MAX_LINE));
    for rule in &mut desk.rules.process.0 {
        rule.name = long.clone();
        rule.owners = Party::ALL.to_vec();
    }
    desk.rules.documents[0].title = long;
    let desk = Desk { rules: desk.rules, ..Desk::empty() };
    let mut case = desk.case.clone();
    let made = Action::CreateRequest(Box::new(request()));
    for event in desk.case.decide(made, &actor(ANNA), desk.now, &desk.rules).unwrap() {
        case.apply(&event).unwrap();
    }
    assert!(case.next_steps(&desk.rules).as_str().len() <= MAX_PROSE);
}

#[test]
fn a_problem_out_of_scope_is_offered_and_help_is_given_once_it_is_accepted() {
    let mut desk = walk(Stage::OnCall);
    let kind = EngagementKind::ProblemsElsewhere;
    let offer = desk.case.engagements.iter().find(|one| one.kind == kind).unwrap().clone();
    assert_eq!(offer.state, EngagementState::Offered);
    let answer = || Action::AnswerProblem { problem: 2, text: prose("The rule is in place.") };
    assert_eq!(desk.refused(BEN, answer()), Refusal::Engagement(kind));
    let wait = |desk: &Desk| {
        let waits = desk.case.waits().into_iter();
        waits.filter(|one| one.of == WaitingOf::Problem(2)).map(|one| one.waits_for).next()
    };
    assert_eq!(wait(&desk), None);
    desk.does(ANNA, Action::AnswerOffer { engagement: offer.number, accepts: true });
    assert_eq!(wait(&desk), Some(Party::Consultant));
    desk.does(BEN, answer());
    assert_eq!(wait(&desk), None);
}

#[test]
fn other_environments_that_are_paid_for_are_activities_of_the_team() {
    let mut request = request();
    request.fields.environments = 3;
    let mut desk = Desk::with(request);
    desk.does(ANNA, Action::AnswerOffer { engagement: 1, accepts: true });
    let others: Vec<_> = desk
        .case
        .activities
        .iter()
        .filter_map(|one| Some((one.environment.clone()?.to_string(), one.rule.owners.clone())))
        .collect();
    let owners = vec![Party::Consultant, Party::Customer];
    let expected = ["environment-2", "environment-3"].map(|name| (name.to_owned(), owners.clone()));
    assert_eq!(others, expected);
    // What is planned later is theirs, too.
    desk.does(ANNA, Action::PlanEnvironment { environment: name("production") });
    assert_eq!(desk.case.activities.last().unwrap().rule.owners, owners);
}

#[test]
fn an_excluded_defect_is_fixed_only_where_that_is_paid_for() {
    let mut desk = walk(Stage::Tested);
    let fix = || Action::FixDefect { defect: 2, how: prose("Built anew.") };
    let kind = EngagementKind::Customisations;
    assert_eq!(desk.refused(BEN, fix()), Refusal::Engagement(kind));
    desk.does(PIA, Action::OfferEngagement { kind, why: prose("They need it after all.") });
    desk.does(ANNA, Action::AnswerOffer { engagement: 1, accepts: true });
    desk.does(BEN, fix());
    assert!(matches!(desk.case.defects[1].state, DefectState::Fixed(_)));
}

#[test]
fn what_the_customer_upgraded_with_the_playbook_comes_due_too() {
    let desk = walk(Stage::Closed);
    let upgraded = desk.case.upgraded(|_, _| None);
    let lines: Vec<_> = upgraded
        .iter()
        .map(|one| {
            let Upgraded { environment, installation, version, upgraded, .. } = one;
            format!("{environment}/{installation} {version} {upgraded}")
        })
        .collect();
    let expected = ["staging/broker 5.18.3 2026-11-17", "production/broker 5.18.3 2026-12-02"];
    assert_eq!(lines, expected);
    let rules = Rules::default().annual;
    let due = recommendations(&upgraded, rules, date("2027-12-02"));
    assert_eq!(due.len(), 2);
    assert_eq!(recommendations(&upgraded, rules, date("2027-12-01")).len(), 1);
}
