//! What a plan leaves open, with the sides of each question, and what was decided about it.

use askama::Template;
use askama::filters::Safe;
use refit_desk::{
    Action, ActionKind, PlanChoice, PlanDecision, Prose, Role, plan_key, plan_options,
};
use refit_model::{Decision, KEEP_SITE, OWN_VALUE, Question, Shown, Stored, TAKE_NEW};
use refit_report::plan_command;

use super::case_view::Subject;
use super::upgrade::Key;
use crate::forms::{
    BACK, CHOICES, Form, FormBuilder, FormData, FormErrors, VALUE, capital, capital_word,
};
use crate::html::render;
use crate::{People, paths};

/// The plan that counts, with what it leaves open.
#[derive(Clone, Copy, Debug)]
pub struct DecisionsView<'a> {
    /// The plan.
    pub plan: &'a Stored<refit_model::Plan>,
    /// What comes of decisions that are in no plan yet.
    pub planning: &'a Planning,
    /// What was typed, where something is wrong with it.
    pub data: Option<&'a FormData>,
    /// What is wrong with it.
    pub errors: Option<&'a FormErrors>,
}

/// What comes of decisions that are in no plan yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planning {
    /// This server is not on the machine that the upgrade is done from.
    Elsewhere,
    /// A plan can be made here.
    Here,
    /// One is being made.
    GoesOn,
    /// None could be made, for this reason.
    Failed(String),
}

#[derive(Template)]
#[template(path = "part/decisions.html")]
pub(super) struct Decisions<'a> {
    subject: &'a Subject<'a>,
    planning: &'a Planning,
    questions: Vec<Row<'a>>,
    /// Those that the plan was made with.
    planned: Vec<Planned<'a>>,
    /// Those that are in no plan yet.
    open: Vec<&'a PlanDecision>,
    commands: Vec<String>,
    /// What is wrong with what was sent, besides single fields.
    wrong: Vec<String>,
    /// What else is to be said, and where it goes; none for who may not decide.
    form: Option<Form>,
    plan: String,
    may_plan: bool,
}

/// A question of the plan.
struct Row<'a> {
    number: usize,
    question: &'a Question,
    /// The key that it is about, if it is about one.
    keys: Vec<Key<'a>>,
    options: Vec<Answer<'a>>,
    /// What was decided about it, in no plan yet.
    taken: Option<&'a PlanDecision>,
    own: String,
    is_back: bool,
    /// Whether it can be sent by a form; otherwise the command line decides it.
    is_sendable: bool,
}

/// Something that can be chosen.
struct Answer<'a> {
    choice: &'a str,
    meaning: String,
    /// The value of the side that it takes.
    side: Option<&'a Shown>,
    is_own: bool,
    is_chosen: bool,
}

/// A decision that the plan was made with.
struct Planned<'a> {
    row: usize,
    decision: &'a Decision,
    is_back: bool,
    is_sendable: bool,
}

impl<'a> Decisions<'a> {
    pub(super) fn html(subject: &'a Subject<'a>, view: &DecisionsView<'a>) -> Safe<String> {
        Safe(render(&Self::new(subject, view)))
    }

    fn new(subject: &'a Subject<'a>, view: &DecisionsView<'a>) -> Self {
        let plan = &view.plan.body;
        let open = subject.case().open_decisions();
        let said = Said { data: view.data, open: &open };
        let questions: Vec<_> = (0..)
            .zip(&plan.questions)
            .map(|(row, question)| said.row(row, plan, question))
            .collect();
        let planned = (questions.len()..).zip(&plan.decisions).map(|(row, decision)| {
            let typed = said.typed(row, BACK).is_some();
            let is_taken_back = || open.iter().any(|one| is_about(one, &decision.subject));
            let is_sendable = is_sendable(&decision.subject);
            Planned { row, decision, is_back: typed || is_taken_back(), is_sendable }
        });
        let role = subject.shell.role();
        let is_team = subject.shell.is_team();
        Self {
            planning: view.planning,
            planned: planned.collect(),
            commands: if is_team { commands(plan, &open, subject.view.people) } else { Vec::new() },
            wrong: wrong(view),
            form: may_decide(subject, view.plan.digest).then(|| form(subject, view)),
            plan: view.plan.digest.to_string(),
            may_plan: role == Some(Role::Consultant),
            questions,
            open,
            subject,
        }
    }

    fn is_empty(&self) -> bool {
        self.questions.is_empty() && self.planned.is_empty() && self.open.is_empty()
    }

    /// Whether the viewer can have a plan made here with what was decided.
    fn may_be_planned(&self) -> bool {
        self.may_plan && matches!(self.planning, Planning::Here | Planning::Failed(_))
    }

    fn path(&self) -> String {
        paths::decide(&self.subject.case().id)
    }

    fn csrf(&self) -> &str {
        self.subject.shell.csrf
    }

    fn name(row: usize, field: &str) -> String {
        format!("{CHOICES}.{row}.{field}")
    }

    fn said_by(&self, decision: &'a PlanDecision) -> &'a str {
        self.subject.person(&decision.by)
    }

    fn moment(&self, decision: &PlanDecision) -> Safe<String> {
        self.subject.moment(decision.at).html()
    }
}

/// What was typed into the form, and what was decided before.
struct Said<'s, 'a> {
    data: Option<&'a FormData>,
    open: &'s [&'a PlanDecision],
}

impl<'a> Said<'_, 'a> {
    fn typed(&self, row: usize, field: &str) -> Option<&'a str> {
        self.data.and_then(|data| data.filled(&Decisions::name(row, field)))
    }

    fn row(&self, row: usize, plan: &'a refit_model::Plan, question: &'a Question) -> Row<'a> {
        let taken = self.open.iter().copied().find(|one| is_about(one, &question.subject));
        let decided = taken.and_then(|one| one.chosen.choice.as_ref()).map(Prose::as_str);
        let chosen = if self.data.is_some() { self.typed(row, "choice") } else { decided };
        let own = chosen.and_then(|choice| choice.strip_prefix(OWN_VALUE));
        let key = plan_key(plan, &question.subject);
        let answer = |option: &'a refit_model::QuestionOption| {
            let is_own = option.choice == OWN_VALUE;
            let side = key.and_then(|key| match option.choice.as_str() {
                KEEP_SITE => key.site.as_ref(),
                TAKE_NEW => key.new.as_ref(),
                _ => None,
            });
            Answer {
                choice: &option.choice,
                meaning: capital_word(&option.meaning),
                side,
                is_own,
                is_chosen: if is_own { own.is_some() } else { chosen == Some(&option.choice) },
            }
        };
        Row {
            number: row,
            question,
            // The question says what the key's outcome says.
            keys: key.into_iter().map(|key| Key { why: "", ..Key::new(key) }).collect(),
            options: plan_options(plan, question).into_iter().map(answer).collect(),
            own: self.typed(row, VALUE).or(own).unwrap_or_default().to_owned(),
            is_back: self.typed(row, BACK).is_some(),
            is_sendable: is_sendable(&question.subject),
            taken,
        }
    }
}

/// Whether a subject comes back as it is when it is sent.
fn is_sendable(subject: &str) -> bool {
    Prose::new(subject).is_ok_and(|sent| sent.as_str() == subject)
}

fn is_about(decision: &PlanDecision, subject: &str) -> bool {
    decision.chosen.subject.as_str() == subject
}

/// Whether the viewer may decide about this plan: the desk is asked.
fn may_decide(subject: &Subject<'_>, plan: refit_model::Digest) -> bool {
    let Ok(some) = Prose::new("some-text") else { return false };
    let choices = vec![PlanChoice { subject: some.clone(), choice: Some(some.clone()) }];
    subject.may(&Action::TakeDecisions { plan, choices, why: some.clone(), word: Some(some) })
}

/// What is said besides the choices.
fn form(subject: &Subject<'_>, view: &DecisionsView<'_>) -> Form {
    let (kind, shell) = (ActionKind::TakeDecisions, subject.shell);
    let path = paths::decide(&subject.case().id);
    let form = FormBuilder::new(kind, "decide", path, shell).without(CHOICES).without("plan");
    let form = match shell.role() {
        Some(Role::Consultant) => form.insisting("word"),
        _ => form.without("word"),
    };
    let is_open = !view.plan.body.questions.is_empty();
    let button = if is_open { "Decide" } else { "Take back" };
    let errors = FormErrors { whole: Vec::new(), ..view.errors.cloned().unwrap_or_default() };
    form.filled(view.data.cloned().unwrap_or_default()).errors(errors).button(button).build()
}

/// What is wrong with the whole, and with fields that have no place of their own.
fn wrong(view: &DecisionsView<'_>) -> Vec<String> {
    let Some(errors) = view.errors else { return Vec::new() };
    let is_of_form = |name: &str| ["why", "word"].contains(&name);
    let of_rows = errors.fields.iter().filter(|(name, _)| !is_of_form(name));
    let of_rows = of_rows.map(|(_, error)| capital(&error.to_string()));
    errors.whole.iter().cloned().chain(of_rows).collect()
}

/// What is typed on the machine that the upgrade is done from: a command for each person and
/// reason.
fn commands(plan: &refit_model::Plan, open: &[&PlanDecision], people: &People) -> Vec<String> {
    let mut said: Vec<(Vec<Decision>, Vec<String>)> = Vec::new();
    for one in open {
        let decision = one.to_plan_with(plan, people.name(&one.by));
        let is_same = |(decide, _): &(Vec<Decision>, _)| {
            decide.first().is_some_and(|first| {
                decision.as_ref().is_some_and(|one| (&first.by, &first.why) == (&one.by, &one.why))
            })
        };
        match (said.iter().position(is_same), decision) {
            (Some(at), Some(decision)) => said[at].0.push(decision),
            (_, Some(decision)) => said.push((vec![decision], Vec::new())),
            (_, None) => {
                if said.is_empty() {
                    said.push((Vec::new(), Vec::new()));
                }
                said[0].1.push(one.chosen.subject.to_string());
            }
        }
    }
    said.iter().map(|(decide, undecide)| plan_command(plan, decide, undecide)).collect()
}
