//! A batch of changes, made on a machine whose lock is held: the same on every kind of host.

use crate::{Change, Control, Fence, Machine, Outcome, Result, durable};

/// Makes the changes in order, if the fence lets them pass, and stops at the first failure.
///
/// The result has an entry for each change that was tried.
pub fn change(machine: &dyn Machine, fence: &Fence, changes: &[Change]) -> Vec<Result<Outcome>> {
    let control = Control::new(machine, &fence.control);
    if let Err(error) = control.pass(fence) {
        return vec![Err(error)];
    }
    let mut outcomes = Vec::with_capacity(changes.len());
    for change in changes {
        let outcome = make(machine, change);
        let failed = outcome.is_err();
        outcomes.push(outcome);
        if failed {
            return outcomes;
        }
    }
    if let Err(error) = control.record(fence, &outcomes) {
        outcomes.pop();
        outcomes.push(Err(error));
    }
    outcomes
}

fn make(machine: &dyn Machine, change: &Change) -> Result<Outcome> {
    match change {
        Change::MakeFolder { path, mode } => {
            durable::make_folder(machine, path.as_path(), *mode)?;
        }
        Change::Write { path, content, mode } => {
            durable::write(machine, path.as_path(), content.expose(), *mode)?;
        }
        Change::Link { path, target } => {
            durable::link(machine, path.as_path(), target.as_path())?;
        }
        Change::Move { from, to } => durable::move_to(machine, from.as_path(), to.as_path())?,
        Change::Copy { from, to } => durable::copy(machine, from.as_path(), to.as_path())?,
        Change::Fetch { from, digest, to } => {
            durable::fetch(machine, from, *digest, to.as_path())?;
        }
        Change::Remove(path) => durable::remove(machine, path.as_path())?,
        Change::Unpack { archive, into } => durable::unpack(machine, archive, into.as_path())?,
        Change::Terminate(process) => machine.terminate(*process)?,
        Change::Kill(process) => machine.kill(*process)?,
        Change::Run(command) => return machine.run(command).map(Outcome::Ran),
    }
    Ok(Outcome::Done)
}
