//! Simulated clocks: time passes where something waits or is asked, and nowhere else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use refit_execute::Clock;

use crate::simulation::Simulation;

/// The clocks of the simulated controlling machine.
pub(crate) struct SimClock(pub(crate) Arc<Simulation>);

impl Clock for SimClock {
    fn now(&self) -> Instant {
        self.0.begin() + Duration::from_millis(self.0.state().now)
    }

    fn boot_milliseconds(&self) -> u64 {
        let state = self.0.state();
        // Never 0, which says that nothing was measured.
        state.now - state.boot + 1
    }

    fn shown(&self) -> Timestamp {
        Timestamp::from_second(self.0.state().wall_seconds()).unwrap_or_default()
    }

    fn sleep(&self, time: Duration) {
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.0.state().wait(milliseconds.max(1));
    }
}
