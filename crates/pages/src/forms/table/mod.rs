//! The fields of every kind of action.

mod hand_off;
mod parts;
mod request;
mod said;
mod work;

pub(crate) use request::ON_BEHALF;
pub use said::said;

use refit_desk::ActionKind;

use super::field::Field;

/// Where the values of an action come from.
#[derive(Clone, Copy, Debug)]
pub enum FormOf {
    /// From these fields; none for an action that says everything by its kind.
    Fields(&'static [Field]),
    /// From the questions of the case: [`super::read_answers`].
    Questionnaire,
}

/// Where the values of an action of this kind come from.
pub fn form_of(kind: ActionKind) -> FormOf {
    match kind {
        ActionKind::SaveAnswers => FormOf::Questionnaire,
        kind => FormOf::Fields(fields_of(kind)),
    }
}

fn fields_of(kind: ActionKind) -> &'static [Field] {
    request::of_request(kind)
        .or_else(|| request::of_project(kind))
        .or_else(|| work::of_activity(kind))
        .or_else(|| work::of_inputs(kind))
        .or_else(|| work::of_delivery(kind))
        .or_else(|| hand_off::of_playbook(kind))
        .or_else(|| hand_off::of_support(kind))
        // A test sends every kind of action through its form.
        .unwrap_or_default()
}

/// Whether a person confirms the action with the password once more, because it approves or signs.
/// Running and rolling back are the server's own, and are confirmed in the same way.
pub fn needs_reauthentication(kind: ActionKind) -> bool {
    use ActionKind as A;
    matches!(kind, A::AcceptPlan | A::ApprovePlaybook | A::DeliverPlaybook)
}
