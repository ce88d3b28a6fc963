//! Runs that stand still: told to the case, once for each halt, and that they go on again.

use jiff::Timestamp;
use refit_desk::{Action, CaseId, GoingOn, HaltKind, HaltedRun, Party};
use refit_execute::{Halt, HaltReason, RunState, Status};
use refit_model::{Digest, RunId, StepId};

use super::end::NotRecorded;
use crate::cases::{self, NotActed};
use crate::failure::Failure;
use crate::people;
use crate::portal::Portal;
use crate::record::Origin;

/// How a run stands still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    why: HaltKind,
    step: Option<StepId>,
    waits_for: Party,
}

/// How a run stands still, if it does, and nobody asked it to.
pub(super) fn of(status: &Status) -> Option<Standing> {
    let (RunState::Halted(halt) | RunState::RollBackHalted(halt)) = status.state else {
        return None;
    };
    let why = match halt {
        Halt::Failed => HaltKind::Failed,
        Halt::InDoubt => HaltKind::InDoubt,
        Halt::Waiting => HaltKind::Waiting,
        Halt::Paused => return None,
    };
    let reason = status.halted.as_ref();
    let step = reason.map(|reason| reason.step().clone());
    let waits_for = match reason {
        Some(HaltReason::Person { role, .. }) => party_of(role),
        _ => Party::Consultant,
    };
    Some(Standing { why, step, waits_for })
}

/// What a case is told of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It stands still.
    StandsStill(Standing),
    /// It goes on, or has ended.
    GoesOn,
}

/// The side of a step's person: operators are the customer's.
fn party_of(role: &str) -> Party {
    match role {
        "operator" | "customer" => Party::Customer,
        "project manager" => Party::ProjectManager,
        _ => Party::Consultant,
    }
}

/// Tells the case this of a run, unless it knows: in the name of its consultant, as the end.
pub(super) async fn record(
    portal: &Portal,
    id: &CaseId,
    (run, plan): (&RunId, Digest),
    told: &Told,
    since: Timestamp,
) -> Result<(), NotRecorded> {
    let case = cases::load(&portal.store, id).await?.ok_or_else(Failure::not_found)?;
    let known = case.halted.iter().find(|halted| halted.run == *run);
    let known = known.map_or(Told::GoesOn, |one| {
        let (why, step, waits_for) = (one.why, one.step.clone(), one.waits_for);
        Told::StandsStill(Standing { why, step, waits_for })
    });
    if known == *told {
        return Ok(());
    }
    let run_id = run.clone();
    let action = match told.clone() {
        Told::StandsStill(Standing { why, step, waits_for }) => {
            Action::RecordHalt(HaltedRun { run: run_id, plan, why, step, waits_for, since })
        }
        Told::GoesOn => Action::RecordGoingOn(GoingOn { run: run_id }),
    };
    let not = |why: String| {
        NotRecorded::Refused(format!("How the run {run} stands is not in the case: {why}"))
    };
    let by = people::consultant(&portal.store, &case).await?.map_err(not)?;
    match cases::act(portal, id, action, &by, &Origin::of_server(portal.now())).await {
        Ok(_) => Ok(()),
        Err(NotActed::Refused(refusal)) => Err(not(format!("{refusal}."))),
        Err(NotActed::Failed(failure)) => Err(failure.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_stands_still_for_whom_its_reason_names() {
        let step = || "start".parse().unwrap();
        let person = |role: &str| HaltReason::Person {
            step: step(),
            role: role.to_owned(),
            instructions: Vec::new(),
        };
        let failed = HaltReason::Failed { step: step(), error: "no".into(), may_skip: false };
        let paused = HaltReason::Interrupted { step: step() };
        let stands = |reason: HaltReason| {
            let state = RunState::Halted(reason.kind());
            let status = Status { state, halted: Some(reason), ..Status::default() };
            of(&status).map(|one| (one.why, one.waits_for, one.step))
        };
        let at = Some(step());
        assert_eq!(stands(failed), Some((HaltKind::Failed, Party::Consultant, at.clone())));
        for (role, party) in [
            ("operator", Party::Customer),
            ("consultant", Party::Consultant),
            ("project manager", Party::ProjectManager),
        ] {
            assert_eq!(stands(person(role)), Some((HaltKind::Waiting, party, at.clone())));
        }
        assert_eq!(stands(paused), None);
        for state in RunState::ALL {
            let is_halted = of(&Status { state, ..Status::default() }).is_some();
            let is_still = match state {
                RunState::Halted(halt) | RunState::RollBackHalted(halt) => halt != Halt::Paused,
                _ => false,
            };
            assert_eq!(is_halted, is_still, "{state:?}");
        }
    }
}
