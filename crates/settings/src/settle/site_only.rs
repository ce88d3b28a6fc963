//! Keys that the site has and the new default has not: its own, and those that the vendor took
//! away.

use std::collections::HashSet;

use refit_model::{Outcome, RuleRef};

use super::base::{BaseView, is_under};
use super::judge::{Answer, Demand, Judge, rule_ref};
use super::merge::{Anchor, Merge};
use super::records::Held;
use super::shown::shown_item;
use super::values::{STAYS_THOUGH_GONE, refusal, same};
use crate::key::shown_value;
use crate::mark::has_mark;
use crate::tree::ItemId;

/// What becomes of a key.
#[derive(Clone)]
struct Fate {
    stays: bool,
    question: Option<String>,
    remark: Option<&'static str>,
    rule: Option<RuleRef>,
}

impl Merge<'_> {
    /// A key that the new default has not.
    pub(super) fn of_site_only(&mut self, item: ItemId, anchor: Anchor) {
        let path = self.site.path(item);
        let keys = self.site.keys_under(item);
        let fate = self.fate_of_site_only(item, path, &keys);
        let outcome = if fate.stays { Outcome::Kept } else { Outcome::TakenFromNew };
        for (key, held) in &keys {
            self.records.set(key, outcome.clone(), fate.stays.then(|| held.clone()));
        }
        if fate.stays {
            self.insert(item, anchor);
            self.ask_about_parts(path, &keys);
        } else if self.site.document.tree().subtree(item).iter().any(|id| self.own.contains(id)) {
            self.records.remark(path, "A note of the site inside this goes with it.");
        }
        if let Some(question) = &fate.question {
            self.records.ask(path, question);
        }
        if let Some(remark) = fate.remark {
            self.records.remark(path, remark);
        }
        self.records.by_rule(path, fate.rule);
    }

    fn fate_of_site_only(&self, item: ItemId, path: &str, keys: &[(String, Held)]) -> Fate {
        let directive = self.judge.directive(path);
        let rule = directive.map(|directive| rule_ref(directive.rule));
        let demand = directive.map(|directive| &directive.demand);
        let stays = Fate { stays: true, question: None, remark: None, rule };
        let ask = |question: &str| Fate { question: Some(question.to_owned()), ..stays.clone() };
        if demand == Some(&Demand::Refuse) {
            return ask(&refusal(directive.map_or("", |directive| &directive.rule.why)));
        }
        match self.judge.answer(path, Some(&shown_item(self.site, item)), None) {
            Some(Answer::KeepSite) => return stays,
            Some(Answer::TakeNew) => return Fate { stays: false, ..stays },
            Some(Answer::Own(_)) | None => {}
        }
        let changed = changed_since(self.judge, self.base, path, keys);
        match demand {
            Some(Demand::KeepSite) => return stays,
            Some(Demand::Ask(question)) if changed => return ask(question),
            _ => {}
        }
        if self.base.live(path).is_none() {
            return if self.holds_moved(item) {
                ask("This block holds settings that the new default sets elsewhere. Keep it?")
            } else {
                stays
            };
        }
        if changed && self.is_mostly_the_sites(item, keys) {
            return Fate { remark: Some(STAYS_THOUGH_GONE), ..stays };
        }
        if changed {
            return ask("The site changed this, and the new default no longer has it. Keep it?");
        }
        let guarded = || keys.iter().find_map(|(key, _)| self.judge.guard(key));
        match guarded().filter(|_| !self.stands_elsewhere(item)) {
            Some(guard) => ask(&format!(
                "This ({}) is in force, and the new default no longer has it. Keep it?",
                guard.what
            )),
            None => Fate { stays: false, ..stays },
        }
    }

    /// Whether there is little of the vendor's in something that the site changed: it has no
    /// elements of its own inside, or the site changed most of what is inside.
    fn is_mostly_the_sites(&self, item: ItemId, keys: &[(String, Held)]) -> bool {
        let live = |child: &ItemId| self.site.item(*child).is_live_key();
        if !self.site.item(item).children.iter().any(live) {
            return true;
        }
        let own =
            |(key, held): &&(String, Held)| is_changed(self.judge, self.base, key, held.value());
        2 * keys.iter().filter(own).count() > keys.len()
    }

    /// Whether the vendor put what stands here, elements with an identity all of them, elsewhere in
    /// the new default.
    fn stands_elsewhere(&self, item: ItemId) -> bool {
        let tree = self.site.document.tree();
        let identified = |id: &ItemId| {
            let inner = self.site.item(*id);
            inner.is_live_key() && inner.segment.contains('[')
        };
        let guarded = |id: &ItemId| self.judge.guard(self.site.path(*id)).is_some();
        let mut inside = tree.subtree(item).into_iter().skip(1).filter(identified).filter(guarded);
        let elsewhere = |id: ItemId| {
            let segment = &self.site.item(id).segment;
            self.new.document.tree().items.iter().any(|other| {
                other.is_live_key() && other.segment.contains('[') && other.segment == *segment
            })
        };
        let first = inside.next();
        first.is_some_and(elsewhere) && inside.all(elsewhere)
    }

    /// Rules that ask about parts of something that comes from the site as a whole.
    pub(super) fn ask_about_parts(&mut self, path: &str, keys: &[(String, Held)]) {
        let mut asked: Option<&str> = None;
        for (key, held) in keys.iter().filter(|(key, _)| key != path) {
            let inside = asked.is_some_and(|asked| is_under(key, asked));
            let Some(directive) = self.judge.directive(key).filter(|_| !inside) else {
                continue;
            };
            let question = match &directive.demand {
                Demand::Ask(question) => question.clone(),
                Demand::Refuse => refusal(&directive.rule.why),
                Demand::KeepSite | Demand::Remove => continue,
            };
            asked = Some(key);
            let shown = match (held.value(), self.site.live(key)) {
                (Some(value), _) => Some(shown_value(value)),
                (None, item) => item.map(|item| shown_item(self.site, item)),
            };
            let kept = self.judge.answer(key, shown.as_ref(), None) == Some(Answer::KeepSite);
            if !kept || directive.demand == Demand::Refuse {
                self.records.ask(key, &question);
            }
            self.records.by_rule(key, Some(rule_ref(directive.rule)));
        }
    }
}

/// Whether these keys differ from those of the old default at and under `path`. Secrets may.
pub(super) fn changed_since(
    judge: &Judge,
    base: &BaseView,
    path: &str,
    keys: &[(String, Held)],
) -> bool {
    let has: HashSet<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
    keys.iter().any(|(key, held)| is_changed(judge, base, key, held.value()))
        || base.under(path).any(|key| !has.contains(key.path.as_str()))
}

/// Whether one key differs from the old default. A secret may.
pub(super) fn is_changed(judge: &Judge, base: &BaseView, key: &str, value: Option<&str>) -> bool {
    let Some(old) = base.live(key) else {
        return true;
    };
    match (old.value.as_deref(), value) {
        (Some(old), Some(value)) => {
            has_mark(value) || !same(judge.spec.format, judge.kind(key), old, value)
        }
        (old, value) => old.is_some() || value.is_some(),
    }
}
