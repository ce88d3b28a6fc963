//! What pages offer is what the desk allows, to each person at each stage.

use std::collections::BTreeSet;

use refit_desk::ActionKind as K;
use refit_desk::{ActionKind, Case, Role};
use refit_pages::forms::{self, FieldError, FormData, FormErrors};
use refit_pages::*;

use crate::case::{STAGES, Stage, case_at};
use crate::dom::{Element, read};
use crate::support::*;

type Person = (&'static str, &'static str, Role);

/// The forms of actions on all pages of the case.
fn offered(desk: &Desk, shell: &Shell<'_>) -> Vec<(ActionKind, Element)> {
    let people = people();
    let view = case_view(desk, &people);
    let pages = [
        overview(shell, view),
        activities(shell, view),
        questionnaire(shell, view, QuestionnaireView::default()),
        documents(shell, view),
        upgrade(shell, view, UpgradeView::default()),
        playbook(shell, view, PlaybookView::default()),
    ];
    let forms = pages.iter().flat_map(|page| read(page.as_str()).root.with_tag(&["form"]));
    let of_action = |form: Element| {
        let path = form.attribute("action")?;
        let word = path.rsplit_once("/do/")?.1;
        Some((forms::kind(word).unwrap(), form))
    };
    forms.filter_map(of_action).collect()
}

fn kinds(stage: Stage, person: Person) -> BTreeSet<ActionKind> {
    let actor = actor(person);
    let forms = offered(&case_at(stage), &shell(&actor, person));
    forms.into_iter().map(|(kind, _)| kind).collect()
}

#[test]
fn nobody_is_offered_what_the_role_may_not() {
    for stage in STAGES {
        for person in ALL {
            for kind in kinds(stage, person) {
                assert!(kind.is_for(person.2), "{kind:?} for {}", person.0);
            }
        }
        assert!(offered(&case_at(stage), &nobody()).is_empty());
    }
}

#[test]
fn only_a_named_approver_is_asked_to_accept() {
    use ActionKind::AcceptPlan;
    assert!(kinds(Stage::Planned, ANNA).contains(&AcceptPlan));
    for person in [OTTO, BEN, PIA, ADA] {
        assert!(!kinds(Stage::Planned, person).contains(&AcceptPlan), "{}", person.0);
    }
    assert!(!kinds(Stage::Tested, ANNA).contains(&AcceptPlan));
}

#[test]
fn a_closed_case_is_taken_up_again_and_nothing_else() {
    assert_eq!(kinds(Stage::Closed, ADA), [K::Reopen, K::AddNote].into());
    let customer = kinds(Stage::Closed, ANNA);
    let own = [K::AddNote, K::PlanEnvironment, K::RecordOtherUpgrade];
    assert!(customer.is_subset(&own.into()), "{customer:?}");
}

/// The kinds of actions on the pages of a case as it was after some of its events.
fn after(desk: &Desk, events: usize, person: Person) -> BTreeSet<ActionKind> {
    let events = &desk.events[..events];
    let (case, people) = (Case::replay(desk.case.id.clone(), events).unwrap(), people());
    let now = events.last().unwrap().at;
    let view = CaseView { case: &case, now, ..case_view(desk, &people) };
    let actor = actor(person);
    let shell = shell(&actor, person);
    let pages = [
        overview(&shell, view),
        activities(&shell, view),
        questionnaire(&shell, view, QuestionnaireView::default()),
        documents(&shell, view),
        upgrade(&shell, view, UpgradeView::default()),
        playbook(&shell, view, PlaybookView::default()),
    ];
    let is_on = |kind: &ActionKind| {
        let form = format!("/do/{}\"", forms::word(*kind));
        pages.iter().any(|page| page.as_str().contains(&form))
    };
    ActionKind::ALL.iter().copied().filter(is_on).collect()
}

#[test]
fn every_kind_of_action_is_offered_at_some_time() {
    let desk = case_at(Stage::Closed);
    let mut seen = BTreeSet::new();
    for events in 1..=desk.events.len() {
        for person in [ANNA, BEN] {
            seen.extend(after(&desk, events, person));
        }
    }
    for stage in [Stage::New, Stage::Asked, Stage::Tested, Stage::Closed] {
        for person in [PIA, ADA] {
            seen.extend(kinds(stage, person));
        }
    }
    // A new request has a page of its own, answers are given back by a button of their form,
    // decisions need the plan's document at hand, ticking needs an engagement that this case has
    // not, and at its end there is nothing to be closed any more. What a journal or an account says
    // is recorded by the server.
    let elsewhere = [
        K::CreateRequest,
        K::SubmitAnswers,
        K::TakeDecisions,
        K::TickStep,
        K::Close,
        K::RecordHalt,
        K::RecordGoingOn,
        K::VacatePost,
    ];
    let all: BTreeSet<_> = ActionKind::ALL.iter().copied().collect();
    assert_eq!(&all - &seen, elsewhere.into());
}

#[test]
fn a_form_that_was_wrong_still_knows_what_it_is_about() {
    let desk = case_at(Stage::Tested);
    let (actor, people) = (actor(BEN), people());
    let data = FormData::new()
        .with("activity", "fix-issues-and-retest")
        .with("waits_for", "customer")
        .with("why", "");
    let mut errors = FormErrors::default();
    errors.fields.insert("why".to_owned(), FieldError::Missing);
    let view = ActionView {
        case: &desk.case,
        rules: &desk.rules,
        now: desk.now,
        people: &people,
        documents: &[],
        kind: ActionKind::HoldActivity,
        data: &data,
        errors: &errors,
        checked: None,
    };
    let page = read(action(&shell(&actor, BEN), view).as_str());
    let form = page.root.by_id("action").unwrap();
    let control = |name: &str| {
        let all = form.with_tag(&["input", "textarea"]);
        all.into_iter().find(|one| one.attribute("name").as_deref() == Some(name)).unwrap()
    };
    assert_eq!(control("activity").attribute("type").as_deref(), Some("hidden"));
    let why = control("why");
    assert_eq!(why.attribute("aria-invalid").as_deref(), Some("true"));
    let error = page.root.by_id(&why.attribute("aria-describedby").unwrap()).unwrap();
    assert_eq!(error.words(), "This is missing: fill it in.");
    assert!(form.sent().contains(&("waits_for".to_owned(), "customer".to_owned())));
}
