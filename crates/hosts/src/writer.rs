//! A host as the executor's acts see it: changes pass the fence, each batch with its own id.

use std::cell::Cell;

use refit_model::RunId;

use crate::{Cancel, Change, Deadline, Fence, Hear, Host, Outcome, Reader, Result, Unheard};

/// A host that may be changed, for one attempt at one step.
pub struct Writer<'a> {
    host: &'a dyn Host,
    fence: Fence,
    batches: Cell<u32>,
    deadline: Deadline,
    cancel: &'a Cancel,
    hear: &'a dyn Hear,
}

impl<'a> Writer<'a> {
    /// Changes `host` in the name of `fence`; all of it must be done by `deadline`.
    ///
    /// The fence's operation id gets `-1`, `-2`, ... for each batch of changes.
    pub fn new(host: &'a dyn Host, fence: Fence, deadline: Deadline, cancel: &'a Cancel) -> Self {
        Self { host, fence, batches: Cell::new(0), deadline, cancel, hear: &Unheard }
    }

    /// The same, heard by `hear`.
    #[must_use]
    pub fn heard_by(self, hear: &'a dyn Hear) -> Self {
        Self { hear, ..self }
    }

    /// The run in whose name the host is changed.
    pub fn run(&self) -> &RunId {
        &self.fence.run
    }

    /// The read-only view of the same host.
    pub fn reader(&self) -> Reader<'a> {
        let seconds = u32::try_from(self.deadline.left().as_secs()).unwrap_or(u32::MAX);
        Reader::new(self.host, self.cancel, seconds.max(1))
    }

    /// Makes the changes in order; the first failure ends it.
    pub fn make(&self, changes: &[Change]) -> Result<Vec<Outcome>> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        self.batches.set(self.batches.get() + 1);
        let operation = format!("{}-{}", self.fence.operation, self.batches.get());
        let fence = Fence { operation, ..self.fence.clone() };
        let doing: Vec<_> = changes.iter().filter_map(Change::doing).collect();
        if !doing.is_empty() {
            self.hear.lines(&doing);
        }
        let outcomes = self.host.change(&fence, changes, self.deadline, self.cancel, self.hear);
        outcomes.into_iter().collect()
    }
}
