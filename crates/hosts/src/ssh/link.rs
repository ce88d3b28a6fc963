//! A running OpenSSH client: bytes go both ways, and every wait has an end.

use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

/// How much is kept of what the client writes to standard error: the end.
const SAID: usize = 8 * 1024;
/// The client's exit code where it failed itself.
const OWN_FAILURE: i32 = 255;
/// How long the client may take to say why it ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A client and its pipes. It ends with this value.
#[derive(Debug)]
pub struct Link {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    errors: Option<ChildStderr>,
    said: Vec<u8>,
}

impl Link {
    /// Starts the client, in a process group of its own: a Ctrl-C is not for it.
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.process_group(0).spawn()?;
        let missing = || io::Error::other("a pipe is missing");
        let link = Self {
            input: child.stdin.take().ok_or_else(missing)?,
            output: child.stdout.take().ok_or_else(missing)?,
            errors: child.stderr.take(),
            said: Vec::new(),
            child,
        };
        never_block(&link.input)?;
        never_block(&link.output)?;
        if let Some(errors) = &link.errors {
            never_block(errors)?;
        }
        Ok(link)
    }

    /// Reads what is there; 0 at the end, an error of the kind [`io::ErrorKind::TimedOut`] where
    /// nothing comes until then.
    pub fn read_some(&mut self, buffer: &mut [u8], until: Instant) -> io::Result<usize> {
        loop {
            match self.output.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => return read,
            }
            self.wait(Side::Output, until)?;
        }
    }

    /// Writes a part of the bytes, and tells how many; an error of the kind
    /// [`io::ErrorKind::TimedOut`] where none can be written until then.
    pub fn write_some(&mut self, bytes: &[u8], until: Instant) -> io::Result<usize> {
        loop {
            match self.input.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                written => return written,
            }
            self.wait(Side::Input, until)?;
        }
    }

    /// Whether something can be read, be it the end.
    pub(super) fn is_readable(&self) -> bool {
        let mut waits = [PollFd::new(&self.output, PollFlags::IN)];
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        !matches!(poll(&mut waits, Some(&at_once)), Ok(0))
    }

    /// What the client has written to standard error, once it has ended.
    pub fn last_words(&mut self) -> String {
        let until = Instant::now() + LAST_WORDS;
        while self.errors.is_some() && self.wait(Side::Errors, until).is_ok() {}
        String::from_utf8_lossy(&self.said).into_owned()
    }

    /// Whether the client has ended, and for a reason of its own: not with what ran on the host.
    pub(super) fn failed_itself(&mut self) -> bool {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let Some(exit) = pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()) else {
            return false;
        };
        let Ok(timeout) = Timespec::try_from(LAST_WORDS) else { return false };
        // What goes wrong here leaves it at what the client has said.
        poll(&mut [PollFd::new(&exit, PollFlags::IN)], Some(&timeout)).ok();
        matches!(self.child.try_wait(), Ok(Some(status)) if status.code() == Some(OWN_FAILURE))
    }

    /// Waits until one side is ready. What the client says meanwhile is heard.
    fn wait(&mut self, side: Side, until: Instant) -> io::Result<()> {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let mut waits = Vec::with_capacity(2);
            match side {
                Side::Input => waits.push(PollFd::new(&self.input, PollFlags::OUT)),
                Side::Output => waits.push(PollFd::new(&self.output, PollFlags::IN)),
                Side::Errors => {}
            }
            waits.extend(self.errors.as_ref().map(|errors| PollFd::new(errors, PollFlags::IN)));
            let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
            match poll(&mut waits, Some(&timeout)) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            let ready = |wait: Option<&PollFd<'_>>| wait.is_some_and(|w| !w.revents().is_empty());
            let is_ready = !matches!(side, Side::Errors) && ready(waits.first());
            let is_said = self.errors.is_some() && ready(waits.last());
            if is_said {
                self.hear();
            }
            if is_ready || (is_said && matches!(side, Side::Errors)) {
                return Ok(());
            }
        }
    }

    fn hear(&mut self) {
        let mut bytes = [0; 1024];
        match self.errors.as_mut().map(|errors| errors.read(&mut bytes)) {
            Some(Ok(length)) if length > 0 => {
                self.said.extend_from_slice(&bytes[..length]);
                let excess = self.said.len().saturating_sub(SAID);
                self.said.drain(..excess);
            }
            Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
            _ => self.errors = None,
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // The client may have ended by itself; then there is nothing to signal.
            kill_process_group(group, Signal::KILL).ok();
        }
        drop(self.child.wait());
    }
}

#[derive(Clone, Copy)]
enum Side {
    Input,
    Output,
    Errors,
}

fn never_block(pipe: &impl AsFd) -> io::Result<()> {
    let flags = fcntl_getfl(pipe)?;
    Ok(fcntl_setfl(pipe, flags | OFlags::NONBLOCK)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(script: &str) -> Link {
        Link::start(Command::new("sh").args(["-c", script])).unwrap()
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(20)
    }

    #[test]
    fn bytes_go_both_ways_and_the_end_is_seen() {
        let mut link = started("read line; echo \"$line!\"; echo told >&2");
        assert_eq!(link.write_some(b"hello\n", soon()).unwrap(), 6);
        let mut buffer = [0; 64];
        let length = link.read_some(&mut buffer, soon()).unwrap();
        assert_eq!(&buffer[..length], b"hello!\n");
        assert_eq!(link.read_some(&mut buffer, soon()).unwrap(), 0);
        assert!(link.is_readable());
        assert_eq!(link.last_words(), "told\n");
    }

    #[test]
    fn nobody_waits_longer_than_allowed() {
        let mut link = started("exec sleep 600");
        let until = Instant::now() + Duration::from_millis(50);
        let error = link.read_some(&mut [0; 8], until).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let until = Instant::now() + Duration::from_millis(200);
        let error = loop {
            if let Err(error) = link.write_some(&[0; 16384], until) {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(!link.is_readable());
    }

    #[test]
    fn what_the_client_says_is_kept_up_to_a_limit() {
        let mut link = started("head -c 300000 /dev/zero >&2; printf end >&2");
        assert_eq!(link.read_some(&mut [0; 8], soon()).unwrap(), 0);
        let said = link.last_words();
        assert!(said.ends_with("end") && said.len() <= SAID);
    }

    #[test]
    fn the_client_ends_with_its_value() {
        let link = started("sleep 600 & wait");
        let pid = link.child.id();
        drop(link);
        assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
    }
}
