//! Rehearsals: the plan's own steps in a scratch folder, on copies, on other ports.
//!
//! The same steps are done as in the run, with other values for the same parameters, so what is
//! proved is the plan and not something like it. The running broker is asked and its store is
//! copied; nothing of it is changed.

use std::collections::BTreeMap;
use std::time::Instant;

use refit_hosts::{Cancel, Deadline, Reader};
use refit_model::{
    Act, BrokerCheck, Check, Condition, HostPath, Parameters, Plan, ProcessMatch, RehearsalCheck,
    RehearsalSpec, Step,
};

use crate::{ExecuteError, Finding, Result, Scratch, World, log};

/// What a rehearsal showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsed {
    /// What was asked and answered.
    pub checks: Vec<RehearsalCheck>,
    /// The ends of the rehearsed broker's logs.
    pub log_tail: Vec<String>,
    /// Warnings and errors in the logs.
    pub complaints: Vec<String>,
    /// From the start command to the first whole answer, in milliseconds.
    pub start_milliseconds: u64,
    /// What the rehearsed broker held.
    pub holdings: Option<BTreeMap<String, u64>>,
}

/// Rehearses `plan` below `scratch`, which is made and removed again. `tell` hears of each part.
pub fn rehearse(
    plan: &Plan,
    world: &dyn World,
    scratch: &HostPath,
    cancel: &Cancel,
    tell: &mut dyn FnMut(&str),
) -> Result<Rehearsed> {
    let nothing = || ExecuteError::State("the plan has nothing to rehearse".into());
    let spec = plan.rehearsal.as_ref().ok_or_else(nothing)?;
    let host = world.host(&plan.steps.first().ok_or_else(nothing)?.host)?;
    let scratch = Scratch::new(world, host, scratch, "rehearsal", cancel)?;
    let mut rehearsal = Rehearsal::new(plan, spec, world, scratch)?;
    rehearsal.clean_up()?;
    let outcome = rehearsal.perform(tell);
    // Whatever happened, nothing is left behind: no process, no copied message, no secret.
    let cleaned = rehearsal.clean_up();
    outcome?;
    cleaned?;
    Ok(rehearsal.shown)
}

struct Rehearsal<'a> {
    plan: &'a Plan,
    spec: &'a RehearsalSpec,
    world: &'a dyn World,
    scratch: Scratch<'a>,
    parameters: Parameters,
    shown: Rehearsed,
}

impl<'a> Rehearsal<'a> {
    fn new(
        plan: &'a Plan,
        spec: &'a RehearsalSpec,
        world: &'a dyn World,
        scratch: Scratch<'a>,
    ) -> Result<Self> {
        let own = own_parameters(plan, &scratch)?;
        let parameters = plan.parameters.overlaid(&own);
        Ok(Self { plan, spec, world, scratch, parameters, shown: Rehearsed::default() })
    }

    fn perform(&mut self, tell: &mut dyn FnMut(&str)) -> Result<()> {
        tell("making the new version's home in a scratch folder");
        self.make_home()?;
        tell("copying the store of the running broker");
        let before = self.holdings_of_old()?;
        self.copy_stores()?;
        let after = self.holdings_of_old()?;
        tell("starting the new version on the copy");
        let check = self.start()?;
        let Some(check) = check else { return Ok(()) };
        tell("asking what it is and what it holds");
        self.compare_holdings(before.as_ref(), after.as_ref(), &check)?;
        self.read_logs()
    }

    fn make_home(&mut self) -> Result<()> {
        self.scratch.make()?;
        let wanted = &self.spec.steps;
        let steps: Vec<_> =
            self.plan.steps.iter().filter(|step| wanted.contains(&step.id)).collect();
        for step in steps {
            let step: Step = self.parameters.bind(step)?;
            self.scratch.perform(&step.act)?;
            let finding = self.scratch.await_check(&step.verify)?;
            self.note(&step.title, &finding);
        }
        let home = self.path("${new_home}")?;
        self.scratch.override_keys(&home, &self.spec.overrides, &self.parameters)
    }

    fn copy_stores(&mut self) -> Result<()> {
        for pair in self.parameters.bind(&self.spec.copies)? {
            self.scratch.copy(&pair.from, &pair.to)?;
            let text = format!("{} copied while the old version serves", pair.from);
            self.note("copy of the store", &Finding::Holds(text));
        }
        Ok(())
    }

    /// Starts the new version and waits for it; `None` if it did not come up.
    fn start(&mut self) -> Result<Option<BrokerCheck>> {
        let (step, _) = self.start_step()?;
        let (act, check) = (step.act, step.verify);
        let begin = Instant::now();
        self.scratch.perform(&act)?;
        let finding = self.scratch.await_check(&check)?;
        self.shown.start_milliseconds =
            u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.note("the new version serves on the copy", &finding);
        if !finding.holds() {
            self.read_logs()?;
            return Ok(None);
        }
        let whole: BrokerCheck = self.parameters.bind(&self.spec.rehearsed)?;
        let again = Check {
            condition: Condition::Broker(Box::new(whole.clone())),
            within_seconds: check.within_seconds,
        };
        let finding = self.scratch.await_check(&again)?;
        self.note("asked again, with its console", &finding);
        Ok(Some(whole))
    }

    /// The plan's own start step, in the scratch folder, and the process that comes of it.
    fn start_step(&self) -> Result<(Step, ProcessMatch)> {
        let starts = |step: &&Step| matches!(step.act, Act::Start { .. });
        let step = self.plan.steps.iter().find(starts);
        let step = step.ok_or_else(|| ExecuteError::State("the plan starts nothing".into()))?;
        let step: Step = self.parameters.bind(step)?;
        match &step.act {
            Act::Start { process, .. } => Ok((step.clone(), process.clone())),
            _ => Err(ExecuteError::State("the plan starts nothing".into())),
        }
    }

    fn holdings_of_old(&self) -> Result<Option<BTreeMap<String, u64>>> {
        let check: BrokerCheck = self.parameters.bind(&self.spec.running)?;
        Ok(self.world.holdings(self.reader(), &check, Deadline::seconds(30))?)
    }

    /// Every destination that stood still while the copy was taken must hold as much in the copy.
    fn compare_holdings(
        &mut self,
        before: Option<&BTreeMap<String, u64>>,
        after: Option<&BTreeMap<String, u64>>,
        check: &BrokerCheck,
    ) -> Result<()> {
        let found = self.world.holdings(self.reader(), check, Deadline::seconds(30))?;
        let what = "messages by destination";
        let (Some(before), Some(after), Some(found)) = (before, after, found) else {
            let text = "not asked: no login for the console (`logins.console`) is given";
            self.shown.checks.push(RehearsalCheck {
                what: what.into(),
                passed: true,
                answer: text.into(),
            });
            return Ok(());
        };
        let still = before.iter().filter(|(name, count)| after.get(*name) == Some(count));
        let wrong: Vec<_> = still
            .filter(|(name, count)| found.get(*name) != Some(count))
            .map(|(name, count)| {
                let held = found.get(name).map_or_else(|| "none".into(), u64::to_string);
                format!("{name}: {held} of {count}")
            })
            .collect();
        let total: u64 = found.values().sum();
        let good = format!("{total} messages in {} destinations", found.len());
        let finding = Finding::of(wrong.is_empty(), good, wrong.join(", "));
        self.note(what, &finding);
        self.shown.holdings = Some(found);
        Ok(())
    }

    fn read_logs(&mut self) -> Result<()> {
        let logs: Vec<HostPath> = self.parameters.bind(&self.plan.logs)?;
        let Some(path) = logs.first() else { return Ok(()) };
        let text = match self.reader().tail(path, 1 << 20) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.is_not_found() => String::new(),
            Err(error) => return Err(error.into()),
        };
        let tail = log::telling(&text).into_iter().map(|line| self.world.redact(line)).collect();
        let lines: Vec<_> = text.lines().map(|line| self.world.redact(line)).collect();
        let finding = Finding::of(
            !lines.is_empty(),
            format!("{} lines", lines.len()),
            format!("{path} is empty or missing: the new version would log nothing"),
        );
        self.note("the new version writes its log", &finding);
        let complains = |line: &&String| line.contains(" WARN ") || line.contains(" ERROR ");
        self.shown.complaints = lines.iter().filter(complains).take(50).cloned().collect();
        self.shown.log_tail = tail;
        Ok(())
    }

    fn note(&mut self, what: &str, finding: &Finding) {
        self.shown.checks.push(RehearsalCheck {
            what: what.to_owned(),
            passed: finding.holds(),
            answer: self.world.redact(finding.text()),
        });
    }

    fn clean_up(&mut self) -> Result<()> {
        let (_, process) = self.start_step()?;
        self.scratch.clean_up(&[process])
    }

    fn path(&self, text: &str) -> Result<HostPath> {
        Ok(self.parameters.resolve(text)?.into())
    }

    fn reader(&self) -> Reader<'a> {
        self.scratch.reader()
    }
}

/// What the plan's parameters are in the scratch folder, with free ports for every endpoint.
fn own_parameters(plan: &Plan, scratch: &Scratch<'_>) -> Result<Parameters> {
    let folder = scratch.folder();
    let mut own: Parameters = [
        ("scratch", folder.to_string()),
        ("run", "rehearsal".to_owned()),
        ("new_home", format!("{folder}/home")),
        ("data", format!("{folder}/home/data")),
        ("install_into", folder.to_string()),
        ("restore_points", format!("{folder}/restore-points")),
        ("control", scratch.control().to_string()),
    ]
    .into_iter()
    .collect();
    let endpoints: Vec<_> =
        plan.parameters.iter().filter_map(|(name, _)| name.strip_prefix("new_port.")).collect();
    let count = u16::try_from(endpoints.len()).unwrap_or(u16::MAX);
    for (name, port) in endpoints.iter().zip(scratch.reader().free_ports(count)?) {
        own.set(format!("new_port.{name}"), port.to_string());
        own.set(format!("new_host.{name}"), "127.0.0.1");
    }
    Ok(own)
}
