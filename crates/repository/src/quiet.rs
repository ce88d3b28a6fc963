//! The library panics in its own threads where a file fails it; that is told as an error.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many calls want panics to be silent.
static QUIET: AtomicUsize = AtomicUsize::new(0);

/// Does `work`; gives what it panicked with, which is not shown.
pub(crate) fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    silence_once();
    QUIET.fetch_add(1, Ordering::SeqCst);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.fetch_sub(1, Ordering::SeqCst);
    done.map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        text.unwrap_or("a thread of the library ended").lines().next().unwrap_or("").to_owned()
    })
}

/// Panics outside of such calls are shown as before.
fn silence_once() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let shown = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if QUIET.load(Ordering::SeqCst) == 0 {
                shown(info);
            }
        }));
    });
}
