//! Processes, sockets and locks of this machine, from `/proc`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use procfs::net::TcpState;
use procfs::process::FDTarget;
use procfs::{ProcError, ProcResult};
use refit_model::HostPath;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::os_error;
use crate::{Cancel, Deadline, HostError, Listener, Process, ProcessId, Result};

/// Arguments longer than this are cut: nobody tells processes apart by what comes after.
const MAX_ARGUMENTS: usize = 1000;

pub(super) fn all() -> Result<Vec<Process>> {
    let processes = procfs::process::all_processes().map_err(proc_error)?;
    // A process that ends while we look is not there.
    Ok(processes.filter_map(|process| describe(&process.ok()?).ok().flatten()).collect())
}

/// `None` for one that has ended and only waits for its parent, and for kernel threads.
fn describe(process: &procfs::process::Process) -> ProcResult<Option<Process>> {
    let stat = process.stat()?;
    let arguments = process.cmdline()?;
    if matches!(stat.state, 'Z' | 'X') || arguments.is_empty() {
        return Ok(None);
    }
    let executable = process.exe().ok();
    let text = executable.as_ref().map(|path| path.to_string_lossy().into_owned());
    let deleted = text.as_ref().is_some_and(|path| path.ends_with(" (deleted)"));
    let control_groups = process.cgroups().map(|groups| groups.0).unwrap_or_default();
    Ok(Some(Process {
        id: ProcessId { pid: stat.pid.unsigned_abs(), started_ticks: stat.starttime },
        parent: stat.ppid.unsigned_abs(),
        uid: process.uid()?,
        executable: text.map(|path| HostPath::from(path.trim_end_matches(" (deleted)").to_owned())),
        executable_deleted: deleted,
        arguments: arguments.into_iter().take(MAX_ARGUMENTS).collect(),
        directory: process.cwd().ok().map(HostPath::from),
        control_groups: control_groups.into_iter().map(|group| group.pathname).collect(),
    }))
}

pub(super) fn listeners() -> Result<Vec<Listener>> {
    let processes: Vec<_> =
        procfs::process::all_processes().map_err(proc_error)?.flatten().collect();
    listening(&processes)
}

/// Only those of one process: its descriptors alone are looked at.
pub(super) fn listeners_of(process: ProcessId) -> Result<Vec<Listener>> {
    let pid = i32::try_from(process.pid).map_err(|_| HostError::Unexpected)?;
    let found = match procfs::process::Process::new(pid) {
        Ok(found) => found,
        Err(ProcError::NotFound(_)) => return Ok(Vec::new()),
        Err(error) => return Err(proc_error(error)),
    };
    let mut listeners = listening(std::slice::from_ref(&found))?;
    listeners.retain(|listener| listener.pid == Some(process.pid));
    Ok(listeners)
}

/// All listening sockets, with those of `processes` that own them.
fn listening(processes: &[procfs::process::Process]) -> Result<Vec<Listener>> {
    let sockets: Vec<_> =
        tcp_entries()?.into_iter().filter(|entry| entry.state == TcpState::Listen).collect();
    let inodes: HashSet<u64> = sockets.iter().map(|entry| entry.inode).collect();
    let owners = socket_owners(processes, &inodes);
    let mut listeners: Vec<_> = sockets
        .into_iter()
        .map(|entry| Listener {
            address: entry.local_address.ip(),
            port: entry.local_address.port(),
            pid: owners.get(&entry.inode).copied(),
        })
        .collect();
    listeners.sort_by_key(|listener| (listener.port, listener.address));
    Ok(listeners)
}

pub(super) fn listening_ports() -> Result<Vec<u16>> {
    let entries = tcp_entries()?.into_iter().filter(|entry| entry.state == TcpState::Listen);
    Ok(entries.map(|entry| entry.local_address.port()).collect())
}

/// Held all at once, so that they differ, and released.
pub(super) fn free_ports(count: u16) -> Result<Vec<u16>> {
    let fail = |error| HostError::io("find", "a free port", error);
    let held: Vec<_> = (0..count)
        .map(|_| TcpListener::bind("127.0.0.1:0"))
        .collect::<io::Result<_>>()
        .map_err(fail)?;
    held.iter().map(|socket| Ok(socket.local_addr().map_err(fail)?.port())).collect()
}

pub(super) fn connections() -> Result<Vec<(u16, u32)>> {
    let mut counts = BTreeMap::new();
    for entry in tcp_entries()? {
        if entry.state == TcpState::Established {
            *counts.entry(entry.local_address.port()).or_insert(0) += 1;
        }
    }
    Ok(counts.into_iter().collect())
}

fn tcp_entries() -> Result<Vec<procfs::net::TcpNetEntry>> {
    let mut entries = procfs::net::tcp().map_err(proc_error)?;
    // A machine without IPv6 has no such file.
    match procfs::net::tcp6() {
        Ok(more) => entries.extend(more),
        Err(ProcError::NotFound(_)) => {}
        Err(error) => return Err(proc_error(error)),
    }
    Ok(entries)
}

/// Which of the processes has which of the sockets open, as far as this user may see.
fn socket_owners(
    processes: &[procfs::process::Process],
    inodes: &HashSet<u64>,
) -> HashMap<u64, u32> {
    let mut owners = HashMap::new();
    for process in processes {
        let Ok(descriptors) = process.fd() else { continue };
        for descriptor in descriptors.flatten() {
            if let FDTarget::Socket(inode) = descriptor.target
                && inodes.contains(&inode)
            {
                owners.insert(inode, process.pid().unsigned_abs());
            }
        }
    }
    owners
}

/// The process that holds a POSIX lock on the file (what Java's `FileChannel.lock` takes).
pub(super) fn lock_owner(path: &Path) -> Result<Option<u32>> {
    let found = match std::fs::metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(HostError::io("look at", path, error)),
    };
    let device = (rustix::fs::major(found.dev()), rustix::fs::minor(found.dev()));
    let locks = procfs::locks().map_err(proc_error)?;
    let held = locks
        .into_iter()
        .find(|lock| lock.inode == found.ino() && (lock.devmaj, lock.devmin) == device);
    Ok(held.and_then(|lock| lock.pid).and_then(|pid| u32::try_from(pid).ok()))
}

/// Waits until the process has ended, as a zombie too; `false` if it has not within the time.
pub(super) fn await_exit(process: ProcessId, within: Duration, cancel: &Cancel) -> Result<bool> {
    let Some(handle) = open(process)? else {
        return Ok(true);
    };
    let deadline = Deadline::after(within);
    loop {
        if cancel.is_cancelled() {
            return Err(HostError::Cancelled(format!("waiting for process {}", process.pid)));
        }
        let timeout = deadline.left().min(Duration::from_millis(100));
        let timeout = Timespec::try_from(timeout).map_err(|_| HostError::Unexpected)?;
        let mut waits = [PollFd::new(&handle, PollFlags::IN)];
        match poll(&mut waits, Some(&timeout)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => return Ok(true),
            Err(error) => return Err(HostError::io("wait for", "process", os_error(error))),
        }
        if deadline.has_passed() {
            return Ok(false);
        }
    }
}

/// Signals exactly this process. One that has ended already needs no signal.
pub(super) fn signal(process: ProcessId, signal: Signal) -> Result<()> {
    let Some(handle) = open(process)? else {
        return Ok(());
    };
    match pidfd_send_signal(&handle, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => {
            let path = format!("process {}", process.pid);
            Err(HostError::io("signal", path, os_error(error)))
        }
    }
}

/// A handle on the process; `None` if it has ended. A later process with its number is refused.
fn open(process: ProcessId) -> Result<Option<OwnedFd>> {
    let pid = i32::try_from(process.pid).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or(HostError::OtherProcess { pid: process.pid })?;
    let handle = match pidfd_open(pid, PidfdFlags::empty()) {
        Ok(handle) => handle,
        Err(rustix::io::Errno::SRCH) => return Ok(None),
        Err(error) => return Err(HostError::io("look at", "process", os_error(error))),
    };
    // Read after opening: the handle stays with the process whose start time is read here.
    match procfs::process::Process::new(pid.as_raw_nonzero().get()).and_then(|found| found.stat()) {
        Ok(stat) if stat.starttime == process.started_ticks => Ok(Some(handle)),
        Ok(_) | Err(ProcError::NotFound(_)) => Ok(None),
        Err(error) => Err(proc_error(error)),
    }
}

fn proc_error(error: ProcError) -> HostError {
    let path = match &error {
        ProcError::PermissionDenied(path) | ProcError::NotFound(path) | ProcError::Io(_, path) => {
            path.clone()
        }
        _ => None,
    };
    let path = path.unwrap_or_else(|| "/proc".into());
    HostError::Io { action: "read".into(), path: path.into(), source: io::Error::other(error) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn id_of(pid: u32) -> ProcessId {
        all().unwrap().into_iter().map(|process| process.id).find(|id| id.pid == pid).unwrap()
    }

    #[test]
    fn a_listening_socket_is_tied_to_its_process() {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let found = listeners().unwrap().into_iter().find(|listener| listener.port == port);
        assert_eq!(found.unwrap().pid, Some(std::process::id()));
    }

    #[test]
    fn a_process_is_signalled_and_its_end_is_seen_even_as_a_zombie() {
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        let id = id_of(child.id());
        assert!(!await_exit(id, Duration::ZERO, &Cancel::new()).unwrap());
        signal(id, Signal::TERM).unwrap();
        assert!(await_exit(id, Duration::from_secs(20), &Cancel::new()).unwrap());
        assert!(all().unwrap().iter().all(|process| process.id != id));
        child.wait().unwrap();
        signal(id, Signal::TERM).unwrap();
    }

    #[test]
    fn another_process_with_the_same_number_is_left_alone() {
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        let mut other = id_of(child.id());
        other.started_ticks -= 1;
        signal(other, Signal::KILL).unwrap();
        assert!(await_exit(other, Duration::ZERO, &Cancel::new()).unwrap());
        assert!(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_lock_is_tied_to_its_process() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(lock_owner(file.path()).unwrap(), None);
        rustix::fs::fcntl_lock(file.as_file(), rustix::fs::FlockOperation::LockExclusive).unwrap();
        assert_eq!(lock_owner(file.path()).unwrap(), Some(std::process::id()));
    }
}
