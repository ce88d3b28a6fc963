//! Whether a playbook is what it says it is.

use refit_execute::{Event, Journal};
use refit_model::{Digest, Plan, Playbook, Stored, TrialSummary};
use refit_trial::report::TrialReport;
use serde::Serialize;

use super::build::summary;
use crate::{App, Result, RunView, StateError};

/// What became of checking a playbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// The playbook.
    pub playbook: Digest,
    /// Each check.
    pub checks: Vec<Checked>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// What was checked.
    pub what: String,
    /// What came out.
    pub result: CheckResult,
    /// What was seen.
    pub seen: String,
}

/// What came out of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckResult {
    /// It is right.
    Right,
    /// It is wrong.
    Wrong,
    /// It cannot be checked with this state directory.
    NotChecked,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    pub fn is_right(&self) -> bool {
        self.checks.iter().all(|check| check.result != CheckResult::Wrong)
    }
}

impl App<'_> {
    /// Checks a playbook against the plan, the run's journal and the trials that it names. That its
    /// content is what its digest says was checked when it was read.
    pub fn verify_playbook(&self, playbook: &Stored<Playbook>) -> Result<VerifyReport> {
        let body = &playbook.body;
        let mut checks = vec![right("the content is what the digest says", &playbook.digest)];
        let plan: Option<Stored<Plan>> = found(self.state.load(body.plan))?;
        checks.push(match &plan {
            Some(plan) => right("the plan that was run is there and unchanged", &plan.digest),
            None => not_checked("the plan that was run", &body.plan),
        });
        let trials = self.check_trials(body, &mut checks)?;
        let events = self.check_journal(body, &mut checks)?;
        if let (Some(plan), Some(events), Some(trials)) = (plan, events, trials) {
            checks.push(self.compile_again(playbook, plan, events, &trials)?);
        }
        Ok(VerifyReport { playbook: playbook.digest, checks })
    }

    /// The trials that the playbook names; `None` if one is not there.
    fn check_trials(
        &self,
        playbook: &Playbook,
        checks: &mut Vec<Checked>,
    ) -> Result<Option<Vec<TrialSummary>>> {
        let mut summaries = Some(Vec::new());
        for trial in &playbook.trials {
            let report: Option<Stored<TrialReport>> = found(self.state.load(trial.report))?;
            checks.push(match &report {
                Some(_) => right("the trial's report is there and unchanged", &trial.report),
                None => not_checked("the trial's report", &trial.report),
            });
            summaries = summaries.zip(report).map(|(mut all, report)| {
                all.push(summary(&report));
                all
            });
        }
        Ok(summaries)
    }

    /// The events up to the one that went into the playbook last; `None` if they are not there.
    fn check_journal(
        &self,
        playbook: &Playbook,
        checks: &mut Vec<Checked>,
    ) -> Result<Option<Vec<Event>>> {
        let entry = found(self.state.run(&playbook.run))?;
        let path = self.state.journal_path(&playbook.run);
        let Some(entry) = entry.filter(|_| path.exists()) else {
            checks.push(not_checked("the run and its journal", &playbook.run));
            return Ok(None);
        };
        checks.push(Checked {
            what: "the run was of that plan".into(),
            result: if entry.plan == playbook.plan {
                CheckResult::Right
            } else {
                CheckResult::Wrong
            },
            seen: format!("run {}, plan {}", playbook.run, entry.plan.short()),
        });
        let mut events = match Journal::read_only(&path, &playbook.run) {
            Ok(events) => events,
            Err(error) => {
                checks.push(wrong("the journal's chain is whole", &error));
                return Ok(None);
            }
        };
        checks.push(right("the journal's chain is whole", &format!("{} events", events.len())));
        let mut last = None;
        for (index, event) in events.iter().enumerate() {
            if event.digest()? == playbook.journal {
                last = Some(index);
            }
        }
        let what = "the journal holds the event that the playbook ends with";
        let Some(last) = last else {
            checks.push(wrong(what, &format!("no event is {}", playbook.journal.short())));
            return Ok(None);
        };
        checks.push(right(what, &format!("event {}", last + 1)));
        events.truncate(last + 1);
        Ok(Some(events))
    }

    /// The strongest check: what is compiled again from the same documents is the same.
    fn compile_again(
        &self,
        playbook: &Stored<Playbook>,
        plan: Stored<Plan>,
        events: Vec<Event>,
        trials: &[TrialSummary],
    ) -> Result<Checked> {
        let what = "compiled again from the journal, it is the same";
        let status = refit_execute::Status::of(&events)?;
        let view = RunView { run: playbook.body.run.clone(), plan, events, status };
        let again = match self.compile(&view, trials) {
            Ok(again) => again,
            Err(crate::AppError::State(StateError::Missing { kind, digest, .. })) => {
                return Ok(not_checked(what, &format!("the {kind} {digest} is not there")));
            }
            Err(error) => return Ok(wrong(what, &error.chain())),
        };
        let digest = refit_model::Document::digest(&again)?;
        Ok(if digest == playbook.digest {
            right(what, &digest)
        } else {
            wrong(what, &format!("it would be {}", digest.short()))
        })
    }
}

/// A document that is missing is none; one that was changed is an error.
fn found<T>(result: std::result::Result<T, StateError>) -> Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(StateError::Missing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn right(what: &str, seen: &impl ToString) -> Checked {
    Checked { what: what.to_owned(), result: CheckResult::Right, seen: seen.to_string() }
}

fn wrong(what: &str, seen: &impl ToString) -> Checked {
    Checked { what: what.to_owned(), result: CheckResult::Wrong, seen: seen.to_string() }
}

fn not_checked(what: &str, seen: &impl ToString) -> Checked {
    let seen = format!("{} is not in this state directory", seen.to_string());
    Checked { what: what.to_owned(), result: CheckResult::NotChecked, seen }
}
