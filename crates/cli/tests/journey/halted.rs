//! What stands in the way of a run at each of its steps: it halts with the cause and the exits, and
//! the same command goes on once the cause is gone.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, fcntl_lock};
use rustix::process::{Pid, Signal, kill_process};

use crate::expect::expect;
use crate::refit::Done;
use crate::site::{NAME, NEW, OLD, Site, WITHIN, change};

/// How long the broker gets to end. It takes half a second, and some more on a busy machine.
const STOP_SECONDS: u32 = 10;

#[test]
fn a_run_halts_with_its_exits_and_goes_on_once_the_cause_is_gone() {
    let test = "a_run_halts_with_its_exits_and_goes_on_once_the_cause_is_gone";
    let Some(mut site) = Site::make(test) else {
        return;
    };
    let archive = own_archives(&mut site);
    let _limit = change(&site.demo.environment_file(), |text| {
        let (key, limit) =
            ("stop_within_seconds = 60", format!("stop_within_seconds = {STOP_SECONDS}"));
        text.replace(key, &limit)
    });
    site.approve();
    the_broker_does_not_run(&site);
    the_archive_was_changed(&site, &archive);
    a_file_was_changed_meanwhile(&site);
    a_copy_outlives_its_run(&site);
    the_broker_does_not_end(&site);
    another_takes_the_store(&site);
    another_takes_a_connectors_port(&site);
    another_takes_the_consoles_port(&site);
    site.refit.expect(0, &["run", NAME]);
    site.serves(NEW);
    site.refit.expect(0, &["journal", "verify", NAME]);
    site.refit.expect(7, &["rollback", NAME]);
    site.serves(OLD);
    site.refit.keeps_its_secrets();
}

/// The run halts at this step, with these texts and the exits.
fn halts_at(site: &Site, step: &str, told: &[&str]) -> Done {
    let done = site.refit.expect(1, &["run", NAME]);
    halted(done, step, told)
}

fn halted(done: Done, step: &str, told: &[&str]) -> Done {
    let failed = format!("the step `{step}` failed:");
    let done = done.telling(&[&failed, "What is true now", "End of the broker's logs"]);
    let done = done.telling(&["retry:", "roll back:", "stop:", "refit rollback staging"]);
    done.telling(told)
}

/// A folder with archives that this test may spoil.
fn own_archives(site: &mut Site) -> PathBuf {
    let folder = site.root().join("archives");
    fs::create_dir(&folder).unwrap();
    for version in [OLD, NEW] {
        let name = format!("apache-activemq-{version}-bin.tar.gz");
        fs::copy(site.artifacts().join(&name), folder.join(&name)).unwrap();
    }
    site.use_artifacts(&folder);
    folder.join(format!("apache-activemq-{NEW}-bin.tar.gz"))
}

fn the_broker_does_not_run(site: &Site) {
    let before = site.installed();
    site.demo.stop(WITHIN).unwrap();
    let told = ["no broker runs from", "no: 5.16.7 serves"];
    let done = halts_at(site, "check-inputs", &told);
    expect("exits-of-a-failed-step.txt", done.exits());
    // Another one that has its port is named, and is not taken for it.
    let other = TcpListener::bind(("127.0.0.1", site.demo.ports().stomp)).unwrap();
    let holder = format!("process {}", std::process::id());
    halts_at(site, "check-inputs", &["no broker runs from", &holder, "(stomp)"]);
    drop(other);
    site.demo.start(WITHIN).unwrap();
    assert_eq!(crate::tree::differences(&before, &site.installed()), Vec::<String>::new());
}

fn the_archive_was_changed(site: &Site, archive: &PathBuf) {
    let (pid, whole) = (site.pid(), fs::read(archive).unwrap());
    fs::write(archive, &whole[..whole.len() / 2]).unwrap();
    halts_at(site, "fetch-archive", &["is sha256:", "expected sha256:", "yes: 5.16.7 serves"]);
    fs::remove_file(archive).unwrap();
    halts_at(site, "fetch-archive", &["yes: 5.16.7 serves"]);
    fs::write(archive, whole).unwrap();
    assert_eq!(site.pid(), pid);
}

/// Also a run that has begun does not pass over what somebody changes meanwhile.
fn a_file_was_changed_meanwhile(site: &Site) {
    let path = site.home(OLD).join("conf/groups.properties");
    let _changed = change(&path, |text| format!("{text}guests=ann\n"));
    let stale = site.refit.expect(8, &["run", NAME]);
    stale.telling(&[
        "conf/groups.properties was changed since the plan was made",
        "take this run back with `refit rollback staging`",
    ]);
}

/// A run is killed while `cp` works for it: as long as that goes on, nobody works beside it.
fn a_copy_outlives_its_run(site: &Site) {
    let tools = site.root().join("tools");
    fs::create_dir(&tools).unwrap();
    let (begun, go, cp) = (tools.join("begun"), tools.join("go"), tools.join("cp"));
    let script = format!(
        "#!/bin/sh\necho $$ >{0}.new && mv {0}.new {0}\nwhile [ ! -e {1} ]; do sleep 0.02; done\n\
         exec /bin/cp \"$@\"\n",
        begun.display(),
        go.display()
    );
    fs::write(&cp, script).unwrap();
    fs::set_permissions(&cp, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
    let run = site.refit.clone().variable("PATH", path).start(&["run", NAME]);
    until(|| begun.exists());
    run.signal(Signal::KILL);
    run.end().killed();
    let locked = site.refit.expect(8, &["run", NAME]);
    locked.telling(&["or by a copy that one began and that still runs; wait until it has ended"]);
    fs::write(&go, "").unwrap();
    let copying = fs::read_to_string(&begun).unwrap();
    until(|| !PathBuf::from(format!("/proc/{}", copying.trim())).exists());
}

/// It is not killed; as soon as it ends by itself, the run goes on.
fn the_broker_does_not_end(site: &Site) {
    let pid = Pid::from_raw(i32::try_from(site.pid()).unwrap()).unwrap();
    let run = site.refit.start(&["run", NAME]);
    run.until_told("restore-point-a begins");
    kill_process(pid, Signal::STOP).unwrap();
    let done = run.end().with_code(1);
    let stuck =
        format!("process {} did not end within {STOP_SECONDS} seconds", pid.as_raw_nonzero());
    halted(done, "stop-old", &[&stuck, "it was not killed", "clients are cut off now"]);
    kill_process(pid, Signal::CONT).unwrap();
    until(|| site.demo.running().unwrap().is_empty());
}

fn another_takes_the_store(site: &Site) {
    let lock = site.home(OLD).join("data/kahadb/lock");
    let lock = fs::OpenOptions::new().write(true).open(lock).unwrap();
    fcntl_lock(&lock, FlockOperation::LockExclusive).unwrap();
    let holder = format!("kahadb/lock is locked by process {}", std::process::id());
    halts_at(site, "stop-old", &[&holder]);
}

fn another_takes_a_connectors_port(site: &Site) {
    let port = site.demo.ports().stomp;
    let _other = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let holder = format!("process {}", std::process::id());
    let held = format!("holds 127.0.0.1:{port} (stomp)");
    let told = [&holder, &held, "Address already in use", "no: 5.18.3 serves"];
    halts_at(site, "start-new", &told);
    assert!(site.demo.running().unwrap().is_empty());
}

/// The connectors answer, and seconds later the broker stops itself.
fn another_takes_the_consoles_port(site: &Site) {
    let port = site.demo.ports().console;
    let _other = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let done = site.refit.expect(1, &["run", NAME]);
    // On a busy machine it may have stopped itself before it was asked for the first time.
    let failed = ["`start-new` failed:", "`verify-new` failed:"];
    assert!(failed.iter().any(|step| done.stdout.contains(step)), "{done}");
    let bound = format!("Failed to bind to /127.0.0.1:{port}");
    done.telling(&["What is true now", "no: 5.18.3 serves", &bound, "Address already in use"]);
    until(|| site.demo.running().unwrap().is_empty());
}

fn until(holds: impl Fn() -> bool) {
    let deadline = Instant::now() + WITHIN;
    while !holds() {
        assert!(Instant::now() < deadline, "it never came to that");
        thread::sleep(Duration::from_millis(10));
    }
}
