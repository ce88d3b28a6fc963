//! What time it is: a part of the world, so that tests can have another one.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// The clocks of the controlling machine.
pub trait Clock: Send + Sync {
    /// Now, on the monotonic clock: for deadlines and durations.
    fn now(&self) -> Instant;

    /// Milliseconds since the machine's start, which go on while it sleeps and never go back.
    fn boot_milliseconds(&self) -> u64;

    /// The time of day, which people and other machines may set: for display only.
    fn shown(&self) -> Timestamp;

    /// Lets time pass.
    fn sleep(&self, time: Duration);
}

/// The real ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn boot_milliseconds(&self) -> u64 {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        u64::try_from(now.tv_sec).unwrap_or(0) * 1000
            + u64::try_from(now.tv_nsec).unwrap_or(0) / 1_000_000
    }

    fn shown(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
