//! What goes over the API. Moments are RFC 3339 in UTC, days are `YYYY-MM-DD`.

use std::borrow::Cow;

use refit_desk::{ActionKind, Answer, AnswerClash, QuestionId};
use refit_pages::forms::{needs_reauthentication, word};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The description of the API: an `OpenAPI` 3.1 document.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Description(pub(crate) Value);

/// Who a token is of.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Me {
    /// The user.
    pub(crate) user: String,
    /// The person's name.
    pub(crate) name: String,
    /// The role.
    pub(crate) role: String,
    /// The organisation.
    pub(crate) organisation: String,
    /// What the token can be used for.
    pub(crate) scopes: Vec<String>,
}

/// Requests, the latest change first.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RequestPage {
    /// The requests.
    pub(crate) requests: Vec<RequestSummary>,
    /// What to give as `after` for the next page, if there is one.
    pub(crate) next: Option<String>,
}

/// A request in one line.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RequestSummary {
    /// The case.
    pub(crate) case: String,
    /// Its title.
    pub(crate) title: String,
    /// The customer's name.
    pub(crate) customer: String,
    /// Whether it is `open`, `withdrawn` or `closed`.
    pub(crate) state: String,
    /// The phase of the first activity that is not settled.
    pub(crate) phase: Option<String>,
    /// Who holds the ball in what has waited longest.
    pub(crate) waits_for: Option<String>,
    /// Since when.
    pub(crate) waits_since: Option<String>,
    /// When the next thing is due.
    pub(crate) due: Option<String>,
    /// Whether something is late.
    pub(crate) is_late: bool,
    /// The consultant.
    pub(crate) consultant: Option<String>,
    /// The project manager.
    pub(crate) project_manager: Option<String>,
    /// The customer's last day.
    pub(crate) deadline: String,
    /// When something happened the last time.
    pub(crate) changed: String,
}

/// A request.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RequestDetail {
    /// In one line.
    #[serde(flatten)]
    pub(crate) summary: RequestSummary,
    /// How many events it has.
    pub(crate) version: u64,
    /// What is asked for.
    pub(crate) fields: RequestFields,
    /// What has to be said about it.
    pub(crate) remarks: Vec<String>,
    /// The activities, in the order of the process.
    pub(crate) activities: Vec<Activity>,
    /// Everything that waits.
    pub(crate) waits: Vec<Waiting>,
    /// The kinds of actions that the person's role may do; the case's state decides on each.
    pub(crate) actions: Vec<String>,
}

/// What is asked for.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestFields {
    /// The platform, for example `activemq-classic`.
    pub(crate) platform: String,
    /// The version that runs.
    pub(crate) current_version: String,
    /// `on-premises`, `hosted` or `unknown`.
    pub(crate) deployment: String,
    /// The first day on which work may be done.
    pub(crate) earliest_start: String,
    /// The day on which work should begin.
    pub(crate) ideal_start: String,
    /// The last day.
    pub(crate) deadline: String,
    /// Why that day.
    pub(crate) deadline_reason: String,
    /// `read-and-write` or `none`.
    pub(crate) access: String,
    /// How many environments are to be upgraded.
    pub(crate) environments: u16,
}

/// A new request. The customer is the organisation of the token, or, where somebody of the team
/// makes it, that of the person who asks.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRequest {
    /// What is asked for.
    pub(crate) fields: RequestFields,
    /// For whom it is made, where somebody of the team makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) on_behalf: Option<OnBehalf>,
}

/// For whom somebody of the team makes a request.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnBehalf {
    /// The person who asks: one of a customer's.
    pub(crate) requester: String,
    /// How the person has given the word.
    pub(crate) word: String,
}

/// An activity.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Activity {
    /// Its key.
    pub(crate) key: String,
    /// Its title.
    pub(crate) title: String,
    /// Where it stands.
    pub(crate) state: String,
}

/// Something that waits.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Waiting {
    /// What.
    pub(crate) title: String,
    /// For whom.
    pub(crate) waits_for: String,
    /// What has to happen.
    pub(crate) why: String,
    /// Since when.
    pub(crate) since: String,
}

/// Events of a request, in their order.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EventPage {
    /// The events.
    pub(crate) events: Vec<EventLine>,
    /// What to give as `after` for the next page, if there is one.
    pub(crate) next: Option<u64>,
}

/// An event as a line of the history.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EventLine {
    /// Its number.
    pub(crate) number: u64,
    /// When.
    pub(crate) at: String,
    /// By whom.
    pub(crate) by: String,
    /// As what.
    pub(crate) role: String,
    /// What happened.
    pub(crate) what: String,
}

/// An action: its kind alone (`"take-up"`), or an object with the kind as its one name and what
/// belongs to it as the value (`{"respond": {"message": "..."}}`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Action(pub(crate) Value);

/// Whether programs do it by the address of actions: nothing that a person confirms with the
/// password, and nothing that has an address of its own.
pub(crate) fn is_for_programs(kind: ActionKind) -> bool {
    let has_its_own = matches!(kind, ActionKind::CreateRequest | ActionKind::SaveAnswers);
    !needs_reauthentication(kind) && !has_its_own
}

impl JsonSchema for Action {
    fn schema_name() -> Cow<'static, str> {
        "Action".into()
    }

    /// The desk's actions, as far as programs do them.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = refit_desk::Action::json_schema(generator);
        let kinds = ActionKind::ALL.iter().filter(|kind| is_for_programs(**kind));
        let words: Vec<_> = kinds.map(|kind| word(*kind)).collect();
        if let Some(Value::Array(variants)) = schema.get_mut("oneOf") {
            variants.retain_mut(|variant| keep(variant, &words));
        }
        schema
    }
}

/// Leaves of a variant, which is one kind or several that are words alone, those of `words`;
/// whether any is left.
fn keep(variant: &mut Value, words: &[String]) -> bool {
    let is_one = |word: &Value| word.as_str().is_some_and(|word| words.iter().any(|w| w == word));
    if let Some(Value::Array(kinds)) = variant.get_mut("enum") {
        kinds.retain(is_one);
        return !kinds.is_empty();
    }
    let kind = variant.get("const").or_else(|| variant.pointer("/required/0"));
    kind.is_some_and(is_one)
}

/// An answer that somebody has given meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ChangedAnswer {
    /// The question.
    pub(crate) question: QuestionId,
    /// What was to be saved.
    pub(crate) yours: Option<Answer>,
    /// What is saved.
    pub(crate) theirs: Option<Answer>,
    /// By whom.
    pub(crate) by: String,
    /// When.
    pub(crate) at: String,
    /// By which event of the request.
    pub(crate) version: u64,
}

impl ChangedAnswer {
    pub(crate) fn of(clash: &AnswerClash) -> Self {
        Self {
            question: clash.question.clone(),
            yours: clash.yours.clone(),
            theirs: clash.theirs.clone(),
            by: clash.saved.by.to_string(),
            at: clash.saved.at.to_string(),
            version: clash.saved.event,
        }
    }
}

/// What came of an action.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Acted {
    /// How many events the request has now.
    pub(crate) version: u64,
    /// What happened.
    pub(crate) events: Vec<EventLine>,
}
