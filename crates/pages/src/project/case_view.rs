//! What all pages of a case have in common.

use askama::Template;
use askama::filters::Safe;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use refit_desk::{
    Action, ActionKind, Arithmetic, Case, Party, Post, Rules, StateMachine, UpgradeDocument,
};
use refit_model::Digest;

use super::choices::with_choices;
use super::waits::{Place, Wait, waits};
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
    /// How many things wait there for the viewer.
    pub(crate) to_do: usize,
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
        let zone = shell.zone;
        let ask =
            |viewer: crate::Viewer<'a>| Asking { case, actor: viewer.actor, rules, now, zone };
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
        let waits = waits(self.case(), &[], self.view.now);
        let is_own = |wait: &&Wait| self.is_for_viewer(wait) && self.can_do(&wait.place);
        let own: Vec<_> = waits.iter().filter(is_own).collect();
        let tab = |part: Part| Tab {
            path: self.path(part),
            words: part.words().0,
            is_here: part == self.part,
            to_do: own.iter().filter(|wait| wait.place.part == part).count(),
        };
        Part::ALL.into_iter().map(tab).collect()
    }

    fn path(&self, part: Part) -> String {
        let (id, (_, word)) = (&self.case().id, part.words());
        if word.is_empty() { paths::case(id) } else { paths::part(id, word) }
    }

    /// Whether a side is the viewer's own. One of the team stands for it in the cases of which the
    /// person has the post, or nobody has.
    fn is_you(&self, party: Party) -> bool {
        let Some(viewer) = self.shell.viewer else { return false };
        let post = Post::ALL.into_iter().find(|post| post.role().party() == Some(party));
        let holder = post.and_then(|post| self.case().holder(post));
        let is_own = holder.is_none_or(|holder| *holder == viewer.actor.user);
        is_own && viewer.actor.role.party() == Some(party)
    }

    /// A side as the viewer reads it: `you`, if it is the own one.
    pub(crate) fn whom(&self, party: Party) -> &'static str {
        if self.is_you(party) { "you" } else { party.word() }
    }

    /// The same with an article.
    pub(crate) fn the(&self, party: Party) -> String {
        if self.is_you(party) { "you".to_owned() } else { format!("the {party}") }
    }

    /// For whom something waits, as the viewer reads it.
    pub(crate) fn whom_of(&self, wait: &Wait) -> String {
        if wait.whom.is_empty() {
            return if self.is_for_viewer(wait) {
                "you, or others of the team"
            } else {
                "the team"
            }
            .to_owned();
        }
        let words: Vec<_> = wait.whom.iter().map(|party| self.whom(*party)).collect();
        words.join(" and ")
    }

    /// Whether something waits for the viewer: the team waits for everybody of it.
    fn is_for_viewer(&self, wait: &Wait) -> bool {
        match wait.whom[..] {
            [] => self.shell.is_team(),
            ref whom => whom.iter().any(|party| self.is_you(*party)),
        }
    }

    /// Where what is waited for is done, for those who can do it, or are waited for.
    pub(crate) fn link(&self, wait: &Wait) -> Option<String> {
        let place = &wait.place;
        let path = match (&place.anchor, place.kinds) {
            (Some(anchor), _) => format!("{}#{anchor}", self.path(place.part)),
            (None, [kind, ..]) => paths::action(&self.case().id, *kind),
            (None, []) => return None,
        };
        (self.is_for_viewer(wait) || self.can_do(place)).then_some(path)
    }

    /// Whether the viewer can do one of the things of a place now.
    fn can_do(&self, place: &Place) -> bool {
        let offers = |asking: Asking<'_>| asking.offers(place.kinds, place.subject.as_deref());
        self.asking.is_some_and(|asking| !offers(asking).is_empty())
    }

    pub(crate) fn zone(&self) -> &'a TimeZone {
        self.shell.zone
    }

    /// A moment in the viewer's time zone.
    pub(crate) fn moment(&self, at: Timestamp) -> Moment {
        Moment::new(at, self.zone())
    }

    /// When a clock is due, and how that comes about: with the calendar's time zone, where it is
    /// another one than the viewer's.
    pub(crate) fn due(&self, arithmetic: &Arithmetic) -> String {
        let words = crate::show::due(arithmetic);
        let zone = &arithmetic.time_zone;
        let is_own = self.zone().iana_name() == Some(zone);
        if is_own { words } else { format!("{words} (times of {zone})") }
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
        K::MeetDependency => "It is met",
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
