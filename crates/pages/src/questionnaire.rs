//! The questionnaire: saved as it is filled in.

use askama::Template;
use askama::filters::Safe;
use jiff::Timestamp;
use refit_desk::{
    ActionKind, Answer, AnswerClash, Case, DocumentState, Given, QUESTIONNAIRE, Question,
    QuestionKind, Questionnaire, VersionStanding, ViewedQuestion,
};
use refit_model::FactValue;

use crate::forms::{
    self, FieldError, Form, FormBuilder, FormData, FormErrors, Wrong, answer_field, capital,
};
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
    /// Whether the viewer wants to give it back, and was not yet told that answers are missing.
    pub gives_back: bool,
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
    /// What is asked for without having to be answered, and has no answer.
    open: usize,
    may_save: bool,
    /// What the form is shown with, by the number of the last event.
    seen: u64,
    /// The button that gives it back although answers are missing, where that is to be asked.
    give_back: Option<Form>,
    whole: Vec<String>,
    /// The answers that could not be saved.
    wrong: Vec<Wrong>,
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
    /// What is wrong with its files.
    files_error: Option<String>,
    /// Whether what stands in it comes from the request.
    is_of_request: bool,
}

/// The questionnaire of a case.
pub fn questionnaire(shell: &Shell<'_>, case: CaseView<'_>, view: QuestionnaireView<'_>) -> Html {
    let subject = Subject::new(shell, case, Part::Questionnaire);
    let asked = case.case.questionnaire.as_ref();
    let sections = asked.map(|asked| sections(asked, &subject, view)).unwrap_or_default();
    let all = sections.iter().flat_map(|section| &section.questions);
    let wrong = all.filter_map(Asked::wrong).collect();
    Html::of(&Page {
        shell,
        wrong,
        title: subject.title(),
        here: paths::REQUESTS,
        missing: asked.map(missing).unwrap_or_default(),
        open: sections.iter().flat_map(|one| &one.questions).filter(|one| one.is_open()).count(),
        may_save: may_save(&subject),
        seen: view.seen.filter(|_| view.is_refused()).unwrap_or(case.case.events),
        give_back: view.gives_back.then(|| give_back(&subject)).flatten(),
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

/// The button that gives the questionnaire back as it stands; none for those who may not.
fn give_back(subject: &Subject<'_>) -> Option<Form> {
    let kind = ActionKind::SubmitAnswers;
    let path = paths::action(&subject.case().id, kind);
    let form = FormBuilder::new(kind, "give-back", path, subject.shell).button("Give back anyway");
    subject.may(&refit_desk::Action::SubmitAnswers).then(|| form.build())
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
        let (known, requested) = (viewed.known(), requested(question, subject.case()));
        let typed = view.data.filter(is_typed).filter(is_open);
        let is_of_request = typed.is_none() && known.is_none() && requested.is_some();
        let data = typed.cloned().unwrap_or_else(|| {
            let first = known.or(requested);
            first.map(|one| forms::fill_answer(question, &one)).unwrap_or_default()
        });
        let told = |error: &FieldError| match error {
            FieldError::Answered(clash) => answered(clash, subject),
            other => capital(&other.to_string()),
        };
        let files = forms::files_field(&question.id);
        let of_files = view.errors.and_then(|errors| errors.fields.get(&files));
        let (error, files_error) = (error.map(told), of_files.map(told));
        let id = html_id(question);
        Self { viewed, id, name, data, error, files_error, is_of_request }
    }

    /// The question, if its answer or its files could not be saved.
    fn wrong(&self) -> Option<Wrong> {
        let label = self.question().text.to_string();
        let of_files = || Some((format!("{}-files", self.id), self.files_error.clone()?));
        let (id, error) =
            self.error.clone().map(|error| (self.id.clone(), error)).or_else(of_files)?;
        Some(Wrong { id, label, error })
    }

    fn question(&self) -> &'a Question {
        self.viewed.question
    }

    /// Whether it may stay without an answer, and has none.
    fn is_open(&self) -> bool {
        self.viewed.answer.is_none() && !self.viewed.is_missing
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
            Given::Value(value) => match &self.question().kind {
                QuestionKind::Number { unit, .. } => format!("{} {unit}", words(value)),
                _ => words(value),
            },
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

/// The question for the version that runs.
const VERSION: &str = "version";

/// What the request says to a question: the version, where it is a known one.
fn requested(question: &Question, case: &Case) -> Option<Answer> {
    let request = case.request.as_ref().filter(|_| question.id.as_str() == VERSION)?;
    let is_known = request.version == VersionStanding::Known;
    let version = request.fields.current_version.to_string();
    is_known.then(|| Answer::of(FactValue::Text(version)))
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
