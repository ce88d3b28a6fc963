//! `checks.toml`: what to look at before an upgrade, and the findings that follow.

use refit_model::{FactValue, Facts, Finding, Remedy, Severity, Truth, When};
use serde::{Deserialize, Serialize};

use crate::facts::FactList;
use crate::{FactSupplier, Source};

/// How many entries of a list are shown as evidence.
const MOST_ENTRIES: usize = 20;

/// The content of `checks.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// The checks.
    pub check: Vec<CheckRule>,
}

/// One thing to look at. Texts may name facts as `{fact.name}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRule {
    /// A stable key, which is the finding's.
    pub key: String,
    /// How much the finding matters.
    pub severity: Severity,
    /// Whether no run may begin while it stands.
    pub blocks: bool,
    /// When there is something to find.
    pub when: When,
    /// What a fact that is not known means.
    #[serde(default)]
    pub if_unknown: IfUnknown,
    /// One line.
    pub title: String,
    /// What it means, in a few sentences.
    pub detail: String,
    /// Facts whose values are shown as evidence.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// What to do.
    pub remedy: Remedy,
    /// Where the knowledge is from.
    pub source: Source,
}

/// What it means for a check that a fact which decides it is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IfUnknown {
    /// The finding stands as *unconfirmed*, and blocks if the check does.
    #[default]
    Unconfirmed,
    /// Nothing: another check covers that the fact cannot be seen, or it is of no matter.
    Silent,
}

impl CheckRule {
    /// The finding, where there is one for `facts`.
    pub fn finding(&self, facts: &Facts) -> Option<Finding> {
        match self.when.evaluate(facts) {
            Truth::No => None,
            Truth::Yes => Some(self.found(facts)),
            Truth::Unknown => match self.if_unknown {
                IfUnknown::Silent => None,
                IfUnknown::Unconfirmed => Some(self.unconfirmed(facts)),
            },
        }
    }

    /// The facts that the condition names, in its order, each once.
    pub fn facts_used(&self) -> Vec<&str> {
        self.when.fact_names()
    }

    /// Whether the finding is about the version to go to.
    pub fn is_about_target(&self, list: &FactList) -> bool {
        self.facts_used().into_iter().any(|name| {
            let fact = list.declared(name);
            name.starts_with("target.") || fact.is_some_and(|fact| fact.by == FactSupplier::Target)
        })
    }

    /// Whether the finding rests on something that changes by itself.
    pub fn is_observation(&self, list: &FactList) -> bool {
        self.facts_used().into_iter().any(|name| {
            list.declared(name).is_some_and(|fact| fact.by == FactSupplier::Observation)
        })
    }

    fn found(&self, facts: &Facts) -> Finding {
        let known = |name: &String| Some(format!("{name}: {}", shortened(facts.get(name)?)));
        Finding {
            severity: self.severity,
            key: self.key.clone(),
            blocks: self.blocks,
            title: filled(&self.title, facts),
            detail: filled(&self.detail, facts),
            evidence: self.evidence.iter().filter_map(known).collect(),
            remedy: self.remedy_for(facts),
            sources: vec![self.source.to_string()],
        }
    }

    fn unconfirmed(&self, facts: &Facts) -> Finding {
        let used = self.facts_used();
        let unknown = used.into_iter().filter(|name| facts.get(name).is_none());
        Finding {
            title: format!("unconfirmed: {}", filled(&self.title, facts)),
            evidence: unknown.map(|name| format!("{name}: not known")).collect(),
            ..self.found(facts)
        }
    }

    fn remedy_for(&self, facts: &Facts) -> Remedy {
        match &self.remedy {
            Remedy::Nothing => Remedy::Nothing,
            Remedy::Planned(text) => Remedy::Planned(filled(text, facts)),
            Remedy::Decide(text) => Remedy::Decide(filled(text, facts)),
            Remedy::ByHand(text) => Remedy::ByHand(filled(text, facts)),
        }
    }

    /// The texts that may name facts.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let mut texts = vec![self.title.as_str(), self.detail.as_str()];
        match &self.remedy {
            Remedy::Nothing => {}
            Remedy::Planned(text) | Remedy::Decide(text) | Remedy::ByHand(text) => {
                texts.push(text);
            }
        }
        texts
    }
}

/// The names of facts in `{...}` within `text`.
pub(crate) fn marks(text: &str) -> Vec<&str> {
    let opened = text.split('{').skip(1);
    opened.filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

fn filled(text: &str, facts: &Facts) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        result.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            result.push('{');
            rest = after;
            continue;
        };
        match facts.get(name) {
            Some(value) => result.push_str(&value.to_string()),
            None => result.push_str("(unknown)"),
        }
        rest = tail;
    }
    result + rest
}

/// A value as evidence: of long lists the first entries, since the fact itself has all.
fn shortened(value: &FactValue) -> String {
    match value {
        FactValue::List(items) if items.len() > MOST_ENTRIES => {
            let more = items.len() - MOST_ENTRIES;
            format!("{} and {more} more", items[..MOST_ENTRIES].join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(if_unknown: &str) -> CheckRule {
        let text = format!(
            r#"
            key = "k"
            severity = "high"
            blocks = true
            when = {{ all = [{{ true = "a" }}, {{ not = {{ is = {{ fact = "b", value = [] }} }} }}] }}
            {if_unknown}
            title = "found {{b}}"
            detail = "about {{c}} and {{d"
            evidence = ["b", "c"]
            remedy = {{ by-hand = "look at {{b}}" }}
            source = "here"
            "#
        );
        toml::from_str(&text).unwrap()
    }

    fn facts(a: bool) -> Facts {
        let mut facts = Facts::new();
        facts.set("a", a);
        facts.set("b", vec!["x".to_owned(), "y".to_owned()]);
        facts
    }

    #[test]
    fn a_finding_has_texts_and_evidence_filled_in() {
        let finding = rule("").finding(&facts(true)).unwrap();
        assert_eq!(finding.title, "found x, y");
        assert_eq!(finding.detail, "about (unknown) and {d");
        assert_eq!(finding.evidence, ["b: x, y"]);
        assert_eq!(finding.remedy, Remedy::ByHand("look at x, y".into()));
        assert_eq!(finding.sources, ["here"]);
        assert!(finding.blocks);
        assert_eq!(rule("").finding(&facts(false)), None);
    }

    #[test]
    fn what_is_not_known_is_unconfirmed_and_still_blocks() {
        let mut facts = Facts::new();
        facts.set("a", true);
        let finding = rule("").finding(&facts).unwrap();
        assert_eq!(finding.title, "unconfirmed: found (unknown)");
        assert_eq!(finding.evidence, ["b: not known"]);
        assert!(finding.blocks);
        assert_eq!(rule("if_unknown = \"silent\"").finding(&facts), None);
    }

    #[test]
    fn an_empty_list_is_nothing_to_find() {
        let mut facts = facts(true);
        facts.set("b", Vec::new());
        assert_eq!(rule("").finding(&facts), None);
    }
}
