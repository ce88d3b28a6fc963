//! Who watches long work.

use std::sync::Arc;

use rustic_core::{Progress, ProgressBars, ProgressType, RusticProgress};
use std::sync::atomic::{AtomicU64, Ordering};

/// Hears how far work is, and says when it must stop.
pub trait Watch: std::fmt::Debug + Send + Sync + 'static {
    /// How much is done of how much; both 0 where that is not known.
    fn tell(&self, what: &str, done: u64, total: u64);

    /// Whether the operator wants to stop.
    fn is_cancelled(&self) -> bool;

    /// A file of the repository is about to be written or deleted.
    fn before_change(&self) {}
}

/// Nobody watches.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn tell(&self, _what: &str, _done: u64, _total: u64) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Hands on the library's progress.
#[derive(Clone, Debug)]
pub(crate) struct Bars(pub(crate) Arc<dyn Watch>);

impl ProgressBars for Bars {
    fn progress(&self, _kind: ProgressType, prefix: &str) -> Progress {
        Progress::new(Bar {
            watch: Arc::clone(&self.0),
            what: prefix.trim_end_matches('.').to_owned(),
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
        })
    }
}

#[derive(Debug)]
struct Bar {
    watch: Arc<dyn Watch>,
    what: String,
    done: AtomicU64,
    total: AtomicU64,
}

impl RusticProgress for Bar {
    fn is_hidden(&self) -> bool {
        false
    }

    fn set_length(&self, length: u64) {
        self.total.store(length, Ordering::Relaxed);
    }

    fn set_title(&self, _title: &str) {}

    fn inc(&self, more: u64) {
        let done = self.done.fetch_add(more, Ordering::Relaxed) + more;
        if !self.what.is_empty() {
            self.watch.tell(&self.what, done, self.total.load(Ordering::Relaxed));
        }
    }

    fn finish(&self) {}
}
