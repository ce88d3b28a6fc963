//! What all pages of a case have in common.

use askama::Template;
use askama::filters::Safe;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use refit_desk::{Action, ActionKind, Case, Post, Rules, StateMachine, UpgradeDocument};
use refit_model::Digest;

use super::choices::with_choices;
use crate::forms::{Form, FormBuilder};
use crate::html::render;
use crate::offers::{Asking, Offer, post_subject};
use crate::show::Moment;
use crate::{People, Shell, paths};

/// A case as a page shows it. The case is one that the viewer may see.
#[derive(Clone, Copy, Debug)]
pub struct CaseView<'a> {
    /// The case.
    pub case: &'a Case,
    /// The rules that the desk applies.
    pub rules: &'a Rules,
    /// Now.
    pub now: Timestamp,
    /// The names of people; those who can be given something are chosen out of them.
    pub people: &'a People,
    /// Documents of upgrades that the server knows, and that can be chosen.
    pub documents: &'a [KnownDocument],
    /// Which of the documents that the case names are kept with it.
    pub at_hand: &'a [Digest],
}

/// A document of an upgrade that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDocument {
    /// What it is.
    pub kind: UpgradeDocument,
    /// Its digest.
    pub digest: Digest,
    /// What people know it by.
    pub label: String,
}

/// A part of a case, with a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Overview,
    Activities,
    Questionnaire,
    Documents,
    Downloads,
    Upgrade,
    Playbook,
    History,
}

impl Part {
    const ALL: [Self; 8] = [
        Self::Overview,
        Self::Activities,
        Self::Questionnaire,
        Self::Documents,
        Self::Downloads,
        Self::Upgrade,
        Self::Playbook,
        Self::History,
    ];

    /// Its words, and its word in addresses.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Overview => ("Overview", ""),
            Self::Activities => ("Activities", "activities"),
            Self::Questionnaire => ("Questionnaire", "questionnaire"),
            Self::Documents => ("Documents", "documents"),
            Self::Downloads => ("Downloads", "downloads"),
            Self::Upgrade => ("Upgrade", "upgrade"),
            Self::Playbook => ("Playbook", "playbook"),
            Self::History => ("History", "history"),
        }
    }
}

/// A tab of a case.
pub(crate) struct Tab {
    pub(crate) path: String,
    pub(crate) words: &'static str,
    pub(crate) is_here: bool,
}

/// What can be done, each thing folded up until it is wanted.
#[derive(Template)]
#[template(path = "part/doings.html")]
struct Doings {
    forms: Vec<Form>,
}

/// A case, ready for a page: its head and what the viewer can do.
pub(crate) struct Subject<'a> {
    pub(crate) view: CaseView<'a>,
    pub(crate) shell: &'a Shell<'a>,
    pub(crate) part: Part,
    asking: Option<Asking<'a>>,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(shell: &'a Shell<'a>, view: CaseView<'a>, part: Part) -> Self {
        let CaseView { case, rules, now, .. } = view;
        let ask = |viewer: crate::Viewer<'a>| Asking { case, actor: viewer.actor, rules, now };
        Self { view, shell, part, asking: shell.viewer.map(ask) }
    }

    pub(crate) fn case(&self) -> &'a Case {
        self.view.case
    }

    /// The case's title.
    pub(crate) fn name(&self) -> &str {
        self.case().request.as_ref().map_or("A new case", |request| &request.title)
    }

    /// The title of the page.
    pub(crate) fn title(&self) -> String {
        format!("{}: {}", self.part.words().0, self.name())
    }

    pub(crate) fn state(&self) -> &'static str {
        self.case().state.word()
    }

    pub(crate) fn tabs(&self) -> Vec<Tab> {
        let tab = |part: Part| {
            let (words, word) = part.words();
            let id = &self.case().id;
            let path = if word.is_empty() { paths::case(id) } else { paths::part(id, word) };
            Tab { path, words, is_here: part == self.part }
        };
        Part::ALL.into_iter().map(tab).collect()
    }

    pub(crate) fn zone(&self) -> &TimeZone {
        self.case().calendar().map_or(self.shell.zone, refit_desk::BusinessCalendar::zone)
    }

    /// A moment in the customer's time zone.
    pub(crate) fn moment(&self, at: Timestamp) -> Moment {
        Moment::new(at, self.zone())
    }

    /// The name of the time zone of moments on the page.
    pub(crate) fn zone_name(&self) -> &str {
        self.zone().iana_name().unwrap_or("UTC")
    }

    pub(crate) fn person(&self, user: &'a refit_desk::UserId) -> &'a str {
        self.view.people.name(user)
    }

    /// Whether the viewer can do this now.
    pub(crate) fn may(&self, action: &Action) -> bool {
        self.asking.is_some_and(|asking| asking.may(action))
    }

    /// What the viewer can do of these kinds.
    pub(crate) fn doings(&self, kinds: &[ActionKind]) -> Safe<String> {
        self.folded(kinds, None)
    }

    /// What the viewer can do of these kinds about one thing.
    pub(crate) fn doings_about(&self, kinds: &[ActionKind], subject: &str) -> Safe<String> {
        self.folded(kinds, Some(subject))
    }

    fn folded(&self, kinds: &[ActionKind], subject: Option<&str>) -> Safe<String> {
        let offers = self.asking.map(|asking| asking.offers(kinds, subject)).unwrap_or_default();
        if offers.is_empty() {
            return Safe(String::new());
        }
        Safe(render(&Doings { forms: offers.into_iter().map(|offer| self.form(offer)).collect() }))
    }

    fn form(&self, offer: Offer) -> Form {
        let word = crate::forms::word(offer.kind);
        let id = if offer.subject.is_empty() { word } else { format!("{word}-{}", offer.subject) };
        let path = paths::action(&self.case().id, offer.kind);
        let builder = FormBuilder::new(offer.kind, &id.replace('.', "-"), path, self.shell)
            .fixed(offer.fixed)
            .filled(offer.filled);
        let builder = match (offer.kind, short(offer.kind)) {
            // One stands beside the other.
            (ActionKind::Assign, _) => builder.button(assign_words(&offer.subject)),
            (_, Some(word)) if !offer.subject.is_empty() => builder.button(word),
            _ => builder,
        };
        with_choices(builder, offer.kind, self.case(), self.view.people, self.view.documents)
            .build()
    }
}

/// What assigning does, for the post of a form.
fn assign_words(subject: &str) -> String {
    let post = Post::ALL.into_iter().find(|post| post_subject(*post) == subject);
    post.map_or_else(String::new, |post| format!("Assign a {}", post.role()))
}

/// The word on a button that stands beside what it is about.
fn short(kind: ActionKind) -> Option<&'static str> {
    use ActionKind as K;
    Some(match kind {
        K::StartActivity => "Start",
        K::HoldActivity => "Hold",
        K::ReleaseActivity => "Release",
        K::FinishActivity => "Finish",
        K::SkipActivity => "Skip",
        K::ExcludeActivity => "Exclude",
        K::ReopenActivity => "Reopen",
        K::RemoveContact => "Remove",
        K::MeetDependency => "It is there",
        K::ReturnDocument => "Return it",
        K::FindIncomplete => "Incomplete",
        K::ProcessDocument => "Complete: process it",
        K::FixDefect => "Fix",
        K::DocumentDefect => "Document",
        K::DiscussChange => "Discuss",
        K::AgreeToChange => "Agree",
        K::AnswerChange | K::AnswerProblem | K::AnswerOffer => "Answer",
        K::DeclineChange => "Decline",
        K::WithdrawChange => "Withdraw",
        K::WithdrawOffer => "Take back",
        K::RecordReplicated => "Replicated",
        K::RecordNotReplicated => "Not replicated",
        K::RecordOtherUpgrade => "Record its upgrade",
        _ => return None,
    })
}
