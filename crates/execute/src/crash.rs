//! Named points at which a test can have this process killed. Compiled out of releases.
//! See `docs/decisions/0008-crash-points.md`.

/// Kills this process with SIGKILL, if the test that started it asked for it here: the variable
/// `REFIT_CRASH_AT` names the point and how many times it is passed before, as `NAME:COUNT`.
#[cfg(feature = "crash-points")]
pub fn point(name: &str) {
    use std::sync::atomic::{AtomicU64, Ordering};
    static PASSED: AtomicU64 = AtomicU64::new(0);

    let Ok(wanted) = std::env::var("REFIT_CRASH_AT") else { return };
    let Some((wanted_name, count)) = wanted.split_once(':') else { return };
    if wanted_name == name && PASSED.fetch_add(1, Ordering::SeqCst).to_string() == count {
        let own = rustix::process::getpid();
        rustix::process::kill_process(own, rustix::process::Signal::KILL).ok();
        loop {
            std::thread::park();
        }
    }
}

/// Does nothing: crash points are not compiled in.
#[cfg(not(feature = "crash-points"))]
pub fn point(_name: &str) {}
