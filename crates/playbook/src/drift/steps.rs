//! Steps that differ, compared before values are put in.

use refit_model::{Act, FilePair, PlaybookStep, Step, StepDrift, StepDriftKind};
use serde_json::Value;

/// What is each site's own in a step: who comes before, how long it takes, texts (their settings
/// are compared key by key), what must stay unchanged, certificates, room, waiting times.
const OWN: [&str; 9] = [
    "needs",
    "host",
    "estimate_milliseconds",
    "template",
    "unchanged",
    "certificate",
    "bytes",
    "within_seconds",
    "reason",
];

/// The steps that are only here, only there, or not the same; in the order of the plan here.
pub(super) fn differences(learned: &[PlaybookStep], here: &[Step]) -> Vec<StepDrift> {
    let mut drifts = Vec::new();
    for step in here {
        match learned.iter().find(|learned| learned.step.id == step.id) {
            None => drifts.push(drift(step, StepDriftKind::Added, Vec::new())),
            Some(learned) => {
                let what = changes(&learned.step, step);
                if !what.is_empty() {
                    drifts.push(drift(step, StepDriftKind::Changed, what));
                }
            }
        }
    }
    let gone = learned.iter().filter(|learned| here.iter().all(|step| step.id != learned.step.id));
    drifts.extend(gone.map(|gone| drift(&gone.step, StepDriftKind::Removed, Vec::new())));
    drifts
}

fn drift(step: &Step, kind: StepDriftKind, what: Vec<String>) -> StepDrift {
    StepDrift { step: step.id.clone(), kind, what }
}

/// What differs, in words; empty where nothing does.
fn changes(learned: &Step, here: &Step) -> Vec<String> {
    if let (Act::Place(there), Act::Place(now)) = (&learned.act, &here.act) {
        return placed(there, now);
    }
    let parts = [
        ("title", "what it is called"),
        ("phase", "the phase"),
        ("owner", "who does it"),
        ("downtime", "whether clients are cut off"),
        ("may_skip", "whether it may be skipped"),
        ("act", "what is done"),
        ("probe", "when it is already so"),
        ("verify", "what must hold after"),
        ("undo", "how it is taken back"),
    ];
    let (there, now) = (comparable(learned), comparable(here));
    let differing = parts.iter().filter(|(part, _)| there.get(part) != now.get(part));
    differing.map(|(_, words)| (*words).to_owned()).collect()
}

/// A step as a tree, without what is each site's own.
fn comparable(step: &Step) -> Value {
    // A step that cannot be written differs from every other.
    let mut tree = serde_json::to_value(step).unwrap_or(Value::Null);
    strip(&mut tree);
    tree
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !OWN.contains(&name.as_str()));
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// The files that are taken over only here or only there.
fn placed(there: &[FilePair], here: &[FilePair]) -> Vec<String> {
    let only = |some: &[FilePair], others: &[FilePair], word: &str| -> Vec<String> {
        let only = some.iter().filter(|pair| !others.contains(pair));
        only.map(|pair| {
            let path = pair.to.to_string();
            format!("{} {word}", path.strip_prefix("${new_home}/").unwrap_or(&path))
        })
        .collect()
    };
    let mut words = only(here, there, "only here");
    words.extend(only(there, here, "not here"));
    words
}
