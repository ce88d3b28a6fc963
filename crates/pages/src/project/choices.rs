//! What can be chosen in the fields of a form: people, files, changes of this case.

use refit_desk::{
    ActionKind, Case, ChangeRequestState, FileKind, PlanStep, ProblemState, Role, StateMachine,
};

use crate::forms::{Choice, FieldKind, FormBuilder, FormOf, form_of};
use crate::{KnownDocument, People};

/// What is chosen where something is about none of the Playbook's steps: the text says about what.
const NO_STEP: &str = "none-of-them";

/// Gives a form what can be chosen in it.
pub(crate) fn with_choices(
    builder: FormBuilder,
    kind: ActionKind,
    case: &Case,
    people: &People,
    documents: &[KnownDocument],
) -> FormBuilder {
    use ActionKind as K;
    let builder = with_documents(builder, kind, documents);
    match kind {
        K::Assign => builder.choices("to", persons(people, Role::is_team)),
        K::SetGroup => builder.choices("members", persons(people, |_| true)),
        // The server knows the name of whoever is chosen.
        K::NameContact => {
            builder.without("name").choices("user", persons(people, |role| role == Role::Customer))
        }
        K::AcceptPlan => with_extension(builder, case),
        K::PostPlan => builder.choices("documentation", documentation(case)),
        K::PostPlaybook => {
            builder.choices("makes", agreed(case)).choices("corrects", replicated(case))
        }
        K::AskForChange | K::ReportProblem => match steps(case) {
            steps if steps.is_empty() => builder,
            steps => builder.choices("step", steps),
        },
        _ => builder,
    }
}

/// The steps of the latest version of the Playbook, and the word for none of them.
fn steps(case: &Case) -> Vec<Choice> {
    let Some(version) = case.playbook().filter(|version| !version.steps.is_empty()) else {
        return Vec::new();
    };
    let choice = |step: &PlanStep| Choice {
        value: step.id.to_string(),
        label: format!("{}: {}", step.id, step.title),
    };
    let none = Choice { value: NO_STEP.to_owned(), label: "none of them".to_owned() };
    version.steps.iter().map(choice).chain([none]).collect()
}

/// The tick for a longer time, where the plan that counts needs one: with how long, and why.
fn with_extension(builder: FormBuilder, case: &Case) -> FormBuilder {
    const TICK: &str = "accepts_extension";
    match extension(case) {
        None => builder.without(TICK),
        Some(extension) => builder.worded(
            TICK,
            format!("The longer time is accepted, too: {}", extension.range.words()),
            extension.why.as_str(),
        ),
    }
}

/// More time than usual for the execution, where the plan that counts needs it.
pub fn extension(case: &Case) -> Option<&refit_desk::Extension> {
    let assessment = case.plan()?.assessment;
    let of_plan = case.assessments.iter().find(|one| one.digest == assessment)?;
    of_plan.extension.as_ref()
}

/// The documents that the server knows, in the fields that take one of their kind.
fn with_documents(
    builder: FormBuilder,
    kind: ActionKind,
    documents: &[KnownDocument],
) -> FormBuilder {
    let FormOf::Fields(fields) = form_of(kind) else { return builder };
    fields.iter().fold(builder, |builder, field| match field.kind {
        FieldKind::Document(of) => {
            let known = documents.iter().filter(|one| one.kind == of);
            let choice = |one: &KnownDocument| Choice {
                value: one.digest.to_string(),
                label: one.label.clone(),
            };
            builder.choices(field.name, known.map(choice).collect())
        }
        _ => builder,
    })
}

fn persons(people: &People, is_one: impl Fn(Role) -> bool) -> Vec<Choice> {
    let persons = people.0.iter().filter(|(_, person)| is_one(person.role));
    let choice = |(user, person): (&refit_desk::UserId, &crate::Person)| Choice {
        value: user.to_string(),
        label: format!("{} ({})", person.name, person.role),
    };
    persons.map(choice).collect()
}

fn documentation(case: &Case) -> Vec<Choice> {
    let files = case.files.iter().filter(|one| one.file.kind == FileKind::UpgradeDocumentation);
    let choice = |one: &refit_desk::PostedFile| Choice {
        value: one.file.digest.to_string(),
        label: format!("{}, version {}", one.file.name, one.version),
    };
    files.map(choice).collect()
}

fn agreed(case: &Case) -> Vec<Choice> {
    let agreed =
        case.changes.iter().filter(|one| matches!(one.state, ChangeRequestState::Agreed(_)));
    let choice = |one: &refit_desk::ChangeRequest| Choice {
        value: one.number.to_string(),
        label: format!("change request {} ({})", one.number, one.state.word()),
    };
    agreed.map(choice).collect()
}

fn replicated(case: &Case) -> Vec<Choice> {
    let problems =
        case.problems.iter().filter(|one| matches!(one.state, ProblemState::Replicated(_)));
    let choice = |one: &refit_desk::Problem| Choice {
        value: one.number.to_string(),
        label: format!("problem {} at step {}", one.number, one.step),
    };
    problems.map(choice).collect()
}
