//! The broker's process, and others of its kind.

use std::collections::BTreeSet;

use refit_hosts::{HostError, Identity, Process, Reader, argument};
use refit_model::{HostPath, ProcessMatch};
use refit_packs::ProcessPattern;

use crate::Result;
use crate::gathered::Gathered;

/// The beginning of the arguments by which the Java Service Wrapper tells a process about itself.
const WRAPPER_ARGUMENT: &str = "-Dwrapper.";

/// The beginning of the argument that names the home.
pub(crate) fn home_argument(pattern: &ProcessPattern) -> &str {
    pattern.folder_arguments.get("home").map_or("", String::as_str)
}

/// Looks for the broker that runs from `home`; `None` if none or several do.
pub(crate) fn look(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    pattern: &ProcessPattern,
    home: &HostPath,
    identity: &Identity,
) -> Result<Option<Process>> {
    let prefix = home_argument(pattern);
    let wanted = ProcessMatch {
        executable: pattern.executable.clone(),
        argument_prefix: prefix.to_owned(),
        folder: home.clone(),
    };
    let mut own = reader.matching(&wanted)?;
    let all = reader.processes()?;
    let own_pids: Vec<_> = own.iter().map(|process| process.id.pid).collect();
    let others = all.iter().filter(|process| {
        argument(process, prefix).is_some() && !own_pids.contains(&process.id.pid)
    });
    let others = others.filter(|process| runs(process, &pattern.executable));
    let others: BTreeSet<_> = others
        .filter_map(|process| argument(process, prefix))
        .map(|home| home.to_string())
        .collect();
    let others: Vec<_> = others.into_iter().collect();
    gathered.fact("process.running", !own.is_empty());
    gathered.fact("process.count_same_home", i64::try_from(own.len()).unwrap_or(i64::MAX));
    // They come and go; a plan for this one does not change with them.
    gathered.observe("process.other_brokers", others);
    gathered.list("process.unseen", unseen(&all, &own, &pattern.executable, identity));
    if own.len() != 1 {
        return Ok(None);
    }
    let process = own.remove(0);
    gathered.fact("process.executable_deleted", process.executable_deleted);
    gathered.fact("process.started_by", started_by(&process, &all));
    gathered.fact("process.user", user_name(reader, process.uid)?);
    Ok(Some(process))
}

pub(crate) fn runs(process: &Process, executable: &str) -> bool {
    process.executable.as_ref().is_none_or(|path| path.file_name() == executable)
}

/// Processes that may be brokers and cannot be looked into; and the broker itself, if another
/// user runs it.
pub(crate) fn unseen(
    all: &[Process],
    own: &[Process],
    executable: &str,
    me: &Identity,
) -> Vec<String> {
    let first = |process: &Process| {
        process.arguments.first().map(|first| HostPath::from(first.clone()).file_name())
    };
    let hidden = all.iter().filter(|process| {
        process.executable.is_none()
            && process.arguments.len() <= 1
            && first(process).is_some_and(|name| name == executable)
    });
    let hidden =
        hidden.map(|process| format!("process {} of user {}", process.id.pid, process.uid));
    let foreign = own.iter().filter(|process| me.uid != 0 && process.uid != me.uid);
    let foreign = foreign.map(|process| {
        format!(
            "the broker, process {}, belongs to user {}: run Refit as that user",
            process.id.pid, process.uid
        )
    });
    hidden.chain(foreign).collect()
}

pub(crate) fn started_by(process: &Process, all: &[Process]) -> &'static str {
    // Before the unit: that may well be the wrapper's.
    if process.arguments.iter().any(|argument| argument.starts_with(WRAPPER_ARGUMENT)) {
        return "wrapper";
    }
    let in_unit = process
        .control_groups
        .iter()
        .any(|group| group.contains("system.slice/") && group.ends_with(".service"));
    if in_unit {
        return "systemd";
    }
    let parent = all.iter().find(|other| other.id.pid == process.parent);
    let words = parent.map_or_else(String::new, |parent| parent.arguments.join(" "));
    if words.contains("activemq console") {
        "console"
    } else if process.parent == 1 || parent.is_none() {
        "start"
    } else {
        "unknown"
    }
}

/// The name of a user, from the system's list of local accounts; its number if it is not there.
pub(crate) fn user_name(reader: Reader<'_>, uid: u32) -> Result<String> {
    let passwd = match reader.read(&HostPath::from("/etc/passwd"), 1 << 20) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(HostError::NotFound(_)) => String::new(),
        Err(error) => return Err(error.into()),
    };
    let name = passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid.to_string()).then(|| name.to_owned())
    });
    Ok(name.unwrap_or_else(|| uid.to_string()))
}

/// What is known of the pid file.
pub(crate) fn look_at_pid_file(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    path: &HostPath,
    process: Option<&Process>,
) {
    let Some(text) = gathered.read_text(reader, path) else {
        gathered.fact("process.stale_pid_file", false);
        return;
    };
    let pid = text.trim().parse::<u32>().ok();
    gathered.fact("process.stale_pid_file", process.is_none());
    if let Some(process) = process {
        gathered.fact("process.pid_file_is_right", pid == Some(process.id.pid));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use refit_hosts::ProcessId;

    fn process(pid: u32, parent: u32, arguments: &[&str], group: &str) -> Process {
        Process {
            id: ProcessId { pid, started_ticks: 1 },
            parent,
            uid: 0,
            executable: None,
            executable_deleted: false,
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
            directory: None,
            control_groups: vec![group.to_owned()],
        }
    }

    #[test]
    fn what_started_the_broker_is_told_by_its_parent_its_unit_or_the_wrappers_arguments() {
        let (shell, unit) = ("/user.slice", "/system.slice/activemq.service");
        let wrapped = ["java", "-Dactivemq.home=../..", "-Dwrapper.version=3.2.3"];
        let console = process(2, 1, &["/bin/sh", "/opt/mq/bin/activemq console"], shell);
        let cases = [
            (process(9, 7, &wrapped, shell), "wrapper"),
            (process(9, 7, &wrapped, unit), "wrapper"),
            (process(9, 1, &["java"], unit), "systemd"),
            (process(9, 2, &["java"], shell), "console"),
            (process(9, 1, &["java"], shell), "start"),
        ];
        for (broker, expected) in cases {
            let all = [broker.clone(), console.clone()];
            assert_eq!(started_by(&broker, &all), expected, "{broker:?}");
        }
    }
}
