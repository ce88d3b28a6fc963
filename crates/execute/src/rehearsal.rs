//! Rehearsals: the plan's own steps in a scratch folder, on copies, on other ports.
//!
//! The same steps are done as in the run, with other values for the same parameters, so what is
//! proved is the plan and not something like it. The running broker is asked and its store is
//! copied; nothing of it is changed. The rehearsed broker is ended by a signal to its own verified
//! process; no script of the vendor's is called, which could hit another broker.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use refit_hosts::{Cancel, Change, Deadline, Fence, Host, HostError, Reader, Writer};
use refit_model::{
    Act, BrokerCheck, Check, Condition, Digest, EndpointPart, HostPath, OverrideTo, Parameters,
    Plan, ProcessMatch, RehearsalCheck, RehearsalSpec, RunId, Step,
};

use crate::act::{ACT_SECONDS, perform};
use crate::condition::await_check;
use crate::{ExecuteError, Finding, KeyChange, Result, World};

/// How long the rehearsed broker may take to end; then it is killed, since it is ours.
const STOP_SECONDS: u64 = 30;
/// How often copying a store is tried while a broker changes it.
const COPY_ATTEMPTS: u32 = 5;

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
    let mut rehearsal = Rehearsal::new(plan, spec, world, host, scratch, cancel)?;
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
    host: &'a dyn Host,
    scratch: HostPath,
    parameters: Parameters,
    cancel: &'a Cancel,
    fence: Fence,
    shown: Rehearsed,
}

impl<'a> Rehearsal<'a> {
    fn new(
        plan: &'a Plan,
        spec: &'a RehearsalSpec,
        world: &'a dyn World,
        host: &'a dyn Host,
        scratch: &HostPath,
        cancel: &'a Cancel,
    ) -> Result<Self> {
        let run =
            RunId::new("rehearsal").map_err(|error| ExecuteError::State(error.to_string()))?;
        let text = scratch.to_str();
        let text = text.ok_or_else(|| ExecuteError::State(format!("{scratch} is not UTF-8")))?;
        let mut own: Parameters = [
            ("scratch", text.to_owned()),
            ("run", run.to_string()),
            ("new_home", format!("{text}/home")),
            ("data", format!("{text}/home/data")),
            ("install_into", text.to_owned()),
            ("restore_points", format!("{text}/restore-points")),
        ]
        .into_iter()
        .collect();
        let reader = Reader::new(host, cancel, 60);
        let endpoints: Vec<_> = plan
            .parameters
            .iter()
            .filter_map(|(name, _)| name.strip_prefix("new_port.").map(str::to_owned))
            .collect();
        let ports = reader.free_ports(u16::try_from(endpoints.len()).unwrap_or(u16::MAX))?;
        for (name, port) in endpoints.iter().zip(ports) {
            own.set(format!("new_port.{name}"), port.to_string());
            own.set(format!("new_host.{name}"), "127.0.0.1");
        }
        let control = HostPath::from(format!("{text}.control"));
        own.set("control", control.to_string());
        let fence = Fence {
            control,
            run,
            epoch: 0,
            sequence: 1,
            intent: Digest::of(b"rehearsal"),
            operation: "rehearsal".into(),
        };
        let parameters = plan.parameters.overlaid(&own);
        let shown = Rehearsed::default();
        Ok(Self {
            plan,
            spec,
            world,
            host,
            scratch: scratch.clone(),
            parameters,
            cancel,
            fence,
            shown,
        })
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

    /// Takes charge of the scratch folder, also after an earlier rehearsal that was killed. There
    /// is no journal that could be behind: a rehearsal that ended is begun anew.
    fn take_charge(&mut self) -> Result<()> {
        let (control, run) = (&self.fence.control, &self.fence.run);
        let seen = self.host.last_seen(control, run)?.unwrap_or(0);
        self.fence.epoch = self.host.take_charge(control, run, seen)?;
        self.fence.sequence = seen + 1;
        Ok(())
    }

    fn make_home(&mut self) -> Result<()> {
        self.take_charge()?;
        self.writer().make(&[Change::MakeFolder { path: self.scratch.clone(), mode: 0o700 }])?;
        let wanted = &self.spec.steps;
        let steps: Vec<_> =
            self.plan.steps.iter().filter(|step| wanted.contains(&step.id)).collect();
        for step in steps {
            let step: Step = self.parameters.bind(step)?;
            perform(self.world, &self.writer(), &step.act)?;
            let finding = await_check(self.world, self.reader(), &step.verify)?;
            self.note(&step.title, &finding);
        }
        self.override_keys()
    }

    /// Gives the scratch copy other ports and places.
    fn override_keys(&mut self) -> Result<()> {
        let mut by_file: BTreeMap<String, Vec<KeyChange>> = BTreeMap::new();
        for one in &self.spec.overrides {
            let change = self.key_change(&one.key, &one.to)?;
            by_file.entry(one.file.clone()).or_default().push(change);
        }
        let home = self.path("${new_home}")?;
        for (file, changes) in by_file {
            let path = home.join(&file);
            let content = self.reader().read(&path, 64 << 20)?;
            let mode = self.reader().stat(&path)?.map_or(0o600, |found| found.mode);
            let content = self.world.with_values(&file, &content, &changes)?;
            self.writer().make(&[Change::Write { path, content, mode }])?;
        }
        Ok(())
    }

    fn key_change(&self, key: &str, to: &OverrideTo) -> Result<KeyChange> {
        let key = key.to_owned();
        let (name, at) = match to {
            OverrideTo::ScratchPath(below) => {
                let to = self.scratch.join(below).to_string();
                return Ok(KeyChange::Value { key, to });
            }
            OverrideTo::Endpoint { name, at } => (name, at),
        };
        let host = self.parameters.resolve(&format!("${{new_host.{name}}}"))?;
        let port = self.parameters.resolve(&format!("${{new_port.{name}}}"))?;
        let number = port.parse().map_err(|_| {
            ExecuteError::State(format!("the port of `{name}` is no number: {port}"))
        })?;
        Ok(match at {
            EndpointPart::Uri => KeyChange::UriAddress { key, host, port: number },
            EndpointPart::Host => KeyChange::Value { key, to: host },
            EndpointPart::Port | EndpointPart::JvmProperty => KeyChange::Value { key, to: port },
        })
    }

    /// Copies while the broker goes on writing; a file that vanished makes `cp` fail, and the
    /// whole copy is taken again.
    fn copy_stores(&mut self) -> Result<()> {
        let copies = self.parameters.bind(&self.spec.copies)?;
        for pair in copies {
            let mut last = HostError::Unexpected;
            let done = (0..COPY_ATTEMPTS).any(|_| {
                let folder = pair.to.parent().map(|path| Change::MakeFolder { path, mode: 0o755 });
                let changes: Vec<_> = folder
                    .into_iter()
                    .chain([
                        Change::Remove(pair.to.clone()),
                        Change::Copy { from: pair.from.clone(), to: pair.to.clone() },
                    ])
                    .collect();
                self.writer().make(&changes).map_err(|error| last = error).is_ok()
            });
            if !done {
                return Err(last.into());
            }
            let text = format!("{} copied while the old version serves", pair.from);
            self.note("copy of the store", &Finding::Holds(text));
        }
        Ok(())
    }

    /// Starts the new version and waits for it; `None` if it did not come up.
    fn start(&mut self) -> Result<Option<BrokerCheck>> {
        let (command, process, check) = self.start_step()?;
        let begin = Instant::now();
        perform(self.world, &self.writer(), &Act::Start { command, process })?;
        let finding = await_check(self.world, self.reader(), &check)?;
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
        let finding = await_check(self.world, self.reader(), &again)?;
        self.note("asked again, with its console", &finding);
        Ok(Some(whole))
    }

    /// Command, process and check of the plan's own start step, in the scratch folder.
    fn start_step(&self) -> Result<(refit_model::Command, ProcessMatch, Check)> {
        let starts = |step: &&Step| matches!(step.act, Act::Start { .. });
        let step = self.plan.steps.iter().find(starts);
        let step = step.ok_or_else(|| ExecuteError::State("the plan starts nothing".into()))?;
        let step: Step = self.parameters.bind(step)?;
        match step.act {
            Act::Start { command, process } => Ok((command, process, step.verify)),
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
        let Some(log) = logs.first() else { return Ok(()) };
        let text = match self.reader().tail(log, 1 << 20) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.is_not_found() => String::new(),
            Err(error) => return Err(error.into()),
        };
        let lines: Vec<_> = text.lines().map(|line| self.world.redact(line)).collect();
        let finding = Finding::of(
            !lines.is_empty(),
            format!("{} lines", lines.len()),
            format!("{log} is empty or missing: the new version would log nothing"),
        );
        self.note("the new version writes its log", &finding);
        let complains = |line: &&String| line.contains(" WARN ") || line.contains(" ERROR ");
        self.shown.complaints = lines.iter().filter(complains).take(50).cloned().collect();
        self.shown.log_tail = lines[lines.len().saturating_sub(30)..].to_vec();
        Ok(())
    }

    fn note(&mut self, what: &str, finding: &Finding) {
        self.shown.checks.push(RehearsalCheck {
            what: what.to_owned(),
            passed: finding.holds(),
            answer: self.world.redact(finding.text()),
        });
    }

    /// Ends the scratch folder's own broker, if one runs, and removes the scratch folder.
    fn clean_up(&mut self) -> Result<()> {
        // Also when the operator asked to stop: cleaning up is how it stops.
        let cancel = Cancel::new();
        let reader = Reader::new(self.host, &cancel, 60);
        let (_, process, _) = self.start_step()?;
        self.take_charge()?;
        let deadline = Deadline::seconds(ACT_SECONDS);
        let writer = Writer::new(self.host, self.fence.clone(), deadline, &cancel);
        for found in reader.matching(&process)? {
            writer.make(&[Change::Terminate(found.id)])?;
            if !reader.await_exit(found.id, Duration::from_secs(STOP_SECONDS))? {
                writer.make(&[Change::Kill(found.id)])?;
                reader.await_exit(found.id, Duration::from_secs(STOP_SECONDS))?;
            }
        }
        writer.make(&[Change::Remove(self.scratch.clone())])?;
        // The control folder goes last: it holds the lock that the changes before passed.
        writer.make(&[Change::Remove(self.fence.control.clone())]).or_else(
            |error| match error {
                // Removing it takes away the place where the outcome would be recorded.
                HostError::NotFound(_) => Ok(Vec::new()),
                error => Err(error),
            },
        )?;
        Ok(())
    }

    fn path(&self, text: &str) -> Result<HostPath> {
        Ok(self.parameters.resolve(text)?.into())
    }

    fn reader(&self) -> Reader<'a> {
        Reader::new(self.host, self.cancel, 600)
    }

    fn writer(&self) -> Writer<'a> {
        let deadline = Deadline::seconds(ACT_SECONDS);
        Writer::new(self.host, self.fence.clone(), deadline, self.cancel)
    }
}
