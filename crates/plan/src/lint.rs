//! The plan linter: what must hold of every plan, whatever made it.

use std::collections::BTreeSet;

use refit_model::{Act, Condition, Plan, PointOfNoReturn, Undo, used_parameters};

/// What is wrong with a plan; nothing, if it may be shown.
pub fn lint(plan: &Plan) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(order(plan));
    notes.extend(parameters(plan));
    notes.extend(windows(plan));
    notes.extend(point_of_no_return(plan));
    notes.extend(repetition(plan));
    notes
}

/// Ids are unique, and a step needs only steps before it.
fn order(plan: &Plan) -> Vec<String> {
    let mut notes = Vec::new();
    let mut seen = BTreeSet::new();
    for step in &plan.steps {
        for needed in step.needs.iter().filter(|needed| !seen.contains(*needed)) {
            notes.push(format!("`{}` needs `{needed}`, which does not come before it", step.id));
        }
        if !seen.insert(&step.id) {
            notes.push(format!("two steps are called `{}`", step.id));
        }
    }
    if plan.steps.is_empty() {
        notes.push("the plan has no steps".into());
    }
    notes
}

/// Every parameter that a step names has a value.
fn parameters(plan: &Plan) -> Vec<String> {
    let known = plan.run_parameters("run");
    let used = match used_parameters(&(&plan.steps, &plan.landmarks, &plan.logs)) {
        Ok(used) => used,
        Err(error) => return vec![error.to_string()],
    };
    used.iter()
        .filter(|name| known.get(name).is_none())
        .map(|name| format!("the parameter `{name}` has no value"))
        .collect()
}

/// Clients are cut off once: the steps without service follow each other, and every one of them
/// can be taken back.
fn windows(plan: &Plan) -> Vec<String> {
    let down: Vec<_> = plan.steps.iter().enumerate().filter(|(_, step)| step.downtime).collect();
    let mut notes = Vec::new();
    if let (Some((first, _)), Some((last, _))) = (down.first(), down.last())
        && last - first + 1 != down.len()
    {
        notes.push("the steps without service do not follow each other".into());
    }
    for (_, step) in down {
        if matches!(step.undo, Undo::Impossible(_)) && plan.point_of_no_return_id().is_none() {
            notes.push(format!(
                "`{}` cannot be undone, and no point of no return is named",
                step.id
            ));
        }
    }
    notes
}

fn point_of_no_return(plan: &Plan) -> Vec<String> {
    let restores = plan.steps.iter().any(|step| match &step.undo {
        Undo::By(acts) => acts.iter().any(|undo| matches!(undo.act, Act::Restore { .. })),
        _ => false,
    });
    match &plan.point_of_no_return {
        PointOfNoReturn::None(_) if restores => {
            vec!["going back restores, and no point of no return is named".into()]
        }
        PointOfNoReturn::At { step, .. } if plan.step(step).is_none() => {
            vec![format!("the point of no return `{step}` is no step")]
        }
        _ => Vec::new(),
    }
}

/// A command that may not be repeated needs a probe, or an interrupted run could not go on by
/// itself; a step without a verification proves nothing.
fn repetition(plan: &Plan) -> Vec<String> {
    let mut notes = Vec::new();
    for step in &plan.steps {
        let unrepeatable = matches!(step.act, Act::Run { repeatable: false, .. });
        if unrepeatable && step.probe == Condition::Never {
            notes.push(format!("`{}` may not be repeated and has no probe", step.id));
        }
        if let Undo::By(acts) = &step.undo
            && acts.iter().any(|undo| matches!(undo.act, Act::Run { repeatable: false, .. }))
        {
            // Taking back may be interrupted, and goes on with what is not yet so.
            notes.push(format!("`{}` is taken back by what may not be repeated", step.id));
        }
        if step.verify.condition == Condition::All(Vec::new()) {
            notes.push(format!("`{}` verifies nothing", step.id));
        }
    }
    notes
}
