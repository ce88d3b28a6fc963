//! The processes of brokers: found by their command line, ended by a signal.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::DemoError;

/// The argument by which a broker's process names its home.
const HOME_ARGUMENT: &[u8] = b"-Dactivemq.home=";
/// How long the last resort waits at each of its two steps.
const LAST_RESORT_WITHIN: Duration = Duration::from_secs(20);

/// A running broker. Held by a descriptor of the process itself, so that a signal cannot reach
/// another process that got the same number later.
#[derive(Debug)]
pub struct BrokerProcess {
    /// The process id.
    pub pid: u32,
    /// The home that its command line names.
    pub home: PathBuf,
    handle: OwnedFd,
}

impl BrokerProcess {
    /// Signals it to terminate, and waits until it has ended.
    pub fn terminate(&self, within: Duration) -> Result<(), DemoError> {
        if self.end_by(Signal::TERM, within)? {
            return Ok(());
        }
        let pid = self.pid;
        Err(DemoError::StillRunning { pid, within })
    }

    /// Kills it as a crash would, and waits until it has ended.
    pub fn kill(&self, within: Duration) -> Result<(), DemoError> {
        if self.end_by(Signal::KILL, within)? {
            return Ok(());
        }
        let pid = self.pid;
        Err(DemoError::StillRunning { pid, within })
    }

    /// Whether it has ended within the time after the signal.
    fn end_by(&self, signal: Signal, within: Duration) -> Result<bool, DemoError> {
        let path = PathBuf::from(format!("/proc/{}", self.pid));
        match pidfd_send_signal(&self.handle, signal) {
            Ok(()) => {}
            Err(rustix::io::Errno::SRCH) => return Ok(true),
            Err(error) => return Err(DemoError::file("signal", &path)(error.into())),
        }
        self.ends_before(Instant::now() + within).map_err(DemoError::file("wait for", &path))
    }

    /// Waits until it has ended; false if it has not at `deadline`.
    fn ends_before(&self, deadline: Instant) -> io::Result<bool> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = Timespec::try_from(left).map_err(io::Error::other)?;
            // The descriptor becomes readable when the process ends.
            let mut ended = [PollFd::new(&self.handle, PollFlags::IN)];
            match poll(&mut ended, Some(&left)) {
                Ok(0) => return Ok(false),
                Ok(_) => return Ok(true),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// The brokers that run from a home within `folder`, an absolute path below the root. The folder
/// may be gone already.
pub fn brokers_within(folder: &Path) -> Result<Vec<BrokerProcess>, DemoError> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    if !folder.is_absolute() || folder.parent().is_none() {
        // Every broker of the machine would be within, others' too.
        let error = io::ErrorKind::InvalidInput.into();
        return Err(DemoError::file("look for brokers in", &folder)(error));
    }
    let proc = Path::new("/proc");
    let entries = fs::read_dir(proc).map_err(DemoError::file("list", proc))?;
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let within = |process: &BrokerProcess| {
        let home = process.home.canonicalize();
        home.as_deref().unwrap_or(&process.home).starts_with(&folder)
    };
    let mut found: Vec<_> = pids.filter_map(broker).filter(within).collect();
    found.sort_by_key(|process| process.pid);
    Ok(found)
}

/// The broker with that process id, if it is one.
fn broker(pid: u32) -> Option<BrokerProcess> {
    let number = Pid::from_raw(i32::try_from(pid).ok()?)?;
    // First the descriptor, then the command line: what the descriptor means cannot change between.
    let handle = pidfd_open(number, PidfdFlags::empty()).ok()?;
    let command_line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let mut arguments = command_line.split(|byte| *byte == 0);
    let home = arguments.find_map(|argument| argument.strip_prefix(HOME_ARGUMENT))?;
    let home = Path::new(std::ffi::OsStr::from_bytes(home));
    // The vendor's service wrapper names a home relative to its own directory.
    let home = match fs::read_link(format!("/proc/{pid}/cwd")) {
        Ok(directory) => directory.join(home),
        Err(_) => home.to_owned(),
    };
    Some(BrokerProcess { pid, home, handle })
}

/// Ends every broker of a folder when dropped: by the signal to terminate, and if that takes too
/// long by killing it. For tests and for a demonstration that ends before it is done.
#[derive(Debug)]
pub struct StopOnDrop(Option<PathBuf>);

impl StopOnDrop {
    /// Takes charge of the brokers that run from a home within `folder`, now or later.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(Some(folder.into()))
    }

    /// Lets the brokers run on.
    pub fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        let Some(folder) = &self.0 else { return };
        let ended = brokers_within(folder).and_then(|brokers| {
            brokers.iter().try_for_each(|broker| {
                broker.terminate(LAST_RESORT_WITHIN).or_else(|_| broker.kill(LAST_RESORT_WITHIN))
            })
        });
        if let Err(error) = ended {
            eprintln!("cannot end the broker in {}: {error}", folder.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command, Stdio};

    use super::*;

    /// A process whose command line looks like that of a broker. It waits for input that never
    /// comes and starts nothing itself, because a child would look the same until it has begun.
    struct Pretended(Child);

    impl Pretended {
        fn with_home(home: &Path) -> Self {
            let argument = format!("-Dactivemq.home={}", home.display());
            let mut command = Command::new("sh");
            command.args(["-c", "read -r line", &argument]);
            Self(command.stdin(Stdio::piped()).spawn().unwrap())
        }
    }

    impl Drop for Pretended {
        fn drop(&mut self) {
            drop(self.0.kill().and_then(|()| self.0.wait()));
        }
    }

    /// The broker in the folder, which may not have replaced its command line yet.
    fn only_broker(folder: &Path) -> BrokerProcess {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(found) = brokers_within(folder).unwrap().pop() {
                return found;
            }
            assert!(Instant::now() < deadline, "no broker was found");
        }
    }

    #[test]
    fn a_broker_is_found_by_its_home_and_only_it_is_ended() {
        let ours = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let home = ours.path().join("home");
        fs::create_dir(&home).unwrap();
        let mut meant = Pretended::with_home(&home);
        let mut spared = Pretended::with_home(other.path());
        assert_eq!(only_broker(other.path()).pid, spared.0.id());
        let found = only_broker(ours.path());
        assert_eq!((found.pid, &found.home), (meant.0.id(), &home));
        found.terminate(Duration::from_secs(10)).unwrap();
        assert!(meant.0.try_wait().unwrap().is_some());
        assert!(brokers_within(ours.path()).unwrap().is_empty());
        assert_eq!(spared.0.try_wait().unwrap(), None);
        drop(StopOnDrop::new(other.path()));
        assert!(spared.0.try_wait().unwrap().is_some());
    }

    #[test]
    fn the_whole_machine_is_no_folder() {
        assert!(brokers_within(Path::new("/")).is_err());
        assert!(brokers_within(Path::new("")).is_err());
        assert!(brokers_within(Path::new("no/such/folder")).is_err());
    }

    #[test]
    fn a_folder_that_was_deleted_is_still_known() {
        let parent = tempfile::tempdir().unwrap();
        let ours = parent.path().canonicalize().unwrap().join("gone");
        let mut meant = Pretended::with_home(&ours.join("home"));
        let found = only_broker(&ours);
        found.kill(Duration::from_secs(10)).unwrap();
        assert!(meant.0.try_wait().unwrap().is_some());
    }
}
