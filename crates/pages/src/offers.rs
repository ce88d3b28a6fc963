//! What a person can do to a case now.
//!
//! The desk alone knows. So for everything that a page could offer it is asked: an action with some
//! text in place of what would be typed is decided, and thrown away. What it refuses is not offered.

use jiff::Timestamp;
use refit_desk::{Action, ActionKind, Actor, Case, Rules};

use crate::forms::{self, FormData};

mod candidates;

pub(crate) use candidates::contact_subject;

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

/// Everything that the person can do to the case at this moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offers(Vec<Offer>);

impl Offers {
    pub(crate) fn of(case: &Case, actor: &Actor, rules: &Rules, now: Timestamp) -> Self {
        let kinds = ActionKind::ALL.iter().filter(|kind| kind.is_for(actor.role));
        let candidates = kinds.flat_map(|kind| candidates::of(*kind, case, actor, now));
        let is_possible = |candidate: &Candidate| {
            case.decide(candidate.action.clone(), actor, now, rules).is_ok()
        };
        Self(candidates.filter(is_possible).map(|one| one.offer(case)).collect())
    }

    /// The offers of these kinds, in their order.
    pub(crate) fn of_kinds(&self, kinds: &[ActionKind]) -> Vec<&Offer> {
        let mut offers = Vec::new();
        for kind in kinds {
            offers.extend(self.0.iter().filter(|offer| offer.kind == *kind));
        }
        offers
    }

    /// The offers of these kinds that are about this.
    pub(crate) fn about(&self, kinds: &[ActionKind], subject: &str) -> Vec<&Offer> {
        let mut offers = self.of_kinds(kinds);
        offers.retain(|offer| offer.subject == subject);
        offers
    }

    /// The offer that a form came from, if it is still one.
    pub(crate) fn behind(&self, kind: ActionKind, data: &FormData) -> Option<&Offer> {
        let is_behind = |offer: &Offer| {
            offer.kind == kind
                && offer.fixed.iter().all(|(name, _)| offer.fixed.text(name) == data.text(name))
        };
        self.0.iter().find(|offer| is_behind(offer))
    }
}

impl Candidate {
    fn offer(self, case: &Case) -> Offer {
        let utc = jiff::tz::TimeZone::UTC;
        let zone = case.calendar().map_or(&utc, refit_desk::BusinessCalendar::zone);
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
