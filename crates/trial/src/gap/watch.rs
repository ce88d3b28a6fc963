//! Begins and ends the watch of a restart.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use refit_wire::stomp::StompLogin;
use refit_wire::{Connect, Credentials};

use super::producer::GapProducer;
use super::{GapResult, GapSettings};
use crate::{Clock, TrialError};

/// A producer that runs on a thread of its own while the caller restarts a broker. Dropping it
/// tells the thread to end, without waiting for it.
#[derive(Debug)]
pub struct GapWatch {
    shared: StopOnDrop,
    thread: JoinHandle<GapResult>,
}

impl GapWatch {
    /// Begins to send to the broker whose STOMP connector is at `address`, `HOST:PORT`. It need not
    /// answer yet.
    pub fn start(
        connect: Arc<dyn Connect>,
        address: impl Into<String>,
        credentials: Option<Credentials>,
        settings: GapSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, TrialError> {
        settings.check()?;
        let shared = Arc::new(Shared::default());
        let producer = GapProducer {
            connect,
            clock,
            address: address.into(),
            login: StompLogin::new(credentials),
            settings,
            shared: Arc::clone(&shared),
        };
        let thread = thread::Builder::new().name("gap".to_owned()).spawn(move || producer.run());
        let doing = "start a thread";
        let thread = thread.map_err(|source| TrialError::Machine { doing, source })?;
        Ok(Self { shared: StopOnDrop(shared), thread })
    }

    /// How many messages have been confirmed.
    pub fn acknowledged(&self) -> u64 {
        *self.shared.0.acknowledged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until so many messages have been confirmed in all; false if that did not happen in
    /// time. To be called before a restart (with 1 or more), and after it with some more than
    /// [`GapWatch::acknowledged`] told when the broker was down.
    pub fn wait_for(&self, acknowledged: u64, within: Duration) -> bool {
        let count = self.shared.0.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
        let waited =
            self.shared.0.more.wait_timeout_while(count, within, |count| *count < acknowledged);
        let (count, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *count >= acknowledged
    }

    /// Ends it. Takes at most as long as one attempt to connect and one answer may take.
    pub fn stop(self) -> GapResult {
        drop(self.shared);
        // A thread that panics is a mistake of ours; it goes on as a panic of this one.
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// Tells the thread to end.
#[derive(Debug)]
struct StopOnDrop(Arc<Shared>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stopped.store(true, Ordering::Relaxed);
    }
}

/// What the caller and the thread share.
#[derive(Debug, Default)]
pub struct Shared {
    stopped: AtomicBool,
    acknowledged: Mutex<u64>,
    more: Condvar,
}

impl Shared {
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    pub fn count_acknowledgement(&self) {
        *self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.more.notify_all();
    }
}
