//! Webhooks: where events are told to.

use askama::Template;
use jiff::Timestamp;

use crate::forms::{Choice, Form, FormBuilder, FormData, FormErrors, WEBHOOK};
use crate::{Html, Shell, paths};

/// The list of webhooks, and the form of a new one.
#[derive(Clone, Copy)]
pub struct WebhooksView<'a> {
    /// The webhooks.
    pub rows: &'a [WebhookRow],
    /// Their latest messages.
    pub deliveries: &'a [DeliveryRow],
    /// The kinds of events that can be told.
    pub known: &'a [String],
    /// The key by which the messages of the webhook that was just made are signed: it is shown
    /// this once.
    pub key: Option<&'a str>,
    /// What was typed into the form of a new one.
    pub data: &'a FormData,
    /// What is wrong with it.
    pub errors: &'a FormErrors,
}

impl std::fmt::Debug for WebhooksView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhooksView").field("rows", &self.rows).finish_non_exhaustive()
    }
}

/// A webhook in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookRow {
    /// What names it in forms: not its key.
    pub id: String,
    /// Where it goes.
    pub url: String,
    /// The kinds of events that it is told; all, if none is named.
    pub events: Vec<String>,
    /// When it was told something last, and what came of it.
    pub last: Option<(Timestamp, String)>,
    /// How many messages wait to be sent again.
    pub waiting: usize,
}

/// A message to a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Its number.
    pub id: u64,
    /// When it was put in.
    pub at: Timestamp,
    /// Where it goes.
    pub url: String,
    /// What it is about.
    pub what: String,
    /// How it stands, with why it did not arrive.
    pub outcome: String,
    /// How often it was sent.
    pub tries: u64,
    /// Whether it is given up, and can be tried again.
    pub is_dead: bool,
}

#[derive(Template)]
#[template(path = "webhooks.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: WebhooksView<'a>,
    form: Form,
}

/// The words of a kind of event.
fn words(kind: &str) -> String {
    kind.replace('-', " ")
}

impl WebhookRow {
    fn events_words(&self) -> String {
        self.events.iter().map(|kind| words(kind)).collect::<Vec<_>>().join(", ")
    }
}

/// The list of webhooks, and the form of a new one. To remove one, its id is sent as `remove`;
/// to have a message that was given up tried again, its number as `again`.
pub fn webhooks(shell: &Shell<'_>, view: WebhooksView<'_>) -> Html {
    let choice = |event: &String| Choice { value: event.clone(), label: words(event) };
    let form = FormBuilder::of_fields(WEBHOOK, "webhook", paths::WEBHOOKS.to_owned(), shell)
        .filled(view.data.clone())
        .errors(view.errors.clone())
        .choices("events", view.known.iter().map(choice).collect())
        .button("Add the webhook")
        .build();
    Html::of(&Page { shell, title: "Webhooks", here: paths::WEBHOOKS, view, form })
}
