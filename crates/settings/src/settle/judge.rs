//! What speaks about a key beside its three sides: rules, guards, decisions.

use refit_model::{Decision, KEEP_SITE, OWN_VALUE, RuleRef, Seen, Shown, TAKE_NEW};

use super::base::is_under;
use crate::{FileSpec, Guard, Rule, ValueKind};

/// Everything that is known beside the sides.
pub(crate) struct Judge<'a> {
    /// The file in the new home: decisions name it.
    pub(crate) file: &'a str,
    pub(crate) spec: &'a FileSpec,
    pub(crate) decisions: &'a [Decision],
    pub(crate) directives: Vec<Directive<'a>>,
}

/// A rule that holds here and says how to judge a key.
#[derive(Clone, Debug)]
pub(crate) struct Directive<'a> {
    pub(crate) rule: &'a Rule,
    /// The keys with the value that the rule is about; none where it is about any.
    pub(crate) only: Option<Vec<String>>,
    pub(crate) demand: Demand,
}

/// What a rule demands of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Demand {
    /// It is gone, from the new default too.
    Remove,
    /// The site keeps what it has.
    KeepSite,
    /// A person must decide.
    Ask(String),
    /// Nothing may be written.
    Refuse,
}

/// What a person decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    KeepSite,
    TakeNew,
    Own(String),
}

impl<'a> Judge<'a> {
    /// The strictest rule about this key.
    pub(super) fn directive(&self, path: &str) -> Option<&Directive<'a>> {
        let about = |directive: &&Directive| {
            let has_value = |only: &Vec<String>| only.iter().any(|key| is_under(path, key));
            directive.only.as_ref().is_none_or(has_value) && directive.rule.key.matches(path)
        };
        self.directives.iter().filter(about).max_by_key(|directive| directive.demand.clone())
    }

    /// What was decided about this key, if the decider saw the same sides.
    pub(crate) fn answer(
        &self,
        path: &str,
        site: Option<&Shown>,
        new: Option<&Shown>,
    ) -> Option<Answer> {
        let seen_now = |seen: &Seen| seen.site.as_ref() == site && seen.new.as_ref() == new;
        let about = |decision: &&Decision| {
            let subject = decision.subject.strip_prefix(self.file);
            subject.and_then(|rest| rest.strip_prefix('#')) == Some(path)
                && decision.seen.as_ref().is_none_or(seen_now)
        };
        let decision = self.decisions.iter().find(about)?;
        match decision.choice.as_str() {
            KEEP_SITE => Some(Answer::KeepSite),
            TAKE_NEW => Some(Answer::TakeNew),
            choice => choice.strip_prefix(OWN_VALUE).map(|text| Answer::Own(text.to_owned())),
        }
    }

    /// Whether a rule or a decision is about this key, whatever it says.
    pub(super) fn speaks_about(&self, path: &str) -> bool {
        let about = |decision: &Decision| {
            let subject = decision.subject.strip_prefix(self.file);
            subject.and_then(|rest| rest.strip_prefix('#')) == Some(path)
        };
        self.decisions.iter().any(about) || self.directive(path).is_some()
    }

    /// Whether any decision is about this file.
    pub(super) fn has_decisions(&self) -> bool {
        let about = |decision: &Decision| {
            let subject = decision.subject.strip_prefix(self.file);
            subject.is_some_and(|rest| rest.starts_with('#'))
        };
        self.decisions.iter().any(about)
    }

    pub(super) fn guard(&self, path: &str) -> Option<&'a Guard> {
        self.spec.guards.iter().find(|guard| guard.key.matches(path))
    }

    /// A guard that is about this very key, so that its value is guarded too: one whose pattern
    /// does not end in "and everything beneath".
    pub(super) fn value_guard(&self, path: &str) -> Option<&'a Guard> {
        let names_key = |guard: &&Guard| !guard.key.0.ends_with("**");
        self.spec.guards.iter().filter(names_key).find(|guard| guard.key.matches(path))
    }

    /// Whether this key says where the version itself lies.
    pub(super) fn is_of_version(&self, path: &str) -> bool {
        self.spec.of_version.iter().any(|pattern| pattern.matches(path))
    }

    pub(super) fn kind(&self, path: &str) -> Option<ValueKind> {
        self.spec.values.iter().find(|value| value.key.matches(path)).map(|value| value.kind)
    }
}

/// A rule as outcomes name it.
pub(super) fn rule_ref(rule: &Rule) -> RuleRef {
    RuleRef { id: rule.id.clone(), source: rule.source.clone() }
}
