//! From a run that is done to a playbook.

use std::collections::BTreeSet;

use refit_execute::{
    DoneHow, Event, Payload, RunState, Status, StatusError, StepState, StepStatus,
};
use refit_model::{
    Assessment, Digest, DocumentError, ParameterError, Plan, Playbook, PlaybookNote,
    PlaybookParameter, PlaybookStep, RunId, Step, StepId, Stored, Strategy, TrialSummary,
    used_parameters,
};
use thiserror::Error;

use crate::meaning::meaning;
use crate::naming::Naming;

/// What a playbook is compiled from.
#[derive(Clone, Copy, Debug)]
pub struct Learned<'a> {
    /// The product's name for people.
    pub product: &'a str,
    /// The plan that was run.
    pub plan: &'a Stored<Plan>,
    /// The assessment that it was made from.
    pub assessment: &'a Assessment,
    /// The run.
    pub run: &'a RunId,
    /// Its journal.
    pub events: &'a [Event],
    /// The trials that belong to it.
    pub trials: &'a [TrialSummary],
}

/// No playbook can be compiled.
#[derive(Debug, Error)]
pub enum CompileError {
    /// The run is not done.
    #[error("the run {run} is {state}; a playbook is compiled from a run that is done")]
    NotDone {
        /// The run.
        run: RunId,
        /// Where it stands.
        state: &'static str,
    },
    /// The journal names another plan.
    #[error("the run {run} was not a run of the plan {plan}")]
    OtherPlan {
        /// The run.
        run: RunId,
        /// The plan that was given.
        plan: Digest,
    },
    /// A step of the plan is not settled, although the run says it is done.
    #[error("the journal of the run {run} does not say that the step `{step}` is done")]
    NotSettled {
        /// The run.
        run: RunId,
        /// The step.
        step: StepId,
    },
    /// The journal is empty or out of order.
    #[error(transparent)]
    Status(#[from] StatusError),
    /// An event has no digest.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A step names what it should not.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
}

/// Compiles the playbook of a run. The same inputs give the same playbook.
pub fn compile(learned: &Learned<'_>) -> Result<Playbook, CompileError> {
    let status = Status::of(learned.events)?;
    let last = learned.events.last().filter(|_| is_done(status.state));
    let last = last.ok_or_else(|| CompileError::NotDone {
        run: learned.run.clone(),
        state: status.state.word(),
    })?;
    check_plan(learned)?;
    let plan = &learned.plan.body;
    let steps = plan.steps.iter().map(|step| compile_step(learned, &status, step));
    Ok(Playbook {
        title: title(learned.product, plan),
        environment: plan.environment.clone(),
        installation: plan.installation.clone(),
        pack: plan.pack.clone(),
        from: plan.from.clone(),
        to: plan.to.clone(),
        way: plan.way.clone(),
        strategy: plan.strategy,
        plan: learned.plan.digest,
        run: learned.run.clone(),
        journal: last.digest()?,
        trials: learned.trials.to_vec(),
        parameters: parameters(plan)?,
        steps: steps.collect::<Result<_, _>>()?,
        settlements: plan.settlements.clone(),
        decisions: plan.decisions.clone(),
        findings: learned.assessment.findings.clone(),
        facts: learned.assessment.facts.clone(),
        link: learned.assessment.folders.link.clone(),
        point_of_no_return: plan.point_of_no_return.clone(),
        downtime_milliseconds: status.measured.get("downtime_milliseconds").copied(),
        notes: notes(learned.events, None),
    })
}

fn is_done(state: RunState) -> bool {
    matches!(state, RunState::Done | RunState::Finalised)
}

fn check_plan(learned: &Learned<'_>) -> Result<(), CompileError> {
    let of_other_plan = |payload: &Payload| match payload {
        Payload::Controller { plan, .. } => *plan != learned.plan.digest,
        _ => false,
    };
    let is_other = |event: &Event| event.run != *learned.run || of_other_plan(&event.payload);
    let other = learned.events.iter().any(is_other);
    if other {
        return Err(CompileError::OtherPlan {
            run: learned.run.clone(),
            plan: learned.plan.digest,
        });
    }
    Ok(())
}

fn title(product: &str, plan: &Plan) -> String {
    let how = match plan.strategy {
        Strategy::SideBySide => "side by side",
    };
    format!("Upgrade {product} from {} to {}, {how}", plan.from, plan.to)
}

/// The site values that steps, landmarks and logs name.
fn parameters(plan: &Plan) -> Result<Vec<PlaybookParameter>, ParameterError> {
    let used: BTreeSet<_> = used_parameters(&(&plan.steps, &plan.landmarks, &plan.logs))?;
    let known = plan.parameters.iter().filter(|(name, _)| used.contains(*name));
    Ok(known
        .map(|(name, value)| PlaybookParameter {
            name: name.to_owned(),
            meaning: meaning(name),
            learned: value.to_owned(),
        })
        .collect())
}

fn compile_step(
    learned: &Learned<'_>,
    status: &Status,
    step: &Step,
) -> Result<PlaybookStep, CompileError> {
    let known = status.steps.get(&step.id).filter(|known| known.state.is_settled());
    let known = known.ok_or_else(|| CompileError::NotSettled {
        run: learned.run.clone(),
        step: step.id.clone(),
    })?;
    let parameters = learned.plan.body.run_parameters(learned.run.as_str());
    let naming = Naming::of(step, &parameters)?;
    let by_hand = by_hand(known);
    let seen = match by_hand {
        Some(_) => String::new(),
        None => naming.name_in(&without_process_numbers(&known.detail.text)),
    };
    Ok(PlaybookStep {
        step: step.clone(),
        measured_milliseconds: known.detail.milliseconds.filter(|_| was_measured(known)),
        seen,
        attempts: known.attempts,
        by_hand,
        notes: notes(learned.events, Some(&step.id)),
    })
}

/// Of a step that was so before, or whose end was found later, the time says nothing.
fn was_measured(known: &StepStatus) -> bool {
    known.how == Some(DoneHow::Acted)
}

fn by_hand(known: &StepStatus) -> Option<String> {
    let text = &known.detail.text;
    match (known.state, known.how) {
        (StepState::Skipped, _) => Some(format!("left out by {text}")),
        (_, Some(DoneHow::ByHand)) => Some(format!("done by {text}")),
        _ => None,
    }
}

fn notes(events: &[Event], about: Option<&StepId>) -> Vec<PlaybookNote> {
    let of_step = events.iter().filter_map(|event| match &event.payload {
        Payload::Note { step, by, text } if step.as_ref() == about => {
            Some(PlaybookNote { by: by.clone(), text: text.clone() })
        }
        _ => None,
    });
    of_step.collect()
}

/// The text with `NUMBER` in place of the numbers of processes, which are others each time.
fn without_process_numbers(text: &str) -> String {
    const WORD: &str = "process ";
    let mut pieces = text.split(WORD);
    let mut shown = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let after = piece.trim_start_matches(|c: char| c.is_ascii_digit());
        shown.push_str(WORD);
        if after.len() < piece.len() {
            shown.push_str("NUMBER");
        }
        shown.push_str(after);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::without_process_numbers;

    #[test]
    fn numbers_of_processes_are_left_out() {
        let text = "process 883 tells 5.18.3; the process ended; process 12";
        let expected = "process NUMBER tells 5.18.3; the process ended; process NUMBER";
        assert_eq!(without_process_numbers(text), expected);
    }
}
