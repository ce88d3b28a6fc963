//! Forms: for each kind of action one description of its fields, which drives both the HTML and
//! the reading.
//!
//! A form goes to [`crate::paths::action`]; what came in is a [`FormData`], which [`parse`] reads
//! to the action, or to errors by field. The form with these errors and with what was typed is
//! shown by [`crate::action`]. Moments are typed in the time zone in which the person
//! is shown moments.
//!
//! A digest that was typed is only a digest: whether the person may use that content is the
//! server's question.

mod administration;
mod answers;
mod calendar;
mod choices;
mod data;
mod eligibility;
mod error;
mod field;
mod read;
mod rules;
mod table;
mod view;
mod write;

use refit_desk::ActionKind;
use serde_json::Value;

pub(crate) use administration::{CALENDAR, ORGANISATION, USER, WEBHOOK, role_value};
pub use administration::{
    OrganisationFields, UserFields, WebhookFields, fill_organisation, read_organisation, read_user,
    read_webhook,
};
pub(crate) use answers::SHOWN;
pub use answers::{
    ReadAnswers, SEEN, answer_field, files_field, fill_answer, keep_field, read_answers,
    unknown_field,
};
pub(crate) use calendar::usual_week;
pub use choices::plain_choices;
pub(crate) use choices::{BACK, CHOICES, VALUE};
pub(crate) use data::TAKEN_FILES;
pub use data::{Entry, FormData, MAX_FILE, RefusedFile, Upload};
pub use eligibility::support_plans;
pub use error::capital;
pub use error::{FieldError, FormErrors};
pub use field::{Field, FieldKind, Needed};
pub use read::{Supplied, parse, parse_request};
pub(crate) use rules::{ACTIVITY, GENERAL, activity_prefix, word as party_word};
pub use rules::{fill_rules, read_rules};
pub(crate) use table::ON_BEHALF;
pub use table::{FormOf, form_of, needs_reauthentication, said};
pub(crate) use view::{
    Choice, Control, Form, FormBuilder, NOTHING_SAVED, Shown, Wrong, capital_word,
};
pub use write::fill;

/// The field of a request's form that is there if it was sent to hear what has to be said about it
/// (impossible deadlines and so on), not to make the request.
pub const CHECK: &str = "check";

/// The word of a kind of action in addresses, for example `take-up`.
pub fn word(kind: ActionKind) -> String {
    match serde_json::to_value(kind) {
        Ok(Value::String(word)) => word,
        // Kinds are words; a test asks for all.
        _ => String::new(),
    }
}

/// The kind of action with this word.
pub fn kind(word: &str) -> Option<ActionKind> {
    serde_json::from_value(Value::String(word.to_owned())).ok()
}
