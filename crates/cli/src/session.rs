//! What a command works with: the use cases, set up from the global options.

use std::sync::Arc;

use refit_app::{App, Person, StateDir};
use refit_execute::{Interrupt, Wish};
use refit_model::Secret;
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

/// Listens to Ctrl-C and to the request to end: what is begun is brought to a safe place first.
pub fn listen(screen: &Screen) -> Result<Interrupt, Failure> {
    let interrupt = Interrupt::new();
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])
        .map_err(|error| Failure::failed(format!("signals cannot be listened to: {error}")))?;
    let (wishes, progress) = (interrupt.clone(), Arc::clone(screen.progress()));
    std::thread::spawn(move || {
        for _ in signals.forever() {
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
