//! Ways: the shortest chain of supported hops from one version to another.

use std::collections::{BTreeMap, VecDeque};

use refit_model::{Hop, Version};

use crate::Versions;

impl Versions {
    /// The shortest chain of hops; among equally short ones, the one whose versions are newest,
    /// compared from the target backwards. Empty if both are the same version.
    ///
    /// `through` are the versions that may lie between; they need not be sorted.
    pub fn way(&self, from: &Version, to: &Version, through: &[Version]) -> Option<Vec<Hop>> {
        let distance = self.distances(from, to, through);
        let mut hops = Vec::new();
        let mut at = to;
        while at != from {
            let steps = distance.get(at)?;
            let before = distance
                .iter()
                .rev()
                .find(|(version, far)| **far + 1 == *steps && self.rule_for(version, at).is_some());
            let (before, _) = before?;
            hops.push(self.hop(before, at)?);
            at = before;
        }
        hops.reverse();
        Some(hops)
    }

    /// The versions among `through` to which a chain of hops leads, oldest first.
    pub fn within_reach(&self, from: &Version, through: &[Version]) -> Vec<Version> {
        let distance = self.distances(from, from, through);
        let others = distance.into_keys().filter(|version| *version != from);
        others.cloned().collect()
    }

    /// How many hops each version is away from `from`; those without a way are absent.
    fn distances<'a>(
        &self,
        from: &'a Version,
        to: &'a Version,
        through: &'a [Version],
    ) -> BTreeMap<&'a Version, usize> {
        let mut distance = BTreeMap::from([(from, 0)]);
        let mut queue = VecDeque::from([(from, 0)]);
        while let Some((at, steps)) = queue.pop_front() {
            for next in through.iter().chain([to]) {
                if !distance.contains_key(next) && self.rule_for(at, next).is_some() {
                    distance.insert(next, steps + 1);
                    queue.push_back((next, steps + 1));
                }
            }
        }
        distance
    }

    fn hop(&self, from: &Version, to: &Version) -> Option<Hop> {
        let rule = self.rule_for(from, to)?;
        Some(Hop {
            from: from.clone(),
            to: to.clone(),
            old_reads_new_store: rule.old_reads_new_store,
            source: rule.source.to_string(),
        })
    }
}
