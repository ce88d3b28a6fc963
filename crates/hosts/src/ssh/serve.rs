//! The host's end of a connection: the local machine behind standard input and output.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use refit_model::{HostName, HostPath};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde_bytes::ByteBuf;

use super::frame::{Incoming, decode, encode};
use super::message::{FromHost, LANGUAGE, Reply, Request, ToHost};
use crate::local::Source;
use crate::{Cancel, Change, Deadline, Hear, Host as _, HostError, LocalHost, Result};

/// A controller that waits says so more often than this. One that does not is gone, though nobody
/// has told.
const SILENCE: Duration = Duration::from_mins(1);
/// How long what is going on may take to end once the connection has.
const GRACE: Duration = Duration::from_secs(10);
/// What a pipe that can be written to takes without blocking, in bytes.
const PIPE_TAKES: usize = 4096;
/// How often a wish to stop is looked at.
const TICK: Duration = Duration::from_millis(100);

/// Answers one controller over standard input and output, until it ends the connection. Then what
/// is going on is cancelled: a command is killed with its whole process group.
pub fn serve() -> io::Result<()> {
    let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    serve_on(input, output, || std::process::exit(1))
}

/// The same over other files. `give_up` is called where work goes on too long after the end.
fn serve_on(input: File, output: File, give_up: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let line = Line { output: Mutex::new(output), busy: Mutex::new(None) };
    let line = Arc::new(line);
    line.send(&FromHost::Hello { language: LANGUAGE })?;
    let (jobs, waiting) = channel();
    let (parts, wanted) = channel();
    let (done, is_done) = channel::<()>();
    let heard = Arc::clone(&line);
    std::thread::Builder::new().name("listen".into()).spawn(move || {
        // However it ended, the controller is gone.
        listen(input, &heard, &jobs, &parts).ok();
        heard.cancel();
        drop((jobs, parts));
        if is_done.recv_timeout(GRACE) == Err(RecvTimeoutError::Timeout) {
            give_up();
        }
    })?;
    let worked = work(&line, &waiting, wanted);
    drop(done);
    worked
}

/// The way back to the controller, and what is being done for it.
struct Line {
    output: Mutex<File>,
    busy: Mutex<Option<(u64, Cancel)>>,
}

/// Something to be done.
struct Job {
    id: u64,
    request: Request,
    deadline: Deadline,
    cancel: Cancel,
}

/// A part of a file of the controlling machine, for the request of this id.
type Part = (u64, Result<ByteBuf>);

impl Line {
    fn send(&self, message: &FromHost) -> io::Result<()> {
        let frame = encode(message).ok_or(io::ErrorKind::FileTooLarge)?;
        locked(&self.output).write_all(&frame)
    }

    /// Sends what may be lost: not where it would have to be waited until the other side reads.
    fn send_if_free(&self, message: &FromHost) {
        let output = locked(&self.output);
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        let mut waits = [PollFd::new(&*output, PollFlags::OUT)];
        let is_free = matches!(poll(&mut waits, Some(&at_once)), Ok(1))
            && waits[0].revents().contains(PollFlags::OUT);
        let frame = encode(message).filter(|frame| is_free && frame.len() <= PIPE_TAKES);
        if let Some(frame) = frame {
            // That the controller is gone is noticed where it is listened to.
            (&*output).write_all(&frame).ok();
        }
    }

    fn is_busy(&self) -> bool {
        locked(&self.busy).is_some()
    }

    fn cancel(&self) {
        if let Some((_, cancel)) = &*locked(&self.busy) {
            cancel.cancel();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hears the controller until it ends the connection, falls silent or says what cannot be.
fn listen(
    mut input: File,
    line: &Line,
    jobs: &Sender<Job>,
    parts: &Sender<Part>,
) -> io::Result<()> {
    let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
    let mut incoming = Incoming::default();
    let mut buffer = vec![0; 128 * 1024];
    loop {
        if !is_readable(&input)? {
            if line.is_busy() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            continue;
        }
        let wanted = incoming.wanted().map_err(io::Error::other)?.min(buffer.len());
        let length = input.read(&mut buffer[..wanted])?;
        if length == 0 {
            return Ok(());
        }
        let Some(content) = incoming.take(&buffer[..length]) else { continue };
        match decode::<ToHost>(&content).map_err(io::Error::other)? {
            ToHost::Request { id, request, milliseconds } => {
                let cancel = Cancel::new();
                if locked(&line.busy).replace((id, cancel.clone())).is_some() {
                    return Err(io::Error::other("a request before the answer to the last one"));
                }
                let deadline = Deadline::after(Duration::from_millis(milliseconds));
                jobs.send(Job { id, request, deadline, cancel }).map_err(|_| gone())?;
            }
            ToHost::Part { id, part } => parts.send((id, part)).map_err(|_| gone())?,
            ToHost::Cancel { id } => {
                if let Some((busy, cancel)) = &*locked(&line.busy)
                    && *busy == id
                {
                    cancel.cancel();
                }
            }
            ToHost::Here => line.send(&FromHost::Here)?,
        }
    }
}

fn is_readable(input: &File) -> io::Result<bool> {
    let timeout = Timespec::try_from(SILENCE).map_err(io::Error::other)?;
    let mut waits = [PollFd::new(input, PollFlags::IN)];
    match poll(&mut waits, Some(&timeout)) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Does one request after the other.
fn work(line: &Arc<Line>, jobs: &Receiver<Job>, parts: Receiver<Part>) -> io::Result<()> {
    let name = HostName::new("session").map_err(io::Error::other)?;
    let worker = Worker { host: LocalHost::new(name), line: Arc::clone(line), parts };
    for job in jobs {
        let id = job.id;
        let reply = worker.perform(job);
        // Before the answer is out: the next request may come at once.
        locked(&line.busy).take();
        let reply = FromHost::Reply { id, reply };
        match line.send(&reply) {
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                line.send(&FromHost::TooLarge { id })?;
            }
            sent => sent?,
        }
    }
    Ok(())
}

struct Worker {
    host: LocalHost,
    line: Arc<Line>,
    parts: Receiver<Part>,
}

impl Worker {
    fn perform(&self, job: Job) -> Reply {
        let Job { id, request, deadline, cancel } = job;
        let host = &self.host;
        match request {
            Request::Ask(questions) => Reply::Answers(host.ask(&questions, deadline, &cancel)),
            Request::Change { fence, changes } => {
                let changes: Vec<Change> = changes.into_iter().map(|sent| sent.0).collect();
                let source = Controller { worker: self, id, deadline, cancel: &cancel };
                let outcomes =
                    host.change_from(&source, &fence, &changes, deadline, &cancel, &source);
                Reply::Outcomes(outcomes)
            }
            Request::Recall { control, run, sequence, operation } => {
                Reply::Recall(host.recall(&control, &run, sequence, &operation))
            }
            Request::LastSeen { control, run } => Reply::LastSeen(host.last_seen(&control, &run)),
            Request::TakeCharge { control, run, sequence } => {
                Reply::Epoch(host.take_charge(&control, &run, sequence))
            }
            Request::Release { control, run, epoch } => {
                Reply::Released(host.release(&control, &run, epoch))
            }
        }
    }
}

/// Files of the controlling machine, asked for over the line; and who hears there.
struct Controller<'a> {
    worker: &'a Worker,
    id: u64,
    deadline: Deadline,
    cancel: &'a Cancel,
}

impl Hear for Controller<'_> {
    fn lines(&self, lines: &[String]) {
        self.worker.line.send_if_free(&FromHost::Wrote { id: self.id, lines: lines.to_vec() });
    }
}

impl Source for Controller<'_> {
    fn part(&self, path: &HostPath, offset: u64, bytes: u64) -> Result<Vec<u8>> {
        let need = FromHost::NeedPart { id: self.id, path: path.clone(), offset, bytes };
        let what = || format!("fetching {path}");
        self.worker.line.send(&need).map_err(|_| HostError::Cancelled(what()))?;
        loop {
            if self.cancel.is_cancelled() {
                return Err(HostError::Cancelled(what()));
            }
            if self.deadline.has_passed() {
                return Err(HostError::Deadline(what()));
            }
            match self.worker.parts.recv_timeout(TICK) {
                Ok((id, part)) if id == self.id => return part.map(ByteBuf::into_vec),
                // For a request before, which was cancelled.
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(HostError::Cancelled(what())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Answer, Query};
    use refit_model::Command;
    use std::io::pipe;

    /// A session on threads of this process, and the controller's two ends.
    fn session() -> (std::thread::JoinHandle<io::Result<()>>, File, File) {
        let (input, to) = pipe().unwrap();
        let (from, output) = pipe().unwrap();
        let file = |fd: std::os::fd::OwnedFd| File::from(fd);
        let (input, output) = (file(input.into()), file(output.into()));
        let serving = std::thread::spawn(|| serve_on(input, output, || panic!("it went on")));
        (serving, file(to.into()), file(from.into()))
    }

    fn heard(from: &mut File) -> FromHost {
        let mut incoming = Incoming::default();
        loop {
            let mut buffer = vec![0; incoming.wanted().unwrap()];
            from.read_exact(&mut buffer).unwrap();
            if let Some(content) = incoming.take(&buffer) {
                return decode(&content).unwrap();
            }
        }
    }

    fn say(to: &mut File, message: &ToHost) {
        to.write_all(&encode(message).unwrap()).unwrap();
    }

    fn ask(to: &mut File, id: u64, question: Query) {
        let request = Request::Ask(vec![question]);
        say(to, &ToHost::Request { id, request, milliseconds: 600_000 });
    }

    fn sleeping(file: &std::path::Path) -> Query {
        let script = format!("echo $$ > {}; sleep 600 & wait", file.display());
        let mut command = Command::new(["sh", "-c", &script], "/".to_owned().into());
        command.deadline_seconds = 600;
        Query::Output(command)
    }

    #[test]
    fn questions_are_answered_in_turn_until_the_end() {
        let (serving, mut to, mut from) = session();
        assert!(matches!(heard(&mut from), FromHost::Hello { language: LANGUAGE }));
        for id in 1..=3 {
            ask(&mut to, id, Query::MayWrite("/".to_owned().into()));
            let FromHost::Reply { id: told, reply } = heard(&mut from) else { panic!("no reply") };
            let Reply::Answers(answers) = reply else { panic!("no answers") };
            assert!(told == id && matches!(answers[..], [Ok(Answer::May(_))]));
        }
        say(&mut to, &ToHost::Here);
        assert!(matches!(heard(&mut from), FromHost::Here));
        drop(to);
        serving.join().unwrap().unwrap();
    }

    #[test]
    fn a_command_is_killed_with_its_group_when_the_line_ends() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let (serving, mut to, mut from) = session();
        heard(&mut from);
        ask(&mut to, 1, sleeping(&file));
        let pid = loop {
            match std::fs::read_to_string(&file) {
                Ok(text) if text.ends_with('\n') => break text.trim().to_owned(),
                _ => std::thread::yield_now(),
            }
        };
        drop(to);
        serving.join().unwrap().ok();
        let group = format!("/proc/{pid}");
        assert!(!std::path::Path::new(&group).exists(), "{group} goes on");
    }

    #[test]
    fn a_wish_to_stop_is_heard_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let (_serving, mut to, mut from) = session();
        heard(&mut from);
        ask(&mut to, 7, sleeping(&folder.path().join("pid")));
        say(&mut to, &ToHost::Cancel { id: 7 });
        let FromHost::Reply { reply: Reply::Answers(answers), .. } = heard(&mut from) else {
            panic!("no answers")
        };
        assert!(matches!(answers[..], [Err(HostError::Cancelled(_))]));
    }

    #[test]
    fn garbage_ends_the_session() {
        for garbage in [&b"\xff\xff\xff\xffx"[..], b"GET / HTTP/1.0\r\n\r\n", b"\0\0\0\x01\xff"] {
            let (serving, mut to, mut from) = session();
            heard(&mut from);
            to.write_all(garbage).unwrap();
            serving.join().unwrap().unwrap();
            assert_eq!(from.read(&mut [0; 8]).unwrap(), 0);
        }
    }
}
