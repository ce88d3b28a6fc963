//! What a person can do to a case now.
//!
//! The desk alone knows. So for everything that a page could offer it is asked: an action with some
//! text in place of what would be typed is decided, and thrown away. What it refuses is not
//! offered.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use refit_desk::{Action, ActionKind, Actor, Case, Rules};

use crate::forms::{self, FormData};

mod candidates;

pub(crate) use candidates::{contact_subject, post_subject};

/// Something that the person can do now.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) kind: ActionKind,
    /// What it is about, for example an activity's key; empty for the case as a whole.
    pub(crate) subject: String,
    /// Fields that are not to be typed.
    pub(crate) fixed: FormData,
    /// What stands in the other fields at first.
    pub(crate) filled: FormData,
}

/// Something that a page could offer.
struct Candidate {
    subject: String,
    /// The action, with some text in place of what would be typed.
    action: Action,
    /// The fields that are not to be typed.
    fixed: &'static [&'static str],
    /// Whether the other fields are filled in at first.
    is_filled: bool,
}

/// Whom the desk is asked about, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) case: &'a Case,
    pub(crate) actor: &'a Actor,
    pub(crate) rules: &'a Rules,
    pub(crate) now: Timestamp,
    /// The time zone in which moments are typed: the viewer's.
    pub(crate) zone: &'a TimeZone,
}

impl Asking<'_> {
    /// What the person can do of these kinds, in their order: about this thing alone, if one is
    /// named. Only what is to be shown is asked about, since every question costs a copy of the
    /// case.
    pub(crate) fn offers(&self, kinds: &[ActionKind], subject: Option<&str>) -> Vec<Offer> {
        let Self { actor, zone, .. } = *self;
        let kinds = kinds.iter().filter(|kind| kind.is_for(actor.role));
        let candidates = kinds.flat_map(|kind| candidates::of(*kind, *self));
        let is_asked = |one: &Candidate| subject.is_none_or(|subject| one.subject == subject);
        let possible = candidates.filter(|one| is_asked(one) && self.may(&one.action));
        possible.map(|one| one.offer(zone)).collect()
    }

    /// Whether the person can do this now.
    pub(crate) fn may(&self, action: &Action) -> bool {
        let Self { case, actor, rules, now, .. } = *self;
        case.decide(action.clone(), actor, now, rules).is_ok()
    }

    /// The offer that a form came from, if it is still one.
    pub(crate) fn behind(&self, kind: ActionKind, data: &FormData) -> Option<Offer> {
        let is_behind = |offer: &Offer| {
            offer.fixed.iter().all(|(name, _)| offer.fixed.text(name) == data.text(name))
        };
        self.offers(&[kind], None).into_iter().find(is_behind)
    }
}

impl Candidate {
    fn offer(self, zone: &TimeZone) -> Offer {
        let all = forms::fill(&self.action, zone);
        let (mut fixed, mut filled) = (FormData::new(), FormData::new());
        for (name, entry) in all.iter() {
            if let forms::Entry::Text(text) = entry {
                if self.fixed.contains(&name) {
                    fixed.push(name, text.as_str());
                } else if self.is_filled {
                    filled.push(name, text.as_str());
                }
            }
        }
        Offer { kind: self.action.kind(), subject: self.subject, fixed, filled }
    }
}
