//! Forms: what they show is what they read.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use refit_desk::ActionKind as K;
use refit_desk::*;
use refit_pages::forms::{
    self, Entry, FieldError, FormData, FormErrors, FormOf, Supplied, Upload, fill, form_of, parse,
};
use refit_pages::{ActionView, action};

use crate::actions::any_action;
use crate::case::{Stage, case_at, customer, request_fields};
use crate::dom;
use crate::support::*;

/// How often each kind of action goes through its form.
const CASES: u32 = 24;

/// Fails with the smallest action that shows it; nothing is kept for the next time.
fn runner() -> TestRunner {
    TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() })
}

static NO_FACTS: LazyLock<refit_model::Facts> = LazyLock::new(refit_model::Facts::new);

fn supplied<'a>(customer: &'a Customer, zone: &'a TimeZone) -> Supplied<'a> {
    Supplied {
        zone,
        customer: Some(customer),
        version: Some(VersionStanding::Unconfirmed),
        facts: Some(&NO_FACTS),
        additions: &[],
    }
}

#[test]
fn every_kind_of_action_has_a_form() {
    for kind in ActionKind::ALL {
        let word = forms::word(*kind);
        assert!(!word.is_empty(), "{kind:?}");
        assert_eq!(forms::kind(&word), Some(*kind));
        let is_generated = any_action(*kind).is_some();
        match form_of(*kind) {
            FormOf::Fields(_) => assert!(is_generated, "{kind:?} has a form that is not tried"),
            FormOf::Questionnaire => assert_eq!(*kind, ActionKind::SaveAnswers),
        }
    }
}

#[test]
fn what_a_form_shows_is_read_to_the_same_action() {
    let desk = case_at(Stage::Asked);
    let (customer, zone) = (customer(), TimeZone::UTC);
    for kind in ActionKind::ALL {
        let Some(actions) = any_action(*kind) else { continue };
        let mut runner = runner();
        let result = runner.run(&actions, |action| {
            let filled = fill(&action, &zone);
            let sent = through_html(&desk, *kind, &filled);
            let read = parse(*kind, &sent, &supplied(&customer, &zone));
            prop_assert_eq!(read, Ok(action));
            Ok(())
        });
        result.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
    }
}

/// What a browser sends of the form that shows this.
fn through_html(desk: &Desk, kind: ActionKind, filled: &FormData) -> FormData {
    let people = people();
    let errors = FormErrors::default();
    let view = ActionView {
        case: &desk.case,
        rules: &desk.rules,
        now: desk.now,
        people: &people,
        documents: &[],
        kind,
        data: filled,
        errors: &errors,
        checked: None,
    };
    let page = dom::read(action(&nobody(), view).as_str());
    let form = page.root.by_id("action").unwrap();
    let mut sent = FormData::new();
    for (name, value) in form.sent() {
        sent.push(name, value);
    }
    // A file has to be chosen again.
    for (name, entry) in filled.iter() {
        if let Entry::File(file) = entry {
            sent.push_file(name, file.clone());
        }
    }
    // What the server knows of whoever is chosen, and what only a case with a longer time asks for.
    for (left_out, name) in
        [(ActionKind::NameContact, "name"), (ActionKind::AcceptPlan, "accepts_extension")]
    {
        if let Some(text) = filled.text(name).filter(|_| kind == left_out) {
            assert_eq!(sent.text(name), None, "the form of {kind:?} asks for {name}");
            sent.push(name, text);
        }
    }
    sent
}

#[test]
fn a_period_does_not_end_before_it_begins() {
    let data = FormData::new()
        .with("duty", "approver")
        .with("user", "anna.berger")
        .with("name", "Anna Berger")
        .with("available.1.from", "2026-11-30")
        .with("available.1.to", "2026-11-29");
    let (customer, zone) = (customer(), TimeZone::UTC);
    let supplied = supplied(&customer, &zone);
    let errors = parse(ActionKind::NameContact, &data, &supplied).unwrap_err();
    let expected = ("available.1.to".to_owned(), FieldError::Backwards);
    assert_eq!(errors.fields.into_iter().collect::<Vec<_>>(), [expected]);
}

#[test]
fn moments_are_typed_in_the_customers_time() {
    let playbook = digest("playbook");
    let data = FormData::new()
        .with("playbook", playbook.to_string())
        .with("from", "2026-11-30T09:00")
        .with("until", "2026-12-07T09:00");
    let customer = customer();
    let read = parse(ActionKind::OpenOnCall, &data, &supplied(&customer, &VIENNA)).unwrap();
    let (from, until) = (at("2026-11-30 09:00"), at("2026-12-07 09:00"));
    assert_eq!(read, Action::OpenOnCall { playbook, from, until });
    let again = fill(&read, &VIENNA);
    assert_eq!(again.text("from"), Some("2026-11-30T09:00"));
}

#[test]
fn what_is_wrong_stands_beside_its_field() {
    let customer = customer();
    let wrong = |kind, data: FormData| {
        parse(kind, &data, &supplied(&customer, &VIENNA)).unwrap_err().fields
    };
    let error = |name: &str, error: FieldError| (name.to_owned(), error);
    assert_eq!(
        wrong(K::SendDocument, FormData::new().with("key", "No Name").with("title", "a\u{202e}b")),
        BTreeMap::from([
            error("key", FieldError::NoName),
            error("title", FieldError::Text(InvalidText::Character(0x202e))),
            error("purpose", FieldError::Missing),
            error("due_in", FieldError::Missing),
        ])
    );
    let data = FormData::new().with("available.1.from", "30 November").with("user", "anna");
    assert_eq!(
        wrong(K::NameContact, data),
        BTreeMap::from([
            error("duty", FieldError::Missing),
            error("name", FieldError::Missing),
            error("available.1.from", FieldError::NoDate),
            error("available.1.to", FieldError::Missing),
        ])
    );
    let data = FormData::new().with("activity", "test").with("evidence.what", "a log");
    assert_eq!(
        wrong(K::FinishActivity, data),
        BTreeMap::from([error("evidence.digest", FieldError::Missing)])
    );
    let data = FormData::new().with("engagement", "0").with("accepts", "perhaps");
    assert_eq!(
        wrong(K::AnswerOffer, data),
        BTreeMap::from([
            error("engagement", FieldError::NoNumber { least: 1, most: 1_000_000 }),
            error("accepts", FieldError::NoChoice),
        ])
    );
    let data = FormData::new().with("playbook", "sha256:00").with("from", "now").with("until", "");
    assert_eq!(
        wrong(K::OpenOnCall, data),
        BTreeMap::from([
            error("playbook", FieldError::NoDigest),
            error("from", FieldError::NoMoment),
            error("until", FieldError::Missing),
        ])
    );
}

#[test]
fn long_lists_and_texts_are_refused() {
    let customer = customer();
    let lines = "x\n".repeat(300);
    let data = FormData::new().with("bundle", digest("b").to_string()).with("contents", lines);
    let errors = parse(ActionKind::DeliverResources, &data, &supplied(&customer, &VIENNA));
    assert_eq!(errors.unwrap_err().fields["contents"], FieldError::TooMany(200));
    let data = FormData::new().with("why", "x".repeat(20_001));
    let errors = parse(ActionKind::Withdraw, &data, &supplied(&customer, &VIENNA));
    let long = FieldError::Text(InvalidText::TooLong(20_000));
    assert_eq!(errors.unwrap_err().fields["why"], long);
    let row = format!("available.{}.from", u64::MAX);
    let data = FormData::new().with(row, "2026-01-01");
    let errors = parse(ActionKind::NameContact, &data, &supplied(&customer, &VIENNA));
    assert_eq!(errors.unwrap_err().fields["available"], FieldError::TooMany(200));
}

#[test]
fn a_file_brings_its_name_and_a_name_that_was_typed_counts_more() {
    let customer = customer();
    let file = Upload { name: "r\u{e9}seau.pdf".to_owned(), digest: digest("x") };
    let mut data = FormData::new().with("document", "access-details").with("name", " ");
    data.push_file("digest", file);
    let read =
        |data: &FormData| parse(ActionKind::ReturnDocument, data, &supplied(&customer, &VIENNA));
    let returned = |title: &str| Action::ReturnDocument {
        document: name("access-details"),
        name: line(title),
        digest: digest("x"),
    };
    assert_eq!(read(&data), Ok(returned("r\u{e9}seau.pdf")));
    assert_eq!(read(&data.clone().with("name", "Access")), Ok(returned("Access")));
    let mut hostile = FormData::new().with("document", "access-details");
    let file = Upload { name: "gnp\u{202e}.exe".to_owned(), digest: digest("x") };
    hostile.push_file("digest", file);
    let error = FieldError::Text(InvalidText::Character(0x202e));
    assert_eq!(read(&hostile).unwrap_err().fields["name"], error);
}

#[test]
fn a_request_is_read_before_the_pack_is_asked() {
    let request = NewRequest {
        customer: customer(),
        fields: request_fields(),
        version: VersionStanding::Known,
        on_behalf: None,
    };
    let filled = fill(&Action::CreateRequest(Box::new(request)), &VIENNA);
    assert_eq!(forms::parse_request(&filled), Ok(request_fields()));
    let mut rules = Desk::new("c-1", "2026-11-20 09:00");
    let request = NewRequest {
        customer: customer(),
        fields: request_fields(),
        version: VersionStanding::Known,
        on_behalf: None,
    };
    let refusal = rules.tries(ANNA, Action::CreateRequest(Box::new(request))).unwrap_err();
    let errors = FormErrors::of_refusal(&refusal);
    let first = "fields.earliest_start".to_owned();
    assert_eq!(errors.fields.keys().collect::<Vec<_>>(), [&first]);
}

fn any_answer(kind: &QuestionKind) -> BoxedStrategy<Answer> {
    let value = match kind {
        QuestionKind::Text => "[a-z<&\"']{1,20}".prop_map(Answer::of).boxed(),
        QuestionKind::LongText => "[a-z<&\"']{1,9}\n[a-z ]{0,9}[a-z]".prop_map(Answer::of).boxed(),
        QuestionKind::Number { least, most, .. } => (*least..=*most).prop_map(Answer::of).boxed(),
        QuestionKind::YesNo => any::<bool>().prop_map(Answer::of).boxed(),
        QuestionKind::Date => Just(Answer::of("2026-11-20")).boxed(),
        QuestionKind::Choice(choices) => proptest::sample::select(choices.clone())
            .prop_map(|one| Answer::of(one.as_str()))
            .boxed(),
        QuestionKind::Choices(choices) => {
            let most = choices.len();
            proptest::sample::subsequence(choices.clone(), 1..=most)
                .prop_map(|some| {
                    Answer::of(some.iter().map(ToString::to_string).collect::<Vec<_>>())
                })
                .boxed()
        }
    };
    let unknown = Just(Answer { given: Given::NotKnown, attachments: Vec::new() });
    prop_oneof![4 => value, 1 => unknown].boxed()
}

#[test]
fn answers_come_back_from_the_questionnaire() {
    let rules = Rules::default();
    let questions: Vec<_> = rules.questionnaire.questions().cloned().collect();
    for question in questions {
        let mut runner = runner();
        let result = runner.run(&any_answer(&question.kind), |answer| {
            let data = forms::fill_answer(&question, &answer);
            let read = forms::read_answers(&rules.questionnaire, &Answers::new(), &data);
            prop_assert!(read.errors.is_empty(), "{:?}", read.errors);
            let expected = BTreeMap::from([(question.id.clone(), Some(answer))]);
            prop_assert_eq!(read.answers, expected);
            Ok(())
        });
        result.unwrap_or_else(|error| panic!("{}: {error}", question.id));
    }
}

#[test]
fn the_questionnaire_sends_back_what_it_shows() {
    let desk = case_at(Stage::Asked);
    let before = desk.case.questionnaire.as_ref().unwrap();
    let (actor, people) = (actor(ANNA), people());
    let view = case_view(&desk, &people);
    let page = refit_pages::questionnaire(
        &shell(&actor, ANNA),
        view,
        refit_pages::QuestionnaireView::default(),
    );
    let page = dom::read(page.as_str());
    let form = page.root.with_tag(&["form"]);
    let form = form.iter().find(|form| form.has("data-save")).unwrap();
    let mut data = FormData::new();
    form.sent().into_iter().for_each(|(name, value)| data.push(name, value));
    let read = forms::read_answers(&before.description, &before.answers, &data);
    assert!(read.errors.is_empty(), "{:?}", read.errors);
    let kept: Answers =
        read.answers.into_iter().filter_map(|(id, answer)| Some((id, answer?))).collect();
    assert_eq!(kept, before.answers);
}

#[test]
fn what_can_be_saved_is_saved_beside_what_is_wrong() {
    let rules = Rules::default();
    let data = FormData::new()
        .with("shown", "hosts")
        .with("answer.hosts", "two")
        .with("shown", "operating-system")
        .with("answer.operating-system", "Debian 12")
        .with("answer.version", "not shown, not read");
    let read = forms::read_answers(&rules.questionnaire, &Answers::new(), &data);
    let saved = BTreeMap::from([(name("operating-system"), Some(Answer::of("Debian 12")))]);
    assert_eq!(read.answers, saved);
    assert_eq!(read.errors.fields.keys().collect::<Vec<_>>(), ["answer.hosts"]);
}
