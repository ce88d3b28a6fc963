//! Decisions about what a plan leaves open: by whom, as long as it is not accepted, and what they
//! hold up.

use refit_desk::*;
use refit_model::{
    Decision, KeyOutcome, Outcome, PackRef, Plan, PointOfNoReturn, Question, QuestionOption,
    SettledFile, Settlement, Shown, Strategy,
};

use crate::examples::*;
use crate::support::*;
use crate::walk::{Stage, finish, walk};

const OTTO: (&str, Role) = ("otto", Role::Customer);

/// A plan is posted, and waits for the customer.
fn planned() -> Desk {
    let mut desk = walk(Stage::SetUp);
    desk.does(BEN, Action::PostFile(file(FileKind::UpgradeDocumentation, "Upgrade notes")));
    finish(&mut desk, BEN, keys::PREPARE);
    desk.does(BEN, Action::RecordAssessment(assessment()));
    desk.does(BEN, Action::PostPlan(plan()));
    desk
}

fn choice(subject: &str, choice: Option<&str>) -> PlanChoice {
    PlanChoice { subject: prose(subject), choice: choice.map(prose) }
}

/// Decides about a plan; on the customer's word.
fn decide(plan: &str, choices: Vec<PlanChoice>) -> Action {
    let word = Some(prose("Anna said so on the phone."));
    Action::TakeDecisions { plan: digest(plan), choices, why: prose("As everywhere."), word }
}

fn moved() -> Vec<PlanChoice> {
    vec![choice("data-location", Some("move"))]
}

fn accept(plan: &str) -> Action {
    Action::AcceptPlan { plan: digest(plan), accepts_extension: false }
}

fn waits_for(desk: &Desk) -> Option<Party> {
    match &desk.case.activity(keys::PLAN).unwrap().state {
        ActivityState::Waiting(wait) => Some(wait.waits_for),
        _ => None,
    }
}

#[test]
fn a_plan_is_not_accepted_before_it_is_made_with_what_was_decided() {
    let mut desk = planned();
    assert_eq!(waits_for(&desk), Some(Party::Customer));
    desk.does(ANNA, decide("plan", moved()));
    assert_eq!(waits_for(&desk), Some(Party::Consultant));
    let line = desk.events.iter().find(|one| matches!(one.change, Change::PlanDecided(_)));
    let what = line.unwrap().line(&desk.case).what;
    let said = "data-location: move: As everywhere., on the customer's word: Anna said so on the";
    assert!(what.starts_with("decided on plan ") && what.contains(said), "{what}");
    let told = desk.case.letters.last().unwrap();
    assert_eq!(
        (told.kind, &told.to),
        (LetterKind::WaitsForYou, &vec![Recipient::User(name("ben"))])
    );
    let Refusal::Missing(missing) = desk.refused(ANNA, accept("plan")) else { panic!() };
    assert_eq!(
        missing[0].to_string(),
        "a plan that is made with what was decided (from the consultant)"
    );

    // The plan that is made with it is another one: nothing is left open by the desk.
    desk.does(BEN, Action::PostPlan(PostedPlan { digest: digest("plan 2"), ..plan() }));
    assert!(desk.case.open_decisions().is_empty());
    assert_eq!((desk.case.decisions.len(), waits_for(&desk)), (1, Some(Party::Customer)));
    let stale = desk.refused(ANNA, decide("plan", moved()));
    assert!(matches!(stale, Refusal::Stale { .. }), "{stale}");
    desk.does(ANNA, accept("plan 2"));
    assert_eq!(desk.refused(ANNA, decide("plan 2", moved())), Refusal::Approved("plan"));
}

#[test]
fn what_is_taken_back_on_the_same_plan_was_never_said() {
    let mut desk = planned();
    desk.does(ANNA, decide("plan", moved()));
    desk.does(ANNA, decide("plan", vec![choice("data-location", Some("keep"))]));
    let open = |desk: &Desk| {
        desk.case.open_decisions().iter().map(|one| one.chosen.words()).collect::<Vec<_>>()
    };
    assert_eq!(open(&desk), ["data-location: keep"]);
    desk.does(ANNA, decide("plan", vec![choice("data-location", None), choice("x", None)]));
    assert_eq!(open(&desk), ["x: taken back"]);
    assert_eq!(waits_for(&desk), Some(Party::Consultant));
    let mut desk = planned();
    desk.does(ANNA, decide("plan", moved()));
    desk.does(ANNA, decide("plan", vec![choice("data-location", None)]));
    assert_eq!(waits_for(&desk), Some(Party::Customer));
    desk.does(ANNA, accept("plan"));
}

#[test]
fn decisions_are_of_the_customers_named_people_or_on_their_word() {
    let mut desk = planned();
    let refusal = desk.refused(PIA, decide("plan", moved()));
    assert!(matches!(refusal, Refusal::Role { .. }), "{refusal}");
    desk.does(ANNA, Action::NameContact(contact(Duty::Reviewer, "otto")));
    let refusal = desk.refused(OTTO, decide("plan", moved()));
    assert_eq!(refusal, Refusal::NotDecider(vec!["anna".to_owned()]));
    desk.does(ANNA, Action::NameContact(contact(Duty::TechnicalContact, "otto")));
    desk.does(OTTO, decide("plan", moved()));
    let bare = Action::TakeDecisions {
        plan: digest("plan"),
        choices: moved(),
        why: prose("As everywhere."),
        word: None,
    };
    assert!(matches!(desk.refused(BEN, bare.clone()), Refusal::Say(_)));
    desk.does(ANNA, bare);
    desk.does(BEN, decide("plan", moved()));
    let last = desk.case.decisions.last().unwrap();
    assert_eq!((last.by.as_str(), last.role), ("ben", Role::Consultant));
    for choices in [vec![], [moved(), moved()].concat()] {
        let refusal = desk.refused(ANNA, decide("plan", choices));
        assert!(matches!(refusal, Refusal::Say(_)), "{refusal}");
    }
    let many = (0..201).map(|number| choice(&format!("k{number}"), Some("keep"))).collect();
    assert!(matches!(desk.refused(ANNA, decide("plan", many)), Refusal::TooMany { .. }));
}

fn question(subject: &str, options: &[&str]) -> Question {
    let option = |choice: &&str| QuestionOption {
        choice: (*choice).to_owned(),
        meaning: "what it means".to_owned(),
    };
    Question {
        subject: subject.to_owned(),
        text: "What shall it be?".to_owned(),
        options: options.iter().map(option).collect(),
    }
}

/// A plan that leaves three things open, and was made with one decision.
fn document() -> Plan {
    let text = |text: &str| Some(Shown::Text(text.to_owned()));
    let key = |key: &str, site: Option<Shown>| KeyOutcome {
        key: key.to_owned(),
        outcome: Outcome::NeedsDecision("both changed it".to_owned()),
        base: text("64mb"),
        site,
        new: text("70%"),
        result: None,
        rule: None,
    };
    let all = ["keep-site", "take-new", "value:"];
    Plan {
        environment: name("staging"),
        installation: name("orders"),
        assessment: digest("assessment"),
        playbook: None,
        pack: PackRef {
            platform: name("activemq-classic"),
            knowledge: "2026-11-20".into(),
            digest: digest("pack"),
        },
        from: "5.16.7".parse().unwrap(),
        to: "5.18.3".parse().unwrap(),
        why_this_version: "it is the newest".into(),
        way: vec![],
        strategy: Strategy::SideBySide,
        parameters: refit_model::Parameters::default(),
        steps: vec![],
        settlements: vec![Settlement {
            file: "conf/activemq.xml".into(),
            sources: vec![],
            lineage: refit_model::Lineage::Own,
            target: "5.18.3".parse().unwrap(),
            outcomes: vec![key("/a", text("512mb")), key("/b", Some(Shown::Secret))],
            remarks: vec![],
            result: SettledFile::Open,
        }],
        decisions: vec![Decision {
            subject: "file:lib/x.jar".into(),
            choice: "take-new".into(),
            seen: None,
            by: "Ann".into(),
            why: String::new(),
        }],
        questions: vec![
            question("data-location", &["move", "keep"]),
            question("conf/activemq.xml#/a", &all),
            question("conf/activemq.xml#/b", &all),
        ],
        landmarks: vec![],
        logs: vec![],
        point_of_no_return: PointOfNoReturn::None("nothing is stored anew".into()),
        rehearsal: None,
    }
}

#[test]
fn choices_are_answers_of_what_the_plan_leaves_open() {
    let (mut desk, plan) = (planned(), document());
    let says = |desk: &Desk, subject: &str, chosen: Option<&str>| {
        desk.case.check_choices(&plan, &[choice(subject, chosen)])
    };
    for (subject, chosen) in [
        ("data-location", Some("move")),
        ("conf/activemq.xml#/a", Some("keep-site")),
        ("conf/activemq.xml#/a", Some("value:80%")),
        ("conf/activemq.xml#/b", Some("take-new")),
        ("file:lib/x.jar", None),
    ] {
        assert_eq!(says(&desk, subject, chosen), Ok(()), "{subject} {chosen:?}");
    }
    for (subject, chosen) in [
        ("data-location", Some("elsewhere")),
        ("data-location", Some("value:/tmp")),
        ("conf/activemq.xml#/a", Some("value:")),
        // A secret is typed into no plan.
        ("conf/activemq.xml#/b", Some("value:hunter2")),
    ] {
        let refusal = says(&desk, subject, chosen).unwrap_err();
        assert!(matches!(refusal, Refusal::NoAnswer { .. }), "{subject} {chosen:?}: {refusal}");
    }
    for (subject, chosen) in [
        ("conf/other.xml#/a", Some("keep-site")),
        ("file:lib/x.jar", Some("take-new")),
        ("data-location", None),
    ] {
        let refusal = says(&desk, subject, chosen).unwrap_err();
        assert!(matches!(refusal, Refusal::NotFound(_)), "{subject} {chosen:?}: {refusal}");
    }
    desk.does(ANNA, decide("plan", moved()));
    assert_eq!(says(&desk, "data-location", None), Ok(()));

    // With what the person saw: where that is another one by now, it is asked again.
    desk.does(BEN, decide("plan", vec![choice("conf/activemq.xml#/a", Some("value:80%"))]));
    let open = desk.case.open_decisions();
    let decision = open[1].to_plan_with(&plan, "Ben").unwrap();
    let seen = decision.seen.unwrap();
    assert_eq!(seen.site, Some(Shown::Text("512mb".to_owned())));
    assert_eq!((decision.choice.as_str(), decision.by.as_str()), ("value:80%", "Ben (ben)"));
    assert_eq!(decision.why, "As everywhere. (on the customer's word: Anna said so on the phone.)");
}
