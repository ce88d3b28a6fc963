//! Acts, done on a host.
//!
//! Every act looks first at what is already there and does only the rest, so that doing it again
//! after an interruption ends in the same state.

use std::time::Duration;

use refit_hosts::{Change, Kind, Outcome, ProcessId, Reader, Writer};
use refit_model::{Act, Command, Condition, FilePair, HostPath, ProcessMatch, RestoreItem};

use crate::condition::evaluate;
use crate::telling::{LOOK_EVERY, Meantime};
use crate::{ExecuteError, Finding, Result, World};

/// How long an act may take that has no time limit of its own: copying a large store.
pub(crate) const ACT_SECONDS: u32 = 6 * 3600;

/// Does `act`; gives what its commands wrote, one line each. `meantime` is done while it waits for
/// a broker.
pub(crate) fn perform(
    world: &dyn World,
    writer: &Writer<'_>,
    act: &Act,
    meantime: Option<Meantime<'_>>,
) -> Result<Vec<String>> {
    match act {
        Act::Observe => Ok(Vec::new()),
        Act::Fetch { artifact, digest, to } => {
            let folder = to.parent().map(|path| Change::MakeFolder { path, mode: 0o755 });
            let (from, digest, to) = (world.artifact(artifact), *digest, to.clone());
            make(writer, folder.into_iter().chain([Change::Fetch { from, digest, to }]))
        }
        Act::Unpack { archive, digest, into } => {
            let whole = Condition::HasDigest { path: archive.clone(), digest: *digest };
            must_hold(evaluate(world, writer.reader(), &whole)?)?;
            // It appears as a whole: what is there already is not of this run, and stays.
            make(writer, [Change::Unpack { archive: archive.clone(), into: into.clone() }])
        }
        Act::Place(pairs) => {
            pairs.iter().try_for_each(|FilePair { from, to }| replace_copy(writer, from, to))?;
            Ok(Vec::new())
        }
        Act::WriteFile { path, template, mode, secrets_from } => {
            let content = world.content(writer.reader(), *template, secrets_from)?;
            make(writer, [Change::Write { path: path.clone(), content, mode: *mode }])
        }
        Act::Link { path, target, set_aside } => link(writer, path, target, set_aside.as_ref()),
        Act::Move { from, to, leave_link } => move_to(writer, from, to, *leave_link),
        Act::Remove(paths) => make(writer, paths.iter().cloned().map(Change::Remove)),
        Act::Start { command, process, pid_file } => {
            start(writer, command, process, pid_file.as_ref())
        }
        Act::Stop { process, within_seconds, pid_file } => {
            stop(writer, process, *within_seconds, pid_file.as_ref(), meantime)
        }
        Act::Run { command, .. } => make(writer, [Change::Run(command.clone())]),
        Act::RestorePoint { at, items, seal, rehearse_in } => {
            // Before the restore point is complete: from then on only this tells that it was not
            // rehearsed to the end.
            let scratch = rehearse_in.clone().map(|path| Change::MakeFolder { path, mode: 0o700 });
            make(writer, scratch)?;
            refit_backup::take(writer, at, items)?;
            if *seal {
                seal_once(writer, at, items, rehearse_in.as_ref())?;
            }
            Ok(Vec::new())
        }
        Act::Seal { at, items } => {
            seal_once(writer, at, items, None)?;
            Ok(Vec::new())
        }
        Act::Restore { from, items, aside } => {
            let verified = refit_backup::verify(&writer.reader(), from)?;
            Ok(refit_backup::restore(writer, &verified, items, aside)?)
        }
        Act::Ask(_) => Err(ExecuteError::Act("a person must do this".into())),
    }
}

/// Whether the act may be done again although the outcome of an earlier attempt is not known.
pub(crate) fn is_repeatable(act: &Act) -> bool {
    match act {
        Act::Run { repeatable, .. } => *repeatable,
        Act::Ask(_) => false,
        _ => true,
    }
}

/// The folder that the act makes first and removes last, if it does.
pub(crate) fn used_meanwhile(act: &Act) -> Option<&HostPath> {
    match act {
        Act::RestorePoint { rehearse_in, .. } => rehearse_in.as_ref(),
        _ => None,
    }
}

fn make(writer: &Writer<'_>, changes: impl IntoIterator<Item = Change>) -> Result<Vec<String>> {
    let changes: Vec<_> = changes.into_iter().collect();
    let outcomes = writer.make(&changes)?;
    let lines = outcomes.iter().flat_map(|outcome| match outcome {
        Outcome::Ran(output) => {
            output.stdout.lines().chain(output.stderr.lines()).map(str::to_owned).collect()
        }
        Outcome::Done => Vec::new(),
    });
    Ok(lines.collect())
}

fn must_hold(finding: Finding) -> Result<()> {
    match finding {
        Finding::Holds(_) => Ok(()),
        Finding::Not(reason) => Err(ExecuteError::Act(reason)),
    }
}

/// Copies in place of what this step may have put there before.
fn replace_copy(writer: &Writer<'_>, from: &HostPath, to: &HostPath) -> Result<()> {
    let folder = to.parent().map(|path| Change::MakeFolder { path, mode: 0o755 });
    let copy = Change::Copy { from: from.clone(), to: to.clone() };
    make(writer, folder.into_iter().chain([Change::Remove(to.clone()), copy]))?;
    Ok(())
}

fn link(
    writer: &Writer<'_>,
    path: &HostPath,
    target: &HostPath,
    set_aside: Option<&HostPath>,
) -> Result<Vec<String>> {
    let found = writer.reader().stat(path)?;
    let in_the_way = found.is_some_and(|found| found.kind != Kind::Link);
    let aside = set_aside
        .filter(|_| in_the_way)
        .map(|aside| Change::Move { from: path.clone(), to: aside.clone() });
    let link = Change::Link { path: path.clone(), target: target.clone() };
    make(writer, aside.into_iter().chain([link]))
}

/// Renames, and takes away a link that an earlier move left at the new place.
fn move_to(
    writer: &Writer<'_>,
    from: &HostPath,
    to: &HostPath,
    leave_link: bool,
) -> Result<Vec<String>> {
    let reader = writer.reader();
    let links_to = |path: &HostPath, target: &HostPath| -> Result<bool> {
        Ok(reader.stat(path)?.and_then(|found| found.target).as_ref() == Some(target))
    };
    let link_in_the_way = links_to(to, from)?;
    let already_moved =
        reader.exists(to)? && !link_in_the_way && (!reader.exists(from)? || links_to(from, to)?);
    let mut changes = Vec::new();
    if link_in_the_way {
        changes.push(Change::Remove(to.clone()));
    }
    if !already_moved {
        changes.push(Change::Move { from: from.clone(), to: to.clone() });
    }
    if leave_link {
        changes.push(Change::Link { path: from.clone(), target: to.clone() });
    }
    make(writer, changes)
}

/// Starts the broker, unless an earlier attempt did: two on one store would wait for each other.
fn start(
    writer: &Writer<'_>,
    command: &Command,
    process: &ProcessMatch,
    pid_file: Option<&HostPath>,
) -> Result<Vec<String>> {
    if writer.reader().matching(process)?.is_empty() {
        let left_behind = pid_file.map(|path| Change::Remove(path.clone()));
        make(writer, left_behind.into_iter().chain([Change::Run(command.clone())]))
    } else {
        Ok(vec!["the process runs already".into()])
    }
}

fn stop(
    writer: &Writer<'_>,
    wanted: &ProcessMatch,
    within_seconds: u32,
    pid_file: Option<&HostPath>,
    meantime: Option<Meantime<'_>>,
) -> Result<Vec<String>> {
    let reader = writer.reader();
    let found = reader.matching(wanted)?;
    let remove = pid_file.map(|path| Change::Remove(path.clone()));
    let process = match found.as_slice() {
        [] => {
            make(writer, remove)?;
            return Ok(vec!["the process had ended already".into()]);
        }
        [one] => one,
        _ => {
            let text = format!("several processes run from {}", wanted.folder);
            return Err(ExecuteError::Act(text));
        }
    };
    make(writer, [Change::Terminate(process.id)])?;
    let pid = process.id.pid;
    if ends_within(reader, process.id, Duration::from_secs(within_seconds.into()), meantime)? {
        make(writer, remove)?;
        Ok(vec![format!("process {pid} ended after SIGTERM")])
    } else {
        Err(ExecuteError::Act(format!(
            "process {pid} did not end within {within_seconds} seconds after SIGTERM; it was not \
             killed. Look at its log, wait, and run the command again; or raise \
             stop_within_seconds in a new plan"
        )))
    }
}

/// Whether the process ends within this time.
fn ends_within(
    reader: Reader<'_>,
    process: ProcessId,
    within: Duration,
    meantime: Option<Meantime<'_>>,
) -> Result<bool> {
    let Some(meantime) = meantime else { return Ok(reader.await_exit(process, within)?) };
    let mut left = within;
    loop {
        let next = left.min(LOOK_EVERY);
        if reader.await_exit(process, next)? {
            return Ok(true);
        }
        left -= next;
        if left.is_zero() {
            return Ok(false);
        }
        meantime(reader)?;
    }
}

fn seal_once(
    writer: &Writer<'_>,
    at: &HostPath,
    items: &[RestoreItem],
    rehearse_in: Option<&HostPath>,
) -> Result<()> {
    match refit_backup::verify(&writer.reader(), at) {
        Ok(_) => Ok(()),
        Err(refit_backup::BackupError::Unsealed(_)) => {
            refit_backup::seal(writer, at, items, rehearse_in).map_err(ExecuteError::from)
        }
        Err(error) => Err(error.into()),
    }
}
