//! Facts that differ.

use std::collections::BTreeSet;

use refit_model::{FactDrift, FactValue, Playbook};

use super::Here;
use super::touches::touched;
use crate::alike::alike;

/// Facts that differ by more than the sites' values in them. The pack counts as one.
pub(super) fn differences(learned: &Playbook, here: &Here<'_>) -> Vec<FactDrift> {
    let values: Vec<_> = learned
        .parameters
        .iter()
        .filter_map(|one| Some((one.learned.as_str(), here.plan.parameters.get(&one.name)?)))
        .collect();
    let (there, facts) = (&learned.facts, &here.assessment.facts);
    let names: BTreeSet<_> = there.iter().chain(facts.iter()).map(|(name, _)| name).collect();
    let mut drifts: Vec<_> = names
        .into_iter()
        .filter(|name| !same(there.get(name), facts.get(name), &values))
        .map(|name| FactDrift {
            fact: name.to_owned(),
            learned: there.get(name).map(ToString::to_string),
            here: facts.get(name).map(ToString::to_string),
            touches: touched(name, &here.plan.steps),
        })
        .collect();
    drifts.extend(knowledge(learned, here));
    drifts
}

/// Another pack may settle the same settings otherwise.
fn knowledge(learned: &Playbook, here: &Here<'_>) -> Option<FactDrift> {
    let (there, pack) = (&learned.pack, &here.plan.pack);
    let shown =
        |pack: &refit_model::PackRef| format!("{} ({})", pack.knowledge, pack.digest.short());
    (there.digest != pack.digest).then(|| FactDrift {
        fact: "pack.knowledge".into(),
        learned: Some(shown(there)),
        here: Some(shown(pack)),
        touches: Vec::new(),
    })
}

fn same(learned: Option<&FactValue>, here: Option<&FactValue>, values: &[(&str, &str)]) -> bool {
    match (learned, here) {
        (Some(FactValue::Text(one)), Some(FactValue::Text(two))) => alike(one, two, values),
        (Some(FactValue::List(some)), Some(FactValue::List(others))) => {
            same_lists(some, others, values)
        }
        (one, two) => one == two,
    }
}

/// Each entry has its counterpart, in whatever order.
fn same_lists(some: &[String], others: &[String], values: &[(&str, &str)]) -> bool {
    let mut left: Vec<_> = others.iter().collect();
    some.len() == others.len()
        && some.iter().all(|one| {
            let found = left.iter().position(|other| alike(one, other, values));
            found.map(|at| left.swap_remove(at)).is_some()
        })
}
