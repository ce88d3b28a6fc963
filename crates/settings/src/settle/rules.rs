//! Rules that change the site's file before it is settled: removed, renamed, translated keys.

use std::collections::{BTreeMap, HashSet};

use refit_model::{Outcome, RuleRef, Shown, Truth};

use super::SettleInput;
use super::away::{Accounts, Away};
use super::base::{BaseView, is_under};
use super::input::Brought;
use super::join::Joint;
use super::judge::{Answer, Demand, Directive, Judge, rule_ref};
use super::records::Records;
use super::rename::renamed;
use super::shown::shown_in;
use crate::key::{Key, shown_value};
use crate::pattern::{parts, without_number};
use crate::render::{Plan, render};
use crate::{Document, KeyPattern, Rule, RuleAction};

/// What the rules made of the sides.
pub(super) struct Prepared<'a> {
    pub(super) site: Document,
    /// Rules that are applied key by key, later.
    pub(super) directives: Vec<Directive<'a>>,
    /// Keys that are gone or stand elsewhere now: what became of them.
    pub(super) gone: Vec<Gone>,
    /// Keys that a rule wrote: the rule, and the value that the site had.
    pub(super) written: BTreeMap<String, (RuleRef, Option<Shown>)>,
    /// What goes into other files.
    pub(super) moved: Vec<Brought>,
}

/// A key of the site's file that a rule took away or moved.
pub(super) struct Gone {
    pub(super) path: String,
    pub(super) outcome: Outcome,
    pub(super) rule: Option<RuleRef>,
    pub(super) site: Option<Shown>,
}

/// Applies the rules in their order; each sees what those before it made.
pub(super) fn prepare<'a>(
    input: &SettleInput<'a>,
    base: &mut BaseView,
    records: &mut Records,
) -> Prepared<'a> {
    let mut prepared = Prepared {
        site: input.site.clone(),
        directives: Vec::new(),
        gone: Vec::new(),
        written: BTreeMap::new(),
        moved: Vec::new(),
    };
    for rule in input.rules.iter().filter(|rule| rule.file == input.site.spec().path) {
        let truth = rule.when.as_ref().map_or(Truth::Yes, |when| when.evaluate(input.facts));
        match truth {
            Truth::Yes | Truth::Unknown if !prepared.is_about_site(rule) => {}
            Truth::Yes => prepared.apply(input, rule, base, records),
            Truth::No => {}
            Truth::Unknown => prepared.doubt(rule),
        }
    }
    prepared.let_go(input, base);
    prepared
}

impl<'a> Prepared<'a> {
    fn apply(
        &mut self,
        input: &SettleInput<'a>,
        rule: &'a Rule,
        base: &mut BaseView,
        records: &mut Records,
    ) {
        match &rule.action {
            RuleAction::Remove => {
                self.remove(rule, base, records);
                self.direct(rule, Demand::Remove);
            }
            RuleAction::Move { file, to, always, beginnings, along } => {
                let way = Away { file, to, always: *always, beginnings, along };
                self.move_out(rule, &way, base, records);
            }
            RuleAction::Account { users, groups, roles } => {
                self.enter_accounts(rule, &Accounts { users, groups, roles }, base, records);
            }
            RuleAction::Rename { to } => self.rename(input.file(), rule, to, base),
            RuleAction::Translate { values, entries } => {
                self.translate(rule, &Translation { values, entries: *entries }, base);
            }
            RuleAction::Join { with, to, value } => {
                self.join(input.file(), rule, &Joint { with, to, value }, base);
            }
            RuleAction::Warn => {
                for key in topmost(&self.site, rule) {
                    warn(rule, &key.path, records);
                }
            }
            RuleAction::WarnAbsent => {
                if topmost(&self.site, rule).is_empty() {
                    warn(rule, &rule.key.0, records);
                }
            }
            RuleAction::WarnAdded => self.warn_added(input, rule, base, records),
            RuleAction::KeepSite => self.direct(rule, Demand::KeepSite),
            RuleAction::Ask { question } => self.direct(rule, Demand::Ask(question.clone())),
            RuleAction::Refuse => self.direct(rule, Demand::Refuse),
        }
    }

    /// Whether the site's file has nothing that makes the rule silent, and the value that it is
    /// about.
    fn is_about_site(&self, rule: &Rule) -> bool {
        if rule.given.is_empty() && rule.unless.is_empty() && rule.value.is_none() {
            return true;
        }
        let keys = || self.site.key_list().iter().filter(|key| key.live);
        let has = |patterns: &[KeyPattern]| {
            keys().any(|key| patterns.iter().any(|pattern| pattern.matches(&key.path)))
        };
        let has_value = rule.value.is_none() || keys().any(|key| rule.is_about(key));
        has_value && (rule.given.is_empty() || has(&rule.given)) && !has(&rule.unless)
    }

    fn warn_added(&self, input: &SettleInput, rule: &Rule, base: &BaseView, records: &mut Records) {
        let known = self.site.key_list();
        let has = |path: &str| {
            base.live(path).is_some() || known.iter().any(|key| key.live && key.path == path)
        };
        for key in input.new.map(|new| topmost(new, rule)).unwrap_or_default() {
            if !has(&key.path) {
                warn(rule, &key.path, records);
            }
        }
    }

    pub(super) fn direct(&mut self, rule: &'a Rule, demand: Demand) {
        let with_value = || {
            let keys = self.site.key_list().iter().filter(|key| rule.is_about(key));
            keys.map(|key| key.path.clone()).collect()
        };
        let only = rule.value.is_some().then(with_value);
        self.directives.push(Directive { rule, only, demand });
    }

    /// Whether the rule holds is not known.
    fn doubt(&mut self, rule: &'a Rule) {
        let warns = matches!(
            rule.action,
            RuleAction::Warn | RuleAction::WarnAbsent | RuleAction::WarnAdded
        );
        if !warns {
            let question = format!(
                "Whether this rule holds here is not known: {} Keep what the site has?",
                rule.why
            );
            self.direct(rule, Demand::Ask(question));
        }
    }

    fn remove(&mut self, rule: &Rule, base: &mut BaseView, records: &mut Records) {
        let top = topmost(&self.site, rule);
        let Some(site) = self.without(&top) else {
            for key in &top {
                records.ask(
                    &key.path,
                    "This is gone, and cannot be taken out by itself. Take the new default's?",
                );
            }
            return;
        };
        for key in &top {
            records.remark_from(&key.path, rule.why.clone(), Some(rule.source.clone()));
            let outcome = Outcome::Dropped(rule.why.clone());
            self.take_out(key, &outcome, Some(&rule_ref(rule)));
            base.remove(&key.path);
        }
        self.site = site;
    }

    /// Takes out what a person has decided to let go, and the new default does not have.
    fn let_go(&mut self, input: &SettleInput, base: &mut BaseView) {
        let judge = Judge {
            file: input.file(),
            spec: input.site.spec(),
            decisions: input.decisions,
            directives: Vec::new(),
        };
        let Some(new) = input.new.filter(|_| judge.has_decisions()) else {
            return;
        };
        let spoken = |key: &Key| key.live && judge.speaks_about(&key.path);
        let keys = self.site.keys();
        let paths: HashSet<String> = keys.iter().map(|key| key.path.clone()).collect();
        for key in keys.into_iter().filter(spoken).filter(|key| is_only_one(&key.path, &paths)) {
            let Some(place) = self.site.live_value(&key.path) else {
                continue;
            };
            let shown = match &key.value {
                Some(value) => shown_value(value),
                None => shown_in(&self.site, place.id),
            };
            let let_go = judge.answer(&key.path, Some(&shown), None) == Some(Answer::TakeNew);
            if !let_go || new.live_value(&key.path).is_some() {
                continue;
            }
            if let Some(site) = self.without([&key]) {
                self.let_key_go(&key, &Outcome::TakenFromNew, None, site, base);
            }
        }
    }

    /// Records what became of a live key and everything under it.
    fn take_out(&mut self, key: &Key, outcome: &Outcome, rule: Option<&RuleRef>) {
        let inside = |inner: &Key| inner.live && is_under(&inner.path, &key.path);
        for inner in self.site.keys().into_iter().filter(inside) {
            self.gone.push(Gone {
                outcome: outcome.clone(),
                rule: rule.cloned(),
                site: inner.shown(),
                path: inner.path,
            });
        }
    }

    /// Records what became of a key, and goes on with the site's file without it.
    pub(super) fn let_key_go(
        &mut self,
        key: &Key,
        outcome: &Outcome,
        rule: Option<&RuleRef>,
        site: Document,
        base: &mut BaseView,
    ) {
        self.take_out(key, outcome, rule);
        base.remove(&key.path);
        self.site = site;
    }

    /// The site's file without these live keys; none where they cannot be taken out.
    pub(super) fn without<'k>(&self, keys: impl IntoIterator<Item = &'k Key>) -> Option<Document> {
        let mut plan = Plan::default();
        for key in keys {
            if let Some(place) = self.site.live_value(&key.path) {
                match place.attribute {
                    Some(index) => plan.attributes.insert((place.id, index), None).is_some(),
                    None => plan.removed.insert(place.id),
                };
            }
        }
        self.site.with_text(render(&self.site, &plan)).ok()
    }

    fn rename(&mut self, file: &str, rule: &'a Rule, to: &str, base: &mut BaseView) {
        let old_keys: Vec<String> = base
            .keys()
            .iter()
            .map(|key| key.path.clone())
            .filter(|path| rule.key.matches(path))
            .collect();
        for path in topmost_paths(old_keys) {
            if let Some(captures) = rule.key.captures(&path) {
                base.rename(&path, &KeyPattern::fill(to, &captures));
            }
        }
        for key in topmost_of(self.site.key_list().iter(), rule) {
            let Some(captures) = rule.key.captures(key.plain_path()) else {
                continue;
            };
            let new_path = KeyPattern::fill(to, &captures);
            let Some(site) = renamed(&self.site, &key, &new_path) else {
                let question = format!("{} Move it to `{new_path}` by hand?", rule.why);
                self.direct(rule, Demand::Ask(question));
                return;
            };
            if key.live {
                self.gone.extend(moved(&self.site, &key, file, &new_path, rule));
                self.written.insert(new_path, (rule_ref(rule), key.shown()));
            }
            self.site = site;
        }
    }

    fn translate(&mut self, rule: &Rule, translation: &Translation, base: &mut BaseView) {
        let translated = |value: Option<&str>| translation.of(value?);
        let old_keys: Vec<String> = base
            .keys()
            .iter()
            .filter(|key| key.live && rule.key.matches(&key.path))
            .map(|key| key.path.clone())
            .collect();
        for path in old_keys {
            if let Some(new) = translated(base.live_value(&path)) {
                base.set_value(&path, &new);
            }
        }
        let keys = self.site.keys();
        let about = keys.iter().filter(|key| key.live && rule.is_about(key));
        let changes: Vec<(&Key, String)> =
            about.filter_map(|key| Some((key, translated(key.value.as_deref())?))).collect();
        let pairs: Vec<(&str, &str)> =
            changes.iter().map(|(key, new)| (key.path.as_str(), new.as_str())).collect();
        if let Ok(site) = self.site.with_values(&pairs) {
            for (key, _) in &changes {
                self.written.insert(key.path.clone(), (rule_ref(rule), key.shown()));
            }
            self.site = site;
        }
    }
}

/// Old values and the new ones in their places.
struct Translation<'a> {
    values: &'a [(String, String)],
    /// The values are entries of lists.
    entries: bool,
}

impl Translation<'_> {
    /// The new value; none where nothing in it is another.
    fn of(&self, value: &str) -> Option<String> {
        if !self.entries {
            return self.one(value).map(str::to_owned);
        }
        let entry = |entry: &str| match self.one(entry.trim()) {
            Some(new) => entry.replacen(entry.trim(), new, 1),
            None => entry.to_owned(),
        };
        let translated = value.split(',').map(entry).collect::<Vec<_>>().join(",");
        (translated != value).then_some(translated)
    }

    fn one(&self, value: &str) -> Option<&str> {
        self.values.iter().find(|(old, _)| old == value).map(|(_, new)| new.as_str())
    }
}

fn warn(rule: &Rule, path: &str, records: &mut Records) {
    records.remark_from(path, rule.why.clone(), Some(rule.source.clone()));
}

/// Whether a path can mean only one key: nothing on the way to it stands twice.
fn is_only_one(path: &str, paths: &HashSet<String>) -> bool {
    let mut above = String::new();
    parts(path).into_iter().all(|part| {
        if !above.is_empty() {
            above.push('/');
        }
        above.push_str(part);
        without_number(part) == part && !paths.contains(&format!("{above}#2"))
    })
}

/// What became of a renamed key and everything under it.
fn moved(site: &Document, key: &Key, file: &str, new_path: &str, rule: &Rule) -> Vec<Gone> {
    let inside =
        site.keys().into_iter().filter(|inner| inner.live && is_under(&inner.path, &key.path));
    inside
        .map(|inner| Gone {
            outcome: Outcome::Moved(format!("{file}#{new_path}{}", &inner.path[key.path.len()..])),
            rule: Some(rule_ref(rule)),
            site: inner.value.as_deref().map(shown_value),
            path: inner.path,
        })
        .collect()
}

/// The live keys that the rule is about, without those inside of others.
pub(super) fn topmost(site: &Document, rule: &Rule) -> Vec<Key> {
    topmost_of(site.key_list().iter().filter(|key| key.live), rule)
}

fn topmost_of<'a>(keys: impl Iterator<Item = &'a Key>, rule: &Rule) -> Vec<Key> {
    let mut top: Vec<Key> = Vec::new();
    for key in keys {
        let inside = top.last().is_some_and(|last| is_under(&key.path, &last.path));
        if !inside && rule.is_about(key) {
            top.push(key.clone());
        }
    }
    top
}

fn topmost_paths(paths: Vec<String>) -> Vec<String> {
    let mut top: Vec<String> = Vec::new();
    for path in paths {
        if !top.last().is_some_and(|last| is_under(&path, last)) {
            top.push(path);
        }
    }
    top
}
