//! The trait of hosts, and the read-only view of one.

use refit_model::{Command, Digest, HostName, HostPath, RunId};

use crate::{
    Answer, Cancel, Change, Deadline, Entry, Fence, Hear, HostError, Identity, Listener, Metadata,
    Outcome, Output, Process, ProcessId, Query, Recall, Result, Seen, Space,
};

/// A host: questions and changes go in as batches, answers and outcomes come out.
pub trait Host: Send + Sync {
    /// The host's name in its environment.
    fn name(&self) -> &HostName;

    /// Answers each question, in order.
    fn ask(&self, questions: &[Query], deadline: Deadline, cancel: &Cancel) -> Vec<Result<Answer>>;

    /// Makes the changes in order under the fence's lock, and stops at the first failure.
    ///
    /// The result has an entry for each change that was tried. An epoch older than the one that
    /// the host has seen is refused, and so is a journal that is behind it. What commands write is
    /// heard as they write it.
    fn change(
        &self,
        fence: &Fence,
        changes: &[Change],
        deadline: Deadline,
        cancel: &Cancel,
        hear: &dyn Hear,
    ) -> Vec<Result<Outcome>>;

    /// What the host remembers of an operation of `run`, whose intent has this sequence number in
    /// the journal.
    fn recall(
        &self,
        control: &HostPath,
        run: &RunId,
        sequence: u64,
        operation: &str,
    ) -> Result<Recall>;

    /// The last event of `run` that the host has seen; `None` where it remembers nothing of it.
    fn last_seen(&self, control: &HostPath, run: &RunId) -> Result<Option<Seen>>;

    /// Takes charge of an installation: gives an epoch later than any that the host has seen.
    ///
    /// Refused while another run is in charge, and where the host has seen later events of this
    /// run than its journal, whose last one is `sequence`.
    fn take_charge(&self, control: &HostPath, run: &RunId, sequence: u64) -> Result<u64>;

    /// Ends the charge that a run took with this epoch, so that another one may take it. Refused
    /// where the charge was taken over meanwhile.
    fn release(&self, control: &HostPath, run: &RunId, epoch: u64) -> Result<()>;
}

/// A host that can only be asked. What has this cannot change anything.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    host: &'a dyn Host,
    cancel: &'a Cancel,
    seconds: u32,
}

impl<'a> Reader<'a> {
    /// The read-only view of `host`; each question may take `seconds`.
    pub fn new(host: &'a dyn Host, cancel: &'a Cancel, seconds: u32) -> Self {
        Self { host, cancel, seconds }
    }

    /// The host's name.
    pub fn name(&self) -> &'a HostName {
        self.host.name()
    }

    /// Whether the operator asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    fn ask(&self, question: Query) -> Result<Answer> {
        if self.cancel.is_cancelled() {
            return Err(HostError::Cancelled("asking the host".into()));
        }
        let mut answers = self.host.ask(&[question], Deadline::seconds(self.seconds), self.cancel);
        answers.pop().unwrap_or(Err(HostError::Unexpected))
    }

    /// Asks several questions at once.
    pub fn ask_all(&self, questions: &[Query]) -> Vec<Result<Answer>> {
        self.host.ask(questions, Deadline::seconds(self.seconds), self.cancel)
    }

    /// Who and what the host is.
    pub fn identity(&self) -> Result<Identity> {
        match self.ask(Query::Identity)? {
            Answer::Identity(identity) => Ok(identity),
            _ => Err(HostError::Unexpected),
        }
    }

    /// What is at the path, links not followed; `None` if nothing is there.
    pub fn stat(&self, path: &HostPath) -> Result<Option<Metadata>> {
        match self.ask(Query::Stat(path.clone()))? {
            Answer::Stat(metadata) => Ok(metadata),
            _ => Err(HostError::Unexpected),
        }
    }

    /// Whether something is at the path (a dangling link counts).
    pub fn exists(&self, path: &HostPath) -> Result<bool> {
        Ok(self.stat(path)?.is_some())
    }

    /// Everything below a folder; an error above `limit` entries.
    pub fn walk(&self, root: &HostPath, limit: usize) -> Result<Vec<Entry>> {
        match self.ask(Query::Walk { root: root.clone(), limit })? {
            Answer::Entries(entries) => Ok(entries),
            _ => Err(HostError::Unexpected),
        }
    }

    /// What is directly in a folder; an error above `limit` entries.
    pub fn list(&self, root: &HostPath, limit: usize) -> Result<Vec<Entry>> {
        match self.ask(Query::List { root: root.clone(), limit })? {
            Answer::Entries(entries) => Ok(entries),
            _ => Err(HostError::Unexpected),
        }
    }

    /// The content of a file of at most `limit` bytes.
    pub fn read(&self, path: &HostPath, limit: u64) -> Result<Vec<u8>> {
        match self.ask(Query::Read { path: path.clone(), limit })? {
            Answer::Bytes(bytes) => Ok(bytes),
            _ => Err(HostError::Unexpected),
        }
    }

    /// The last bytes of a file.
    pub fn tail(&self, path: &HostPath, bytes: u64) -> Result<Vec<u8>> {
        match self.ask(Query::Tail { path: path.clone(), bytes })? {
            Answer::Bytes(bytes) => Ok(bytes),
            _ => Err(HostError::Unexpected),
        }
    }

    /// Bytes of a file from a place on.
    pub fn part(&self, path: &HostPath, offset: u64, bytes: u64) -> Result<Vec<u8>> {
        match self.ask(Query::Part { path: path.clone(), offset, bytes })? {
            Answer::Bytes(bytes) => Ok(bytes),
            _ => Err(HostError::Unexpected),
        }
    }

    /// The digest of a file.
    pub fn digest(&self, path: &HostPath) -> Result<Digest> {
        match self.ask(Query::Digest(path.clone()))? {
            Answer::Digest(digest) => Ok(digest),
            _ => Err(HostError::Unexpected),
        }
    }

    /// The path with all links resolved.
    pub fn real_path(&self, path: &HostPath) -> Result<HostPath> {
        match self.ask(Query::RealPath(path.clone()))? {
            Answer::Path(path) => Ok(path),
            _ => Err(HostError::Unexpected),
        }
    }

    /// All processes that can be seen.
    pub fn processes(&self) -> Result<Vec<Process>> {
        match self.ask(Query::Processes)? {
            Answer::Processes(processes) => Ok(processes),
            _ => Err(HostError::Unexpected),
        }
    }

    /// All listening TCP sockets.
    pub fn listeners(&self) -> Result<Vec<Listener>> {
        match self.ask(Query::Listeners)? {
            Answer::Listeners(listeners) => Ok(listeners),
            _ => Err(HostError::Unexpected),
        }
    }

    /// The listening TCP sockets of one process.
    pub fn listeners_of(&self, process: ProcessId) -> Result<Vec<Listener>> {
        match self.ask(Query::ListenersOf(process))? {
            Answer::Listeners(listeners) => Ok(listeners),
            _ => Err(HostError::Unexpected),
        }
    }

    /// The TCP ports that somebody listens on.
    pub fn listening_ports(&self) -> Result<Vec<u16>> {
        match self.ask(Query::ListeningPorts)? {
            Answer::Ports(ports) => Ok(ports),
            _ => Err(HostError::Unexpected),
        }
    }

    /// How many TCP connections are established, by local port.
    pub fn connections(&self) -> Result<Vec<(u16, u32)>> {
        match self.ask(Query::Connections)? {
            Answer::Connections(connections) => Ok(connections),
            _ => Err(HostError::Unexpected),
        }
    }

    /// The process that holds a lock on the file.
    pub fn lock_owner(&self, path: &HostPath) -> Result<Option<u32>> {
        match self.ask(Query::LockOwner(path.clone()))? {
            Answer::LockOwner(owner) => Ok(owner),
            _ => Err(HostError::Unexpected),
        }
    }

    /// Space where the path is or would be.
    pub fn space(&self, path: &HostPath) -> Result<Space> {
        match self.ask(Query::Space(path.clone()))? {
            Answer::Space(space) => Ok(space),
            _ => Err(HostError::Unexpected),
        }
    }

    /// Whether this user may write to the path, by its permissions.
    pub fn may_write(&self, path: &HostPath) -> Result<bool> {
        match self.ask(Query::MayWrite(path.clone()))? {
            Answer::May(may) => Ok(may),
            _ => Err(HostError::Unexpected),
        }
    }

    /// TCP ports on the loopback address that nobody listens on.
    pub fn free_ports(&self, count: u16) -> Result<Vec<u16>> {
        match self.ask(Query::FreePorts(count))? {
            Answer::Ports(ports) => Ok(ports),
            _ => Err(HostError::Unexpected),
        }
    }

    /// Proves that files can be made in the folder.
    pub fn prove_writable(&self, folder: &HostPath) -> Result<()> {
        match self.ask(Query::ProveWritable(folder.clone()))? {
            Answer::Writable => Ok(()),
            _ => Err(HostError::Unexpected),
        }
    }

    /// Runs a command that changes nothing.
    pub fn output(&self, command: Command) -> Result<Output> {
        match self.ask(Query::Output(command))? {
            Answer::Output(output) => Ok(output),
            _ => Err(HostError::Unexpected),
        }
    }

    /// The first differences between an archive and what was unpacked of it.
    pub fn archive_differences(&self, archive: &HostPath, into: &HostPath) -> Result<Vec<String>> {
        let question = Query::ArchiveMatches { archive: archive.clone(), into: into.clone() };
        match self.ask(question)? {
            Answer::Differences(differences) => Ok(differences),
            _ => Err(HostError::Unexpected),
        }
    }

    /// Waits until the process has ended; `false` if it has not within the time.
    pub fn await_exit(&self, process: ProcessId, within: std::time::Duration) -> Result<bool> {
        let within_milliseconds = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
        match self.ask(Query::AwaitExit { process, within_milliseconds })? {
            Answer::Ended(ended) => Ok(ended),
            _ => Err(HostError::Unexpected),
        }
    }
}
