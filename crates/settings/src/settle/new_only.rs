//! Keys that the new default has and the site has not: what the vendor added, and what the site
//! took out.

use std::collections::{HashMap, HashSet};

use refit_model::Outcome;

use super::align::split_last;
use super::base::{BaseView, comparable};
use super::judge::{Answer, Demand, rule_ref};
use super::merge::{Merge, is_block};
use super::records::Held;
use super::shown::shown_item;
use super::side::Side;
use super::site_only::changed_since;
use crate::tree::{ItemId, ItemKind};

impl Merge<'_> {
    /// A child of the new default: if the site's walk has not met it, the site does not have it.
    pub(super) fn of_new_only(&mut self, child: ItemId) {
        let item = self.new.item(child);
        let path = self.new.path(child);
        let met = self.settled.contains(&child) || self.site.live(path).is_some();
        if item.kind != ItemKind::Key || met {
            return;
        }
        let answer = self.judge.answer(path, None, Some(&shown_item(self.new, child)));
        let directive = self.judge.directive(path);
        let demand = directive.map(|directive| &directive.demand);
        let was_there = self.base.live(path).is_some();
        let stays = match (&answer, demand) {
            (Some(Answer::TakeNew), _) => true,
            (Some(Answer::KeepSite), _) | (_, Some(Demand::KeepSite | Demand::Remove)) => false,
            _ if !was_there && let Some(chosen) = self.alternative(path) => {
                self.records.remark(path, said_otherwise(chosen));
                false
            }
            _ => !was_there,
        };
        if stays {
            self.addition(child, path, answer.is_some());
        } else {
            self.removal(child, path, was_there);
        }
        self.records.by_rule(path, directive.map(|directive| rule_ref(directive.rule)));
    }

    /// What the vendor added.
    fn addition(&mut self, child: ItemId, path: &str, decided: bool) {
        let block = is_block(self.new, child);
        for (key, held) in self.new.keys_under(child) {
            if key != path && (block || self.site.live(&key).is_some()) {
                continue;
            }
            if let Some(guard) = self.judge.guard(&key) {
                self.records.remark(path, format!("The new default adds this ({}).", guard.what));
            }
            self.records.set(&key, Outcome::TakenFromNew, Some(held));
        }
        if block {
            for &inner in &self.new.item(child).children {
                self.of_new_only(inner);
            }
        } else if let Some(other) = self.replaced_otherwise(child).filter(|_| !decided) {
            let question =
                format!("The site put `{other}` where the vendor now has this. Take this too?");
            self.records.ask(path, &question);
        }
    }

    /// What the site chose to say the same thing as the vendor's new key: a key of the same holder
    /// with a value of the site's own.
    pub(super) fn alternative(&self, path: &str) -> Option<&str> {
        let groups = self.judge.spec.alternatives.iter();
        let mut groups = groups.filter(|group| group.iter().any(|key| key.matches(path)));
        let above = split_last(path).0;
        let is_own = |other: &&str| {
            let value = self.site.held(other).and_then(Held::value).map(comparable);
            value.is_some() && value.as_deref() != self.base.live_value(other)
        };
        groups.find_map(|group| {
            let says = |other: &&str| group.iter().any(|key| key.matches(other));
            let beside = self.site.held_paths().filter(|other| split_last(other).0 == above);
            beside.filter(|other| *other != path).filter(says).filter(is_own).min()
        })
    }

    /// Site and vendor each took one element away and put another one of its kind there.
    fn replaced_otherwise(&self, child: ItemId) -> Option<&String> {
        let (above, _) = split_last(self.new.path(child));
        self.replaced.get(&(above.to_owned(), self.new.item(child).name.clone()))
    }

    /// A block that the site took away around settings that it keeps.
    fn block_around_kept(&mut self, child: ItemId, path: &str) {
        if self.site_stays {
            self.records.set(path, Outcome::Kept, None);
        } else {
            self.records.set(path, Outcome::TakenFromNew, Some(Held::Others));
            let question = "The site took this block away around settings that it keeps, which \
                            cannot be repeated by itself. Take the vendor's block (take-new)?";
            self.records.ask(path, question);
        }
        for &inner in &self.new.item(child).children {
            self.of_new_only(inner);
        }
    }

    /// What the site took out.
    fn removal(&mut self, child: ItemId, path: &str, was_there: bool) {
        let keys = self.new.keys_under(child);
        let inside_live = |key: &str| key != path && self.site.live(key).is_some();
        if keys.iter().any(|(key, _)| inside_live(key)) {
            self.block_around_kept(child, path);
            return;
        }
        if was_there && changed_since(self.judge, self.base, path, &keys) {
            let text =
                "The site had taken this out; the vendor changed it meanwhile. It stays out.";
            self.records.remark(path, text);
        }
        for (key, _) in keys {
            self.records.set(&key, Outcome::Kept, None);
        }
        self.plan.removed.insert(child);
        self.settled.extend(self.new.document.tree().subtree(child));
        self.remove_members(child);
    }

    /// Takes out what belongs to the section that an item opens.
    pub(super) fn remove_members(&mut self, header: ItemId) {
        let members = self.new.members(header);
        self.plan.removed.extend(&members);
        self.settled.extend(members);
    }
}

/// What is told of the vendor's new key where the site has chosen another one.
pub(super) fn said_otherwise(chosen: &str) -> String {
    format!("The site set `{chosen}`, which says the same thing: it holds.")
}

/// By what holds them and their name: elements of the site's where both sides have taken one of
/// that name away.
pub(super) fn replacements(
    base: &BaseView,
    site: &Side,
    new: &Side,
) -> HashMap<(String, String), String> {
    let kind = |path: &str| {
        let (above, last) = split_last(path);
        let name = last.split(['[', '#']).next().unwrap_or(last);
        (above.to_owned(), name.to_owned())
    };
    let absent = |path: &str| site.live(path).is_none() && new.live(path).is_none();
    let live = base.keys().iter().filter(|key| key.live && !key.path.contains('@'));
    let gone: HashSet<_> =
        live.filter(|key| absent(&key.path)).map(|key| kind(&key.path)).collect();
    let is_own = |path: &&String| base.live(path).is_none() && new.live(path).is_none();
    let own = site.live_paths().filter(is_own).map(|path| (kind(path), path.clone()));
    own.filter(|(kind, _)| gone.contains(kind)).collect()
}
