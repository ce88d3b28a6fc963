//! Settings that were settled otherwise.

use std::collections::BTreeMap;

use refit_model::{KeyOutcome, Outcome, SettingDrift, Settlement};

/// Keys of which something else becomes here than where the playbook was learned. A key to which
/// nothing happened counts as not there.
pub(super) fn differences(learned: &[Settlement], here: &[Settlement]) -> Vec<SettingDrift> {
    let (there, now) = (settled(learned), settled(here));
    let mut keys: Vec<_> = there.keys().chain(now.keys()).collect();
    keys.sort();
    keys.dedup();
    let drifts = keys.into_iter().map(|(file, key)| {
        let at = &(*file, *key);
        SettingDrift {
            file: (*file).to_owned(),
            key: (*key).to_owned(),
            learned: there.get(at).cloned(),
            here: now.get(at).cloned(),
        }
    });
    drifts.filter(|drift| drift.learned != drift.here).collect()
}

/// What became of each key, by file and key.
fn settled(settlements: &[Settlement]) -> BTreeMap<(&str, &str), String> {
    let keys = settlements.iter().flat_map(|settlement| {
        settlement.outcomes.iter().map(|outcome| (settlement.file.as_str(), outcome))
    });
    keys.filter(|(_, outcome)| happened(outcome))
        .map(|(file, outcome)| ((file, outcome.key.as_str()), words(outcome)))
        .collect()
}

/// Whether the key is not simply as the vendor ships it, before and after.
fn happened(key: &KeyOutcome) -> bool {
    let stays = matches!(key.outcome, Outcome::Kept | Outcome::TakenFromNew);
    let shipped = key.base.is_some() || key.new.is_some();
    !(stays && key.rule.is_none() && shipped && key.base == key.site && key.site == key.new)
}

fn words(key: &KeyOutcome) -> String {
    let mut words = key.outcome.word().to_owned();
    if let Outcome::Moved(place) = &key.outcome {
        words += &format!(" to {place}");
    }
    if let Some(rule) = &key.rule {
        words += &format!(", by the rule {}", rule.id);
    }
    words
}
