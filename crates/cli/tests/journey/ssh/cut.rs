//! A connection that is cut at every message of a run and of a roll-back: each time the end is the
//! same as without, and the command that must not be repeated was not repeated.
//!
//! What cuts is a program in place of `ssh`: this test's own, started again for one test alone. It
//! hands on to the real client, or, which takes a tenth of the time and is the same to both ends,
//! to the shell that the client would have started on the host. Every message is cut in the second
//! way, and one of several in the first (`cargo xtask soak`: all of them).

use std::fs::{self, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use refit_execute::{Ended, ExecuteError, HaltReason, RunEvent, RunState, StepEvent};
use refit_model::StepId;
use tempfile::TempDir;

use super::files::Site;
use super::sshd::Sshd;

const FOLDER: &str = "REFIT_TEST_CUT";
/// At one of so many messages the real client's line is cut: connecting takes long.
const OF_CLIENT: usize = 13;

/// Where the line is cut at a message of the controller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// It is not passed on.
    BeforeSending,
    /// It is passed on, and nothing that comes after.
    AfterSending,
    /// The answer to it is not passed on.
    BeforeAnswer,
}

/// What is behind the program that cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// The real client.
    Client,
    /// The shell that it would start on the host.
    Shell,
}

/// A program in place of `ssh` that cuts the line.
pub struct Cutter(PathBuf);

impl Cutter {
    /// In this folder, which must be there; the shell behind it puts programs into `cache`. It cuts
    /// nothing yet.
    pub fn make(folder: &Path, behind: Behind, cache: &Path) -> Self {
        let cutter = Self(folder.to_owned());
        let own = std::env::current_exe().unwrap();
        let script = format!(
            "#!/bin/sh\nexport {FOLDER}='{}' {FOLDER}_SSH='{}' XDG_CACHE_HOME='{}'\nprintf '%s\\n' \"$@\" > \"${FOLDER}/words.$$\"\n\
             export {FOLDER}_WORDS=\"${FOLDER}/words.$$\"\n\
             exec 3>&1 >/dev/null\nexec '{}' --exact ssh::cut::line --nocapture\n",
            folder.display(),
            match behind {
                Behind::Client => client(),
                Behind::Shell => "sh".into(),
            }
            .display(),
            cache.display(),
            own.display()
        );
        fs::write(cutter.program(), script).unwrap();
        fs::set_permissions(cutter.program(), Permissions::from_mode(0o755)).unwrap();
        fs::write(cutter.0.join("count"), "0").unwrap();
        cutter
    }

    /// The program.
    pub fn program(&self) -> PathBuf {
        self.0.join("ssh")
    }

    /// Cuts at this message, counted from now on, and at every so many after it.
    pub fn cut(&self, at: At, message: u64, every: Option<u64>) {
        fs::write(self.0.join("count"), "0").unwrap();
        let every = every.map_or_else(String::new, |every| every.to_string());
        fs::write(self.0.join("point"), format!("{at:?} {message} {every}")).unwrap();
    }

    /// How often it was cut.
    pub fn cuts(&self) -> usize {
        fs::read_to_string(self.0.join("fired")).unwrap_or_default().lines().count()
    }

    /// How many messages there were.
    pub fn messages(&self) -> u64 {
        fs::read_to_string(self.0.join("count")).unwrap().parse().unwrap()
    }
}

/// The real client: where it is, since this program is found under its name.
fn client() -> PathBuf {
    let folders = std::env::var_os("PATH").unwrap();
    let paths = std::env::split_paths(&folders).map(|folder| folder.join("ssh"));
    paths.into_iter().find(|path| path.is_file()).unwrap()
}

/// What stands in place of `ssh`; not a test of its own.
#[test]
fn line() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let words = fs::read_to_string(std::env::var_os(format!("{FOLDER}_WORDS")).unwrap()).unwrap();
    let client = std::env::var_os(format!("{FOLDER}_SSH")).unwrap();
    let is_shell = client == "sh";
    let command = words.lines().last().unwrap();
    let mut child = Command::new(client);
    let child = if is_shell { child.args(["-c", command]) } else { child.args(words.lines()) };
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut to, mut from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    // A forwarded connection is no message of the executor's.
    if words.lines().any(|word| word == "-W") {
        std::thread::spawn(move || io::copy(&mut io::stdin(), &mut to));
        io::copy(&mut from, &mut output()).ok();
        std::process::exit(child.wait().unwrap().code().unwrap_or(255));
    }
    let (folder, cut) = (folder.into(), Mutex::default());
    let line = Arc::new(Line { folder, is_shell, child: Mutex::new(child), cut });
    let other = Arc::clone(&line);
    std::thread::spawn(move || {
        let mut input = io::stdin();
        let header = [text_line(&mut input), text_line(&mut input)].concat();
        other.pass(&header, &mut to);
        while let Some(frame) = frame(&mut input) {
            other.pass(&frame, &mut to);
        }
        drop(to);
    });
    let mut output = output();
    line.answer(&text_line(&mut from), &mut output);
    while let Some(frame) = frame(&mut from) {
        line.answer(&frame, &mut output);
    }
    let code = line.child.lock().unwrap().wait().unwrap().code();
    std::process::exit(code.unwrap_or(255));
}

/// The pipe to the controller; standard output is the test runner's.
fn output() -> fs::File {
    fs::OpenOptions::new().write(true).open("/proc/self/fd/3").unwrap()
}

struct Line {
    folder: PathBuf,
    is_shell: bool,
    child: Mutex<Child>,
    /// Whether the next answer is not passed on.
    cut: Mutex<bool>,
}

impl Line {
    /// Passes a message of the controller's on, or cuts the line.
    fn pass(&self, message: &[u8], to: &mut impl Write) {
        let count_file = self.folder.join("count");
        let count: u64 = fs::read_to_string(&count_file).unwrap().parse().unwrap();
        fs::write(count_file, (count + 1).to_string()).unwrap();
        match self.point(count) {
            Some(At::BeforeSending) => self.cut(),
            Some(At::AfterSending) => {
                to.write_all(message).unwrap();
                self.cut();
            }
            Some(At::BeforeAnswer) => {
                *self.cut.lock().unwrap() = true;
                to.write_all(message).unwrap();
            }
            None => to.write_all(message).unwrap(),
        }
    }

    fn answer(&self, message: &[u8], output: &mut impl Write) {
        if *self.cut.lock().unwrap() && !message.is_empty() {
            self.cut();
        }
        // The controller may have gone meanwhile.
        if output.write_all(message).is_err() {
            self.end();
        }
    }

    /// Where this message is cut, if it is.
    fn point(&self, count: u64) -> Option<At> {
        let text = fs::read_to_string(self.folder.join("point")).ok()?;
        let mut words = text.split(' ');
        let at = match words.next()? {
            "BeforeSending" => At::BeforeSending,
            "AfterSending" => At::AfterSending,
            "BeforeAnswer" => At::BeforeAnswer,
            other => panic!("{other}"),
        };
        let first: u64 = words.next()?.parse().unwrap();
        let every: Option<u64> = words.next().and_then(|word| word.parse().ok());
        let is_here = match every {
            None => count == first,
            Some(every) => count >= first && (count - first).is_multiple_of(every),
        };
        is_here.then_some(at)
    }

    /// Says that it was cut, and cuts.
    fn cut(&self) {
        let fired =
            fs::OpenOptions::new().create(true).append(true).open(self.folder.join("fired"));
        fired.unwrap().write_all(b"cut\n").unwrap();
        self.end();
    }

    fn end(&self) {
        // What the shell became hears the end of its input, as on a host.
        if !self.is_shell {
            self.child.lock().unwrap().kill().unwrap();
        }
        std::process::exit(255);
    }
}

/// A line with its end; what there is, where the input ends.
fn text_line(input: &mut impl Read) -> Vec<u8> {
    let mut line = Vec::new();
    let mut byte = [0];
    while !line.ends_with(b"\n") && matches!(input.read(&mut byte), Ok(1)) {
        line.push(byte[0]);
    }
    line
}

/// A frame with its length; none where the input ends.
fn frame(input: &mut impl Read) -> Option<Vec<u8>> {
    let mut header = [0; 4];
    input.read_exact(&mut header).ok()?;
    let mut content = vec![0; u32::from_be_bytes(header) as usize];
    input.read_exact(&mut content).ok()?;
    Some([&header[..], &content].concat())
}

/// Runs the site, or takes it back, until that is complete. What is in doubt is looked at.
fn complete(site: &Site, back: bool) {
    let mut in_doubt = None;
    for _ in 0..4 {
        let ended = match in_doubt.take() {
            Some(step) => look(site, &step),
            None if back => site.roll_back(),
            None => site.run(),
        };
        match ended {
            Ok(Ended::Complete) => {
                let wanted = if back { RunState::RolledBack } else { RunState::Done };
                assert_eq!(site.status().state, wanted);
                return;
            }
            Ok(Ended::Halted(HaltReason::InDoubt { step, .. })) => in_doubt = Some(step),
            Ok(Ended::Halted(other)) => panic!("{other:?}"),
            // Before the run took charge: nothing was done.
            Err(error) => assert!(error.is_away(), "{error}"),
        }
    }
    panic!("it never ended");
}

/// A person looks whether the command was done, says so, and goes on.
fn look(site: &Site, step: &StepId) -> Result<Ended, ExecuteError> {
    let event = if counted(site) == "x\n" { StepEvent::Done } else { StepEvent::Failed };
    site.begin(RunEvent::Begun, |executor| {
        executor.settle_by_hand(step, event, "ann", "looked at the counter")?;
        executor.run()
    })
}

fn counted(site: &Site) -> String {
    fs::read_to_string(site.root.join("counter")).unwrap()
}

/// Cuts at the first message, the second, ... until there is none, or at each so many; gives how
/// many times it was cut.
fn cut_everywhere(sshd: &Sshd, behind: Behind, at: At, back: bool, each: usize) -> usize {
    let expected = uncut(back);
    for (points, message) in (0..).step_by(each).enumerate() {
        let (folder, lines) = (in_memory(), in_memory());
        let cutter = Cutter::make(lines.path(), behind, &sshd.file("cache"));
        let local = Site::make(folder.path());
        if back {
            complete(&local, false);
        }
        let host = sshd.host_by(Some(&cutter.program()));
        let site = Site::on(folder.path(), Box::new(host));
        cutter.cut(at, message, None);
        complete(&site, back);
        assert_eq!(site.picture(), expected, "{at:?} {message}");
        assert_eq!(counted(&site), "x\n", "{at:?} {message}: repeated or left out");
        if cutter.cuts() == 0 {
            assert!(message > 20, "the line was never cut");
            return points;
        }
        assert_eq!(cutter.cuts(), 1);
    }
    unreachable!("the loop ends when there is no such message")
}

/// A folder in memory, where there are such: what is written through hundreds of times need not
/// wait for a disk.
fn in_memory() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// How a site looks after a run, or after it was taken back, with no line that could be cut.
fn uncut(back: bool) -> String {
    let folder = in_memory();
    let site = Site::make(folder.path());
    complete(&site, false);
    if back {
        complete(&site, true);
    }
    site.picture()
}

/// Cuts at every message, `each`th only where the real client is behind.
fn cut_all(test: &str, at: At, ways: &[(Behind, usize)]) {
    let Some(sshd) = Sshd::start(test) else { return };
    sshd.warm();
    let mut all = 0;
    for (behind, each) in ways {
        let forwards = cut_everywhere(&sshd, *behind, at, false, *each);
        let back = cut_everywhere(&sshd, *behind, at, true, *each);
        println!("{at:?}, {behind:?}: {forwards} points in a run, {back} in taking it back");
        all += forwards + back;
    }
    println!("points {all}, passed {all}");
}

const IN_CI: [(Behind, usize); 2] = [(Behind::Shell, 1), (Behind::Client, OF_CLIENT)];

#[test]
fn a_line_cut_before_every_message() {
    cut_all("a_line_cut_before_every_message", At::BeforeSending, &IN_CI);
}

#[test]
fn a_line_cut_after_every_message() {
    cut_all("a_line_cut_after_every_message", At::AfterSending, &IN_CI);
}

#[test]
fn a_line_cut_before_every_answer() {
    cut_all("a_line_cut_before_every_answer", At::BeforeAnswer, &IN_CI);
}

#[test]
#[ignore = "takes an hour; cargo xtask soak runs it"]
fn a_line_of_the_real_client_cut_at_every_message() {
    for at in [At::BeforeSending, At::AfterSending, At::BeforeAnswer] {
        cut_all("a_line_of_the_real_client_cut_at_every_message", at, &[(Behind::Client, 1)]);
    }
}
