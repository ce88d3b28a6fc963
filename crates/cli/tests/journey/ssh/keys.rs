//! A host that does not prove that it is the one that is meant is not talked to.

use std::fs;

use refit_hosts::{Cancel, HostError, HostKeyTrouble, Reader, SshError, SshHost};

use super::sshd::Sshd;

fn refused(host: &SshHost) -> SshError {
    let cancel = Cancel::new();
    match Reader::new(host, &cancel, 60).identity() {
        Err(HostError::Ssh(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_host_is_talked_to_only_with_a_pinned_key() {
    let Some(sshd) = Sshd::start("a_host_is_talked_to_only_with_a_pinned_key") else { return };
    let right = sshd.pinned(&sshd.host_key());
    let cases = [
        (String::new(), HostKeyTrouble::Unknown, "no key of the host 127.0.0.1 is in"),
        (sshd.pinned(&sshd.other_key()), HostKeyTrouble::Changed, "shows another key than"),
        (format!("@revoked {right}"), HostKeyTrouble::Revoked, "marks as revoked"),
        (format!("{right}@revoked {right}"), HostKeyTrouble::Revoked, "marks as revoked"),
        (right.replace("127.0.0.1", "127.0.0.2"), HostKeyTrouble::Unknown, "add it there"),
    ];
    for (pinned, expected, text) in &cases {
        fs::write(sshd.known_hosts(), pinned).unwrap();
        let error = refused(&sshd.host());
        assert!(
            matches!(&error, SshError::HostKey { trouble, .. } if trouble == expected),
            "{error:?}"
        );
        assert!(error.to_string().contains(text) && !error.may_pass(), "{error}");
        assert_eq!(fs::read_to_string(sshd.known_hosts()).unwrap(), *pinned, "nothing was added");
    }
    fs::remove_file(sshd.known_hosts()).unwrap();
    let error = refused(&sshd.host());
    assert!(matches!(error, SshError::HostKey { trouble: HostKeyTrouble::Unknown, .. }));
    assert!(!sshd.known_hosts().exists());

    fs::write(sshd.known_hosts(), right).unwrap();
    let (host, cancel) = (sshd.host(), Cancel::new());
    assert!(Reader::new(&host, &cancel, 60).identity().is_ok());
    assert_eq!(fs::read_dir(sshd.file("cache/refit")).unwrap().count(), 1, "one program");
    println!("points {0}, passed {0}", cases.len() + 1);
}

#[test]
fn a_user_without_a_key_and_a_host_that_is_not_there_are_told_apart() {
    let test = "a_user_without_a_key_and_a_host_that_is_not_there_are_told_apart";
    let Some(sshd) = Sshd::start(test) else { return };
    fs::write(sshd.file("authorized"), "").unwrap();
    let error = refused(&sshd.host());
    assert!(matches!(error, SshError::LoginRefused { .. }), "{error:?}");
    let host = sshd.host();
    drop(sshd);
    let error = refused(&host);
    assert!(matches!(error, SshError::Unreachable { .. }) && error.may_pass(), "{error:?}");
    assert!(error.to_string().contains("Connection refused"), "{error}");
}
