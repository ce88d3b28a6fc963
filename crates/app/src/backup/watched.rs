//! Long work on repositories, with its progress told and the wish to stop heard.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use refit_hosts::Cancel;
use refit_repository::Watch;

use crate::App;

/// How long nothing may be told before it is looked whether the work has ended.
const SILENCE: Duration = Duration::from_millis(50);

impl App<'_> {
    /// Does `work` in a thread of its own, and tells here what it tells.
    pub(super) fn watched<T: Send>(&self, work: impl FnOnce(Arc<dyn Watch>) -> T + Send) -> T {
        let (sender, told) = mpsc::channel();
        let watch =
            Arc::new(Teller { sender, cancel: self.cancel.clone(), last: Mutex::default() });
        std::thread::scope(|scope| {
            let working = scope.spawn(move || work(watch));
            loop {
                match told.recv_timeout(SILENCE) {
                    Ok(text) => self.person.tell(&text),
                    Err(RecvTimeoutError::Timeout) if !working.is_finished() => {}
                    Err(_) => break,
                }
            }
            match working.join() {
                Ok(done) => done,
                Err(panicked) => std::panic::resume_unwind(panicked),
            }
        })
    }
}

#[derive(Debug)]
struct Teller {
    sender: Sender<String>,
    cancel: Cancel,
    /// What was told last: the same is not told again.
    last: Mutex<String>,
}

impl Watch for Teller {
    fn tell(&self, what: &str, done: u64, total: u64) {
        let text = match (done * 100).checked_div(total) {
            Some(percent) => format!("{what}: {} %", percent.min(100)),
            None => what.to_owned(),
        };
        let Ok(mut last) = self.last.lock() else { return };
        if *last != text {
            // Nobody listens any more when the work has ended.
            self.sender.send(text.clone()).ok();
            *last = text;
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }
}
