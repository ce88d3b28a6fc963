//! What the portal has done to runs: each by what the command line does, and for the plan alone
//! that the case names. All of this blocks.

use std::ffi::OsString;
use std::time::{Duration, Instant};

use refit_app::{App, AppError, StateError, Target, Worker};
use refit_execute::Unobserved;
use refit_model::{Digest, Plan, RunId, Stored};
use refit_packs::Packs;

use super::{Exit, Upgrades};

/// How long it is waited for a run to begin: its first checks ask the host.
const BEGINS_WITHIN: Duration = Duration::from_secs(40);
/// How often it is looked whether it has.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Why a plan that this machine does not know cannot be run from here.
const MADE_ELSEWHERE: &str = "it was made on another machine. Run it there with `refit run`, and \
                              record here how it ended.";
/// What the program's errors begin with.
const ERROR: &str = "refit: ";

/// What somebody wants done to a run.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) run: RunId,
    /// The plan that the case names.
    pub(crate) plan: Digest,
    pub(crate) exit: Exit,
    pub(crate) by: String,
    pub(crate) why: String,
}

/// The run that would do a plan of this machine if it were begun now; why none would, in words.
pub(crate) fn to_do(upgrades: &Upgrades, packs: &Packs, plan: Digest) -> Result<RunId, String> {
    let app = upgrades.app(packs);
    let run = || {
        let plan: Stored<Plan> = app.state.load(plan)?;
        let target = target_of(&app, &plan.body)?;
        check_is_meant(&app, &target, plan.digest)?;
        app.run_to_do(&target)
    };
    run().map_err(|error| match error {
        // Where the state directory lies is nobody's business in a browser.
        AppError::State(StateError::Missing { .. }) => MADE_ELSEWHERE.to_owned(),
        error => error.chain(),
    })
}

/// Does what was asked for. Where it is the work of a process of its own, it has begun then. What
/// stands in the way is told in words.
pub(crate) fn perform(upgrades: &Upgrades, packs: &Packs, asked: &Asked) -> Result<(), String> {
    let app = upgrades.app(packs);
    match perform_with(&app, upgrades, asked) {
        Ok(None) => Ok(()),
        Ok(Some(said)) => Err(said),
        Err(error) => Err(error.chain()),
    }
}

fn perform_with(
    app: &App<'_>,
    upgrades: &Upgrades,
    asked: &Asked,
) -> Result<Option<String>, AppError> {
    let plan: Stored<Plan> = app.state.load(asked.plan)?;
    let target = target_of(app, &plan.body)?;
    match asked.exit {
        Exit::Run => {
            check_is_meant(app, &target, plan.digest)?;
            check_same(&asked.run, &app.run_to_do(&target)?)?;
            start(app, upgrades, &target, asked, "run")
        }
        Exit::RollBack => {
            check_same(&asked.run, &app.last_run(&target)?.run)?;
            start(app, upgrades, &target, asked, "rollback")
        }
        Exit::Pause => {
            let is_asked = app.pause(&asked.run)?;
            Ok((!is_asked).then(|| "no process works on it any more".to_owned()))
        }
        Exit::Stop => {
            check_same(&asked.run, &app.last_run(&target)?.run)?;
            app.stop(&target, &asked.by, &asked.why, &mut Unobserved)?;
            Ok(None)
        }
    }
}

/// The installation of a plan of this machine.
pub(crate) fn target_of(app: &App<'_>, plan: &Plan) -> Result<Target, AppError> {
    app.target(&format!("{}:{}", plan.environment, plan.installation))
}

/// A password that has to be typed in is asked for at a terminal, and nowhere else.
pub(crate) fn check_asks_nobody(target: &Target) -> Result<(), AppError> {
    if !App::needs_terminal(target) {
        return Ok(());
    }
    Err(AppError::NeedsPerson(format!(
        "the environment {} asks for a password at a terminal; name a file or a credential instead \
         in its environment file",
        target.environment_name()
    )))
}

/// What was approved on the machine must be the plan that the case names.
fn check_is_meant(app: &App<'_>, target: &Target, plan: Digest) -> Result<(), AppError> {
    let approved = app.plan_to_run(target)?.digest;
    if approved == plan {
        return Ok(());
    }
    Err(AppError::Stale {
        what: format!("the plan {}", plan.short()),
        why: format!("the one that was approved last on this machine is {}", approved.short()),
        how: "post that one, and have it accepted".to_owned(),
    })
}

fn check_same(asked: &RunId, found: &RunId) -> Result<(), AppError> {
    if asked == found {
        return Ok(());
    }
    Err(AppError::Stale {
        what: format!("the run {asked}"),
        why: format!("the run {found} came after it"),
        how: "look at that one".to_owned(),
    })
}

/// Starts a process of its own, and waits until it has recorded something or has ended. Gives what
/// it said if it ended without recording anything.
fn start(
    app: &App<'_>,
    upgrades: &Upgrades,
    target: &Target,
    asked: &Asked,
    verb: &str,
) -> Result<Option<String>, AppError> {
    check_asks_nobody(target)?;
    let before = app.events(&asked.run)?.len();
    let mut words = upgrades.options.clone();
    words.extend([
        verb.into(),
        format!("{}:{}", target.environment_name(), target.installation).into(),
    ]);
    // As one word each: nothing that was typed is taken for an option.
    words.extend([
        OsString::from(format!("--plan={}", asked.plan)),
        format!("--by={}", asked.by).into(),
        format!("--why={}", asked.why).into(),
    ]);
    let mut worker = app.start_worker(&asked.run, &upgrades.program, words)?;
    let ended = until_begun(app, &asked.run, before, &mut worker);
    let said = worker.said();
    worker.leave();
    Ok(if ended? { Some(told(&said)) } else { None })
}

/// Waits until something is recorded; whether it has ended without that.
fn until_begun(
    app: &App<'_>,
    run: &RunId,
    before: usize,
    worker: &mut Worker,
) -> Result<bool, AppError> {
    let since = Instant::now();
    let mut journal = None;
    let mut seen = 0;
    while since.elapsed() < BEGINS_WITHIN {
        // Asked before the journal is read, so that nothing is missed.
        let has_ended = worker.ended()?.is_some();
        if journal.is_none() {
            journal = app.journal(run)?;
        }
        if let Some(journal) = &mut journal {
            seen += journal.news()?.len();
        }
        if seen > before {
            return Ok(false);
        }
        if has_ended {
            return Ok(true);
        }
        std::thread::sleep(LOOK_EVERY);
    }
    Ok(false)
}

/// What a process said that could not begin.
fn told(said: &[String]) -> String {
    let errors: Vec<_> = said.iter().filter_map(|line| line.strip_prefix(ERROR)).collect();
    if errors.is_empty() {
        let last = said.last().map_or("its process ended without a word", String::as_str);
        return last.to_owned();
    }
    errors.join("; ")
}
