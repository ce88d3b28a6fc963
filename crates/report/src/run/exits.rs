//! The named exits of a halted run, each with what is typed to take it.

use refit_execute::{HaltReason, RunState, Status};
use refit_model::{ApprovalOf, EnvironmentName, StepId};

/// One way to go on from where a run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Its name, for example `retry`.
    pub name: &'static str,
    /// What is typed. `WHY` stands for the reason that the journal keeps.
    pub command: String,
    /// What it does.
    pub meaning: &'static str,
}

/// The ways to go on with the newest run of an environment; none where nothing is to be decided.
pub fn exits(environment: &EnvironmentName, status: &Status) -> Vec<Exit> {
    let exits = Exits { environment, all: Vec::new() };
    match (status.state, &status.halted) {
        (RunState::Halted(_), Some(reason)) => exits.of_run(reason),
        (RunState::RollBackHalted(_), Some(reason)) => exits.of_roll_back(reason),
        (RunState::Running, _) => exits.add("go on", "run", "", "if its process has ended").all,
        (RunState::RollingBack, _) => {
            exits.add("go on", "rollback", "", "if its process has ended").all
        }
        (RunState::Done, _) => {
            exits
                .add("roll back", "rollback", "", "takes the steps back in reverse")
                .add("finalise", "finalize", "", "ends the possibility to take it back")
                .all
        }
        (RunState::Stopped, _) => {
            exits.add("roll back", "rollback", "", "takes the steps back in reverse").all
        }
        _ => exits.all,
    }
}

struct Exits<'a> {
    environment: &'a EnvironmentName,
    all: Vec<Exit>,
}

impl Exits<'_> {
    fn of_run(self, reason: &HaltReason) -> Vec<Exit> {
        let exits = match reason {
            HaltReason::Failed { step, may_skip, .. } => {
                let exits = self.add("retry", "run", "", "tries the step again");
                let exits = exits.by_hand(step, "mark done", "mark-done", "you did it by hand");
                let left_out = "leaves the step out";
                if *may_skip { exits.by_hand(step, "skip", "skip", left_out) } else { exits }
            }
            HaltReason::InDoubt { step, .. } => self
                .by_hand(step, "mark done", "mark-done", "you looked, and it is done")
                .by_hand(step, "retry", "retry", "you looked, and it is not done"),
            HaltReason::Person { step, .. } => {
                self.by_hand(step, "mark done", "mark-done", "you did it")
            }
            HaltReason::Approval { .. } => self.approve(ApprovalOf::PointOfNoReturn).add(
                "go on",
                "run",
                "",
                "once it is approved",
            ),
            HaltReason::Window { .. } => {
                self.add("go on", "run", " --stop-by TIME", "in a window that is long enough")
            }
            HaltReason::Unreachable { .. } => {
                self.add("go on", "run", "", "once the host can be reached: looks first")
            }
            HaltReason::Interrupted { .. } => self.add("go on", "run", "", "goes on at the step"),
        };
        exits
            .add("roll back", "rollback", "", "takes the steps back in reverse")
            .add("stop", "run", " --stop --why 'WHY'", "ends the run as it stands")
            .all
    }

    fn of_roll_back(self, reason: &HaltReason) -> Vec<Exit> {
        let exits = match reason {
            HaltReason::Approval { .. } => self.approve(ApprovalOf::Restore).add(
                "go on",
                "rollback",
                "",
                "once it is approved",
            ),
            HaltReason::InDoubt { step, .. } => self
                .undone_by_hand(step, "mark undone", "mark-undone", "you looked, and it is undone")
                .undone_by_hand(step, "retry", "retry", "you looked, and it is not undone"),
            HaltReason::Failed { step, .. } => self
                .add("retry", "rollback", "", "tries to take the step back again")
                .undone_by_hand(step, "mark undone", "mark-undone", "you took it back by hand"),
            HaltReason::Person { step, .. } => {
                self.undone_by_hand(step, "mark undone", "mark-undone", "you took it back by hand")
            }
            HaltReason::Unreachable { .. } => {
                self.add("go on", "rollback", "", "once the host can be reached: looks first")
            }
            HaltReason::Window { .. } | HaltReason::Interrupted { .. } => {
                self.add("go on", "rollback", "", "goes on with taking back at the step")
            }
        };
        exits.add("stop", "rollback", " --stop --why 'WHY'", "ends the run as it stands").all
    }

    fn add(mut self, name: &'static str, verb: &str, options: &str, meaning: &'static str) -> Self {
        let command = format!("refit {verb} {}{options}", self.environment);
        self.all.push(Exit { name, command, meaning });
        self
    }

    fn by_hand(
        self,
        step: &StepId,
        name: &'static str,
        option: &str,
        meaning: &'static str,
    ) -> Self {
        self.add(name, "run", &format!(" --{option} {step} --why 'WHY'"), meaning)
    }

    fn undone_by_hand(
        self,
        step: &StepId,
        name: &'static str,
        option: &str,
        meaning: &'static str,
    ) -> Self {
        self.add(name, "rollback", &format!(" --{option} {step} --why 'WHY'"), meaning)
    }

    fn approve(self, of: ApprovalOf) -> Self {
        self.add("approve", "approve", &format!(" --of {}", of.word()), "says that it may be done")
    }
}
