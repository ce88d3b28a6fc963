//! Conditions, evidence and texts: they may use declared facts only, and as what those are.

use refit_model::When;

use crate::check_rule::marks;
use crate::{CheckRule, FactKind};

use super::Problems;

pub(super) fn check(problems: &mut Problems<'_>) {
    let pack = problems.pack;
    let keys = pack.checks.check.iter().map(|check| check.key.as_str());
    let key = |index| format!("check[{index}].key");
    problems.unique("checks.toml", keys, key, "check");
    for (index, check) in pack.checks.check.iter().enumerate() {
        condition(problems, "checks.toml", &format!("check[{index}].when"), &check.when);
        named(problems, index, check);
    }
    for (index, rule) in pack.settings.rule.iter().enumerate() {
        if let Some(when) = &rule.when {
            condition(problems, "settings.toml", &format!("rule[{index}].when"), when);
        }
    }
}

fn named(problems: &mut Problems<'_>, index: usize, check: &CheckRule) {
    for name in &check.evidence {
        if problems.pack.facts.declared(name).is_none() {
            let key = format!("check[{index}].evidence");
            problems.add("checks.toml", &key, undeclared(name));
        }
    }
    for text in check.texts() {
        for name in marks(text) {
            if problems.pack.facts.declared(name).is_none() {
                let key = format!("check[{index}]");
                problems.add("checks.toml", &key, undeclared(name));
            }
        }
    }
    if check.title.trim().is_empty() || check.title.contains('\n') {
        let key = format!("check[{index}].title");
        problems.add("checks.toml", &key, "the title must be one line");
    }
}

/// The depth of the recursion is bounded by the parser that read the condition.
fn condition(problems: &mut Problems<'_>, file: &str, key: &str, when: &When) {
    use FactKind::{Flag, List, Number, Text, Version};
    let (fact, kinds): (&str, &[FactKind]) = match when {
        When::All(items) | When::Any(items) => {
            if items.is_empty() {
                problems.add(file, key, "an empty list of conditions");
            }
            for item in items {
                condition(problems, file, key, item);
            }
            return;
        }
        When::Not(item) => return condition(problems, file, key, item),
        When::Known(fact) => (fact, &[Flag, Number, Text, Version, List]),
        When::True(fact) => (fact, &[Flag]),
        When::Is { fact, value } => {
            let declared = problems.pack.facts.declared(fact);
            if let Some(fact) = declared.filter(|fact| !fact.kind.fits(value)) {
                let what = format!(
                    "the fact `{}` is a {}, and is compared with `{value}`",
                    fact.name,
                    fact.kind.word()
                );
                problems.add(file, key, what);
            }
            (fact, &[Flag, Number, Text, Version, List])
        }
        When::Contains { fact, .. } => (fact, &[Text, List]),
        When::Below { fact, .. } | When::AtLeast { fact, .. } => (fact, &[Version]),
        When::Above { fact, .. } => (fact, &[Number]),
    };
    match problems.pack.facts.declared(fact) {
        None => problems.add(file, key, undeclared(fact)),
        Some(declared) if !kinds.contains(&declared.kind) => {
            let what = format!(
                "the fact `{fact}` is a {}, which this condition cannot use",
                declared.kind.word()
            );
            problems.add(file, key, what);
        }
        Some(_) => {}
    }
}

fn undeclared(name: &str) -> String {
    format!("the fact `{name}` is not declared in facts.toml")
}
