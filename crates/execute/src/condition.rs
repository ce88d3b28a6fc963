//! Conditions, asked on a host.

use std::time::{Duration, Instant};

use refit_backup::{BackupError, Manifest};
use refit_hosts::{Deadline, HostError, Kind, Process, ProcessId, Reader};
use refit_model::{BrokerCheck, Check, Condition, FilePair, HostPath, PlannedFile, ProcessMatch};

use crate::telling::Meantime;
use crate::{Clock, ExecuteError, Finding, Result, World};

/// Configuration files are small; a larger one is no configuration file.
const FILE_LIMIT: u64 = 64 << 20;
/// How long a broker may take to answer one question.
const ANSWER_SECONDS: u32 = 10;
/// How often a condition is asked again while it is waited for.
const POLL: Duration = Duration::from_millis(15);
/// How often it is looked whether a starting broker has opened its ports. Looking costs the kernel
/// some 10 ms on a machine with much memory (its table of connections is walked), which the broker
/// would miss; that it is noticed later costs no client anything.
const LOOK_AT_PORTS: Duration = Duration::from_millis(400);
/// How long a broker that has just opened its ports is left to its clients, which come back at that
/// moment: questions, TLS handshakes among them, would stand in their way.
const CLIENTS_FIRST: Duration = Duration::from_millis(600);
/// How long a started broker may take to become visible as a process.
const PROCESS_APPEARS: Duration = Duration::from_secs(15);

/// Asks `condition` once.
pub fn evaluate(world: &dyn World, reader: Reader<'_>, condition: &Condition) -> Result<Finding> {
    match condition {
        Condition::All(all) => every(world, reader, all),
        Condition::Never => Ok(Finding::Not("this step is always done".into())),
        Condition::Exists(path) => Ok(Finding::of(
            reader.exists(path)?,
            format!("{path} is there"),
            format!("{path} is not there"),
        )),
        Condition::Absent(path) => Ok(Finding::of(
            !reader.exists(path)?,
            format!("nothing is at {path}"),
            format!("{path} is there"),
        )),
        Condition::LinksTo { path, target } => links_to(reader, path, target),
        Condition::Unchanged(files) => unchanged(world, reader, files),
        Condition::HasDigest { path, digest } => match reader.digest(path) {
            Ok(found) => Ok(Finding::of(
                found == *digest,
                format!("{path} is {digest}"),
                format!("{path} is {found}, expected {digest}"),
            )),
            Err(error) if error.is_not_found() => Ok(Finding::Not(error.to_string())),
            Err(error) => Err(error.into()),
        },
        Condition::Holds { path, template, mode, secrets_from } => {
            let wanted = world.content(reader, *template, secrets_from)?;
            holds(reader, path, wanted.expose(), *mode)
        }
        Condition::SameAs(pairs) => same(reader, pairs),
        Condition::Unpacked { archive, digest, into } => {
            unpacked(world, reader, archive, *digest, into)
        }
        Condition::Runs(process) => runs(reader, process),
        Condition::Gone(process) => gone(reader, process),
        Condition::Unlocked(path) => match reader.lock_owner(path)? {
            None => Ok(Finding::Holds(format!("{path} is not locked"))),
            Some(pid) => Ok(Finding::Not(format!("{path} is locked by process {pid}"))),
        },
        Condition::FreeSpace { path, bytes } => {
            let free = reader.space(path)?.free_bytes;
            let text = format!("{} MiB free at {path}, {} needed", free >> 20, bytes >> 20);
            Ok(Finding::of(free >= *bytes, text.clone(), text))
        }
        Condition::Broker(check) => broker(world, reader, check),
        Condition::RestorePoint(at) => match refit_backup::verify(&reader, at) {
            Ok(verified) => Ok(Finding::Holds(format!(
                "{at}: every file is as recorded ({} MiB)",
                verified.size_bytes() >> 20
            ))),
            Err(error @ (BackupError::Unsealed(_) | BackupError::Damaged { .. })) => {
                Ok(Finding::Not(error.to_string()))
            }
            Err(error) => Err(error.into()),
        },
    }
}

/// Asks until the condition holds or the time is over.
///
/// A broker that is starting needs the machine for itself: as long as not all its ports are open,
/// nothing else is asked, and its process is looked for once. `meantime` is done between the
/// questions.
pub(crate) fn await_check(
    world: &dyn World,
    reader: Reader<'_>,
    check: &Check,
    meantime: Option<Meantime<'_>>,
) -> Result<Finding> {
    let clock = world.clock();
    let end = clock.now() + Duration::from_secs(check.within_seconds.into());
    let mut awaited = expected_broker(&check.condition).map(|check| Awaited::new(check, clock));
    loop {
        let is_over = clock.now() >= end;
        let ready = match &mut awaited {
            Some(awaited) => awaited.ports_are_open(reader)?,
            None => true,
        };
        if ready || is_over {
            if awaited.as_mut().is_some_and(Awaited::has_just_opened) && !is_over {
                clock.sleep(CLIENTS_FIRST);
            }
            let finding = evaluate(world, reader, &check.condition)?;
            if finding.holds() || is_over {
                return Ok(finding);
            }
        }
        if reader.is_cancelled() {
            return Err(HostError::Cancelled("waiting".into()).into());
        }
        if let Some(meantime) = meantime {
            meantime(reader)?;
        }
        match &mut awaited {
            None => clock.sleep(POLL),
            // A broker that died will not answer any more: the whole time need not pass.
            Some(awaited) => {
                if let Some(end) = awaited.pause(reader)? {
                    let last = evaluate(world, reader, &check.condition)?;
                    return Ok(match last {
                        holds @ Finding::Holds(_) => holds,
                        Finding::Not(last) => Finding::Not(format!("{end}; last: {last}")),
                    });
                }
            }
        }
    }
}

/// The broker that must be there for the condition ever to hold.
fn expected_broker(condition: &Condition) -> Option<&BrokerCheck> {
    match condition {
        Condition::Broker(check) => Some(check),
        Condition::All(all) => all.iter().find_map(expected_broker),
        _ => None,
    }
}

/// A broker that is waited for.
struct Awaited<'a> {
    check: &'a BrokerCheck,
    clock: &'a dyn Clock,
    ports: Vec<u16>,
    process: Option<ProcessId>,
    /// When it must have become visible as a process.
    appears: Instant,
    /// Its ports were not all open when they were last looked at.
    opening: bool,
}

impl<'a> Awaited<'a> {
    fn new(check: &'a BrokerCheck, clock: &'a dyn Clock) -> Self {
        let port = |address: &str| address.rsplit_once(':')?.1.parse().ok();
        Self {
            check,
            ports: check.endpoints.iter().filter_map(|one| port(&one.address)).collect(),
            process: None,
            clock,
            appears: clock.now() + PROCESS_APPEARS,
            opening: false,
        }
    }

    fn ports_are_open(&mut self, reader: Reader<'_>) -> Result<bool> {
        let open = reader.listening_ports()?;
        let all = self.ports.iter().all(|port| open.contains(port));
        self.opening |= !all;
        Ok(all)
    }

    /// Whether its ports were seen closed before; told once for each time that they open.
    fn has_just_opened(&mut self) -> bool {
        std::mem::take(&mut self.opening)
    }

    /// Waits a little; gives why waiting is of no use any more, if it is.
    fn pause(&mut self, reader: Reader<'_>) -> Result<Option<&'static str>> {
        let ended = match self.process {
            Some(process) if !reader.await_exit(process, LOOK_AT_PORTS)? => return Ok(None),
            Some(_) => Some("the process ended"),
            None => {
                self.clock.sleep(LOOK_AT_PORTS);
                (self.clock.now() >= self.appears).then_some("the process did not appear")
            }
        };
        self.process = reader.matching(&self.check.process)?.first().map(|process| process.id);
        Ok(ended.filter(|_| self.process.is_none()))
    }
}

fn every(world: &dyn World, reader: Reader<'_>, all: &[Condition]) -> Result<Finding> {
    let mut evidence = Vec::new();
    for condition in all {
        match evaluate(world, reader, condition)? {
            Finding::Holds(text) => evidence.push(text),
            not @ Finding::Not(_) => return Ok(not),
        }
    }
    Ok(Finding::Holds(evidence.join("; ")))
}

fn links_to(reader: Reader<'_>, path: &HostPath, target: &HostPath) -> Result<Finding> {
    let found = reader.stat(path)?.and_then(|found| found.target);
    Ok(Finding::of(
        found.as_ref() == Some(target),
        format!("{path} links to {target}"),
        match &found {
            Some(other) => format!("{path} links to {other}, not to {target}"),
            None => format!("{path} is no link"),
        },
    ))
}

fn unchanged(world: &dyn World, reader: Reader<'_>, files: &[PlannedFile]) -> Result<Finding> {
    for file in files {
        let found = match reader.read(&file.path, FILE_LIMIT) {
            Ok(content) => Some(world.fingerprint(&content)),
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error.into()),
        };
        if found != file.fingerprint {
            let path = &file.path;
            return Ok(Finding::Not(match (&found, &file.fingerprint) {
                (None, _) => format!("{path} is gone since the plan was made"),
                (_, None) => format!("{path} came since the plan was made"),
                _ => format!("{path} was changed since the plan was made"),
            }));
        }
    }
    Ok(Finding::Holds(format!("{} files are as the plan saw them", files.len())))
}

fn holds(reader: Reader<'_>, path: &HostPath, wanted: &[u8], mode: u32) -> Result<Finding> {
    let Some(found) = reader.stat(path)? else {
        return Ok(Finding::Not(format!("{path} is not there")));
    };
    if found.kind != Kind::File || found.mode != mode {
        return Ok(Finding::Not(format!("{path} has other permissions or is no file")));
    }
    let same = reader.read(path, FILE_LIMIT)? == wanted;
    Ok(Finding::of(same, format!("{path} is as planned"), format!("{path} has another content")))
}

fn same(reader: Reader<'_>, pairs: &[FilePair]) -> Result<Finding> {
    for FilePair { from, to } in pairs {
        if !reader.exists(to)? {
            return Ok(Finding::Not(format!("{to} is not there")));
        }
        let original = Manifest::of_content(&reader, from)?;
        let differences =
            original.differences(&to.file_name(), &Manifest::of_content(&reader, to)?);
        if let Some(first) = differences.first() {
            return Ok(Finding::Not(format!("{to} differs from {from}: {first}")));
        }
    }
    Ok(Finding::Holds(format!("{} copies equal their originals", pairs.len())))
}

fn unpacked(
    world: &dyn World,
    reader: Reader<'_>,
    archive: &HostPath,
    digest: refit_model::Digest,
    into: &HostPath,
) -> Result<Finding> {
    if !reader.exists(into)? {
        return Ok(Finding::Not(format!("{into} is not there")));
    }
    let whole = Condition::HasDigest { path: archive.clone(), digest };
    let archive_finding = evaluate(world, reader, &whole)?;
    if !archive_finding.holds() {
        return Ok(archive_finding);
    }
    let differences = reader.archive_differences(archive, into)?;
    Ok(Finding::of(
        differences.is_empty(),
        format!("{into} is as in the archive"),
        format!("{into} differs from the archive: {}", differences.join("; ")),
    ))
}

fn runs(reader: Reader<'_>, wanted: &ProcessMatch) -> Result<Finding> {
    let found = reader.matching(wanted)?;
    Ok(match found.as_slice() {
        [] => Finding::Not(format!("no {} runs from {}", wanted.executable, wanted.folder)),
        [one] if one.executable_deleted => {
            Finding::Not(format!("process {} runs a deleted executable", one.id.pid))
        }
        [one] => Finding::Holds(format!("process {} runs from {}", one.id.pid, wanted.folder)),
        several => Finding::Not(format!(
            "{} processes run from {}: {}",
            several.len(),
            wanted.folder,
            pids(several)
        )),
    })
}

fn gone(reader: Reader<'_>, wanted: &ProcessMatch) -> Result<Finding> {
    let found = reader.matching(wanted)?;
    Ok(Finding::of(
        found.is_empty(),
        format!("no {} runs from {}", wanted.executable, wanted.folder),
        format!("process {} runs from {}", pids(&found), wanted.folder),
    ))
}

fn pids(processes: &[Process]) -> String {
    let pids: Vec<_> = processes.iter().map(|process| process.id.pid.to_string()).collect();
    pids.join(", ")
}

/// Asks the broker, and asks it again after a while where the check says so.
fn broker(world: &dyn World, reader: Reader<'_>, check: &BrokerCheck) -> Result<Finding> {
    let first = world.broker(reader, check, Deadline::seconds(ANSWER_SECONDS))?;
    if check.again_after_milliseconds == 0 || !first.holds() {
        return Ok(first);
    }
    let process = reader.matching(&check.process)?;
    let pause = Duration::from_millis(check.again_after_milliseconds);
    // Ends early if the process ends, which is what the second question is for.
    if let [one] = process.as_slice()
        && reader.await_exit(one.id, pause)?
    {
        return Ok(Finding::Not("the broker answered and then ended".into()));
    }
    world.broker(reader, check, Deadline::seconds(ANSWER_SECONDS)).map_err(ExecuteError::from)
}
