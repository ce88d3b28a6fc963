//! Where time comes from.

use std::thread;
use std::time::Instant;

/// A clock that only goes forward, and waits. The wall clock is never used: it can jump.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Instant;

    /// Waits until then; returns at once if it has passed.
    fn sleep_until(&self, then: Instant);
}

/// The monotonic clock of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct MonotonicClock;

impl Clock for MonotonicClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep_until(&self, then: Instant) {
        thread::sleep(then.saturating_duration_since(Instant::now()));
    }
}
