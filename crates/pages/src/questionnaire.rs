//! The questionnaire: saved as it is filled in.

use askama::Template;
use askama::filters::Safe;
use jiff::Timestamp;
use refit_desk::{
    ActionKind, Answer, AnswerClash, DocumentState, Given, QUESTIONNAIRE, Question, QuestionKind,
    Questionnaire, ViewedQuestion,
};
use refit_model::FactValue;

use crate::forms::{self, FieldError, FormData, FormErrors, answer_field, capital};
use crate::project::{CaseView, Part, Subject};
use crate::{Html, Shell, paths};

/// What the page of the questionnaire shows besides the case.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuestionnaireView<'a> {
    /// What was typed, if something of it could not be saved.
    pub data: Option<&'a FormData>,
    /// What is wrong with it.
    pub errors: Option<&'a FormErrors>,
    /// What the form was shown with before, by the number of the last event.
    pub seen: Option<u64>,
}

impl QuestionnaireView<'_> {
    /// Whether nothing of the form was taken: then all of it is shown again.
    fn is_refused(&self) -> bool {
        self.errors.is_some_and(|errors| !errors.whole.is_empty())
    }
}

#[derive(Template)]
#[template(path = "questionnaire.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: String,
    here: &'static str,
    sections: Vec<Section<'a>>,
    missing: Vec<(String, &'a str)>,
    may_save: bool,
    /// What the form is shown with, by the number of the last event.
    seen: u64,
    whole: Vec<String>,
    subject: Subject<'a>,
}

struct Section<'a> {
    id: &'a str,
    title: &'a str,
    questions: Vec<Asked<'a>>,
}

/// A question, ready to be shown.
struct Asked<'a> {
    viewed: ViewedQuestion<'a>,
    id: String,
    name: String,
    data: FormData,
    error: Option<String>,
}

/// The questionnaire of a case.
pub fn questionnaire(shell: &Shell<'_>, case: CaseView<'_>, view: QuestionnaireView<'_>) -> Html {
    let subject = Subject::new(shell, case, Part::Questionnaire);
    let asked = case.case.questionnaire.as_ref();
    let sections = asked.map(|asked| sections(asked, &subject, view)).unwrap_or_default();
    Html::of(&Page {
        shell,
        title: subject.title(),
        here: paths::REQUESTS,
        missing: asked.map(missing).unwrap_or_default(),
        may_save: may_save(&subject),
        seen: view.seen.filter(|_| view.is_refused()).unwrap_or(case.case.events),
        whole: view.errors.map(|errors| errors.whole.clone()).unwrap_or_default(),
        sections,
        subject,
    })
}

fn sections<'a>(
    questionnaire: &'a Questionnaire,
    subject: &Subject<'a>,
    view: QuestionnaireView<'_>,
) -> Vec<Section<'a>> {
    let viewed = questionnaire.view(&subject.case().inventory).into_iter();
    let asked = |viewed: ViewedQuestion<'a>| Asked::new(viewed, view, subject);
    viewed
        .map(|section| Section {
            id: section.id.as_str(),
            title: section.title.as_str(),
            questions: section.questions.into_iter().map(asked).collect(),
        })
        .collect()
}

/// Questions without an answer: the field, and what is asked.
fn missing(questionnaire: &Questionnaire) -> Vec<(String, &str)> {
    let missing = questionnaire.missing();
    let questions = missing.iter().filter_map(|id| questionnaire.description.get(id));
    questions.map(|question| (html_id(question), question.text.as_str())).collect()
}

/// Whether the viewer may save answers: the desk is asked with none.
fn may_save(subject: &Subject<'_>) -> bool {
    let answers = std::collections::BTreeMap::new();
    subject.may(&refit_desk::Action::SaveAnswers { answers, seen: None })
}

fn html_id(question: &Question) -> String {
    format!("question-{}", question.id.as_str().replace('.', "-"))
}

impl<'a> Page<'a> {
    fn save(&self) -> String {
        paths::action(&self.subject.case().id, ActionKind::SaveAnswers)
    }

    fn questionnaire(&self) -> Option<&'a Questionnaire> {
        self.subject.case().questionnaire.as_ref()
    }

    /// Where the questionnaire stands, in words, and when it is due.
    fn standing(&self) -> Option<(&'static str, Safe<String>)> {
        let document = self.subject.case().document(QUESTIONNAIRE)?;
        let words = match document.state {
            DocumentState::Sent => "It has to be given back.",
            DocumentState::Returned => "It was given back, and nobody has looked at it yet.",
            DocumentState::Incomplete(_) => "It came back, and answers are missing.",
            DocumentState::Processed => "It is complete.",
        };
        Some((words, self.subject.moment(document.due).html()))
    }

    fn moment(&self, at: &Timestamp) -> Safe<String> {
        self.subject.moment(*at).html()
    }

    fn do_send(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::SendQuestionnaire])
    }

    fn do_team(&self) -> Safe<String> {
        let mut html =
            self.subject.doings(&[ActionKind::AskForMissing, ActionKind::RecordInventory]);
        html.0 += &self.subject.doings_about(&[ActionKind::ProcessDocument], QUESTIONNAIRE).0;
        html
    }

    fn may_submit(&self) -> bool {
        self.may_save && self.subject.may(&refit_desk::Action::SubmitAnswers)
    }
}

impl<'a> Asked<'a> {
    /// What was typed is shown again where it was not saved; everything else as it stands now.
    fn new(viewed: ViewedQuestion<'a>, view: QuestionnaireView<'_>, subject: &Subject<'_>) -> Self {
        let question = viewed.question;
        let name = answer_field(&question.id);
        let is_typed =
            |data: &&FormData| data.texts(forms::SHOWN).any(|shown| shown == question.id.as_str());
        let error = view.errors.and_then(|errors| errors.fields.get(&name));
        let is_open = |_: &&FormData| error.is_some() || view.is_refused();
        let data = match view.data.filter(is_typed).filter(is_open) {
            Some(typed) => typed.clone(),
            None => {
                viewed.known().map(|one| forms::fill_answer(question, &one)).unwrap_or_default()
            }
        };
        let error = error.map(|error| match error {
            FieldError::Answered(clash) => answered(clash, subject),
            other => capital(&other.to_string()),
        });
        Self { id: html_id(question), name, data, error, viewed }
    }

    fn question(&self) -> &'a Question {
        self.viewed.question
    }

    fn unknown(&self) -> String {
        forms::unknown_field(&self.question().id)
    }

    fn files(&self) -> String {
        forms::files_field(&self.question().id)
    }

    fn keep(&self) -> String {
        forms::keep_field(&self.question().id)
    }

    fn value(&self) -> &str {
        self.data.text(&self.name).unwrap_or_default()
    }

    fn is_chosen(&self, choice: &str) -> bool {
        self.data.texts(&self.name).any(|text| text == choice)
    }

    fn is_unknown(&self) -> bool {
        self.data.filled(&self.unknown()).is_some()
    }

    fn is_group(&self) -> bool {
        use QuestionKind as K;
        matches!(self.question().kind, K::YesNo | K::Choice(_) | K::Choices(_))
    }

    fn described(&self) -> String {
        let parts = [
            self.question().help.is_some().then_some("help"),
            self.viewed.contradicted_by.is_some().then_some("fact"),
            self.error.is_some().then_some("error"),
        ];
        let ids = parts.into_iter().flatten().map(|part| format!("{}-{part}", self.id));
        ids.collect::<Vec<_>>().join(" ")
    }

    /// The answer in words, for those who only read.
    fn words(&self) -> Option<String> {
        let answer = self.viewed.answer?;
        Some(match &answer.given {
            Given::NotKnown => "not known".to_owned(),
            Given::Value(value) => words(value),
        })
    }

    fn fact(&self) -> Option<String> {
        self.viewed.contradicted_by.map(words)
    }
}

/// What somebody else has answered meanwhile, and what can be done.
fn answered(clash: &AnswerClash, subject: &Subject<'_>) -> String {
    let by = subject.view.people.name(&clash.saved.by);
    let theirs = match clash.theirs.as_ref().map(|answer| &answer.given) {
        None => "that there is no answer".to_owned(),
        Some(Given::NotKnown) => "that it is not known".to_owned(),
        Some(Given::Value(value)) => format!("\u{201c}{}\u{201d}", words(value)),
    };
    format!(
        "{by} has answered this meanwhile: {theirs}. Yours is below and is not saved: save again \
         to put it in its place."
    )
}

/// A value in words.
fn words(value: &FactValue) -> String {
    match value {
        FactValue::Flag(true) => "yes".to_owned(),
        FactValue::Flag(false) => "no".to_owned(),
        FactValue::List(items) => items.join(", "),
        other => other.to_string(),
    }
}

/// What stands in a question's field at first.
trait Known {
    /// The answer, else what the inventory says.
    fn known(&self) -> Option<Answer>;
}

impl Known for ViewedQuestion<'_> {
    fn known(&self) -> Option<Answer> {
        let fact = || self.prefilled.map(|value| Answer::of(value.clone()));
        self.answer.cloned().or_else(fact)
    }
}
