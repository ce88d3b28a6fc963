//! Questionnaires: prefilled, checked, asked for once, in versions.

use refit_desk::*;
use refit_model::{FactValue, Facts, When};

use crate::support::*;
use crate::walk::answer_everything;

fn sent() -> Desk {
    let mut desk = Desk::new();
    desk.does(BEN, Action::TakeUp);
    desk.does(BEN, Action::SendQuestionnaire { additions: Vec::new() });
    desk
}

fn save(id: &str, answer: Option<Answer>) -> Action {
    Action::SaveAnswers { answers: [(name(id), answer)].into(), seen: None }
}

fn question<'a>(sections: &'a [ViewedSection<'a>], id: &str) -> Option<&'a ViewedQuestion<'a>> {
    let questions = sections.iter().flat_map(|section| &section.questions);
    questions.into_iter().find(|viewed| viewed.question.id.as_str() == id)
}

#[test]
fn an_inventory_prefills_and_contradicts() {
    let mut desk = sent();
    let mut facts = Facts::new();
    facts.set("installed.version", "5.16.7");
    desk.does(BEN, Action::RecordInventory { facts, source: digest("inventory") });
    let shown = |desk: &Desk| {
        let questionnaire = desk.case.questionnaire.clone().unwrap();
        let sections = questionnaire.view(&desk.case.inventory);
        let viewed = question(&sections, "version").unwrap();
        (viewed.prefilled.cloned(), viewed.contradicted_by.cloned(), viewed.is_missing)
    };
    let fact = Some(FactValue::from("5.16.7"));
    assert_eq!(shown(&desk), (fact.clone(), None, true));
    desk.does(ANNA, save("version", Some(Answer::of("5.16.6"))));
    assert_eq!(shown(&desk), (None, fact, false));
    desk.does(ANNA, save("version", Some(Answer::of("5.16.7"))));
    assert_eq!(shown(&desk), (None, None, false));
    // "I do not know" is an answer, and contradicts nothing.
    let unknown = Answer { given: Given::NotKnown, attachments: Vec::new() };
    desk.does(ANNA, save("version", Some(unknown)));
    assert_eq!(shown(&desk), (None, None, false));
}

#[test]
fn conditional_questions_are_asked_when_their_condition_holds() {
    let mut desk = sent();
    let is_asked = |desk: &Desk| {
        let questionnaire = desk.case.questionnaire.clone().unwrap();
        let sections = questionnaire.view(&desk.case.inventory);
        question(&sections, "plugins").is_some()
    };
    assert!(!is_asked(&desk));
    desk.does(ANNA, save("has-plugins", Some(Answer::of(true))));
    assert!(is_asked(&desk));
    desk.does(ANNA, save("has-plugins", Some(Answer::of(false))));
    assert!(!is_asked(&desk));
    desk.does(ANNA, save("has-plugins", None));
    assert!(!is_asked(&desk));
}

#[test]
fn missing_answers_are_asked_for_once_and_together() {
    let mut desk = sent();
    assert!(matches!(desk.refused(BEN, Action::AskForMissing), Refusal::Illegal(_)));
    desk.does(ANNA, save("version", Some(Answer::of("5.16.6"))));
    desk.does(ANNA, Action::SubmitAnswers);
    let process = || Action::ProcessDocument { document: name(QUESTIONNAIRE) };
    assert!(matches!(desk.refused(BEN, process()), Refusal::Missing(_)));
    desk.does(BEN, Action::AskForMissing);
    let Some(Change::MissingAsked(asked)) = desk
        .events
        .iter()
        .map(|event| &event.change)
        .find(|change| matches!(change, Change::MissingAsked(_)))
    else {
        panic!("nothing was asked for")
    };
    assert_eq!(*asked, desk.case.questionnaire.as_ref().unwrap().missing());
    assert!(asked.len() > 20);
    // Not again, before they came back.
    assert!(matches!(desk.refused(BEN, Action::AskForMissing), Refusal::Illegal(_)));
    answer_everything(&mut desk);
    desk.does(ANNA, Action::SubmitAnswers);
    let nothing = desk.refused(BEN, Action::AskForMissing);
    assert_eq!(nothing, Refusal::NotFound("missing answer".to_owned()));
    desk.does(BEN, process());
    let versions = &desk.case.questionnaire.as_ref().unwrap().versions;
    assert_eq!(versions.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(versions[0].answers.len(), 1);
    // What was processed stays.
    assert!(matches!(desk.refused(ANNA, save("version", None)), Refusal::Say(_)));
}

#[test]
fn answers_look_as_they_should() {
    let mut desk = sent();
    for (id, value) in [
        ("version", FactValue::from(true)),
        ("version", FactValue::from("two\nlines")),
        ("version", FactValue::from("\u{202E}5.16")),
        ("hosts", FactValue::from(-1)),
        ("hosts", FactValue::from(1001)),
        ("hosts", FactValue::from("three")),
        ("is-clustered", FactValue::from("yes")),
        ("store", FactValue::from("Tape")),
        ("protocols", FactValue::from(vec!["MQTT".to_owned(), "Telex".to_owned()])),
        ("protocols", FactValue::from(vec!["MQTT".to_owned(), "MQTT".to_owned()])),
        ("folders", FactValue::from("x".repeat(20_001))),
    ] {
        let refusal = desk.refused(ANNA, save(id, Some(Answer::of(value.clone()))));
        assert!(matches!(refusal, Refusal::Answer { .. }), "{id} {value}");
    }
    assert!(matches!(
        desk.refused(ANNA, save("no-such", Some(Answer::of("x")))),
        Refusal::NotFound(_)
    ));
    let mut answer = Answer::of("5.16.6");
    answer.attachments = vec![Attachment { name: line("a.txt"), digest: digest("a") }; 21];
    assert!(matches!(desk.refused(ANNA, save("version", Some(answer))), Refusal::TooMany { .. }));
}

#[test]
fn saving_the_same_again_is_no_event() {
    let mut desk = sent();
    desk.does(ANNA, save("version", Some(Answer::of("5.16.6"))));
    let number = desk.case.events;
    desk.does(ANNA, save("version", Some(Answer::of("5.16.6"))));
    assert_eq!(desk.case.events, number);
}

#[test]
fn a_pack_adds_questions_to_sections_and_sections() {
    let asked = |id: &str, when| Question {
        id: name(id),
        text: line("How many?"),
        kind: QuestionKind::Number { unit: line("pieces"), least: 0, most: 9 },
        help: None,
        required: false,
        when,
        fact: None,
        attachment: None,
    };
    let section = |id: &str, question| Section {
        id: name(id),
        title: line("More"),
        questions: vec![question],
    };
    let when = Some(When::True("is-clustered".to_owned()));
    let additions =
        vec![section("data", asked("stores", when)), section("esb", asked("containers", None))];
    let mut desk = Desk::new();
    desk.does(BEN, Action::TakeUp);
    desk.does(BEN, Action::SendQuestionnaire { additions });
    let description = &desk.case.questionnaire.as_ref().unwrap().description;
    let data = description.sections.iter().find(|section| section.id.as_str() == "data").unwrap();
    assert_eq!(data.questions.last().unwrap().id.as_str(), "stores");
    assert_eq!(description.sections.last().unwrap().id.as_str(), "esb");

    // A question that hangs on a later or unknown one, or has the id of another, is refused.
    for bad in [asked("version", None), asked("x", Some(When::True("later".to_owned())))] {
        let mut desk = Desk::new();
        desk.does(BEN, Action::TakeUp);
        let additions = vec![section("esb", bad)];
        let refusal = desk.refused(BEN, Action::SendQuestionnaire { additions });
        assert!(matches!(refusal, Refusal::NotFound(_)));
    }
}

#[test]
fn the_generic_questions_are_sound() {
    let description = Rules::default().questionnaire;
    assert!(description.problems().is_empty());
    insta::assert_json_snapshot!("generic_questions", description);
}

#[test]
fn what_somebody_has_answered_since_is_not_overwritten() {
    let mut desk = sent();
    let seen = desk.case.events;
    let answers = |hosts: i64| [(name("hosts"), Some(Answer::of(hosts)))].into();
    let save = |hosts, seen| Action::SaveAnswers { answers: answers(hosts), seen: Some(seen) };
    desk.does(ANNA, save(2, seen));
    let Refusal::Answered(clashes) = desk.refused(ANNA, save(3, seen)) else {
        panic!("it is overwritten")
    };
    assert_eq!(clashes[0].theirs, Some(Answer::of(2)));
    assert_eq!(clashes[0].yours, Some(Answer::of(3)));
    assert_eq!(clashes[0].saved.event, seen + 1);
    // The same answer is none that differs, and a question that nobody touched is free.
    desk.does(ANNA, save(2, seen));
    desk.does(ANNA, save(3, desk.case.events));
}
