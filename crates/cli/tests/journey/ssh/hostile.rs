//! Whatever answers in place of Refit's own program: a typed error, within the limits.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use refit_hosts::{
    Cancel, Change, Deadline, Fence, Host as _, HostError, Query, Reader, SshClient, SshError,
    SshHost, Unheard,
};
use refit_model::{Digest, HostName, RunId, SshAddress};

use super::sshd::refit;

/// A shell script in place of `ssh`, which answers what it likes.
fn answering(folder: &Path, script: &str) -> SshHost {
    let client = SshClient::new(SshAddress {
        destination: "mq@mq1".into(),
        port: None,
        known_hosts: "/dev/null".to_owned().into(),
        identity: None,
    });
    let client = client.unwrap().with_program(&write(folder, script));
    SshHost::with(HostName::new("mq1").unwrap(), client, refit())
}

fn write(folder: &Path, script: &str) -> PathBuf {
    let path = folder.join("ssh");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    path
}

fn asked(script: &str) -> HostError {
    let folder = tempfile::tempdir().unwrap();
    let (host, cancel) = (answering(folder.path(), script), Cancel::new());
    Reader::new(&host, &cancel, 60).identity().unwrap_err()
}

const HERE: &str = "read d; read s; echo 'refit-program here Linux x86_64';";

#[test]
fn what_is_no_answer_is_a_typed_error() {
    let garbled = [
        // A start-up file of the shell that writes, and other programs than a shell.
        "echo Welcome to mq1; sleep 600",
        "printf 'HTTP/1.1 400 Bad Request\\r\\n\\r\\n'; sleep 600",
        "head -c 100000000 /dev/zero; sleep 600",
        "yes",
        // Frames: far too long, no CBOR, CBOR of something else, another language.
        &format!("{HERE} printf '\\377\\377\\377\\377'; sleep 600"),
        &format!("{HERE} printf '\\0\\0\\0\\1\\377'; sleep 600"),
        &format!("{HERE} printf '\\0\\0\\0\\1\\1'; sleep 600"),
        &format!("{HERE} printf '\\0\\0\\0\\4\\333\\377\\377\\377'; sleep 600"),
        &format!("{HERE} printf '\\0\\0\\0\\22\\241eHello\\241hlanguage\\7'; sleep 600"),
        // Refit's own greeting, and then the answer to a question that nobody asked.
        &format!("{HERE} {HELLO} {HELLO} sleep 600"),
    ];
    for script in garbled {
        let error = asked(script);
        assert!(matches!(error, HostError::Ssh(SshError::Garbled { .. })), "{script}: {error:?}");
        let text = error.to_string();
        assert!(text.len() < 1000 && !text.contains('\u{1b}') && !text.contains('\0'), "{text:?}");
    }
    println!("points {0}, passed {0}", garbled.len());
}

/// `{"Hello": {"language": 1}}` in CBOR, with its length before.
const HELLO: &str = "printf '\\0\\0\\0\\22\\241eHello\\241hlanguage\\1';";

#[test]
fn a_host_without_what_is_needed_says_so() {
    let cases = [
        ("read d; read s; echo 'refit-program wanted Plan9 mips'; cat", "it is a Plan9 on mips"),
        (&format!("{HERE} echo 'version GLIBC_9 not found' >&2; exit 1"), "GLIBC_9 not found"),
        ("echo 'sha256sum: not found' >&2; exit 127", "sha256sum: not found"),
    ];
    for (script, expected) in cases {
        let error = asked(script);
        assert!(matches!(error, HostError::Ssh(SshError::NoSession { .. })), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn nobody_waits_for_a_host_that_never_answers() {
    let folder = tempfile::tempdir().unwrap();
    let host = answering(folder.path(), &format!("{HERE} {HELLO} exec sleep 600"));
    let (begin, cancel) = (Instant::now(), Cancel::new());
    let deadline = Deadline::after(Duration::from_millis(10));
    let answer = host.ask(&[Query::Identity], deadline, &cancel).pop().unwrap();
    assert!(matches!(answer, Err(HostError::Deadline(_))), "{answer:?}");
    assert!(begin.elapsed() < Duration::from_secs(40));
}

#[test]
fn a_change_with_no_answer_is_not_known_to_have_failed() {
    let folder = tempfile::tempdir().unwrap();
    for script in [format!("{HERE} {HELLO} head -c 1"), format!("{HERE} {HELLO} head -c 1; yes")] {
        let host = answering(folder.path(), &script);
        let fence = Fence {
            control: "/nowhere/control".to_owned().into(),
            run: RunId::new("test-1").unwrap(),
            epoch: 1,
            sequence: 1,
            intent: Digest::of(b""),
            operation: "x".into(),
        };
        let change = [Change::Remove("/nowhere/x".to_owned().into())];
        let outcomes =
            host.change(&fence, &change, Deadline::seconds(60), &Cancel::new(), &Unheard);
        assert!(matches!(&outcomes[..], [Err(error)] if error.is_away()), "{outcomes:?}");
    }
}
