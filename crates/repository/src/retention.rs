//! Which restore points are kept for how long.

use std::collections::BTreeMap;

use refit_model::RunId;
use serde::Serialize;

use crate::Kept;

const SECONDS_OF_DAY: i64 = 24 * 3600;

/// How long restore points are kept. One rule that holds is enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Those of the last runs of each installation.
    pub last_runs: Option<u32>,
    /// Those that were kept in the last days.
    pub days: Option<u32>,
}

/// What becomes of a restore point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// The restore point.
    #[serde(flatten)]
    pub kept: Kept,
    /// Why it stays; `None` if it is forgotten.
    pub stays: Option<String>,
}

impl Retention {
    /// Judges restore points at the time `now_seconds`. `needed` says why a run's restore points
    /// are still needed, whatever the rules say.
    pub fn judge(
        &self,
        kept: &[Kept],
        now_seconds: i64,
        needed: impl Fn(&RunId) -> Option<String>,
    ) -> Vec<Judged> {
        let ranks = ranks(kept);
        let judge = |one: &Kept| Judged {
            kept: one.clone(),
            stays: needed(&one.run).or_else(|| self.rule(one, ranks[&one.run], now_seconds)),
        };
        kept.iter().map(judge).collect()
    }

    fn rule(&self, kept: &Kept, rank: u32, now_seconds: i64) -> Option<String> {
        let is_last = self.last_runs.is_some_and(|last| rank < last);
        let age_days = (now_seconds - kept.at_seconds) / SECONDS_OF_DAY;
        let is_young = self.days.is_some_and(|days| age_days < i64::from(days));
        if is_last {
            Some(format!("of the last runs, number {}", rank + 1))
        } else if is_young {
            Some(format!("kept {age_days} days ago"))
        } else {
            None
        }
    }
}

/// How many later runs of the same installation have restore points.
fn ranks(kept: &[Kept]) -> BTreeMap<RunId, u32> {
    let mut latest: BTreeMap<_, (i64, &RunId)> = BTreeMap::new();
    for one in kept {
        let key = (&one.environment, &one.installation, &one.run);
        let seen = latest.entry(key).or_insert((one.at_seconds, &one.run));
        seen.0 = seen.0.max(one.at_seconds);
    }
    let rank = |key: &(&_, &_, &RunId), at: (i64, &RunId)| {
        let later = latest
            .iter()
            .filter(|(other, found)| (other.0, other.1) == (key.0, key.1) && **found > at);
        u32::try_from(later.count()).unwrap_or(u32::MAX)
    };
    latest.iter().map(|(key, at)| (key.2.clone(), rank(key, *at))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use refit_model::{EnvironmentName, InstallationName};

    fn kept(run: &str, point: &str, day: i64) -> Kept {
        Kept {
            id: format!("{run}{point}"),
            environment: EnvironmentName::new("staging").unwrap(),
            installation: InstallationName::new("orders").unwrap(),
            run: RunId::new(run).unwrap(),
            point: point.into(),
            at: String::new(),
            at_seconds: day * SECONDS_OF_DAY,
            size_bytes: 0,
            manifest: String::new(),
        }
    }

    fn forgotten(retention: Retention, needed: &str) -> Vec<String> {
        let all = [kept("r1", "a", 1), kept("r1", "b", 1), kept("r2", "a", 5), kept("r3", "a", 9)];
        let needed = |run: &RunId| (run.as_str() == needed).then(|| "open".to_owned());
        let judged = retention.judge(&all, 10 * SECONDS_OF_DAY, needed);
        let gone = judged.into_iter().filter(|one| one.stays.is_none());
        gone.map(|one| one.kept.id).collect()
    }

    #[test]
    fn either_rule_keeps_and_a_run_that_is_open_keeps_always() {
        let rules = |last_runs, days| Retention { last_runs, days };
        assert_eq!(forgotten(rules(Some(1), None), ""), ["r1a", "r1b", "r2a"]);
        assert_eq!(forgotten(rules(Some(2), None), ""), ["r1a", "r1b"]);
        assert_eq!(forgotten(rules(None, Some(6)), ""), ["r1a", "r1b"]);
        assert_eq!(forgotten(rules(Some(1), Some(6)), ""), ["r1a", "r1b"]);
        assert_eq!(forgotten(rules(Some(1), None), "r1"), ["r2a"]);
        assert_eq!(forgotten(rules(Some(0), None), ""), ["r1a", "r1b", "r2a", "r3a"]);
    }
}
