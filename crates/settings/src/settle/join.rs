//! Several keys of the old version that are one key of the new one.

use refit_model::Outcome;

use super::base::BaseView;
use super::judge::{Demand, rule_ref};
use super::rename::renamed;
use super::rules::{Gone, Prepared};
use crate::key::{Key, shown_value};
use crate::{Document, Rule};

/// What a rule says about the keys that become one.
pub(super) struct Joint<'a> {
    pub(super) with: &'a [String],
    pub(super) to: &'a str,
    pub(super) value: &'a str,
}

impl<'a> Prepared<'a> {
    /// Gives the first of the keys the new name and value, and takes the others out.
    pub(super) fn join(
        &mut self,
        file: &str,
        rule: &'a Rule,
        joint: &Joint<'_>,
        base: &mut BaseView,
    ) {
        let parts: Vec<Key> =
            self.site.keys().into_iter().filter(|key| joint.takes(rule, key)).collect();
        let Some(first) = parts.first() else { return };
        let value = joint.fill(&self.site);
        let Some(site) = self.joined(&parts, joint.to, &value) else {
            let question = format!("{} Write `{}` by hand?", rule.why, joint.to);
            return self.direct(rule, Demand::Ask(question));
        };
        for key in &parts {
            let outcome = Outcome::Moved(format!("{file}#{}", joint.to));
            let site = key.value.as_deref().map(shown_value);
            let rule = Some(rule_ref(rule));
            self.gone.push(Gone { path: key.path.clone(), outcome, rule, site });
            base.remove(&key.path);
        }
        self.written.insert(joint.to.to_owned(), (rule_ref(rule), first.shown()));
        self.site = site;
    }

    fn joined(&self, parts: &[Key], to: &str, value: &str) -> Option<Document> {
        let (first, others) = parts.split_first()?;
        let alone = self.without(others)?;
        renamed(&alone, first, to)?.with_value(to, value).ok()
    }
}

impl Joint<'_> {
    fn takes(&self, rule: &Rule, key: &Key) -> bool {
        key.live && (rule.key.matches(&key.path) || self.with.contains(&key.path))
    }

    /// The new value, with the site's values in the places of their keys.
    fn fill(&self, site: &Document) -> String {
        let keys = site.keys();
        let of = |name: &str| {
            let key = keys.iter().rev().find(|key| key.live && key.path == name)?;
            key.value.clone()
        };
        let mut filled = String::new();
        let mut rest = self.value;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            let (key, without) = name.split_once('|').unwrap_or((name, ""));
            filled.push_str(before);
            filled.push_str(&of(key).unwrap_or_else(|| without.to_owned()));
            rest = behind;
        }
        filled + rest
    }
}
