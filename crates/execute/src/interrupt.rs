//! The operator's wish to stop, and when it is followed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use refit_hosts::Cancel;

/// Shared between the executor and the handler of Ctrl-C.
///
/// A first wish is followed at once while clients are served, and put off while they are not: a
/// broker is not left down because someone pressed a key. A second wish is followed at once.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    cancel: Cancel,
    wished: Arc<AtomicBool>,
    serving_stopped: Arc<AtomicBool>,
}

/// What came of a wish to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It is followed now.
    Followed,
    /// It is followed as soon as the broker serves its clients again.
    PutOff,
}

impl Interrupt {
    /// Nobody wishes to stop.
    pub fn new() -> Self {
        Self::default()
    }

    /// Wishes to stop.
    pub fn wish(&self) -> Wish {
        let again = self.wished.swap(true, Ordering::SeqCst);
        if again || !self.serving_stopped.load(Ordering::SeqCst) {
            self.cancel.cancel();
            Wish::Followed
        } else {
            Wish::PutOff
        }
    }

    /// What everything that waits looks at.
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Whether the executor should stop before the next step.
    pub(crate) fn stops_before(&self, next_is_downtime: bool) -> bool {
        let wished = self.wished.load(Ordering::SeqCst);
        let put_off = next_is_downtime && self.serving_stopped.load(Ordering::SeqCst);
        self.cancel.is_cancelled() || (wished && !put_off)
    }

    /// Says whether clients are not served now.
    pub(crate) fn set_serving_stopped(&self, stopped: bool) {
        self.serving_stopped.store(stopped, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_during_downtime_is_put_off_once() {
        let interrupt = Interrupt::new();
        interrupt.set_serving_stopped(true);
        assert_eq!(interrupt.wish(), Wish::PutOff);
        assert!(!interrupt.stops_before(true) && interrupt.stops_before(false));
        assert_eq!(interrupt.wish(), Wish::Followed);
        assert!(interrupt.stops_before(true) && interrupt.cancel().is_cancelled());
    }

    #[test]
    fn a_wish_is_followed_at_once_otherwise() {
        let interrupt = Interrupt::new();
        assert!(!interrupt.stops_before(false));
        assert_eq!(interrupt.wish(), Wish::Followed);
        assert!(interrupt.stops_before(true));
    }
}
