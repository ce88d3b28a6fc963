//! The executor: runs a plan's steps in their order, and goes on where it stopped.

use std::time::{Duration, Instant};

use refit_hosts::{Deadline, Fence, Host, Reader, Recall, Writer};
use refit_model::{Act, Digest, HostPath, Owner, Parameters, Plan, Step, StepId, UndoAct};

use crate::act::{ACT_SECONDS, is_repeatable, perform};
use crate::away::RETURN_WITHIN;
use crate::condition::{await_check, evaluate};
use crate::telling::Telling;
use crate::{
    Detail, DoneHow, ExecuteError, Finding, HaltReason, Interrupt, Journal, Observer, Payload,
    Result, RunEvent, Status, StepEvent, StepState, World,
};
use crate::{crash, take_charge};

/// How long a question outside of acts may take.
pub(crate) const QUESTION_SECONDS: u32 = 60;

/// One run in the hands of this process.
pub struct Executor<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) parameters: Parameters,
    pub(crate) steps: Vec<Step>,
    pub(crate) world: &'a dyn World,
    pub(crate) journal: Journal,
    pub(crate) status: Status,
    observer: &'a mut dyn Observer,
    pub(crate) interrupt: Interrupt,
    pub(crate) charge: Charge,
    /// What it began, and begins again where its host was away.
    event: RunEvent,
    epoch: u64,
    pub(crate) return_within: Duration,
    pub(crate) telling: Telling<'a>,
}

/// Under whose name and approval a process works on a run.
#[derive(Clone, Debug)]
pub struct Charge {
    /// The plan's digest.
    pub plan: Digest,
    /// The digest of the approval.
    pub approval: Digest,
    /// User and machine.
    pub by: String,
    /// Why, where a person said so.
    pub why: String,
    /// The installation's control folder on its host.
    pub control: HostPath,
    /// The moment by which everything that was begun must be able to end.
    pub stop_by: Option<Instant>,
}

/// How working on a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is complete: the run is done, or is rolled back.
    Complete,
    /// It stopped at a step, and can go on.
    Halted(HaltReason),
}

/// How a step ended that was tried.
pub(crate) enum Tried {
    Settled,
    Halt(HaltReason),
}

impl<'a> Executor<'a> {
    /// Takes charge of the run on the host, and records it. `event` is [`RunEvent::Begun`] or
    /// [`RunEvent::RollBackBegun`].
    pub fn take_charge(
        plan: &'a Plan,
        world: &'a dyn World,
        journal: Journal,
        observer: &'a mut dyn Observer,
        interrupt: Interrupt,
        charge: Charge,
        event: RunEvent,
    ) -> Result<Self> {
        let status = Status::of(journal.events())?;
        status.state.after(event).map_err(|error| ExecuteError::State(error.to_string()))?;
        let parameters = plan.run_parameters(journal.run().as_str());
        let steps = parameters.bind(&plan.steps)?;
        let control = parameters.bind(&charge.control)?;
        let mut executor = Self {
            plan,
            parameters,
            steps,
            world,
            journal,
            status,
            observer,
            interrupt,
            charge: Charge { control, ..charge },
            event,
            epoch: 0,
            return_within: RETURN_WITHIN,
            telling: Telling::default(),
        };
        let why = executor.charge.why.clone();
        executor.enter(&why)?;
        Ok(executor)
    }

    /// Takes charge on the host with a later epoch than any before, and records it.
    pub(crate) fn enter(&mut self, why: &str) -> Result<()> {
        let step = self.steps.first();
        let step = step.ok_or_else(|| ExecuteError::State("the plan has no steps".into()))?;
        let host = self.world.host(&step.host)?;
        self.epoch = take_charge(host, &self.charge.control, &self.journal)?;
        self.record(Payload::Controller {
            event: self.event,
            plan: self.charge.plan,
            environment: self.plan.environment.clone(),
            approval: self.charge.approval,
            epoch: self.epoch,
            by: self.charge.by.clone(),
            why: self.world.redact(why),
        })
    }

    /// The operator's wish to stop, to be shared with a handler of Ctrl-C.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// The journal and status, when the work is over.
    pub fn into_parts(self) -> (Journal, Status) {
        (self.journal, self.status)
    }

    /// Does what is left of the plan.
    pub fn run(&mut self) -> Result<Ended> {
        for index in 0..self.steps.len() {
            let step = self.steps[index].clone();
            if self.status.step(&step.id).is_settled() {
                continue;
            }
            if let Some(reason) = self.reason_to_stop_before(index) {
                return self.halt(reason);
            }
            // Before anything is begun, so that no wish to stop is followed halfway.
            self.interrupt.set_serving_stopped(step.downtime);
            match self.try_step(&step)? {
                Tried::Settled => {
                    let next = self.steps.get(index + 1);
                    let next_is_down = next.is_some_and(|next| next.downtime);
                    self.note_downtime_end(next_is_down, "downtime_milliseconds")?;
                }
                Tried::Halt(reason) => return self.halt(reason),
            }
        }
        // Released first: killed in between, the run takes charge again and ends.
        if let Some(reason) = self.release_when_back()? {
            return self.halt(reason);
        }
        self.record(Payload::Ended { event: RunEvent::Completed, why: String::new() })?;
        Ok(Ended::Complete)
    }

    /// Records what a person says of a step: that it is done, is left out, or was not done and is
    /// to be tried again ([`StepEvent::Failed`]).
    pub fn settle_by_hand(
        &mut self,
        id: &StepId,
        event: StepEvent,
        by: &str,
        why: &str,
    ) -> Result<()> {
        let step = self.steps.iter().find(|step| step.id == *id);
        let step =
            step.ok_or_else(|| ExecuteError::State(format!("the plan has no step `{id}`")))?;
        if event == StepEvent::Skipped && !step.may_skip {
            let text = format!("the step `{id}` may not be skipped");
            return Err(ExecuteError::State(text));
        }
        self.status.step(id).after(event).map_err(|e| ExecuteError::State(e.to_string()))?;
        let how = (event == StepEvent::Done).then_some(DoneHow::ByHand);
        let detail = Detail { text: format!("{by}: {why}"), how, ..Detail::default() };
        self.record_step(id, event, self.status.attempts(id), detail)
    }

    /// Ends the run as it stands.
    pub fn stop(&mut self, by: &str, why: &str) -> Result<()> {
        self.release()?;
        self.record(Payload::Ended { event: RunEvent::Stopped, why: format!("{by}: {why}") })
    }

    fn reason_to_stop_before(&self, index: usize) -> Option<HaltReason> {
        let step = &self.steps[index];
        if self.interrupt.stops_before(step.downtime) {
            return Some(HaltReason::Interrupted { step: step.id.clone() });
        }
        let left = self.charge.stop_by?.saturating_duration_since(self.now()).as_millis();
        let needed: u64 = self.steps[index..]
            .iter()
            .filter(|step| !self.status.step(&step.id).is_settled())
            .map(|step| step.estimate_milliseconds)
            .sum();
        let already_down = step.downtime && self.is_down();
        (u128::from(needed) > left && !already_down).then(|| HaltReason::Window {
            step: step.id.clone(),
            text: format!(
                "the steps that are left need about {} s, the window has {} s left",
                needed.div_ceil(1000),
                left / 1000
            ),
        })
    }

    /// Tries a step: what an interrupted attempt did first, then a new attempt. Where the host goes
    /// away meanwhile, nobody knows what was done: it has neither failed nor ended.
    fn try_step(&mut self, step: &Step) -> Result<Tried> {
        let mut losses = 0;
        loop {
            let tried = match self.status.step(&step.id) {
                StepState::Begun | StepState::InDoubt | StepState::Acted => self.recover(step),
                _ => self.attempt(step),
            };
            match tried {
                Ok(tried) => return Ok(tried),
                Err(error) if error.is_fatal() => return Err(error),
                Err(error) if error.is_cancelled() => {
                    return Ok(Tried::Halt(HaltReason::Interrupted { step: step.id.clone() }));
                }
                Err(error) if error.is_away() => {
                    losses += 1;
                    if let Some(reason) = self.await_return(&step.id, &error, losses)? {
                        return Ok(Tried::Halt(reason));
                    }
                }
                Err(error) if self.is_unknown(step, &error) => {
                    return self.doubt(step, &format!("{}. ", error.chain()));
                }
                Err(error) if self.status.step(&step.id) == StepState::Acted => {
                    return self.not_verified(step, &error.chain());
                }
                Err(error) => return self.fail(step, &error.chain()),
            }
        }
    }

    pub(crate) fn attempt(&mut self, step: &Step) -> Result<Tried> {
        let finding = self.probe(step)?;
        if let Finding::Holds(text) = finding {
            let how = Some(DoneHow::AlreadySo);
            let detail = Detail { text, how, milliseconds: Some(0), ..Detail::default() };
            self.record_step(&step.id, StepEvent::Done, self.status.attempts(&step.id), detail)?;
            return Ok(Tried::Settled);
        }
        if let (Owner::Person(role), Act::Ask(instructions)) = (&step.owner, &step.act) {
            return Ok(Tried::Halt(HaltReason::Person {
                step: step.id.clone(),
                role: role.clone(),
                instructions: instructions.clone(),
            }));
        }
        let attempt = self.status.attempts(&step.id) + 1;
        self.note_downtime_begin(step)?;
        self.record_step(&step.id, StepEvent::Intent, attempt, Detail::default())?;
        let begin = self.now();
        crash::point("before-act", Some(&step.id));
        let output = self.act(step, attempt)?;
        crash::point("after-act", Some(&step.id));
        let detail = Detail { output, ..Detail::default() };
        self.record_step(&step.id, StepEvent::Acted, attempt, detail)?;
        self.verify(step, attempt, DoneHow::Acted, begin)
    }

    fn act(&self, step: &Step, attempt: u32) -> Result<Vec<String>> {
        let writer = self.writer(step, &operation(&self.journal, &step.id, attempt))?;
        self.follow_logs(self.reader(step)?, &step.act)?;
        let output =
            self.with_meantime(|meantime| perform(self.world, &writer, &step.act, meantime))?;
        Ok(output.iter().map(|line| self.world.redact(line)).collect())
    }

    pub(crate) fn verify(
        &mut self,
        step: &Step,
        attempt: u32,
        how: DoneHow,
        begin: Instant,
    ) -> Result<Tried> {
        let reader = self.reader(step)?;
        let finding =
            self.with_meantime(|meantime| await_check(self.world, reader, &step.verify, meantime))?;
        self.tell_logs(reader)?;
        match finding {
            Finding::Holds(text) => {
                let milliseconds = u64::try_from((self.now() - begin).as_millis()).ok();
                let detail = Detail { text, how: Some(how), milliseconds, ..Detail::default() };
                self.record_step(&step.id, StepEvent::Done, attempt, detail)?;
                Ok(Tried::Settled)
            }
            Finding::Not(reason) => self.not_verified(step, &reason),
        }
    }

    /// What must hold after an act was not seen to hold. A failed step is tried again by the next
    /// run, so one whose command must not be repeated stays as it is, and is verified again.
    fn not_verified(&mut self, step: &Step, reason: &str) -> Result<Tried> {
        if is_repeatable(&step.act) {
            return self.fail(step, reason);
        }
        let id = &step.id;
        let error = format!(
            "{reason}. Its command was done and is not repeated: run the same command again to \
             verify it again, or say `--mark-done {id}` or `--retry {id}`"
        );
        let error = self.world.redact(&error);
        Ok(Tried::Halt(HaltReason::Failed { step: id.clone(), error, may_skip: false }))
    }

    fn fail(&mut self, step: &Step, error: &str) -> Result<Tried> {
        let error = self.world.redact(error);
        let attempt = self.status.attempts(&step.id);
        let detail = Detail { text: error.clone(), ..Detail::default() };
        self.record_step(&step.id, StepEvent::Failed, attempt, detail)?;
        let (step, may_skip) = (step.id.clone(), step.may_skip);
        Ok(Tried::Halt(HaltReason::Failed { step, error, may_skip }))
    }

    /// Whether an interrupted attempt at taking the step back left open what one of its acts did
    /// that must not be repeated.
    pub(crate) fn undo_is_in_doubt(&self, step: &Step, acts: &[UndoAct]) -> Result<bool> {
        for (index, undo) in acts.iter().enumerate() {
            if is_repeatable(&undo.act) {
                continue;
            }
            let so = evaluate(self.world, self.reader(step)?, &undo.probe)?.holds();
            if !so && self.recall_of(step, &self.undo_operation(step, index))? == Recall::Begun {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Does one act of taking a step back. Gives what shows that it is so.
    pub(crate) fn undo_act(&self, step: &Step, index: usize, undo: &UndoAct) -> Result<String> {
        let finding = evaluate(self.world, self.reader(step)?, &undo.probe)?;
        if let Finding::Holds(text) = finding {
            return Ok(text);
        }
        let operation = self.undo_operation(step, index);
        let once = !is_repeatable(&undo.act);
        if !(once && matches!(self.recall_of(step, &operation)?, Recall::Done(_))) {
            crash::point("before-undo", Some(&step.id));
            self.follow_logs(self.reader(step)?, &undo.act)?;
            let writer = self.writer(step, &operation)?;
            self.with_meantime(|meantime| perform(self.world, &writer, &undo.act, meantime))?;
            crash::point("after-undo", Some(&step.id));
        }
        let reader = self.reader(step)?;
        let finding =
            self.with_meantime(|meantime| await_check(self.world, reader, &undo.verify, meantime))?;
        self.tell_logs(reader)?;
        match finding {
            Finding::Holds(text) => Ok(text),
            Finding::Not(reason) => Err(ExecuteError::Act(reason)),
        }
    }

    /// The id of an act of taking a step back. It is the same for every attempt: what the host has
    /// seen done needs not to be done again.
    fn undo_operation(&self, step: &Step, index: usize) -> String {
        let attempt = self.status.attempts(&step.id);
        format!("{}-undo{index}", operation(&self.journal, &step.id, attempt))
    }

    pub(crate) fn halt(&mut self, reason: HaltReason) -> Result<Ended> {
        let failed = matches!(reason, HaltReason::Failed { .. } | HaltReason::InDoubt { .. });
        let is_away = matches!(reason, HaltReason::Unreachable { .. });
        let now = if is_away { Vec::new() } else { self.what_is_true() };
        let log_tail = if failed { self.log_tail() } else { Vec::new() };
        self.record(Payload::Halted { reason: reason.clone(), now, log_tail })?;
        Ok(Ended::Halted(reason))
    }

    fn is_down(&self) -> bool {
        self.status.measured.get(DOWN_SINCE).is_some_and(|since| *since > 0)
    }

    /// Before the first act without service: records when that was.
    pub(crate) fn note_downtime_begin(&mut self, step: &Step) -> Result<()> {
        if step.downtime && !self.is_down() {
            self.measure(DOWN_SINCE, self.world.clock().boot_milliseconds())?;
        }
        Ok(())
    }

    /// After the last step without service: records under `name` how long it was.
    pub(crate) fn note_downtime_end(&mut self, next_is_down: bool, name: &str) -> Result<()> {
        let Some(since) = self.status.measured.get(DOWN_SINCE).copied().filter(|_| self.is_down())
        else {
            return Ok(());
        };
        if !next_is_down {
            let down = self.world.clock().boot_milliseconds().checked_sub(since);
            // After a restart of the machine the clock began anew: then it was not measured.
            if let Some(down) = down {
                self.measure(name, down)?;
            }
            self.measure(DOWN_SINCE, 0)?;
            self.interrupt.set_serving_stopped(false);
        }
        Ok(())
    }

    fn measure(&mut self, name: &str, value: u64) -> Result<()> {
        self.record(Payload::Measured { name: name.to_owned(), value })
    }

    pub(crate) fn record_step(
        &mut self,
        step: &StepId,
        event: StepEvent,
        attempt: u32,
        detail: Detail,
    ) -> Result<()> {
        self.record(Payload::Step { step: step.clone(), event, attempt, detail })
    }

    pub(crate) fn record(&mut self, payload: Payload) -> Result<()> {
        let event = self.journal.append_at(self.world.clock().shown(), payload)?;
        self.status.take(event)?;
        self.observer.recorded(event, &self.status);
        Ok(())
    }

    pub(crate) fn now(&self) -> Instant {
        self.world.clock().now()
    }

    pub(crate) fn release(&self) -> Result<()> {
        if let Some(step) = self.steps.first() {
            let host = self.world.host(&step.host)?;
            host.release(&self.charge.control, self.journal.run(), self.epoch)?;
        }
        Ok(())
    }

    pub(crate) fn reader(&self, step: &Step) -> Result<Reader<'_>> {
        let host = self.world.host(&step.host)?;
        Ok(Reader::new(
            host,
            self.interrupt.cancel(),
            QUESTION_SECONDS.max(step.verify.within_seconds),
        ))
    }

    fn writer(&self, step: &Step, operation: &str) -> Result<Writer<'_>> {
        let host: &dyn Host = self.world.host(&step.host)?;
        let fence = Fence {
            control: self.charge.control.clone(),
            run: self.journal.run().clone(),
            epoch: self.epoch,
            sequence: self.status.sequence,
            intent: self.journal.last_digest(),
            operation: operation.to_owned(),
        };
        let deadline = Deadline::seconds(ACT_SECONDS);
        Ok(Writer::new(host, fence, deadline, self.interrupt.cancel()).heard_by(self))
    }
}

/// Since when clients are not served, on the clock since the machine's start; 0 while they are.
const DOWN_SINCE: &str = "down_since_boot_milliseconds";

/// The id of an attempt's operation on the host.
pub(crate) fn operation(journal: &Journal, step: &StepId, attempt: u32) -> String {
    format!("{}.{step}.{attempt}", journal.run())
}
