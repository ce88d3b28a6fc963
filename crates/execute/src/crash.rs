//! Named points at which a test can have this process killed, or put to sleep.
//!
//! They exist only in builds with debug assertions and the feature `crash-points`, so never in a
//! release, whatever features a build happens to unify. See `docs/decisions/0008-crash-points.md`.

use refit_model::StepId;

/// Kills this process with SIGKILL, if the test that started it asked for it here. The variable
/// `REFIT_CRASH_AT` is `NAME:COUNT` or `NAME@STEP:COUNT`: the point, at any step or at one, and how
/// many times it is passed before. With `REFIT_CRASH_BY=STOP` the process is stopped by SIGSTOP
/// there, and goes on when it is woken.
#[cfg(all(feature = "crash-points", debug_assertions))]
pub fn point(name: &str, step: Option<&StepId>) {
    use std::sync::atomic::{AtomicU64, Ordering};
    static PASSED: AtomicU64 = AtomicU64::new(0);

    let Ok(wanted) = std::env::var("REFIT_CRASH_AT") else { return };
    let Some((wanted, count)) = wanted.split_once(':') else { return };
    let here = match wanted.split_once('@') {
        None => wanted == name,
        Some((wanted, at)) => wanted == name && step.is_some_and(|step| step.as_str() == at),
    };
    if here && PASSED.fetch_add(1, Ordering::SeqCst).to_string() == count {
        use rustix::process::{Signal, getpid, kill_process};
        if std::env::var("REFIT_CRASH_BY").is_ok_and(|by| by == "STOP") {
            kill_process(getpid(), Signal::STOP).ok();
            // Another thread may have taken the signal: this one must not go on before all sleep.
            std::thread::sleep(std::time::Duration::from_secs(2));
            return;
        }
        kill_process(getpid(), Signal::KILL).ok();
        loop {
            std::thread::park();
        }
    }
}

/// Does nothing: crash points are not compiled in.
#[cfg(not(all(feature = "crash-points", debug_assertions)))]
pub fn point(_name: &str, _step: Option<&StepId>) {}
