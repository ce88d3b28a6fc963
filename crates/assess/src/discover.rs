//! Brokers that run on a host, found without an environment file.

use refit_hosts::{HostError, Kind, Process, Reader, argument};
use refit_model::HostPath;
use refit_packs::Pack;

use crate::Result;
use crate::folders::home_of_java;
use crate::process::{home_argument, runs, started_by, unseen, user_name};

/// How many entries beside a home are looked at for links to it.
const BESIDE_LIMIT: usize = 10_000;

/// What was found on a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovered {
    /// The brokers.
    pub brokers: Vec<DiscoveredBroker>,
    /// Processes that may be brokers and cannot be looked into.
    pub unseen: Vec<String>,
}

/// A running broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveredBroker {
    /// Its process.
    pub pid: u32,
    /// Its home, as the process names it.
    pub home: HostPath,
    /// A link beside the home that leads to it, if there is exactly one.
    pub link: Option<HostPath>,
    /// The Java that it runs on.
    pub java_home: Option<HostPath>,
    /// The user that it runs as.
    pub user: String,
    /// What started it: `start`, `console`, `wrapper`, `systemd` or `unknown`.
    pub started_by: &'static str,
    /// Its systemd unit, if it has one.
    pub unit: Option<String>,
}

/// Looks for running brokers of the pack's platform.
pub fn discover(reader: Reader<'_>, pack: &Pack) -> Result<Discovered> {
    let pattern = &pack.product.process;
    let prefix = home_argument(pattern);
    let all = reader.processes()?;
    let is_broker = |process: &&Process| {
        runs(process, &pattern.executable) && argument(process, prefix).is_some()
    };
    let mut brokers = Vec::new();
    // A child that is just being started has its parent's command line for a moment.
    let own: Vec<_> = all.iter().filter(is_broker).collect();
    let has_parent = |process: &&Process| own.iter().any(|one| one.id.pid == process.parent);
    for process in own.iter().filter(|process| !has_parent(process)) {
        brokers.extend(look_at(reader, process, prefix, &all)?);
    }
    let own: Vec<_> = own.into_iter().cloned().collect();
    let unseen = unseen(&all, &own, &pattern.executable, &reader.identity()?);
    Ok(Discovered { brokers, unseen })
}

fn look_at(
    reader: Reader<'_>,
    process: &Process,
    prefix: &str,
    all: &[Process],
) -> Result<Option<DiscoveredBroker>> {
    let Some(home) = argument(process, prefix) else { return Ok(None) };
    let home = reader.resolved(&home)?;
    Ok(Some(DiscoveredBroker {
        pid: process.id.pid,
        link: link_to(reader, &home)?,
        java_home: process.executable.as_ref().and_then(home_of_java),
        user: user_name(reader, process.uid)?,
        started_by: started_by(process, all),
        unit: unit(process),
        home,
    }))
}

/// The one link beside the home that leads to it.
fn link_to(reader: Reader<'_>, home: &HostPath) -> Result<Option<HostPath>> {
    let Some(beside) = home.parent() else { return Ok(None) };
    let mut links = Vec::new();
    let entries = match reader.list(&beside, BESIDE_LIMIT) {
        Ok(entries) => entries,
        // A broker whose home cannot be looked at, or is gone by now, is told without a link.
        Err(HostError::NotFound(_) | HostError::Denied { .. } | HostError::TooLarge { .. }) => {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        let path = beside.join(entry.path.as_path());
        if entry.metadata.kind == Kind::Link && reader.resolved(&path)? == *home {
            links.push(path);
        }
    }
    Ok(if links.len() == 1 { links.pop() } else { None })
}

/// The last part of a control group such as `/system.slice/activemq.service`.
fn unit(process: &Process) -> Option<String> {
    let group = process.control_groups.iter().find(|group| group.ends_with(".service"))?;
    group.rsplit('/').next().map(str::to_owned)
}
