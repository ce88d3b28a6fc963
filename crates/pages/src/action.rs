//! The form of one action on a page of its own: with what was typed, and what is wrong with it.

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;
use refit_desk::{ActionKind, Case, RequestRemark, Rules, UserId};

use crate::forms::{self, Form, FormBuilder, FormData, FormErrors, capital_word};
use crate::offers::Asking;
use crate::project::with_choices;
use crate::{Html, KnownDocument, People, Shell, paths};

/// The form of an action of a case.
#[derive(Clone, Copy, Debug)]
pub struct ActionView<'a> {
    /// The case.
    pub case: &'a Case,
    /// The rules that the desk applies.
    pub rules: &'a Rules,
    /// Now.
    pub now: Timestamp,
    /// The names of people.
    pub people: &'a People,
    /// Documents of upgrades that the server knows, and that can be chosen.
    pub documents: &'a [KnownDocument],
    /// The kind of action.
    pub kind: ActionKind,
    /// What was typed; empty when the form is shown for the first time.
    pub data: &'a FormData,
    /// What is wrong with it.
    pub errors: &'a FormErrors,
    /// What came of a check of a changed request that could be taken.
    pub checked: Option<CheckedRequest<'a>>,
}

/// What came of the check of a request: it could be taken, and was not sent.
#[derive(Clone, Copy, Debug)]
pub struct CheckedRequest<'a> {
    /// What has to be said about it at once, although it could be taken.
    pub remarks: &'a [RequestRemark],
    /// The days between which the upgrade will be handed over, if work begins on the ideal day.
    pub handed_over: Option<(Date, Date)>,
}

/// The form of a new request.
#[derive(Clone, Copy, Debug)]
pub struct NewRequestView<'a> {
    /// The platforms that can be upgraded: name and what people call it.
    pub platforms: &'a [(String, String)],
    /// For somebody of the team: the customers' people, for whom a request can be made.
    pub requesters: Option<&'a [(UserId, String)]>,
    /// What was typed.
    pub data: &'a FormData,
    /// What is wrong with it.
    pub errors: &'a FormErrors,
    /// What came of a check of it.
    pub checked: Option<CheckedRequest<'a>>,
}

#[derive(Template)]
#[template(path = "action.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: String,
    here: &'static str,
    lead: &'static str,
    /// Where the form came from: path and words.
    back: Option<(String, String)>,
    checked: Option<CheckedRequest<'a>>,
    form: Form,
}

/// The form of one action of a case.
pub fn action(shell: &Shell<'_>, view: ActionView<'_>) -> Html {
    let ActionView { case, kind, data, errors, .. } = view;
    let path = paths::action(&case.id, kind);
    let builder = FormBuilder::new(kind, "action", path, shell).errors(errors.clone());
    let (rules, now) = (view.rules, view.now);
    let zone = shell.zone;
    let asking = shell.viewer.map(|viewer| Asking { case, actor: viewer.actor, rules, now, zone });
    let offer = asking.and_then(|asking| asking.behind(kind, data));
    let builder = match offer {
        Some(offer) if data.iter().next().is_none() => {
            builder.fixed(offer.fixed).filled(offer.filled)
        }
        Some(offer) => builder.fixed(offer.fixed).filled(data.clone()),
        None => builder.filled(data.clone()),
    };
    let title = capital_word(kind.words());
    let back = case.request.as_ref().map(|one| (paths::case(&case.id), one.title.clone()));
    let mut form = with_choices(builder, kind, case, view.people, view.documents).build();
    if kind == ActionKind::AmendRequest {
        form.more.push(CHECK);
    }
    let (here, lead) = (paths::REQUESTS, "");
    Html::of(&Page { shell, title, here, lead, back, checked: view.checked, form })
}

/// The button that asks what has to be said about a request, and does not make it.
const CHECK: (&str, &str, &str) = (forms::CHECK, "yes", "Check the dates");

/// The form of a new request.
pub fn new_request(shell: &Shell<'_>, view: NewRequestView<'_>) -> Html {
    let kind = ActionKind::CreateRequest;
    let choice = |(value, label): &(String, String)| crate::forms::Choice {
        value: value.clone(),
        label: label.clone(),
    };
    let builder = FormBuilder::new(kind, "request", paths::NEW_REQUEST.to_owned(), shell);
    let builder = match view.requesters {
        None => builder.without(forms::ON_BEHALF),
        Some(people) => {
            let person = |(user, name): &(UserId, String)| crate::forms::Choice {
                value: user.to_string(),
                label: name.clone(),
            };
            let builder = builder.insisting(forms::ON_BEHALF);
            builder.choices("on_behalf.requester", people.iter().map(person).collect())
        }
    };
    let mut form = builder
        .filled(view.data.clone())
        .errors(view.errors.clone())
        .choices("fields.platform", view.platforms.iter().map(choice).collect())
        .button("Make the request")
        .build();
    form.more.push(CHECK);
    let title = "Request an upgrade".to_owned();
    let lead = "A consultant answers; then a questionnaire asks for the details.";
    let (here, back) = (paths::NEW_REQUEST, None);
    Html::of(&Page { shell, title, here, lead, back, checked: view.checked, form })
}
