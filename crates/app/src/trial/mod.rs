//! `refit trial`: what an upgrade changed for those who use the broker.
//!
//! Old and new version each serve a copy of the store that the old version left (restore point B),
//! on other ports, with the site's own configuration. So both can be asked the same, one in turn
//! with the other, and the running broker is not put under load. Only who may connect is tried at
//! the running broker too.
//! See `docs/decisions/0009-trials-run-on-copies.md`.

mod access;
mod bench;
mod load;
mod messages;
mod restart;
mod rules;
mod side;
mod user;

use std::time::{Duration, Instant};

use refit_execute::RunState;
use refit_model::Stored;
use refit_trial::report::{Design, Installed, TestResult, TrialReport, TrialRules, TrialSubject};
use refit_trial::statistics::{PairedValue, Side};
use refit_trial::{CanaryReading, MonotonicClock, read_canary};

use crate::reach::only_here;
use crate::{App, AppError, Result, RunView, Target};
use bench::Bench;
use rules::rules;

/// How long one answer of a console may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// Synchronised writes of one reading of the canary.
const CANARY_BLOCKS: u32 = 200;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct TrialRequest {
    /// Pairs of loads, old and new in turn; 0 leaves the load out.
    pub pairs: u32,
    /// How long one load is measured, in seconds.
    pub load_seconds: u32,
    /// Messages a second of a load.
    pub per_second: u32,
    /// The size of a message, in bytes.
    pub body_bytes: u32,
    /// Pairs of restarts, old and new in turn; 0 leaves the restarts out.
    pub restarts: u32,
}

impl App<'_> {
    /// Tries what the last run of an installation made of it, and stores the report.
    pub fn trial(&self, target: &Target, request: &TrialRequest) -> Result<Stored<TrialReport>> {
        only_here(target, "a trial")?;
        let view = self.run_to_try(target)?;
        let _lock = self.state.lock_rehearsal(target.environment_name(), &target.installation)?;
        let world = self.world(target, &view.plan.body)?;
        let mut bench = Bench::new(self, target, &world, &view)?;
        bench.clean_up()?;
        let tried = self.measure(&mut bench, request);
        // Whatever happened, nothing is left behind: no process, no copied message, no secret.
        let cleaned = bench.clean_up();
        let Tried { rules, tests, canary, after } = tried?;
        cleaned?;
        let plan = &view.plan.body;
        let subject = TrialSubject {
            environment: target.environment_name().clone(),
            installation: target.installation.clone(),
            before: Installed {
                version: plan.from.clone(),
                what: "on a copy of the store that it left, on other ports".into(),
            },
            after: Installed { version: plan.to.clone(), what: after },
            design: Design::Alternating,
            series: self.newest(target)?.trials + 1,
            canary,
        };
        let report = TrialReport::assemble(rules, subject, tests);
        let report = self.state.save(report.map_err(|e| AppError::Usage(e.to_string()))?)?;
        self.update(target, |newest| {
            newest.trial = Some(report.digest);
            newest.trials += 1;
        })?;
        Ok(report)
    }

    /// The last run, which must be done and still have its old version and restore point.
    fn run_to_try(&self, target: &Target) -> Result<RunView> {
        let view = self.last_run(target)?;
        match view.status.state {
            RunState::Done | RunState::Finalised => Ok(view),
            state => Err(AppError::First {
                what: format!("the run {} is {}", view.run, state.word()),
                how: "a trial compares the old version with the new one, so it comes after a run \
                      that is done"
                    .into(),
            }),
        }
    }

    fn measure(&self, bench: &mut Bench<'_>, request: &TrialRequest) -> Result<Tried> {
        let rules = rules(request);
        // Fixed before anything is measured: no margin can be chosen by what came out.
        self.state.save(rules.clone())?;
        let tell = |what: &str| self.person.tell(what);
        tell("copying both versions and the store that the old one left");
        bench.make()?;
        tell("starting both versions on their copies");
        bench.start()?;
        tell("reading every message of both, and comparing them one by one");
        let (messages, destinations) = messages::compare_all(self, bench)?;
        tell("trying who may connect and send, and who may not");
        let mut tests = vec![messages, access::compare_access(bench, &destinations)?];
        let mut canary = vec![self.canary()?];
        tests.extend(load::measure(bench, request, &tell)?);
        canary.push(self.canary()?);
        tests.extend(restart::measure(bench, request, &tell)?);
        canary.push(self.canary()?);
        Ok(Tried { rules, tests, canary, after: bench.after_is() })
    }

    /// How fast this machine is now, whatever the brokers do.
    fn canary(&self) -> Result<CanaryReading> {
        let failed = |error: std::io::Error| AppError::Usage(format!("no canary file: {error}"));
        let path = self.state.root().join("canary");
        let mut file = std::fs::File::create(&path).map_err(failed)?;
        let reading = read_canary(&MonotonicClock, &mut file, CANARY_BLOCKS);
        std::fs::remove_file(&path).map_err(failed)?;
        Ok(reading?)
    }
}

/// A measured value, or why it says nothing.
type Measured = std::result::Result<u64, String>;

/// What was measured.
struct Tried {
    rules: TrialRules,
    tests: Vec<TestResult>,
    canary: Vec<CanaryReading>,
    after: String,
}

/// Until when one answer must be there.
fn soon() -> Instant {
    Instant::now() + ANSWER_WITHIN
}

/// The values of both sides, measured in the order of an alternation, as pairs.
fn pair_up(values: &[(Side, Measured)]) -> Vec<std::result::Result<PairedValue, String>> {
    let pair = |two: &[(Side, Measured)]| {
        let of = |wanted: Side| {
            let found = two.iter().find(|(side, _)| *side == wanted);
            found.map_or_else(
                || Err("a side was not measured".to_owned()),
                |(_, value)| value.clone(),
            )
        };
        Ok(PairedValue { before: of(Side::Before)?, after: of(Side::After)? })
    };
    values.chunks(2).map(pair).collect()
}

/// A word that nobody can guess, and that no other trial has.
fn random_word() -> Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| AppError::Usage(format!("the system gives no random numbers: {error}")))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
