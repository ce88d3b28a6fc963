//! Who watches a run while it goes on.

use crate::{Event, Status};

/// Told of everything that happens, as it happens.
pub trait Observer {
    /// An event was recorded; `status` has it in.
    fn recorded(&mut self, event: &Event, status: &Status);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn recorded(&mut self, _event: &Event, _status: &Status) {}
}
