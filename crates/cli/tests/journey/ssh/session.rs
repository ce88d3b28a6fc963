//! A session on a real host: what is asked, told and cut.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use refit_hosts::{
    Cancel, Change, Deadline, Fence, Host, HostError, Outcome, Reader, Recall, SshClient, SshHost,
    Unheard,
};
use refit_model::{Command, Digest, HostPath, RunId, Secret};
use tempfile::TempDir;

use super::sshd::Sshd;

/// A host, an installation's control folder on it, and the charge of it.
struct Charged {
    host: SshHost,
    folder: TempDir,
    run: RunId,
    epoch: u64,
}

impl Charged {
    fn of(sshd: &Sshd) -> Self {
        let (host, folder) = (sshd.host(), tempfile::tempdir().unwrap());
        let run = RunId::new("test-1").unwrap();
        let control = HostPath::from(&folder.path().join("control"));
        let epoch = host.take_charge(&control, &run, 0).unwrap();
        Self { host, folder, run, epoch }
    }

    fn path(&self, name: &str) -> HostPath {
        self.folder.path().join(name).into()
    }

    fn change(&self, change: Change, cancel: &Cancel) -> Result<Outcome, HostError> {
        let fence = Fence {
            control: self.path("control"),
            run: self.run.clone(),
            epoch: self.epoch,
            sequence: 1,
            intent: Digest::of(b"intent"),
            operation: "op".into(),
        };
        self.host.change(&fence, &[change], Deadline::seconds(60), cancel, &Unheard).pop().unwrap()
    }

    fn recall(&self) -> Recall {
        self.host.recall(&self.path("control"), &self.run, 1, "op").unwrap()
    }
}

#[test]
fn files_come_and_go_whole_with_any_name_and_content() {
    let Some(sshd) = Sshd::start("files_come_and_go_whole_with_any_name_and_content") else {
        return;
    };
    let there = Charged::of(&sshd);
    let cancel = Cancel::new();
    let reader = Reader::new(&there.host, &cancel, 60);
    let content: Vec<u8> = (0..5_000_000_u32).map(|n| n.to_le_bytes()[n as usize % 3]).collect();
    let odd = there.folder.path().join(OsStr::from_bytes(b"caf\xe9 $(x)"));
    let write =
        Change::Write { path: (&odd).into(), content: Secret::new(content.clone()), mode: 0o600 };
    there.change(write, &cancel).unwrap();
    assert!(fs::read(&odd).unwrap() == content);
    assert!(reader.read(&(&odd).into(), 5_000_000).unwrap() == content);
    assert!(matches!(there.recall(), Recall::Done(outcomes) if outcomes == [Outcome::Done]));
    let error = reader.read(&(&odd).into(), 4_999_999).unwrap_err();
    assert!(matches!(error, HostError::TooLarge { limit: 4_999_999, .. }), "{error:?}");
    assert!(reader.read(&there.path("nothing"), 10).unwrap_err().is_not_found());

    let (from, to) = (HostPath::from(&odd), there.path("fetched"));
    let wrong = Change::Fetch { from: from.clone(), digest: Digest::of(b"other"), to: to.clone() };
    assert!(matches!(there.change(wrong, &cancel), Err(HostError::Archive { .. })));
    assert!(!to.as_path().exists());
    let right = Change::Fetch { from, digest: Digest::of(&content), to: to.clone() };
    there.change(right, &cancel).unwrap();
    assert!(fs::read(&to).unwrap() == content);
    let missing = there.path("nothing");
    let missing = Change::Fetch { from: missing, digest: Digest::of(b"x"), to };
    assert!(there.change(missing, &cancel).unwrap_err().is_not_found());
    let left = fs::read_dir(there.folder.path()).unwrap();
    let left = left
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains("partial"));
    assert!(left.count() <= 1, "one partial file, of the fetch that found nothing to fetch");
}

#[test]
fn no_text_is_obeyed_by_a_shell() {
    let Some(sshd) = Sshd::start("no_text_is_obeyed_by_a_shell") else { return };
    let there = Charged::of(&sshd);
    let canary = there.folder.path().join("canary");
    let cancel = Cancel::new();
    let reader = Reader::new(&there.host, &cancel, 60);
    let touch = format!("touch {}", canary.display());
    let payloads = [
        format!("$({touch})"),
        format!("`{touch}`"),
        format!("; {touch} ;"),
        format!("' ; {touch} ; '"),
        format!("\" ; {touch} ; \""),
        format!("\n{touch}\n"),
        format!("| {touch}"),
        format!("&& {touch}"),
        format!("-oProxyCommand={touch}"),
    ];
    for payload in &payloads {
        let path = HostPath::from(format!("/{payload}"));
        assert_eq!(reader.stat(&path).unwrap(), None);
        assert!(reader.read(&path, 10).is_err());
        let output = reader.output(Command::new(["echo", payload], "/".to_owned().into()));
        assert_eq!(output.unwrap().stdout, format!("{payload}\n"));
        let change =
            Change::Remove(there.folder.path().join(payload.trim_start_matches('/')).into());
        drop(there.change(change, &cancel));
        for destination in [payload.clone(), format!("{payload}@mq1"), format!("mq@{payload}")] {
            let address = refit_model::SshAddress { destination, ..sshd.address() };
            assert!(SshClient::new(address).is_err(), "{payload}");
        }
        let client = SshClient::new(sshd.address()).unwrap();
        assert!(client.forward(payload).is_err(), "{payload}");
    }
    assert!(!canary.exists(), "a text was obeyed");
    println!("points {0}, passed {0}", payloads.len());
}

#[test]
fn a_command_is_killed_with_its_group_when_the_line_is_cut() {
    let Some(sshd) = Sshd::start("a_command_is_killed_with_its_group_when_the_line_is_cut") else {
        return;
    };
    let there = Charged::of(&sshd);
    let pids = there.folder.path().join("pids");
    let script = "sleep 600 & echo $$ $! > \"$0\"; wait";
    let mut sleep = Command::new(["sh", "-c", script], "/".to_owned().into());
    sleep.argv.push(pids.display().to_string());
    let lost = std::thread::scope(|scope| {
        let asked = scope.spawn(|| there.change(Change::Run(sleep), &Cancel::new()));
        wait_for(|| fs::read_to_string(&pids).is_ok_and(|text| text.ends_with('\n')));
        sshd.end_sessions();
        asked.join().unwrap()
    });
    assert!(matches!(&lost, Err(error) if error.is_away()), "{lost:?}");
    let text = fs::read_to_string(&pids).unwrap();
    for pid in text.split_whitespace() {
        wait_for(|| has_ended(pid));
    }
    // Nobody holds the lock any more, and what was begun is known.
    assert_eq!(there.recall(), Recall::Begun);
}

#[test]
fn a_wish_to_stop_ends_a_command_on_the_host() {
    let Some(sshd) = Sshd::start("a_wish_to_stop_ends_a_command_on_the_host") else { return };
    let there = Charged::of(&sshd);
    let (pids, cancel) = (there.folder.path().join("pids"), Cancel::new());
    let script = "echo $$ > \"$0\"; exec sleep 600";
    let mut sleep = Command::new(["sh", "-c", script], "/".to_owned().into());
    sleep.argv.push(pids.display().to_string());
    let stopped = std::thread::scope(|scope| {
        let asked = scope.spawn(|| there.change(Change::Run(sleep), &cancel));
        wait_for(|| fs::read_to_string(&pids).is_ok_and(|text| text.ends_with('\n')));
        cancel.cancel();
        asked.join().unwrap()
    });
    assert!(matches!(stopped, Err(HostError::Cancelled(_))), "{stopped:?}");
    assert!(has_ended(fs::read_to_string(&pids).unwrap().trim()));
}

#[test]
fn a_port_of_the_host_is_reached_through_it() {
    let Some(sshd) = Sshd::start("a_port_of_the_host_is_reached_through_it") else { return };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let client = SshClient::new(sshd.address()).unwrap();
    let mut link = client.forward(&address).unwrap();
    let soon = || Instant::now() + Duration::from_secs(30);
    assert_eq!(link.write_some(b"hello", soon()).unwrap(), 5);
    let (mut stream, _) = listener.accept().unwrap();
    let mut heard = [0; 5];
    stream.read_exact(&mut heard).unwrap();
    stream.write_all(b"hi").unwrap();
    drop(stream);
    let mut answer = [0; 8];
    assert_eq!(link.read_some(&mut answer, soon()).unwrap(), 2);
    assert_eq!((&heard, &answer[..2]), (b"hello", &b"hi"[..]));
    drop(listener);
    let mut link = client.forward(&address).unwrap();
    assert_eq!(link.read_some(&mut answer, soon()).unwrap(), 0);
    assert!(link.last_words().contains("Connection refused"));
}

fn has_ended(pid: &str) -> bool {
    let status = fs::read_to_string(Path::new("/proc").join(pid).join("stat")).unwrap_or_default();
    status.is_empty() || status.contains(") Z ")
}

/// Waits for what another process does.
fn wait_for(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !condition() {
        assert!(Instant::now() < deadline, "it never came");
        std::thread::sleep(Duration::from_millis(2));
    }
}
