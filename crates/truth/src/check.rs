//! Whether a broker is what it should be.

use std::collections::BTreeMap;
use std::time::Instant;

use refit_hosts::{Listener, Process, Reader, Result, argument};
use refit_model::{BrokerCheck, EndpointCheck, ProcessFolder};
use refit_wire::Connect;

use crate::interview::{EndpointAnswer, Interview, interview, is_own, port_of};
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
    // A broker that is starting is not bothered with questions before all its ports are open.
    let process = match own_process(reader, wanted)? {
        Ok(process) => process,
        Err(reason) => return Ok(Verdict::IsNot(reason)),
    };
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

/// Why the endpoints are not those of the wanted broker, where they are not: then nobody there is
/// to be given a password.
pub fn foreign(reader: Reader<'_>, wanted: &BrokerCheck) -> Result<Option<String>> {
    Ok(own_process(reader, wanted)?.err())
}

/// The process that runs from the wanted folders and listens at every endpoint.
fn own_process(
    reader: Reader<'_>,
    wanted: &BrokerCheck,
) -> Result<std::result::Result<Process, String>> {
    let process = match the_process(reader, wanted)? {
        Ok(process) => process,
        Err(reason) => return Ok(Err(reason + &held_by_others(reader, wanted, None)?)),
    };
    if let Some(reason) = other_folder(reader, &process, &wanted.folders)? {
        return Ok(Err(reason));
    }
    match not_listening(&reader.listeners_of(process.id)?, wanted) {
        Some(reason) => Ok(Err(reason + &held_by_others(reader, wanted, Some(process.id.pid))?)),
        None => Ok(Ok(process)),
    }
}

/// Which processes hold the broker's ports in its place, to be added to a reason: a broker that
/// cannot have one of them ends.
fn held_by_others(reader: Reader<'_>, wanted: &BrokerCheck, own: Option<u32>) -> Result<String> {
    let listeners = reader.listeners()?;
    let mut holders: BTreeMap<Option<u32>, Vec<String>> = BTreeMap::new();
    for EndpointCheck { address, name, .. } in &wanted.endpoints {
        let holder = listeners.iter().find(|one| Some(one.port) == port_of(address));
        let other = holder.filter(|one| own.is_none() || one.pid != own);
        if let Some(other) = other {
            holders.entry(other.pid).or_default().push(format!("{address} ({name})"));
        }
    }
    if holders.is_empty() {
        return Ok(String::new());
    }
    let processes = reader.processes()?;
    let shown = holders.iter().map(|(pid, ports)| {
        let found = processes.iter().find(|process| Some(process.id.pid) == *pid);
        let program = found.and_then(|process| process.executable.as_ref());
        let program = program.map_or_else(String::new, |path| format!(" ({path})"));
        let pid = pid.map_or_else(|| "that cannot be seen".to_owned(), |pid| pid.to_string());
        format!("; process {pid}{program} holds {}", ports.join(", "))
    });
    Ok(shown.collect())
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    use refit_hosts::{Cancel, LocalHost};
    use refit_model::{HostName, ProcessMatch, Protocol};

    #[test]
    fn who_holds_the_port_of_a_broker_that_does_not_run_is_named() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let endpoint = EndpointCheck {
            name: "stomp".into(),
            protocol: Protocol::Stomp,
            tls: false,
            address: address.clone(),
            certificate: None,
        };
        let wanted = BrokerCheck {
            process: ProcessMatch {
                executable: "java".into(),
                argument_prefix: "-Dno.such.home=".into(),
                folder: "/nowhere/mq".to_owned().into(),
            },
            version: "5.18.3".parse().unwrap(),
            endpoints: vec![endpoint],
            folders: Vec::new(),
            again_after_milliseconds: 0,
        };
        let (host, cancel) = (LocalHost::new(HostName::new("local").unwrap()), Cancel::new());
        let reader = Reader::new(&host, &cancel, 60);
        let told = foreign(reader, &wanted).unwrap().unwrap();
        assert!(told.starts_with("no broker runs from /nowhere/mq; process "), "{told}");
        let holder = format!("process {} (", std::process::id());
        assert!(told.contains(&holder) && told.ends_with(&format!("holds {address} (stomp)")));
        drop(listener);
        let told = foreign(reader, &wanted).unwrap().unwrap();
        assert_eq!(told, "no broker runs from /nowhere/mq");
    }
}
