//! Who is in charge of an installation: what a host remembers, and the rules that hold for it.

use std::collections::BTreeMap;

use refit_model::{Digest, HostPath, RunId};
use serde::{Deserialize, Serialize};

use crate::{Fence, HostError, Result};

/// What the host remembers of the run in charge, and of those before it. Read and written under
/// the installation's lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InCharge {
    run: RunId,
    epoch: u64,
    sequence: u64,
    intent: Option<Digest>,
    /// Whether the run is still in charge; another run may only take over from one that is not.
    active: bool,
    /// What was seen of the runs before.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    earlier: BTreeMap<RunId, Seen>,
}

/// The last event of a run that a host has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Its number in the run's journal; 0 where the run took charge and did nothing.
    pub sequence: u64,
    /// Its digest.
    pub intent: Option<Digest>,
}

impl InCharge {
    /// Gives `run` an epoch later than any before. Refused while another run is in charge, and
    /// where more was seen of this run than its journal holds, whose last event is `sequence`.
    pub(crate) fn take(
        before: Option<Self>,
        control: &HostPath,
        run: &RunId,
        sequence: u64,
    ) -> Result<Self> {
        let epoch = before.as_ref().map_or(0, |before| before.epoch) + 1;
        let seen = before.as_ref().and_then(|before| before.seen(run)).unwrap_or_default();
        let mut earlier = BTreeMap::new();
        if let Some(before) = before {
            if before.active && before.run != *run {
                let (control, holder) = (control.clone(), before.run.to_string());
                return Err(HostError::Held { control, holder });
            }
            let last = Seen { sequence: before.sequence, intent: before.intent };
            earlier = before.earlier;
            earlier.insert(before.run, last);
            earlier.remove(run);
        }
        if sequence < seen.sequence {
            return Err(HostError::JournalBehind { seen: seen.sequence, sequence });
        }
        let (run, Seen { sequence, intent }) = (run.clone(), seen);
        Ok(Self { run, epoch, sequence, intent, active: true, earlier })
    }

    /// Lets changes pass, and remembers their intent.
    pub(crate) fn pass(self, fence: &Fence) -> Result<Self> {
        if self.epoch != fence.epoch || self.run != fence.run {
            return Err(self.stale(&fence.control, fence.epoch));
        }
        if fence.sequence < self.sequence {
            let (seen, sequence) = (self.sequence, fence.sequence);
            return Err(HostError::JournalBehind { seen, sequence });
        }
        Ok(Self { sequence: fence.sequence, intent: Some(fence.intent), ..self })
    }

    /// Ends the charge of `run`, where it has it; refused to one whose charge was taken over.
    pub(crate) fn release(self, control: &HostPath, run: &RunId, epoch: u64) -> Result<Self> {
        match self.run == *run {
            true if self.epoch != epoch => Err(self.stale(control, epoch)),
            true => Ok(Self { active: false, ..self }),
            false => Ok(self),
        }
    }

    fn stale(&self, control: &HostPath, epoch: u64) -> HostError {
        let (control, holder) = (control.clone(), self.run.to_string());
        HostError::StaleEpoch { control, holder, found: self.epoch, epoch }
    }

    /// What was seen of `run`.
    pub(crate) fn seen(&self, run: &RunId) -> Option<Seen> {
        if self.run == *run {
            Some(Seen { sequence: self.sequence, intent: self.intent })
        } else {
            self.earlier.get(run).copied()
        }
    }

    /// The epoch of the run in charge.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Whether `run` was the last one to take charge.
    pub(crate) fn is_of(&self, run: &RunId) -> bool {
        self.run == *run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(name: &str) -> RunId {
        RunId::new(name).unwrap()
    }

    fn control() -> HostPath {
        "/control".into()
    }

    fn fence(name: &str, epoch: u64, sequence: u64) -> Fence {
        let intent = Digest::of(&sequence.to_be_bytes());
        let operation = format!("op-{sequence}");
        Fence { control: control(), run: run(name), epoch, sequence, intent, operation }
    }

    #[test]
    fn what_was_seen_of_a_run_outlives_the_runs_after_it() {
        let a = InCharge::take(None, &control(), &run("a"), 0).unwrap();
        let a = a.pass(&fence("a", 1, 7)).unwrap();
        let a = a.release(&control(), &run("a"), 1).unwrap();
        let b = InCharge::take(Some(a), &control(), &run("b"), 0).unwrap();
        assert!(b.is_of(&run("b")) && b.seen(&run("b")) == Some(Seen::default()));
        let b = b.release(&control(), &run("b"), 2).unwrap();
        let refused = InCharge::take(Some(b.clone()), &control(), &run("a"), 6);
        assert!(matches!(refused, Err(HostError::JournalBehind { seen: 7, sequence: 6 })));
        let again = InCharge::take(Some(b), &control(), &run("a"), 7).unwrap();
        assert_eq!(again.seen(&run("a")).unwrap().intent, Some(Digest::of(&7_u64.to_be_bytes())));
        again.pass(&fence("a", 3, 8)).unwrap();
    }

    #[test]
    fn only_the_last_to_take_charge_passes() {
        let first = InCharge::take(None, &control(), &run("a"), 0).unwrap();
        let second = InCharge::take(Some(first), &control(), &run("a"), 3).unwrap();
        let stale = second.clone().pass(&fence("a", 1, 4));
        assert!(matches!(stale, Err(HostError::StaleEpoch { found: 2, epoch: 1, .. })));
        let released = second.clone().release(&control(), &run("a"), 1);
        assert!(matches!(released, Err(HostError::StaleEpoch { found: 2, epoch: 1, .. })));
        let second = second.pass(&fence("a", 2, 5)).unwrap();
        let behind = second.clone().pass(&fence("a", 2, 4));
        assert!(matches!(behind, Err(HostError::JournalBehind { seen: 5, sequence: 4 })));
        let held = InCharge::take(Some(second), &control(), &run("b"), 0);
        assert!(matches!(held, Err(HostError::Held { .. })));
    }

    #[test]
    fn what_an_earlier_refit_wrote_is_read() {
        let json = r#"{"run":"a","epoch":4,"sequence":9,"intent":null,"active":false}"#;
        let read: InCharge = serde_json::from_str(json).unwrap();
        assert_eq!(read.seen(&run("a")), Some(Seen { sequence: 9, intent: None }));
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }
}
