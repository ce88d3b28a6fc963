//! What a command works with: the use cases, set up from the global options.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use refit_app::{App, Person, StateDir};
use refit_execute::{Interrupt, Wish};
use refit_model::{ExitCode, Secret};
use refit_packs::Packs;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::arguments::Global;
use crate::failure::Failure;
use crate::screen::Screen;

/// Opens the state directory and the packs.
pub fn open<'a>(
    global: &Global,
    screen: &'a Screen,
    interrupt: &Interrupt,
) -> Result<App<'a>, Failure> {
    Ok(App {
        state: StateDir::open(&global.state).map_err(refit_app::AppError::from)?,
        packs: packs(global),
        environments: global.environments.clone(),
        artifacts: global.artifacts.clone(),
        person: screen,
        cancel: interrupt.cancel().clone(),
    })
}

/// The packs: the built-in ones, and those of the folder that was given.
pub fn packs(global: &Global) -> Packs {
    match &global.packs {
        None => Packs::embedded(),
        Some(folder) => Packs::with_folder(folder),
    }
}

/// What Ctrl-C means while this process only looks on: nothing stops, the person is asked.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    attends: Arc<AtomicBool>,
    pressed: Arc<AtomicBool>,
    asking: Arc<AtomicBool>,
}

impl Asked {
    /// From now on this process only looks on.
    pub fn attend(&self) {
        self.attends.store(true, Ordering::SeqCst);
    }

    /// Whether Ctrl-C was pressed since it was last looked.
    pub fn take(&self) -> bool {
        self.pressed.swap(false, Ordering::SeqCst)
    }

    /// Asks the person; Ctrl-C once more ends this process, and nothing else.
    pub fn asking<T>(&self, ask: impl FnOnce() -> T) -> T {
        self.asking.store(true, Ordering::SeqCst);
        let answer = ask();
        self.asking.store(false, Ordering::SeqCst);
        answer
    }

    fn hear(&self, signal: i32) {
        if signal != SIGINT || self.asking.load(Ordering::SeqCst) {
            std::process::exit(ExitCode::Interrupted as i32);
        }
        self.pressed.store(true, Ordering::SeqCst);
    }
}

/// Listens to Ctrl-C and to the request to end: what is begun is brought to a safe place first.
pub fn listen(screen: &Screen, asked: &Asked) -> Result<Interrupt, Failure> {
    let interrupt = Interrupt::new();
    let asked = asked.clone();
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])
        .map_err(|error| Failure::failed(format!("signals cannot be listened to: {error}")))?;
    let (wishes, progress) = (interrupt.clone(), Arc::clone(screen.progress()));
    std::thread::spawn(move || {
        for signal in signals.forever() {
            if asked.attends.load(Ordering::SeqCst) {
                asked.hear(signal);
                continue;
            }
            progress.print(match wishes.wish() {
                Wish::Followed => "stopping; the same command goes on later",
                Wish::PutOff => {
                    "the broker is down at the moment: stopping as soon as it serves its clients \
                     again (once more to stop at once)"
                }
            });
        }
    });
    Ok(interrupt)
}

impl Person for Screen {
    fn tell(&self, what: &str) {
        self.progress().now(what);
    }

    fn ask_secret(&self, text: &str) -> Option<Secret> {
        self.can_ask()
            .then(|| self.progress().hidden(|| rpassword::prompt_password(format!("{text}: "))))?
            .ok()
            .map(|typed| Secret::new(typed.into_bytes()))
    }
}
