//! Whether a broker is what it should be.

use std::time::Instant;

use refit_hosts::{Listener, Process, Reader, Result, argument};
use refit_model::{BrokerCheck, ProcessFolder};
use refit_wire::Connect;

use crate::interview::{EndpointAnswer, Interview, interview, is_own};
use crate::{KnownLogins, Silence};

/// The answer to a check.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It is; this is what it told.
    Is(Box<Interview>),
    /// It is not, or not yet, for this reason.
    IsNot(String),
}

/// Checks the broker once.
pub fn check(
    reader: Reader<'_>,
    connect: &dyn Connect,
    logins: &KnownLogins,
    wanted: &BrokerCheck,
    deadline: Instant,
) -> Result<Verdict> {
    let process = match the_process(reader, wanted)? {
        Ok(process) => process,
        Err(reason) => return Ok(Verdict::IsNot(reason)),
    };
    if let Some(reason) = other_folder(reader, &process, &wanted.folders)? {
        return Ok(Verdict::IsNot(reason));
    }
    // A broker that is starting is not bothered with questions before all its ports are open.
    if let Some(reason) = not_listening(&reader.listeners_of(process.id)?, wanted) {
        return Ok(Verdict::IsNot(reason));
    }
    let told = interview(reader, connect, logins, &process, &wanted.endpoints, deadline)?;
    let objection = told
        .endpoints
        .iter()
        .find_map(|answer| objection(answer, wanted))
        .or_else(|| no_version(&told))
        .or_else(|| management_objection(&told));
    Ok(match objection {
        Some(reason) => Verdict::IsNot(reason),
        None => Verdict::Is(Box::new(told)),
    })
}

fn the_process(
    reader: Reader<'_>,
    wanted: &BrokerCheck,
) -> Result<std::result::Result<Process, String>> {
    let mut found = reader.matching(&wanted.process)?;
    let folder = &wanted.process.folder;
    Ok(match (found.pop(), found.len()) {
        (None, _) => Err(format!("no broker runs from {folder}")),
        (Some(one), 0) if one.executable_deleted => {
            Err(format!("process {} runs an executable that was deleted", one.id.pid))
        }
        (Some(one), 0) => Ok(one),
        (Some(_), more) => Err(format!("{} brokers run from {folder}", more + 1)),
    })
}

fn other_folder(
    reader: Reader<'_>,
    process: &Process,
    folders: &[ProcessFolder],
) -> Result<Option<String>> {
    for ProcessFolder { argument_prefix, folder } in folders {
        let named = argument(process, argument_prefix);
        let same = match &named {
            Some(named) => reader.resolved(named)? == reader.resolved(folder)?,
            None => false,
        };
        if !same {
            let named = named.map_or_else(|| "nothing".to_owned(), |named| named.to_string());
            let pid = process.id.pid;
            return Ok(Some(format!(
                "process {pid} has {named} as {argument_prefix}, expected {folder}"
            )));
        }
    }
    Ok(None)
}

fn not_listening(own: &[Listener], wanted: &BrokerCheck) -> Option<String> {
    let closed = wanted.endpoints.iter().find(|endpoint| !is_own(own, endpoint))?;
    Some(format!("the broker does not listen on {} ({})", closed.address, closed.name))
}

fn objection(answer: &EndpointAnswer, wanted: &BrokerCheck) -> Option<String> {
    let EndpointAnswer { endpoint, is_own, version, certificate, silence } = answer;
    let (name, address) = (&endpoint.name, &endpoint.address);
    if !is_own {
        return Some(format!("the broker does not listen on {address} ({name}) any more"));
    }
    if let Some(told) = version
        && *told != wanted.version
    {
        return Some(format!("{name} at {address} tells {told}, expected {}", wanted.version));
    }
    if let (Some(expected), Some(shown)) = (&endpoint.certificate, certificate)
        && expected != shown
    {
        return Some(format!("{name} at {address} shows another certificate than before"));
    }
    let wrong = match silence {
        Some(silence @ (Silence::Failed(_) | Silence::NotListening)) => silence,
        Some(Silence::NoLogin(_) | Silence::NoVersionInProtocol) | None => return None,
    };
    Some(format!("{name} at {address} does not answer as it should: {wrong}"))
}

fn no_version(told: &Interview) -> Option<String> {
    let silent = told.endpoints.iter().all(|answer| answer.version.is_none());
    silent.then(|| {
        "no endpoint tells the version; give a login (`logins.broker` or `logins.console`) or a \
         connector that Refit can ask"
            .to_owned()
    })
}

fn management_objection(told: &Interview) -> Option<String> {
    let management = told.management.as_ref()?;
    if let Some(pid) = management.pid
        && pid != told.process.id.pid
    {
        return Some(format!("the console belongs to process {pid}"));
    }
    (management.health != "Good").then(|| format!("the broker says: {}", management.health))
}
