//! What must hold of every run, whatever happens to it.

use std::collections::BTreeMap;

use refit_execute::{Event, Payload, StepEvent};
use refit_hosts::Fence;
use refit_model::Digest;

/// What was seen of a run, and what of it must not be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Laws {
    violations: Vec<String>,
    /// The newest epoch that the host gave.
    epoch: u64,
    /// What the host did, in order: each intent once.
    done: Vec<Done>,
    /// The store of the journal whose intent the host has seen last.
    last_store: Option<usize>,
    /// How often each command was done that must not be repeated.
    executions: BTreeMap<String, u32>,
}

/// Something that the host did in the name of an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Done {
    epoch: u64,
    sequence: u64,
    intent: Digest,
    operation: String,
}

impl Laws {
    /// A law was broken.
    pub(crate) fn break_law(&mut self, what: String) {
        if !self.violations.contains(&what) {
            self.violations.push(what);
        }
    }

    /// The laws that were broken.
    pub(crate) fn violations(&self) -> &[String] {
        &self.violations
    }

    /// The newest epoch that the host gave.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The host gave an epoch.
    pub(crate) fn charge_taken(&mut self, epoch: u64) {
        if epoch <= self.epoch {
            let newest = self.epoch;
            self.break_law(format!("epoch {epoch} was given after {newest}"));
        }
        self.epoch = epoch;
    }

    /// The host changes something that is not its own.
    pub(crate) fn changes(&mut self, fence: &Fence) {
        if fence.epoch < self.epoch {
            let (epoch, newest) = (fence.epoch, self.epoch);
            self.break_law(format!("epoch {epoch} changed the host after {newest} took charge"));
        }
        let done = Done {
            epoch: fence.epoch,
            sequence: fence.sequence,
            intent: fence.intent,
            operation: fence.operation.clone(),
        };
        if self.done.last() != Some(&done) {
            self.done.push(done);
        }
    }

    /// A command was done that must not be repeated.
    pub(crate) fn executed(&mut self, counter: &str) {
        let times = self.executions.entry(counter.to_owned()).or_default();
        *times += 1;
        if *times > 1 {
            self.break_law(format!("the command of {counter} was done twice"));
        }
    }

    /// Whether that command was done.
    pub(crate) fn was_executed(&self, counter: &str) -> bool {
        self.executions.contains_key(counter)
    }

    /// The host has seen an intent of the journal that is kept in `store`.
    pub(crate) fn has_seen(&mut self, store: usize) {
        self.last_store = Some(store);
    }

    /// The store of the journal whose intent the host has seen last.
    pub(crate) fn last_store(&self) -> Option<usize> {
        self.last_store
    }

    /// Everything that the host did is in the journal, as an intent of its step.
    pub(crate) fn check_journal(&mut self, events: &[Event]) {
        for done in self.done.clone() {
            let index = usize::try_from(done.sequence).unwrap_or_default().saturating_sub(1);
            let event = events.get(index);
            if event.and_then(|event| event.digest().ok()) != Some(done.intent) {
                let (sequence, operation) = (done.sequence, &done.operation);
                self.break_law(format!(
                    "the host did {operation} for event {sequence}, which the journal lacks"
                ));
            } else if !event.is_some_and(|event| is_intent_of(event, &done.operation)) {
                let operation = &done.operation;
                self.break_law(format!("{operation} was done without a journaled intent"));
            }
        }
    }
}

/// Whether the event announces this operation.
fn is_intent_of(event: &Event, operation: &str) -> bool {
    match &event.payload {
        Payload::Step { step, event: StepEvent::Intent | StepEvent::UndoIntent, .. } => {
            operation.starts_with(&format!("{}.{step}.", event.run))
        }
        _ => false,
    }
}
